"""A sync of many events, beside a plain uploader of the same bytes into the same kind of rows.

The plain side keeps its outbox in SQLite, gzips batches of the very event bytes, and posts them
to a FastAPI application of one route, which writes rows of events, one document a record, and
the head, in one transaction. Both servers are processes of their own on SQLite with
synchronous=FULL; both are asked over HTTP on loopback, in turns. Ratios are what counts.
"""

import contextlib
import gzip
import json
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx2
import pytest
from sqlalchemy import func, select

from fieldkit.domain.event import Act, Author, Role
from fieldkit.office.db import events
from fieldkit.office.enrol import create_enrolment
from fieldkit.office.office import init_office, open_office
from fieldkit.services.ids import uuid7
from fieldkit.store.home import Home
from fieldkit.store.store import Store, create_store
from fieldkit.sync.client import sync
from fieldkit.sync.enrol import enrol
from fieldkit.sync.errors import Retryable
from fieldkit.sync.report import SyncReport
from fieldkit.sync.transport import HttpTransport, Reply, Request, Transport
from tests.sync.exchange import MORNING, job, note

PER_JOB = 12
PLAIN_BATCH = 500
_NEXT = "SELECT * FROM o ORDER BY n LIMIT ?"
WORDS = ("brake", "pad", "motor", "cable", "battery", "noise", "worn", "loose", "replaced",
         "tested", "customer", "signed", "刹车", "电机")  # fmt: skip

_PLAIN_SERVER = """
import gzip, json, sqlite3, sys
import uvicorn
from fastapi import FastAPI, Request

db = sqlite3.connect(sys.argv[1], check_same_thread=False, isolation_level=None)
db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
app = FastAPI()

EVENT = ("INSERT INTO events (entry, id, device, epoch, seq, kind, record, type, status, reason,"
         " position, turn, late, received_at, raw) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
DOCUMENT = "INSERT OR REPLACE INTO documents VALUES (?,?,?,?,?,?)"

@app.post("/events")
async def take(request: Request) -> int:
    texts = json.loads(gzip.decompress(await request.body()))
    found = [(json.loads(text), text) for text in texts]
    db.execute("BEGIN IMMEDIATE")
    db.executemany(EVENT, [
        (e["seq"], e["id"], e["device"], e["epoch"], e["seq"], "job", e["record"], e["type"],
         "applied", "", e["seq"], e["seq"], False, 0, text.encode()) for e, text in found])
    db.executemany(DOCUMENT, {e["record"]: ("job", e["record"], e["seq"], "", "", text)
                              for e, text in found}.values())
    last = found[-1][0]
    db.execute("INSERT OR REPLACE INTO heads VALUES (?,?,?,?)",
               (last["device"], last["epoch"], last["seq"], ""))
    db.execute("COMMIT")
    return len(texts)

uvicorn.run(app, port=int(sys.argv[2]), log_level="warning", access_log=False)
"""


@dataclass
class Counted:
    """A wire that counts requests and the bytes both ways, headers and packed bodies."""

    wire: Transport
    requests: int = 0
    count: int = 0
    sleep: float = 0.0
    cut: Callable[[], bool] = lambda: False
    batches: int = 0
    lost: int = 0

    def __call__(self, request: Request) -> Reply:
        self.requests += 1
        time.sleep(self.sleep)
        reply = self.wire(request)
        self.count += len(request.path) + len(request.body) + _size(request.headers)
        self.count += int(reply.headers.get("content-length", "0")) + _size(reply.headers)
        self.batches += request.path == "/v1/events"
        if self.cut():
            self.lost += request.path == "/v1/events"
            raise Retryable("unreachable", cause="cut")
        return reply


def _size(headers: Mapping[str, str]) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers.items())


