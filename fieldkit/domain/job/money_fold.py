"""How payments, reversals, credit notes and goodwill change a job.

What is owed, paid too much or to be refunded when a job is completed is flagged. Those flags follow
the money: they go with what settles them, and come again when it is reversed.
"""

from typing import Any

from fieldkit.domain.core.event import Event
from fieldkit.domain.core.evolve import flag
from fieldkit.domain.job import money_events as money
from fieldkit.domain.job import step_events as ev
from fieldkit.domain.job.model import CreditNote, Job, ReversedPayment, ReversedRefund

OWED, OVERPAID, UNREFUNDED = "owed", "overpaid", "unrefunded"
"""What is left open of the money of a completed job."""


def completed_money(job: Job, event: Event) -> Job:
    """What is left open when a job is completed."""
    if job.deferral is not None and job.owed_fen:
        job = flag(job, OWED, event, owed_fen=job.owed_fen)
    over = job.paid_fen - job.payable_fen
    if over > 0 and (job.deposits or job.unfitted_fen):
        job = flag(job, OVERPAID, event, over_fen=over)
    return job


def _followed(job: Job, event: Event, key: str, fen: int, raises: bool, **params: Any) -> Job:
    """The job with its flag as the money is now. One that is not there, because the office has
    settled it, comes again only where the event `raises` it."""
    if job.completion is None:
        return job
    rest = tuple(mark for mark in job.attention if mark.key != key)
    was = len(rest) < len(job.attention)
    kept = job.model_copy(update={"attention": rest}) if was else job
    return flag(kept, key, event, **params) if fen > 0 and (was or raises) else kept


def _paid_followed(job: Job, event: Event, back: bool) -> Job:
    """Flags after a payment, or after one that was taken `back`."""
    over = job.paid_fen - job.payable_fen
    job = _followed(job, event, OWED, job.owed_fen, back, owed_fen=job.owed_fen)
    return _followed(job, event, OVERPAID, over, False, over_fen=over)


def paid_more(job: Job, data: ev.Paid, event: Event) -> Job:
    """One more payment that stands."""
    more = {"more_payments": (*job.more_payments, data)} if job.payment else {"payment": data}
    return _paid_followed(job.model_copy(update=more), event, back=False)


def adds_to_payment(job: Job, data: ev.Paid) -> bool:
    """Whether a payment is the first, or a further one can be of what is still owed: else the
    same money was recorded twice."""
    return job.payment is None or 0 < data.amount_fen <= job.owed_fen


def payment_reversed(job: Job, data: money.PaymentReversed, event: Event) -> Job:
    """Take the payment out of those that stand, and keep it beside its reversal."""
    standing = job.payments
    named = [one for one in standing if one.stamp and one.stamp.event == data.payment]
    if not named:
        return job
    gone = named[0]
    paid = ev.Paid(amount_fen=gone.amount_fen, method=gone.method, stamp=gone.stamp)
    rest = [one for one in (job.payment, *job.more_payments) if one and one is not gone]
    update: dict[str, Any] = {
        "deposits": tuple(one for one in job.deposits if one is not gone),
        "payment": rest[0] if rest else None,
        "more_payments": tuple(rest[1:]),
        "reversals": (*job.reversals, ReversedPayment(paid=paid, reversal=data)),
    }
    return _paid_followed(job.model_copy(update=update), event, back=True)


def refund_reversed(job: Job, data: money.RefundReversed, event: Event) -> Job:
    """The refund does not stand, and another may be recorded."""
    if job.refund is None:
        return job
    stood = job.refund
    kept = ReversedRefund(refund=stood, reversal=data)
    update = {"refund": None, "reversed_refunds": (*job.reversed_refunds, kept)}
    changed, fen = job.model_copy(update=update), stood.amount_fen
    return _followed(changed, event, UNREFUNDED, fen, True, amount_fen=fen)


def refunded_again(job: Job, data: ev.Refunded, event: Event) -> Job:
    """The refund that follows one that was reversed."""
    changed = job.model_copy(update={"refund": data})
    return _followed(changed, event, UNREFUNDED, 0, False)


def invoice_credited(job: Job, data: money.InvoiceCredited, event: Event) -> Job:
    """The invoice does not stand, and another may be made out."""
    if job.invoice is None or job.invoice.number != data.invoice:
        return job
    stood = job.invoice
    if job.official is not None:
        official = job.official.model_dump(include={"official_code", "official_number"})
        stood = stood.model_copy(update=official)
    kept = CreditNote(invoice=stood, note=data)
    return job.model_copy(
        update={"invoice": None, "official": None, "credited": (*job.credited, kept)}
    )
