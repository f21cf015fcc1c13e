"""What is due or overdue by the office's clock, and escalations that were passed on."""

from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.core.event import Act
from fieldkit.domain.core.evolve import Document
from fieldkit.domain.core.work_calendar import WorkCalendar
from fieldkit.domain.due_dates import ANY_WEEKDAY, Duty, duties_of
from fieldkit.domain.job.model import CLOSED, Job, Status
from fieldkit.domain.job.must_know import not_told
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.office.desk.acting_as import acting
from fieldkit.office.ledger.documents import IS_JOB
from fieldkit.office.ledger.ledger import OFFICE
from fieldkit.office.office import Office
from fieldkit.office.tables import documents

_ENDED = [status.value for status in CLOSED if status is not Status.COMPLETED]
_ALIVE = or_(
    and_(IS_JOB, documents.c.status.not_in(_ENDED)),
    and_(IS_JOB, documents.c.body.contains('"escalations":[{', autoescape=True)),
    and_(IS_JOB, documents.c.body.contains('"custody":{', autoescape=True)),
    and_(documents.c.kind == "complaint", documents.c.status.not_in(["told", "improved"])),
    and_(documents.c.kind == "follow_up", documents.c.status == "open"),
)
"""Records that may have a duty. A completed job may lack attachments; an escalation and a product
in custody outlast the job."""


@dataclass(frozen=True)
class DueItem:
    """A duty, its record's kind, the number if that is a job, and whether it is overdue."""

    duty: Duty
    kind: str
    number: str
    overdue: bool


def list_due(office: Office, calendar: WorkCalendar = ANY_WEEKDAY) -> list[DueItem]:
    """All duties that are open, past and future, the earliest first."""
    now = office.clock()
    rows = select(documents.c.kind, documents.c.body).where(_ALIVE)
    with office.db.reading() as conn:
        found = [
            (row.kind, MACHINES[row.kind].document.model_validate_json(row.body))
            for row in conn.execute(rows)
        ]
    items = [
        DueItem(duty, kind, _number(document), duty.overdue(now))
        for kind, document in found
        for duty in duties_of(document, now, calendar)
    ]
    return sorted(items, key=lambda item: (item.duty.due, item.duty.record_id, item.duty.who))


def _number(document: Document) -> str:
    return document.number if isinstance(document, Job) else ""


def mark_notified(
    office: Office, job_ref: str, level: str, department: str, note: str = "", by: str = OFFICE
) -> None:
    """Record that a department was notified of a job's escalation.

    Raises `NotFound`, or `Refused` if nothing asks for it, or it was notified already.
    """
    with acting(office, by) as desk:
        current = desk.job(job_ref)
        told = (level, department)
        open_ones = [
            one for one in not_told(current) if (one.item.level, one.item.department) == told
        ]
        if not open_ones:
            raise Refused(Reason("nothing_to_tell"))
        data = {"level": level, "department": department, "note": note}
        desk.emit(
            [
                Act(
                    record=current.id,
                    type="job.escalation_told",
                    data=data | ({"about": one.about} if one.about else {}),
                )
                for one in open_ones
            ]
        )
