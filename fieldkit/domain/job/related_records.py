"""The events of other records that a step makes: product, history, calls, complaint."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from fieldkit.domain.core.complaint_said import ComplaintSaid
from fieldkit.domain.core.decision import FollowUpCall
from fieldkit.domain.core.event import Act, stable_id
from fieldkit.domain.core.job_codes import JobKind
from fieldkit.domain.core.local_time import hours_later
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.exchanged_serial import new_model
from fieldkit.domain.job.history import history_entries
from fieldkit.domain.job.model import Job


def _product_id(job: Job) -> str:
    return job.product.id if job.product else ""


def _beside_return(job: Job, data: Any, ctx: Context) -> list[Act]:
    """Days in custody pause the product's warranty."""
    taken = job.taken_on
    if taken is None or not _product_id(job):
        return []
    start = min(taken, data.on)  # a clock was ahead at the take-in
    pause = {"start": start.isoformat(), "end": data.on.isoformat()}
    return [Act(record=_product_id(job), type="product.paused", data=pause)]


def _beside_exchange(job: Job, data: Any, ctx: Context) -> list[Act]:
    """The old product is retired; the new one is registered, and its clock starts now."""
    old = job.product
    if old is None:
        return []
    new = old.model_dump(
        mode="json",
        exclude_none=True,
        include={"model", "customer", "proof", "use", "purchase_date", "second_owner", "price_fen"},
    )
    new |= {
        "serial": data.new_serial,
        "serial_typed": data.serial_typed,
        "serial_confirmed": data.serial_confirmed,
        "serial_doubts": list(data.serial_doubts),
        "model": new_model(old.model, data, ctx.serials),
        "warranty_from": data.on.isoformat(),
        "history_known": True,
    }
    in_stock = ctx.serials.find(data.new_serial) if ctx.serials else None
    record = in_stock.id if in_stock else data.new_serial
    retired = {
        "by_serial": data.new_serial,
        "on": data.on.isoformat(),
        "job": job.id,
        "successor": data.new_serial,
    }
    return [
        Act(record=old.id, type="product.exchanged", data=retired),
        Act(record=record, type="product.registered", data=new),
    ]


def _beside_refund(job: Job, data: Any, ctx: Context) -> list[Act]:
    if not _product_id(job):
        return []
    retired = {"on": ctx.today.isoformat(), "job": job.id, "successor": ""}
    return [Act(record=_product_id(job), type="product.exchanged", data=retired)]


def _beside_refund_reversed(job: Job, data: Any, ctx: Context) -> list[Act]:
    """The product is the customer's again."""
    if not _product_id(job):
        return []
    return [Act(record=_product_id(job), type="product.restored", data={"job": job.id})]


def history_acts(job: Job, ctx: Context) -> list[Act]:
    """The repairs join the product's history, so that later verdicts know of them."""
    if job.repair is None or not _product_id(job):
        return []
    run_in = job.kind is JobKind.RUN_IN_SERVICE
    entries = [entry.model_dump(mode="json") for entry in history_entries(job, ctx)]
    if not entries and not run_in:
        return []
    serviced = {"entries": entries, "run_in_done": run_in}
    return [Act(record=_product_id(job), type="product.serviced", data=serviced)]


def _beside_complaint(job: Job, data: Any, ctx: Context) -> list[Act]:
    """The complaint is a record of its own, with the same words and the same decision."""
    values = _case_of(job) | data.to_json()
    del values["complaint"]
    return [Act(record=data.complaint, type="complaint.recorded", data=values)]


def _case_of(job: Job) -> dict[str, Any]:
    return {
        "job": job.id,
        "customer": job.customer.id if job.customer else "",
        "channel": "visit",
    }


