"""A transaction in which somebody at the office acts: read documents, emit events."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, select

from fieldkit.domain.core.errors import NotFound
from fieldkit.domain.core.event import Act, Author, Event, Role
from fieldkit.domain.core.evolve import Document
from fieldkit.domain.job.model import Job
from fieldkit.office.ledger.documents import Key, load_one
from fieldkit.office.ledger.ledger import Ledger
from fieldkit.office.office import Office
from fieldkit.office.tables import documents

D = TypeVar("D", bound=Document)


@dataclass
class Acting:
    """The transaction: its connection, who acts, and the changes to be written at its end."""

    conn: Connection
    author: Author
    ledger: Ledger

    def find(self, kind: str, record_id: str) -> Document | None:
        """The document of a record, if the office has one."""
        stored = load_one(self.conn, Key(kind, record_id))
        return stored.document if stored else None

    def get(self, kind: str, record_id: str, document: type[D]) -> D:
        """The document of a record. Raises `NotFound`."""
        found = self.find(kind, record_id)
        if not isinstance(found, document):
            raise NotFound(kind, record_id)
        return found

    def job(self, job_ref: str) -> Job:
        """A job by its id or number. Raises `NotFound`."""
        return self.get("job", find_job_id(self.conn, job_ref), Job)

    def emit(self, acts: Iterable[Act]) -> list[Event]:
        """Make events of the acts; what follows from them is written at the end."""
        return [self.ledger.emit(act, self.author) for act in acts]


@contextmanager
def acting(office: Office, by: str, role: Role = Role.DESK) -> Iterator[Acting]:
    """Act as `by`, now, in one transaction. An error in the block leaves everything as it was."""
    author = Author(by=by, role=role, at=office.clock())
    with office.db.writing() as writing:
        ledger = Ledger(office, writing)
        yield Acting(writing.conn, author, ledger)
        ledger.flush()


def find_job_id(conn: Connection, job_ref: str) -> str:
    """The id of the job with this id or number; `job_ref` itself if there is none.

    A number is searched for in the text of every job's document.
    """
    is_job = documents.c.kind == "job"
    if conn.scalar(select(documents.c.record).where(is_job, documents.c.record == job_ref)):
        return job_ref
    number = job_ref.strip().upper()
    has_number = documents.c.body.contains(f'"number":"{number}"', autoescape=True)
    return conn.scalar(select(documents.c.record).where(is_job, has_number)) or job_ref
