"""What a rule means. This module is the definition; every other engine must agree with it.

- All conditions of a rule must hold.
- An absent fact makes every operator false, `is_not` and `none_of` too; only `present` tests it.
- `between` includes both ends.
- `first`: the first rule in the order of the file decides. `unique` and `collect`: all rules that
  hold are given; under `unique` more than one is a fault of the pack.
- `otherwise` decides when no rule holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fieldkit.rules.model.pack import Condition, Facts, Rule, Table

_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": lambda actual, value: actual == value,
    "is_not": lambda actual, value: actual != value,
    "any_of": lambda actual, value: actual in value,
    "none_of": lambda actual, value: actual not in value,
    "at_least": lambda actual, value: actual >= value,
    "at_most": lambda actual, value: actual <= value,
    "above": lambda actual, value: actual > value,
    "below": lambda actual, value: actual < value,
    "between": lambda actual, value: value[0] <= actual <= value[1],
}


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether one condition holds for the facts."""
    actual = facts.get(condition.fact)
    if condition.operator == "present":
        return (actual is not None) == condition.value
    return actual is not None and _TESTS[condition.operator](actual, condition.value)


def rule_holds(rule: Rule, facts: Facts) -> bool:
    """Whether every condition of the rule holds."""
    return all(holds(condition, facts) for condition in rule.when)


def evaluate(table: Table, facts: Facts) -> tuple[int, ...]:
    """The indexes of the rules that decide, in file order; empty when only `otherwise` is left."""
    hits = (index for index, rule in enumerate(table.rules) if rule_holds(rule, facts))
    if table.hit == "first":
        first = next(hits, None)
        return () if first is None else (first,)
    return tuple(hits)
