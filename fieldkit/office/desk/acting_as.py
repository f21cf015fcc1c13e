"""A transaction in which somebody at the office acts: read documents, emit events."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection, select

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.errors import NotFound
from fieldkit.domain.core.event import Act, Author, Event, Role
from fieldkit.domain.core.evolve import Document
from fieldkit.domain.core.kinds import RecordKind
from fieldkit.domain.core.searching import folded
from fieldkit.domain.core.serial import keys_like, serial_key
from fieldkit.domain.job.commands import only_one
from fieldkit.domain.job.model import Job
from fieldkit.domain.records.component_serials import component_serials
from fieldkit.domain.records.customer_product import Customer, Product
from fieldkit.domain.records.serial_doubts import Serials
from fieldkit.office.database import portions
from fieldkit.office.ledger.documents import Key, load_one
from fieldkit.office.ledger.ledger import Ledger
from fieldkit.office.ledger.search_columns import job_number
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import note
from fieldkit.office.tables import documents

D = TypeVar("D", bound=Document)


@dataclass
class Acting:
    """The transaction: its connection, who acts, and the changes to be written at its end."""

    conn: Connection
    author: Author
    ledger: Ledger
    emitted: list[Event] = field(default_factory=list)

    def find(self, kind: str, record_id: str) -> Document | None:
        """The document of a record, if the office has one."""
        stored = load_one(self.conn, Key(kind, record_id))
        return stored.document if stored else None

    def product(self, serial: str) -> Product:
        """A product by its serial number, however it is written. Raises `NotFound`."""
        return self.get(RecordKind.PRODUCT, find_product_id(self.conn, serial), Product)

    def find_product(self, serial: str) -> Product | None:
        """The same; None if the office has none."""
        found = self.find(RecordKind.PRODUCT, find_product_id(self.conn, serial))
        return found if isinstance(found, Product) else None

    def serials(self, catalogue: Catalogue) -> Serials:
        """What the office knows of serial numbers."""

        def name_of(record_id: str) -> str:
            who = self.find(RecordKind.CUSTOMER, record_id)
            return who.name if isinstance(who, Customer) else ""

        def like(serial: str) -> str:
            found = self.find(RecordKind.PRODUCT, find_like(self.conn, serial))
            return (found.serial or found.id) if isinstance(found, Product) else ""

        def fitted_in(serial: str, but: str) -> str:
            return next(iter(products_with_component(self.conn, serial, but)), "")

        return Serials(catalogue, self.find_product, like, name_of, fitted_in)

    def get(self, kind: str, record_id: str, document: type[D]) -> D:
        """The document of a record. Raises `NotFound`."""
        found = self.find(kind, record_id)
        if not isinstance(found, document):
            raise NotFound(kind, record_id)
        return found

    def has_job(self, job_ref: str) -> bool:
        """Whether there is a job with this id or number."""
        return self.find(RecordKind.JOB, find_job_id(self.conn, job_ref)) is not None

    def job(self, job_ref: str) -> Job:
        """A job by its id or number. Raises `NotFound`."""
        return self.get("job", find_job_id(self.conn, job_ref), Job)

    def emit(self, acts: Iterable[Act]) -> list[Event]:
        """Make events of the acts; what follows from them is written at the end."""
        made = [self.ledger.emit(act, self.author) for act in acts]
        self.emitted += made
        return made


@contextmanager
def acting(office: Office, by: str, role: Role = Role.DESK) -> Iterator[Acting]:
    """Act as `by`, now, in one transaction, which the audit log notes. An error in the block leaves
    everything as it was."""
    author = Author(by=by, role=role, at=office.clock())
    with office.db.writing() as writing:
        ledger = Ledger(office, writing)
        desk = Acting(writing.conn, author, ledger)
        yield desk
        ledger.flush()
        for event in desk.emitted:
            note(office, writing, by, event.type, event.record)


def find_job_id(conn: Connection, job_ref: str) -> str:
    """The id of the job with this id or number; `job_ref` itself if there is none. Raises `Refused`
    where several have the number."""
    is_job = documents.c.kind == "job"
    if conn.scalar(select(documents.c.record).where(is_job, documents.c.record == job_ref)):
        return job_ref
    return only_one(job_ref, jobs_numbered(conn, job_ref)) or job_ref


def jobs_numbered(conn: Connection, number: str) -> list[str]:
    """The ids of the jobs with a number: one, unless two laptops made the same."""
    if not (sought := job_number(number)):
        return []
    found = (documents.c.kind == RecordKind.JOB) & (documents.c.number == sought)
    return list(conn.scalars(select(documents.c.record).where(found).order_by("record")))


def find_product_id(conn: Connection, serial: str) -> str:
    """The id of the product with this serial number, however it is written: the one that bears it,
    with it as its id or else the first; then one that bore it as its id before it was corrected;
    `serial` itself if there is none."""
    if not (key := serial_key(serial)):
        return serial
    bears = (documents.c.kind == RecordKind.PRODUCT) & (documents.c.number == key)
    found = conn.scalars(select(documents.c.record).where(bears).order_by(documents.c.record)).all()
    return serial if serial in found or not found else found[0]


def products_with_component(conn: Connection, serial: str, but: str = "") -> list[str]:
    """The serials of the products, other than one, in which a component of this serial was
    fitted."""
    if not (key := serial_key(serial)):
        return []
    is_product = (documents.c.kind == RecordKind.PRODUCT) & (documents.c.record != but)
    held = documents.c.words.contains(folded(key), autoescape=True)
    rows = conn.execute(select(documents.c.record, documents.c.body).where(is_product, held))
    found = [json.loads(body) | {"id": record} for record, body in rows]
    having = [product for product in found if key in component_serials(product)]
    return [str(product.get("serial") or product["id"]) for product in having]


def find_like(conn: Connection, serial: str) -> str:
    """The id of a product of whose serial number this one may be a slip; "" for none."""
    likely = keys_like(serial_key(serial))
    columns = select(documents.c.number, documents.c.record)
    is_product = documents.c.kind == RecordKind.PRODUCT
    found: dict[str, str] = {}
    for portion in portions(likely):
        rows = conn.execute(columns.where(is_product, documents.c.number.in_(portion)))
        found |= {row.number: row.record for row in rows}
    return next((found[key] for key in likely if key in found), "")
