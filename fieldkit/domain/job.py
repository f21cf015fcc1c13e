"""The job document: the state of one job, and how its events change it."""

from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from fieldkit.domain import job_events as ev
from fieldkit.domain.decision import Decision
from fieldkit.domain.event import Event
from fieldkit.domain.evolve import Document, Machine, flag
from fieldkit.domain.form import Data
from fieldkit.domain.records import Customer, Product
from fieldkit.domain.values import Answer, JobKind, ServiceMode


class Status(StrEnum):
    """How far a job is: the last milestone of the work order flow."""

    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    SCHEDULED = "scheduled"
    ARRIVED = "arrived"
    DIAGNOSED = "diagnosed"
    DECIDED = "decided"
    QUOTED = "quoted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_IN = "taken_in"
    REPAIRED = "repaired"
    EXCHANGED = "exchanged"
    REFUNDED = "refunded"
    RETURNED = "returned"
    SIGNED = "signed"
    PAID = "paid"
    COMPLETED = "completed"
    SUBMITTED = "submitted"
    CANCELLED = "cancelled"


CLOSED = frozenset({Status.COMPLETED, Status.SUBMITTED, Status.CANCELLED})
"""Statuses in which a job needs no more of a technician's work."""


class Aside(BaseModel):
    """What somebody else recorded for a job that was already completed: kept, not applied."""

    model_config = ConfigDict(frozen=True)

    event: str
    type: str
    by: str
    data: dict[str, Any]


class Job(Document):
    """One job. Each part is the data of the event that recorded it, with its stamp.

    `customer` and `product` are snapshots, so that the job can be done with no network.
    `decision` is the decision record without its facts and hits (they are in the event).
    """

    number: str = ""
    kind: JobKind = JobKind.REPAIR
    mode: ServiceMode = ServiceMode.HOME_VISIT
    status: Status = Status.REGISTERED
    customer: Customer | None = None
    product: Product | None = None
    request: ev.Registered | None = None
    dispatch: ev.Dispatched | None = None
    contacts: tuple[ev.ContactAttempted, ...] = ()
    appointment: ev.AppointmentMade | None = None
    arrival: ev.Arrived | None = None
    diagnosis: ev.Diagnosed | None = None
    decision: Decision | None = None
    decided: ev.Decided | None = None
    approvals: tuple[ev.ApprovalRequested, ...] = ()
    answers: tuple[ev.ApprovalAnswered, ...] = ()
    quote: ev.Quoted | None = None
    acceptance: ev.Accepted | None = None
    decline: ev.Declined | None = None
    repair: ev.Repaired | None = None
    custody: ev.TakenIn | None = None
    hand_back: ev.Returned | None = None
    remedy: ev.RemedyChosen | None = None
    exchange: ev.Exchanged | None = None
    refund: ev.Refunded | None = None
    old_product: ev.OldReceived | None = None
    card: ev.CardEntered | None = None
    signature: ev.Signed | None = None
    payment: ev.Paid | None = None
    invoice: ev.Invoiced | None = None
    survey: ev.Surveyed | None = None
    completion: ev.Completed | None = None
    submission: ev.Submitted | None = None
    cancellation: ev.Cancelled | None = None
    notes: tuple[ev.NoteAdded, ...] = ()
    attachments: tuple[ev.AttachmentAdded, ...] = ()
    fetched: tuple[ev.PartFetched, ...] = ()
    unused: tuple[ev.PartReturned, ...] = ()
    promises: tuple[ev.PromiseChanged, ...] = ()
    help: tuple[ev.HelpRequested, ...] = ()
    blockers: tuple[ev.BlockerLogged, ...] = ()
    complaints: tuple[ev.ComplaintOpened, ...] = ()
    carried: tuple[ev.CarriedForward, ...] = ()
    aside: tuple[Aside, ...] = ()

    @property
    def technician(self) -> str:
        """Who has the job: whoever arrived, else whoever was sent."""
        if self.arrival and self.arrival.stamp:
            return self.arrival.stamp.by
        return self.dispatch.technician if self.dispatch else ""

    @property
    def promised_on(self) -> date | None:
        """The day on which the product was promised back, after all changes."""
        if self.custody is None or self.hand_back is not None:
            return None
        return self.promises[-1].promised_on if self.promises else self.custody.promised_on

    @property
    def payable_fen(self) -> int:
        """What the customer pays for the whole job, by the quote, else by the decision."""
        if self.quote is not None:
            return self.quote.total_fen
        return self.decision.total_fen if self.decision else 0

    @property
    def open_approval(self) -> ev.ApprovalRequested | None:
        """The request that no answer has come for."""
        if len(self.approvals) > len(self.answers):
            return self.approvals[-1]
        return None

    @property
    def approved(self) -> bool:
        """Whether the last request was answered with yes."""
        return (
            self.open_approval is None
            and bool(self.answers)
            and self.answers[-1].answer is Answer.APPROVED
        )


