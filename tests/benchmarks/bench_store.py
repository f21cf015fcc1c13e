"""What a step saved costs, beside the same rows and index entries written by plain APSW.

Run as a script: ``python tests/benchmarks/bench_store.py [--quick]``. Both sides take turns in
one run, on the same disk, with the same pragmas and cipher; ratios are what counts.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw

from fieldkit.store.tinysqlite import Document, TinySQLite

KEY = bytes(range(32))
INDEXES = {"jobs": ["state", "due"], "events": ["job", "position"]}
TURN = 25
TIMED = ("step", "put", "plain", "get", "page", "open")
STATES = ("dispatched", "arrived", "decided", "repaired", "submitted")

Documents = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
Save = Callable[[Documents], None]


def job(number: int, step: int = 0) -> dict[str, Any]:
    """A job document of about 3 KB of JSON, with 22 lines and checklist answers."""
    return {
        "id": f"job-{number:06d}",
        "state": STATES[(number + step) % len(STATES)],
        "due": 20260000 + number % 400,
        "step": step,
        "customer": {"name": f"customer {number}", "city": "厦门", "level": "loyal"},
        "product": {"serial": f"SN{number:09d}", "model": "TM-500", "bought": "2024-05-11"},
        "lines": [
            {"part": f"P-{line:04d}", "count": 1 + line % 3, "price": 1250 * line, "charge": "paid",
             "note": "replaced after measuring the winding"}
            for line in range(22)
        ],
        "checklist": {f"item-{item}": item % 2 == 0 for item in range(24)},
    }  # fmt: skip


def event(step: int, number: int) -> dict[str, Any]:
    """An event of about 600 bytes."""
    return {
        "id": f"event-{step:08d}",
        "job": f"job-{number:06d}",
        "type": "line_added",
        "position": None,
        "device": "laptop-1",
        "sequence": step,
        "data": {"part": "P-0001", "note": "x" * 380},
    }


def documents(step: int, jobs: int) -> Documents:
    """What the step ``step`` saves: the event, the job as it is after it, the outbox entry."""
    number = step * 7919 % jobs
    happened = event(step, number)
    return happened, job(number, step), {"event": happened["id"], "job": happened["job"]}


def tiny_step(db: TinySQLite, *, put: bool = False) -> Save:
    """One step through tinysqlite: event, job and outbox in one transaction.

    The job is merged into the stored one (``upsert``) or replaces it (``put``).
    """
    events, all_jobs, outbox = db.table("events"), db.table("jobs"), db.table("outbox")
    store = all_jobs.put if put else all_jobs.upsert

    def save(step: Documents) -> None:
        happened, changed, unsent = step
        with db.transaction():
            events.insert(happened)
            store(Document(changed, doc_id=changed["id"]))
            outbox.insert(unsent)

    return save


def plain_step(db: apsw.Connection) -> Save:
    """The same rows and index entries through APSW; ``t1`` to ``t3`` as tinysqlite made them."""
    dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    add = "INSERT INTO t2(id, body, x0, x1) VALUES (?, ?, ?, ?)"
    upsert = (
        "INSERT INTO t1(id, body, x0, x1) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
        " SET body = excluded.body, x0 = excluded.x0, x1 = excluded.x1"
    )
    send = "INSERT INTO t3(id, body) VALUES (?, ?)"

    def save(step: Documents) -> None:
        happened, changed, unsent = step
        doc_id = happened["sequence"] + 1
        db.execute("BEGIN IMMEDIATE")
        db.execute(add, (doc_id, dumps(happened), happened["job"], happened["position"]))
        db.execute(upsert, (changed["id"], dumps(changed), changed["state"], changed["due"]))
        db.execute(send, (doc_id, dumps(unsent)))
        db.execute("COMMIT")

    return save


def filled(path: Path, jobs: int) -> TinySQLite:
    """A store with ``jobs`` jobs and the three tables ``t1`` to ``t3``."""
    db = TinySQLite.open(path, key=KEY, indexes=INDEXES)
    with db.transaction():
        table = db.table("jobs")
        for start in range(0, jobs, 1000):
            numbers = range(start, min(start + 1000, jobs))
            table.insert_multiple(Document(job(n), doc_id=f"job-{n:06d}") for n in numbers)
        db.table("events").insert(event(0, 0))
        db.table("outbox").insert({"event": "event-0"})
    db.checkpoint()
    return db


def plain(path: Path) -> apsw.Connection:
    """A plain connection with the pragmas that tinysqlite sets."""
    db = apsw.Connection(str(path))
    db.execute(f"PRAGMA cipher = 'chacha20'; PRAGMA key = 'raw:{KEY.hex()}'").fetchall()
    db.execute(
        "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000;"
        "PRAGMA journal_size_limit = 4194304"
    ).fetchall()
    return db


def clock(act: Callable[[Any], object], argument: Any) -> float:
    """Milliseconds that ``act(argument)`` takes."""
    start = time.perf_counter()
    act(argument)
    return (time.perf_counter() - start) * 1000


def measure(folder: Path, jobs: int, rounds: int) -> dict[str, float]:
    """Medians in milliseconds for a store of ``jobs`` jobs."""
    filled(folder / "plain.db", jobs).close()
    db = filled(folder / "tiny.db", jobs)
    other = plain(folder / "plain.db")
    sides = {"step": tiny_step(db), "put": tiny_step(db, put=True), "plain": plain_step(other)}
    times: dict[str, list[float]] = {name: [] for name in TIMED}
    turns = itertools.count(1)
    # Short turns of all let them meet the same disk; the first turn warms up.
    for turn in range(rounds // TURN + 1):
        for name, save in sides.items():
            number = next(turns) * TURN
            steps = [documents(number + step, jobs) for step in range(TURN)]
            taken = [clock(save, step) for step in steps]
            times[name] += taken if turn else []
    other.close()
    table = db.table("jobs")
    for step in range(100):
        times["get"].append(clock(lambda name: table.get(doc_id=name), job(step * 37 % jobs)["id"]))
        times["page"].append(clock(lambda limit: table.ordered("due", limit), 20))
    db.close()
    for _ in range(15):
        start = time.perf_counter()
        opened = TinySQLite.open(folder / "tiny.db", key=KEY, indexes=INDEXES)
        times["open"].append((time.perf_counter() - start) * 1000)
        opened.close()
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="small sizes, few rounds")
    quick = options.parse_args().quick
    sizes, rounds = ((100, 1000), 100) if quick else ((100, 1000, 10_000, 50_000), 500)
    print("   jobs  upsert   put ms  plain ms  ratios      x of 100   get ms  page ms  open ms")
    first = 0.0
    for jobs in sizes:
        with tempfile.TemporaryDirectory() as folder:
            found = measure(Path(folder), jobs, rounds)
        first = first or found["step"]
        print(
            f"{jobs:7d}  {found['step']:6.3f}  {found['put']:7.3f}  {found['plain']:8.3f}"
            f"  {found['step'] / found['plain']:4.2f}, {found['put'] / found['plain']:4.2f}"
            f"  {found['step'] / first:8.2f}"
            f"  {found['get']:7.3f}  {found['page']:7.3f}  {found['open']:7.2f}"
        )


if __name__ == "__main__":
    main()
