"""Numbers of jobs that another job has already: laptops make them without a network, so that the
office is the first who can see it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from fieldkit.domain.core.event import Event
from fieldkit.domain.core.kinds import RecordKind
from fieldkit.office.database import portions
from fieldkit.office.ledger.search_columns import job_number
from fieldkit.office.tables import documents


@dataclass
class TakenNumbers:
    """The jobs that have the numbers which a batch of events gives, `first` as it was read."""

    jobs: dict[str, set[str]] = field(default_factory=dict)
    first: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, conn: Connection, found: Iterable[Event]) -> "TakenNumbers":
        """The jobs that have the numbers of these events."""
        there = _jobs_with(conn, filter(None, map(_given, found)))
        return cls({number: set(jobs) for number, jobs in there.items()}, there)

    def of_another(self, event: Event) -> str:
        """The number that an event gives, if another job has it; else ""."""
        number = _given(event)
        return number if self.jobs.get(number, set()) - {event.record} else ""

    def note(self, event: Event) -> None:
        """Keep up with an event that counts."""
        if number := _given(event):
            self.jobs.setdefault(number, set()).add(event.record)

    def is_stale(self, conn: Connection) -> bool:
        """Whether somebody else has taken one of the numbers since they were read."""
        return bool(self.jobs) and _jobs_with(conn, self.jobs) != self.first


def _given(event: Event) -> str:
    """The number that an event gives its job; "" for none."""
    number = event.data.get("number") if event.type == "job.registered" else None
    return job_number(number) if isinstance(number, str) else ""


def _jobs_with(conn: Connection, numbers: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    columns = select(documents.c.number, documents.c.record)
    for portion in portions(numbers):
        is_one = (documents.c.kind == RecordKind.JOB) & documents.c.number.in_(portion)
        for row in conn.execute(columns.where(is_one)):
            found.setdefault(row.number, set()).add(row.record)
    return found
