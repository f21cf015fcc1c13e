"""Which small changes of a pack its scenarios would not notice.

Only what a change can reach is judged again: an outcome where its rule decided, a boundary where
the changed rule holds otherwise than before, a number where it makes other facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fieldkit.domain.core.money import PartPrice
from fieldkit.rules.deciding.batch import Seen, Trial, Watch, try_case
from fieldkit.rules.deciding.compiled import Compiled
from fieldkit.rules.deciding.facts import derive
from fieldkit.rules.deciding.stages import judge
from fieldkit.rules.model import semantics
from fieldkit.rules.model.pack import Facts, Pack, Rule, Table
from fieldkit.rules.testing.mutants import Kind, Mutant, mutants
from fieldkit.rules.testing.scenarios import Scenario, Suite, mismatches, table_mismatches

Progress = Callable[[int], None]


@dataclass(slots=True)
class Survival:
    """How many mutants of each kind there were, and those that no scenario noticed."""

    tried: dict[Kind, int] = field(default_factory=dict)
    survivors: list[Mutant] = field(default_factory=list)


def survival(pack: Pack, suite: Suite, progress: Progress = lambda done: None) -> Survival:
    """Try every mutant of the pack on the scenarios, which the pack itself must pass.

    `progress` is called with the number of mutants that are done.
    """
    hunt = _Hunt(pack, suite)
    found = Survival()
    for done, mutant in enumerate(mutants(pack), start=1):
        found.tried[mutant.kind] = found.tried.get(mutant.kind, 0) + 1
        if not hunt.noticed(mutant):
            found.survivors.append(mutant)
        progress(done)
    return found


@dataclass(slots=True)
class _Tried:
    """A scenario, its trial on the unchanged pack, and what each table saw on the way."""

    scenario: Scenario
    trial: Trial
    seen: dict[str, list[Seen]]


class _Hunt:
    def __init__(self, pack: Pack, suite: Suite) -> None:
        self._prices: Mapping[str, PartPrice] = suite.prices
        self._alone = suite.tables
        self._compiled = Compiled()
        self._own = {id(table) for table in pack.tables}
        self._rules = {(t.name, rule.id): rule for t in pack.tables for rule in t.rules}
        self._tried = [self._try(pack, scenario) for scenario in suite.scenarios]
        self._deciding: dict[tuple[str, str], list[_Tried]] = defaultdict(list)
        for tried in self._tried:
            hits = tried.trial.judged.hits
            for key in dict.fromkeys((hit.table.name, hit.rule.id) for hit in hits):
                self._deciding[key].append(tried)

    def _try(self, pack: Pack, scenario: Scenario) -> _Tried:
        watch = Watch(self._compiled.evaluate)
        trial = try_case(
            scenario.case, pack, self._prices, scenario.holidays, scenario.today, watch.evaluate
        )
        seen: dict[str, list[Seen]] = defaultdict(list)
        for evaluation in watch.seen:
            seen[evaluation.table.name].append(evaluation)
        return _Tried(scenario, trial, seen)

    def _evaluate(self, table: Table, facts: Facts) -> tuple[int, ...]:
        """Compiling pays for the tables of the pack, not for one that is used a few times."""
        if id(table) in self._own:
            return self._compiled.evaluate(table, facts)
        return semantics.evaluate(table, facts)

    def noticed(self, mutant: Mutant) -> bool:
        """Whether some scenario fails on the mutant."""
        alone = (each for each in self._alone if each.table == mutant.table)
        if any(table_mismatches(each, mutant.pack) for each in alone):
            return True
        return any(
            mismatches(tried.scenario.expected, trial.decision)
            for tried, trial in self._trials(mutant)
        )

    def _trials(self, mutant: Mutant) -> Iterator[tuple[_Tried, Trial]]:
        """The scenarios that the change can reach, tried on the mutant."""
        if mutant.kind == "number":
            yield from self._other_facts(mutant)
            return
        for tried in self._reachable(mutant):
            facts = tried.trial.facts
            judged = judge(facts, mutant.pack.tables, self._evaluate)
            yield tried, Trial(tried.scenario.case, facts, judged, mutant.pack)

    def _reachable(self, mutant: Mutant) -> Iterable[_Tried]:
        if mutant.kind == "outcome":
            return self._deciding[mutant.table, mutant.rule]
        before = self._rules[mutant.table, mutant.rule]
        assert mutant.changed is not None
        return [
            tried
            for tried in self._tried
            if any(_differs(before, mutant.changed, s) for s in tried.seen.get(mutant.table, ()))
        ]

    def _other_facts(self, mutant: Mutant) -> Iterator[tuple[_Tried, Trial]]:
        for tried in self._tried:
            scenario = tried.scenario
            case, today = scenario.case, scenario.today
            facts = derive(case, mutant.pack, self._prices, scenario.holidays, today)
            if facts != tried.trial.facts:
                judged = judge(facts, mutant.pack.tables, self._evaluate)
                yield tried, Trial(case, facts, judged, mutant.pack)


def _differs(before: Rule, after: Rule, seen: Seen) -> bool:
    """Whether the change of a rule changes what its table says of these facts."""
    reached = any(seen.table.rules[index] is before for index in seen.reached())
    held = semantics.rule_holds(before, seen.facts)
    return reached and held != semantics.rule_holds(after, seen.facts)
