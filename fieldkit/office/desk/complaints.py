"""Complaints at the office: the eight steps, by the same commands as on a laptop."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from fieldkit.domain.complaints.model import Complaint, ComplaintRecorded
from fieldkit.domain.complaints.steps import (
    department_of,
    grade_of,
    job_of_staff,
    next_complaint_step,
    perform_complaint,
    routed,
    suggest_complaint,
)
from fieldkit.domain.core.form import read_form
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.model import Job
from fieldkit.domain.records.customer_product import Customer
from fieldkit.office.desk.acting_as import Acting, acting
from fieldkit.office.desk.desk import read_record
from fieldkit.office.ledger.ledger import OFFICE
from fieldkit.office.office import Office
from fieldkit.office.tables import documents
from fieldkit.office.trade import Trade


@dataclass(frozen=True)
class ComplaintRow:
    """A complaint as a list shows it; `next_step` is None when all steps are done."""

    id: str
    job: str
    department: str
    grade: str
    next_step: str | None
    text: str


def list_complaints(office: Office, everything: bool = False) -> list[ComplaintRow]:
    """The complaints, oldest first; those with all steps done only if asked for."""
    bodies = select(documents.c.body).where(documents.c.kind == "complaint")
    with office.db.reading() as conn:
        found = [
            Complaint.model_validate_json(body)
            for body in conn.scalars(bodies.order_by(documents.c.record))
        ]
    rows = [_row(complaint) for complaint in found]
    return [row for row in rows if everything or row.next_step is not None]


def record_complaint(
    office: Office, values: Mapping[str, Any], trade: Trade, by: str = OFFICE
) -> Complaint:
    """Step 1; the rules say which department it goes to, its grade and its deadlines.

    `values` are those of `ComplaintRecorded`. Raises `BadInput`, or `NotFound` where it names a
    job or customer that is not here.
    """
    data = read_form(ComplaintRecorded, dict(values))
    record = office.new_id()
    with acting(office, by) as desk:
        about = desk.job(data.job) if data.job else Job(id="")
        if data.customer and about.customer is None:
            who = desk.get("customer", data.customer, Customer)
            about = about.model_copy(update={"customer": who})
        decision = trade.judge_complaint(about, data, office.clock().date())
        filled = routed(data, about, decision) | {"job": about.id}
        _perform(office, desk, Complaint(id=record), "recorded", filled)
    return _read(office, record)


def do_complaint_step(
    office: Office, record: str, step: str, values: Mapping[str, Any], by: str
) -> Complaint:
    """Do a later step. What is not given is what the rules said.

    Raises `NotFound`, `Refused` with the reason, or `BadInput`; nothing is changed then.
    """
    with acting(office, by) as desk:
        current = desk.get("complaint", record, Complaint)
        given = suggest_complaint(current, step) | dict(values)
        _perform(office, desk, current, step, given)
    return _read(office, record)


def _perform(
    office: Office, desk: Acting, current: Complaint, step: str, values: Mapping[str, Any]
) -> None:
    context = Context(desk.author, office.new_id)
    about = _complained_about(desk, current)
    desk.emit(perform_complaint(current, step, values, about, context))


def _complained_about(desk: Acting, current: Complaint) -> str:
    """Whose doing it is: the technician of the job, where the cause is the staff."""
    record = job_of_staff(current)
    found = desk.find("job", record) if record else None
    return found.technician if isinstance(found, Job) else ""


def _read(office: Office, record: str) -> Complaint:
    found = read_record(office, "complaint", record)
    assert isinstance(found, Complaint)
    return found


def _row(complaint: Complaint) -> ComplaintRow:
    return ComplaintRow(
        id=complaint.id,
        job=complaint.recorded.job if complaint.recorded else "",
        department=department_of(complaint),
        grade=grade_of(complaint),
        next_step=next_complaint_step(complaint),
        text=complaint.recorded.text if complaint.recorded else "",
    )
