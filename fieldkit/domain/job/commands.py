"""Commands: state + what a person enters -> events, or a refusal with a reason.

`perform` does any step of the flow. A command decides nothing by clock or chance: the day,
new ids and the rules' decision come in with the `Context`.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

from fieldkit.domain.core.errors import BadInput, FieldProblem, Reason, Refused
from fieldkit.domain.core.event import Act, Event, Role
from fieldkit.domain.core.evolve import D
from fieldkit.domain.core.form import Data, form_fields, read_form
from fieldkit.domain.core.job_codes import Answer, SettledCharge
from fieldkit.domain.core.local_time import is_window
from fieldkit.domain.job import money_checks as money
from fieldkit.domain.job import step_events as ev
from fieldkit.domain.job.approval_outcome import UNDECIDED, undecided
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.corrected import receipt_stands
from fieldkit.domain.job.custody_days import check_taken_day
from fieldkit.domain.job.exchanged_serial import exchange_problems
from fieldkit.domain.job.filled_values import FILL
from fieldkit.domain.job.fitted_serial import check_serials
from fieldkit.domain.job.fold import AMENDABLE, JOB, is_judged
from fieldkit.domain.job.model import CLOSED, Job, Status
from fieldkit.domain.job.phone_approval import LIFETIME, is_code_for
from fieldkit.domain.job.phone_codes import outcome_of
from fieldkit.domain.job.preconditions import remedies
from fieldkit.domain.job.related_records import BESIDE
from fieldkit.domain.job.side_events import ApprovalRequested
from fieldkit.domain.job.steps import BY_KEY, blocked
from fieldkit.domain.records.customer_product import Customer, Product


def register(
    values: Mapping[str, Any],
    customer: Customer,
    product: Product,
    job_id: str,
    ctx: Context,
) -> list[Act]:
    """The Customer Service Request Form: opens a job for a customer's product.

    `values` are the form's fields; nobody gives a job its number. Raises `BadInput` for wrong
    ones. Unless given, the report is of today, and the owner of the case is who takes the call.
    """
    if "number" in values:
        raise BadInput([FieldProblem("number", "unknown_field")])
    number = _free_number(job_id, ctx)
    data = read_form(
        ev.Registered,
        {"reported_on": ctx.today, "owner": ctx.author.by, **values, "number": number},
    )
    _check_report(Job(id=job_id), data, ctx)
    filled = data.model_copy(update={"customer": snapshot(customer), "product": snapshot(product)})
    return [Act(record=job_id, type="job.registered", data=filled.to_json())]


_SPOKEN = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without letters that are mistaken for digits or for each other."""


def _free_number(job_id: str, ctx: Context) -> str:
    """The day and five characters that no other job is known to have."""
    tries = (f"{ctx.today:%y%m%d}-{_short(job_id + '.' * more)}" for more in count())
    return next(number for number in tries if not ctx.job_with(number))


def only_one(number: str, jobs: Sequence[str]) -> str:
    """The id of the job that has a number; "" where none has. Raises `Refused` where several have,
    because whoever names it may mean another one."""
    if len(jobs) > 1:
        raise Refused(Reason("number_shared", {"number": number, "jobs": ", ".join(jobs)}))
    return jobs[0] if jobs else ""


def _short(job_id: str) -> str:
    """Five characters for people to say: one of 33 million, from the id."""
    value = int.from_bytes(hashlib.sha256(job_id.encode()).digest()[:4], "big")
    return "".join(_SPOKEN[value >> shift & 31] for shift in (20, 15, 10, 5, 0))


def snapshot(document: D) -> D:
    """A customer or product as a job carries it: with its history, without bookkeeping."""
    plain = {"attention": (), "unknown": (), "unconfirmed": ()}
    return document.model_copy(update=plain)


