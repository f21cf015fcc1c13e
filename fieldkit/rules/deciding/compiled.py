"""Tables compiled to Python functions, for bulk work: tests, replay of history, impact.

The source of each function is an if-chain made from the conditions, with every value bound as a
constant; nothing of a pack's text gets into it. It must agree with `semantics`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fieldkit.rules.model.pack import Condition, Facts, Table

Function = Callable[[Facts], tuple[int, ...]]

_SIGNS = {"at_least": ">=", "at_most": "<=", "above": ">", "below": "<"}


class Compiled:
    """Compiles each table when it is first asked for."""

    def __init__(self) -> None:
        self._functions: dict[int, tuple[Table, Function]] = {}

    def evaluate(self, table: Table, facts: Facts) -> tuple[int, ...]:
        """The indexes of the rules that decide, as `semantics.evaluate` gives them."""
        held = self._functions.get(id(table))
        if held is None:
            held = self._functions[id(table)] = (table, compile_table(table))
        return held[1](facts)


def compile_table(table: Table) -> Function:
    """A function from facts to the indexes of the rules that decide."""
    places = {name: f"v{index}" for index, name in enumerate(table.facts)}
    constants: dict[str, Any] = {}
    lines = ["def run(facts):", "    get = facts.get"]
    lines += [f"    {place} = get({_bind(name, constants)})" for name, place in places.items()]
    if table.hit != "first":
        lines.append("    hits = []")
    for index, rule in enumerate(table.rules):
        tests = [_test(c, places[c.fact], constants) for c in rule.when]
        answer = f"return {_bind((index,), constants)}"
        if table.hit != "first":
            answer = f"hits.append({index})"
        lines.append(f"    if {' and '.join(tests) or 'True'}: {answer}")
    lines.append("    return ()" if table.hit == "first" else "    return tuple(hits)")
    space: dict[str, Any] = dict(constants)
    exec("\n".join(lines), space)  # only names made here, operators, and numbers
    function: Function = space["run"]
    return function


def _bind(value: object, constants: dict[str, Any]) -> str:
    name = f"c{len(constants)}"
    constants[name] = value
    return name


def _test(condition: Condition, place: str, constants: dict[str, Any]) -> str:
    operator, value = condition.operator, condition.value
    if operator == "present":
        return f"{place} is not None" if value else f"{place} is None"
    if operator == "between":
        assert isinstance(value, tuple)
        low, high = (_bind(end, constants) for end in value)
        return f"{place} is not None and {low} <= {place} <= {high}"
    if operator in ("any_of", "none_of"):
        assert isinstance(value, tuple)
        known = _bind(frozenset(value), constants)
        if operator == "any_of":
            return f"{place} in {known}"
        return f"{place} is not None and {place} not in {known}"
    constant = repr(value) if isinstance(value, int) else _bind(value, constants)
    if operator == "is":
        return f"{place} == {constant}"
    if operator == "is_not":
        return f"{place} is not None and {place} != {constant}"
    return f"{place} is not None and {place} {_SIGNS[operator]} {constant}"
