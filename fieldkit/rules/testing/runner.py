"""Running the scenarios beside a pack: which pass, and what they exercise."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.rules.deciding.batch import Watch, try_case
from fieldkit.rules.deciding.compiled import Compiled
from fieldkit.rules.deciding.decider import Decider
from fieldkit.rules.model.pack import Pack
from fieldkit.rules.testing.coverage import Counter, Coverage
from fieldkit.rules.testing.scenarios import (
    Mismatch,
    Scenario,
    Suite,
    TableScenario,
    mismatches,
    table_mismatches,
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A scenario that the pack does not pass: what came out otherwise, what the engines do not
    agree on, or why no decision could be made."""

    scenario: Scenario | TableScenario
    differences: tuple[Mismatch, ...] = ()
    engine_report: str | None = None
    error: FieldkitError | None = None


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """What a pack's scenarios showed."""

    scenarios: int
    failures: tuple[Failure, ...]
    coverage: Coverage

    def passed(self, threshold: float = 0) -> bool:
        """Whether all scenarios pass, and cover at least `threshold` percent of the rules and
        of the conditions."""
        reached = min(self.coverage.rules_percent, self.coverage.conditions_percent)
        return not self.failures and reached >= threshold


def run_suite(pack: Pack, suite: Suite) -> SuiteRun:
    """Decide every scenario as a live decision is decided, by both engines, and count what the
    tables saw."""
    counter, compiled = Counter(pack), Compiled()
    failures: list[Failure] = []
    with ExitStack() as stack:
        deciders: dict[frozenset[object], Decider] = {}
        for scenario in suite.scenarios:
            days = scenario.holidays
            decider = deciders.get(days)
            if decider is None:
                decider = stack.enter_context(Decider(pack, suite.prices, days))
                deciders[days] = decider
            watch = Watch(compiled.evaluate)
            case, today = scenario.case, scenario.today
            try:
                failure = _failure(scenario, decider)
                try_case(case, pack, suite.prices, days, today, watch.evaluate)
            except FieldkitError as error:
                failure = Failure(scenario, error=error)
            counter.add(watch.seen)
            if failure is not None:
                failures.append(failure)
    for alone in suite.tables:
        found = table_mismatches(alone, pack)
        if found:
            failures.append(Failure(alone, tuple(found)))
        watch = Watch(compiled.evaluate)
        for table in pack.tables:
            if table.name == alone.table:
                watch.evaluate(table, alone.facts)
        counter.add(watch.seen)
    return SuiteRun(len(suite), tuple(failures), counter.coverage())


def _failure(scenario: Scenario, decider: Decider) -> Failure | None:
    decision = decider.decide(scenario.case, scenario.today)
    found = mismatches(scenario.expected, decision)
    if not found and decision.agreed:
        return None
    return Failure(scenario, tuple(found), decision.engine_report)
