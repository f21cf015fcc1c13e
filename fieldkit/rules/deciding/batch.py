"""Cases tried out on a pack in bulk: with compiled tables, and everything that each table saw.

A trial gives the decision that the pack means. It is not checked by the second engine, as a live
decision is; that is what `Decider` is for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.money import PartPrice
from fieldkit.rules.deciding.decider import record_of
from fieldkit.rules.deciding.facts import CaseFacts, derive
from fieldkit.rules.deciding.stages import Evaluate, Judged, judge
from fieldkit.rules.model.case import Case
from fieldkit.rules.model.pack import Facts, Pack, Table


@dataclass(frozen=True, slots=True)
class Seen:
    """One evaluation of a table: the facts it was given and the rules that decided."""

    table: Table
    facts: Facts
    hits: tuple[int, ...]

    def reached(self) -> range:
        """The rules that were looked at; under `first`, none after the one that decided."""
        last = self.hits[0] + 1 if self.table.hit == "first" and self.hits else None
        return range(len(self.table.rules))[:last]


class Watch:
    """Evaluates tables by another evaluator and notes every evaluation."""

    def __init__(self, evaluate: Evaluate) -> None:
        self._evaluate = evaluate
        self.seen: list[Seen] = []

    def evaluate(self, table: Table, facts: Facts) -> tuple[int, ...]:
        """What the other evaluator says. The facts are copied: the judge goes on filling them."""
        hits = self._evaluate(table, facts)
        self.seen.append(Seen(table, dict(facts), hits))
        return hits


@dataclass(frozen=True, slots=True)
class Trial:
    """A case as one pack judges it."""

    case: Case
    facts: CaseFacts
    judged: Judged
    pack: Pack

    @property
    def decision(self) -> Decision:
        """The record of the trial, made anew each time."""
        pack = self.pack
        return record_of(self.case, self.facts, self.judged, pack, pack, self.judged.faults)


def try_case(
    case: Case,
    pack: Pack,
    prices: Mapping[str, PartPrice],
    holidays: Collection[date],
    today: date,
    evaluate: Evaluate,
) -> Trial:
    """Judge one case. `FieldkitError` for a part that the price list lacks."""
    facts = derive(case, pack, prices, holidays, today)
    return Trial(case, facts, judge(facts, pack.tables, evaluate), pack)