def _beside_survey(job: Job, data: Any, ctx: Context) -> list[Act]:
    """An unhappy survey card opens a complaint, and somebody else than who was scored calls."""
    decision = ctx.decision
    if decision is None:
        return []
    wanted = [call for call in decision.follow_ups if call.after == "survey"]
    told = next((item.department for item in decision.escalations), "")
    planned = [
        plan_follow_up(
            job, call.kind, _due(call, ctx), {"assigned_to": told, "not_by": job.technician}
        )
        for call in wanted
    ]
    if not decision.open_complaint:
        return planned
    said = _said_on_card(data, decision.open_complaint)
    routed = ctx.route(said) if ctx.route else None
    values = _case_of(job) | said.to_json()
    values |= {"channel": "survey", "scores": _scores(data)}
    if routed is not None:
        values["decision"] = routed.model_dump(mode="json", exclude_none=True)
    record = stable_id(job.id, "complaint/survey")
    return [Act(record=record, type="complaint.recorded", data=values), *planned]


def _said_on_card(data: Any, complaint_class: str) -> ComplaintSaid:
    """The customer's words; where she wrote none, her scores. It is about who did the work."""
    words = "\n".join(text for text in (data.suggestions, data.other_needs) if text)
    marks = " · ".join(f"{score}/5" for score in _scores(data).values())
    return ComplaintSaid(text=words or marks, complaint_class=complaint_class, cause="staff")


def _scores(data: Any) -> dict[str, int]:
    given = data.model_dump(include={"attitude", "skill", "punctuality", "service_item"})
    return {name: score for name, score in given.items() if score is not None}


def _beside_decision(job: Job, data: Any, ctx: Context) -> list[Act]:
    """A decision may open a complaint: a fire."""
    decision = ctx.decision
    if decision is None or not decision.open_complaint:
        return []
    record = stable_id(job.id, f"complaint/{decision.record}")
    values = _case_of(job) | {
        "complaint_class": decision.open_complaint,
        "text": job.request.symptom if job.request and job.request.symptom else "-",
        "decision": decision.model_dump(mode="json", exclude_none=True),
    }
    return [Act(record=record, type="complaint.recorded", data=values)]


def _beside_cancel(job: Job, data: Any, ctx: Context) -> list[Act]:
    """What was done is not undone by a cancellation."""
    return history_acts(job, ctx)


def _beside_complete(job: Job, data: Any, ctx: Context) -> list[Act]:
    return [*history_acts(job, ctx), *_follow_up_acts(job, ctx)]


def _follow_up_acts(job: Job, ctx: Context) -> list[Act]:
    """The calls that the rules asked for, due relative to the service. Calls about a product
    that was given back follow only where something was done to it."""
    decision = job.decision or ctx.decision
    if decision is None:
        return []
    events = {"service", "returned"} if job.repair else {"service"}
    calls = [call for call in decision.follow_ups if call.after in events]
    return [plan_follow_up(job, call.kind, _due(call, ctx)) for call in calls]


def _due(call: FollowUpCall, ctx: Context) -> datetime:
    """When the call is to be made; one that would fall into the night waits for the morning."""
    due = hours_later(ctx.author.at, call.hours or 0) + timedelta(days=call.days or 0)
    hours = ctx.calling_hours()
    return hours.within(due) if hours else due


def plan_follow_up(
    job: Job, reason: str, due: datetime, who: Mapping[str, str] | None = None
) -> Act:
    """A follow-up about this job's customer, for whoever has the job unless `who` says another.
    One for each reason."""
    values = {
        "reason": reason,
        "due": due.isoformat(),
        "job": job.id,
        "customer": job.customer.id if job.customer else "",
        "customer_name": job.customer.name if job.customer else "",
        "product": _product_id(job),
        **(who or {"assigned_to": job.technician}),
    }
    record = stable_id(job.id, f"follow_up/{reason}")
    return Act(record=record, type="follow_up.planned", data=values)


BESIDE: dict[str, Callable[[Job, Any, Context], list[Act]]] = {
    "decide": _beside_decision,
    "survey": _beside_survey,
    "hand_back": _beside_return,
    "exchange": _beside_exchange,
    "refund": _beside_refund,
    "reverse_refund": _beside_refund_reversed,
    "complete": _beside_complete,
    "cancel": _beside_cancel,
    "open_complaint": _beside_complaint,
}
"""Events of records beside the job that a step makes."""
