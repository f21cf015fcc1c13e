"""What is different between two packs, in terms of rules rather than of lines of text.

Values are compared as they are after loading: a new number in `params.yaml` shows as a change of
every rule that uses it. For tables of which one rule decides it is also worked out whether any
case gets another outcome, with such a case, so that an edit that changes nothing is recognised.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

from fieldkit.domain.core.decision import Text
from fieldkit.rules.analysis.findings import EACH, TOTAL, Example
from fieldkit.rules.analysis.implications import knowledge_of
from fieldkit.rules.analysis.lines import real_case
from fieldkit.rules.analysis.search import Cut, Work
from fieldkit.rules.analysis.space import Space
from fieldkit.rules.model import fact_vocabulary
from fieldkit.rules.model.pack import Condition, Output, Pack, Rule, Table, Value
from fieldkit.rules.model.semantics import evaluate

Kind = Literal[
    "head", "param", "component", "value", "table_added", "table_removed", "tables_moved", "table",
    "output", "rule_added", "rule_removed", "rule_renamed", "rule_moved", "condition", "outcome",
    "because", "source",
]  # fmt: skip
Tests = tuple[tuple[str, Value | tuple[Value, ...]], ...]
# What cannot change an outcome of the table by itself.
_SILENT: frozenset[Kind] = frozenset({"because", "source", "rule_renamed"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `name` is a field, param, component, fact, output or language; `old` and
    `new` are values, None for what was not there, `Tests` for conditions on one fact."""

    kind: Kind
    table: str | None = None
    rule: str | None = None
    name: str = ""
    old: object = None
    new: object = None


@dataclass(frozen=True, slots=True)
class Effect:
    """Whether a changed table decides any case otherwise: None where that is not known. With
    True comes a case, and what each table says to it."""

    table: str
    differs: bool | None
    example: Example | None = None
    old: Mapping[str, Value | tuple[str, ...]] | None = None
    new: Mapping[str, Value | tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class PackDiff:
    """All differences of two packs. `same_files` says that not even a comment differs."""

    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]
    same_files: bool


def compare(old: Pack, new: Pack) -> PackDiff:
    """What turns `old` into `new`."""
    changes = [*_head(old, new), *_params(old, new), *_components(old, new), *_values(old, new)]
    effects: list[Effect] = []
    tables = {table.name: table for table in old.tables}
    changes += _tables(old, new)
    for index, table in enumerate(new.tables):
        before = tables.get(table.name)
        if before is None:
            continue
        found = list(_table(before, table))
        changes += found
        if any(change.kind not in _SILENT for change in found):
            effects.append(_effect(before, table, new, index))
    return PackDiff(tuple(changes), tuple(effects), old.sha256 == new.sha256)


# -- the pack as a whole -------------------------------------------------------------------


