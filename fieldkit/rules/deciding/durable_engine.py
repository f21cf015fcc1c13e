"""durable_rules as the second opinion, used in the one way that held under test.

- No background threads: the host's own loops are switched off, and one decision runs at a time.
- Facts are flat, schema-checked ints: bools, dates and enum values are numbered here, absent facts
  are left out, `present` is a flag of its own.
- Every rule begins with an equality on the group of its table, has its own priority, and a last
  rule takes every fact, so that nothing is "not handled". Groups are small (see
  `loading/durable_limits.py`).
- Names and identities are ours, because the engine keeps only 32-bit hashes of them: all of one
  kind have the same length and differ in digits alone, so that no two hashes are the same.
- An action takes one parameter, only appends to a list, and never touches the engine's state.
- A fact is retracted in `finally`, and `close` frees the engine's memory.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import durable.engine as durable

from fieldkit.domain.core.errors import Fault
from fieldkit.rules.loading.durable_limits import flags, groups
from fieldkit.rules.model.pack import Condition, Facts, Table, Value

# The library stamps actions with the wall clock and drops one that seems to last over 10 s, so a
# clock that jumps would lose decisions; its own function is also deprecated from Python 3.12 on.
durable._unix_now = time.monotonic

_COMPARISONS = {
    "is": None,
    "is_not": "$neq",
    "at_least": "$gte",
    "at_most": "$lte",
    "above": "$gt",
    "below": "$lt",
}
_names = itertools.count()


class _QuietHost(durable.Host):  # type: ignore[misc]  # the library has no types
    """A host without the library's dispatch threads."""

    def _run(self) -> None:
        return


def rule_name(number: int) -> str:
    """The engine's name of a rule."""
    return f"r{number:06}"


def field_name(kind: str, number: int) -> str:
    """The engine's name of a fact (`f`) or of its flag for `present` (`p`)."""
    return f"{kind}{number:03}"


class Engine:
    """Runs the tables of one pack on durable_rules. Thread-safe; `close` it when done."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._lock = threading.Lock()
        self._name = f"pack{next(_names)}"
        self._hits: list[int] = []
        self._tables: dict[int, _TableCode] = {}
        self._closed = False
        self._kept = tuple(tables)
        definition: dict[str, Any] = {}
        numbers = itertools.count(1)
        names = map(rule_name, itertools.count())
        for table in self._kept:
            code = _TableCode(table, [next(numbers) for _ in groups(table)])
            self._tables[id(table)] = code
            for kind, group in zip(code.kinds, groups(table), strict=True):
                for place, (index, rule) in enumerate(group, start=1):
                    tests = [{"kind": kind}, *(code.test(c) for c in rule.when)]
                    definition[next(names)] = {
                        "all": [{"m": {"$and": tests}}],
                        "pri": place,
                        "run": self._taking(index),
                    }
                definition[next(names)] = {
                    "all": [{"m": {"kind": kind}}],
                    "pri": len(group) + 1,
                    "run": _nothing,
                }
        definition[next(names)] = {"all": [{"m": {"kind": 0}}], "run": _nothing}
        self._host = _QuietHost()
        self._host.register_rulesets({self._name: definition})

    def evaluate(self, table: Table, facts: Facts) -> tuple[int, ...]:
        """The indexes of the rules that decide, as `semantics.evaluate` gives them."""
        code = self._tables[id(table)]
        values = code.encode(facts)
        with self._lock:
            if self._closed:
                raise Fault("engine_closed")
            found: list[int] = []
            for kind in code.kinds:
                found.extend(self._run({"id": 1, "kind": kind, **values}))
                if found and table.hit == "first":
                    return (min(found),)
            return tuple(sorted(set(found)))

    def close(self) -> None:
        """Free what the engine holds. A closed engine refuses to decide."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._run({"id": 1, "kind": 0})
            ruleset = self._host.get_ruleset(self._name)
            ruleset.delete_state("0")
            durable.durable_rules_engine.delete_ruleset(ruleset._handle)

    def _run(self, fact: dict[str, int]) -> list[int]:
        self._hits.clear()
        try:
            state = self._host.assert_fact(self._name, fact)
            if state and state.get("exception"):
                raise Fault("engine_failed")
            return list(self._hits)
        finally:
            self._host.retract_fact(self._name, fact)

    def _taking(self, index: int) -> Callable[[Any], None]:
        hits = self._hits

        def take(_: Any) -> None:
            hits.append(index)

        return take


def _nothing(_: Any) -> None:
    """The rule of last resort: the fact was seen."""


class _TableCode:
    """How one table's facts and conditions are written for the engine."""

    def __init__(self, table: Table, kinds: list[int]) -> None:
        self.kinds = kinds
        self._fields = {name: field_name("f", index) for index, name in enumerate(table.facts)}
        self._numbers: dict[str, dict[str, int]] = {}
        conditions = [c for rule in table.rules for c in rule.when]
        self._flags = {name: field_name("p", index) for index, name in enumerate(flags(table))}
        for condition in conditions:
            values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
            for value in values:
                if isinstance(value, str):
                    known = self._numbers.setdefault(condition.fact, {})
                    known.setdefault(value, len(known) + 1)

    def encode(self, facts: Facts) -> dict[str, int]:
        """The facts that the table reads; a value that no rule names is 0."""
        values: dict[str, int] = {}
        for name, place in self._fields.items():
            value = facts.get(name)
            if value is not None:
                values[place] = self._number(name, value)
        for name, place in self._flags.items():
            values[place] = int(facts.get(name) is not None)
        return values

    def test(self, condition: Condition) -> Mapping[str, Any]:
        """One condition in the engine's language."""
        name, value = condition.fact, condition.value
        if condition.operator == "present":
            return {self._flags[name]: int(value is True)}
        place = self._fields[name]
        if isinstance(value, tuple):
            numbers = [self._number(name, item) for item in value]
            if condition.operator == "any_of":
                same = [{place: number} for number in numbers]
                return same[0] if len(same) == 1 else {"$or": same}
            if condition.operator == "none_of":
                unlike = [{"$neq": {place: number}} for number in numbers]
                return unlike[0] if len(unlike) == 1 else {"$and": unlike}
            return {"$and": [{"$gte": {place: numbers[0]}}, {"$lte": {place: numbers[1]}}]}
        operator = _COMPARISONS[condition.operator]
        number = self._number(name, value)
        return {place: number} if operator is None else {operator: {place: number}}

    def _number(self, name: str, value: Value) -> int:
        if isinstance(value, str):
            return self._numbers.get(name, {}).get(value, 0)
        return value.toordinal() if isinstance(value, date) else int(value)
