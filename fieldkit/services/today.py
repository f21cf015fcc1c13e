"""What the first screen shows: jobs by day, calls to make and promises to keep."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from fieldkit.domain.event import RecordKind
from fieldkit.domain.job import CLOSED, Status
from fieldkit.domain.records import FollowUp
from fieldkit.services.jobs import JobRow, job, list_jobs
from fieldkit.services.session import Session

Section = Literal["missed", "today", "working", "later", "unplanned", "closed"]
SECTIONS: tuple[Section, ...] = ("missed", "today", "working", "later", "unplanned", "closed")
_BEFORE_ARRIVAL = frozenset({Status.REGISTERED, Status.DISPATCHED, Status.SCHEDULED})
_CLOSED = frozenset(status.value for status in CLOSED)


def section(row: JobRow, today: date) -> Section:
    """Under which heading a job is listed.

    A visit of an earlier day was missed if nobody arrived; else the work on it goes on.
    """
    if row.status in _CLOSED:
        return "closed"
    day = row.appointment[:10]
    if not day:
        return "unplanned"
    if day == today.isoformat():
        return "today"
    if day > today.isoformat():
        return "later"
    return "missed" if row.status in _BEFORE_ARRIVAL else "working"


def is_open(row: JobRow) -> bool:
    """Whether a job still needs a technician's work."""
    return row.status not in _CLOSED


@dataclass(frozen=True)
class DueCall:
    """A follow-up that is open. `reason` is a code of the catalogue's `follow_up_reason`."""

    id: str
    reason: str
    due: datetime
    customer: str
    phone: str
    product: str
    job: str


def due_calls(session: Session) -> list[DueCall]:
    """Open follow-ups, the earliest first."""
    ledger = session.store.ledger
    phones = {row["id"]: row.get("phone", "") for row in ledger.rows(RecordKind.CUSTOMER)}
    calls = []
    for row in ledger.rows(RecordKind.FOLLOW_UP):
        if row.get("done"):
            continue
        document = FollowUp.model_validate(row)
        if document.planned is None or document.due is None:
            continue
        planned = document.planned
        calls.append(
            DueCall(
                id=document.id,
                reason=planned.reason,
                due=document.due,
                customer=planned.customer_name,
                phone=str(phones.get(planned.customer, "")),
                product=planned.product,
                job=planned.job,
            )
        )
    return sorted(calls, key=lambda call: call.due)


def promises(session: Session) -> list[JobRow]:
    """Jobs with a product to give back, the earliest promise first."""
    waiting = [row for row in list_jobs(session) if row.promised and row.status not in _CLOSED]
    return sorted(waiting, key=lambda row: row.promised)


@dataclass(frozen=True)
class DueToday:
    """What stands beside the jobs: calls until the end of today, and products to give back
    today or before."""

    calls: list[DueCall]
    promises: list[JobRow]


def due_today(session: Session) -> DueToday:
    """The calls and promises of today and of earlier days."""
    now = session.clock()
    calls = [
        call for call in due_calls(session) if call.due.astimezone(now.tzinfo).date() <= now.date()
    ]
    back = [row for row in promises(session) if row.promised <= now.date().isoformat()]
    return DueToday(calls, back)


def missing(session: Session, ref: str) -> list[str]:
    """The steps that a job still needs of a technician, the next one first. Raises `NotFound`."""
    from fieldkit.domain.flow import State, is_done, path

    found = job(session, ref)
    if found.status in CLOSED:
        return ["hand_back"] if found.in_custody else []
    waiting = [view for view in path(found) if view.state in (State.NEXT, State.BLOCKED)]
    return [
        view.step.key
        for view in waiting
        if not (
            view.step.optional or view.step.instead or view.step.roles or is_done(found, view.step)
        )
    ]
