"""Answering what technicians ask a supervisor to approve."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.core.event import Role
from fieldkit.domain.job.model import CLOSED, Job
from fieldkit.office.desk.desk import do_step, read_record
from fieldkit.office.office import Office
from fieldkit.office.tables import documents

_NAMED = 10
"""How many of the jobs that wait are named."""


def waiting(office: Office) -> list[Job]:
    """The open jobs with a request that nobody has answered, oldest first."""
    asked = documents.c.body.contains('"approvals":[{', autoescape=True)
    still = documents.c.status.not_in([status.value for status in CLOSED])
    found = select(documents.c.body).where(documents.c.kind == "job", asked, still)
    with office.db.reading() as conn:
        bodies = conn.scalars(found.order_by(documents.c.record)).all()
    jobs = [Job.model_validate_json(body) for body in bodies]
    return [job for job in jobs if job.open_approval is not None]


def answer_request(office: Office, job: str, values: Mapping[str, Any], by: str) -> Job:
    """Answer a job's request for approval as the supervisor `by`.

    Raises `NotFound`, `BadInput`, or `Refused`: `nothing_to_approve` (with what waits) or
    `nothing_waits` where nobody has asked, else the reason of the flow.
    """
    found = read_record(office, "job", job)
    if isinstance(found, Job) and not found.approvals:
        numbers = [each.number or each.id for each in waiting(office)]
        if not numbers:
            raise Refused(Reason("nothing_waits"))
        named = ", ".join(numbers[:_NAMED]) + (" …" if len(numbers) > _NAMED else "")
        raise Refused(Reason("nothing_to_approve", {"count": len(numbers), "waiting": named}))
    return do_step(office, job, "answer_approval", values, by, Role.SUPERVISOR)
