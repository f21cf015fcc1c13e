"""What a form offers before anything is typed: what the job already says.

Suggestions are not drafts and not events; a person may overwrite every one of them.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.job_codes import PartSource, Remedy, ServiceMode
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.money_checks import refund_limit
from fieldkit.domain.job.row_forms import FaultLine
from fieldkit.domain.job.step_events import Diagnosed

Suggest = Callable[[Job, date], dict[str, Any]]
_WORD, _CHINESE = re.compile(r"[a-z]{4,}"), re.compile("[\u4e00-\u9fff]+")


def suggest(job: Job, step: str, today: date) -> dict[str, Any]:
    """Suggested values, JSON-ready, for the form of a step."""
    make = _SUGGEST.get(step)
    return make(job, today) if make else {}


def suggest_line(
    catalogue: Catalogue, model: str, field: str, line: Mapping[str, Any]
) -> dict[str, Any]:
    """What a choice in a fault line says about the rest of it.

    A fault names the likeliest component that this model has, and the part where only one
    comes into question; a part names its component.
    """
    if field == "part":
        part = catalogue.part(str(line.get("part")))
        return {"component": part.component} if part else {}
    fault = catalogue.fault(str(line.get("fault"))) if field == "fault" else None
    if fault is None:
        return {}
    built_in = next((item.components for item in catalogue.models if item.code == model), None)
    likely = [code for code in fault.components if built_in is None or code in built_in]
    component = line.get("component") or next(iter(likely), "")
    parts = [part.sku for part in catalogue.parts
             if part.sku in fault.parts and part.component == component]  # fmt: skip
    return {"component": component, "part": parts[0] if len(parts) == 1 else ""}


def suggest_product(catalogue: Catalogue, serial: str) -> dict[str, Any]:
    """The model, where the serial number has the form of one alone."""
    fitting = catalogue.models_with(serial)
    return {"model": fitting[0]} if len(fitting) == 1 else {}


def likeness(text: str, words: str) -> int:
    """How much of a text also stands in other words: whole words of four letters or more, and
    pairs of Chinese characters, which are written without spaces."""
    return len(_pieces(text) & _pieces(words))


def _pieces(text: str) -> set[str]:
    found = set(_WORD.findall(text.casefold()))
    for run in _CHINESE.findall(text):
        found |= {run[at : at + 2] for at in range(len(run) - 1)}
    return found


def _customer_name(job: Job) -> str:
    return job.customer.name if job.customer else ""


def _customer_as(field: str) -> Suggest:
    return lambda job, today: {field: _customer_name(job)}


def _today(job: Job, today: date) -> dict[str, Any]:
    return {"on": today.isoformat()}


def _dispatch(job: Job, today: date) -> dict[str, Any]:
    return {"technician": job.technician}


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
    amount = job.decision.concession_fen
    if job.remedy is not None and job.remedy.remedy is Remedy.REFUND:
        amount = (job.product.price_fen if job.product else None) or amount
    return {"approver": approver, "amount_fen": amount}


def _repair(job: Job, today: date) -> dict[str, Any]:
    """The parts of the lines on which something is to be done. What was fetched at the outlet,
    and what is done there, does not come from the van."""
    outlet = {one.part for one in job.fetched if one.source is PartSource.OUTLET}
    parts: list[dict[str, Any]] = [
        {"part": line.part, "quantity": line.quantity} for line in needed_parts(job)
    ]
    for row in parts:
        if job.mode is ServiceMode.OUTLET or row["part"] in outlet:
            row["source"] = PartSource.OUTLET.value
    return {"parts": parts} if parts else {}


def needed_parts(job: Job) -> list[FaultLine]:
    """The diagnosed lines that need a part and on which something is to be done; all with a part
    as long as nothing is decided, none where the customer gets a new product or her money."""
    if job.replaced:
        return []
    wanted = {line.line for line in job.work_lines}
    lines = job.diagnosis.lines if job.diagnosis else ()
    return [line for line in lines if line.part and (job.decision is None or line.line in wanted)]


def _take_in(job: Job, today: date) -> dict[str, Any]:
    usual = today + timedelta(days=3)
    return {"promised_on": max(usual, _expected(job) or usual).isoformat()}


def _expected(job: Job) -> date | None:
    """When the last of the parts that the job waits for should be there, if anybody knows."""
    return max((order.expected_on for order in job.awaited if order.expected_on), default=None)


def _change_promise(job: Job, today: date) -> dict[str, Any]:
    if not job.awaited:
        return {}
    day = _expected(job)
    return {"delay_cause": "parts", **({"promised_on": day.isoformat()} if day else {})}


def _carry_forward(job: Job, today: date) -> dict[str, Any]:
    day = _expected(job)
    return {"until": max(day, today).isoformat()} if day else {}


def _fetch_part(job: Job, today: date) -> dict[str, Any]:
    """The first part that was ordered: it comes from the outlet."""
    for order in job.awaited:
        return {"part": order.part, "quantity": order.quantity, "source": "outlet"}
    return {}


def _return_part(job: Job, today: date) -> dict[str, Any]:
    """The first part that is still held for the job."""
    return next(({"part": part, "quantity": n} for part, n in job.held_parts.items()), {})


def _hand_back(job: Job, today: date) -> dict[str, Any]:
    return {"received_by": _customer_name(job), "on": today.isoformat()}


def _enter_card(job: Job, today: date) -> dict[str, Any]:
    return {"on": today.isoformat(), "content": job.repair.work_done if job.repair else ""}


def _pay(job: Job, today: date) -> dict[str, Any]:
    return {"amount_fen": job.owed_fen}


def _refund(job: Job, today: date) -> dict[str, Any]:
    limit = refund_limit(job)
    return {"amount_fen": limit} if limit else {}


def _invoice(job: Job, today: date) -> dict[str, Any]:
    """What a credited invoice had, else the customer."""
    if job.credited:
        last = job.credited[-1].invoice
        return {"title": last.title, **({"tax_id": last.tax_id} if last.tax_id else {})}
    return {"title": _customer_name(job)}


_SUGGEST: dict[str, Suggest] = {
    "dispatch": _dispatch,
    "appoint": _today,
    "arrive": _arrive,
    "diagnose": _diagnose,
    "request_approval": _request_approval,
    "accept": _customer_as("by_name"),
    "repair": _repair,
    "take_in": _take_in,
    "change_promise": _change_promise,
    "carry_forward": _carry_forward,
    "fetch_part": _fetch_part,
    "return_part": _return_part,
    "hand_back": _hand_back,
    "exchange": _today,
    "enter_card": _enter_card,
    "sign": _customer_as("name"),
    "pay": _pay,
    "deposit": _pay,
    "refund": _refund,
    "invoice": _invoice,
}
