"""The eight steps of a complaint: which is allowed now, and what it carries.

Founded, a complaint goes through all eight in order. Unfounded, the customer is answered at
once and with reasons, and that is all. Whoever is complained about never handles it.
"""

from collections.abc import Mapping
from typing import Any

from fieldkit.domain.complaints.model import (
    COMPLAINT,
    COMPLAINT_STEPS,
    Complaint,
    ComplaintRecorded,
)
from fieldkit.domain.core.decision import ComplaintDecision, Decision, recorded_decision
from fieldkit.domain.core.errors import BadInput, FieldProblem, Reason, Refused
from fieldkit.domain.core.event import Act
from fieldkit.domain.core.form import Data, read_form
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.model import Job

_UNFOUNDED = frozenset({"recorded", "judged", "told"})
"""The steps of a complaint that turned out to be unfounded."""


def steps_of(complaint: Complaint) -> tuple[str, ...]:
    """The steps that this complaint has, in order."""
    unfounded = complaint.judged is not None and not complaint.judged.founded
    return tuple(step for step in COMPLAINT_STEPS if not unfounded or step in _UNFOUNDED)


def next_complaint_step(complaint: Complaint) -> str | None:
    """The step that comes now; None when all are done."""
    return next((key for key in steps_of(complaint) if getattr(complaint, key) is None), None)


def complaint_blocked(
    complaint: Complaint, step: str, person: str, complained_about: str
) -> Reason | None:
    """Why the step is not allowed now to this person; None if it is.

    `complained_about` is who did what the customer complains of; "" if it is nobody's doing.
    """
    if step not in COMPLAINT_STEPS:
        return Reason("unknown_step", {"step": step})
    if getattr(complaint, step) is not None:
        return Reason("already_done")
    if step not in steps_of(complaint):
        return Reason("complaint_unfounded")
    if complained_about and person == complained_about:
        return Reason("complained_about")
    before = next_complaint_step(complaint)
    if before != step:
        return Reason("needs_complaint_step", {"complaint_step": before})
    return None


def routing(complaint: Complaint) -> ComplaintDecision | None:
    """What the rules said when it was recorded: department, grade, deadlines."""
    said = recorded_decision(complaint.recorded.decision if complaint.recorded else None)
    return said.complaint if said else None


def department_of(complaint: Complaint) -> str:
    """Who has it, else who is to get it; "" where the rules were not asked."""
    said = routing(complaint)
    planned = said.department if said else ""
    return complaint.assigned.department if complaint.assigned else planned


def grade_of(complaint: Complaint) -> str:
    """The grade that was judged, else the one that the rules said, else ""."""
    said = routing(complaint)
    judged = complaint.judged.grade if complaint.judged else ""
    return judged or (said.grade if said else "")


def job_of_staff(complaint: Complaint) -> str:
    """The id of the job whose technician is complained about; "" where the cause is not the
    staff."""
    recorded = complaint.recorded
    return recorded.job if recorded and recorded.cause == "staff" else ""


def routed(recorded: ComplaintRecorded, about: Job, decision: Decision) -> dict[str, Any]:
    """The values of step 1 with what the rules say of it; the customer is at least the job's."""
    return recorded.model_dump(mode="json", exclude={"stamp"}) | {
        "customer": recorded.customer or (about.customer.id if about.customer else ""),
        "decision": decision.model_dump(mode="json", exclude_none=True),
    }


def suggest_complaint(complaint: Complaint, step: str) -> dict[str, Any]:
    """What a step's form offers: what the rules said."""
    said = routing(complaint)
    offered = {"judged": ("grade",), "assigned": ("department",)}.get(step, ())
    return {name: getattr(said, name) for name in offered} if said else {}


def perform_complaint(
    complaint: Complaint,
    step: str,
    values: Mapping[str, Any],
    complained_about: str,
    ctx: Context,
) -> list[Act]:
    """Do a step. Raises `Refused` with the reason, or `BadInput`; changes nothing."""
    reason = complaint_blocked(complaint, step, ctx.author.by, complained_about)
    if reason is not None:
        raise Refused(reason)
    data = read_form(COMPLAINT.events[f"complaint.{step}"], dict(values))
    _check(data, complained_about)
    return [Act(record=complaint.id, type=f"complaint.{step}", data=data.to_json())]


def _check(data: Data, complained_about: str) -> None:
    given = data.model_dump()
    if given.get("founded") is False and not given["answer"]:
        raise BadInput([FieldProblem("answer", "missing")])
    if given.get("department") == "":
        raise BadInput([FieldProblem("department", "missing")])
    if complained_about and given.get("person") == complained_about:
        raise Refused(Reason("complained_about"))
