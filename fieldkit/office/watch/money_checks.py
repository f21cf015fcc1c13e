"""Compare what a laptop says of money with the verdict: quotes, payments, jobs without a verdict.

Each event is judged by the job as it was at the event's position: what was recorded later neither
excuses it nor makes it wrong.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

from fieldkit.domain.core.event import Event
from fieldkit.domain.job import preconditions as when
from fieldkit.domain.job.fold import JOB
from fieldkit.office.ledger.documents import Key, counted

COMPARED = ("job.completed", "job.paid", "job.quoted")
"""The types of event that are compared."""


def differing(conn: Connection, event: Event, position: int) -> Iterator[tuple[str, str]]:
    """The flags of an event that has this position, each with what differs, in yuan."""
    job = JOB.fold(event.record, counted(conn, Key("job", event.record), position))
    verdict = job.decision.total_fen if job.decision else None
    quote, paid, done = job.quote, job.payment, job.completion
    if event.type == "job.quoted" and quote and quote.stamp and quote.stamp.event == event.id:
        if when.decides(job) and quote.total_fen != verdict:
            yield "quote_differs", _amounts(quote.total_fen, verdict)
    elif event.type == "job.paid" and paid and paid.stamp and paid.stamp.event == event.id:
        if job.paid_fen > job.payable_fen:
            yield "payment_differs", _amounts(job.paid_fen, job.payable_fen)
    elif event.type == "job.completed" and done and when.decides(job) and verdict is None:
        yield "completed_without_verdict", ""


def _amounts(said: int, right: int | None) -> str:
    return " ≠ ".join("-" if fen is None else f"¥{fen / 100:,.2f}" for fen in (said, right))
