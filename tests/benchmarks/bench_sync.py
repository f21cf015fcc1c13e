"""A sync of many events, beside a plain uploader of the same bytes into the same rows.

The plain side keeps its outbox in SQLite, gzips batches of the very event bytes, and posts them
to a FastAPI application of one route, which parses them and writes in one transaction what our
office writes: the rows of events with their positions, one document a record made of its events'
data, who may see the record, the head, the receipt and the counters, each into the same tables.
It checks, folds, signs and decides nothing. Both servers are processes of their own on SQLite
with synchronous=FULL, both laptops take a batch out of the outbox in a durable transaction; they
are asked over HTTP on loopback, in turns. Ratios are what counts.

A full run writes its part of `docs/benchmarks-sync.md`.
"""

import gzip
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

import httpx2
import pytest
from sqlalchemy import func, select

from fieldkit.domain.core.event import Act, Author, Role
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.office import init_office, open_office
from fieldkit.office.tables import documents, events
from fieldkit.services.home.ids import uuid7
from fieldkit.store.home.home import Home
from fieldkit.store.store import Store, create_store
from fieldkit.sync.client.enrol import enrol
from fieldkit.sync.client.progress import SyncReport
from fieldkit.sync.client.sync_client import sync
from fieldkit.sync.client.transport import HttpTransport, Reply, Request, Transport
from fieldkit.sync.errors import Retryable
from tests.benchmarks.sections import ON, put_section
from tests.sync.exchange import job, note

EVENTS, QUICK_EVENTS = 12_000, 240
PER_JOB = 12
PLAIN_BATCH = 500
TURNS = 5
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
DOCUMENT = "INSERT OR REPLACE INTO documents VALUES (?,?,?,?,?,?,?,?)"
GRANT = "INSERT OR REPLACE INTO grants VALUES (?,?,?,?,?)"
RECEIPT = ("INSERT INTO receipts (device, epoch, nonce, count, results, signature, given_at)"
           " VALUES (?,?,?,?,?,?,?)")

@app.post("/events")
async def take(request: Request) -> int:
    texts = json.loads(gzip.decompress(await request.body()))
    found = [(json.loads(text), text) for text in texts]
    records = {}
    for e, _ in found:
        records.setdefault(e["record"], []).append(e["data"])
    last = found[-1][0]
    db.execute("BEGIN IMMEDIATE")
    db.executemany(EVENT, [
        (e["seq"], e["id"], e["device"], e["epoch"], e["seq"], "job", e["record"], e["type"],
         "applied", "", e["seq"], e["seq"], False, 0, text.encode()) for e, text in found])
    db.executemany(DOCUMENT, [("job", record, last["seq"], "registered", "", "", "", json.dumps(
        {"id": record, "notes": data}, ensure_ascii=False)) for record, data in records.items()])
    db.executemany(GRANT, [("anna", "job", record, last["seq"], last["seq"])
                           for record in records])
    db.execute("INSERT OR REPLACE INTO heads VALUES (?,?,?,?)",
               (last["device"], last["epoch"], last["seq"], ""))
    db.execute(RECEIPT, (last["device"], last["epoch"], "", last["seq"], "", "", 0))
    db.execute("UPDATE office SET position = ?, entry = ?", (last["seq"], last["seq"]))
    db.execute("COMMIT")
    return len(texts)

uvicorn.run(app, port=int(sys.argv[2]), log_level="warning", access_log=False)
"""


class Spent(NamedTuple):
    """What a sync took: seconds by the clock, seconds of both processors, bytes both ways."""

    wall: float
    cpu: float
    sent: int


class Watch:
    """Measures this process and a server."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._cpu = self._spent()
        self._wall = time.perf_counter()

    def _spent(self) -> float:
        fields = Path(f"/proc/{self._server}/stat").read_text().rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
        return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")

    def spent(self, sent: int = 0) -> Spent:
        """What was spent since the beginning."""
        wall = time.perf_counter() - self._wall
        return Spent(wall, self._spent() - self._cpu, sent)


