"""Documents at the office: the fold of each record's events, and what is searched by."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection, bindparam, select, update

from fieldkit.domain.complaints.model import COMPLAINT_STEPS, Complaint
from fieldkit.domain.core.event import Event
from fieldkit.domain.core.evolve import Document, Machine
from fieldkit.domain.job.model import Job
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.domain.records.follow_up import FollowUp
from fieldkit.domain.records.van import Van
from fieldkit.office.database import insert_rows, portions
from fieldkit.office.tables import documents, events


class Key(NamedTuple):
    """Names a record."""

    kind: str
    record: str


def by_kind(keys: Iterable[Key]) -> dict[str, list[str]]:
    """The records of each kind."""
    found: dict[str, list[str]] = {}
    for key in keys:
        found.setdefault(key.kind, []).append(key.record)
    return found


class Stored(NamedTuple):
    """A document and the position up to which it is folded."""

    document: Document
    position: int


def positions(conn: Connection, keys: Iterable[Key]) -> dict[Key, int]:
    """Up to which position the stored documents of these records are folded."""
    found: dict[Key, int] = {}
    columns = select(documents.c.record, documents.c.position)
    for kind, records in by_kind(key for key in keys if key.kind in MACHINES).items():
        for portion in portions(records):
            where = (documents.c.kind == kind) & documents.c.record.in_(portion)
            for row in conn.execute(columns.where(where)):
                found[Key(kind, row.record)] = row.position
    return found


def load(conn: Connection, keys: Iterable[Key]) -> dict[Key, Stored]:
    """The stored documents of these records; records without one are left out."""
    found: dict[Key, Stored] = {}
    columns = select(documents.c.record, documents.c.position, documents.c.body)
    for kind, records in by_kind(key for key in keys if key.kind in MACHINES).items():
        for portion in portions(records):
            where = (documents.c.kind == kind) & documents.c.record.in_(portion)
            for row in conn.execute(columns.where(where)).all():
                key = Key(kind, row.record)
                found[key] = Stored(_read(conn, key, row.position, row.body), row.position)
    return found


def _read(conn: Connection, key: Key, position: int, body: str) -> Document:
    """The document of its text; folded anew where another version wrote it in other words."""
    machine: Machine[Document] = MACHINES[key.kind]
    try:
        return machine.document.model_validate_json(body)
    except ValidationError:
        return machine.fold(key.record, counted(conn, key, position))


def advance(conn: Connection, key: Key, old: Document | None, new: list[Event]) -> Document | None:
    """The document after new events at the end of its record's order, which are not stored yet.

    None for a kind that this version lacks: its events are kept and handed on all the same.
    """
    machine: Machine[Document] | None = MACHINES.get(key.kind)
    if machine is None:
        return None
    if old is None:  # these are all that there are
        return machine.fold(key.record, new)
    if not machine.extends(new):
        return machine.fold(key.record, [*counted(conn, key), *new])
    return machine.advance(old, new)


def counted(conn: Connection, key: Key, up_to: int | None = None) -> list[Event]:
    """The record's events that count, by position; only those up to one, if it is given."""
    where = (events.c.kind == key.kind) & (events.c.record == key.record)
    found = select(events.c.raw).where(where, events.c.position > 0)
    if up_to is not None:
        found = found.where(events.c.position <= up_to)
    return [Event.from_bytes(raw) for raw in conn.scalars(found.order_by(events.c.position))]


def save(conn: Connection, old: Mapping[Key, Stored], new: Mapping[Key, Stored]) -> None:
    """Store documents; `old` tells which of them were there before."""
    added = [_row(key, stored) for key, stored in new.items() if key not in old]
    changed = [_row(key, stored) for key, stored in new.items() if key in old]
    insert_rows(conn, documents, _COLUMNS, added)
    if changed:
        conn.execute(_UPDATE, [dict(zip(_BOUND, row, strict=True)) for row in changed])


_COLUMNS = ("kind", "record", "position", "status", "person", "body")
_BOUND = tuple(f"b_{name}" for name in _COLUMNS)
_UPDATE = (
    update(documents)
    .where(documents.c.kind == bindparam("b_kind"), documents.c.record == bindparam("b_record"))
    .values({name: bindparam(f"b_{name}") for name in _COLUMNS[2:]})
)


def _row(key: Key, stored: Stored) -> tuple[str | int, ...]:
    status, person = searchable(stored.document)
    body = stored.document.model_dump_json(exclude_defaults=True)
    return *key, stored.position, status, person, body


def searchable(document: Document) -> tuple[str, str]:
    """How far a record is, and who has it; "" where that means nothing."""
    if isinstance(document, Job):
        return document.status.value, storable(document.technician)
    if isinstance(document, FollowUp):
        person = document.planned.assigned_to if document.planned else ""
        return "done" if document.done else "open", storable(person)
    if isinstance(document, Van):
        return "", storable(document.person)
    if isinstance(document, Complaint):
        done = [step for step in COMPLAINT_STEPS if getattr(document, step) is not None]
        return done[-1] if done else "", storable(_assignee(document))
    return "", ""


def people(document: Document) -> set[str]:
    """Who is to get the record because of what it says."""
    found = {searchable(document)[1]}
    if isinstance(document, Job) and document.dispatch is not None:
        found.add(storable(document.dispatch.technician))
    return found - {""}


_NAMING = {
    "job.dispatched": "technician",
    "follow_up.planned": "assigned_to",
    "complaint.assigned": "person",
    "van.loaded": "person",
    "van.counted": "person",
}


def named_in(event: Event) -> str:
    """Who is to get the record because an event names her, or ""."""
    person = event.data.get(_NAMING.get(event.type, ""))
    return storable(person) if isinstance(person, str) else ""


def links_of(key: Key, document: Document) -> set[tuple[Key, str]]:
    """Which records belong to which job, as this document tells it."""
    found: set[tuple[Key, str]] = set()
    if isinstance(document, Job):
        if document.product and storable(document.product.id):
            found.add((Key("product", document.product.id), key.record))
        if document.customer and storable(document.customer.id):
            found.add((Key("customer", document.customer.id), key.record))
    elif isinstance(document, FollowUp) and document.planned and storable(document.planned.job):
        found.add((key, document.planned.job))
    elif isinstance(document, Complaint) and document.recorded and storable(document.recorded.job):
        found.add((key, document.recorded.job))
    return found


def _assignee(complaint: Complaint) -> str:
    return complaint.assigned.person if complaint.assigned else ""


def storable(name: str) -> str:
    """The name if every database can hold it as a key, else ""."""
    return name if len(name) <= 200 and name.isprintable() else ""
