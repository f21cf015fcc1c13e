"""The service flow: which steps a job has, which is next, and why another is not allowed now.

Nothing here changes a job. A screen draws `path(job)`, offers `actions(job)`, and asks
`blocked(job, step)` for the reason behind a disabled key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from fieldkit.domain.core.errors import Reason
from fieldkit.domain.core.event import Role
from fieldkit.domain.core.form import Data, Stamp
from fieldkit.domain.core.job_codes import Remedy
from fieldkit.domain.job import preconditions as when
from fieldkit.domain.job import step_events as ev
from fieldkit.domain.job.model import CLOSED, Job, Status

Test = Callable[[Job], bool]
Check = Callable[[Job], Reason | None]


class State(StrEnum):
    """Where a step stands."""

    DONE = "done"
    NEXT = "next"
    OPEN = "open"
    BLOCKED = "blocked"


def _always(job: Job) -> bool:
    return True


def _chose(remedy: Remedy) -> Test:
    """Whether the customer chose this remedy."""
    return lambda job: job.remedy is not None and job.remedy.remedy is remedy


def _never_blocked(job: Job) -> Reason | None:
    return None


@dataclass(frozen=True)
class Step:
    """One step: its event, its form, the part of the job that shows it done.

    `needs` are steps that must be done first (those that this job has); `applies` says
    whether the job has the step; `check` refuses for any other reason; an `optional` step
    is offered and never asked for; a `repeatable` one can be done again; `instead` names the
    step that it is an alternative to.
    """

    key: str
    event: str
    part: str
    needs: tuple[str, ...] = ()
    applies: Test = _always
    check: Check = _never_blocked
    optional: bool = False
    repeatable: bool = False
    instead: str = ""
    roles: frozenset[Role] = frozenset()

    @property
    def form(self) -> type[Data]:
        """The data model that is the step's form."""
        return ev.JOB_EVENTS[self.event]


@dataclass(frozen=True)
class StepView:
    """A step as a screen shows it: its state, why it is blocked, and who did it when."""

    step: Step
    state: State
    why: Reason | None = None
    stamp: Stamp | None = None


OFFICE = frozenset({Role.SCRIPT})
_WORK = (
    "dispatch", "arrive", "decide", "choose_remedy", "accept", "repair", "exchange", "refund",
    "receive_old", "hand_back", "enter_card",
)  # fmt: skip
"""What comes before the customer signs, as far as the job has it."""

STEPS: tuple[Step, ...] = (
    Step("register", "job.registered", "request"),
    Step("dispatch", "job.dispatched", "dispatch", ("register",), repeatable=True),
    Step(
        "contact", "job.contact_attempted", "contacts", ("dispatch",),
        optional=True, repeatable=True,
    ),
    Step(
        "appoint", "job.appointment_made", "appointment", ("dispatch",), when.on_site,
        repeatable=True,
    ),
    Step(
        "arrive", "job.arrived", "arrival", ("appoint",), when.on_site, when.may_arrive_again,
        repeatable=True,
    ),
    Step(
        "diagnose", "job.diagnosed", "diagnosis", ("dispatch", "arrive"), when.decides,
        when.before_work, repeatable=True,
    ),
    Step(
        "decide", "job.decided", "decision", ("diagnose",), when.decides, when.before_work,
        repeatable=True,
    ),
    Step(
        "choose_remedy", "job.remedy_chosen", "remedy", ("decide",), when.offers_choice,
        when.may_choose, repeatable=True,
    ),
    Step(
        "request_approval", "job.approval_requested", "approvals", ("decide",),
        when.asks_approval, when.before_work,
    ),
    Step(
        "answer_approval", "job.approval_answered", "answers", (),
        when.may_have_request, when.has_open_request,
    ),
    Step(
        "quote", "job.quoted", "quote", ("decide", "choose_remedy"), when.chargeable,
        when.quote_answered, repeatable=True,
    ),
    Step("accept", "job.accepted", "acceptance", ("quote",), when.chargeable, when.before_work),
    Step("decline", "job.declined", "decline", ("quote",), when.chargeable, when.may_decline,
         instead="accept"),
    Step(
        "take_in", "job.taken_in", "custody", ("dispatch", "arrive"), when.present,
        when.before_work, optional=True,
    ),
    Step(
        "repair", "job.repaired", "repair",
        ("dispatch", "arrive", "decide", "choose_remedy", "accept"), when.repairs,
        when.work_allowed,
    ),
    Step(
        "exchange", "job.exchanged", "exchange", ("choose_remedy",), _chose(Remedy.EXCHANGE),
        when.work_allowed,
    ),
    Step(
        "receive_old", "job.old_received", "old_product", ("choose_remedy", "exchange"),
        lambda job: job.replaced, when.approved,
    ),
    Step("refund", "job.refunded", "refund", ("choose_remedy",), _chose(Remedy.REFUND),
         when.refund_allowed),
    Step(
        "hand_back", "job.returned", "hand_back", ("decide", "accept", "repair"),
        when.to_hand_back,
    ),
    Step("enter_card", "job.card_entered", "card", ("repair", "exchange"), when.card_kept),
    Step("sign", "job.signed", "signature", _WORK, when.signs),
    Step("pay", "job.paid", "payment", (*_WORK, "sign"), when.pays),
    Step("pay_later", "job.payment_deferred", "deferral", (*_WORK, "sign"), when.pays,
         when.owes, instead="pay"),
    Step("invoice", "job.invoiced", "invoice", ("pay",), when.pays),
    Step("survey", "job.surveyed", "survey", (*_WORK, "sign")),
    Step(
        "complete", "job.completed", "completion",
        (*_WORK, "sign", "pay", "invoice", "survey"),
    ),
    Step("submit", "job.submitted", "submission", ("complete",), roles=OFFICE),
)  # fmt: skip
"""The service flow, in order."""

