"""Tries mutants: a copy of the tree is changed, and the nearest tests are run against it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.mutation.nearest import PLUGINS, Nearest, clean_environment, is_beside
from tests.mutation.reach import TIMED_OUT
from tests.mutation.sample import Mutant

SPARE_S = 60
"""CPU seconds that the tests of a mutant may take beyond what they take without it."""

MEMORY = 6 * 1024**3
"""Bytes of address space, for changes that let a list grow without end."""

_LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info")


class Outcome(StrEnum):
    """What the nearest tests made of a mutant. One that ran out of time was noticed."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"
    NO_TESTS = "no tests"

    @property
    def noticed(self) -> bool:
        """Whether a test failed or did not end."""
        return self in (Outcome.KILLED, Outcome.TIMED_OUT)


@dataclass(frozen=True)
class Tried:
    """A mutant, what became of it, and how many tests were chosen for it."""

    mutant: Mutant
    outcome: Outcome
    tests: int

    def __str__(self) -> str:
        return f"{self.outcome:<9} {self.mutant} ({self.tests} tests)"


def try_mutants(top: Path, mutants: list[Mutant], spare_s: int = SPARE_S) -> Iterator[Tried]:
    """What becomes of each mutant of the tree `top`, one after another; the tree stays as it is."""
    nearest = Nearest(top)
    with _copied(top) as copy:
        for mutant in mutants:
            tests = nearest.tests(mutant)
            yield Tried(mutant, _outcome(copy, mutant, tests, nearest, spare_s), len(tests))


@contextmanager
def _copied(top: Path) -> Iterator[Path]:
    """A copy of a tree, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(top, copy, ignore=_LEFT_OUT)
        yield copy


def _outcome(
    copy: Path, mutant: Mutant, tests: list[str], nearest: Nearest, spare_s: int
) -> Outcome:
    """Change the copy, run the tests of the same package and then the others, change it back."""
    file = copy / mutant.module
    source = file.read_bytes()
    file.write_bytes(mutant.change.applied(source))
    outcome = Outcome.NO_TESTS
    try:
        for beside in (True, False):
            chosen = [test for test in tests if is_beside(mutant, test) is beside]
            if chosen and not outcome.noticed:
                outcome = _run(copy, chosen, int(nearest.seconds(chosen)) + spare_s)
    finally:
        file.write_bytes(source)
    return outcome


def _run(copy: Path, tests: list[str], limit_s: int) -> Outcome:
    """Run tests until one fails, and fails again: a test that fails by chance tells nothing."""
    while tests:
        outcome, failed = _run_once(copy, tests, limit_s)
        if outcome is not Outcome.KILLED or failed not in tests:
            return outcome
        if _run_once(copy, [failed], limit_s)[0].noticed:
            return outcome
        tests = [test for test in tests if test != failed]
    return Outcome.SURVIVED


def _run_once(copy: Path, tests: list[str], limit_s: int) -> tuple[Outcome, str]:
    """What becomes of the tests, and the first that failed, if any.

    No compiled file is written, because two mutants of one second look alike to Python, and no
    example is kept that broke another mutant.
    """
    shutil.rmtree(copy / ".hypothesis", ignore_errors=True)
    chosen, failed = copy / "build" / "chosen", copy / "build" / "failed"
    chosen.parent.mkdir(exist_ok=True)
    chosen.write_text("\n".join(tests), "utf-8")
    failed.write_text("", "utf-8")

    def limit_child() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s + 10))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    modules = dict.fromkeys(test.partition("::")[0] for test in tests)
    own = {"MUTATION_CHOSEN": str(chosen), "PYTHONDONTWRITEBYTECODE": "1"}
    child = subprocess.Popen(
        [sys.executable, "-m", "pytest", *modules, "-x", *PLUGINS],
        cwd=copy,
        env=clean_environment(copy) | own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=limit_child,
        start_new_session=True,
    )
    try:
        code = child.wait(timeout=10 * limit_s)
    except subprocess.TimeoutExpired:
        code = TIMED_OUT
    finally:
        _end(child)
    if code in (TIMED_OUT, -signal.SIGXCPU, -signal.SIGKILL):
        return Outcome.TIMED_OUT, ""
    survived = code in (0, 5)  # 5: no test was left to run
    return Outcome.SURVIVED if survived else Outcome.KILLED, failed.read_text("utf-8")


def _end(child: subprocess.Popen[bytes]) -> None:
    """End what the tests left running."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
