"""What holds jobs up behind the front line, across all jobs: blockers, requests for help, parts on
order."""

from dataclasses import dataclass
from datetime import datetime

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.event import RecordKind
from fieldkit.domain.job.holdups import HoldUp, hold_ups
from fieldkit.domain.job.model import Job
from fieldkit.i18n import Lang, say, say_date
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.job_rows import list_jobs


@dataclass(frozen=True)
class BlockerRow:
    """One of them, and its job. `at` is when it was recorded, in local time, and `days` the days
    since by the calendar."""

    job_id: str
    number: str
    customer: str
    what: HoldUp
    at: datetime
    days: int

    @property
    def open(self) -> bool:
        """Whether it still holds its job up."""
        return self.what.open


def list_blockers(session: Session) -> list[BlockerRow]:
    """Those of the jobs at hand: the open ones first, the oldest first; then the others, the
    newest first."""
    zone, today = session.clock().tzinfo, session.today
    rows = []
    at_hand = [row.id for row in list_jobs(session)]
    fields = ("id", "blockers", "help", "orders")
    for job_id, *held_up in session.store.lists.job_rows_of(at_hand, fields):
        if not any(held_up):
            continue
        job: Job = session.store.ledger.document(RecordKind.JOB, job_id)
        for what in hold_ups(job):
            at = what.logged.at.astimezone(zone)
            who = job.customer.name if job.customer else ""
            rows.append(BlockerRow(job.id, job.number, who, what, at, (today - at.date()).days))
    rows.sort(key=lambda row: row.at)
    return [row for row in rows if row.open] + [row for row in reversed(rows) if not row.open]


def say_order(order: HoldUp, catalogue: Catalogue, lang: Lang) -> str:
    """A part on order: which, how many, when it should come, and the note."""
    name = catalogue.name("part", order.part, lang)
    when = say("screen.not_expected", lang)
    if order.expected_on is not None:
        when = say("screen.expected", lang, date=say_date(order.expected_on, lang))
    return " · ".join(part for part in (f"{name} × {order.quantity}", when, order.text) if part)
