"""A real step saved, beside the same rows and index entries written by plain APSW.

One job is taken through the services up to its diagnosis, with the shipped rules and catalogue;
a store is filled with copies of it; the step is the decision of one of them, through
`Ledger.commit`. In turns with it, in a copy of the same file with the same pragmas and cipher,
plain APSW writes the same step by hand (event to text, hash, rows to text, one transaction), and
the finished documents alone. At small sizes TinyDB's own JSON file does the same. `make bench` runs
it and writes `docs/benchmarks-store.md`.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw
import pytest
import tinydb

from fieldkit.domain.event import Act, Author, Event, Role
from fieldkit.domain.evolve import Document
from fieldkit.services import jobs, records
from fieldkit.services.ids import uuid7
from fieldkit.services.session import init_home, open_session
from fieldkit.store.alone import Presence
from fieldkit.store.home import Home
from fieldkit.store.ledger import event_row
from fieldkit.store.store import Store, open_db
from fieldkit.store.tinysqlite import Document as Row

KEY = bytes(range(32))
AUTHOR = Author(
    by="陆知行", role=Role.TECHNICIAN, at=datetime.fromisoformat("2026-11-05T09:00:00+08:00")
)
SIZES = (100, 1_000, 10_000, 50_000)
JSON_SIZES = (100, 1_000)
RESULTS = Path(__file__).parents[2] / "docs" / "benchmarks-store.md"
TURN = 20

_FORMS: dict[str, dict[str, Any]] = {
    "dispatch": {"technician": "陆知行"},
    "appoint": {"on": "2026-11-05", "time_from": "09:00", "time_to": "11:00"},
    "arrive": {"checklist": ["uniform"]},
    "diagnose": {
        "lines": [{"component": "wearing", "cause": "wear", "part": "P-PAD"}] * 2
        + [{"component": "wearing", "cause": "wear", "part": "P-PAD"}]
    },
    "decide": {},
}


@dataclass(frozen=True)
class Model:
    """A job up to its diagnosis, its first event, and the act that decides it."""

    document: Document
    first: Event
    decision: Act

    def document_of(self, number: int) -> Document:
        """The same job under another id and number."""
        named = {"id": f"job-{number:06d}", "number": f"261105-{number:06d}"}
        return self.document.model_copy(update=named)

    def event_of(self, number: int) -> Event:
        """The event that registered it."""
        named = {"id": f"event-{number:06d}", "record": f"job-{number:06d}", "seq": number + 1}
        return self.first.model_copy(update=named)

    def step(self, number: int) -> Act:
        """The act that decides it."""
        return self.decision.model_copy(update={"record": f"job-{number:06d}"})


def model_job(folder: Path) -> Model:
    """Make the job in a home of its own."""
    home = Home(folder / "model")
    init_home(home, AUTHOR.by, AUTHOR.role, "zh", method="file")
    with open_session(home, {}, clock=lambda: AUTHOR.at) as session:
        who = {"name": "某顾客", "phone": "000-0001", "address": "某市某区某路 12 号 3 单元 401"}
        customer = records.register_customer(session, who)
        product = {"serial": "C24-2501-00001", "model": "QL-C24", "purchase_date": "2025-11-05"}
        records.register_product(session, product)
        request = {"symptom": "刹车异响，行驶中有抖动，上坡无力，换挡困难", "distance_km": 4}
        job = jobs.register_job(session, request, customer.id, "C24-2501-00001")
        diagnosed = job
        for key, values in _FORMS.items():
            diagnosed, job = job, jobs.do_step(session, job.id, key, values)
        first, *_, decided = jobs.history(session, job.id)
    return Model(diagnosed, first, Act(record=job.id, type=decided.type, data=decided.data))


def fill(path: Path, model: Model, count: int) -> None:
    """A store of `count` jobs with one event each."""
    db = open_db(path, KEY)
    device = {"id": uuid7(), "epoch": uuid7(), "seq": count, "head": "0" * 64}
    with db.transaction():
        db.table("device").put(Row(device, doc_id="self"))
        for number in range(count):
            document, event = model.document_of(number), model.event_of(number)
            row = document.model_dump(mode="json", exclude_defaults=True) | {"id": document.id}
            db.table("jobs").put(Row(row, doc_id=document.id))
            row = event_row(event, event.to_bytes(), position=number + 1)
            db.table("events").put(Row(row, doc_id=event.id))
    db.close()


Rows = list[tuple[str, str, dict[str, Any]]]
"""Table, id and document of each row of a step."""


class Plain:
    """What a program with APSW alone would do, in a copy of the store."""

    def __init__(self, path: Path) -> None:
        self.db = connected(path)
        tables: Any = self.db.execute("SELECT name, number, fields FROM store_tables")
        self._tables = {name: (number, json.loads(fields)) for name, number, fields in tables}

    def by_hand(self, event: dict[str, Any], rows: Rows) -> None:
        """The whole step but for what the job makes of it: text, hash, rows, one commit."""
        raw = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        head = hashlib.sha256(raw.encode()).hexdigest()
        for table, _, document in rows:
            if table == "events":
                document["raw"] = raw
            elif table == "device":
                document["head"] = head
        self.documents(rows)

    def documents(self, rows: Rows) -> None:
        """Finished documents as rows."""
        self.write([self.row(*row) for row in rows])

    def row(self, table: str, doc_id: str, document: dict[str, Any]) -> tuple[str, list[Any]]:
        """The statement and the values that put a document, its index entries too."""
        number, fields = self._tables[table]
        columns = ["id", *(f"x{place}" for place in range(len(fields))), "body"]
        sets = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
        sql = (
            f"INSERT INTO t{number}({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
            f" ON CONFLICT (id) DO UPDATE SET {sets}"
        )
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        return sql, [doc_id, *(document.get(path[0]) for path, _ in fields), body]

    def write(self, rows: list[tuple[str, list[Any]]]) -> None:
        """One transaction."""
        self.db.execute("BEGIN IMMEDIATE")
        for sql, values in rows:
            self.db.execute(sql, values)
        self.db.execute("COMMIT")

    def select(self, condition: str, *bindings: object) -> list[Any]:
        """Jobs as they are read back."""
        sql = f"SELECT body FROM t{self._tables['jobs'][0]} {condition}"
        return [json.loads(body) for (body,) in self.db.execute(sql, bindings)]


def connected(path: Path) -> apsw.Connection:
    """A connection with the pragmas that the store sets."""
    db = apsw.Connection(str(path))
    db.execute(f"PRAGMA cipher = 'chacha20'; PRAGMA key = 'raw:{KEY.hex()}'").fetchall()
    db.execute(
        "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000;"
        "PRAGMA journal_size_limit = 4194304"
    ).fetchall()
    return db


class JSONFile:
    """The same in TinyDB's own JSON file."""

    def __init__(self, path: Path, model: Model, count: int) -> None:
        events, found = {}, {}
        for number in range(count):
            document, event = model.document_of(number), model.event_of(number)
            row = document.model_dump(mode="json", exclude_defaults=True)
            found[str(number + 1)] = row
            events[str(number + 1)] = event_row(event, event.to_bytes(), position=number + 1)
        outbox: dict[str, Any] = {"1": {}}
        device: dict[str, Any] = {"1": {}}
        tables = {"events": events, "jobs": found, "outbox": outbox, "device": device}
        path.write_text(json.dumps(tables), encoding="utf-8")
        self.db = tinydb.TinyDB(path)

    def write(self, number: int, rows: Rows) -> None:
        """A step; each write rewrites the file."""
        for table, _, document in rows:
            if table in ("jobs", "device"):
                place = number + 1 if table == "jobs" else 1
                self.db.table(table).update(document, doc_ids=[place])
            else:
                self.db.table(table).insert(document)


