"""What stored decisions still know of their case: what was recorded, and the prices of that day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.money import PartPrice
from fieldkit.rules.model.case import Case, CaseLine
from fieldkit.rules.model.pack import Pack


def case_of(decision: Decision) -> Case:
    """The case as it was recorded, without free text about people."""
    return Case.model_validate(decision.recorded)


def prices_of(decision: Decision, case: Case, pack: Pack | None) -> Mapping[str, PartPrice]:
    """The prices that the decision counted with, by article."""
    full = {line.line: (line.part_fen, line.labour_fen) for line in decision.lines}
    return price_list(((line, *full[line.line]) for line in case.lines), pack)


def price_list(
    lines: Iterable[tuple[CaseLine, int, int]], pack: Pack | None
) -> dict[str, PartPrice]:
    """The price list that gives these lines their full prices of part and labour, in fen.

    `pack` is the one that priced the labour; without it a minute counts as one fen, which is
    right only as long as nothing else is worked out from the minutes.
    """
    rate = max(1, pack.number("labour_fen_per_minute")) if pack else 1
    prices = {}
    for line, part_fen, labour_fen in lines:
        if line.part is not None:
            minutes = labour_fen // rate // line.quantity
            prices[line.part] = PartPrice(line.part, part_fen // line.quantity, minutes)
    return prices