ANYTIME: tuple[Step, ...] = (
    Step("note", "job.note_added", "notes", repeatable=True),
    Step("attach", "job.attachment_added", "attachments", repeatable=True),
    Step("fetch_part", "job.part_fetched", "fetched", repeatable=True),
    Step(
        "return_part", "job.part_returned", "unused", repeatable=True,
        check=lambda job: None if job.held_parts else Reason("nothing_fetched"),
    ),
    Step("order_part", "job.part_ordered", "orders", repeatable=True),
    Step(
        "change_promise", "job.promise_changed", "promises", repeatable=True,
        check=lambda job: None if job.promised_on else Reason("nothing_promised"),
    ),
    Step("ask_help", "job.help_requested", "help", repeatable=True),
    Step("log_blocker", "job.blocker_logged", "blockers", repeatable=True),
    Step(
        "resolve_blocker", "job.blocker_resolved", "resolved", repeatable=True,
        check=lambda job: None if job.open_blockers else Reason("nothing_blocked"),
    ),
    Step("open_complaint", "job.complaint_opened", "complaints", repeatable=True),
    Step("deposit", "job.deposit_paid", "deposits", repeatable=True, check=when.may_deposit),
    Step("give_away", "job.given_away", "given", repeatable=True, check=when.may_give),
    Step(
        "request_goodwill", "job.approval_requested", "approvals", repeatable=True,
        check=when.no_open_request,
    ),
    Step(
        "reverse_payment", "job.payment_reversed", "reversals", repeatable=True,
        check=lambda job: None if job.payments else Reason("no_payment"),
    ),
    Step(
        "reverse_refund", "job.refund_reversed", "reversed_refunds", repeatable=True,
        check=lambda job: None if job.refund else Reason("no_refund"),
    ),
    Step(
        "official_invoice", "job.official_invoice", "official", repeatable=True,
        check=when.has_invoice,
    ),
    Step(
        "credit_invoice", "job.invoice_credited", "credited", repeatable=True,
        check=when.has_invoice,
    ),
    Step("carry_forward", "job.carried_forward", "carried", repeatable=True),
    Step("cancel", "job.cancelled", "cancellation", check=when.may_cancel),
)  # fmt: skip
"""What can be recorded at any time while the job is open; notes and complaints also later."""

_AFTER_CLOSING = frozenset(
    {
        "note", "attach", "open_complaint", "submit", "survey", "pay", "reverse_payment",
        "invoice", "official_invoice", "credit_invoice", "reverse_refund", "refund",
    }
)  # fmt: skip
_MONEY_AFTER_COMPLETION = frozenset(
    {"pay", "invoice", "official_invoice", "credit_invoice", "reverse_refund", "refund"}
)
"""A bill or refund is settled, and put right, also when the work is long done; that of a cancelled
job is none."""
_ONLY_WHERE_POSSIBLE = frozenset(
    {"deposit", "reverse_payment", "reverse_refund", "official_invoice", "credit_invoice"}
)
_CLOSED = frozenset({"completed", "cancelled"})
"""The reasons that say that a step never comes any more."""

BY_KEY: dict[str, Step] = {step.key: step for step in (*STEPS, *ANYTIME)}


def is_done(job: Job, step: Step) -> bool:
    """Whether the step is done. An alternative counts for the step that it replaces."""
    return _recorded(job, step) or any(
        other.instead == step.key and _recorded(job, other) for other in STEPS
    )


