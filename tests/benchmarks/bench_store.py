"""A step saved, and a store opened, read and searched, beside plain APSW and TinyDB's JSON file.

All sides work on copies of the same store, with the same pragmas and cipher, in turns in one run;
so do the sizes. `make bench` runs it and writes its sections of `docs/benchmarks-store.md`; with
`--quick` it only shows that everything runs.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

import apsw
import pytest
import tinydb

from fieldkit.domain.core.event import RecordKind
from fieldkit.store.home.home import Home
from fieldkit.store.store import open_db
from fieldkit.store.tinysqlite import StoredDocument, TinySQLite
from tests.benchmarks.real_step import (
    AUTHOR,
    KEY,
    Model,
    Rows,
    fill,
    job_id,
    job_no,
    model_job,
    open_filled,
    rows_of,
)
from tests.benchmarks.sections import put_section
from tests.benchmarks.sides import Clock, JSONFile, Plain, connected

SIZES = (100, 1_000, 10_000, 50_000)
TURNS, TURN = 20, 20
RESULTS = Path(__file__).parents[2] / "docs" / "benchmarks-store.md"

Found = dict[int, dict[str, float]]
"""Medians in milliseconds under their names, by the number of jobs."""


class Sides:
    """A store of `count` jobs and its copies, one for each side."""

    def __init__(self, folder: Path, model: Model, count: int, stack: ExitStack) -> None:
        self.model, self.count, self.clock = model, count, Clock()
        self.home = Home(folder / f"home-{count}")
        self.home.folder.mkdir()
        fill(self.home.store, model, count)
        self.copies = {name: folder / f"{name}-{count}.db" for name in ("tiny", "a", "b", "c")}
        for copy in self.copies.values():
            shutil.copyfile(self.home.store, copy)
        os.sync()
        self.store = stack.enter_context(open_filled(self.home))
        self.tiny = stack.enter_context(closing(open_db(self.copies["tiny"], KEY)))
        self.hand, self.rows, self.texts = (Plain(self.copies[name]) for name in "abc")
        for plain in (self.hand, self.rows, self.texts):
            stack.callback(plain.db.close)
        self.file = JSONFile(folder / f"{count}.json", model, count)
        stack.callback(self.file.db.close)

    def step(self, turn: int, step: int) -> None:
        """One step on each side, one after the other, so that all meet the same disk."""
        number = 1 + (turn * TURN + step) * 7919 % (self.count - 1)
        take, ledger = self.clock.take, self.store.ledger
        ledger.document(RecordKind.JOB, job_id(number))  # as whoever decides it has done
        (event,) = take("step", ledger.commit, [self.model.step(number)], AUTHOR)
        rows = rows_of(self.store, event)
        take("tinysqlite", put_all, self.tiny, rows)
        take("rows", self.rows.documents, rows)
        take("texts", self.texts.write, [self.texts.row(*row) for row in rows])
        take("by hand", self.hand.by_hand, json.loads(event.to_bytes()), rows)
        if step == 0 and turn in ((1, 2, 3) if self.count <= 1_000 else (1,)):
            take("json step", self.file.write, number, rows)

    def read(self) -> None:
        """Get by id, search by an indexed field, scan."""
        jobs, file, take = self.store.db.table("jobs"), self.file.db.table("jobs"), self.clock.take
        for step in range(200):
            number = step * 37 % self.count
            key, query = job_id(number), tinydb.where("number") == job_no(number)
            assert take("get", lambda key=key: jobs.get(doc_id=key))["number"] == job_no(number)
            assert len(take("plain get", self.rows.select, "WHERE id = ?", key)) == 1
            assert len(take("search", jobs.search, query)) == 1
            assert len(take("plain search", self.rows.select, "WHERE x0 = ?", job_no(number))) == 1
            if step == 0:
                take("json get", lambda place=number + 1: file.get(doc_id=place))
                assert len(take("json search", file.search, query)) == 1
        for _ in range(3 if self.count < 10_000 else 1):
            assert len(take("scan", jobs.all)) == self.count
            assert len(take("plain scan", self.rows.select, "ORDER BY seq")) == self.count
        assert len(take("json scan", file.all)) == self.count

    def open(self) -> None:
        """Open a store whose key is unwrapped; after `read`, when nobody has it open."""
        for _ in range(15):
            self.clock.take("open", open_filled, self.home).close()
            self.clock.take("plain open", open_plain, self.copies["b"])
        self.clock.take("json open", self.file.open)


def put_all(db: TinySQLite, rows: Rows) -> None:
    """Finished documents through the storage, in one transaction."""
    with db.transaction():
        for table, doc_id, document in rows:
            db.table(table).put(StoredDocument(document, doc_id=doc_id))


def open_plain(path: Path) -> None:
    """A plain connection that has read something."""
    with closing(connected(path)) as db:
        db.execute("SELECT 1 FROM t1").fetchall()


def measure(folder: Path, model: Model, sizes: tuple[int, ...], turns: int) -> Found:
    """All sizes and all sides in turns; the first turn warms up."""
    with ExitStack() as stack:
        sides = [Sides(folder, model, count, stack) for count in sizes]
        for turn in range(turns + 1):
            for side in sides:
                if turn == 1:
                    side.clock.forget()
                for step in range(TURN):
                    side.step(turn, step)
        for side in sides:
            side.read()
    for side in sides:
        side.open()
    return {side.count: side.clock.medians() for side in sides}


# -- the page --------------------------------------------------------------------------------

_PAGE = """# Benchmarks of the store

