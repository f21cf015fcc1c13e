"""The end of the day: what is not sent, signed, invoiced, given back or done, and what the office
has.

It asks the flow of each open job, so that it says nothing else than the path of the job does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from fieldkit.domain.core.event import RecordKind
from fieldkit.domain.core.evolve import Flag
from fieldkit.domain.due_dates import job_duties
from fieldkit.domain.job.corrected import UNCONFIRMED
from fieldkit.domain.job.model import CLOSED, Job, Status
from fieldkit.domain.job.steps import State, path
from fieldkit.domain.records.customer_product import Product
from fieldkit.services.day.today import due_calls
from fieldkit.services.exchange import refused_events
from fieldkit.services.exchange.link_state import ExchangeState, exchange_state
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands
from fieldkit.services.jobs.complaints import list_complaints
from fieldkit.services.jobs.job_rows import JobRow, list_jobs
from fieldkit.services.jobs.records import find_customer

Concern = Literal[
    "rejected", "overdue", "unsigned", "uninvoiced", "unreturned", "unfinished",
    "flagged", "unconfirmed", "unsent",
]  # fmt: skip
CONCERNS: tuple[Concern, ...] = (
    "rejected", "overdue", "unsigned", "uninvoiced", "unreturned", "unfinished",
    "flagged", "unconfirmed", "unsent",
)  # fmt: skip
"""In the order of how much each presses."""

_FINISHED = frozenset({Status.SUBMITTED.value, Status.CANCELLED.value})
"""Nothing is left to do about these, unless a product is to be given back."""


@dataclass(frozen=True)
class Loose:
    """One loose end. `kind` and `record_id` say what to open, `title` and `who` what it is called.

    `step` is the step that would resolve it, "" for none; `day` when it was or is due; `count`
    the unsent events; `event` the refused one, and `step` then why it was refused. `flag` is what
    needs a person, as `flag.<key>` says it.
    """

    concern: Concern
    kind: RecordKind
    record_id: str
    title: str
    who: str
    step: str = ""
    day: date | None = None
    count: int = 0
    event: str = ""
    flag: Flag | None = None


@dataclass(frozen=True)
class OfficeHas:
    """What was recorded on this device today, and how much of it the office has confirmed.

    Of `completed` jobs, `complete` are at the office with everything that belongs to them.
    """

    made_today: int
    confirmed_today: int
    completed: int
    complete: int
    exchange: ExchangeState


@dataclass(frozen=True)
class DayEnd:
    """The loose ends in the order of `CONCERNS`, and what the office has."""

    loose: list[Loose]
    office: OfficeHas


def end_of_day(session: Session) -> DayEnd:
    """Everything that is open at the end of the day."""
    rows = list_jobs(session)
    found = [
        *_refused(session),
        *_jobs(session, rows),
        *_products(session),
        *_calls(session),
        *_complaints(session),
        *_unsent(session),
    ]
    found.sort(key=lambda loose: (CONCERNS.index(loose.concern), loose.day or date.max))
    return DayEnd(found, _office(session, rows))


def _jobs(session: Session, rows: list[JobRow]) -> Iterator[Loose]:
    for row in rows:
        if row.status not in _FINISHED or row.promised or row.attention:
            yield from _loose_ends(job_commands.job(session, row.id), session)


def _loose_ends(job: Job, session: Session) -> Iterator[Loose]:
    now = session.clock()

    def loose(
        concern: Concern, step: str = "", day: date | None = None, flag: Flag | None = None
    ) -> Loose:
        who = job.customer.name if job.customer else ""
        return Loose(concern, RecordKind.JOB, job.id, job.number, who, step, day, flag=flag)

    for mark in job.attention:
        yield loose("unconfirmed") if mark.key == UNCONFIRMED else loose("flagged", flag=mark)
    if job.status in _FINISHED and not job.in_custody:
        return
    late = {duty.kind: duty for duty in job_duties(job, now) if duty.overdue(now)}
    if "submit" in late:
        yield loose("overdue", "submit", late["submit"].due.date())
    if "visit" in late:
        yield loose("overdue", "arrive", late["visit"].due.date())
    if job.in_custody:
        concern: Concern = "overdue" if "promise" in late else "unreturned"
        yield loose(concern, "hand_back", job.promised_on)
    if job.status in CLOSED:
        return
    possible = [view.step.key for view in path(job) if view.state in (State.NEXT, State.OPEN)]
    if "sign" in possible:
        yield loose("unsigned", "sign")
    elif "pay" in possible or "invoice" in possible:
        yield loose("uninvoiced", "pay" if "pay" in possible else "invoice")
    elif job.arrival is not None and not job.carried_on and not job.in_custody:
        view = next((view for view in path(job) if view.state is State.NEXT), None)
        yield loose("unfinished", view.step.key if view else "")


def _products(session: Session) -> Iterator[Loose]:
    for record in session.store.lists.flagged_products():
        product: Product = session.store.ledger.document(RecordKind.PRODUCT, record)
        owner = find_customer(session, product.customer)
        who, title = owner.name if owner else "", product.serial or record
        for mark in product.attention:
            yield Loose("flagged", RecordKind.PRODUCT, record, title, who, flag=mark)


def _calls(session: Session) -> Iterator[Loose]:
    now = session.clock()
    for call in due_calls(session):
        if call.due < now:
            day = call.due.astimezone(now.tzinfo).date()
            yield Loose(
                "overdue", RecordKind.FOLLOW_UP, call.id, call.reason, call.customer, day=day
            )


def _complaints(session: Session) -> Iterator[Loose]:
    now = session.clock()
    for row in list_complaints(session):
        if row.due is not None and row.due < now:
            day, step = row.due.date(), row.next_step or ""
            yield Loose("overdue", RecordKind.COMPLAINT, row.id, row.text, row.name, step, day)


def _names(session: Session, records: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Number and customer of those of these records that are jobs."""
    fields = ("id", "number", "customer.name")
    rows = session.store.lists.job_rows_of(records, fields)
    return {job_id: (number or "", who or "") for job_id, number, who in rows}


def _refused(session: Session) -> Iterator[Loose]:
    found = refused_events.rejected(session)
    named = _names(session, (event.record for event in found))
    for event in found:
        title, who = named.get(event.record, (event.type, ""))
        made = datetime.fromisoformat(event.at).astimezone(session.clock().tzinfo).date()
        yield Loose(
            "rejected", RecordKind.JOB, event.record, title, who, event.reason, made,
            event=event.event,
        )  # fmt: skip


def _unsent(session: Session) -> Iterator[Loose]:
    waiting = session.store.ledger.waiting()
    named = _names(session, waiting)
    others = 0
    for record_id, count in waiting.items():
        if record_id in named:
            number, who = named[record_id]
            yield Loose("unsent", RecordKind.JOB, record_id, number, who, count=count)
        else:
            others += count
    if others:
        yield Loose("unsent", RecordKind.CUSTOMER, "", "", "", count=others)


def _office(session: Session, rows: list[JobRow]) -> OfficeHas:
    midnight = session.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    made, waiting = session.store.ledger.made_since(midnight)
    lists = session.store.lists
    in_custody = Counter(row.status for row in rows if row.promised)  # the others are counted there
    complete, waiting_for_office = (
        lists.count_done(status) + in_custody[status]
        for status in (Status.SUBMITTED, Status.COMPLETED)
    )
    return OfficeHas(
        made_today=made,
        confirmed_today=made - waiting,
        completed=complete + waiting_for_office,
        complete=complete,
        exchange=exchange_state(session),
    )
