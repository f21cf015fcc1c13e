"""Damaged packs that still load: analysis, difference and their sentences never fail or hang."""

from __future__ import annotations

import random
import time

import pytest

from fieldkit.cli.rules.print_diff import difference_data, difference_lines
from fieldkit.cli.rules.print_findings import finding_data, finding_line
from fieldkit.i18n import LANGS
from fieldkit.rules import PackError
from fieldkit.rules.analysis.findings import analyse
from fieldkit.rules.analysis.pack_diff import compare
from fieldkit.rules.loading.loader import load_files
from tests.rules.editing.test_spreadsheet import LIGHT
from tests.soak import Soak

_SWAPS = (
    ("true", "false"), ("at_least", "below"), ("above", "at_most"), ("[", "{none_of: ["),
    ("none", "emergency"), ("first", "unique"),
)  # fmt: skip


def swapped(text: str, rng: random.Random) -> str:
    """The text with small edits that often leave a pack that loads."""
    lines = text.splitlines(keepends=True)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(lines))
        kind = rng.random()
        if kind < 0.3:
            other = rng.randrange(len(lines))
            lines[place], lines[other] = lines[other], lines[place]
        elif kind < 0.5:
            del lines[place : place + rng.choice([1, 1, 5, 6, 7])]
            lines = lines or ["\n"]
        else:
            for old, new in _SWAPS:
                if rng.random() < 0.4:
                    lines[place] = lines[place].replace(old, new).replace("{none_of: []", "[]")
    return "".join(lines)


def fuzz(rounds: int, seed: int) -> int:
    """Analyse and compare damaged packs; how many loaded."""
    rng = random.Random(seed)
    good = load_files(LIGHT)
    names = sorted(set(LIGHT) - {"coverage.yaml", "terms.yaml"})
    loaded = 0
    for _ in range(rounds):
        name = rng.choice(names)
        text = swapped(LIGHT[name].decode(), rng)
        try:
            pack = load_files({**LIGHT, name: text.encode()})
        except PackError:
            continue
        loaded += 1
        started = time.process_time()
        difference = compare(good, pack)
        for finding in analyse(pack):
            for lang in LANGS:
                assert "[" not in finding_line(finding, lang).split(": ")[0]
                assert finding_data(finding, lang)["text"]
        for lang in LANGS:
            assert list(difference_lines(difference, lang))
            texts = [change["text"] for change in difference_data(difference, lang)["changes"]]
            assert not any(text.startswith("[diff.") for text in texts)
        assert time.process_time() - started < 10  # of CPU, so that a busy machine is no hang
    return loaded


def test_damaged_packs_are_analysed_and_compared() -> None:
    assert fuzz(30, seed=8) > 3


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_ten_thousand_damaged_packs(part: int, soak: Soak) -> None:
    packs = soak.count(1_250)
    loaded = fuzz(packs, soak.seed)
    print(f"part {part}: {packs:,} damaged packs, {loaded:,} loaded, were analysed and compared")
    assert loaded > packs / 10