def open_json(path: Path) -> int:
    """Open TinyDB's file and read a table: it has no other way to be ready."""
    with tinydb.TinyDB(path) as db:
        return len(db.table("jobs"))


class Clock:
    """Takes times under names."""

    def __init__(self) -> None:
        self._times: dict[str, list[float]] = {}

    def take(self, name: str, act: Callable[..., object], *arguments: object) -> Any:
        """Call it and note the milliseconds."""
        start = time.perf_counter()
        answer = act(*arguments)
        self._times.setdefault(name, []).append((time.perf_counter() - start) * 1000)
        return answer

    def forget(self) -> None:
        """What was taken until now was for warming up."""
        self._times.clear()

    def medians(self) -> dict[str, float]:
        """The median of each name, in milliseconds."""
        return {name: statistics.median(values) for name, values in self._times.items()}


def open_filled(home: Home) -> Store:
    """The store, its key unwrapped."""
    return Store(home, open_db(home.store, KEY), KEY, uuid7, Presence(home.folder))


def rows_of(store: Store, event: Event) -> Rows:
    """What a step has written."""
    places = (
        ("events", event.id), ("jobs", event.record), ("outbox", event.id), ("device", "self"),
    )  # fmt: skip
    return [(table, key, dict(store.db.table(table).get(doc_id=key))) for table, key in places]