def perform(job: Job, key: str, values: Mapping[str, Any], ctx: Context) -> list[Act]:
    """Do the step `key`. Raises `Refused` (with the reason) or `BadInput`; changes nothing.

    The first act is the step's own event; further acts concern records beside the job.
    """
    step = BY_KEY.get(key)
    if step is None or key == "register":
        raise Refused(Reason("unknown_step", {"step": key}))
    reason = blocked(job, step, ctx.author.role)
    if reason is not None:
        raise Refused(reason)
    data = read_form(step.form, dict(values))
    _check_parts(data, ctx)
    check = _CHECKS.get(key)
    if check is not None:
        check(job, data, ctx)
    fill = FILL.get(key)
    if fill is not None:
        data = fill(job, data, ctx)
    beside = BESIDE.get(key)
    own = Act(record=job.id, type=step.event, data=data.to_json())
    return [own, *(beside(job, data, ctx) if beside else [])]


def undo(job: Job, history: list[Event], ctx: Context) -> list[Act]:
    """Take back the last step of this job that this person made.

    Never a signature, a payment or a custody receipt, nor anything that another record was
    changed by. Raises `Refused` with the reason.
    """
    _refuse_closed(job)
    void = JOB.voided(history)
    standing = [
        event for event in history if event.id not in void and event.type != "job.step_undone"
    ]
    last = standing[-1] if standing else None
    if last is None or last.type == "job.registered" or last.by != ctx.author.by:
        raise Refused(Reason("nothing_to_undo"))
    if last.type in _PROTECTED or last.type not in ev.JOB_EVENTS:
        raise Refused(Reason("protected", {"step": step_of(last.type)}))
    return [Act(record=job.id, type="job.step_undone", data={"event": last.id})]


def step_of(event_type: str) -> str:
    """The key of the step that makes this type of event; the type itself for others."""
    return next((key for key, step in BY_KEY.items() if step.event == event_type), event_type)


def amend(job: Job, step: str, changes: Mapping[str, Any], ctx: Context) -> list[Act]:
    """Correct fields of a part of the job; the event carries only what changed.

    `step` names the part (one of `AMENDABLE`). What the rules judge is not corrected once the
    work has begun. Raises `Refused` or `BadInput`.
    """
    _refuse_closed(job)
    part = getattr(job, step) if step in AMENDABLE else None
    if not isinstance(part, Data):
        raise Refused(Reason("nothing_to_amend", {"step": step}))
    if receipt_stands(step, changes):
        raise Refused(Reason("receipt_stands"))
    form = type(part)
    asked = {item.name for item in form_fields(form)}
    foreign = [FieldProblem(name, "unknown_field") for name in changes if name not in asked]
    if foreign:
        raise BadInput(foreign)
    known = part.model_dump(include=set(form.model_fields) - {"stamp"})
    merged = read_form(form, {**known, **changes})
    _check_parts(merged, ctx)
    check = _AMENDED_CHECKS.get(step)
    if check is not None:
        check(job, merged, ctx)
    dumped, before = merged.to_json(), part.to_json()
    differing = {name: dumped.get(name) for name in changes if dumped.get(name) != before.get(name)}
    if not differing:
        return []
    if job.work_begun and is_judged(step, differing):
        raise Refused(Reason("work_begun"))
    return [Act(record=job.id, type="job.amended", data={"step": step, "changes": differing})]


def _refuse_closed(job: Job) -> None:
    if job.status in CLOSED:
        cancelled = job.status is Status.CANCELLED
        raise Refused(Reason("cancelled" if cancelled else "completed"))


# -- checks that need more than the form -----------------------------------------------------


def _check_parts(data: Data, ctx: Context) -> None:
    """Every part named must be in the catalogue."""
    if ctx.parts is None:
        return
    problems = []
    rows = [("part", getattr(data, "part", ""))]
    for name in ("lines", "parts"):
        for index, row in enumerate(getattr(data, name, ())):
            rows.append((f"{name}.{index}.part", getattr(row, "part", "")))
    for where, sku in rows:
        if sku and sku not in ctx.parts:
            problems.append(FieldProblem(where, "unknown_part", {"part": sku}))
    if problems:
        raise BadInput(problems)


