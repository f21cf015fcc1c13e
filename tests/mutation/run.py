"""Tries mutants: a copy of the tree is changed, and the nearest tests are run against it."""

from __future__ import annotations

import compileall
import json
import os
import py_compile
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from tests.mutation.nearest import OPTIONS, Nearest, clean_environment, is_beside
from tests.mutation.sample import Mutant
from tests.mutation.warm import NOT_TAKEN, TIMED_OUT, Answer, limit

SPARE_S = 60
"""CPU seconds that the tests of a mutant may take beyond what they take without it."""

COLLECTION_S = 900
"""Seconds that the import of the tests may take."""

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
    tests = [nearest.tests(mutant) for mutant in mutants]
    with _copied(top) as copy, _Process(copy, {test for some in tests for test in some}) as warm:
        for mutant, some in zip(mutants, tests, strict=True):
            yield Tried(mutant, _outcome(warm, mutant, some, nearest, spare_s), len(some))


@contextmanager
def _copied(top: Path) -> Iterator[Path]:
    """A copy of a tree, in a folder of its own.

    Its compiled files know the text they are of by its hash, because two mutants of one second
    look alike to Python otherwise.
    """
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(top, copy, ignore=_LEFT_OUT)
        (copy / "build").mkdir()
        by_hash = py_compile.PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(copy / "fieldkit", quiet=1, invalidation_mode=by_hash)
        yield copy


class _Process:
    """A pytest that holds tests of a copy, and runs some of them when asked."""

    def __init__(self, copy: Path, tests: Iterable[str], limit_s: int | None = None) -> None:
        self.copy = copy
        asks, self._asks = os.pipe()
        self._answers, answers = os.pipe()
        modules = sorted({test.partition("::")[0] for test in tests})
        self._child = subprocess.Popen(
            [sys.executable, "-m", "pytest", *modules, "-p", "warm", "--basetemp=../tmp", *OPTIONS],
            cwd=copy,
            env=clean_environment(copy) | {"MUTATION_PIPES": f"{asks},{answers}"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(asks, answers),
            preexec_fn=None if limit_s is None else partial(limit, limit_s),
            start_new_session=True,
        )
        os.close(asks)
        os.close(answers)

    def __enter__(self) -> _Process:
        """Wait until it has imported what it needs, or has ended; then the copy may change."""
        self._answer(COLLECTION_S)
        return self

    def __exit__(self, *_: object) -> None:
        """End it and what it left running."""
        os.close(self._asks)
        os.close(self._answers)
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def ask(self, mutant: Mutant, function: str | None, tests: list[str], limit_s: int) -> Answer:
        """What it answers; its own exit code where it ends instead."""
        asked = {"module": mutant.module, "function": function, "tests": tests, "limit_s": limit_s}
        (self.copy / "build/asked").write_text(json.dumps(asked), "utf-8")
        # No example is kept that broke another mutant.
        shutil.rmtree(self.copy / ".hypothesis", ignore_errors=True)
        with suppress(BrokenPipeError):
            os.write(self._asks, b"\n")
        if (told := self._answer(10 * limit_s)) is None:
            return Answer(TIMED_OUT, "")
        return Answer(*json.loads(told)) if told else Answer(self._child.wait(), "")

    def _answer(self, limit_s: int) -> bytes | None:
        """What it says within so many seconds; nothing if it ended."""
        if not select.select([self._answers], [], [], limit_s)[0]:
            return None
        return os.read(self._answers, select.PIPE_BUF)


def _outcome(
    warm: _Process, mutant: Mutant, tests: list[str], nearest: Nearest, spare_s: int
) -> Outcome:
    """Change the copy, run the tests of the same package and then the others, change it back."""
    file = warm.copy / mutant.module
    source = file.read_bytes()
    file.write_bytes(mutant.change.applied(source))
    outcome = Outcome.NO_TESTS
    try:
        for beside in (True, False):
            chosen = [test for test in tests if is_beside(mutant, test) is beside]
            if chosen and not outcome.noticed:
                outcome = _run(warm, mutant, chosen, int(nearest.seconds(chosen)) + spare_s)
    finally:
        file.write_bytes(source)
    return outcome


def _run(warm: _Process, mutant: Mutant, tests: list[str], limit_s: int) -> Outcome:
    """Run tests until one fails, and fails again: a test that fails by chance tells nothing."""
    while tests:
        outcome, failed = _run_once(warm, mutant, tests, limit_s)
        if outcome is not Outcome.KILLED or failed not in tests:
            return outcome
        if _run_once(warm, mutant, [failed], limit_s)[0].noticed:
            return outcome
        tests = [test for test in tests if test != failed]
    return Outcome.SURVIVED


def _run_once(
    warm: _Process, mutant: Mutant, tests: list[str], limit_s: int
) -> tuple[Outcome, str]:
    """What becomes of the tests, and the first that failed, if any."""
    answer = warm.ask(mutant, mutant.change.function, tests, limit_s)
    if answer.code == NOT_TAKEN:
        with _Process(warm.copy, tests, limit_s) as fresh:
            answer = fresh.ask(mutant, None, tests, limit_s)
    if answer.code in (TIMED_OUT, -signal.SIGXCPU, -signal.SIGKILL):
        return Outcome.TIMED_OUT, ""
    survived = answer.code in (0, 5)  # 5: no test was left to run
    return Outcome.SURVIVED if survived else Outcome.KILLED, answer.failed
