"""The step that the benchmarks of the store save: one job's decision, with its decision record.

One job is taken through the services up to its diagnosis, with the shipped rules and catalogue;
a store is filled with copies of it; the step is the decision of one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from fieldkit.domain.core.event import Act, Author, Event, Role
from fieldkit.domain.core.evolve import Document
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.session import init_home, open_session
from fieldkit.services.jobs import job_commands, records
from fieldkit.store.home.home import Home
from fieldkit.store.home.process_lock import Presence
from fieldkit.store.records.ledger import event_row
from fieldkit.store.store import Store, open_db
from fieldkit.store.tinysqlite import StoredDocument

KEY = bytes(range(32))
AUTHOR = Author(
    by="陆知行", role=Role.TECHNICIAN, at=datetime.fromisoformat("2026-11-05T09:00:00+08:00")
)

_FORMS: dict[str, dict[str, Any]] = {
    "dispatch": {"technician": "陆知行"},
    "appoint": {"on": "2026-11-05", "time_from": "09:00", "time_to": "11:00"},
    "arrive": {"checklist": ["uniform"]},
    "diagnose": {"lines": [{"component": "wearing", "cause": "wear", "part": "P-PAD"}] * 3},
    "decide": {},
}

Rows = list[tuple[str, str, dict[str, Any]]]
"""Table, id and document of each row of a step."""


@dataclass(frozen=True)
class Model:
    """A job up to its diagnosis, its first event, and the act that decides it."""

    document: Document
    first: Event
    decision: Act

    def document_of(self, number: int) -> Document:
        """The same job under another id and number."""
        return self.document.model_copy(update={"id": job_id(number), "number": job_no(number)})

    def event_of(self, number: int) -> Event:
        """The event that registered it."""
        named = {"id": f"event-{number:06d}", "record": job_id(number), "seq": number + 1}
        return self.first.model_copy(update=named)

    def step(self, number: int) -> Act:
        """The act that decides it."""
        return self.decision.model_copy(update={"record": job_id(number)})


def job_id(number: int) -> str:
    """The id of a job."""
    return f"job-{number:06d}"


def job_no(number: int) -> str:
    """The number by which people call a job."""
    return f"261105-{number:06d}"


def model_job(folder: Path) -> Model:
    """Make the job in a home of its own."""
    home = Home(folder / "model")
    init_home(home, AUTHOR.by, AUTHOR.role, "zh", method="file")
    with open_session(home, {}, clock=lambda: AUTHOR.at) as session:
        who = {"name": "某顾客", "phone": "000-0001", "address": "某市某区某路 12 号 3 单元 401"}
        customer = records.register_customer(session, who)
        product = {"serial": "C24-2501-00001", "model": "QL-C24", "purchase_date": "2025-11-05"}
        records.register_product(session, product | {"serial_confirmed": True})
        request = {"symptom": "刹车异响，行驶中有抖动，上坡无力，换挡困难", "distance_km": 4}
        job = job_commands.register_job(session, request, customer.id, "C24-2501-00001")
        diagnosed = job
        for key, values in _FORMS.items():
            diagnosed, job = job, job_commands.do_step(session, job.id, key, values)
        first, *_, decided = job_commands.history(session, job.id)
    return Model(diagnosed, first, Act(record=job.id, type=decided.type, data=decided.data))


def rows_before(model: Model, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A job's document and the row of its event, as a store is filled with them."""
    event = model.event_of(number)
    document = model.document_of(number).model_dump(mode="json", exclude_defaults=True)
    return document, event_row(event, event.to_bytes(), position=number + 1)


def fill(path: Path, model: Model, count: int) -> None:
    """A store of `count` jobs with one event each."""
    db = open_db(path, KEY)
    device = {"id": uuid7(), "epoch": uuid7(), "seq": count, "head": "0" * 64}
    with db.transaction():
        db.table("device").put(StoredDocument(device, doc_id="self"))
        for number in range(count):
            document, event = rows_before(model, number)
            db.table("jobs").put(StoredDocument(document, doc_id=job_id(number)))
            db.table("events").put(StoredDocument(event, doc_id=f"event-{number:06d}"))
            db.table("bases").put(StoredDocument({"position": number + 1}, doc_id=job_id(number)))
        db.table("outbox").put(StoredDocument({"turn": "0"}, doc_id="event"))
    db.close()


def open_filled(home: Home) -> Store:
    """The store, its key unwrapped."""
    return Store(home, open_db(home.store, KEY), KEY, uuid7, Presence(home.folder))


def rows_of(store: Store, event: Event) -> Rows:
    """What a step has written."""
    places = (
        ("events", event.id), ("jobs", event.record), ("outbox", event.id), ("device", "self"),
    )  # fmt: skip
    return [(table, key, dict(store.db.table(table).get(doc_id=key))) for table, key in places]
