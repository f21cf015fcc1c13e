"""What a job leaves in its product's history: one entry a component, with what was fitted."""

from collections.abc import Iterable

from fieldkit.domain.job.context import Context
from fieldkit.domain.job.fitted import Fitting, component_of, fittings
from fieldkit.domain.job.model import Job
from fieldkit.domain.records.customer_product import FittedPart, ServiceEntry


def history_entries(job: Job, ctx: Context) -> list[ServiceEntry]:
    """The repaired components of a job, each once, however many lines and parts it took.

    A component has the parts that were fitted, not those that were diagnosed.
    """
    if job.repair is None:
        return []
    found = {line.line: line for line in job.diagnosis.lines} if job.diagnosis else {}
    lines = job.foreseen
    fitted: dict[str, list[Fitting]] = {own.component: [] for _, own in lines}
    for one in fittings(lines, job.repair.parts, ctx.parts):
        own = one.found.component if one.found else ""
        component = own or component_of(one.used.part, found.values(), ctx.parts)
        fitted.setdefault(component, []).append(one)
    stamp = job.repair.stamp
    entries = []
    for component, parts in fitted.items():
        own_lines = [(line, own) for line, own in lines if own.component == component]
        paid = any(line.customer_pays_fen > 0 for line, _ in own_lines)
        entries.append(
            _entry(
                ServiceEntry(
                    job=job.id,
                    on=stamp.at.date() if stamp else ctx.today,
                    component=component,
                    paid=paid,
                    under_warranty=any(line.charge == "free" for line, _ in own_lines),
                ),
                faults=[own.fault for _, own in own_lines if own.fault],
                parts=[_fitted(one, paid) for one in parts],
            )
        )
    return entries


def _fitted(one: Fitting, component_paid: bool) -> FittedPart:
    """A part beyond the lines was sold where the customer paid for its component."""
    sold = one.line.customer_pays_fen > 0 if one.line else component_paid
    return FittedPart(
        part=one.used.part, quantity=one.quantity, serial=one.used.new_serial, sold=sold
    )


def _entry(entry: ServiceEntry, faults: Iterable[str], parts: Iterable[FittedPart]) -> ServiceEntry:
    all_faults, all_parts = tuple(dict.fromkeys(faults)), tuple(parts)
    return entry.model_copy(
        update={
            "fault": all_faults[0] if all_faults else "",
            "faults": all_faults[1:] and all_faults,
            "part": all_parts[0].part if all_parts else "",
            "parts": all_parts,
            "fitted": any(not one.sold for one in all_parts),
            "sold": any(one.sold for one in all_parts),
        }
    )
