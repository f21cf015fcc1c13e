"""What must be done by when, and what is overdue: computed from documents and a clock.

Sources: the due words of the escalation rules, the deadlines of the complaint rules, promised
dates, appointments, follow-ups, and the service manual, by which a completed job is at the office
the same day. Nothing here is stored; the same documents and the same
moment give the same duties.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from fieldkit.domain.complaints.model import Complaint
from fieldkit.domain.complaints.steps import next_complaint_step, routing
from fieldkit.domain.core.local_time import hours_later, window
from fieldkit.domain.core.work_calendar import WorkCalendar
from fieldkit.domain.job.holdups import hold_ups
from fieldkit.domain.job.model import CLOSED, Job
from fieldkit.domain.job.must_know import not_told
from fieldkit.domain.records.follow_up import FollowUp

DutyKind = Literal[
    "escalation", "approval", "promise", "visit", "submit", "reply", "interim", "solve",
    "follow_up", "help",
]  # fmt: skip

ANY_WEEKDAY = WorkCalendar()
"""For whoever has no list of holidays at hand."""


@dataclass(frozen=True)
class Duty:
    """Something that is due. `who` is a department, an approver or a person; "" if nobody is
    named. `level` is that of an escalation."""

    kind: DutyKind
    record_id: str
    who: str
    due: datetime
    level: str = ""

    def overdue(self, now: datetime) -> bool:
        """Whether the moment has passed."""
        return now > self.due


def job_duties(job: Job, now: datetime) -> list[Duty]:
    """What is due about a job. Local days are those of `now`'s zone."""
    found = list(_escalations(job, now))
    if job.in_custody and job.promised_on is not None:
        found.append(Duty("promise", job.id, job.technician, _end_of(job.promised_on, now)))
    done = job.completion.stamp if job.completion else None
    if done is not None and job.submission is None:
        due = _end_of(done.at.astimezone(now.tzinfo).date(), now)
        found.append(Duty("submit", job.id, job.technician, due))
    if job.status in CLOSED:
        return found
    for held in hold_ups(job):
        if held.help and held.open:
            found.append(Duty("help", job.id, "", held.logged.at))
    asked = job.open_approval
    if asked is not None and asked.stamp is not None:
        found.append(Duty("approval", job.id, asked.approver, asked.stamp.at))
    if job.arrival is None or job.carried_on:
        found += [Duty("visit", job.id, job.technician, due) for due in _visits(job, now)]
    return found


def _visits(job: Job, now: datetime) -> Iterator[datetime]:
    """When the next visit is over: as it was agreed, else the day to which it was carried."""
    agreed, carried = job.appointment, job.carried[-1] if job.carried else None
    since = agreed.stamp if agreed else None
    moved = carried.stamp if carried else None
    if carried and moved and (since is None or moved.at > since.at):
        yield _end_of(carried.until, now)
    elif agreed is not None:
        yield window(agreed.on, agreed.time_from, agreed.time_to, now.tzinfo)[1]


def _escalations(job: Job, now: datetime) -> Iterator[Duty]:
    """Those who must know, and of whom nobody recorded that they were told."""
    for one in not_told(job):
        due = _DUE[one.item.due](one.since.at.astimezone(now.tzinfo))
        yield Duty("escalation", job.id, one.item.department, due, one.item.level)


_DUE: dict[str, Callable[[datetime], datetime]] = {
    "at_once": lambda decided: decided,
    "2h": lambda decided: hours_later(decided, 2),
    "same_day": lambda decided: _end_of(decided.date(), decided),
    "24h": lambda decided: hours_later(decided, 24),
}


def _end_of(day: date, zone_of: datetime) -> datetime:
    return datetime.combine(day, time.max, zone_of.tzinfo)


def complaint_duties(
    complaint: Complaint, now: datetime, calendar: WorkCalendar = ANY_WEEKDAY
) -> list[Duty]:
    """By when the customer must have an answer, a word in between, and a solution.

    She has the answer with the first step after recording; a solution with step 6.
    """
    said = routing(complaint)
    stamp = complaint.recorded.stamp if complaint.recorded else None
    if said is None or stamp is None or complaint.told or next_complaint_step(complaint) is None:
        return []
    made, deadlines = stamp.at.astimezone(now.tzinfo), said.deadlines
    department = complaint.assigned.department if complaint.assigned else said.department
    who = (complaint.assigned.person if complaint.assigned else "") or department
    found = []
    if complaint.judged is None:
        found.append(Duty("reply", complaint.id, who, hours_later(made, deadlines.reply_h)))
    if deadlines.interim_wd is not None and complaint.proposed is None:
        due = _working_days(made, deadlines.interim_wd, calendar)
        found.append(Duty("interim", complaint.id, who, due))
    if deadlines.solve_h is not None:
        found.append(Duty("solve", complaint.id, who, hours_later(made, deadlines.solve_h)))
    elif deadlines.solve_wd is not None:
        due = _working_days(made, deadlines.solve_wd, calendar)
        found.append(Duty("solve", complaint.id, who, due))
    return found


def _working_days(start: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """The end of the n-th working day after a day."""
    day = start.date()
    while days > 0:
        day += timedelta(days=1)
        days -= calendar.is_working_day(day)
    return _end_of(day, start)


def follow_up_duties(follow_up: FollowUp) -> list[Duty]:
    """The call, while it has not been made."""
    planned = follow_up.planned
    if planned is None or follow_up.due is None or follow_up.done is not None:
        return []
    return [Duty("follow_up", follow_up.id, planned.assigned_to, follow_up.due)]


def duties_of(document: Any, now: datetime, calendar: WorkCalendar = ANY_WEEKDAY) -> list[Duty]:
    """The duties of a document of any kind."""
    if isinstance(document, Job):
        return job_duties(document, now)
    if isinstance(document, Complaint):
        return complaint_duties(document, now, calendar)
    return follow_up_duties(document) if isinstance(document, FollowUp) else []
