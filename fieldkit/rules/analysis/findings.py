"""What is wrong with a table although every line of it is right: gaps, overlaps, dead rules.

For each table: *gap*, a case that no rule decides while `otherwise` is absent; *overlap*, two rules
of a `unique` table that hold together; *impossible*, conditions that never hold together;
*unreachable*, a rule that waits for what no earlier table decides; *shadowed*, a rule of a `first`
table whose every case is taken by rules above it; *useless*, a condition without which the table
decides the same; *repeated*, a rule of a `collect` table that says again what another says.

Answers are exact under what `implications` declares, and each comes with a case that shows it.
What could not be decided within the work allowed, or rests on sums that the program works out
between tables, is marked as unproven.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fieldkit.rules.analysis.implications import Knowledge, knowledge_of
from fieldkit.rules.analysis.lines import lift, real_case
from fieldkit.rules.analysis.search import Clause, Cut, Domains, Work, search
from fieldkit.rules.analysis.space import Box, Space
from fieldkit.rules.model import fact_vocabulary
from fieldkit.rules.model.pack import Condition, FactDef, Pack, Position, Rule, Table, Value
from fieldkit.rules.model.semantics import rule_holds

Kind = Literal[
    "gap", "overlap", "impossible", "unreachable", "shadowed", "useless", "repeated", "unsettled"
]
ERRORS: frozenset[Kind] = frozenset({"gap", "overlap", "impossible", "unreachable", "shadowed"})
MAX_GAPS = 3  # of a table; each is widened to a whole box, so that few of them say it all
EACH, TOTAL = 200_000, 5_000_000
"""The clauses that the search may look at for one question, and for all of them: a count, not a
clock, so that the same pack has the same findings on every machine."""


@dataclass(frozen=True, slots=True)
class Example:
    """A case. `facts` are all that the table and those before it read (absent ones left out),
    with what earlier tables decide; `shown` those that matter, None for absent; `lines` the lines
    of a job that give its aggregates."""

    facts: Mapping[str, Value]
    shown: tuple[tuple[str, Value | None], ...]
    lines: tuple[Mapping[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """One thing that is wrong. `rule` is None where it concerns the whole table; `others` are the
    rules it clashes with; `conditions` those that are useless or contradict each other."""

    kind: Kind
    table: str
    rule: str | None
    at: Position
    example: Example | None = None
    others: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    proven: bool = True

    @property
    def is_error(self) -> bool:
        """Whether a pack with it fails its check; else it is a warning."""
        return self.kind in ERRORS and self.proven


def analyse(pack: Pack, work: Work | None = None) -> list[RuleFinding]:
    """Everything found in a pack, in the order of its tables and rules."""
    work = work or Work(EACH, TOTAL)
    knowledge = knowledge_of(pack)
    found: list[RuleFinding] = []
    for index, table in enumerate(pack.tables):
        facts = fact_vocabulary.visible(pack.facts, table.for_each)
        found += analyse_table(table, pack.tables[:index], facts, knowledge, work)
    return found


def analyse_table(
    table: Table,
    before: Sequence[Table],
    facts: Mapping[str, FactDef],
    knowledge: Knowledge,
    work: Work,
) -> list[RuleFinding]:
    """Everything found in one table; `before` are the tables that run earlier."""
    return list(_Analysis(table, before, facts, knowledge, work).run())


class _Analysis:
    def __init__(
        self,
        table: Table,
        before: Sequence[Table],
        facts: Mapping[str, FactDef],
        knowledge: Knowledge,
        work: Work,
    ) -> None:
        self._table = table
        self._all_before = before
        self._knowledge = knowledge
        self._work = work
        self._space = space = Space(table, before, facts, knowledge)
        self._boxes = [space.box(rule.when) for rule in table.rules]
        self._outsides = [space.outside(box) for box in self._boxes]
        self._always: list[Clause] = [*space.implied, *space.earlier]

    def run(self) -> Iterator[RuleFinding]:
        """All findings of the table."""
        table = self._table
        for index, rule in enumerate(table.rules):
            try:
                yield from self._rule(index, rule)
            except Cut:
                yield RuleFinding("unsettled", table.name, rule.id, rule.at, proven=False)
        try:
            if table.hit == "unique":
                yield from self._overlaps()
            if table.hit != "collect" and table.otherwise is None:
                yield from self._gaps()
        except Cut:
            yield RuleFinding("unsettled", table.name, None, table.at, proven=False)

    # -- one rule --------------------------------------------------------------------------

    def _rule(self, index: int, rule: Rule) -> Iterator[RuleFinding]:
        taken = self._outsides[:index] if self._table.hit == "first" else []
        if self._live(index, taken) is None:
            yield self._dead(index, rule)
            return
        yield from self._useless(index, rule, taken)
        if self._table.hit == "collect":
            yield from self._repeated(index, rule)

    def _live(self, index: int, taken: Sequence[Clause]) -> Domains | None:
        """A box in which the rule decides. Earlier tables are brought in only where it matters
        what they decide: they decide something in every case."""
        case = self._find(self._boxes[index], [*self._space.implied, *taken])
        if case is None or not self._space.earlier:
            return case
        variables = zip(self._space.variables, case, self._space.full, strict=True)
        if all(mask == full for variable, mask, full in variables if variable.decided_by):
            return case
        return self._find(self._boxes[index], [*self._always, *taken])

    def _dead(self, index: int, rule: Rule) -> RuleFinding:
        space, box = self._space, self._boxes[index]
        if self._find(space.recorded(box), space.implied) is None:
            return self._impossible(rule)
        case = self._find(box, self._always)
        if case is None:
            case = self._find(space.recorded(box), self._always)
            names = [condition.fact for condition in rule.when]
            return self._finding("unreachable", rule, case, names)
        return self._shadowed(index, rule, case)

    def _impossible(self, rule: Rule) -> RuleFinding:
        """The fewest conditions that contradict each other, and a case of all others."""
        kept = [c for c in rule.when if not self._is_given(c)]
        for condition in list(kept):
            rest = [c for c in kept if c is not condition]
            if self._find(self._space.box(rest), self._space.implied) is None:
                kept = rest
        others = self._space.box(c for c in rule.when if c is not kept[-1])
        case = self._find(others, self._always)
        if case is None:
            case = self._find(self._space.recorded(others), self._always)
        names = [condition.fact for condition in rule.when]
        return self._finding("impossible", rule, case, names, conditions=kept)

    def _is_given(self, condition: Condition) -> bool:
        return not self._space.recorded(self._space.box([condition]))

    def _shadowed(self, index: int, rule: Rule, case: Domains) -> RuleFinding:
        """Few earlier rules that together take every case of this one."""
        rules = self._table.rules
        takers: list[int] = []
        left: Domains | None = case
        while left is not None:
            facts = self._space.facts_at(left)
            takers.append(next(n for n in range(index) if rule_holds(rules[n], facts)))
            left = self._outside(index, takers)
        for taker in reversed(takers):
            fewer = [each for each in takers if each != taker]
            if self._outside(index, fewer) is None:
                takers = fewer
        others = [rules[taker] for taker in sorted(takers)]
        facts = self._space.facts_at(case)
        shown = [rule, *(other for other in others if rule_holds(other, facts))]
        names = [condition.fact for each in shown for condition in each.when]
        return self._finding("shadowed", rule, case, names, others)

    def _outside(self, index: int, takers: Sequence[int]) -> Domains | None:
        """Cases of a rule that these others do not take."""
        outsides = [self._outsides[taker] for taker in takers]
        return self._find(self._boxes[index], [*self._always, *outsides])

    def _useless(self, index: int, rule: Rule, taken: Sequence[Clause]) -> Iterator[RuleFinding]:
        """Conditions that can all be dropped together; the last one must stay.

        What earlier tables decide is left aside: a rule may guard against a change of theirs.
        """
        kept = list(rule.when)
        for condition in rule.when:
            rest = [c for c in kept if c is not condition]
            if not rest:
                return
            box = self._space.box([condition])
            [(place, mask)] = box.items()
            wider = self._space.within(self._space.box(rest))
            wider[place] &= ~mask
            if search(wider, [*self._space.implied, *taken], self._work) is None:
                kept = rest
                names = [c.fact for c in rule.when]
                case = self._find(self._boxes[index], [*self._always, *taken])
                yield self._finding("useless", rule, case, names, conditions=[condition])

    def _repeated(self, index: int, rule: Rule) -> Iterator[RuleFinding]:
        case = self._find(self._boxes[index], self._always)
        for earlier, box in zip(self._table.rules[:index], self._boxes, strict=False):
            if case is None or earlier.then != rule.then:
                continue
            if not all(case[place] & mask for place, mask in box.items()):
                continue
            if self._find(self._boxes[index], [*self._always, self._space.outside(box)]) is None:
                names = [condition.fact for condition in rule.when]
                yield self._finding("repeated", rule, case, names, [earlier])
                return

    # -- the whole table -------------------------------------------------------------------

    def _overlaps(self) -> Iterator[RuleFinding]:
        """For each rule the first of those above that hold together with it."""
        for index, rule in enumerate(self._table.rules):
            for other in range(index):
                both = self._space.within(self._boxes[index])
                for place, mask in self._boxes[other].items():
                    both[place] &= mask
                if not all(both):
                    continue
                earlier = self._table.rules[other]
                names = [c.fact for each in (earlier, rule) for c in each.when]
                found = self._real(both, self._always, names)
                if found is not None:
                    example, proven = found
                    yield RuleFinding(
                        "overlap", self._table.name, rule.id, rule.at, example, (earlier.id,),
                        proven=proven,
                    )  # fmt: skip
                    break

    def _gaps(self) -> Iterator[RuleFinding]:
        clauses = [*self._always, *self._outsides]
        for _ in range(MAX_GAPS):
            left = search(self._space.full, clauses, self._work)
            if left is None:
                return
            widest = self._widened(left)
            names = [
                name for place in widest for name in self._names(place) if name in self._table.facts
            ]
            found = self._real(self._space.within(widest), clauses, names)
            if found is not None:
                example, proven = found
                table = self._table
                yield RuleFinding("gap", table.name, None, table.at, example, proven=proven)
            clauses.append(self._space.outside(widest))

    def _widened(self, domains: Domains) -> Box:
        """The box made as wide as it can be without touching a rule of the table."""
        wide, full = list(domains), self._space.full
        for place, all_of_it in enumerate(full):
            for bit in range(all_of_it.bit_length()):
                if not wide[place] >> bit & 1:
                    wide[place] |= 1 << bit
                    if any(all(wide[p] & m for p, m in box.items()) for box in self._boxes):
                        wide[place] &= ~(1 << bit)
        return {place: mask for place, mask in enumerate(wide) if mask != full[place]}

    def _names(self, place: int) -> Sequence[str]:
        variable = self._space.variables[place]
        return tuple(variable.decided_by.outputs) if variable.decided_by else (variable.name,)

    # -- examples --------------------------------------------------------------------------

    def _find(self, box: Box, clauses: Sequence[Clause]) -> Domains | None:
        return search(self._space.within(box), clauses, self._work)

    def _real(
        self, start: Domains, clauses: Sequence[Clause], names: Sequence[str]
    ) -> tuple[Example, bool] | None:
        """A case inside `start` that a job can be, with its lines; None where there is none."""
        case = real_case(self._space, start, clauses, self._all_before, self._knowledge, self._work)
        if case is None:
            return None
        return Example(case.facts, _shown(names, case.facts), case.lines), case.proven

    def _finding(
        self,
        kind: Kind,
        rule: Rule,
        case: Domains | None,
        names: Sequence[str],
        others: Sequence[Rule] = (),
        conditions: Sequence[Condition] = (),
    ) -> RuleFinding:
        example = None
        if case is not None:
            lifted = lift(self._space, case, self._all_before, self._knowledge, self._work)
            facts = {**self._space.facts_at(case), **lifted.flags}
            example = Example(facts, _shown(names, facts), lifted.lines)
        ids = tuple(other.id for other in others)
        table = self._table.name
        return RuleFinding(kind, table, rule.id, rule.at, example, ids, tuple(conditions))


def _shown(
    names: Sequence[str], facts: Mapping[str, Value]
) -> tuple[tuple[str, Value | None], ...]:
    return tuple((name, facts.get(name)) for name in dict.fromkeys(names))