def measure(folder: Path, model: Model, count: int, turns: int) -> dict[str, float]:
    """Medians in milliseconds of a store of `count` jobs."""
    home = Home(folder / f"home-{count}")
    home.folder.mkdir()
    fill(home.store, model, count)
    with open_filled(home) as store:
        store.ledger.commit([model.step(0)], AUTHOR)  # makes the outbox's table
    copy = folder / f"plain-{count}.db"
    shutil.copyfile(home.store, copy)
    clock = Clock()
    with open_filled(home) as store:
        plain = Plain(copy)
        file = JSONFile(folder / f"{count}.json", model, count) if count in JSON_SIZES else None
        for turn in range(turns + 1):
            if turn == 1:
                clock.forget()
            numbers = [1 + (turn * TURN + step) * 7919 % (count - 1) for step in range(TURN)]
            written = save_steps(clock, store, plain, model, numbers)
            if file and turn in (1, 2):
                clock.take("json step", file.write, numbers[0], written[0])
        read(clock, store, plain, count)
        plain.db.close()
    for _ in range(15):
        clock.take("open", open_filled, home).close()
        clock.take("plain open", lambda: connected(copy).execute("SELECT 1 FROM t1").fetchall())
    if file:
        file.db.close()
        clock.take("json open", open_json, folder / f"{count}.json")
    return clock.medians()


def save_steps(
    clock: Clock, store: Store, plain: Plain, model: Model, numbers: list[int]
) -> list[Rows]:
    """Each step on each side, one after the other, so that all meet the same disk."""
    written = []
    for number in numbers:
        (event,) = clock.take("step", store.ledger.commit, [model.step(number)], AUTHOR)
        rows = rows_of(store, event)
        clock.take("by hand", plain.by_hand, json.loads(event.to_bytes()), rows)
        clock.take("rows", plain.documents, rows)
        written.append(rows)
    return written


def read(clock: Clock, store: Store, plain: Plain, count: int) -> None:
    """Get by id, search by an indexed field, scan."""
    jobs_table = store.db.table("jobs")
    for step in range(200):
        number = step * 37 % count
        record, named = f"job-{number:06d}", f"261105-{number:06d}"
        (event,) = clock.take("get", lambda key=record: [jobs_table.get(doc_id=key)])
        assert [event] == clock.take("plain get", plain.select, "WHERE id = ?", record)
        query = tinydb.where("number") == named
        assert len(clock.take("search", jobs_table.search, query)) == 1
        clock.take("plain search", plain.select, "WHERE x0 = ? ORDER BY seq", named)
    for _ in range(3 if count < 10_000 else 1):
        assert len(clock.take("scan", jobs_table.all)) == count
        clock.take("plain scan", plain.select, "ORDER BY seq")


