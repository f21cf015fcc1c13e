"""What was fitted, by the line that it was fitted for, and what was fitted beyond the lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fieldkit.domain.core.catalogue import Part, interchangeable
from fieldkit.domain.core.decision import LineDecision
from fieldkit.domain.job.row_forms import FaultLine, PartUse

Foreseen = tuple[LineDecision, FaultLine]
"""A line on which something is to be done: what was decided and what was found."""


@dataclass(frozen=True)
class Fitting:
    """So many of a part. `line` is the line that foresaw it; None: it is beyond all lines."""

    used: PartUse
    quantity: int
    line: LineDecision | None = None
    found: FaultLine | None = None


def fittings(
    lines: Sequence[Foreseen],
    parts: Iterable[PartUse],
    catalogue: Mapping[str, Part] | None = None,
) -> list[Fitting]:
    """The fitted parts, each with the line of the verdict on which it was foreseen.

    A line foresees its own part in its quantity. Where the customer pays nothing for it, a part
    that the catalogue lets stand in for it will do as well; any part, where no catalogue is known.
    """
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
    return free and (catalogue is None or interchangeable(used.part, own.part, catalogue))


def unfitted(lines: Sequence[Foreseen], parts: Iterable[PartUse]) -> dict[int, int]:
    """How many of its part were foreseen on each line and not fitted; lines that lack none are
    left out."""
    lacks = {line.line: own.quantity for line, own in lines if own.part}
    for one in fittings(lines, parts):
        if one.line is not None:
            lacks[one.line.line] -= one.quantity
    return {line: count for line, count in lacks.items() if count}


def component_of(
    part: str, lines: Iterable[FaultLine], catalogue: Mapping[str, Part] | None
) -> str:
    """Which component a part belongs to: as the catalogue has it, else that of the only line."""
    if catalogue and part in catalogue:
        return catalogue[part].component
    named = {line.component for line in lines}
    return named.pop() if len(named) == 1 else ""
