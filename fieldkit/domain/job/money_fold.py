"""How payments, reversals, credit notes and goodwill change a job."""

from typing import Any

from fieldkit.domain.core.event import Event
from fieldkit.domain.job import money_events as money
from fieldkit.domain.job import step_events as ev
from fieldkit.domain.job.model import CreditNote, Job, ReversedPayment, ReversedRefund


def adds_to_payment(job: Job, data: ev.Paid) -> bool:
    """Whether a further payment can be one of what is still owed: else the same money was
    recorded twice."""
    return job.payment is not None and 0 < data.amount_fen <= job.owed_fen


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
    return job.model_copy(update=update)


def refund_reversed(job: Job, data: money.RefundReversed, event: Event) -> Job:
    """The refund does not stand, and another may be recorded."""
    if job.refund is None:
        return job
    kept = ReversedRefund(refund=job.refund, reversal=data)
    return job.model_copy(
        update={"refund": None, "reversed_refunds": (*job.reversed_refunds, kept)}
    )


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
