"""The office's own people act: documents are read and events said in one transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, select

from fieldkit.domain.core.errors import NotFound
from fieldkit.domain.core.event import Act, Author, Event, Role
from fieldkit.domain.core.evolve import Document
from fieldkit.domain.job.model import Job
from fieldkit.office.ledger.documents import Key, load
from fieldkit.office.ledger.ledger import Ledger
from fieldkit.office.office import Office
from fieldkit.office.tables import documents

D = TypeVar("D", bound=Document)


@dataclass
class Acting:
    """A transaction in which somebody at the office acts."""

    conn: Connection
    author: Author
    ledger: Ledger

    def find(self, kind: str, record: str) -> Document | None:
        """The document of a record, if the office has one."""
        stored = load(self.conn, [Key(kind, record)]).get(Key(kind, record))
        return stored.document if stored else None

    def get(self, kind: str, record: str, document: type[D]) -> D:
        """The document of a record. Raises `NotFound`."""
        found = self.find(kind, record)
        if not isinstance(found, document):
            raise NotFound(kind, record)
        return found

    def job(self, ref: str) -> Job:
        """A job by its id or number. Raises `NotFound`."""
        return self.get("job", job_id(self.conn, ref), Job)

    def emit(self, acts: Iterable[Act]) -> list[Event]:
        """Record what was done; everything that follows is written at the end."""
        said = []
        for act in acts:
            key = Key(act.kind, act.record)
            stored = load(self.conn, [key]).get(key)
            said.append(self.ledger.emit(act, self.author, base=stored.position if stored else 0))
        return said


@contextmanager
def acting(office: Office, by: str, role: Role = Role.DESK) -> Iterator[Acting]:
    """Act as somebody at the office, now. An error leaves everything as it was."""
    author = Author(by=by, role=role, at=office.clock())
    with office.db.writing() as writing:
        ledger = Ledger(office, writing)
        yield Acting(writing.conn, author, ledger)
        ledger.settle()


def job_id(conn: Connection, ref: str) -> str:
    """The id of the job that has this id or number; what was given if none has.

    A number is looked for in the documents one after the other.
    """
    where = documents.c.kind == "job"
    if conn.scalar(select(documents.c.record).where(where, documents.c.record == ref)):
        return ref
    number = ref.strip().upper()
    said = documents.c.body.contains(f'"number":"{number}"', autoescape=True)
    return conn.scalar(select(documents.c.record).where(where, said)) or ref
