"""Damaged pack files give messages: never a traceback, never a hang."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest

from fieldkit.rules import PackError, PackProblem, load_pack
from tests.rules.conftest import FOLDER
from tests.soak import Soak

PIECES = (
    "\t", ":", ": ", "- ", "[", "]", "{", "}", "&a ", "*a", "!!python/object:os.system ", "|\n",
    ">", "'", '"', "#", "%YAML 9.9\n", "---\n", "...\n", "\x00", "\x07", "\u2028", "é", "０", "$",
    "true", "null", "-1", "1e999", "0x1F", "1_000", "2026-02-30", "99999999999999999999", "<<: ",
    "? ", "\ud7ff", "any_of", "present: ", "{$", "{}", "[]", "when: {}\n", "\r", "\ufeff",
)  # fmt: skip


def damage(text: str, rng: random.Random) -> str:
    """The text with one to four random edits."""
    for _ in range(rng.randint(1, 4)):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.choice([0, 0, 1, 3, 20, 200]))
        piece = rng.choice(PIECES) * rng.choice([1, 1, 1, 2, 50])
        if rng.random() < 0.2:
            piece = text[rng.randrange(len(text) + 1) :][: rng.randint(1, 80)]
        text = text[:start] + piece + text[end:]
    return text


def load(folder: Path) -> tuple[PackProblem, ...]:
    """What is wrong with the pack; empty when it loads."""
    try:
        load_pack(folder)
    except PackError as error:
        return error.problems
    return ()


def fuzz(folder: Path, rounds: int, seed: int) -> int:
    """Load the pack with one damaged file after another; how many were refused."""
    rng = random.Random(seed)
    refused = 0
    for _ in range(rounds):
        file = rng.choice(sorted(folder.glob("*.yaml")))
        good = file.read_bytes()
        file.write_bytes(damage(good.decode("utf-8"), rng).encode("utf-8", "surrogatepass"))
        started = time.process_time()
        problems = load(folder)
        assert time.process_time() - started < 10  # of CPU, so that a busy machine is no hang
        assert all(problem.line >= 1 and problem.col >= 1 for problem in problems)
        assert len(problems) < 200, "one mistake must not become a flood"
        refused += bool(problems)
        file.write_bytes(good)
    return refused


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("tests"))
    return folder


def test_damaged_packs_are_refused_with_messages(copy: Path) -> None:
    assert fuzz(copy, 25, seed=1) > 12


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_ten_thousand_damaged_packs(part: int, copy: Path, soak: Soak) -> None:
    packs = soak.count(1_250)
    refused = fuzz(copy, packs, soak.seed)
    print(f"part {part}: {packs:,} packs with a damaged file, {refused:,} refused with messages")
    assert refused > packs / 2
