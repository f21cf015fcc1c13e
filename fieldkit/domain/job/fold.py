"""How job events change a job: the first of what cannot be done twice stands, and what comes
too late is kept aside for somebody to look at."""

from collections.abc import Callable
from typing import Any

from fieldkit.domain.core.event import Event
from fieldkit.domain.core.evolve import Aside, Machine, flag
from fieldkit.domain.core.flags import apply_flagged, apply_resolved
from fieldkit.domain.core.form import Data
from fieldkit.domain.job import side_events as side
from fieldkit.domain.job import step_events as ev
from fieldkit.domain.job.approval_outcome import apply_answer
from fieldkit.domain.job.cancelled_work import cancelled, completed, worked
from fieldkit.domain.job.corrected import AMENDABLE as AMENDABLE
from fieldkit.domain.job.corrected import CORRECTED, UNCONFIRMED, receipt_stands, taken_back
from fieldkit.domain.job.corrected import is_judged as is_judged
from fieldkit.domain.job.fitted_serial import needing_a_look
from fieldkit.domain.job.milestones import with_status
from fieldkit.domain.job.model import Correction, Job, brief
from fieldkit.domain.job.money_fold import (
    adds_to_payment,
    completed_money,
    invoice_credited,
    paid_more,
    payment_reversed,
    refund_reversed,
    refunded_again,
)
from fieldkit.domain.records.customer_product import CUSTOMER_COSTLY, PRODUCT_COSTLY, Product
from fieldkit.domain.records.unconfirmed import SETTLES

Apply = Callable[[Job, Any, Event], Job]


def _set_aside(job: Job, event: Event) -> Job:
    """Keep an event that may not change the job any more."""
    kept = Aside(event=event.id, type=event.type, by=event.by, data=event.data)
    return job.model_copy(update={"aside": (*job.aside, kept)})


def _setter(name: str) -> Apply:
    return lambda job, data, event: job.model_copy(update={name: data})


def _once(name: str) -> Apply:
    """What cannot be done twice: the first stands."""

    def first(job: Job, data: Data, event: Event) -> Job:
        if getattr(job, name) is not None:
            return _set_aside(flag(job, "recorded_twice", event, type=event.type), event)
        return job.model_copy(update={name: data})

    return first


def _open(apply: Apply) -> Apply:
    """The first completion stands: what comes later from elsewhere is kept aside."""

    def guarded(job: Job, data: Data, event: Event) -> Job:
        if job.completion is None:
            return apply(job, data, event)
        return _set_aside(flag(job, "recorded_after_completion", event, by=event.by), event)

    return guarded


def _before_work(apply: Apply) -> Apply:
    """What the work was begun on stays as it was."""

    def guarded(job: Job, data: Data, event: Event) -> Job:
        if not job.work_begun:
            return apply(job, data, event)
        return _set_aside(flag(job, "changed_after_work", event, by=event.by), event)

    return guarded


_UNAPPROVED: dict[str, Any] = {"approvals": (), "answers": (), "remedy": None}
"""What falls with a new decision; a quote stands, with what the customer said to it."""

_UNDECIDED: dict[str, Any] = {
    **_UNAPPROVED,
    "decision": None,
    "decided": None,
    "quote": None,
    "acceptance": None,
    "decline": None,
}
"""What falls when that changes which a decision stands on."""


def _registered(job: Job, data: ev.Registered, event: Event) -> Job:
    if job.request is not None:
        return _set_aside(flag(job, "registered_twice", event), event)
    registered = job.model_copy(
        update={
            "number": data.number,
            "kind": data.kind,
            "mode": data.mode,
            "customer": data.customer,
            "product": data.product,
            "request": data.model_copy(update={"customer": None, "product": None}),
        }
    )
    return _product_gone(registered, data.product, event)


def _product_gone(job: Job, product: Product | None, event: Event) -> Job:
    """A job about a product that was exchanged or taken back before is likely about another.
    Snapshots of an earlier program do not say what came for it, and fold as they did."""
    if product is None or product.replaced_by is None or job.exchange or job.refund:
        return job
    on = str(product.retired_on)
    if not product.replaced_by:
        return flag(job, "product_retired", event, serial=product.serial, on=on)
    new = product.replaced_by
    return flag(job, "product_exchanged", event, serial=product.serial, new=new, on=on)


def _dispatched(job: Job, data: ev.Dispatched, event: Event) -> Job:
    update: dict[str, Any] = {"dispatch": data.model_copy(update={"product": None})}
    if data.product is not None:
        update["product"] = data.product
    came = job.arrival.stamp if job.arrival else None
    sent = data.stamp
    ahead = job.carried_on and came and sent and sent.at <= came.at
    update["sent_again"] = True if ahead else None
    changed = _product_gone(job.model_copy(update=update), data.product, event)
    if job.arrival and job.technician != data.technician and not job.carried_on:
        changed = flag(changed, "reassigned_after_arrival", event, technician=data.technician)
    return changed


