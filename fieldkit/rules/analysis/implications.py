"""What is always so among facts, whatever was recorded: how `deciding/facts.py` makes them.

Declared here once, so that the analysis of a pack never warns of a case that cannot be. A `Never`
is a list of conditions that never hold together, written as a rule's conditions are; `Bounds` ties
one number to another; the facts of a component come from the pack's own `terms.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import get_args

from fieldkit.domain.core.warranty import Term
from fieldkit.rules.model.case import Use
from fieldkit.rules.model.fact_vocabulary import FACTS, PRESENT_TOGETHER
from fieldkit.rules.model.pack import Component, Condition, FactDef, Pack, Position, Value

_AT = Position("vocabulary", 1, 1)
_Test = Value | tuple[str, Value | tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Never:
    """Conditions that never hold together."""

    when: tuple[Condition, ...]

    @property
    def facts(self) -> frozenset[str]:
        """The facts that it ties together."""
        return frozenset(condition.fact for condition in self.when)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where `of` lies between two numbers, `fact` lies between the two that `range_for` gives."""

    of: str
    fact: str
    range_for: Callable[[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that is always so among `facts`."""

    nevers: tuple[Never, ...] = ()
    bounds: tuple[Bounds, ...] = ()
    facts: Mapping[str, FactDef] = field(default_factory=lambda: FACTS)


def never(**tests: _Test) -> Never:
    """`never(claim_open=True, days_past_expiry=("above", 0))`; `__` in a name stands for a dot."""
    conditions = []
    for name, test in tests.items():
        operator, value = test if isinstance(test, tuple) else ("is", test)
        conditions.append(Condition(name.replace("__", "."), operator, value, _AT))
    return Never(tuple(conditions))


_THERE = ("present", True)
_ABSENT = ("present", False)
_COMMERCIAL = ("any_of", tuple(use for use in get_args(Use) if use != "household"))

NEVERS: tuple[Never, ...] = (
    # who uses it, and its papers
    never(household=True, use=_COMMERCIAL),
    never(household=False, use="household"),
    never(household=False, use=_ABSENT),
    never(papers_in_doubt=False, proof="altered_card"),
    never(papers_in_doubt=False, serial_mismatch=True),
    never(papers_in_doubt=True, proof=("is_not", "altered_card"), serial_mismatch=False),
    never(papers_in_doubt=True, proof=("is_not", "altered_card"), serial_mismatch=_ABSENT),
    never(papers_in_doubt=True, proof=_ABSENT, serial_mismatch=False),
    never(papers_in_doubt=True, proof=_ABSENT, serial_mismatch=_ABSENT),
    # the clock
    never(exchanged=True, start_date=_ABSENT),
    never(run_in_in_time=_THERE, start_date=_ABSENT),
    never(run_in_in_time=_ABSENT, start_date=_THERE),
    # the promises
    never(claim_open=True, days_past_expiry=("above", 0)),
    never(claim_open=False, days_past_expiry=0),
    never(covered_by="term", has_term=False),
    never(covered_by="term", start_date=_ABSENT),
    never(covered_by="term", component="service"),
    never(covered_by="run_in", component=("is_not", "service")),
    never(covered_by="run_in", job_kind=("is_not", "run_in_service")),
    never(covered_by="run_in", job_kind=_ABSENT),
    never(covered_by="run_in", start_date=_ABSENT),
    never(covered_by="workmanship", same_fault=False),
    never(covered_by="workmanship", same_fault=_ABSENT),
    never(covered_by="workmanship", previous_repair_date=_ABSENT),
    never(covered_by="workmanship", claim_open=True, repair_guarantee_open=False),
    never(covered_until=_ABSENT, start_date=_THERE, has_term=True, component=("is_not", "service")),
    never(covered_until=_ABSENT, start_date=_THERE, component="service", job_kind="run_in_service"),
    never(repair_guarantee_open=True, same_fault=False),
    never(repair_guarantee_open=True, same_fault=_ABSENT),
    never(repair_guarantee_open=True, claim_open=False),
    never(repair_guarantee_open=True, covered_until=_ABSENT),
    never(sold_part_open=True, claim_open=False),
    never(sold_part_open=True, covered_until=_ABSENT),
    never(covered_by="part_sold", sold_part_open=_ABSENT),
    never(covered_by="part_sold", claim_open=True, sold_part_open=False),
    never(under_recall=True, recall_named=False),
    never(recall_named=True, serial_in_recall=False),
    # parts and sums
    never(part_recorded=False, part_price_fen=("above", 0)),
    never(any_line__charge__goodwill=False, sum__conceded_fen=("above", 0)),
    never(scores_given=0, lowest_score=_THERE),
    never(scores_given=("above", 0), lowest_score=_ABSENT),
)


def _days_of_months(low: int, high: int) -> tuple[int, int]:
    """In which days the months of ownership from `low` to `high` lie; month 1 starts on day 0."""
    first = 28 * (low - 1) if low >= 1 else 31 * (low - 1)
    last = 31 * high if high >= 1 else min(28 * high, -1)
    return first, last


def _mean_of_lowest(low: int, high: int) -> tuple[int, int]:
    """The mean times 100 where the lowest of at most four scores from 1 to 5 is so."""
    return 100 * low, (high + 15) * 25


BOUNDS: tuple[Bounds, ...] = (
    Bounds("month_of_ownership", "days_since_start", _days_of_months),
    Bounds("lowest_score", "mean_score_percent", _mean_of_lowest),
)


def knowledge_of(pack: Pack) -> Knowledge:
    """All that is always so under this pack: the declarations above, and its terms."""
    nevers = (*nevers_of(pack), *_together(), *_of_components(pack.components.values()))
    return Knowledge(nevers, BOUNDS, pack.facts)


def nevers_of(pack: Pack) -> tuple[Never, ...]:
    """What never comes together under the values of this pack: heat rises only where something is
    hot."""
    hot = {f"hazard__{code}": False for code in sorted(pack.values.emergency("while_rising"))}
    return (*NEVERS, never(heat_rising=True, temperature_c=_ABSENT, **hot))


def _together() -> Iterator[Never]:
    """Facts that are there together or not at all."""
    for group in PRESENT_TOGETHER:
        first, *others = sorted(group)
        for other in others:
            yield never(**{first: _THERE, other: _ABSENT})
            yield never(**{first: _ABSENT, other: _THERE})


def _of_components(components: Iterable[Component]) -> Iterator[Never]:
    """What a component is, by the pack's terms: system, main, remedy, whether it has a term."""
    kept = list(components)
    traits: tuple[tuple[str, Callable[[Component], Value]], ...] = (
        ("system", lambda c: c.system),
        ("main_component", lambda c: c.main),
        ("component_remedy", lambda c: c.remedy),
        ("has_term", lambda c: c.term != Term()),
    )
    for name, trait in traits:
        keys: dict[Value, list[Value]] = {}
        for component in kept:
            keys.setdefault(trait(component), []).append(component.key)
        for value, those in keys.items():
            yield never(**{name: ("is_not", value), "component": ("any_of", tuple(those))})


def by_fact(nevers: Iterable[Never]) -> Mapping[str, list[Never]]:
    """The declarations that speak of each fact."""
    found: dict[str, list[Never]] = {}
    for each in nevers:
        for name in each.facts:
            found.setdefault(name, []).append(each)
    return found
