"""What may be paid, given away, refunded and taken back: the checks of the money steps."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from fieldkit.domain.core.catalogue import Part
from fieldkit.domain.core.errors import BadInput, FieldProblem, Reason, Refused
from fieldkit.domain.core.event import Role
from fieldkit.domain.core.job_codes import Remedy
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.fitted import fittings
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.money_events import GivenAway
from fieldkit.domain.job.row_forms import PartUse

GOODWILL = "goodwill"
"""What a request for approval is about that asks for more than a technician may give away."""


def _wrong(field: str, key: str, **params: object) -> BadInput:
    return BadInput([FieldProblem(field, key, params)])


def check_payment(job: Job, data: Any, ctx: Context) -> None:
    """A payment is of what is owed, or of a part of it."""
    if data.amount_fen == 0:
        raise _wrong("amount_fen", "missing")
    if data.amount_fen > job.owed_fen:
        raise _wrong("amount_fen", "more_than_owed", owed_fen=job.owed_fen)


def check_deferral(job: Job, data: Any, ctx: Context) -> None:
    """Only what is owed is paid later, and not yesterday."""
    if job.owed_fen == 0:
        raise Refused(Reason("nothing_to_pay"))
    if data.due_on is not None and data.due_on < ctx.today:
        raise _wrong("due_on", "in_past", limit=ctx.today.isoformat())


def check_acceptance(job: Job, data: Any, ctx: Context) -> None:
    """Lines are accepted by the numbers that the quote has."""
    quoted = {str(line.line) for line in job.quote.lines} if job.quote else set()
    foreign = [number for number in data.lines if number not in quoted]
    if foreign:
        listed = ", ".join(sorted(quoted, key=int))
        raise _wrong("lines", "not_quoted", line=", ".join(foreign), quoted=listed)


# -- refund ---------------------------------------------------------------------------------------


def refund_limit(job: Job) -> int | None:
    """The most that may be refunded: what was approved by its amount, else the price that was
    paid for the product; None where neither is known."""
    approved = job.approved_fen("") if job.approved else 0
    if approved:
        return approved
    return job.product.price_fen if job.product else None


def check_refund(job: Job, data: Any, ctx: Context) -> None:
    """A refund is of something, and of no more than was paid or approved."""
    limit = refund_limit(job) or 0
    if data.amount_fen == 0:
        raise _wrong("amount_fen", "missing")
    if data.amount_fen > limit:
        raise _wrong("amount_fen", "more_than_refundable", limit_fen=limit)


def check_request(job: Job, data: Any, ctx: Context) -> None:
    """Who approves a refund is told how much it is."""
    refunds = job.remedy is not None and job.remedy.remedy is Remedy.REFUND
    if refunds and data.amount_fen == 0:
        raise _wrong("amount_fen", "missing")


def check_goodwill_request(job: Job, data: Any, ctx: Context) -> None:
    """Goodwill is asked for by its amount."""
    if data.amount_fen == 0:
        raise _wrong("amount_fen", "missing")


# -- what is given away ---------------------------------------------------------------------------


def worth_of(data: GivenAway, ctx: Context) -> int:
    """What is given away, at list prices."""
    return worth_at(data, ctx.parts or {})


def worth_at(data: GivenAway, prices: Mapping[str, Part]) -> int:
    """What is given away, at these prices."""
    parts = sum(prices[row.part].price_fen * row.quantity for row in data.parts
                if row.part in prices)  # fmt: skip
    return data.amount_fen + parts


def check_given(job: Job, data: Any, ctx: Context) -> None:
    """No more off the price than is owed; and all of the job within the technician's limit, or
    approved by its amount. A supervisor needs neither."""
    if data.amount_fen == 0 and not data.parts:
        raise _wrong("amount_fen", "missing")
    if data.amount_fen > job.owed_fen:
        raise _wrong("amount_fen", "more_than_owed", owed_fen=job.owed_fen)
    if ctx.author.role is Role.SUPERVISOR:
        return
    given = sum(one.worth_fen for one in job.given) + worth_of(data, ctx)
    if given <= job.approved_fen(GOODWILL):
        return
    conceded = job.decision.concession_fen if job.decision else 0
    if conceded + given > ctx.goodwill_limit_fen:
        told: dict[str, object] = {
            "limit_fen": ctx.goodwill_limit_fen,
            "total_fen": conceded + given,
        }
        raise Refused(Reason("beyond_goodwill", told))


def check_fitted(job: Job, data: Any, ctx: Context) -> None:
    """What is fitted beyond the verdict and its quote was given away, or is quoted first."""
    if ctx.parts is None:
        return
    problems = [
        FieldProblem("parts", "beyond_quote", {"part": part, "quantity": more})
        for part, more in beyond_quote(job, data.parts, ctx.parts).items()
    ]
    if problems:
        raise BadInput(problems)


def beyond_quote(
    job: Job, parts: tuple[PartUse, ...], catalogue: Mapping[str, Part] | None
) -> dict[str, int]:
    """How many of each part no line foresaw and nobody gave away."""
    beyond = Counter[str]()
    for one in fittings(job.foreseen, parts, catalogue):
        if one.line is None:
            beyond[one.used.part] += one.quantity
    for given in job.given:
        for row in given.parts:
            beyond[row.part] -= row.quantity
    return {part: count for part, count in beyond.items() if count > 0}


def check_refitted(job: Job, data: Any, ctx: Context) -> None:
    """A correction of the repair adds nothing that was not quoted, nor to what the customer has
    signed for, and changes nothing behind an invoice's back."""
    check_fitted(job, data, ctx)
    more = job.model_copy(update={"repair": data}).payable_fen - job.payable_fen
    if more > 0 and job.signature is not None:
        raise Refused(Reason("dearer_than_signed"))
    if more and job.invoice is not None:
        raise Refused(Reason("invoice_stands"))


def check_priced(job: Job, ctx: Context) -> None:
    """A line that is to be paid has a part or labour, or says why it costs nothing."""
    decision = ctx.decision
    found = {line.line: line for line in job.diagnosis.lines} if job.diagnosis else {}
    for line in decision.lines if decision else ():
        own = found.get(line.line)
        free = own is not None and own.costs_nothing
        if line.charge == "paid" and line.part_fen + line.labour_fen == 0 and not free:
            raise Refused(Reason("unpriced_line", {"line": line.line}))
