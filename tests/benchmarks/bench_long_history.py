"""A store with 200,000 jobs, and the full check of 10,000 beside work.

`make bench` runs it and writes its section of `docs/benchmarks-store.md`; with `--quick` it only
shows that everything runs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldkit.services.demo.generated_home import fill_home
from fieldkit.services.home.session import Session
from fieldkit.services.home.upkeep import archive_jobs
from fieldkit.services.jobs.job_rows import list_jobs
from fieldkit.store.care.scrub import CheckReport, check
from tests.benchmarks.sections import ON, put_section
from tests.store.homes import new_home, opened
from tests.store.long_history import closed_job, multiply
from tests.store.test_memory import memory_of_loops

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks-store.md"
TIMES = 5
MB = 1_000_000

WORK = """
import json, sys, time
from pathlib import Path
from fieldkit.store.home.home import Home
from tests.store.homes import one_job, opened

slowest = steps = 0
with opened(Home(Path(sys.argv[1]))) as session:
    one_job(session)
    print("ready", flush=True)
    stop = Path(sys.argv[2])
    while not stop.exists():
        start = time.perf_counter()
        one_job(session)
        slowest, steps = max(slowest, (time.perf_counter() - start) / 3), steps + 3
        time.sleep(0.05)
print(json.dumps([steps, slowest]))
"""
"""Three steps each 50 ms, until told to stop; tells how many and the slowest in seconds."""


def least(act: Callable[[], object]) -> float:
    """The least of a few times, in milliseconds."""
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def timed(session: Session) -> tuple[CheckReport, float, float]:
    """A check, the seconds that it took, and those of them that this process worked."""
    start, work = time.perf_counter(), time.process_time()
    report = check(session.store)
    return report, time.perf_counter() - start, time.process_time() - work


def test_a_long_history(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    quick = request.config.getoption("--quick")
    few, many = (20, 40) if quick else (1_000, 200_000)
    took, held = {}, {}
    for count in (few, many):
        home = new_home(tmp_path / f"home-{count}")
        with opened(home) as session:
            closed_job(session)
            multiply(session, count, received=True)
        with opened(home) as session:
            took[count] = (
                least(lambda: list_jobs(session)),
                least(lambda: archive_jobs(session, 30)),
            )
        if count == many:
            held = {
                name: sum(each) / MB for name, each in memory_of_loops(home, 0, "resident").items()
            }
    lists, archives = zip(*took.values(), strict=True)
    lines = [f"| {n:,} | {one:.0f} | {two:.2f} |" for n, (one, two) in took.items()]
    loops = [f"| {name} | {each:.1f} |" for name, each in held.items()]
    text = "\n".join(
        [
            f"Measured with {ON}. All jobs are closed, each of 3 KB with two events; none is old "
            "enough to be\narchived. Milliseconds, the least of five:\n",
            "| jobs | first page of the list | archive, nothing to move |",
            "| ---: | ---: | ---: |",
            *lines,
            f"\nWhat goes over all {many:,} jobs adds at most to the process, in MB:\n",
            "| loop | MB |",
            "| --- | ---: |",
            *loops,
        ]
    )
    print("\n" + text)
    if quick:
        return
    put_section(f"{many:,} jobs", text, PAGE)
    assert lists[1] <= 300
    assert archives[1] <= 1.5 * archives[0] + 1
    assert max(held.values()) <= 100


def test_the_check_beside_work(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    quick = request.config.getoption("--quick")
    count = 30 if quick else 10_000
    home, stop = new_home(tmp_path / "home"), tmp_path / "stop"
    with opened(home) as session:
        fill_home(session, 20, seed=6)
        multiply(session, count)
    command = [sys.executable, "-c", WORK, str(home.folder), str(stop)]
    root = Path(__file__).parents[2]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as worker,
        opened(home) as session,
    ):
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        report, first, first_cpu = timed(session)
        again, seconds, cpu = timed(session)
        stop.touch()
        steps, slowest = json.loads(worker.stdout.read())
    assert report.troubles == again.troubles == ()
    text = (
        f"Measured with {ON}. {count:,} jobs played through the whole flow, {report.events:,} "
        "events, as seconds of\nthe clock beside other work and of the checking process's own "
        "time:\n\n| check | clock | own time |\n| --- | ---: | ---: |\n"
        f"| the first, or after an update: everything is folded | {first:.1f} | {first_cpu:.1f} |\n"
        f"| every further one: what is as it was is only read | {seconds:.1f} | {cpu:.1f} |\n\n"
        f"Beside them another process saved {steps} steps; the slowest three took "
        f"{slowest * 1000:.0f} ms each."
    )
    print("\n" + text)
    if quick:
        return
    put_section("The full check beside work", text, PAGE)
    assert cpu <= min(10, 0.7 * first_cpu)
