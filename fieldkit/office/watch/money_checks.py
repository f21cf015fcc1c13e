"""Compare what a laptop says of money with the verdict and the rules: quotes, payments, refunds,
what was given away or fitted without anybody's consent, jobs without a verdict.

Each event is judged by the job as it was at the event's position: what was recorded later neither
excuses it nor makes it wrong.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from fieldkit.domain.core.catalogue import Part
from fieldkit.domain.core.event import Event, Role
from fieldkit.domain.core.form import Data
from fieldkit.domain.job import preconditions as when
from fieldkit.domain.job.fold import JOB
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.money_checks import GOODWILL, beyond_quote, refund_limit, worth_at
from fieldkit.office.ledger.documents import Key, counted
from fieldkit.rules import Pack


@dataclass(frozen=True)
class OfficeTerms:
    """What the office published: the parts by SKU, None before the first catalogue, and the rule
    pack with a SHA-256, None where it has no such pack."""

    parts: Callable[[], Mapping[str, Part] | None]
    pack: Callable[[str], Pack | None]


def differing(
    conn: Connection, event: Event, position: int, published: OfficeTerms
) -> Iterator[tuple[str, str]]:
    """The flags of an event that has this position, each with what differs, in yuan, or which
    parts."""
    if event.type == "job.amended" and not _corrects_parts(event):
        return
    job = JOB.fold(event.record, counted(conn, Key("job", event.record), position))
    yield from _CHECKS[event.type](job, event, published)


def _corrects_parts(event: Event) -> bool:
    changes = event.data.get("changes")
    return event.data.get("step") == "repair" and isinstance(changes, dict) and "parts" in changes


def _is_of(part: Data | None, event: Event) -> bool:
    """Whether it is this event by which the job has the part."""
    return part is not None and part.stamp is not None and part.stamp.event == event.id


def _quoted(job: Job, event: Event, published: OfficeTerms) -> Iterator[tuple[str, str]]:
    verdict = job.decision.total_fen if job.decision else None
    quoted = job.quote.total_fen if job.quote else 0
    if _is_of(job.quote, event) and when.decides(job) and quoted != verdict:
        yield "quote_differs", _amounts(quoted, verdict)


def _paid(job: Job, event: Event, published: OfficeTerms) -> Iterator[tuple[str, str]]:
    stands = any(_is_of(one, event) for one in job.payments)
    if stands and job.paid_fen > job.payable_fen:
        yield "payment_differs", _amounts(job.paid_fen, job.payable_fen)


def _refunded(job: Job, event: Event, published: OfficeTerms) -> Iterator[tuple[str, str]]:
    limit = refund_limit(job) or 0
    if _is_of(job.refund, event) and job.refund and job.refund.amount_fen > limit:
        yield "refund_differs", _amounts(job.refund.amount_fen, limit)


def _fitted(job: Job, event: Event, published: OfficeTerms) -> Iterator[tuple[str, str]]:
    if job.repair is None or not when.decides(job):
        return
    beyond = beyond_quote(job, job.repair.parts, published.parts())
    if beyond:
        yield "fitted_beyond_quote", ", ".join(f"{n} × {sku}" for sku, n in beyond.items())


def _given(job: Job, event: Event, published: OfficeTerms) -> Iterator[tuple[str, str]]:
    """More than a technician may give away, by the rules that decided the job, and not approved."""
    decision = job.decision
    pack = published.pack(decision.pack.sha256) if decision else None
    if event.role is Role.SUPERVISOR or (decision and pack is None):
        return
    parts = published.parts() or {}
    given = sum(max(one.worth_fen, worth_at(one, parts)) for one in job.given)
    conceded = decision.concession_fen if decision else 0
    limit = pack.number("technician_limit_fen") if pack else 0
    if given > job.approved_fen(GOODWILL) and conceded + given > limit:
        yield "given_beyond_limit", _amounts(conceded + given, limit)


def _completed(job: Job, event: Event, published: OfficeTerms) -> Iterator[tuple[str, str]]:
    if job.completion and when.decides(job) and job.decision is None:
        yield "completed_without_verdict", ""


_CHECKS: dict[str, Callable[[Job, Event, OfficeTerms], Iterator[tuple[str, str]]]] = {
    "job.quoted": _quoted,
    "job.paid": _paid,
    "job.deposit_paid": _paid,
    "job.refunded": _refunded,
    "job.repaired": _fitted,
    "job.amended": _fitted,
    "job.given_away": _given,
    "job.completed": _completed,
}
COMPARED = tuple(sorted(_CHECKS))
"""The types of event that are compared."""


def _amounts(said: int, right: int | None) -> str:
    return " ≠ ".join("-" if fen is None else f"¥{fen / 100:,.2f}" for fen in (said, right))