def _recorded(job: Job, step: Step) -> bool:
    """Whether the step itself has been recorded. A refused approval may be asked for again."""
    if step.key == "request_approval":
        return bool(job.verdict_requests) and not when.refused(job)
    if step.key == "answer_approval":
        return job.approved and job.open_approval is None
    if step.key == "pay":
        return bool(job.payments) and job.owed_fen == 0
    return bool(getattr(job, step.part))


def blocked(job: Job, step: Step, role: Role = Role.TECHNICIAN) -> Reason | None:
    """Why the step is not allowed now; None if it is."""
    if step.roles and role not in step.roles:
        return Reason("by_office")
    if job.status in CLOSED and not _still_possible(job, step):
        if _owed_after_cancelling(job, step):
            return None
        return Reason("cancelled" if job.status is Status.CANCELLED else "completed")
    if not step.applies(job):
        return _why_absent(job, step)
    if _recorded(job, step) and not step.repeatable and not _unanswered(job, step):
        return Reason("already_done")
    for key in step.needs:
        before = BY_KEY[key]
        if before.applies(job) and not is_done(job, before):
            return Reason("needs_step", {"step": key})
    return step.check(job)


def _still_possible(job: Job, step: Step) -> bool:
    """Whether a step can come although the job is closed."""
    if step.key == "refund" and not job.reversed_refunds:
        return False
    if step.key in _MONEY_AFTER_COMPLETION:
        return job.status is not Status.CANCELLED and step.applies(job)
    return step.key in _AFTER_CLOSING


def _unanswered(job: Job, step: Step) -> bool:
    """A request that waits may be made again: by then its telephone code may be too old. So may
    one that was approved without the amount that a refund needs."""
    if step.key != "request_approval":
        return False
    return job.open_approval is not None or when.refund_unlimited(job)


def _owed_after_cancelling(job: Job, step: Step) -> bool:
    """A cancelled job still owes the customer her product."""
    return step.key == "hand_back" and job.status is Status.CANCELLED and job.in_custody


def _why_absent(job: Job, step: Step) -> Reason:
    """Why this job does not have the step."""
    if step.key == "repair" and job.decline is not None:
        return Reason("declined")
    if step.key == "hand_back" and job.custody is None:
        return Reason("product_with_customer")
    if step.key in ("pay", "invoice") and when.decides(job):
        return Reason("nothing_to_pay")
    return Reason("not_in_this_job")


def path(job: Job, role: Role = Role.TECHNICIAN) -> list[StepView]:
    """The steps of this job in order: done, next, open, or blocked with the reason.

    Exactly one step is `next` while the person can go on; alternatives and optional steps
    are `open`. Of a closed job only what was done is left, and what may still come.
    """
    views = []
    found_next = False
    for step in STEPS:
        if not step.applies(job) and not getattr(job, step.part):
            continue
        view = _view(job, step, role, found_next)
        if view.why is not None and view.why.key in _CLOSED:
            continue
        found_next = found_next or view.state is State.NEXT
        views.append(view)
    return views


def _view(job: Job, step: Step, role: Role, found_next: bool) -> StepView:
    recorded = getattr(job, step.part)
    last = recorded[-1] if isinstance(recorded, tuple) and recorded else recorded
    stamp = job.decided.stamp if step.key == "decide" and job.decided else None
    stamp = stamp or getattr(last, "stamp", None)
    if _recorded(job, step):
        return StepView(step, State.DONE, stamp=stamp)
    why = blocked(job, step, role)
    if why is not None:
        return StepView(step, State.BLOCKED, why)
    waits = found_next or _only_offered(job, step)
    return StepView(step, State.OPEN if waits else State.NEXT)


def _only_offered(job: Job, step: Step) -> bool:
    """Whether the job can go on without the step: an optional one, one whose alternative was
    taken, a request to decide what is pending."""
    if step.key == "request_approval":
        return not when.needs_approval(job)
    if step.key == "answer_approval" and job.open_approval and job.open_approval.about:
        return True
    return step.optional or bool(step.instead) or is_done(job, step)


def next_step(job: Job, role: Role = Role.TECHNICIAN) -> Step | None:
    """The step that comes now, or None: the job is closed, or waits for somebody else."""
    return next((view.step for view in path(job, role) if view.state is State.NEXT), None)


def actions(job: Job, role: Role = Role.TECHNICIAN) -> list[StepView]:
    """What can be recorded at any time, with the reason where it is not allowed now. What puts
    money right is listed only where there is something to put right."""
    views = []
    for step in ANYTIME:
        why = blocked(job, step, role)
        if why is not None and step.key in _ONLY_WHERE_POSSIBLE:
            continue
        views.append(StepView(step, State.BLOCKED if why else State.OPEN, why))
    return views
