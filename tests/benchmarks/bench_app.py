"""The terminal app: start-up beside a minimal Textual app, memory, `--version`, the search line.

Run: `python -m pytest tests/benchmarks/bench_app.py -s` (`--quick` for few jobs and few rounds).
A full run writes its part of `docs/benchmarks-app.md`. Starts are real processes on a terminal of
their own, with modules compiled beforehand on all sides, as an installation has them. All times are
CPU time, the least of some rounds, so that a busy machine measures alike; memory is the highest
resident size.
"""

import os
import pty
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from fieldkit.domain.core.event import Role
from fieldkit.services.demo.generated_home import fill_home
from fieldkit.services.home.session import init_home, open_session
from fieldkit.store.home.home import Home
from fieldkit.tui.app import FieldkitApp
from tests.benchmarks.sections import ON, put_section

TELL = """
import sys, time
place = sys.argv.pop()
def tell():
    used = time.process_time()
    status = open("/proc/self/status").read()
    with open(place, "a") as told:
        print(used, status.partition("VmHWM:")[2].split()[0], file=told)
"""
"""Tells the CPU seconds until now and the highest resident size in kB; `ru_maxrss` would count
the process that this one came from."""

MINIMAL = (
    TELL
    + """
from textual.app import App
from textual.widgets import Static
class Minimal(App[None]):
    def compose(self): yield Static("ready")
    def on_ready(self): self.call_after_refresh(self.done)
    def done(self):
        tell()
        self.exit()
Minimal().run()
"""
)

LIST = (
    TELL
    + """
import fieldkit.tui.app
from fieldkit.__main__ import main
from fieldkit.tui.screens.day.today import TodayScreen
shown = TodayScreen.reload
def reload(self):
    self.call_after_refresh(tell)  # the list is painted
    shown(self)
    self.set_timer(1, self.done)
def done(self):
    tell()  # what is due and what is missing are told, too
    self.app.exit()
TodayScreen.reload, TodayScreen.done = reload, done
sys.argv = ["fieldkit", "--home", sys.argv[1]]
try:
    main()
except SystemExit:
    pass
"""
)

VERSION_AT_MOST = 5.0
KEY_AT_MOST = 0.050
READY_AT_MOST, MEMORY_AT_MOST = 1.7, 1.68
"""Times what an empty app takes. The memory is 55 MB on CPython 3.11; later ones take more for the
same modules: the empty app has 33 MB on 3.11 and 37 MB on 3.14."""

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks-app.md"
TOP = """# Benchmarks of the app

Written by `make bench` (`tests/benchmarks/bench_app.py`). All times are CPU time, all sides in one
run. Compare the ratios: they hold on other machines, the milliseconds do not.
"""


@pytest.fixture(scope="session", autouse=True)
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A folder for compiled modules, which the first start of each side fills."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


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


def tell(request: pytest.FixtureRequest, title: str, text: str) -> None:
    """Print a result; a full run writes it into the page."""
    print(f"\n{title}: {text}")
    if not request.config.getoption("--quick"):
        put_section(title, text, PAGE, TOP)


def least(rounds: int, *arguments: str) -> float:
    """The least time of some rounds, after one that compiles the modules."""
    started(*arguments)
    return min(started(*arguments) for _ in range(rounds))


def told(rounds: int, place: Path, *commands: Sequence[str]) -> list[list[tuple[float, float]]]:
    """What programs tell of themselves, each time they do: the least CPU seconds of some rounds,
    and the highest resident size in MB; for each command a list. They run in turns, because the
    speed of the machine drifts. A round before them compiles the modules."""
    found: list[list[list[list[str]]]] = [[] for _ in commands]
    for number in range(rounds + 1):
        for command, runs in zip(commands, found, strict=True):
            place.unlink(missing_ok=True)
            started(*command, str(place))
            if number:
                runs.append([line.split() for line in place.read_text().splitlines()])
    return [
        [
            (min(float(used) for used, _ in each), max(int(kb) for _, kb in each) / 1024)
            for each in zip(*runs, strict=True)
        ]
        for runs in found
    ]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Home]:
    """Makes a home with so many jobs of the last months, once for all tests."""
    folder = tmp_path_factory.mktemp("homes")

    @cache
    def fill(count: int) -> Home:
        home = Home(folder / str(count))
        init_home(home, "Wang Min", Role.TECHNICIAN, "en", method="file")
        with open_session(home, {}) as session:
            fill_home(session, count, seed=6)
        return home

    return fill


def test_the_version_is_told_at_once(request: pytest.FixtureRequest) -> None:
    rounds = 5 if request.config.getoption("--quick") else 15
    nothing = least(rounds, "-c", "pass")
    version = least(rounds, "-m", "fieldkit", "--version")
    told = f"{version / nothing:.1f} x `python -c pass` (at most {VERSION_AT_MOST:.0f} x)."
    tell(request, "`fieldkit --version`", f"{version * 1000:.0f} ms, {told}")
    assert version <= VERSION_AT_MOST * nothing


def test_the_list_is_ready(
    request: pytest.FixtureRequest, filled: Callable[[int], Home], tmp_path: Path
) -> None:
    """Ready: all rows are in the list, and it is painted. What is due and what the first job still
    needs is told after it; the last figures are those after that."""
    quick = request.config.getoption("--quick")
    sizes, rounds = ((100,), 5) if quick else ((1000, 10_000), 8)
    place = tmp_path / "told"
    lines: list[str] = []
    reached: list[tuple[float, float]] = []
    for count in sizes:
        minimal, listed = ("-c", MINIMAL), ("-c", LIST, str(filled(count).folder))
        [(base, base_mb)], [(ready, mb), (_, settled)] = told(rounds, place, minimal, listed)
        if not lines:
            lines.append(f"| an empty Textual app | {base * 1000:.0f} | 1 | {base_mb:.1f} | |")
        reached.append((ready / base, mb / base_mb))
        lines.append(
            f"| {count:,} jobs | {ready * 1000:.0f} | {ready / base:.2f} | {mb:.1f} "
            f"| {settled:.1f} |"
        )
    text = f"""From the start of the process until all jobs are in the list and the first page of it
is painted, at 80x24; the limit for 1,000 jobs is {READY_AT_MOST} x the time of an empty app, and
{MEMORY_AT_MOST} x its memory.
What is due and what the first job still needs is told after that, with the models loaded: the
last column. {ON}.

| | ms | x | MB | MB a second later |
| :--- | ---: | ---: | ---: | ---: |
{chr(10).join(lines)}"""
    tell(request, "The list of jobs is ready", text)
    # few starts are measured in a quick round, and another process may run beside them
    assert reached[0][0] <= READY_AT_MOST * (1.15 if quick else 1)
    assert reached[0][1] <= MEMORY_AT_MOST


async def test_a_key_in_the_search_line_is_painted(
    request: pytest.FixtureRequest, filled: Callable[[int], Home]
) -> None:
    quick = request.config.getoption("--quick")
    home = filled(300 if quick else 10_000)
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
    text = f"""From the key until the narrowed list of 10,000 jobs is painted: p50
{taken[len(taken) // 2] * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms (at most
{KEY_AT_MOST * 1000:.0f} ms)."""
    tell(request, "A key in the search line", text)
    assert quick or p95 <= KEY_AT_MOST
