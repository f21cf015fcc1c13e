"""Technicians' requests for a supervisor's approval: which jobs wait, and the answer."""

from collections.abc import Mapping
from typing import Any

from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.core.event import Role
from fieldkit.domain.job.model import Job
from fieldkit.office.desk.desk import do_step, read_job
from fieldkit.office.ledger.documents import IS_OPEN_JOB, read_all
from fieldkit.office.office import Office
from fieldkit.office.tables import documents

_NAMED = 10
"""How many of the waiting jobs an error names, so that it stays a few lines long."""


def awaiting_approval(office: Office) -> list[Job]:
    """The open jobs with a request that nobody has answered, oldest first."""
    has_request = documents.c.body.contains('"approvals":[{', autoescape=True)
    jobs = read_all(office, Job, IS_OPEN_JOB, has_request)
    return [job for job in jobs if job.open_approval is not None]


def answer_request(office: Office, job_ref: str, values: Mapping[str, Any], by: str) -> Job:
    """Answer a job's request for approval as the supervisor `by`.

    Raises `NotFound`, `BadInput`, or `Refused`: `nothing_to_approve` (with the jobs that wait),
    `nothing_waits` if none does, or the reason of the flow.
    """
    if not read_job(office, job_ref).approvals:
        numbers = [each.number or each.id for each in awaiting_approval(office)]
        if not numbers:
            raise Refused(Reason("nothing_waits"))
        named = ", ".join(numbers[:_NAMED]) + (" …" if len(numbers) > _NAMED else "")
        raise Refused(Reason("nothing_to_approve", {"count": len(numbers), "waiting": named}))
    return do_step(office, job_ref, "answer_approval", values, by, Role.SUPERVISOR)
