"""Why a decision is as it is: for each table the rule that decided, with the value of each of its
conditions, and for each rule above it the first condition that did not hold.

What decided is taken from the record. Why other rules did not is worked out from its facts and
the pack, and can be said only where the very pack of the record is at hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from fieldkit.domain.core.decision import ConditionHit, Decision, Hit
from fieldkit.rules.deciding.batch import Watch
from fieldkit.rules.deciding.decider import condition_hit
from fieldkit.rules.deciding.replay import stored_facts
from fieldkit.rules.deciding.stages import judge, tables_of
from fieldkit.rules.model import semantics
from fieldkit.rules.model.pack import Facts, Pack, Table


@dataclass(frozen=True, slots=True)
class Missed:
    """A rule that did not decide, and the first of its conditions that did not hold."""

    rule: str
    failed: ConditionHit


@dataclass(frozen=True, slots=True)
class TraceStep:
    """What one table said: of a line, or of the whole record (`line` None). `hits` is empty where
    a table that gathers found nothing; `missed` has, in order, the rules above the one that
    decided, and all that did not hold where a table gathers."""

    table: str
    line: int | None
    hits: tuple[Hit, ...]
    missed: tuple[Missed, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with the steps that led to it: tables in their order, those of a line together.
    `whole` is False where the pack was not at hand; `missed` is empty then."""

    decision: Decision
    steps: tuple[TraceStep, ...]
    whole: bool


def explain(decision: Decision, pack: Pack | None, today_pack: Pack | None) -> Explanation:
    """Explain a decision by its packs; None for one that is not at hand.

    Raises `ValueError` for a pack that is not the one of the record.
    """
    for given, ref in ((pack, decision.pack), (today_pack, decision.today_pack)):
        if given is not None and given.sha256 != ref.sha256:
            raise ValueError("not the pack of the decision")
    if pack is None or today_pack is None:
        return Explanation(decision, tuple(_recorded(decision)), whole=False)
    steps = list(_steps(decision, pack, today_pack))
    return Explanation(decision, tuple(steps), whole=True)


def _recorded(decision: Decision) -> Iterator[TraceStep]:
    """The steps that the record itself shows."""
    for (table, line), hits in groupby(decision.hits, key=lambda hit: (hit.table, hit.line)):
        yield TraceStep(table, line, tuple(hits), ())


def _steps(decision: Decision, pack: Pack, today_pack: Pack) -> Iterator[TraceStep]:
    watch = Watch(semantics.evaluate)
    tables = tables_of(pack, today_pack)
    judge(stored_facts(decision), tables, watch.evaluate)
    seen: dict[str, list[Facts]] = defaultdict(list)
    for evaluation in watch.seen:
        seen[evaluation.table.name].append(evaluation.facts)
    for of_lines, block in groupby(tables, key=lambda table: table.for_each == "line"):
        group = [table for table in block if table.name in seen]
        numbers = [line.line for line in decision.lines] if of_lines else [None]
        for place, number in enumerate(numbers):
            for table in group:
                yield _step(decision, table, number, seen[table.name][place])


def _step(decision: Decision, table: Table, line: int | None, facts: Facts) -> TraceStep:
    hits = tuple(hit for hit in decision.hits if (hit.table, hit.line) == (table.name, line))
    decided = {hit.rule for hit in hits}
    missed = []
    for rule in table.rules:
        if rule.id in decided and table.hit == "first":
            break
        failed = next((each for each in rule.when if not semantics.holds(each, facts)), None)
        if failed is not None:
            missed.append(Missed(rule.id, condition_hit(failed, facts)))
    return TraceStep(table.name, line, hits, tuple(missed))
