"""The limits of durable_rules, checked when a pack is loaded rather than met in the field.

Tables are given to it in groups (see `deciding/durable_engine.py`). A list in a condition is one
alternative for each value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod

from fieldkit.rules.model.pack import Rule, Table
from fieldkit.rules.model.problems import Report

GROUP = 48  # rules; 64 simultaneous matches is the engine's limit on one property
MAX_ALTERNATIVES = 128  # of one rule, so that it leaves room for others in its group
GROUP_ALTERNATIVES = 256  # they share one node, whose limit is 512 children
MAX_FACTS = 240  # of a table, those with a flag counted twice; the engine takes 251
MAX_GROUPS = 400  # of a pack: far above the 100 groups that were tried; the build has to end


def alternatives(rule: Rule) -> int:
    """How many plain conjunctions the rule is: the product of its lists' lengths."""
    lists = (c.value for c in rule.when if c.operator == "any_of")
    return prod(len(values) for values in lists if isinstance(values, tuple))


def flags(table: Table) -> list[str]:
    """The facts whose presence a rule of the table asks for; each takes a flag of its own."""
    conditions = (c for rule in table.rules for c in rule.when if c.operator == "present")
    return list(dict.fromkeys(c.fact for c in conditions))


def groups(table: Table) -> Iterator[list[tuple[int, Rule]]]:
    """The rules of a table with their indexes, in groups that the engine can carry."""
    group: list[tuple[int, Rule]] = []
    weight = 0
    for index, rule in enumerate(table.rules):
        more = alternatives(rule)
        if group and (len(group) == GROUP or weight + more > GROUP_ALTERNATIVES):
            yield group
            group, weight = [], 0
        group.append((index, rule))
        weight += more
    if group:
        yield group


def check_limits(tables: Iterable[Table], report: Report) -> None:
    """Note every rule and table that the engine could not carry."""
    total = 0
    for table in tables:
        if (count := len(table.facts) + len(flags(table))) > MAX_FACTS:
            report.add(table.at, "too_many_facts", count=count, limit=MAX_FACTS)
        for rule in table.rules:
            if alternatives(rule) > MAX_ALTERNATIVES:
                report.add(rule.at, "too_many_alternatives", name=rule.id, limit=MAX_ALTERNATIVES)
        total += sum(1 for _ in groups(table))
        if total > MAX_GROUPS:
            report.add(table.at, "pack_too_big", limit=MAX_GROUPS * GROUP)
            return
