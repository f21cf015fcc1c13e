"""Which rules and which conditions of a pack its scenarios exercise.

A rule is covered when it decides in some scenario. A condition is covered when it was seen both
true and false in a rule that was reached: under `first`, no rule above had decided. The last rule
of a `first` table without `otherwise` takes whatever reaches it, or the table had a gap, which the
analysis finds: its conditions need only have been seen true.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fieldkit.rules.deciding.batch import Seen
from fieldkit.rules.model.pack import Condition, Pack, Rule, Table
from fieldkit.rules.model.semantics import holds


@dataclass(slots=True)
class RuleCoverage:
    """How often a rule, or the `otherwise` of a table, decided."""

    table: str
    rule: Rule
    decided: int = 0


@dataclass(slots=True)
class ConditionCoverage:
    """How often a condition was seen true and false; `last`: it is of the last rule of a table
    without `otherwise`."""

    table: str
    rule: Rule
    condition: Condition
    true: int = 0
    false: int = 0
    last: bool = False

    @property
    def covered(self) -> bool:
        """Whether it was seen both ways, or the one way that it can be seen."""
        return self.true > 0 and (self.false > 0 or self.last)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of a pack, in the order of its tables and rules."""

    rules: tuple[RuleCoverage, ...]
    conditions: tuple[ConditionCoverage, ...]

    @property
    def missing_rules(self) -> list[RuleCoverage]:
        """The rules that never decided."""
        return [found for found in self.rules if not found.decided]

    @property
    def missing_conditions(self) -> list[ConditionCoverage]:
        """The conditions that were not seen both ways, of rules that did decide."""
        never = {(found.table, found.rule.id) for found in self.missing_rules}
        return [
            found
            for found in self.conditions
            if not found.covered and (found.table, found.rule.id) not in never
        ]

    @property
    def rules_percent(self) -> float:
        """Covered rules in percent; 100 of none."""
        return _percent(sum(1 for found in self.rules if found.decided), len(self.rules))

    @property
    def conditions_percent(self) -> float:
        """Covered conditions in percent; 100 of none."""
        return _percent(sum(1 for found in self.conditions if found.covered), len(self.conditions))


def _percent(part: int, whole: int) -> float:
    """Rounded down to a tenth, so that 100 means all."""
    return part * 1000 // whole / 10 if whole else 100.0


class Counter:
    """Counts what evaluations of a pack's tables exercise."""

    def __init__(self, pack: Pack) -> None:
        self._tables = pack.tables
        self._rules = {
            (table.name, rule.id): RuleCoverage(table.name, rule)
            for table in pack.tables
            for rule in table.all_rules
        }
        self._conditions = {
            (table.name, rule.id, place): ConditionCoverage(
                table.name, rule, condition, last=_takes_the_rest(table, rule)
            )
            for table in pack.tables
            for rule in table.rules
            for place, condition in enumerate(rule.when)
        }

    def add(self, evaluations: Iterable[Seen]) -> None:
        """Count these evaluations."""
        for seen in evaluations:
            table = seen.table
            for index in seen.hits:
                self._rules[table.name, table.rules[index].id].decided += 1
            if not seen.hits and table.otherwise is not None:
                self._rules[table.name, table.otherwise.id].decided += 1
            for index in seen.reached():
                rule = table.rules[index]
                for place, condition in enumerate(rule.when):
                    found = self._conditions[table.name, rule.id, place]
                    if holds(condition, seen.facts):
                        found.true += 1
                    else:
                        found.false += 1

    def coverage(self) -> Coverage:
        """What was counted so far."""
        return Coverage(tuple(self._rules.values()), tuple(self._conditions.values()))


def _takes_the_rest(table: Table, rule: Rule) -> bool:
    return table.hit == "first" and table.otherwise is None and rule is table.rules[-1]