Check = Callable[[Job, Any, Context], None]


def _not_before(field: str, day: date | None, limit: date | None, key: str) -> None:
    if day is not None and limit is not None and day < limit:
        raise BadInput([FieldProblem(field, key, {"limit": limit.isoformat()})])


def _not_past(field: str) -> Check:
    """What is planned or promised is not planned for yesterday."""
    return lambda job, data, ctx: _not_before(field, getattr(data, field), ctx.today, "in_past")


def _not_future(field: str) -> Check:
    """What is recorded as done was not done tomorrow."""

    def check(job: Job, data: Any, ctx: Context) -> None:
        if getattr(data, field) > ctx.today:
            raise BadInput([FieldProblem(field, "in_future")])

    return check


_check_report, _check_done = _not_future("reported_on"), _not_future("on")


def _check_appointment(job: Job, data: Any, ctx: Context) -> None:
    _not_before("on", data.on, ctx.today, "in_past")
    _check_times(job, data, ctx)


def _check_times(job: Job, data: Any, ctx: Context) -> None:
    if not is_window(data.time_from, data.time_to):
        raise BadInput([FieldProblem("time_to", "ends_before_start")])


def _check_take_in(job: Job, data: Any, ctx: Context) -> None:
    _not_before("promised_on", data.promised_on, ctx.today, "in_past")
    check_taken_day(job, data, ctx)


def _check_return(job: Job, data: Any, ctx: Context) -> None:
    """A take-in of a day to come was recorded by a clock that was ahead."""
    if job.taken_on and job.taken_on <= ctx.today:
        _not_before("on", data.on, job.taken_on, "before_take_in")
    _check_done(job, data, ctx)


def _check_exchange(job: Job, data: Any, ctx: Context) -> None:
    _check_done(job, data, ctx)
    problems = exchange_problems(job, data, ctx.serials)
    if problems:
        raise BadInput(problems)


def _check_repair(job: Job, data: Any, ctx: Context) -> None:
    money.check_fitted(job, data, ctx)
    check_serials(job, data, ctx)


def _check_refitted(job: Job, data: Any, ctx: Context) -> None:
    money.check_refitted(job, data, ctx)
    check_serials(job, data, ctx)


def _check_remedy(job: Job, data: Any, ctx: Context) -> None:
    if data.remedy.value not in remedies(job):
        raise Refused(Reason("not_offered", {"remedy": data.remedy.value}))


def _check_signature(job: Job, data: Any, ctx: Context) -> None:
    if not data.strokes and not data.consent:
        raise BadInput([FieldProblem("consent", "needed_without_strokes")])


def _check_survey(job: Job, data: Any, ctx: Context) -> None:
    scores = (data.attitude, data.skill, data.punctuality, data.service_item)
    if not data.declined and None in scores:
        raise BadInput([FieldProblem("attitude", "scores_or_declined")])


def _check_answer(job: Job, data: Any, ctx: Context) -> None:
    """A supervisor answers in person; anybody else needs the telephone code. An approval must
    decide the lines that the rules left open."""
    about = job.open_approval.about if job.open_approval else ""
    open_lines = not about and job.decision is not None and undecided(job.decision)
    if data.answer is Answer.APPROVED and open_lines and data.charge is None:
        raise BadInput([FieldProblem("charge", "missing")])
    if open_lines and data.charge is SettledCharge.PAID and _unpriced(job):
        raise BadInput([FieldProblem("charge", "nothing_to_charge")])
    if ctx.author.role is Role.SUPERVISOR or data.answer is Answer.REFUSED:
        return
    problem = _code_problem(job, data, ctx)
    if problem:
        raise BadInput([FieldProblem("code", problem)])


