"""What a form offers before anything is typed: what the job already says.

Suggestions are not drafts and not events; a person may overwrite every one of them.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from fieldkit.domain.job import Job
from fieldkit.domain.job_events import Diagnosed


def suggest(job: Job, step: str, today: date) -> dict[str, Any]:
    """Suggested values, JSON-ready, for the form of a step."""
    make = _SUGGEST.get(step)
    return make(job, today) if make else {}


def _customer_name(job: Job) -> str:
    return job.customer.name if job.customer else ""


def _dispatch(job: Job, today: date) -> dict[str, Any]:
    return {"technician": job.technician}


def _appoint(job: Job, today: date) -> dict[str, Any]:
    return {"on": today.isoformat()}


def _arrive(job: Job, today: date) -> dict[str, Any]:
    return {"distance_km": job.request.distance_km} if job.request else {}


def _diagnose(job: Job, today: date) -> dict[str, Any]:
    if job.diagnosis is not None:
        fields = set(Diagnosed.model_fields) - {"stamp"}
        return job.diagnosis.model_dump(mode="json", exclude_none=True, include=fields)
    known = {
        "hazards": list(job.request.hazards) if job.request else [],
        "modifications": list(job.product.modifications) if job.product else [],
    }
    return {name: value for name, value in known.items() if value}


def _request_approval(job: Job, today: date) -> dict[str, Any]:
    if job.decision is None:
        return {}
    asked = job.decision.approval
    approver = "supervisor" if asked == "none" else asked
    return {"approver": approver, "amount_fen": job.decision.concession_fen}


def _accept(job: Job, today: date) -> dict[str, Any]:
    return {"by_name": _customer_name(job)}


def _repair(job: Job, today: date) -> dict[str, Any]:
    """The parts of the lines on which something is to be done."""
    wanted = {line.line for line in job.work_lines}
    lines = job.diagnosis.lines if job.diagnosis else ()
    parts = [
        {"part": line.part, "quantity": line.quantity}
        for line in lines
        if line.part and line.line in wanted
    ]
    return {"parts": parts} if parts else {}


def _take_in(job: Job, today: date) -> dict[str, Any]:
    return {"promised_on": (today + timedelta(days=3)).isoformat()}


def _hand_back(job: Job, today: date) -> dict[str, Any]:
    return {"received_by": _customer_name(job), "on": today.isoformat()}


def _exchange(job: Job, today: date) -> dict[str, Any]:
    return {"on": today.isoformat()}


def _enter_card(job: Job, today: date) -> dict[str, Any]:
    return {"on": today.isoformat(), "content": job.repair.work_done if job.repair else ""}


def _sign(job: Job, today: date) -> dict[str, Any]:
    return {"name": _customer_name(job)}


def _pay(job: Job, today: date) -> dict[str, Any]:
    return {"amount_fen": job.payable_fen}


def _invoice(job: Job, today: date) -> dict[str, Any]:
    return {"title": _customer_name(job)}


_SUGGEST: dict[str, Callable[[Job, date], dict[str, Any]]] = {
    "dispatch": _dispatch,
    "appoint": _appoint,
    "arrive": _arrive,
    "diagnose": _diagnose,
    "request_approval": _request_approval,
    "accept": _accept,
    "repair": _repair,
    "take_in": _take_in,
    "hand_back": _hand_back,
    "exchange": _exchange,
    "enter_card": _enter_card,
    "sign": _sign,
    "pay": _pay,
    "invoice": _invoice,
}