def brief(decision: Decision) -> Decision:
    """A decision without its facts and hits: what the job document carries of it."""
    lines = tuple(line.model_copy(update={"facts": {}}) for line in decision.lines)
    return decision.model_copy(update={"facts": {}, "hits": (), "lines": lines})


_MILESTONES: tuple[tuple[str, Status], ...] = (
    ("submission", Status.SUBMITTED),
    ("completion", Status.COMPLETED),
    ("cancellation", Status.CANCELLED),
    ("payment", Status.PAID),
    ("signature", Status.SIGNED),
    ("hand_back", Status.RETURNED),
    ("refund", Status.REFUNDED),
    ("exchange", Status.EXCHANGED),
    ("repair", Status.REPAIRED),
    ("custody", Status.TAKEN_IN),
    ("decline", Status.DECLINED),
    ("acceptance", Status.ACCEPTED),
    ("quote", Status.QUOTED),
    ("decision", Status.DECIDED),
    ("diagnosis", Status.DIAGNOSED),
    ("arrival", Status.ARRIVED),
    ("appointment", Status.SCHEDULED),
    ("dispatch", Status.DISPATCHED),
)


def _with_status(job: Job) -> Job:
    for name, status in _MILESTONES:
        if getattr(job, name) is not None:
            if status is Status.SUBMITTED and job.completion is None:
                continue
            return job.model_copy(update={"status": status})
    return job.model_copy(update={"status": Status.REGISTERED})


def _registered(job: Job, data: ev.Registered, event: Event) -> Job:
    if job.request is not None:
        return flag(job, "registered_twice", event)
    return job.model_copy(
        update={
            "number": data.number,
            "kind": data.kind,
            "mode": data.mode,
            "customer": data.customer,
            "product": data.product,
            "request": data.model_copy(update={"customer": None, "product": None}),
        }
    )


def _dispatched(job: Job, data: ev.Dispatched, event: Event) -> Job:
    update: dict[str, Any] = {"dispatch": data.model_copy(update={"product": None})}
    if data.product is not None:
        update["product"] = data.product
    changed = job.model_copy(update=update)
    if job.arrival and job.arrival.stamp and job.arrival.stamp.by != data.technician:
        changed = flag(changed, "reassigned_after_arrival", event, technician=data.technician)
    return changed


def _arrived(job: Job, data: ev.Arrived, event: Event) -> Job:
    changed = job.model_copy(update={"arrival": data})
    if job.dispatch and job.dispatch.technician != event.by:
        changed = flag(changed, "arrived_not_assigned", event, technician=event.by)
    return changed


def _diagnosed(job: Job, data: ev.Diagnosed, event: Event) -> Job:
    """A new diagnosis needs a new decision, quote and consent."""
    lines = tuple(
        line.model_copy(update={"line": number}) for number, line in enumerate(data.lines, start=1)
    )
    return job.model_copy(
        update={
            "diagnosis": data.model_copy(update={"lines": lines}),
            "decision": None,
            "decided": None,
            "quote": None,
            "acceptance": None,
            "decline": None,
        }
    )


def _decided(job: Job, data: ev.Decided, event: Event) -> Job:
    """A new decision needs a new quote and a new consent."""
    try:
        decision = Decision.model_validate(data.decision)
    except ValueError:
        return flag(job, "unreadable", event)
    return job.model_copy(
        update={
            "decision": brief(decision),
            "decided": data.model_copy(update={"decision": {}}),
            "quote": None,
            "acceptance": None,
            "decline": None,
        }
    )


