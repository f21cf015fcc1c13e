"""The mutants of a pack: each a copy with one small change that its scenarios ought to notice.

- a *boundary* of a condition, one up and one down (a date by a day, an amount by a fen);
- a *number* that facts are derived with, one up and one down: the terms of components, and the
  params that the program reads;
- an *outcome* of a rule, made another one.

A boundary is left out when no value that the fact can have distinguishes it from its mutant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from fieldkit.domain.core.warranty import Term
from fieldkit.rules.model.fact_vocabulary import FACTS, PARAMS
from fieldkit.rules.model.pack import Condition, Output, Pack, Position, Rule, Table, Value

Kind = Literal["boundary", "number", "outcome"]
Setting = Value | tuple[Value, ...]
_FROM_BELOW = ("at_least", "below")  # such a test changes its answer just below the boundary
_FROM_ABOVE = ("at_most", "above")
_POSSIBLE = {
    # the mean of one to four scores from 1 to 5, in percent
    "mean_score_percent": {total * 100 // n for n in range(1, 5) for total in range(n, 5 * n + 1)},
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change. `rule` is the id of the changed rule and `table` its table, both empty for a
    number; `what` is the fact, the output, or the name of the number."""

    kind: Kind
    at: Position
    table: str
    rule: str
    what: str
    operator: str
    before: Setting
    after: Setting
    pack: Pack
    changed: Rule | None = None


def mutants(pack: Pack) -> Iterator[Mutant]:
    """Every mutant of the pack, in the order of its tables; numbers last."""
    for place, table in enumerate(pack.tables):
        for index, rule in enumerate(table.rules):
            for mutant in _of_rule(pack, table, rule):
                rules = (*table.rules[:index], mutant.changed or rule, *table.rules[index + 1 :])
                changed = replace(table, rules=rules)
                yield replace(mutant, pack=_with_table(pack, place, changed))
        if table.otherwise is not None:
            for mutant in _outcomes(pack, table, table.otherwise):
                changed = replace(table, otherwise=mutant.changed)
                yield replace(mutant, pack=_with_table(pack, place, changed))
    yield from _numbers(pack)


def _with_table(pack: Pack, place: int, table: Table) -> Pack:
    return replace(pack, tables=(*pack.tables[:place], table, *pack.tables[place + 1 :]))


def _of_rule(pack: Pack, table: Table, rule: Rule) -> Iterator[Mutant]:
    for place, condition in enumerate(rule.when):
        for value in _moved(condition):
            when = (*rule.when[:place], replace(condition, value=value), *rule.when[place + 1 :])
            yield Mutant(
                "boundary", condition.at, table.name, rule.id, condition.fact,
                condition.operator, condition.value, value, pack, replace(rule, when=when),
            )  # fmt: skip
    yield from _outcomes(pack, table, rule)


# -- boundaries ----------------------------------------------------------------------------------


def _moved(condition: Condition) -> Iterator[Setting]:
    """The condition's value moved by one step at one boundary, where a value can show it."""
    value, operator = condition.value, condition.operator
    if not isinstance(value, tuple):
        for step in (1, -1):
            if _can_move(condition, operator, value, step):
                yield _by(value, step)
        return
    ends = ("at_least", "at_most") if operator == "between" else ("is",) * len(value)
    for place, (end, as_operator) in enumerate(zip(value, ends, strict=True)):
        for step in (1, -1):
            if not _can_move(condition, as_operator, end, step):
                continue
            moved = (*value[:place], _by(end, step), *value[place + 1 :])
            if operator != "between" or moved[0] <= moved[1]:  # type: ignore[operator]  # one type
                yield moved


def _can_move(condition: Condition, operator: str, value: Value, step: int) -> bool:
    if isinstance(value, bool | str) or operator == "present":
        return False
    declared = FACTS.get(condition.fact)
    if declared is None or isinstance(value, date):
        return True
    low = declared.low if declared.low is not None else value - 1
    high = declared.high if declared.high is not None else value + 1
    if operator in _FROM_BELOW:
        telling = [value if step > 0 else value - 1]
    elif operator in _FROM_ABOVE:
        telling = [value + 1 if step > 0 else value]
    else:
        telling = [value, value + step]
    possible = _POSSIBLE.get(condition.fact)
    if possible is not None:
        return not possible.isdisjoint(telling)
    return any(low <= each <= high for each in telling)


def _by(value: Value, step: int) -> Value:
    if isinstance(value, date):
        return value + timedelta(days=step)
    assert isinstance(value, int)
    return value + step


# -- outcomes ------------------------------------------------------------------------------------


def _outcomes(pack: Pack, table: Table, rule: Rule) -> Iterator[Mutant]:
    for name, value in rule.then.items():
        for other in _others(table.outputs[name], value):
            then: Mapping[str, Value | tuple[str, ...]] = {**rule.then, name: other}
            yield Mutant(
                "outcome", rule.at, table.name, rule.id, name, "is", value, other, pack,
                replace(rule, then=then),
            )  # fmt: skip


def _others(output: Output, value: Value | tuple[str, ...]) -> Iterator[Value | tuple[str, ...]]:
    """Other outcomes: the next value of an enum; one more or one less of a list; a step more."""
    if isinstance(value, tuple):
        for item in value:
            yield tuple(other for other in value if other != item)
        absent = [other for other in output.values if other not in value]
        yield from [(*value, other) for other in absent[:1]]
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        place = output.values.index(value)
        following = (*output.values[place + 1 :], *output.values[:place])
        yield from following[:1]
    else:
        yield _by(value, 1)


# -- numbers that facts are derived with ---------------------------------------------------------


def _numbers(pack: Pack) -> Iterator[Mutant]:
    for name in PARAMS:
        param = pack.params[name]
        for step in (1, -1):
            value = param.value + step
            if value >= 0:
                params = {**pack.params, name: replace(param, value=value)}
                changed = replace(pack, params=params)
                yield _number("params.yaml", name, param.value, value, changed)
    for key, component in pack.components.items():
        for unit in ("months", "days"):
            length = getattr(component.term, unit)
            for step in (1, -1) if length else ():
                term: Term = replace(component.term, **{unit: length + step})
                components = {**pack.components, key: replace(component, term=term)}
                changed = replace(pack, components=components)
                yield _number("terms.yaml", f"{key}.{unit}", length, length + step, changed)


def _number(file: str, name: str, before: int, after: int, pack: Pack) -> Mutant:
    return Mutant("number", Position(file, 1, 1), "", "", name, "is", before, after, pack)
