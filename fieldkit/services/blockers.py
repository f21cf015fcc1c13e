"""Back-office blockers: what holds jobs up behind the front line, across all jobs."""

from dataclasses import dataclass
from datetime import datetime

from fieldkit.domain.event import RecordKind
from fieldkit.domain.job import CLOSED
from fieldkit.services.session import Session

_CLOSED = frozenset(status.value for status in CLOSED)


@dataclass(frozen=True)
class BlockerRow:
    """One blocker. `open` while its job is; `days` since it was logged, by the calendar."""

    job: str
    number: str
    customer: str
    department: str
    text: str
    at: datetime
    by: str
    open: bool
    days: int


def list_blockers(session: Session) -> list[BlockerRow]:
    """Those of open jobs first, the oldest first; then those of closed jobs, the newest first."""
    zone, today = session.clock().tzinfo, session.today
    rows = []
    for document in session.store.ledger.rows(RecordKind.JOB):
        for logged in document.get("blockers") or ():
            at = datetime.fromisoformat(logged["stamp"]["at"]).astimezone(zone)
            rows.append(
                BlockerRow(
                    job=document["id"],
                    number=document.get("number", ""),
                    customer=(document.get("customer") or {}).get("name", ""),
                    department=logged["department"],
                    text=logged["text"],
                    at=at,
                    by=logged["stamp"]["by"],
                    open=document.get("status", "registered") not in _CLOSED,
                    days=(today - at.date()).days,
                )
            )
    rows.sort(key=lambda row: row.at)
    return [row for row in rows if row.open] + [row for row in reversed(rows) if not row.open]
