"""Documents at the office: fold each record's events, store and load the result."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, Row, Table, bindparam, select, update

from fieldkit.domain.complaints.model import COMPLAINT_STEPS, Complaint
from fieldkit.domain.core.event import Event
from fieldkit.domain.core.evolve import Document, Machine
from fieldkit.domain.job.model import CLOSED, Job
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.domain.records.customer_product import Customer
from fieldkit.domain.records.follow_up import FollowUp
from fieldkit.domain.records.van import Van
from fieldkit.office.database import insert_rows, portions
from fieldkit.office.ledger.search_columns import search_columns
from fieldkit.office.office import Office
from fieldkit.office.tables import NAME_LENGTH, documents, events

IS_JOB = documents.c.kind == "job"
IS_OPEN_JOB = IS_JOB & documents.c.status.not_in([status.value for status in CLOSED])
NAMES_NOT_GIVEN = "names_not_given"
"""The flag of a job that names a customer or a product which its laptop was not given."""
D = TypeVar("D", bound=Document)


class Key(NamedTuple):
    """Names a record."""

    kind: str
    record: str


class FoldedDocument(NamedTuple):
    """A document and the position up to which it is folded."""

    document: Document
    position: int


def rows_of(conn: Connection, table: Table, keys: Iterable[Key], *names: str) -> Iterator[Row[Any]]:
    """The rows of a table that belong to these records: `kind`, `record` and the named columns."""
    records: dict[str, list[str]] = {}
    for key in keys:
        records.setdefault(key.kind, []).append(key.record)
    columns = [table.c[name] for name in ("kind", "record", *names)]
    for kind, listed in records.items():
        for portion in portions(listed):
            where = (table.c.kind == kind) & table.c.record.in_(portion)
            yield from conn.execute(select(*columns).where(where)).all()


def positions(conn: Connection, keys: Iterable[Key]) -> dict[Key, int]:
    """Up to which position the stored documents of these records are folded."""
    rows = rows_of(conn, documents, filter(_is_known, keys), "position")
    return {Key(row.kind, row.record): row.position for row in rows}


def load(conn: Connection, keys: Iterable[Key]) -> dict[Key, FoldedDocument]:
    """The stored documents of these records; records without one are left out."""
    found: dict[Key, FoldedDocument] = {}
    for row in rows_of(conn, documents, filter(_is_known, keys), "position", "body"):
        key = Key(row.kind, row.record)
        document = _read(conn, key, row.position, row.body)
        found[key] = FoldedDocument(document, row.position)
    return found


def _is_known(key: Key) -> bool:
    return key.kind in MACHINES


def load_one(conn: Connection, key: Key) -> FoldedDocument | None:
    """The stored document of a record, if it has one."""
    return load(conn, [key]).get(key)


def read_all(office: Office, document: type[D], *where: ColumnElement[bool]) -> list[D]:
    """The documents of a class that the conditions select, the oldest record first."""
    found = select(documents.c.body).where(*where).order_by(documents.c.record)
    with office.db.reading() as conn:
        bodies = conn.scalars(found).all()
    return [document.model_validate_json(body) for body in bodies]


def _read(conn: Connection, key: Key, position: int, body: str) -> Document:
    """The document from its text; folded again if another version wrote the text differently."""
    machine: Machine[Document] = MACHINES[key.kind]
    try:
        return machine.document.model_validate_json(body)
    except ValidationError:
        return machine.fold(key.record, counted(conn, key, position))


def advance(conn: Connection, key: Key, old: Document | None, new: list[Event]) -> Document | None:
    """Fold new events, not stored yet, which follow all that the record has.

    None for a kind that this version lacks: its events are kept and sent on all the same.
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
    """The record's events that have a position, in order; only those `up_to` one, if given."""
    where = (events.c.kind == key.kind) & (events.c.record == key.record)
    found = select(events.c.raw).where(where, events.c.position > 0)
    if up_to is not None:
        found = found.where(events.c.position <= up_to)
    return [Event.from_bytes(raw) for raw in conn.scalars(found.order_by(events.c.position))]


def save(conn: Connection, known: Collection[Key], new: Mapping[Key, FoldedDocument]) -> None:
    """Store documents; those of `known` records replace the stored ones."""
    added = [_row(key, stored) for key, stored in new.items() if key not in known]
    changed = [_row(key, stored) for key, stored in new.items() if key in known]
    insert_rows(conn, documents, _COLUMNS, added)
    if changed:
        conn.execute(_UPDATE, [dict(zip(_BOUND, row, strict=True)) for row in changed])


_COLUMNS = ("kind", "record", "position", "status", "person", "number", "words", "body")
_BOUND = tuple(f"b_{name}" for name in _COLUMNS)
_UPDATE = (
    update(documents)
    .where(documents.c.kind == bindparam("b_kind"), documents.c.record == bindparam("b_record"))
    .values({name: bindparam(f"b_{name}") for name in _COLUMNS[2:]})
)


def _row(key: Key, stored: FoldedDocument) -> tuple[str | int, ...]:
    status, person = searchable(stored.document)
    body = stored.document.model_dump_json(exclude_defaults=True)
    number, words = search_columns(*key, stored.document)
    return *key, stored.position, status, person, number, words, body


def searchable(document: Document) -> tuple[str, str]:
    """The columns by which documents are searched: status and person, "" where there is none."""
    if isinstance(document, Job):
        return document.status.value, storable(document.technician)
    if isinstance(document, Customer):
        return "merged" if document.merged_into else "", ""
    if isinstance(document, FollowUp):
        person = document.planned.assigned_to if document.planned else ""
        return "done" if document.done else "open", storable(person)
    if isinstance(document, Van):
        return "", storable(document.person)
    if isinstance(document, Complaint):
        done = [step for step in COMPLAINT_STEPS if getattr(document, step) is not None]
        person = document.assigned.person if document.assigned else ""
        return done[-1] if done else "", storable(person)
    return "", ""


def people_of(document: Document) -> set[str]:
    """The people whom the document names: its technician or assignee."""
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


def person_named_in(event: Event) -> str:
    """The person whom an event names: whom it dispatches or assigns; "" for none."""
    person = event.data.get(_NAMING.get(event.type, ""))
    return storable(person) if isinstance(person, str) else ""


def links_of(key: Key, document: Document) -> set[tuple[Key, str]]:
    """The links from records to jobs that this document contains: (record, job id).

    None while a job is flagged because its laptop named what it was not given: whoever has the job
    would be given that.
    """
    found: set[tuple[Key, str]] = set()
    if isinstance(document, Job):
        if any(mark.key == NAMES_NOT_GIVEN for mark in document.attention):
            return found
        if document.product and storable(document.product.id):
            found.add((Key("product", document.product.id), key.record))
        if document.customer and storable(document.customer.id):
            found.add((Key("customer", document.customer.id), key.record))
    elif isinstance(document, FollowUp) and document.planned and storable(document.planned.job):
        found.add((key, document.planned.job))
    elif isinstance(document, Complaint) and document.recorded and storable(document.recorded.job):
        found.add((key, document.recorded.job))
    return found


def storable(name: str) -> str:
    """The name if every database can hold it as a key, else ""."""
    return name if len(name) <= NAME_LENGTH and name.isprintable() else ""
