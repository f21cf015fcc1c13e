"""Complaints at the office: the eight steps, by the same commands as on a laptop."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
from fieldkit.office.desk.desk import read_as
from fieldkit.office.ledger.documents import read_all
from fieldkit.office.ledger.ledger import OFFICE
from fieldkit.office.office import Office
from fieldkit.office.tables import documents
from fieldkit.office.trade_rules import TradeRules


@dataclass(frozen=True)
class ComplaintSummary:
    """A complaint in a list; `job` is the job's id, `next_step` None when all steps are done."""

    id: str
    job: str
    department: str
    grade: str
    next_step: str | None
    text: str


def list_complaints(office: Office, everything: bool = False) -> list[ComplaintSummary]:
    """The complaints, oldest first; those with all steps done only with `everything`."""
    found = read_all(office, Complaint, documents.c.kind == "complaint")
    rows = [_summary(complaint) for complaint in found]
    return [row for row in rows if everything or row.next_step is not None]


def record_complaint(
    office: Office, values: Mapping[str, Any], rules: TradeRules, by: str = OFFICE
) -> Complaint:
    """Do step 1; the rules give the department, the grade and the deadlines.

    `values` are those of `ComplaintRecorded`. Raises `BadInput`, or `NotFound` for a job or
    customer that the office does not have.
    """
    data = read_form(ComplaintRecorded, dict(values))
    record_id = office.new_id()
    with acting(office, by) as desk:
        about = desk.job(data.job) if data.job else Job(id="")
        if data.customer and about.customer is None:
            who = desk.get("customer", data.customer, Customer)
            about = about.model_copy(update={"customer": who})
        decision = rules.judge_complaint(about, data, office.clock().date())
        filled = routed(data, about, decision) | {"job": about.id}
        _perform(office, desk, Complaint(id=record_id), "recorded", filled)
    return read_as(office, "complaint", record_id, Complaint)


def do_complaint_step(
    office: Office, record_id: str, step: str, values: Mapping[str, Any], by: str
) -> Complaint:
    """Do a later step. Values that are not given are those that the rules suggest.

    Raises `NotFound`, `Refused` with the reason, or `BadInput`; nothing is changed then.
    """
    with acting(office, by) as desk:
        current = desk.get("complaint", record_id, Complaint)
        given = suggest_complaint(current, step) | dict(values)
        _perform(office, desk, current, step, given)
    return read_as(office, "complaint", record_id, Complaint)


def _perform(
    office: Office, desk: Acting, current: Complaint, step: str, values: Mapping[str, Any]
) -> None:
    context = Context(desk.author, office.new_id)
    desk.emit(perform_complaint(current, step, values, _responsible(desk, current), context))


def _responsible(desk: Acting, current: Complaint) -> str:
    """The technician of the job if the cause is the staff, else ""."""
    job_id = job_of_staff(current)
    found = desk.find("job", job_id) if job_id else None
    return found.technician if isinstance(found, Job) else ""


def _summary(complaint: Complaint) -> ComplaintSummary:
    return ComplaintSummary(
        id=complaint.id,
        job=complaint.recorded.job if complaint.recorded else "",
        department=department_of(complaint),
        grade=grade_of(complaint),
        next_step=next_complaint_step(complaint),
        text=complaint.recorded.text if complaint.recorded else "",
    )
