"""The values of a step that the program fills in, and what a signature is bound to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from fieldkit.domain.core.decision import Decision, LineDecision
from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.core.event import canonical, digest
from fieldkit.domain.core.form import Data
from fieldkit.domain.core.job_codes import SERVICE
from fieldkit.domain.job import step_events as ev
from fieldkit.domain.job.approval_outcome import undecided
from fieldkit.domain.job.bill import bill_of
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.exchanged_serial import exchange_doubts, new_serial
from fieldkit.domain.job.fitted_serial import standing_elsewhere, without_serial
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.money_checks import GOODWILL, check_priced, worth_of
from fieldkit.domain.job.row_forms import FaultLine, QuoteLine


def _with(data: Data, **values: Any) -> Data:
    return data.model_copy(update=values)


def _fill_decide(job: Job, data: Any, ctx: Context) -> Data:
    if ctx.decision is None:
        raise Refused(Reason("no_decision"))
    check_priced(job, ctx)
    return ev.Decided(decision=_record(ctx.decision) or {})


def _fill_quote(job: Job, data: Any, ctx: Context) -> Data:
    if job.decision is None:
        raise Refused(Reason("no_decision"))
    lines_by_number = {line.line: line for line in job.diagnosis.lines} if job.diagnosis else {}
    lines = []
    for verdict in job.decision.lines:
        found = lines_by_number.get(verdict.line)
        lines.append(
            QuoteLine(
                line=verdict.line,
                component=found.component if found else SERVICE,
                part=found.part if found else "",
                charge=verdict.charge,
                part_fen=verdict.part_fen,
                labour_fen=verdict.labour_fen,
                pays_fen=verdict.customer_pays_fen,
                rule=verdict.rule,
                quantity=found.quantity if found else 1,
                tax_percent=ctx.tax_percent,
                with_part_fen=_with_part(verdict, found),
            )
        )
    update = {
        "lines": tuple(lines),
        "call_out_fen": job.decision.call_out_fen,
        "total_fen": job.decision.total_fen,
        "pack_revision": job.decision.pack.revision,
        "tax_percent": ctx.tax_percent,
        "valid_until": data.valid_until or ctx.today + timedelta(days=7),
    }
    return ev.Quoted.model_validate(data.model_copy(update=update).model_dump(mode="json"))


def _with_part(verdict: LineDecision, found: FaultLine | None) -> int:
    """What is not charged where the part is not fitted: work whose minutes were told apart from
    it is done all the same."""
    if found is None or not found.part:
        return 0
    own_work = found.labour_minutes is not None
    return verdict.part_payable_fen + (0 if own_work else verdict.labour_payable_fen)


def _fill_request(job: Job, data: Any, ctx: Context) -> Data:
    left_open = job.decision is not None and undecided(job.decision)
    return _with(data, left_open=left_open, code_number=_next_number(ctx))


def _fill_answer(job: Job, data: Any, ctx: Context) -> Data:
    asked = job.open_approval
    event = asked.stamp.event if asked and asked.stamp else ""
    return _with(data, request=event, code_number=asked.code_number if asked else 0)


def _fill_goodwill_request(job: Job, data: Any, ctx: Context) -> Data:
    return _with(data, about=GOODWILL, code_number=_next_number(ctx))


def _next_number(ctx: Context) -> int:
    """The number of the telephone code that a request takes; 0 where this device has none left."""
    codes = ctx.phone_codes()
    return codes.next_number if codes else 0


def _fill_given(job: Job, data: Any, ctx: Context) -> Data:
    return _with(data, worth_fen=worth_of(data, ctx), limit_fen=ctx.goodwill_limit_fen)


def _fill_reversal(job: Job, data: Any, ctx: Context) -> Data:
    """The payment that is named, else the last one."""
    stamps = [one.stamp for one in job.payments if one.stamp]
    named = [one.event for one in stamps if data.payment in ("", one.event)]
    if not named:
        raise Refused(Reason("no_payment"))
    last = max(stamps, key=lambda one: one.at)
    return _with(data, payment=data.payment or last.event)


def _fill_credit(job: Job, data: Any, ctx: Context) -> Data:
    stood = job.invoice
    return _with(
        data,
        number=f"CN-{job.number}{_again(len(job.credited))}",
        invoice=stood.number if stood else "",
        amount_fen=stood.amount_fen if stood else 0,
    )


def _again(earlier: int) -> str:
    """What tells the second paper of a kind from the first: -2."""
    return f"-{earlier + 1}" if earlier else ""


def _fill_exchange(job: Job, data: Any, ctx: Context) -> Data:
    """The serial number is written as products are registered."""
    serial = new_serial(job, data, ctx.serials)
    doubts = tuple(each.key for each in exchange_doubts(job, data, ctx.serials))
    return _with(
        data,
        new_serial=serial,
        serial_typed=data.new_serial if data.new_serial != serial else "",
        serial_confirmed=bool(doubts),
        serial_doubts=doubts,
    )


def _fill_repair(job: Job, data: Any, ctx: Context) -> Data:
    return _with(
        data,
        van=ctx.author.by,
        serials_missing=without_serial(data, ctx),
        serials_elsewhere=standing_elsewhere(job, data, ctx),
    )


def _fill_resolved(job: Job, data: Any, ctx: Context) -> Data:
    stamps = [one.stamp.event for one in job.open_blockers if one.stamp]
    if data.blocker and data.blocker not in stamps:
        raise Refused(Reason("nothing_blocked"))
    return _with(data, blocker=data.blocker or stamps[0])


def _fill_take_in(job: Job, data: Any, ctx: Context) -> Data:
    return _with(data, receipt=f"CR-{job.number}")


def _fill_sign(job: Job, data: Any, ctx: Context) -> Data:
    return _with(data, digest=signed_digest(job))


def signed_digest(job: Job) -> str:
    """SHA-256 over what a customer signs: the work, the lines and the amounts.

    A later change of any of them shows the signed paper as superseded.
    """
    names = {"number", "diagnosis", "quote", "repair", "custody", "hand_back", "exchange", "refund"}
    signed = job.model_dump(mode="json", include=names, exclude_none=True)
    if job.given:
        signed["given_fen"] = job.given_fen
    if job.acceptance is not None and job.acceptance.lines:
        signed["accepted"] = list(job.acceptance.lines)
    return digest(canonical(signed))


def superseded(job: Job) -> bool:
    """Whether something changed that the customer has signed."""
    if job.signature is None or job.signature.digest == signed_digest(job):
        return False
    return job.signature.digest != signed_digest(_stamped_by_corrections(job))


def _stamped_by_corrections(job: Job) -> Job:
    """The job as it was signed before corrections stood beside a step: each corrected part with
    the stamp of its last correction."""
    stamped: dict[str, Data] = {}
    for one in job.corrections:
        part = stamped.get(one.step) or getattr(job, one.step)
        if part is not None and part.stamp and one.stamp and one.stamp.at >= part.stamp.at:
            stamped[one.step] = _with(part, stamp=one.stamp)
    return job.model_copy(update=stamped)


def _fill_invoice(job: Job, data: Any, ctx: Context) -> Data:
    bill = bill_of(job)
    return _with(
        data,
        number=f"INV-{job.number}{_again(len(job.credited))}",
        amount_fen=bill.gross_fen,
        net_fen=bill.net_fen if bill.taxed else None,
        tax_fen=bill.tax_fen if bill.taxed else None,
        title=data.title or (job.customer.name if job.customer else ""),
    )


def _fill_complete(job: Job, data: Any, ctx: Context) -> Data:
    manifest = tuple(sorted({item.sha256 for item in job.attachments}))
    return _with(data, attachments=manifest)


def _fill_cancel(job: Job, data: Any, ctx: Context) -> Data:
    done = job.repair or job.exchange or job.refund
    return _with(data, knew_work=done is not None)


def _fill_help(job: Job, data: Any, ctx: Context) -> Data:
    return _with(data, decision=_record(ctx.decision))


def _fill_survey(job: Job, data: Any, ctx: Context) -> Data:
    return _with(data, decision=_record(ctx.decision))


def _fill_complaint(job: Job, data: Any, ctx: Context) -> Data:
    own = data.complaint or ctx.new_id()
    return _with(data, complaint=own, decision=_record(ctx.decision))


def _record(decision: Decision | None) -> dict[str, Any] | None:
    return decision.model_dump(mode="json", exclude_none=True) if decision else None


FILL: dict[str, Callable[[Job, Any, Context], Data]] = {
    "decide": _fill_decide,
    "request_approval": _fill_request,
    "answer_approval": _fill_answer,
    "quote": _fill_quote,
    "request_goodwill": _fill_goodwill_request,
    "give_away": _fill_given,
    "reverse_payment": _fill_reversal,
    "credit_invoice": _fill_credit,
    "repair": _fill_repair,
    "resolve_blocker": _fill_resolved,
    "exchange": _fill_exchange,
    "take_in": _fill_take_in,
    "sign": _fill_sign,
    "invoice": _fill_invoice,
    "complete": _fill_complete,
    "cancel": _fill_cancel,
    "ask_help": _fill_help,
    "survey": _fill_survey,
    "open_complaint": _fill_complaint,
}
