"""Real laptops and a real office beside each other, and wires between them that can break."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from fieldkit.domain.core.event import Act, Author, Event, RecordKind, Role
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.http.routes import build_app
from fieldkit.office.office import Office, init_office, open_office
from fieldkit.services.home.ids import uuid7
from fieldkit.store.home.home import Home
from fieldkit.store.store import Store, create_store, open_store
from fieldkit.sync.client.enrol import Identity, enrol
from fieldkit.sync.client.progress import Progress, SyncReport
from fieldkit.sync.client.sync_client import sync
from fieldkit.sync.client.transport import Reply, Request, Transport
from fieldkit.sync.errors import Retryable

URL = "http://office.test"
MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class InProcess:
    """Requests straight into the real application."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.requests.append(request)
        return asyncio.run(self._ask(request))

    async def _ask(self, request: Request) -> Reply:
        wire = httpx2.ASGITransport(app=self.app)
        async with httpx2.AsyncClient(transport=wire, base_url=URL) as client:
            answer = await client.request(
                request.method, request.path, headers=dict(request.headers), content=request.body
            )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status_code, headers, answer.content)


@dataclass
class Faulty:
    """A wire on which a plan decides what happens to each request.

    The plan answers `ok`, `lost` (the office never sees the request), `cut` (the office acts,
    its reply is lost) or `twice` (the office sees it twice).
    """

    wire: Transport
    plan: Iterator[str]

    def __call__(self, request: Request) -> Reply:
        what = next(self.plan, "ok")
        if what == "lost":
            raise Retryable("unreachable", cause="ConnectError")
        if what == "twice":
            self.wire(request)
        reply = self.wire(request)
        if what == "cut":
            raise Retryable("unreachable", cause="ReadTimeout")
        return reply


@dataclass
class Laptop:
    """A laptop with a real store."""

    store: Store
    person: str
    role: Role = Role.TECHNICIAN
    clock: Clock = field(default_factory=Clock)

    def act(self, *acts: Act) -> list[Event]:
        """Record acts as this laptop's person."""
        author = Author(by=self.person, role=self.role, at=self.clock())
        return self.store.ledger.commit(acts, author)

    def enrol(self, wire: Transport, code: str) -> Identity:
        return enrol(self.store.exchange, wire, code, URL)

    def sync(
        self,
        wire: Transport,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> SyncReport:
        return sync(
            self.store.exchange,
            wire,
            self.store.attachments,
            progress=progress,
            sleep=lambda _: None,
            random=lambda: 0.5,
            clock=self.clock,
        )

    def documents(self) -> dict[str, dict[str, Any]]:
        """Every document by record id."""
        return {str(row["id"]): row for kind in RecordKind for row in self.store.ledger.rows(kind)}


@dataclass
class World:
    """An office, its application, and laptops."""

    folder: Path
    clock: Clock
    office: Office
    wire: InProcess
    laptops: dict[str, Laptop] = field(default_factory=dict)

    def laptop(
        self, person: str, role: Role = Role.TECHNICIAN, name: str = "", enrolled: bool = True
    ) -> Laptop:
        """A new laptop, enrolled for a person unless told otherwise."""
        name = name or person
        store = create_store(Home(self.folder / name), uuid7, method="file")
        laptop = Laptop(store, person, role, self.clock)
        self.laptops[name] = laptop
        if enrolled:
            laptop.enrol(self.wire, create_enrolment(self.office, person, role))
        return laptop

    def copy(self, name: str, to: str) -> Laptop:
        """A copy of a laptop's home folder, as it is now; the laptop itself is opened again."""
        old = self.laptops[name]
        old.store.close()
        shutil.copytree(self.folder / name, self.folder / to)
        for each in (name, to):
            store = open_store(Home(self.folder / each), uuid7)
            self.laptops[each] = Laptop(store, old.person, old.role, self.clock)
        return self.laptops[to]

    def restart(self) -> None:
        """Stop the office and start it again from its folder."""
        self.office.close()
        self.office = open_office(self.folder / "office", uuid7, self.clock)
        self.wire.app = build_app(self.office)


@contextmanager
def world(folder: Path, url: str = "") -> Iterator[World]:
    """A world that is closed at the end."""
    clock = Clock()
    init_office(folder / "office", url)
    office = open_office(folder / "office", uuid7, clock)
    made = World(folder, clock, office, InProcess(build_app(office)))
    try:
        yield made
    finally:
        made.office.close()
        for laptop in made.laptops.values():
            laptop.store.close()


# -- things that people record -----------------------------------------------------------------


def customer() -> Act:
    """A customer's card."""
    data = {"name": "Test Customer", "phone": "000 0000", "area": "north"}
    return Act(record=uuid7(), type="customer.registered", data=data)


def product(serial: str, customer_id: str = "") -> Act:
    """A product at its sale."""
    data = {"serial": serial, "model": "M1", "customer": customer_id, "purchase_date": "2025-05-01"}
    return Act(record=serial, type="product.registered", data=data)


def job(serial: str = "", customer_id: str = "", number: str = "") -> Act:
    """A request for a repair, with snapshots of what it is about."""
    record = uuid7()
    number = number or f"260302-{record[-5:]}".upper()
    data: dict[str, Any] = {"number": number, "reported_on": "2026-03-02", "symptom": "dead"}
    if serial:
        data["product"] = {"id": serial, "serial": serial, "model": "M1"}
    if customer_id:
        data["customer"] = {"id": customer_id, "name": "Test Customer"}
    return Act(record=record, type="job.registered", data=data)


def note(record: str, text: str = "seen", replaces: str | None = None) -> Act:
    """A note on a job."""
    return Act(record=record, type="job.note_added", data={"text": text}, replaces=replaces)


def completed(record: str) -> Act:
    """A job's end, with an empty manifest."""
    return Act(record=record, type="job.completed", data={"summary": "done"})


def spoilt(record: str) -> Act:
    """An act that the office rejects: only the office may say that it has a job."""
    return Act(record=record, type="job.submitted", data={"received_on": "2026-03-02"})