def _arrived(job: Job, data: ev.Arrived, event: Event) -> Job:
    carried = job.carried[-1].stamp if job.carried else None
    ahead = carried and data.stamp and data.stamp.at <= carried.at
    update = {"arrival": data, "to_continue": False if ahead else None, "sent_again": None}
    changed = job.model_copy(update=update)
    if job.dispatch and job.dispatch.technician != event.by:
        changed = flag(changed, "arrived_not_assigned", event, technician=event.by)
    return changed


def _carried_forward(job: Job, data: side.CarriedForward, event: Event) -> Job:
    came = job.arrival.stamp if job.arrival else None
    behind = came and data.stamp and data.stamp.at < came.at
    update = {"carried": (*job.carried, data), "to_continue": True if behind else None}
    return job.model_copy(update=update)


def _returned(job: Job, data: ev.Returned, event: Event) -> Job:
    """A clock that was ahead at the take-in must not keep the product from its owner."""
    changed = _once("hand_back")(job, data, event)
    taken = job.custody.stamp if job.custody else None
    back = data.stamp
    if taken and back and back.at < taken.at and not (job.custody and job.custody.on):
        changed = flag(changed, "returned_before_taken_in", event)
    return changed


def _diagnosed(job: Job, data: ev.Diagnosed, event: Event) -> Job:
    """A new diagnosis needs a new decision, quote and consent."""
    return job.model_copy(update={"diagnosis": _numbered(data), **_UNDECIDED})


def _numbered(data: ev.Diagnosed) -> ev.Diagnosed:
    lines = tuple(
        line.model_copy(update={"line": number}) for number, line in enumerate(data.lines, start=1)
    )
    return data.model_copy(update={"lines": lines})


def _decided(job: Job, data: ev.Decided, event: Event) -> Job:
    """A new decision about the same diagnosis needs a new approval. Prices or rules that changed
    do not change a quote that was given."""
    try:
        decision = brief(data.decision)
    except ValueError:
        return flag(job, "unreadable", event)
    decided = data.model_copy(update={"decision": {}})
    return job.model_copy(update=_UNAPPROVED | {"decision": decision, "decided": decided})


def _answered(job: Job, data: side.ApprovalAnswered, event: Event) -> Job:
    """The first answer to the open request counts; it may decide lines of the decision."""
    asked = job.open_approval.stamp if job.open_approval else None
    named = data.request or (asked.event if asked else "")
    answers = (*job.answers, data.model_copy(update={"request": named}))
    changed = job.model_copy(update={"answers": answers})
    if asked is None or asked.event != named:
        first = job.approval_answer
        if first is not None and first.request == named and first.answer is not data.answer:
            changed = flag(changed, "answered_twice", event, by=event.by)
        return changed
    if job.decision is None or (job.open_approval and job.open_approval.about):
        return changed
    return changed.model_copy(update={"decision": apply_answer(job.decision, data)})


def _quoted(job: Job, data: ev.Quoted, event: Event) -> Job:
    """The quote that the customer has answered stands."""
    if job.acceptance or job.decline:
        return _set_aside(flag(job, "recorded_twice", event, type=event.type), event)
    return job.model_copy(update={"quote": data})


def _paid(job: Job, data: ev.Paid, event: Event) -> Job:
    """The first payment stands; a further one is of what is still owed, or was recorded twice."""
    stands = adds_to_payment(job, data)
    return paid_more(job, data, event) if stands else _once("payment")(job, data, event)


def _refunded(job: Job, data: ev.Refunded, event: Event) -> Job:
    """One that was reversed may be made anew, also after the job was completed."""
    if job.completion and job.reversed_refunds and job.refund is None:
        return refunded_again(job, data, event)
    return _open(_once("refund"))(job, data, event)


def _accepted(job: Job, data: ev.Accepted, event: Event) -> Job:
    return job.model_copy(update={"acceptance": data, "decline": None})


def _declined(job: Job, data: ev.Declined, event: Event) -> Job:
    return job.model_copy(update={"decline": data, "acceptance": None})


def _completed(job: Job, data: ev.Completed, event: Event) -> Job:
    changed = completed(job.model_copy(update={"completion": data}))
    if job.cancellation is not None:
        changed = flag(changed, "completed_although_cancelled", event)
    return completed_money(changed, event)


