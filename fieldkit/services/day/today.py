"""What the first screen shows: jobs by day, calls to make and promises to keep."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from fieldkit.domain.core.kinds import CLOSED, RecordKind, Status
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.job_rows import JobRow, list_jobs

Section = Literal["missed", "today", "working", "later", "unplanned", "closed"]
SECTIONS: tuple[Section, ...] = ("missed", "today", "working", "later", "unplanned", "closed")
_BEFORE_ARRIVAL = frozenset({Status.REGISTERED, Status.DISPATCHED, Status.SCHEDULED})
_CLOSED = frozenset(status.value for status in CLOSED)


def section(row: JobRow, now: datetime) -> Section:
    """Under which heading a job is listed.

    A visit of an earlier day was missed if nobody arrived until it was over; else the work on it
    goes on.
    """
    if row.status in _CLOSED:
        return "closed"
    day = row.appointment[:10]
    if not day:
        return "unplanned"
    today = f"{now:%Y-%m-%d}"
    if day == today or (row.until and f"{now:%Y-%m-%d %H:%M}" <= row.until):
        return "today"
    if day > today:
        return "later"
    return "missed" if row.status in _BEFORE_ARRIVAL else "working"


def is_open(row: JobRow) -> bool:
    """Whether a job still needs a technician's work."""
    return row.status not in _CLOSED


@dataclass(frozen=True, slots=True)
class DueCall:
    """A follow-up that is open. `reason` is a code of the catalogue's `follow_up_reason`."""

    id: str
    reason: str
    due: datetime
    customer: str
    phone: str
    product: str
    job_id: str


def due_calls(session: Session, until: date | None = None) -> list[DueCall]:
    """Open follow-ups, the earliest first; with `until`, those of that local day and before."""
    lists, zone = session.store.lists, session.clock().tzinfo
    waiting: list[tuple[str, datetime, dict[str, Any]]] = []
    for call, moment, planned in lists.open_calls():
        if planned.get("not_by") == session.person:
            continue  # somebody else makes this call
        due = datetime.fromisoformat(moment)
        if until is None or due.astimezone(zone).date() <= until:
            waiting.append((call, due, planned))
    customers = {planned.get("customer", "") for _, _, planned in waiting}
    found = lists.values_of(RecordKind.CUSTOMER, customers, ("id", "phone"))
    phones = {customer: phone or "" for customer, phone in found}
    calls = (_due_call(*each, phones) for each in waiting)
    return sorted(calls, key=lambda call: call.due)


def _due_call(call: str, due: datetime, planned: dict[str, Any], phones: dict[str, str]) -> DueCall:
    """A stored document leaves out what is empty."""
    return DueCall(
        id=call,
        reason=planned["reason"],
        due=due,
        customer=planned.get("customer_name", ""),
        phone=phones.get(planned.get("customer", ""), ""),
        product=planned.get("product", ""),
        job_id=planned.get("job", ""),
    )


def promises(session: Session) -> list[JobRow]:
    """Jobs with a product to give back, the earliest promise first."""
    return _promised(list_jobs(session))


def _promised(rows: list[JobRow]) -> list[JobRow]:
    waiting = [row for row in rows if row.promised and row.status not in _CLOSED]
    return sorted(waiting, key=lambda row: row.promised)


@dataclass(frozen=True)
class DueToday:
    """What stands beside the jobs: calls until the end of today, and products to give back
    today or before."""

    calls: list[DueCall]
    promises: list[JobRow]


def due_today(session: Session, rows: list[JobRow]) -> DueToday:
    """The calls and promises of today and of earlier days; `rows` are those of all jobs."""
    today = session.today
    back = [row for row in _promised(rows) if row.promised <= today.isoformat()]
    return DueToday(due_calls(session, today), back)


def missing(session: Session, job_ref: str) -> list[str]:
    """The steps that a job still needs of a technician, the next one first. Raises `NotFound`."""
    from fieldkit.domain.job.steps import State, is_done, path
    from fieldkit.services.jobs.job_commands import job

    found = job(session, job_ref)
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