def record(store: Store, count: int) -> None:
    """Events of about 600 bytes, twelve a job, in the store and its outbox."""
    random = Random(count)
    acts: list[Act] = []
    for _ in range(count // PER_JOB):
        request = job()
        acts.append(request)
        for _ in range(PER_JOB - 1):
            acts.append(note(request.record, " ".join(random.choices(WORDS, k=28))))
    author = Author(by="anna", role=Role.TECHNICIAN, at=MORNING)
    with store.writing():
        for at in range(0, len(acts), PER_JOB):
            store.ledger.commit(acts[at : at + PER_JOB], author)


@contextmanager
def running(*command: str, path: str) -> Iterator[str]:
    """A server in a process of its own; answers its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    silent = subprocess.DEVNULL
    process = subprocess.Popen([*command, str(port)], stdout=silent, stderr=silent)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with contextlib.suppress(httpx2.TransportError):
                httpx2.get(url + path)
                break
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(20)


@dataclass
class Side:
    """A laptop with events to send, and its office."""

    folder: Path
    store: Store
    url: str

    def sync(self, wire: Transport) -> tuple[float, SyncReport]:
        start = time.perf_counter()
        report = sync(self.store.exchange, wire)
        return time.perf_counter() - start, report

    def at_office(self) -> int:
        with open_office(self.folder / "office", uuid7) as office, office.db.reading() as conn:
            return conn.scalar(select(func.count()).select_from(events)) or 0


@contextmanager
def prepared(folder: Path, count: int) -> Iterator[Side]:
    """A laptop with `count` unsent events, enrolled at a running office."""
    folder.mkdir()
    init_office(folder / "office")
    with open_office(folder / "office", uuid7) as office:
        code = create_enrolment(office, "anna", Role.TECHNICIAN)
    command = (sys.executable, "-m", "fieldkit", "office", "serve", "--folder")
    with (
        running(*command, str(folder / "office"), "--port", path="/health") as url,
        create_store(Home(folder / "home"), uuid7, method="file") as store,
    ):
        record(store, count)
        with HttpTransport(url) as wire:
            enrol(store.exchange, wire, code, url)
        yield Side(folder, store, url)


def plain(folder: Path, store: Store, count: int) -> tuple[float, int]:
    """Seconds and bytes of the plain uploader for the same events."""
    folder.mkdir()
    init_office(folder / "office")
    script = folder / "plain.py"
    script.write_text(_PLAIN_SERVER)
    epoch = store.exchange.device()["epoch"]
    outbox = sqlite3.connect(folder / "outbox.db", isolation_level=None)
    outbox.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE o (n INTEGER PRIMARY KEY, raw)"
    )
    raws = [(event.seq, event.raw.decode()) for event in store.exchange.own(epoch, 0, count)]
    outbox.execute("BEGIN")
    outbox.executemany("INSERT INTO o VALUES (?, ?)", raws)
    outbox.execute("COMMIT")
    database = str(folder / "office" / "office.db")
    with running(sys.executable, str(script), database, path="/docs") as url:
        sent = 0
        start = time.perf_counter()
        with httpx2.Client(base_url=url, timeout=30) as client:
            while rows := outbox.execute(
                f"SELECT * FROM o ORDER BY n LIMIT {PLAIN_BATCH}"
            ).fetchall():
                body = gzip.compress(json.dumps([raw for _, raw in rows]).encode(), 5)
                reply = client.post("/events", content=body)
                assert reply.status_code == 200
                sent += len(body) + len(reply.content) + _size(reply.request.headers)
                sent += _size(reply.headers)
                outbox.execute("DELETE FROM o WHERE n <= ?", (rows[-1][0],))
        took = time.perf_counter() - start
    outbox.close()
    return took, sent


def test_sync_beside_a_plain_uploader(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    quick = request.config.getoption("--quick")
    count, turns = (240, 1) if quick else (12_000, 3)
    times, bytes_, ours = [], [], []
    for turn in range(turns):
        with prepared(tmp_path / f"ours{turn}", count) as side:
            beside, plain_bytes = plain(tmp_path / f"plain{turn}", side.store, count)
            with HttpTransport(side.url) as http:
                wire = Counted(http)
                took, report = side.sync(wire)
                assert (report.applied, report.unsent) == (count, 0)
                idle = Counted(http)
                side.sync(idle)
            assert side.at_office() == count
        ours.append((took, beside))
        times.append(took / beside)
        bytes_.append(wire.count / plain_bytes)
    ratio, size = statistics.median(times), statistics.median(bytes_)
    listed = ", ".join(f"{one:.2f} / {two:.2f} s" for one, two in ours)
    print(f"\n{count} events: {ratio:.2f} x the time ({listed}), {size:.2f} x the bytes")
    print(f"nothing to do: {idle.requests} request, {idle.count} bytes")
    assert (idle.requests, idle.count < 2600) == (1, True)
    if not quick:
        assert size <= 1.3
        assert ratio <= 2


def test_sync_over_bad_networks(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    quick = request.config.getoption("--quick")
    count = 240 if quick else 12_000
    with prepared(tmp_path / "slow", count) as side, HttpTransport(side.url) as http:
        slow, report = side.sync(Counted(http, sleep=0.04))
        assert (report.applied, side.at_office()) == (count, count)
    random = Random(3)
    with prepared(tmp_path / "cut", count) as side, HttpTransport(side.url) as http:
        wire = Counted(http, cut=lambda: random.random() < 0.3)
        cut, report = side.sync(wire)
        assert (report.unsent, side.at_office()) == (0, count)
        again = report.duplicates
    print(f"\n40 ms a request: {slow:.2f} s; 30 % of replies cut: {cut:.2f} s, "
          f"{wire.lost} batches lost, {again} events sent again")  # fmt: skip
    assert again <= wire.lost * 2000
    if not quick:
        assert slow < 3
        assert cut < 5
