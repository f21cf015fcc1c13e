"""Complaints: record one, list and show them, and do their eight steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldkit.domain.complaints.model import Complaint, ComplaintRecorded
from fieldkit.domain.complaints.steps import (
    complaint_blocked,
    department_of,
    grade_of,
    job_of_staff,
    next_complaint_step,
    perform_complaint,
    routed,
    steps_of,
    suggest_complaint,
)
from fieldkit.domain.core.errors import Reason
from fieldkit.domain.core.event import RecordKind
from fieldkit.domain.core.form import Data, read_form
from fieldkit.domain.due_dates import complaint_duties
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.steps import State
from fieldkit.domain.records.customer_product import Customer
from fieldkit.services.deciding.decide import decide_complaint
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.job_commands import find_job, job
from fieldkit.services.jobs.records import customer


@dataclass(frozen=True)
class ComplaintRow:
    """A complaint as a list shows it. `next_step` is None when it is finished.

    `name` is the customer's; `department` is who has it, else who is to get it, "" where the
    rules were not asked. `due` is when the customer must hear next, None where nothing is due.
    """

    id: str
    job_id: str
    customer: str
    name: str
    text: str
    complaint_class: str
    department: str
    grade: str
    next_step: str | None
    due: datetime | None


@dataclass(frozen=True)
class ComplaintStepView:
    """One of the eight steps: where it stands, why it is blocked, what was recorded."""

    step: str
    state: State
    why: Reason | None = None
    data: Data | None = None


def list_complaints(session: Session) -> list[ComplaintRow]:
    """All complaints: open ones first, then by when the customer must hear next."""
    found = session.store.ledger.rows(RecordKind.COMPLAINT)
    rows = [_row(session, Complaint.model_validate(document)) for document in found]
    late = datetime.max.replace(tzinfo=session.clock().tzinfo)
    return sorted(rows, key=lambda row: (row.next_step is None, row.due or late))


def complaint_path(session: Session, current: Complaint) -> list[ComplaintStepView]:
    """The steps of a complaint in order, as this person may do them."""
    about = _complained_about(session, current)
    views = []
    for step in steps_of(current):
        data = getattr(current, step)
        why = None if data else complaint_blocked(current, step, session.person, about)
        state = State.DONE if data else State.BLOCKED if why else State.NEXT
        views.append(ComplaintStepView(step, state, why, data))
    return views


def complaint(session: Session, record_id: str) -> Complaint:
    """A complaint by id. Raises `NotFound`."""
    found: Complaint = session.store.ledger.document(RecordKind.COMPLAINT, record_id)
    return found


def record_complaint(session: Session, values: Mapping[str, Any]) -> Complaint:
    """Step 1 of a complaint that comes in by telephone, letter or mail.

    `values` are those of `ComplaintRecorded`; the rules route it. Raises `BadInput`, or
    `NotFound` where it names a job or customer that is not here.
    """
    data = read_form(ComplaintRecorded, dict(values))
    about = job(session, data.job) if data.job else Job(id="")
    if data.customer and about.customer is None:
        about = about.model_copy(update={"customer": customer(session, data.customer)})
    decision = decide_complaint(session, about, data)
    filled = routed(data, about, decision)
    return _perform(session, Complaint(id=session.new_id()), "recorded", filled)


def do_complaint_step(
    session: Session, record_id: str, step: str, values: Mapping[str, Any]
) -> Complaint:
    """Do a later step: judged, assigned, investigated, proposed, told, settled or improved.

    What is not given is what the rules said. Raises `NotFound`, `Refused` with the reason, or
    `BadInput`; nothing is changed then.
    """
    with session.store.writing():
        current = complaint(session, record_id)
        return _perform(session, current, step, suggest_complaint(current, step) | dict(values))


def _perform(
    session: Session, current: Complaint, step: str, values: Mapping[str, Any]
) -> Complaint:
    about = _complained_about(session, current)
    ctx = Context(author=session.author(), new_id=session.new_id)
    acts = perform_complaint(current, step, values, about, ctx)
    session.store.ledger.commit(acts, session.author())
    return complaint(session, current.id)


def _complained_about(session: Session, current: Complaint) -> str:
    """Whose doing it is: the technician of the job, where the cause is the staff."""
    job_id = job_of_staff(current)
    found = find_job(session, job_id) if job_id else None
    return found.technician if found else ""


def _row(session: Session, document: Complaint) -> ComplaintRow:
    recorded = document.recorded or ComplaintRecorded(text="-")
    duties = complaint_duties(document, session.clock(), session.trade.calendar)
    return ComplaintRow(
        id=document.id,
        job_id=recorded.job,
        customer=recorded.customer,
        name=_name(session, recorded.customer),
        text=recorded.text,
        complaint_class=recorded.complaint_class,
        department=department_of(document),
        grade=grade_of(document),
        next_step=next_complaint_step(document),
        due=min((duty.due for duty in duties), default=None),
    )


def _name(session: Session, record_id: str) -> str:
    """What a customer is called; "" where she is not known here."""
    found: Customer | None = session.store.ledger.find(RecordKind.CUSTOMER, record_id)
    return found.name if found else ""