Written by `make bench` (`tests/benchmarks/bench_store.py`); medians in milliseconds, all sides and
sizes in turns in one run. Compare the ratios: they hold on other machines, the milliseconds do not.

Measured with Python {python}, SQLite {sqlite}, {cores} cores; writing 16 KB and making them
durable takes {sync:.2f} ms on this disk. The job is {job:,} bytes of JSON after the step, the event
with its decision record {event:,}.

## One step saved

All sides write the same rows of events, jobs, outbox and device with the same nine index entries,
the same pragmas and the same cipher, each in a copy of the same store, in one durable transaction.

- **step**: `Ledger.commit`, all that fieldkit does: it makes the event, chains it by its hash,
  brings the job (which has been read before, to decide it) up to date, and saves everything.
- **by hand**: event into text, hash, documents into rows, with plain APSW. The job's new state is
  given to it.
- **tinysqlite**: the finished documents through the storage's TinyDB interface.
- **rows**: the finished documents made into text and written by plain APSW.
- **texts**: rows that are finished texts, only bound and written by plain APSW.
- **JSON file**: TinyDB's own storage. Each of its four writes rewrites the file, which is not
  durable.

{steps}

{ratios}

The same of the processor's time alone, which is what remains of the ratios on a disk that is ready
at once:

{cpu}

So the storage costs {tiny:.2f} × plain APSW for the same documents, and the whole step
{hand:.2f} × the same work by hand. Against rows that somebody else has made and turned into text
it is {texts:.2f} ×: the rest is making the event, its hash, and the job's new state.

## Opening and reading

Ratios are to plain APSW, which reads the same rows and parses them.

{reads}

The same in TinyDB's JSON file, which reads the whole file for each:

{json}
"""


def table(columns: list[str], lines: list[list[str]]) -> str:
    """A table in Markdown."""
    rows = [columns, ["---:"] * len(columns), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def page(model: Model, found: Found, job: int) -> str:
    """The results as a page."""
    last = list(found.values())[-1]
    return _PAGE.format(
        python=platform.python_version(),
        sqlite=apsw.sqlite_lib_version(),
        cores=os.cpu_count(),
        sync=sync_time(),
        job=job,
        event=len(json.dumps(model.decision.data, ensure_ascii=False).encode()),
        steps=_times(found, ["step", "by hand", "tinysqlite", "rows", "texts", "json step"]),
        ratios=_ratios(found),
        cpu=_ratios(found, "cpu "),
        tiny=last["tinysqlite"] / last["rows"],
        hand=last["step"] / last["by hand"],
        texts=last["step"] / last["texts"],
        reads=_reads(found),
        json=_times(found, ["json open", "json get", "json search", "json scan"]),
    )


def _times(found: Found, names: list[str]) -> str:
    lines = [[f"{n:,}", *(_ms(ms[name]) for name in names)] for n, ms in found.items()]
    return table(["jobs", *(name.replace("json step", "JSON file") for name in names)], lines)


def _ms(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:,.0f}"


def _ratios(found: Found, of: str = "") -> str:
    first = next(iter(found.values()))[f"{of}step"]
    pairs = [("tinysqlite", "rows"), ("step", "by hand"), ("step", "rows"), ("step", "texts")]
    lines = []
    for count, ms in found.items():
        cells = [ms[of + one] / ms[of + other] for one, other in pairs]
        cells.append(ms[f"{of}step"] / first)
        lines.append([f"{count:,}", *(f"{cell:.2f}" for cell in cells)])
    columns = ["jobs", *(f"{one} / {other}" for one, other in pairs), "step / step at the least"]
    return table(columns, lines)


def _reads(found: Found) -> str:
    lines = []
    for count, ms in found.items():
        cells = [f"{count:,}"]
        for name in ("open", "get", "search", "scan"):
            cells += [_ms(ms[name]), f"{ms[name] / ms[f'plain {name}']:.2f}"]
        lines.append(cells)
    return table(
        ["jobs", "open", "ratio", "get", "ratio", "search", "ratio", "scan", "ratio"], lines
    )


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


def test_the_store_beside_plain_apsw(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    quick = request.config.getoption("--quick")
    model = model_job(tmp_path)
    sizes, turns = ((50, 100), 1) if quick else (SIZES, TURNS)
    found = measure(tmp_path, model, sizes, turns)
    with open_filled(Home(tmp_path / f"home-{sizes[0]}")) as store:
        job = len(store.db.table("jobs").text(job_id(1)) or "")
    text = page(model, found, job)
    print("\n" + text)
    if quick:
        return
    head, *sections = text.split("\n## ")
    top = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else head
    _, *kept = top.split("\n## ")  # what other benchmarks wrote
    RESULTS.write_text("\n## ".join([head, *kept]), encoding="utf-8")
    for section in sections:
        title, _, body = section.partition("\n\n")
        put_section(title, body.rstrip("\n"), RESULTS)
    least, most = found[SIZES[0]], found[SIZES[-1]]
    for ms in found.values():
        assert ms["tinysqlite"] <= 1.5 * ms["rows"]
        assert ms["step"] <= 1.5 * ms["by hand"]
    assert most["step"] <= 1.3 * least["step"]
    assert most["open"] <= 10
