"""Read the recorded decisions of all jobs, so that impact can judge them again."""

from collections.abc import Iterator

from sqlalchemy import select

from fieldkit.domain.core.event import Event
from fieldkit.office.office import Office
from fieldkit.office.tables import DECIDED, STEP_UNDONE, events

_BATCH = 500
"""Rows that are held in memory at a time: a decision is some kilobytes, a year has 100,000."""


def decided_events(office: Office) -> Iterator[tuple[str, bytes]]:
    """The decision in force of each job, newest first: the job's id and the text of the event."""
    applied = events.c.status == "applied"
    undone_by = select(events.c.raw).where(applied, STEP_UNDONE)
    decided = (
        select(events.c.id, events.c.record, events.c.raw)
        .where(applied, DECIDED)
        .order_by(events.c.position.desc())
    )
    seen: set[str] = set()
    with office.db.reading() as conn:
        undone = {Event.from_bytes(raw).data.get("event") for raw in conn.scalars(undone_by)}
        for row in conn.execute(decided.execution_options(yield_per=_BATCH)):
            if row.record not in seen and row.id not in undone:
                seen.add(row.record)
                yield row.record, row.raw