@dataclass
class Counted:
    """A wire that counts requests and the bytes both ways, headers and packed bodies.

    `cut` says whether a reply gets lost; `lost` counts those of batches, `lost_events` what was
    in these.
    """

    wire: Transport
    requests: int = 0
    bytes: int = 0
    sleep: float = 0.0
    cut: Callable[[], bool] = lambda: False
    lost: int = 0
    lost_events: int = 0

    def __call__(self, request: Request) -> Reply:
        self.requests += 1
        time.sleep(self.sleep)
        reply = self.wire(request)
        self.bytes += len(request.path) + len(request.body) + _size(request.headers)
        self.bytes += int(reply.headers.get("content-length", "0")) + _size(reply.headers)
        if self.cut():
            if request.path == "/v1/events":
                self.lost += 1
                packed = request.headers.get("Content-Encoding") == "gzip"
                body = gzip.decompress(request.body) if packed else request.body
                self.lost_events += len(json.loads(body)["events"])
            raise Retryable("unreachable", cause="ReadError")
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
    author = Author(by="anna", role=Role.TECHNICIAN, at=datetime.now(UTC))
    with store.writing():
        for at in range(0, len(acts), PER_JOB):
            store.ledger.commit(acts[at : at + PER_JOB], author)


class Server(NamedTuple):
    """A server's address and its process."""

    url: str
    pid: int


@contextmanager
def running(*command: str, path: str) -> Iterator[Server]:
    """A server in a process of its own, once it answers a path."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    silent = subprocess.DEVNULL
    process = subprocess.Popen([*command, str(port)], stdout=silent, stderr=silent)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with suppress(httpx2.TransportError):
                httpx2.get(url + path)
                break
            time.sleep(0.1)
        yield Server(url, process.pid)
    finally:
        process.terminate()
        process.wait(20)


@dataclass
class Side:
    """A laptop with events to send, and its office."""

    folder: Path
    store: Store
    server: Server

    def sync(self, wire: Counted, random: Random) -> tuple[Spent, SyncReport]:
        """One sync, and what it took."""
        before, watch = wire.bytes, Watch(self.server.pid)
        report = sync(self.store.exchange, wire, random=random.random)
        return watch.spent(wire.bytes - before), report

    def at_office(self) -> int:
        """How many events the office has."""
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
        running(*command, str(folder / "office"), "--port", path="/health") as server,
        create_store(Home(folder / "home"), uuid7, method="file") as store,
    ):
        record(store, count)
        with HttpTransport(server.url) as wire:
            enrol(store.exchange, wire, code, server.url)
        yield Side(folder, store, server)


def plain(folder: Path, store: Store, count: int) -> Spent:
    """What the plain uploader takes for the same events."""
    folder.mkdir()
    init_office(folder / "office")
    script = folder / "plain.py"
    script.write_text(_PLAIN_SERVER)
    epoch = store.exchange.device.read()["epoch"]
    outbox = sqlite3.connect(folder / "outbox.db", isolation_level=None)
    outbox.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE o (n INTEGER PRIMARY KEY, raw)"
    )
    raws = [(event.seq, event.raw.decode()) for event in store.exchange.outbox.own(epoch, 0, count)]
    outbox.execute("BEGIN")
    outbox.executemany("INSERT INTO o VALUES (?, ?)", raws)
    outbox.execute("COMMIT")
    command = (sys.executable, str(script), str(folder / "office" / "office.db"))
    with (
        running(*command, path="/docs") as server,
        httpx2.Client(base_url=server.url, timeout=30) as client,
    ):
        client.get("/docs")
        watch = Watch(server.pid)
        found = watch.spent(_upload(outbox, client))
    outbox.close()
    return found


def _upload(outbox: sqlite3.Connection, client: httpx2.Client) -> int:
    """Send the outbox in batches; the bytes both ways."""
    sent = 0
    take = f"SELECT * FROM o ORDER BY n LIMIT {PLAIN_BATCH}"
    while rows := outbox.execute(take).fetchall():
        body = gzip.compress(json.dumps([raw for _, raw in rows]).encode(), 5)
        reply = client.post("/events", content=body)
        assert reply.json() == len(rows)
        sent += len(body) + len(reply.content)
        sent += _size(reply.request.headers) + _size(reply.headers)
        outbox.execute("DELETE FROM o WHERE n <= ?", (rows[-1][0],))
    return sent


def _document_bytes(folder: Path) -> int:
    with open_office(folder / "office", uuid7) as office, office.db.reading() as conn:
        return conn.scalar(select(func.sum(func.length(documents.c.body)))) or 0


def test_sync_beside_a_plain_uploader(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    quick = request.config.getoption("--quick")
    count, turns = (QUICK_EVENTS, 1) if quick else (EVENTS, TURNS)
    ours: list[Spent] = []
    beside: list[Spent] = []
    for turn in range(turns):
        with prepared(tmp_path / f"ours{turn}", count) as side:
            beside.append(plain(tmp_path / f"plain{turn}", side.store, count))
            with HttpTransport(side.server.url) as http:
                spent, report = side.sync(Counted(http), Random(turn))
                assert (report.applied, report.unsent) == (count, 0)
                idle = Counted(http)
                side.sync(idle, Random(turn))
            assert side.at_office() == count
        ours.append(spent)
    texts = [_document_bytes(tmp_path / f"{name}0") for name in ("ours", "plain")]
    wall, cpu, size = (
        statistics.median(one[at] / two[at] for one, two in zip(ours, beside, strict=True))
        for at in range(3)
    )
    listed = "\n".join(
        f"| {one.wall:.2f} | {two.wall:.2f} | {one.cpu:.2f} | {two.cpu:.2f} |"
        for one, two in zip(ours, beside, strict=True)
    )
    text = f"""{count:,} events of about 650 bytes, twelve a job, from a durable outbox until each
