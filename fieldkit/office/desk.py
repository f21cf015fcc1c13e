"""What the people at the office do: look records up, send a technician."""

from sqlalchemy import select

from fieldkit.domain.commands import perform, product_snapshot
from fieldkit.domain.context import Context
from fieldkit.domain.errors import NotFound
from fieldkit.domain.event import Author, Event, Role
from fieldkit.domain.evolve import Document
from fieldkit.domain.job import Job
from fieldkit.domain.records import Product
from fieldkit.office.db import documents
from fieldkit.office.ledger import OFFICE, Ledger
from fieldkit.office.office import Office
from fieldkit.office.projection import Key, counted, load


def read_record(office: Office, kind: str, record: str) -> Document:
    """The document of a record. Raises `NotFound`."""
    key = Key(kind, record)
    with office.db.reading() as conn:
        stored = load(conn, [key]).get(key)
    if stored is None:
        raise NotFound(kind, record)
    return stored.document


def read_history(office: Office, kind: str, record: str) -> list[Event]:
    """The events of a record that count, by position."""
    with office.db.reading() as conn:
        return counted(conn, Key(kind, record))


def list_jobs(office: Office, technician: str = "", status: str = "") -> list[Job]:
    """The jobs, oldest first; only those of a technician or in a status, if given."""
    found = select(documents.c.body).where(documents.c.kind == "job")
    if technician:
        found = found.where(documents.c.person == technician)
    if status:
        found = found.where(documents.c.status == status)
    with office.db.reading() as conn:
        bodies = conn.scalars(found.order_by(documents.c.record)).all()
    return [Job.model_validate_json(body) for body in bodies]


def dispatch(office: Office, job: str, technician: str, by: str = OFFICE, note: str = "") -> Event:
    """Send a technician to a job; `by` is who decides it.

    The event carries the product with its whole history as the office knows it. Raises
    `NotFound`, or `Refused` when the flow does not allow it now.
    """
    author = Author(by=by, role=Role.DESK, at=office.clock())
    key = Key("job", job)
    with office.db.writing() as writing:
        stored = load(writing.conn, [key]).get(key)
        if stored is None or not isinstance(stored.document, Job):
            raise NotFound("job", job)
        values: dict[str, object] = {"technician": technician, "note": note}
        serial = stored.document.product.id if stored.document.product else ""
        product = load(writing.conn, [Key("product", serial)]).get(Key("product", serial))
        if product is not None and isinstance(product.document, Product):
            known = product.document.model_copy(update={"history_known": True})
            values["product"] = product_snapshot(known)
        act = perform(stored.document, "dispatch", values, Context(author, office.new_id))[0]
        ledger = Ledger(office, writing)
        event = ledger.say(act, author, base=stored.position)
        ledger.settle()
    return event