def _accepted(job: Job, data: ev.Accepted, event: Event) -> Job:
    return job.model_copy(update={"acceptance": data, "decline": None})


def _declined(job: Job, data: ev.Declined, event: Event) -> Job:
    return job.model_copy(update={"decline": data, "acceptance": None})


def _completed(job: Job, data: ev.Completed, event: Event) -> Job:
    changed = job.model_copy(update={"completion": data})
    if job.cancellation is not None:
        changed = flag(changed, "completed_although_cancelled", event)
    return changed


def _cancelled(job: Job, data: ev.Cancelled, event: Event) -> Job:
    changed = job.model_copy(update={"cancellation": data})
    if job.completion is not None:
        changed = flag(changed, "completed_although_cancelled", event)
    return changed


def _amended(job: Job, data: ev.Amended, event: Event) -> Job:
    """Merge the changed fields into the step that they correct."""
    part = getattr(job, data.step, None) if data.step in _AMENDABLE else None
    if not isinstance(part, Data):
        return flag(job, "unreadable", event)
    try:
        merged = type(part).model_validate(part.model_dump() | data.changes)
    except ValueError:
        return flag(job, "unreadable", event)
    stamped = merged.model_copy(update={"stamp": data.stamp})
    if isinstance(stamped, ev.Diagnosed):
        return _diagnosed(job, stamped, event)
    return job.model_copy(update={data.step: stamped})


def _resolved(job: Job, data: ev.ConflictResolved, event: Event) -> Job:
    rest = tuple(mark for mark in job.attention if mark.key != data.flag)
    return job.model_copy(update={"attention": rest})


def _after_completion(apply: Any) -> Any:
    """The first completion stands: what comes later from elsewhere is kept aside and flagged."""

    def guarded(job: Job, data: Data, event: Event) -> Job:
        if job.completion is None:
            changed: Job = apply(job, data, event)
            return changed
        kept = Aside(event=event.id, type=event.type, by=event.by, data=event.data)
        changed = job.model_copy(update={"aside": (*job.aside, kept)})
        return flag(changed, "recorded_after_completion", event, by=event.by)

    return guarded


def _setter(name: str) -> Any:
    return lambda job, data, event: job.model_copy(update={name: data})


_AMENDABLE = frozenset({"request", "appointment", "arrival", "diagnosis", "repair", "card"})

_FLOW_SETS = {
    "job.appointment_made": "appointment",
    "job.quoted": "quote",
    "job.repaired": "repair",
    "job.taken_in": "custody",
    "job.returned": "hand_back",
    "job.remedy_chosen": "remedy",
    "job.exchanged": "exchange",
    "job.refunded": "refund",
    "job.old_received": "old_product",
    "job.card_entered": "card",
    "job.signed": "signature",
}

_FLOW_SPECIAL = {
    "job.dispatched": _dispatched,
    "job.arrived": _arrived,
    "job.diagnosed": _diagnosed,
    "job.decided": _decided,
    "job.accepted": _accepted,
    "job.declined": _declined,
    "job.completed": _completed,
    "job.amended": _amended,
}

JOB: Machine[Job] = Machine(
    document=Job,
    events=ev.JOB_EVENTS,
    sets={
        "job.paid": "payment",
        "job.invoiced": "invoice",
        "job.surveyed": "survey",
        "job.submitted": "submission",
    },
    appends={
        "job.contact_attempted": "contacts",
        "job.approval_requested": "approvals",
        "job.approval_answered": "answers",
        "job.note_added": "notes",
        "job.attachment_added": "attachments",
        "job.part_fetched": "fetched",
        "job.part_returned": "unused",
        "job.promise_changed": "promises",
        "job.help_requested": "help",
        "job.blocker_logged": "blockers",
        "job.complaint_opened": "complaints",
        "job.carried_forward": "carried",
    },
    special={
        "job.registered": _registered,
        "job.cancelled": _cancelled,
        "job.conflict_resolved": _resolved,
        **{name: _after_completion(apply) for name, apply in _FLOW_SPECIAL.items()},
        **{name: _after_completion(_setter(part)) for name, part in _FLOW_SETS.items()},
    },
    kept=frozenset({"job.signed", "job.paid", "job.taken_in"}),
    undo="job.step_undone",
    finish=_with_status,
)
"""How job events change a job."""
