"""The service flow: which steps a job has, which is next, and why another is not allowed now.

Nothing here changes a job. A screen draws `path(job)`, offers `actions(job)`, and asks
`blocked(job, step)` for the reason behind a disabled key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from fieldkit.domain import job_events as ev
from fieldkit.domain.errors import Reason
from fieldkit.domain.event import Role
from fieldkit.domain.form import Data, Stamp
from fieldkit.domain.job import CLOSED, Job, Status
from fieldkit.domain.values import JobKind, Remedy, ServiceMode

ON_SITE = frozenset({ServiceMode.HOME_VISIT, ServiceMode.OUTSOURCED})
_PLAIN_WORK = frozenset({JobKind.DELIVERY, JobKind.TRAINING})
_FINAL = frozenset({Remedy.EXCHANGE, Remedy.REFUND})

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


# -- what a job has ------------------------------------------------------------------------


def _on_site(job: Job) -> bool:
    return job.mode in ON_SITE


def _decides(job: Job) -> bool:
    return job.kind not in _PLAIN_WORK


def _chargeable(job: Job) -> bool:
    """Whether a quote is needed: until the decision is there, it may be."""
    return _decides(job) and (job.decision is None or job.payable_fen > 0)


def needs_approval(job: Job) -> bool:
    """Whether somebody must approve: by the decision, or because a line needs a supervisor."""
    if job.decision is None:
        return False
    undecided = any(line.charge == "needs_supervisor" for line in job.decision.lines)
    return undecided or job.decision.approval != "none"


def _asks_approval(job: Job) -> bool:
    return needs_approval(job) or bool(job.approvals)


def _offers_choice(job: Job) -> bool:
    if job.kind is JobKind.EXCHANGE_REFUND:
        return True
    return job.decision is not None and bool(_FINAL & set(job.decision.remedy_options))


def _is_final(job: Job) -> bool:
    return job.remedy is not None and job.remedy.remedy in _FINAL


def _exchanges(job: Job) -> bool:
    return job.remedy is not None and job.remedy.remedy is Remedy.EXCHANGE


def _refunds(job: Job) -> bool:
    return job.remedy is not None and job.remedy.remedy is Remedy.REFUND


def _repairs(job: Job) -> bool:
    if _is_final(job) or job.decline is not None:
        return False
    if job.decision is not None and job.decision.lines and job.kind is JobKind.REPAIR:
        return any(line.remedy != "none" for line in job.decision.lines)
    return True


def _in_custody(job: Job) -> bool:
    return job.custody is not None


def _card_kept(job: Job) -> bool:
    return job.repair is not None and job.mode is not ServiceMode.REMOTE


def _signs(job: Job) -> bool:
    return job.mode is not ServiceMode.REMOTE


def _pays(job: Job) -> bool:
    """Where something is payable; a declined quote leaves nothing to pay."""
    return _chargeable(job) and job.decline is None


# -- why not -------------------------------------------------------------------------------


def _not_pending(job: Job) -> Reason | None:
    if job.decision and any(line.charge == "pending" for line in job.decision.lines):
        return Reason("pending")
    return None


def _approved(job: Job) -> Reason | None:
    if not needs_approval(job) or job.approved:
        return None
    if job.open_approval is None and job.answers:
        return Reason("refused_approval")
    return Reason("needs_approval")


def _work_allowed(job: Job) -> Reason | None:
    return _not_pending(job) or _approved(job)


def _remedy_offered(job: Job) -> Reason | None:
    return _not_pending(job)


def _has_open_request(job: Job) -> Reason | None:
    return None if job.open_approval else Reason("nothing_requested")


def _quote_still_open(job: Job) -> Reason | None:
    return Reason("already_done") if job.acceptance else None


def _before_work(job: Job) -> Reason | None:
    done = job.repair or job.exchange or job.refund or job.signature
    return Reason("work_begun") if done else None


def _can_decide(job: Job) -> Reason | None:
    return _before_work(job)


def _not_handed_back(job: Job) -> Reason | None:
    return Reason("already_done") if job.hand_back else None


OFFICE = frozenset({Role.SCRIPT})
DESK = frozenset({Role.DESK, Role.SUPERVISOR, Role.TECHNICIAN})

STEPS: tuple[Step, ...] = (
    Step("register", "job.registered", "request"),
    Step("dispatch", "job.dispatched", "dispatch", ("register",), repeatable=True),
    Step(
        "contact", "job.contact_attempted", "contacts", ("dispatch",), _on_site,
        optional=True, repeatable=True,
    ),
    Step(
        "appoint", "job.appointment_made", "appointment", ("dispatch",), _on_site,
        repeatable=True,
    ),
    Step("arrive", "job.arrived", "arrival", ("appoint",), _on_site),
    Step(
        "diagnose", "job.diagnosed", "diagnosis", ("dispatch", "arrive"), _decides,
        _before_work, repeatable=True,
    ),
    Step("decide", "job.decided", "decision", ("diagnose",), _decides, _can_decide,
         repeatable=True),
    Step(
        "request_approval", "job.approval_requested", "approvals", ("decide",),
        _asks_approval,
    ),
    Step(
        "answer_approval", "job.approval_answered", "answers", ("request_approval",),
        _asks_approval, _has_open_request, repeatable=True,
    ),
    Step("quote", "job.quoted", "quote", ("decide",), _chargeable, _work_allowed),
    Step("accept", "job.accepted", "acceptance", ("quote",), _chargeable),
    Step("decline", "job.declined", "decline", ("quote",), _chargeable, _quote_still_open,
         instead="accept"),
    Step("choose_remedy", "job.remedy_chosen", "remedy", ("decide",), _offers_choice,
         _remedy_offered),
    Step(
        "take_in", "job.taken_in", "custody", ("diagnose",), _decides, _not_handed_back,
        optional=True,
    ),
    Step(
        "repair", "job.repaired", "repair",
        ("dispatch", "arrive", "decide", "accept", "choose_remedy"), _repairs, _work_allowed,
    ),
    Step("exchange", "job.exchanged", "exchange", ("choose_remedy",), _exchanges, _work_allowed),
    Step("refund", "job.refunded", "refund", ("choose_remedy",), _refunds, _work_allowed),
    Step("receive_old", "job.old_received", "old_product", ("exchange", "refund"), _is_final),
    Step(
        "hand_back", "job.returned", "hand_back", ("repair", "accept"),
        lambda job: _in_custody(job) and not _is_final(job),
    ),
    Step("enter_card", "job.card_entered", "card", ("repair",), _card_kept),
    Step(
        "sign", "job.signed", "signature",
        ("decide", "accept", "repair", "receive_old", "hand_back", "enter_card"), _signs,
    ),
    Step("pay", "job.paid", "payment", ("accept", "sign"), _pays),
    Step("invoice", "job.invoiced", "invoice", ("pay",), _pays),
    Step("survey", "job.surveyed", "survey", ("sign",)),
    Step(
        "complete", "job.completed", "completion",
        ("sign", "pay", "invoice", "survey", "repair"), _always, _not_pending,
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
        check=lambda job: None if job.fetched else Reason("nothing_fetched"),
    ),
    Step(
        "change_promise", "job.promise_changed", "promises", repeatable=True,
        check=lambda job: None if job.promised_on else Reason("nothing_promised"),
    ),
    Step("ask_help", "job.help_requested", "help", repeatable=True),
    Step("log_blocker", "job.blocker_logged", "blockers", repeatable=True),
    Step("open_complaint", "job.complaint_opened", "complaints", repeatable=True),
    Step("carry_forward", "job.carried_forward", "carried", repeatable=True),
    Step("cancel", "job.cancelled", "cancellation"),
)  # fmt: skip
"""What can be recorded at any time while the job is open; notes and complaints also later."""

_AFTER_CLOSING = frozenset({"note", "attach", "open_complaint", "submit", "survey"})
BY_KEY: dict[str, Step] = {step.key: step for step in (*STEPS, *ANYTIME)}


def is_done(job: Job, step: Step) -> bool:
    """Whether the step has been recorded. An alternative counts for the step it replaces."""
    if step.key == "answer_approval":
        return bool(job.answers) and job.open_approval is None
    if bool(getattr(job, step.part)):
        return True
    return any(
        other.instead == step.key and bool(getattr(job, other.part))
        for other in STEPS
        if other.instead
    )


def blocked(job: Job, step: Step, role: Role = Role.TECHNICIAN) -> Reason | None:
    """Why the step is not allowed now; None if it is."""
    if step.roles and role not in step.roles:
        return Reason("by_office")
    closed = job.status in CLOSED and step.key not in _AFTER_CLOSING
    if closed:
        return Reason("cancelled" if job.status is Status.CANCELLED else "completed")
    if not step.applies(job):
        return Reason("not_in_this_job")
    if is_done(job, step) and not step.repeatable:
        return Reason("already_done")
    for key in step.needs:
        before = BY_KEY[key]
        if before.applies(job) and not is_done(job, before):
            return Reason("needs_step", {"step": key})
    return step.check(job)


def path(job: Job, role: Role = Role.TECHNICIAN) -> list[StepView]:
    """The steps of this job in order: done, next, open, or blocked with the reason.

    Exactly one step is `next` while the person can go on; alternatives and optional steps
    are `open`.
    """
    views = []
    found_next = False
    for step in STEPS:
        if not step.applies(job) and not getattr(job, step.part):
            continue
        view = _view(job, step, role, found_next)
        found_next = found_next or view.state is State.NEXT
        views.append(view)
    return views


def _view(job: Job, step: Step, role: Role, found_next: bool) -> StepView:
    recorded = getattr(job, step.part)
    last = recorded[-1] if isinstance(recorded, tuple) and recorded else recorded
    stamp = job.decided.stamp if step.key == "decide" and job.decided else None
    stamp = stamp or getattr(last, "stamp", None)
    if is_done(job, step):
        return StepView(step, State.DONE, stamp=stamp)
    why = blocked(job, step, role)
    if why is not None:
        return StepView(step, State.BLOCKED, why)
    waits = step.optional or bool(step.instead) or found_next
    return StepView(step, State.OPEN if waits else State.NEXT)


def next_step(job: Job, role: Role = Role.TECHNICIAN) -> Step | None:
    """The step that comes now, or None: the job is closed, or waits for somebody else."""
    return next((view.step for view in path(job, role) if view.state is State.NEXT), None)


def actions(job: Job, role: Role = Role.TECHNICIAN) -> list[StepView]:
    """What can be recorded at any time, with the reason where it is not allowed now."""
    views = []
    for step in ANYTIME:
        why = blocked(job, step, role)
        views.append(StepView(step, State.BLOCKED if why else State.OPEN, why))
    return views
