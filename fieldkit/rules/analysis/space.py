"""The space of cases in which a table decides, as variables with finitely many values.

Each fact is split at the boundaries that the rules themselves draw, so that within one value (an
*atom*) no condition can distinguish two cases; being absent is an atom of its own. What an earlier
table decides is one variable, too: the rule that hit. A condition on `coverage` is then a set of
rules of the table `coverage`, and forward chaining needs nothing of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from fieldkit.domain.core.decision import Text
from fieldkit.domain.core.form import FIRST_DAY, LAST_DAY
from fieldkit.rules.analysis.implications import Bounds, Knowledge, by_fact
from fieldkit.rules.analysis.search import Clause, Domains
from fieldkit.rules.model.pack import Condition, FactDef, Facts, Rule, Table, Value
from fieldkit.rules.model.semantics import holds

Box = dict[int, int]
_FAR = 1_000_000_000  # where a number has no declared end: the largest amount of the vocabulary


@dataclass(slots=True)
class Variable:
    """One axis of the space. `atoms` are the facts that each of its values gives, the plainest
    first; `spans` the ends of each atom of a number; `decided_by` the table whose decision it is.
    """

    name: str
    atoms: tuple[Facts, ...]
    spans: tuple[tuple[int, int] | None, ...] = ()
    decided_by: Table | None = None
    given: bool = False
    _masks: dict[tuple[object, ...], int] = field(default_factory=dict)

    @property
    def full(self) -> int:
        """All its atoms."""
        return (1 << len(self.atoms)) - 1

    def mask(self, condition: Condition) -> int:
        """The atoms in which a condition holds, by the reference."""
        kind = type(condition.value)
        key = (condition.fact, condition.operator, kind, condition.value)
        found = self._masks.get(key)
        if found is None:
            found = sum(1 << i for i, facts in enumerate(self.atoms) if holds(condition, facts))
            self._masks[key] = found
        return found


class Space:
    """All cases that one table can meet: its facts, those tied to them, and earlier decisions.

    `facts` are those of the vocabulary that a table over this kind of record may read.

    `implied` are the clauses of what is always so; `earlier` those of the tables before it.
    """

    def __init__(
        self,
        table: Table,
        before: Sequence[Table],
        facts: Mapping[str, FactDef],
        knowledge: Knowledge,
    ) -> None:
        self.before = _chain(table, before)
        self.variables: list[Variable] = []
        self._places: dict[str, int] = {}
        flags = _flags(before)
        outputs = {name for each in self.before for name in each.outputs}
        names = [name for name in _facts_read((*self.before, table)) if name not in outputs]
        tied = _tied(names, facts, knowledge, flags)
        nevers = [n for n in knowledge.nevers if n.facts <= tied.keys()]
        bounds = [b for b in knowledge.bounds if {b.of, b.fact} <= tied.keys()]
        conditions = [c for each in (*self.before, table) for rule in each.rules for c in rule.when]
        conditions += [c for each in nevers for c in each.when]
        cuts = _cuts(conditions)
        for name in tied:
            if name in flags:
                self._add(_flag(name, possible=flags[name]))
            else:
                self._add(_axis(facts.get(name) or _sum(name), cuts.get(name, set())))
        for each in self.before:
            self._add(_decision(each))
        self.full: Domains = [variable.full for variable in self.variables]
        self.implied = [self.outside(self.box(each.when)) for each in nevers]
        for each_bounds in bounds:
            self.implied += self._bounded(each_bounds)
        self.earlier = [clause for each in self.before for clause in self._decides(each)]

    def box(self, when: Iterable[Condition]) -> Box:
        """The box in which all the conditions hold; a set in it may be empty."""
        found: Box = {}
        for condition in when:
            place = self._places[condition.fact]
            mask = self.variables[place].mask(condition)
            found[place] = found.get(place, self.full[place]) & mask
        return found

    def within(self, box: Box) -> Domains:
        """The whole space narrowed to a box."""
        domains = self.full.copy()
        for place, mask in box.items():
            domains[place] &= mask
        return domains

    def outside(self, box: Box) -> Clause:
        """The clause that holds outside a box."""
        return tuple((place, self.full[place] & ~mask) for place, mask in box.items())

    def recorded(self, box: Box) -> Box:
        """The part of a box that earlier tables do not decide."""
        return {place: mask for place, mask in box.items() if not self.variables[place].given}

    def facts_at(self, domains: Domains) -> dict[str, Value]:
        """A case inside `domains`: of each set the plainest value. Absent facts are left out."""
        found: dict[str, Value] = {}
        for variable, mask in zip(self.variables, domains, strict=True):
            found.update(variable.atoms[(mask & -mask).bit_length() - 1])
        return found

    def _add(self, variable: Variable) -> None:
        place = len(self.variables)
        self.variables.append(variable)
        names = variable.decided_by.outputs if variable.decided_by else (variable.name,)
        for name in names:
            self._places[name] = place
        self._places[variable.name] = place

    def _decides(self, table: Table) -> Iterator[Clause]:
        """The clauses of `rule i of the table decides`: it holds, and none before it does."""
        place = self._places[_decision_name(table)]
        full = self.full[place]
        for index, rule in enumerate(table.rules):
            box = self.box(rule.when)
            up_to = (1 << (index + 1)) - 1
            yield ((place, up_to), *self.outside(box))
            for axis, mask in box.items():
                yield ((place, full & ~(1 << index)), (axis, mask))

    def _bounded(self, bounds: Bounds) -> Iterator[Clause]:
        of, fact = self._places[bounds.of], self._places[bounds.fact]
        for index, span in enumerate(self.variables[of].spans):
            if span is None:
                continue
            low, high = bounds.range_for(*span)
            allowed = 0
            for other, reach in enumerate(self.variables[fact].spans):
                if reach is None or (reach[0] <= high and reach[1] >= low):
                    allowed |= 1 << other
            yield ((of, self.full[of] & ~(1 << index)), (fact, allowed))


def readable_outputs(table: Table) -> bool:
    """Whether later tables may read what this one decides."""
    return table.hit != "collect"


def _chain(table: Table, before: Sequence[Table]) -> tuple[Table, ...]:
    """The earlier tables that its decisions depend on, in their order."""
    scopes = ("job", "line") if table.for_each == "line" else (table.for_each,)
    wanted = set(table.facts)
    chain: list[Table] = []
    for each in reversed(before):
        if each.for_each in scopes and readable_outputs(each) and wanted & each.outputs.keys():
            chain.insert(0, each)
            wanted.update(each.facts)
    return tuple(chain)


def _flags(before: Sequence[Table]) -> dict[str, set[bool]]:
    """The aggregates `any_line...` that earlier line tables give, and which values they can have.

    With no line at all every one is false.
    """
    found: dict[str, set[bool]] = {}
    for table in before:
        if table.for_each != "line" or not readable_outputs(table):
            continue
        for output in table.outputs.values():
            given = {rule.then.get(output.name) for rule in table.all_rules}
            if output.type == "enum" and not output.many:
                for value in output.values:
                    flag = f"any_line.{output.name}.{value}"
                    found[flag] = {False, True} if value in given else {False}
            elif output.type == "bool":
                flag = f"any_line.{output.name}"
                found[flag] = {False, True} if True in given else {False}
    return found


def _facts_read(tables: Iterable[Table]) -> list[str]:
    return list(dict.fromkeys(name for table in tables for name in table.facts))


def _tied(
    names: Iterable[str], facts: Mapping[str, FactDef], knowledge: Knowledge, flags: Iterable[str]
) -> dict[str, None]:
    """The facts named, and all that declarations tie to them."""
    known = {*facts, *flags}
    said = by_fact(knowledge.nevers)
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        found[name] = None
        near = [other for each in said.get(name, ()) for other in sorted(each.facts)]
        for each in knowledge.bounds:
            near += [each.fact] if each.of == name else [each.of] if each.fact == name else []
        waiting += [other for other in near if other in known]
    return found


def _cuts(conditions: Iterable[Condition]) -> dict[str, set[int]]:
    """For each number, the first value of every part that conditions distinguish."""
    found: dict[str, set[int]] = {}
    for condition in conditions:
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        numbers = [_number(v) for v in values if not isinstance(v, str | bool)]
        cuts = found.setdefault(condition.fact, set())
        if condition.operator in ("at_least", "below"):
            cuts.update(numbers)
        elif condition.operator in ("at_most", "above"):
            cuts.update(number + 1 for number in numbers)
        elif condition.operator == "between" and numbers:
            cuts.update((numbers[0], numbers[1] + 1))
        else:
            cuts.update(numbers)
            cuts.update(number + 1 for number in numbers)
    return found


def _number(value: Value) -> int:
    return value.toordinal() if isinstance(value, date) else int(value)


def _axis(fact: FactDef, cuts: set[int]) -> Variable:
    """The variable of a fact: absent first, then its values, the plainest first."""
    absent: tuple[Facts, ...] = () if fact.always else ({},)
    name = fact.name
    if fact.type == "bool":
        return Variable(name, (*absent, {name: False}, {name: True}))
    if fact.type == "enum":
        return Variable(name, (*absent, *({name: value} for value in fact.values)))
    spans = _spans(fact, cuts)
    atoms = tuple({name: _value(fact, _plainest(span))} for span in spans)
    nothing = (None,) * len(absent)
    return Variable(name, (*absent, *atoms), (*nothing, *spans))


def _spans(fact: FactDef, cuts: set[int]) -> list[tuple[int, int]]:
    low = fact.low if fact.low is not None else -_FAR
    high = fact.high if fact.high is not None else _FAR
    if fact.type == "date":
        low = max(1, min([FIRST_DAY.toordinal(), *(cut - 1 for cut in cuts)]))
        high = min(date.max.toordinal(), max([LAST_DAY.toordinal(), *cuts]))
    starts = sorted({low, *(cut for cut in cuts if low < cut <= high)})
    ends = [*(start - 1 for start in starts[1:]), high]
    return sorted(zip(starts, ends, strict=True), key=lambda span: abs(_plainest(span)))


def _plainest(span: tuple[int, int]) -> int:
    """The number of a span that is nearest to nought."""
    return min(max(0, span[0]), span[1])


def _value(fact: FactDef, number: int) -> Value:
    return date.fromordinal(number) if fact.type == "date" else number


def _flag(name: str, possible: set[bool]) -> Variable:
    atoms = tuple({name: value} for value in sorted(possible))
    return Variable(name, atoms, given=True)


def _sum(name: str) -> FactDef:
    """A sum that the program works out between tables."""
    return FactDef(name, "money", "job", Text(en=name, zh=name), "fen", low=0, always=True)


def _decision_name(table: Table) -> str:
    return f"@{table.name}"


def _decision(table: Table) -> Variable:
    """What a table decides: one atom a rule, and a last one for `otherwise` or for no rule."""
    atoms = [_outcome(rule) for rule in table.all_rules]
    if table.otherwise is None:
        atoms.append({})
    return Variable(_decision_name(table), tuple(atoms), decided_by=table, given=True)


def _outcome(rule: Rule) -> Facts:
    return {name: value for name, value in rule.then.items() if not isinstance(value, tuple)}