is acknowledged; the office on SQLite. {ON}. In turns in one run:

| sync, s | plain, s | sync, CPU s of both ends | plain, CPU s |
| ---: | ---: | ---: | ---: |
{listed}

Medians: **{wall:.2f} x** the time, {cpu:.2f} x the processor time, **{size:.2f} x** the bytes
({ours[0].sent:,} and {beside[0].sent:,}). The documents have {texts[0]:,} bytes and {texts[1]:,}.
A sync with nothing to do is {idle.requests} request and {idle.bytes:,} bytes."""
    print("\n" + text)
    assert (idle.requests, idle.bytes < 2600) == (1, True)
    if not quick:
        put_section("One laptop beside a plain uploader", text)
        assert size <= 1.3
        assert wall <= 2


def _lost(random: Random) -> bool:
    return random.random() < 0.3


def test_sync_over_bad_networks(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    quick = request.config.getoption("--quick")
    count, seeds = (QUICK_EVENTS, 1) if quick else (EVENTS, 3)
    rows = []
    with prepared(tmp_path / "slow", count) as side, HttpTransport(side.server.url) as http:
        wire = Counted(http, sleep=0.04)
        slow, report = side.sync(wire, Random(0))
        assert (report.applied, side.at_office()) == (count, count)
        rows.append(("40 ms more for each", slow, wire))
    longest = 0.0
    for seed in range(seeds):
        random = Random(seed)
        with (
            prepared(tmp_path / f"cut{seed}", count) as side,
            HttpTransport(side.server.url) as http,
        ):
            wire = Counted(http, cut=partial(_lost, random))
            cut, report = side.sync(wire, random)
            assert (report.unsent, side.at_office()) == (0, count)
            assert report.duplicates <= wire.lost_events
            rows.append(("30 % of the replies lost", cut, wire))
            longest = max(longest, cut.wall)
    listed = "\n".join(
        f"| {name} | {spent.wall:.2f} | {spent.cpu:.2f} | {wire.requests} | {wire.lost} |"
        for name, spent, wire in rows
    )
    text = f"""The same {count:,} events over a wire that is slow, or that loses replies after the
office has acted on the request. Everything arrives once; for a lost reply at most its own batch
is sent again. {ON}.

| requests | s | CPU s of both ends | requests | batches whose reply was lost |
| :--- | ---: | ---: | ---: | ---: |
{listed}"""
    print("\n" + text)
    if not quick:
        put_section("Bad networks", text)
        assert slow.wall < 3
        assert longest < 5
