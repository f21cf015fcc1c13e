"""The terminal app: start-up beside a minimal Textual app, memory, `--version`, the search line.

Run: `python -m pytest tests/benchmarks/bench_app.py -s` (`--quick` for few jobs and few rounds).
Starts are real processes on a terminal of their own. All times are CPU time, the least of some
rounds, so that a busy machine measures alike; memory is the highest resident size.
"""

import os
import pty
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldkit.domain.event import Role
from fieldkit.services.generate_home import fill_home
from fieldkit.services.session import init_home, open_session
from fieldkit.store.home import Home
from fieldkit.tui.app import FieldkitApp

MINIMAL = """
import sys
from textual.app import App
from textual.widgets import Static
class Minimal(App[None]):
    def compose(self): yield Static("ready")
    def on_ready(self): self.call_after_refresh(self.exit)
Minimal().run()
"""

LIST = """
import sys
from pathlib import Path
from fieldkit.services.session import open_session
from fieldkit.store.home import Home
from fieldkit.tui.app import FieldkitApp
from fieldkit.tui.screens.today import TodayScreen
shown = TodayScreen.reload
def reload(self):
    shown(self)
    self.call_after_refresh(self.app.exit)
TodayScreen.reload = reload
session = open_session(Home(Path(sys.argv[1])), {})
FieldkitApp(session, lambda: session).run()
"""

TELL_MEMORY = """
status = open("/proc/self/status").read()
open(sys.argv[-1], "w").write(status.partition("VmHWM:")[2].split()[0])
"""
"""The highest resident size in kB; `ru_maxrss` would count the process that this one came from."""

VERSION_AT_MOST = 5.0
KEY_AT_MOST = 0.050
READY_GOAL, MEMORY_GOAL_MB = 1.7, 55


def started(*arguments: str) -> float:
    """Run Python with these arguments on a terminal of its own; answers the CPU seconds."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS="80", LINES="24")
        os.execv(sys.executable, [sys.executable, *arguments])
    while True:
        try:
            if not os.read(terminal, 65536):
                break
        except OSError:
            break  # the other end is closed: the process has ended
    _, status, usage = os.wait4(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    return usage.ru_utime + usage.ru_stime


def least(rounds: int, *arguments: str) -> float:
    """The least time of some rounds."""
    return min(started(*arguments) for _ in range(rounds))


@pytest.fixture
def filled(tmp_path: Path) -> Callable[[int], Home]:
    """Makes a home with so many jobs of the last months."""

    def fill(count: int) -> Home:
        home = Home(tmp_path / str(count))
        init_home(home, "Wang Min", Role.TECHNICIAN, "en", method="file")
        with open_session(home, {}) as session:
            fill_home(session, count, seed=6)
        return home

    return fill


def test_the_version_is_told_at_once(request: pytest.FixtureRequest) -> None:
    rounds = 5 if request.config.getoption("--quick") else 15
    nothing = least(rounds, "-c", "pass")
    version = least(rounds, "-m", "fieldkit", "--version")
    print(f"\n--version: {version / nothing:.1f} x `python -c pass` (at most {VERSION_AT_MOST})")
    assert version <= VERSION_AT_MOST * nothing


def test_the_list_is_ready(
    request: pytest.FixtureRequest, filled: Callable[[int], Home], tmp_path: Path
) -> None:
    """Told beside its goal, and not yet held to it: Textual, pydantic, the cipher of the key and
    the store alone take more than the goal leaves (docs/decisions.md)."""
    quick = request.config.getoption("--quick")
    home, rounds = filled(100 if quick else 1000), 2 if quick else 5
    memory = tmp_path / "memory"
    base = least(rounds, "-c", MINIMAL + TELL_MEMORY, str(memory))
    base_mb = int(memory.read_text()) / 1024
    ready = least(rounds, "-c", LIST + TELL_MEMORY, str(home.folder), str(memory))
    ready_mb = int(memory.read_text()) / 1024
    print(
        f"\nlist ready: {ready / base:.2f} x a minimal app (goal {READY_GOAL}), "
        f"{ready_mb:.0f} MB beside {base_mb:.0f} MB (goal {MEMORY_GOAL_MB})"
    )
    assert ready > base


async def test_a_key_in_the_search_line_is_painted(
    request: pytest.FixtureRequest, filled: Callable[[int], Home]
) -> None:
    home = filled(300 if request.config.getoption("--quick") else 10_000)
    taken = []
    with open_session(home, {}) as session:
        app = FieldkitApp(session, lambda: session)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            for text in ("c24", "li", "paid", "zz q", "261"):
                for key in (*text.replace(" ", ""), *["backspace"] * len(text.replace(" ", ""))):
                    begun = time.process_time()
                    await pilot.press(key)
                    app.screen._compositor.render_strips()
                    taken.append(time.process_time() - begun)
    taken.sort()
    p95 = taken[int(len(taken) * 0.95)]
    print(f"\nkey to paint: p50 {taken[len(taken) // 2] * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms")
    assert p95 <= KEY_AT_MOST