def _unpriced(job: Job) -> bool:
    """Whether a line that is left open has neither part nor labour."""
    lines = job.decision.lines if job.decision else ()
    return any(line.charge in UNDECIDED and line.part_fen + line.labour_fen == 0 for line in lines)


def _code_problem(job: Job, data: Any, ctx: Context) -> str:
    """What is wrong with a telephone code; "" if it approves the open request. Raises `Refused`
    where this device cannot check one for it."""
    request = job.open_approval
    if request is None:
        return "wrong_code"
    if not _is_code(request, job, data.code, data.charge, ctx):
        earlier = [one for one in job.approvals if one is not request][-1:]
        charges = (None, *SettledCharge)
        used = any(_was_code(old, job, data.code, charge, ctx) for old in earlier
                   for charge in charges)  # fmt: skip
        return "used_code" if used else "wrong_code"
    asked = request.stamp.at if request.stamp else ctx.author.at
    return "expired_code" if ctx.author.at - asked > LIFETIME else ""


def _is_code(
    request: ApprovalRequested, job: Job, code: str, charge: SettledCharge | None, ctx: Context
) -> bool:
    codes, key = ctx.phone_codes(), ctx.phone_key
    if codes is not None and codes.can_check(request.code_number):
        return codes.fits(request.code_number, outcome_of(request, charge), code)
    if key is None:
        raise Refused(Reason("no_approval_key"))
    if codes is not None or request.code_number:
        raise Refused(Reason("no_codes_left"))
    return is_code_for(key, code, job.number, request, charge)


def _was_code(
    request: ApprovalRequested, job: Job, code: str, charge: SettledCharge | None, ctx: Context
) -> bool:
    """Whether it is the code of an earlier request, if that can be checked here."""
    try:
        return _is_code(request, job, code, charge, ctx)
    except Refused:
        return False


def _check_returned(job: Job, data: Any, ctx: Context) -> None:
    """Only what was fetched and is still there goes back."""
    held = job.held_parts
    if data.part not in held:
        there = ", ".join(f"{part} × {count}" for part, count in held.items()) or "0"
        raise BadInput([FieldProblem("part", "not_held", {"part": data.part, "held": there})])
    if data.quantity > held[data.part]:
        held_here = {"part": data.part, "held": held[data.part]}
        raise BadInput([FieldProblem("quantity", "more_than_held", held_here)])


_PROTECTED = frozenset(
    {
        "job.signed", "job.paid", "job.invoiced", "job.taken_in", "job.returned",
        "job.exchanged", "job.refunded", "job.completed", "job.complaint_opened",
        "job.deposit_paid", "job.payment_reversed", "job.refund_reversed",
        "job.invoice_credited", "job.official_invoice",
        "job.dispatched", "job.submitted",
    }
)  # fmt: skip

_CHECKS: dict[str, Check] = {
    "appoint": _check_appointment,
    "take_in": _check_take_in,
    "change_promise": _not_past("promised_on"),
    "return_part": _check_returned,
    "hand_back": _check_return,
    "exchange": _check_exchange,
    "enter_card": _check_done,
    "quote": _not_past("valid_until"),
    "carry_forward": _not_past("until"),
    "choose_remedy": _check_remedy,
    "sign": _check_signature,
    "pay": money.check_payment,
    "deposit": money.check_payment,
    "pay_later": money.check_deferral,
    "accept": money.check_acceptance,
    "refund": money.check_refund,
    "request_approval": money.check_request,
    "request_goodwill": money.check_goodwill_request,
    "give_away": money.check_given,
    "repair": _check_repair,
    "survey": _check_survey,
    "answer_approval": _check_answer,
}

_AMENDED_CHECKS: dict[str, Check] = {
    "request": _check_report,
    "appointment": _check_times,
    "card": _check_done,
    "custody": check_taken_day,
    "repair": _check_refitted,
}
"""What also holds for a corrected part; an appointment may lie in the past by then."""