def _amended(job: Job, data: side.Amended, event: Event) -> Job:
    """Merge the changed fields into the step that they correct. Who did the step and when stays;
    who corrected it and when stands beside it."""
    part = getattr(job, data.step) if data.step in AMENDABLE else None
    if not isinstance(part, Data) or receipt_stands(data.step, data.changes):
        return flag(job, "unreadable", event)
    judged = is_judged(data.step, data.changes)
    if judged and job.work_begun:
        return _set_aside(flag(job, "changed_after_work", event, by=event.by), event)
    try:
        merged = type(part).model_validate(part.model_dump() | data.changes)
    except ValueError:
        return flag(job, "unreadable", event)
    merged = merged.model_copy(update={"stamp": part.stamp})
    update: dict[str, Any] = dict(_UNDECIDED) if judged else {}
    before = part.model_dump(mode="json", include=set(data.changes))
    correction = Correction(step=data.step, before=before, changes=data.changes, stamp=data.stamp)
    update["corrections"] = (*job.corrections, correction)
    if isinstance(merged, ev.Diagnosed):
        merged = _numbered(merged)
    if isinstance(merged, ev.Registered):
        update |= {"kind": merged.kind, "mode": merged.mode}
    return job.model_copy(update={**update, data.step: merged})


def _record_corrected(part: str, costly: frozenset[str]) -> Apply:
    """What was corrected of a customer or product, in the job that carries her card or its
    snapshot. What costs money waits for the desk, unless it comes from there."""

    def corrected(job: Job, data: Any, event: Event) -> Job:
        known = getattr(job, part)
        changes = {name: data.changes[name] for name in data.changes if name in CORRECTED[part]}
        if known is None or not changes:
            return flag(job, "unreadable", event)
        judged = is_judged(part, changes)
        if judged and job.work_begun:
            return _set_aside(flag(job, "changed_after_work", event, by=event.by), event)
        try:
            merged = type(known).model_validate(known.model_dump() | changes)
        except ValueError:
            return flag(job, "unreadable", event)
        before = known.model_dump(mode="json", include=set(changes))
        correction = Correction(step=part, before=before, changes=changes, stamp=data.stamp)
        update = dict(_UNDECIDED) if judged else {}
        update |= {part: merged, "corrections": (*job.corrections, correction)}
        changed = job.model_copy(update=update)
        unsettled = event.role not in SETTLES and not costly.isdisjoint(changes)
        return flag(changed, UNCONFIRMED, event, by=event.by) if unsettled else changed

    return corrected


JOB: Machine[Job] = Machine(
    document=Job,
    events=ev.JOB_EVENTS,
    sets={
        "job.submitted": "submission",
        "job.payment_deferred": "deferral",
        "job.official_invoice": "official",
    },
    appends={
        "job.contact_attempted": "contacts",
        "job.approval_requested": "approvals",
        "job.note_added": "notes",
        "job.attachment_added": "attachments",
        "job.part_fetched": "fetched",
        "job.part_returned": "unused",
        "job.part_ordered": "orders",
        "job.promise_changed": "promises",
        "job.help_requested": "help",
        "job.blocker_logged": "blockers",
        "job.blocker_resolved": "resolved",
        "job.complaint_opened": "complaints",
        "job.deposit_paid": "deposits",
        "job.given_away": "given",
        "job.escalation_told": "told",
    },
    special={
        "job.registered": _registered,
        "job.dispatched": _open(_dispatched),
        "job.appointment_made": _open(_setter("appointment")),
        "job.arrived": _open(_arrived),
        "job.diagnosed": _open(_before_work(_diagnosed)),
        "job.decided": _open(_before_work(_decided)),
        "job.approval_answered": _answered,
        "job.quoted": _open(_quoted),
        "job.accepted": _open(_accepted),
        "job.declined": _open(_before_work(_declined)),
        "job.remedy_chosen": _open(_before_work(_setter("remedy"))),
        "job.repaired": worked(needing_a_look(_open(_once("repair")))),
        "job.taken_in": _open(_once("custody")),
        "job.returned": _open(_returned),
        "job.carried_forward": _carried_forward,
        "job.exchanged": worked(_open(_once("exchange"))),
        "job.refunded": worked(_refunded),
        "job.old_received": _open(_once("old_product")),
        "job.card_entered": _open(_once("card")),
        "job.signed": _open(_once("signature")),
        "job.paid": _paid,
        "job.payment_reversed": payment_reversed,
        "job.refund_reversed": refund_reversed,
        "job.invoice_credited": invoice_credited,
        "job.invoiced": _once("invoice"),
        "job.surveyed": _once("survey"),
        "job.completed": _open(_completed),
        "job.amended": _open(_amended),
        "job.customer_corrected": _open(_record_corrected("customer", CUSTOMER_COSTLY)),
        "job.product_corrected": _open(_record_corrected("product", PRODUCT_COSTLY)),
        "job.cancelled": cancelled,
        "job.conflict_resolved": apply_resolved,
        "job.flagged": apply_flagged,
    },
    kept=frozenset(
        {
            "job.signed",
            "job.paid",
            "job.deposit_paid",
            "job.taken_in",
            "job.flagged",
            "job.conflict_resolved",
        }
    ),
    undo="job.step_undone",
    taken_back=taken_back,
    finish=with_status,
)
"""How job events change a job."""