def _head(old: Pack, new: Pack) -> Iterator[Change]:
    for name in ("name", "revision", "effective_from", "expires", "time_zone", "calling_hours"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change("head", name=name, old=before, new=after)
    if old.today_tables != new.today_tables:
        before, after = tuple(sorted(old.today_tables)), tuple(sorted(new.today_tables))
        yield Change("head", name="today", old=before, new=after)


def _params(old: Pack, new: Pack) -> Iterator[Change]:
    for name in dict.fromkeys([*old.params, *new.params]):
        before, after = old.params.get(name), new.params.get(name)
        if before is None or after is None or before.value != after.value:
            yield Change("param", name=name, old=before and before.value, new=after and after.value)
        elif before != after:
            yield from _fields("param", name, before, after)


def _components(old: Pack, new: Pack) -> Iterator[Change]:
    for name in dict.fromkeys([*old.components, *new.components]):
        before, after = old.components.get(name), new.components.get(name)
        if before is not None and after is not None:
            yield from _fields("component", name, before, after)
        else:
            yield Change(
                "component", name=name, old=before and before.term, new=after and after.term
            )


def _values(old: Pack, new: Pack) -> Iterator[Change]:
    """The values of the trade by `section.code`, and when a hazard is an emergency."""
    for section in dict.fromkeys([*old.values.names, *new.values.names]):
        before, after = old.values.names.get(section, {}), new.values.names.get(section, {})
        for code in dict.fromkeys([*before, *after]):
            if before.get(code) != after.get(code):
                name = f"{section}.{code}"
                yield Change("value", name=name, old=before.get(code), new=after.get(code))
    was, now = old.values.emergencies, new.values.emergencies
    for code in dict.fromkeys([*was, *now]):
        if was.get(code) != now.get(code):
            name = f"hazard.{code}.emergency"
            yield Change("value", name=name, old=was.get(code), new=now.get(code))


def _fields(kind: Kind, name: str, old: object, new: object) -> Iterator[Change]:
    for each in fields(old):  # type: ignore[arg-type]  # both are dataclasses of the pack
        before, after = getattr(old, each.name), getattr(new, each.name)
        if before != after:
            yield Change(kind, name=f"{name}.{each.name}", old=before, new=after)


def _tables(old: Pack, new: Pack) -> Iterator[Change]:
    before, after = [t.name for t in old.tables], [t.name for t in new.tables]
    yield from (Change("table_removed", table=name) for name in before if name not in after)
    yield from (Change("table_added", table=name) for name in after if name not in before)
    for name in _moved([n for n in before if n in after], [n for n in after if n in before]):
        yield Change("tables_moved", table=name)


# -- one table -----------------------------------------------------------------------------


def _table(old: Table, new: Table) -> Iterator[Change]:
    name = new.name
    for each in ("for_each", "hit"):
        if getattr(old, each) != getattr(new, each):
            before, after = getattr(old, each), getattr(new, each)
            yield Change("table", name, name=each, old=before, new=after)
    for output in dict.fromkeys([*old.outputs, *new.outputs]):
        declared, declares = old.outputs.get(output), new.outputs.get(output)
        if declared != declares:
            yield Change("output", name, name=output, old=declared, new=declares)
    before_rules = {rule.id: rule for rule in old.all_rules}
    after_rules = {rule.id: rule for rule in new.all_rules}
    gone = {id_: rule for id_, rule in before_rules.items() if id_ not in after_rules}
    come = {id_: rule for id_, rule in after_rules.items() if id_ not in before_rules}
    names: dict[str, str] = {}
    for id_, rule in come.items():
        twin = next((other for other in gone if _says(gone[other]) == _says(rule)), None)
        if twin is None:
            yield Change("rule_added", name, id_, new=rule)
        else:
            gone.pop(twin)
            names[twin] = id_
            yield Change("rule_renamed", name, id_, old=twin, new=id_)
    yield from (Change("rule_removed", name, id_, old=rule) for id_, rule in gone.items())
    for id_, rule in after_rules.items():
        if id_ in before_rules:
            yield from _rule(name, before_rules[id_], rule)
    order = [names.get(id_, id_) for id_ in before_rules]
    kept = [id_ for id_ in order if id_ in after_rules]
    for id_ in _moved(kept, [id_ for id_ in after_rules if id_ in kept]):
        yield Change("rule_moved", name, id_, new=_above(new, id_))


def _says(rule: Rule) -> tuple[object, ...]:
    return (_tests(rule.when), dict(rule.then))


def _above(table: Table, id_: str) -> str | None:
    """The rule right above another."""
    ids = [rule.id for rule in table.rules]
    place = ids.index(id_) if id_ in ids else 0
    return ids[place - 1] if place else None


def _rule(table: str, old: Rule, new: Rule) -> Iterator[Change]:
    before, after = _tests(old.when), _tests(new.when)
    for fact in dict.fromkeys([*before, *after]):
        was, now = before.get(fact), after.get(fact)
        if was is None or now is None or set(was) != set(now):
            yield Change("condition", table, new.id, fact, was, now)
    for output in dict.fromkeys([*old.then, *new.then]):
        if old.then.get(output) != new.then.get(output):
            outcome = old.then.get(output), new.then.get(output)
            yield Change("outcome", table, new.id, output, *outcome)
    for language in ("en", "zh"):
        texts = getattr(old.because, language), getattr(new.because, language)
        if texts[0] != texts[1]:
            yield Change("because", table, new.id, language, *texts)
    if old.source != new.source:
        yield Change("source", table, new.id, "source", old.source, new.source)


def _tests(when: Sequence[Condition]) -> dict[str, Tests]:
    """The conditions by fact; one value of a list is the same as that value."""
    found: dict[str, Tests] = {}
    for condition in when:
        operator, value = condition.operator, condition.value
        if operator in ("any_of", "none_of") and isinstance(value, tuple):
            value = tuple(sorted(value, key=str))
            if len(value) == 1:
                operator, value = {"any_of": "is", "none_of": "is_not"}[operator], value[0]
        found[condition.fact] = (*found.get(condition.fact, ()), (operator, value))
    return found


def _moved(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The fewest names that must move to turn one order into the other."""
    places = {name: place for place, name in enumerate(old)}
    ends: list[int] = []
    chains: list[tuple[str, ...]] = []
    for name in new:
        at = bisect_left(ends, places[name])
        chain = (*(chains[at - 1] if at else ()), name)
        ends[at : at + 1] = [places[name]]
        chains[at : at + 1] = [chain]
    stay = set(chains[-1]) if chains else set()
    return [name for name in new if name not in stay]


# -- what it does --------------------------------------------------------------------------


def _effect(old: Table, new: Table, pack: Pack, index: int) -> Effect:
    """Look for a case that the two tables decide otherwise.

    Both are taken as tables of one pack that give the number of their outcome; the case wanted is
    one where the numbers differ. Tables before them are those of the new pack.
    """
    if "collect" in (old.hit, new.hit) or old.for_each != new.for_each:
        only_moved = old.hit == new.hit and _as_set(old) == _as_set(new)
        return Effect(new.name, False if only_moved else None)
    outcomes: list[object] = [None]
    first, second = _numbered(old, "old", outcomes), _numbered(new, "new", outcomes)
    asked = tuple(
        _row(new, _condition("old", "is", number, new), _condition("new", "is_not", number, new))
        for number in range(len(outcomes))
    )
    before = (*pack.tables[:index], first, second)
    question = Table("difference", new.for_each, "first", {}, asked, None, new.at)
    facts = fact_vocabulary.visible(pack.facts, new.for_each)
    knowledge, work = knowledge_of(pack), Work(EACH, TOTAL)
    space = Space(question, before, facts, knowledge)
    clauses = [*space.implied, *space.earlier]
    proven = True
    try:
        for rule in asked:
            start = space.within(space.box(rule.when))
            case = real_case(space, start, clauses, pack.tables[:index], knowledge, work)
            if case is not None and case.proven:
                return _shown(old, new, case.facts, case.lines)
            proven = proven and case is None
    except Cut:
        proven = False
    return Effect(new.name, False if proven else None)


def _as_set(table: Table) -> set[str]:
    return {f"{rule.id} {sorted(_tests(rule.when).items())} {rule.then}" for rule in table.rules}


def _numbered(table: Table, name: str, outcomes: list[object]) -> Table:
    """The table with the number of its outcome as its only output; 0 is no outcome."""

    def numbered(rule: Rule) -> Rule:
        then = dict(rule.then)
        if then not in outcomes:
            outcomes.append(then)
        return replace(rule, then={name: outcomes.index(then)})

    nothing = replace(_row(table), then={name: 0})
    return replace(
        table,
        name=name,
        hit="first",
        outputs={name: Output(name, "int")},
        rules=tuple(numbered(rule) for rule in table.rules),
        otherwise=numbered(table.otherwise) if table.otherwise else nothing,
    )


def _row(table: Table, *when: Condition) -> Rule:
    return Rule("difference", when, {}, Text(en="-", zh="-"), "", table.at)


def _condition(fact: str, operator: str, value: int, table: Table) -> Condition:
    return Condition(fact, operator, value, table.at)


def _shown(
    old: Table, new: Table, facts: Mapping[str, Value], lines: tuple[Mapping[str, Value], ...]
) -> Effect:
    known = {name: value for name, value in facts.items() if name not in ("old", "new")}
    names: list[str] = []
    results: list[Mapping[str, Value | tuple[str, ...]]] = []
    for table in (old, new):
        hits = evaluate(table, known)
        rule = table.rules[hits[0]] if hits else table.otherwise
        names += [c.fact for c in rule.when] if rule else []
        results.append(rule.then if rule else {})
    shown = tuple((name, known.get(name)) for name in dict.fromkeys(names))
    return Effect(new.name, True, Example(known, shown, lines), *results)