# -- the page --------------------------------------------------------------------------------

_PAGE = """# Benchmarks of the store

Written by `make bench` (`tests/benchmarks/bench_steps.py`); medians in milliseconds, all sides in
turns in one run. Compare the ratios: they hold on other machines, the milliseconds do not.

Measured with Python {python}, SQLite {sqlite}, {cores} cores; writing 16 KB and making them
durable takes {sync:.2f} ms on this disk. The job is {job:,} bytes of JSON after the step, the event
with its decision record {event:,}.

## One step saved

`Ledger.commit` makes an event, chains it by its hash, brings the job up to date with it, and
writes event, job, outbox and device in one durable transaction. **By hand** is the same with plain
APSW, the same pragmas, cipher, rows and index entries: event and rows made into text, hash, one
transaction; the job's new state is given to it. **Rows** only makes the finished
documents into rows and writes them.

{steps}

## Opening and reading

{reads}

TinyDB's JSON file: its `insert` and `update` rewrite the whole file, which is not durable.
"""


def table(columns: list[str], lines: list[list[str]]) -> str:
    """A table in Markdown."""
    rows = [columns, ["---:"] * len(columns), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def page(model: Model, found: dict[int, dict[str, float]], job: int) -> str:
    """The results as a page."""
    first = next(iter(found.values()))["step"]
    steps, reads = [], []
    for count, ms in found.items():
        step, by_hand, rows = ms["step"], ms["by hand"], ms["rows"]
        json_step = f"{ms['json step']:,.0f}" if "json step" in ms else ""
        steps.append(
            [f"{count:,}", f"{step:.3f}", f"{by_hand:.3f}", f"{rows:.3f}", f"{step / by_hand:.2f}",
             f"{step / rows:.2f}", f"{step / first:.2f}", json_step]
        )  # fmt: skip
        cells = [f"{count:,}"]
        for name in ("open", "get", "search", "scan"):
            cells += [f"{ms[name]:.3f}", f"{ms[name] / ms[f'plain {name}']:.2f}"]
        reads.append([*cells, f"{ms['json open']:.1f}" if "json open" in ms else ""])
    return _PAGE.format(
        python=platform.python_version(),
        sqlite=apsw.sqlite_lib_version(),
        cores=os.cpu_count(),
        sync=sync_time(),
        job=job,
        event=len(json.dumps(model.decision.data, ensure_ascii=False).encode()),
        steps=table(
            ["jobs", "step", "by hand", "rows", "step / by hand", "step / rows",
             "step / step at the least", "JSON file"], steps,
        ),
        reads=table(
            ["jobs", "open", "x plain", "get", "x plain", "search", "x plain", "scan", "x plain",
             "open JSON file"], reads,
        ),
    )  # fmt: skip


def sync_time() -> float:
    """The median time of a durable write of 16 KB, in milliseconds."""
    times = []
    with tempfile.TemporaryFile(dir=RESULTS.parent) as file:
        for _ in range(50):
            start = time.perf_counter()
            file.write(bytes(16384))
            file.flush()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def test_steps_beside_plain_apsw(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    quick = request.config.getoption("--quick")
    model = model_job(tmp_path)
    sizes = (50,) if quick else SIZES
    found = {count: measure(tmp_path, model, count, 1 if quick else 15) for count in sizes}
    with open_filled(Home(tmp_path / f"home-{sizes[0]}")) as store:
        job = len(store.db.table("jobs").text("job-000001") or "")
    text = page(model, found, job)
    print("\n" + text)
    if not quick:
        RESULTS.write_text(text, encoding="utf-8")
        assert found[50_000]["open"] < 10
