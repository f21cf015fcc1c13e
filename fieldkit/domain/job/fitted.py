"""What was fitted, by the line that it was fitted for, and what was fitted beyond the lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fieldkit.domain.core.catalogue import Part, interchangeable
from fieldkit.domain.core.decision import LineDecision
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.row_forms import FaultLine, PartUse


@dataclass(frozen=True)
class Fitting:
    """So many of a part. `line` is the line that foresaw it; None: it is beyond all lines."""

    used: PartUse
    quantity: int
    line: LineDecision | None = None
    found: FaultLine | None = None


def fittings(
    job: Job, parts: Iterable[PartUse], catalogue: Mapping[str, Part] | None = None
) -> list[Fitting]:
    """The fitted parts, each with the line of the verdict on which it was foreseen.

    A line foresees its own part in its quantity. Where the customer pays nothing for it, a part
    that the catalogue lets stand in for it will do as well.
    """
    found = {line.line: line for line in job.diagnosis.lines} if job.diagnosis else {}
    lines = [(line, found[line.line]) for line in job.work_lines if line.line in found]
    open_ = {line.line: own.quantity for line, own in lines if own.part}
    taken: list[Fitting] = []
    left: list[tuple[PartUse, int]] = [(used, used.quantity) for used in parts]
    for exact in (True, False):
        rest: list[tuple[PartUse, int]] = []
        for used, quantity in left:
            for line, own in lines:
                fits = used.part == own.part if exact else _stands_in(used, line, own, catalogue)
                count = min(quantity, open_.get(line.line, 0)) if fits else 0
                if count:
                    open_[line.line] -= count
                    quantity -= count
                    taken.append(Fitting(used, count, line, own))
            if quantity:
                rest.append((used, quantity))
        left = rest
    return [*taken, *(Fitting(used, quantity) for used, quantity in left)]


def _stands_in(
    used: PartUse, line: LineDecision, own: FaultLine, catalogue: Mapping[str, Part] | None
) -> bool:
    free = line.charge != "paid" and line.customer_pays_fen == 0
    return free and interchangeable(used.part, own.part, catalogue or {})


def component_of(
    part: str, lines: Iterable[FaultLine], catalogue: Mapping[str, Part] | None
) -> str:
    """Which component a part belongs to: as the catalogue has it, else that of the only line."""
    if catalogue and part in catalogue:
        return catalogue[part].component
    named = {line.component for line in lines}
    return named.pop() if len(named) == 1 else ""


def held_parts(job: Job) -> dict[str, int]:
    """The parts that were fetched for a job and are still with it: neither returned nor fitted."""
    held: dict[str, int] = {}
    for got in job.fetched:
        held[got.part] = held.get(got.part, 0) + got.quantity
    gone = [(one.part, one.quantity) for one in job.unused]
    gone += [(one.part, one.quantity) for one in (job.repair.parts if job.repair else ())]
    for part, count in gone:
        if part in held:
            held[part] = max(held[part] - count, 0)
    return {part: count for part, count in held.items() if count}
