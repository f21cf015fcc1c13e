"""From a job document to the case that the rules judge: what was recorded, nothing derived."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fieldkit.domain.core.catalogue import Catalogue, Part, interchangeable
from fieldkit.domain.core.complaint_said import ComplaintSaid
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.row_forms import FaultLine
from fieldkit.domain.job.step_events import Surveyed
from fieldkit.domain.records.customer_product import Product, ServiceEntry
from fieldkit.rules.model.case import Case, CaseLine, read_case

Parts = Mapping[str, Part]


def job_case(job: Job, catalogue: Catalogue, today: date) -> Case:
    """The case of a job. What was not recorded stays absent, which is not the same as no."""
    values: dict[str, Any] = {
        "record": "job",
        "today": today,
        "job_kind": job.kind.value,
        "service_mode": job.mode.value,
        "customer_tier": job.customer.tier.value if job.customer else None,
        "report_date": job.request.reported_on if job.request else today,
        "distance_km": _distance(job),
        "lines": [_line(job, line, catalogue.parts_by_sku) for line in _lines(job)],
        **_diagnosis(job),
        **_custody(job),
        **(_product(job.product, catalogue) if job.product else {}),
    }
    return read_case({name: value for name, value in values.items() if value is not None})


def survey_case(job: Job, survey: Surveyed, today: date) -> Case:
    """The case of a survey card."""
    scores = survey.model_dump(include={"attitude", "skill", "punctuality", "service_item"})
    tier = job.customer.tier.value if job.customer else "regular"
    return read_case(
        {"record": "survey", "customer_tier": tier, "submitted": today, "today": today, **scores}
    )


def complaint_case(job: Job, complaint: ComplaintSaid, today: date) -> Case:
    """The case of a complaint."""
    values: dict[str, Any] = {
        "record": "complaint",
        "today": today,
        "report_date": today,
        "customer_tier": job.customer.tier.value if job.customer else "regular",
        "complaint_text": complaint.text,
        "complaint_class": complaint.complaint_class or None,
        "cause": complaint.cause or None,
        "threat_to_publish": complaint.threat_to_publish,
        "threat_to_authority": complaint.threat_to_authority,
        **_dangers(job),
    }
    return read_case({name: value for name, value in values.items() if value is not None})


def _distance(job: Job) -> int | None:
    if job.arrival and job.arrival.distance_km is not None:
        return job.arrival.distance_km
    return job.request.distance_km if job.request else None


def _lines(job: Job) -> tuple[FaultLine, ...]:
    return job.diagnosis.lines if job.diagnosis else ()


def _dangers(job: Job) -> dict[str, Any]:
    """What was reported counts until the report is corrected, whatever was found later."""
    reported = set(job.request.hazards) if job.request else set()
    found = job.diagnosis
    if found is None:
        return {"hazards": sorted(reported)}
    return {
        "hazards": sorted(reported | set(found.hazards)),
        "temperature_c": found.temperature_c,
        "temperature_rising": found.temperature_rising,
    }


def _diagnosis(job: Job) -> dict[str, Any]:
    found = job.diagnosis
    modified = set(job.product.modifications) if job.product else set()
    values = _dangers(job) | {
        "outlet_cannot_solve": True if any(item.cannot_solve for item in job.help) else None,
        "waits_for_part": True if job.awaited else None,
        "modifications": sorted(modified.union(found.modifications if found else ())),
    }
    if found is None:
        return values
    return values | {
        "measured_speed_kmh": found.measured_speed_kmh,
        "mileage_km": found.mileage_km,
        "serial_mismatch": found.serial_mismatch or None,
        "charger": found.charger or None,
        "run_in_booked_on": found.booked_run_in_on,
        "same_model_available": found.same_model_available,
    }


def _custody(job: Job) -> dict[str, Any]:
    """The stay of the product with us. How long it was late, and by which cause, the rules work
    out from its days and the last cause that was recorded."""
    if job.custody is None:
        return {}
    returned = job.hand_back.on if job.hand_back else None
    taken = job.taken_on
    if taken and returned:
        taken = min(taken, returned)  # a clock was ahead at the take-in
    promised = job.promises[-1].promised_on if job.promises else job.custody.promised_on
    causes = [str(each.delay_cause) for each in job.promises if each.delay_cause]
    return {
        "taken_back_on": taken,
        "promised_date": promised,
        "returned_on": returned,
        "delay_cause": causes[-1] if causes else None,
    }


def _product(product: Product, catalogue: Catalogue) -> dict[str, Any]:
    recall = catalogue.recall_for(product.serial)
    values: dict[str, Any] = {
        "proof": product.proof.value,
        "purchase_date": product.purchase_date,
        "manufacture_date": product.manufacture_date,
        "use": product.use.value,
        "second_owner": product.second_owner or None,
        "invoice_handed_over": product.invoice_handed_over if product.second_owner else None,
        "clearance_goods": product.clearance or None,
        "refurbished": product.refurbished or None,
        "refurbished_months": product.refurbished_months if product.refurbished else None,
        "exchanged_on": product.warranty_from,
    }
    if recall is not None:
        values |= {
            "recall_id": recall.id,
            "serial_in_recall": True,
            "recall_component": recall.component,
        }
    if product.history_known or product.pauses:
        values["repair_periods"] = [(pause.start, pause.end) for pause in product.pauses]
    if product.history_known or product.run_in_done:
        values["run_in_already_done"] = product.run_in_done
    return values


def _line(job: Job, line: FaultLine, parts: Parts) -> dict[str, Any]:
    values: dict[str, Any] = {
        "line": line.line,
        "component": line.component,
        "part": line.part or None,
        "quantity": line.quantity,
        "labour_minutes": line.labour_minutes,
        "cause": line.cause,
        "note": line.note or None,
        "measured_capacity_percent": line.measured_capacity_percent,
        "charge_cycles": line.charge_cycles,
        **_history_of(job, line, parts),
        **{name: True for name in line.findings if name not in CaseLine.model_fields},
    }
    for name in ("same_fault", "previous_repair_date", "previous_repair_paid"):
        recorded = getattr(line, name)
        if recorded is not None:
            values[name] = recorded
    return {name: value for name, value in values.items() if value is not None}


def _history_of(job: Job, line: FaultLine, parts: Parts) -> dict[str, Any]:
    """What the product's history says of this component.

    What stands in it happened, also where not all of it is known: only that nothing else
    happened is then not said. Of the earlier repairs the last one of the same fault counts,
    else the last one at all. One job is one repair, however many lines and parts it took.
    """
    if job.product is None:
        return {}
    known = job.product.history_known
    earlier = [
        entry
        for entry in job.product.history
        if entry.component == line.component and entry.job != job.id
    ]
    if not earlier:
        return {"failed_warranty_repairs": 0} if known else {}
    same = [entry for entry in earlier if _same_fault(line, entry, parts)]
    last = max(same or earlier, key=lambda entry: entry.on)
    failed = {entry.job or entry.on.isoformat() for entry in same if entry.under_warranty}
    return {
        "previous_repair_date": last.on,
        "previous_repair_paid": last.paid,
        "same_fault": True if same else (False if known else None),
        "failed_warranty_repairs": len(failed) if failed or known else None,
        "part_fitted_free_on": _last_day(line, earlier, False, parts),
        "part_sold_on": _last_day(line, earlier, True, parts),
    }


def _same_fault(line: FaultLine, entry: ServiceEntry, parts: Parts) -> bool:
    """The same fault code; without codes on both sides the same part, else the component."""
    if line.fault and entry.fault:
        return line.fault in (entry.faults or (entry.fault,))
    fitted = [one.part for one in entry.parts] or [entry.part]
    return any(_same_part(line, part, parts) for part in fitted)


def _same_part(line: FaultLine, part: str, parts: Parts) -> bool:
    """One component may have several parts, each with a guarantee of its own. What may be fitted
    in the place of a part has its guarantee; where a part is not named, the component must do."""
    return interchangeable(line.part, part, parts) if line.part and part else True


def _last_day(
    line: FaultLine, entries: list[ServiceEntry], sold: bool, parts: Parts
) -> date | None:
    days = (
        entry.on
        for entry in entries
        if any(_same_part(line, part, parts) for part in entry.parts_of(sold))
    )
    return max(days, default=None)
