"""Flags of jobs that need a person: list them, and resolve one.

The flags come from the fold (`fieldkit.domain.job.fold`) and from nothing else. Resolving one is
an event like any other: the history keeps all that was recorded, and the job's `aside` keeps what
was set aside.
"""

from dataclasses import dataclass
from typing import Any

from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.core.event import Act, Event
from fieldkit.domain.job.model import Job
from fieldkit.office.desk.acting_as import acting
from fieldkit.office.ledger.documents import IS_JOB, read_all
from fieldkit.office.ledger.ledger import OFFICE
from fieldkit.office.office import Office
from fieldkit.office.tables import documents


@dataclass(frozen=True)
class Conflict:
    """A flag of a job: `flag.<flag>` is its sentence, with `params`; `event` is its cause.

    `job` is the job's id; `aside` counts what the job keeps aside, from whatever conflict.
    """

    job: str
    number: str
    flag: str
    params: dict[str, Any]
    event: str
    aside: int


def list_conflicts(office: Office) -> list[Conflict]:
    """The open flags of all jobs, the oldest job first."""
    has_flag = documents.c.body.contains('"attention":[{', autoescape=True)
    return [
        Conflict(job.id, job.number, mark.key, dict(mark.params), mark.event, len(job.aside))
        for job in read_all(office, Job, IS_JOB, has_flag)
        for mark in job.attention
    ]


def resolve(office: Office, job_ref: str, flag: str, note: str, by: str = OFFICE) -> Event:
    """Record that a flag was looked at; `note` says what was decided.

    Raises `NotFound`, or `Refused` (`nothing_to_resolve`) if the job has no such flag.
    """
    with acting(office, by) as desk:
        current = desk.job(job_ref)
        if flag not in {mark.key for mark in current.attention}:
            raise Refused(Reason("nothing_to_resolve"))
        data = {"flag": flag, "note": note}
        act = Act(record=current.id, type="job.conflict_resolved", data=data)
        return desk.emit([act])[0]
