"""Options of the test run, and what every test needs."""

import time

import pytest

from tests.soak import Run, Soak

_RUN = pytest.StashKey[Run]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--soak` runs the long forms, `--quick` only proves that the benchmarks run."""
    parser.addoption(
        "--soak", nargs="?", type=float, const=1.0, metavar="N",
        help="run the long forms, N times as long as usual",
    )  # fmt: skip
    parser.addoption("--seed", type=int, help="the long forms by this seed")
    parser.addoption("--quick", action="store_true", help="benchmarks: one small round each")


def pytest_configure(config: pytest.Config) -> None:
    """Begin a soak, or go on with one; the processes that share it take it as it was begun."""
    times = config.getoption("--soak")
    if times is not None:
        shared = hasattr(config, "workerinput")
        config.stash[_RUN] = Run.read() if shared else Run.begin(times, config.getoption("--seed"))


def pytest_report_header(config: pytest.Config) -> str | None:
    """By which seed a soak runs, and where it goes on."""
    if (run := config.stash.get(_RUN, None)) is None:
        return None
    return f"soak: N={run.times:g} SEED={run.seed}, {len(run.done)} parts have passed before"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long forms unless they are asked for, and of these what has passed."""
    run = config.stash.get(_RUN, None)

    def is_left_out(item: pytest.Item) -> bool:
        if run is None:
            return item.get_closest_marker("slow") is not None
        return item.nodeid in run.done

    left_out = [item for item in items if is_left_out(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """Note which part of a soak has passed."""
    report = yield
    run = item.config.stash.get(_RUN, None)
    if run is not None and report.when == "call" and report.passed:
        run.passed(item.nodeid, report.duration)
    return report


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """How many parts of a soak have passed, and how long they took."""
    if (run := config.stash.get(_RUN, None)) is None:
        return
    passed = terminalreporter.stats.get("passed", [])
    failed = sum(len(terminalreporter.stats.get(what, [])) for what in ("failed", "error"))
    hours = (sum(run.done.values()) + sum(report.duration for report in passed)) / 3600
    terminalreporter.write_line(
        f"soak N={run.times:g} SEED={run.seed}: {len(run.done) + len(passed)} parts passed, "
        f"{failed} failed; {hours:.2f} hours of work, "
        f"{(time.monotonic() - run.began) / 3600:.2f} hours by the clock since this start"
    )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A whole soak that has passed is over."""
    run = session.config.stash.get(_RUN, None)
    if run is None or hasattr(session.config, "workerinput"):
        return
    whole = not session.config.getoption("keyword") and session.config.args == ["tests"]
    if exitstatus == pytest.ExitCode.OK and whole:
        run.finish()


@pytest.fixture
def soak(request: pytest.FixtureRequest) -> Soak:
    """How long this long form is, and by which seed; the seed is printed."""
    found = request.config.stash[_RUN].of(request.node.nodeid)
    print(f"seed {found.seed}")
    return found
