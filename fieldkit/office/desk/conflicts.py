"""What a merge could not settle: list the flags of jobs, and say that somebody has looked.

The flags come from the fold (`fieldkit.domain.job.fold`), and nothing else decides. To
resolve one is an event like any other: all that was recorded stays in the history, and what
was set aside stays in the job's `aside`.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.core.event import Act, Event
from fieldkit.domain.job.model import Job
from fieldkit.office.desk.acting_as import acting
from fieldkit.office.ledger.ledger import OFFICE
from fieldkit.office.office import Office
from fieldkit.office.tables import documents


@dataclass(frozen=True)
class Conflict:
    """A flag of a job: `flag.<flag>` is its sentence, with `params`; `event` is its cause.

    `aside` counts what the job keeps aside, from whatever conflict.
    """

    job: str
    number: str
    flag: str
    params: dict[str, Any]
    event: str
    aside: int


def list_conflicts(office: Office) -> list[Conflict]:
    """The open flags of all jobs, the oldest job first."""
    flagged = documents.c.body.contains('"attention":[{', autoescape=True)
    bodies = select(documents.c.body).where(documents.c.kind == "job", flagged)
    with office.db.reading() as conn:
        found = conn.scalars(bodies.order_by(documents.c.record)).all()
    jobs = [Job.model_validate_json(body) for body in found]
    return [
        Conflict(job.id, job.number, mark.key, dict(mark.params), mark.event, len(job.aside))
        for job in jobs
        for mark in job.attention
    ]


def resolve(office: Office, job: str, flag: str, note: str, by: str = OFFICE) -> Event:
    """Somebody has looked at a flag and settled it; `note` says how.

    Raises `NotFound`, or `Refused` where the job has no such flag (any more).
    """
    with acting(office, by) as desk:
        current = desk.job(job)
        if flag not in {mark.key for mark in current.attention}:
            raise Refused(Reason("nothing_to_resolve"))
        data = {"flag": flag, "note": note}
        act = Act(record=current.id, type="job.conflict_resolved", data=data)
        return desk.emit([act])[0]
