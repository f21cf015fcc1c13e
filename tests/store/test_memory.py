"""What goes over everything holds little of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from fieldkit.store.home.home import Home
from tests.store.homes import new_home, opened
from tests.store.long_history import closed_job, multiply

LOOPS = """
import json, shutil, sys, tracemalloc
from pathlib import Path

import apsw

from fieldkit.services.home.upkeep import archive_jobs
from fieldkit.services.jobs.job_rows import all_jobs
from fieldkit.store.care.plain_export import export_plain, import_plain
from fieldkit.store.care.scrub import check
from fieldkit.store.home.home import Home
from tests.store.homes import new_home, opened

def traced(loop):
    apsw.memory_high_water(True)
    before = apsw.memory_used()
    tracemalloc.start()
    loop()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most, apsw.memory_high_water() - before

def status(name):
    text = Path("/proc/self/status").read_text()
    return int(text.partition(name + ":")[2].split()[0]) * 1024

def resident(loop):
    Path("/proc/self/clear_refs").write_text("5")
    before = status("VmRSS")
    loop()
    return status("VmHWM") - before, 0

def import_export(file):
    import_home = new_home(home.folder / "imported")
    with opened(import_home) as other:
        import_plain(other.store, file)
    shutil.rmtree(import_home.folder)

home = Home(Path(sys.argv[1]))
found = {}
with opened(home, days=int(sys.argv[2])) as session:
    loops = {
        "table": lambda: sum(1 for _ in session.store.db.table("jobs")),
        "all jobs": lambda: sum(1 for _ in all_jobs(session)),
        "export": lambda: export_plain(session.store, home.folder / "export.json"),
        "import": lambda: import_export(home.folder / "export.json"),
        "office refilled": lambda: session.store.exchange.copies.counted_ids(),
        "check": lambda: check(session.store).troubles and sys.exit("troubles"),
        "archive": lambda: archive_jobs(session, 30) and sys.exit("moved"),
    }
    for name, loop in loops.items():
        found[name] = (resident if sys.argv[3] == "resident" else traced)(loop)
print(json.dumps(found))
"""
"""Tells the most bytes that Python held in each loop, and SQLite, beyond what they held before."""

BYTES = 1000
"""What a loop may hold for each job, of which store and events take some 12 KB. Half of it is
pydantic's cache of short strings, which ends at 16,384; `make bench` measures 200,000 jobs."""

PAGES = 8 << 20
"""What SQLite may hold of its pages, however many there are: 2 MB for each connection."""


def memory_of_loops(home: Home, days: int = 400, how: str = "traced") -> dict[str, list[int]]:
    """Bytes of Python and of SQLite by loop, in a process of its own. `resident`: of the whole
    process, which is quicker."""
    command = [sys.executable, "-c", LOOPS, str(home.folder), str(days), how]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    found: dict[str, list[int]] = json.loads(done.stdout)
    return found


def test_loops_over_everything_hold_little_of_it(tmp_path: Path) -> None:
    few, many = 500, 2000
    home, found = new_home(tmp_path / "home"), []
    with opened(home) as session:
        closed_job(session)
    for count in (few, many):
        with opened(home) as session:
            multiply(session, count)
        found.append(memory_of_loops(home))
    first, last = found
    grown = {name: (last[name][0] - first[name][0]) / (many - few) for name in first}
    assert {name: each for name, each in grown.items() if each > BYTES} == {}, grown
    assert max(pages for _, pages in last.values()) <= PAGES
