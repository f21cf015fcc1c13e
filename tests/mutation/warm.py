"""A plugin of pytest that collects tests once and then tries many mutants with them.

MUTATION_PIPES names the ends of two pipes. For each byte that comes from the first, the file
`build/asked` says in JSON `{"module", "function", "tests", "limit_s"}`: which file of the program
was changed on the disk and in which function, the ids of tests in their order, and the CPU seconds
that they may take. A forked process takes the changed function from the file and runs the tests
until one fails. The answer in the other pipe is an `Answer` in JSON.

Where the import runs what was changed, the answer is NOT_TAKEN: tests and program have to be
imported anew, by a process that is asked with null as the function.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, NamedTuple

import pytest

TIMED_OUT = 99
"""The exit code of a run that took too long."""

NOT_TAKEN = 98
"""The exit code where a changed function could not take the place of the one it was."""

MEMORY = 6 * 1024**3
"""Bytes of address space, for changes that let a list grow without end."""


class Answer(NamedTuple):
    """The exit code of the tests, and which one failed, if any."""

    code: int
    failed: str


class Warm:
    """Holds the collected tests, and which functions of the program the collection ran."""

    def __init__(self, top: Path, asks: int, answers: int) -> None:
        self._top, self._asks, self._answers = top, asks, answers
        self._ran: set[tuple[str, str]] = set()
        self._failed = ""
        sys.setprofile(self._note)

    def _note(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            self._ran.add((frame.f_code.co_filename, frame.f_code.co_qualname))

    def pytest_collection_finish(self) -> None:
        """What runs from now on was called by a test."""
        sys.setprofile(None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answer until nobody asks any more."""
        items = {item.nodeid: item for item in session.items}
        os.write(self._answers, b"\n")
        while os.read(self._asks, 1):
            asked = json.loads((self._top / "build/asked").read_bytes())
            answer = Answer(NOT_TAKEN, "")
            if self._can_take(asked):
                chosen = [items[test] for test in asked["tests"] if test in items]
                answer = self._try(asked, session, chosen)
            os.write(self._answers, json.dumps(answer).encode())
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember which one failed."""
        if report.failed:
            self._failed = report.nodeid

    def _can_take(self, asked: dict[str, Any]) -> bool:
        """Whether the import runs nothing of what was changed."""
        if asked["function"] is None:
            return True
        outer = asked["function"].partition(".<locals>")[0]
        return outer != "" and (str(self._top / asked["module"]), outer) not in self._ran

    def _try(
        self, asked: dict[str, Any], session: pytest.Session, chosen: list[pytest.Item]
    ) -> Answer:
        failed, limit_s = self._top / "build/failed", asked["limit_s"]
        failed.write_text("", "utf-8")
        if (pid := os.fork()) == 0:
            code = NOT_TAKEN
            try:
                os.setsid()
                limit(limit_s)
                if take(self._top / asked["module"], asked["function"]):
                    code = 1
                    code = self._run(session, chosen)
            except pytest.exit.Exception:
                code = TIMED_OUT
            finally:
                failed.write_text(self._failed, "utf-8")
                os._exit(code)
        code = _ended(pid, 10 * limit_s)
        return Answer(code, failed.read_text("utf-8"))

    def _run(self, session: pytest.Session, chosen: list[pytest.Item]) -> int:
        """Run tests until one fails; its fixtures are closed as those of the others."""
        for item, after in zip(chosen, [*chosen[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self._failed:
                session._setupstate.teardown_exact(None)
                return 1
        return 0


def limit(limit_s: int) -> None:
    """Let this process take so much CPU time, and no more memory than a computer has."""
    signal.signal(signal.SIGXCPU, _out_of_time)
    resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s + 10))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _out_of_time(number: int, frame: FrameType | None) -> None:
    """End in order, so that what the tests started is stopped."""
    pytest.exit("out of time", returncode=TIMED_OUT)


def take(file: Path, function: str | None) -> bool:
    """Let every function of that name run what the file says now; false if one cannot."""
    known = {getattr(module, "__file__", None) for module in [*sys.modules.values()]}
    if function is None or str(file) not in known:
        return True  # whoever imports it later gets the changed one
    outer = function.partition(".<locals>")[0]
    written = list(_codes(compile(file.read_bytes(), str(file), "exec"), outer))
    standing: dict[CodeType, list[FunctionType]] = {}
    for found in gc.get_objects():
        if not isinstance(found, FunctionType):
            continue
        code = found.__code__
        if (code.co_filename, code.co_qualname) == (str(file), outer):
            standing.setdefault(code, []).append(found)
    if len(standing) != len(written):
        return False
    in_order = sorted(standing, key=lambda code: code.co_firstlineno)
    for old, new in zip(in_order, written, strict=True):
        if old.co_freevars != new.co_freevars:
            return False
        for found in standing[old]:
            found.__code__ = new
    return True


def _codes(code: CodeType, name: str) -> Iterator[CodeType]:
    """The functions of that qualified name, in the order of the text."""
    for part in code.co_consts:
        if isinstance(part, CodeType):
            if part.co_qualname == name:
                yield part
            yield from _codes(part, name)


def _ended(pid: int, limit_s: float) -> int:
    """The exit code of a process; it and what it left running are ended after so many seconds."""
    until = time.monotonic() + limit_s
    ended, status = os.waitpid(pid, os.WNOHANG)
    while not ended and time.monotonic() < until:
        time.sleep(0.02)
        ended, status = os.waitpid(pid, os.WNOHANG)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    if not ended:
        os.waitpid(pid, 0)
        return TIMED_OUT
    return os.waitstatus_to_exitcode(status)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin before anything of the program is imported."""
    asks, answers = os.environ["MUTATION_PIPES"].split(",")
    early_config.pluginmanager.register(Warm(early_config.rootpath, int(asks), int(answers)))
