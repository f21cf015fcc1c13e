"""From a case of a job with aggregates (`any_line...`) to lines that give just those aggregates.

A table over jobs sees its lines only through aggregates. The analysis takes these as free at first;
a case that it wants to show is then checked by looking for the lines: for each aggregate that must
be true a line that makes it so, and none that makes true what must be false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fieldkit.domain.core.decision import Text
from fieldkit.rules.analysis.implications import Knowledge
from fieldkit.rules.analysis.search import Clause, Cut, Domains, Work, search
from fieldkit.rules.analysis.space import Space
from fieldkit.rules.model import fact_vocabulary
from fieldkit.rules.model.outputs import SUMS
from fieldkit.rules.model.pack import Condition, Position, Rule, Table, Value

_AT = Position("analysis", 1, 1)
_NOTHING = Text(en="-", zh="-")
_PREFIX = "any_line."
MAX_LIFTS = 8  # cases tried whose aggregates no lines can give; each takes one more search


@dataclass(frozen=True, slots=True)
class Lifted:
    """The lines found and the aggregates they give. `blocked` is the clause that keeps away from
    aggregates that no lines can give; `proven` is False where nothing could be shown."""

    lines: tuple[Mapping[str, Value], ...] = ()
    flags: Mapping[str, Value] = field(default_factory=dict)
    blocked: Clause | None = None
    proven: bool = True


@dataclass(frozen=True, slots=True)
class RealCase:
    """A case that a record can be: its facts, its lines, and whether that is proven."""

    facts: Mapping[str, Value]
    lines: tuple[Mapping[str, Value], ...]
    proven: bool


def real_case(
    space: Space,
    start: Domains,
    clauses: Sequence[Clause],
    before: Sequence[Table],
    knowledge: Knowledge,
    work: Work,
) -> RealCase | None:
    """A case inside `start` that a record can be; None where there is none. May raise `Cut`."""
    clauses = list(clauses)
    for _ in range(MAX_LIFTS):
        case = search(start, clauses, work)
        if case is None:
            return None
        lifted = lift(space, case, before, knowledge, work)
        if lifted.blocked is None:
            facts = {**space.facts_at(case), **lifted.flags}
            return RealCase(facts, lifted.lines, lifted.proven)
        clauses.append(lifted.blocked)
    raise Cut


def lift(
    space: Space, case: Domains, before: Sequence[Table], knowledge: Knowledge, work: Work
) -> Lifted:
    """Lines for a case of `space`. A case without aggregates needs none."""
    bound = {
        variable.name: variable.atoms[case[place].bit_length() - 1][variable.name] is True
        for place, variable in enumerate(space.variables)
        if variable.name.startswith(_PREFIX) and case[place] != space.full[place]
    }
    sums = any(
        variable.name in SUMS and case[place] & 1 == 0
        for place, variable in enumerate(space.variables)
    )
    facts = space.facts_at(case)
    if not bound and not _flags_of(space):
        return Lifted(proven=not sums)
    job = fact_vocabulary.visible(knowledge.facts, "job")
    fixed = [
        Condition(v.name, "present", False, _AT)
        if v.name not in facts
        else Condition(v.name, "is", facts[v.name], _AT)
        for v in space.variables
        if v.name in job and v.name != "line_count"
    ]
    try:
        lines = _lines(bound, fixed, before, knowledge, work)
        if lines is not None:
            flags = {name: _any(name, lines) for name in _flags_of(space)}
            return Lifted(lines, flags, proven=not sums)
        if _lines(bound, [], before, knowledge, work) is None:
            places = {v.name: place for place, v in enumerate(space.variables)}
            box = {places[name]: case[places[name]] for name in bound}
            return Lifted(blocked=space.outside(box))
    except Cut:
        pass
    return Lifted(proven=False)


def _flags_of(space: Space) -> list[str]:
    return [v.name for v in space.variables if v.name.startswith(_PREFIX)]


def _any(name: str, lines: Sequence[Mapping[str, Value]]) -> bool:
    condition = _condition(name)
    return any(line.get(condition.fact) == condition.value for line in lines)


def _condition(flag: str) -> Condition:
    """What a line must have for an aggregate to be true."""
    output, _, value = flag.removeprefix(_PREFIX).partition(".")
    return Condition(output, "is", value or True, _AT)


def _lines(
    bound: Mapping[str, bool],
    fixed: Sequence[Condition],
    before: Sequence[Table],
    knowledge: Knowledge,
    work: Work,
) -> tuple[Mapping[str, Value], ...] | None:
    """One line for each aggregate that must be true, under the fixed facts of the job."""
    wanted = [_condition(name) for name, value in bound.items() if value]
    banned = [_condition(name) for name, value in bound.items() if not value]
    if not wanted:
        return ()
    when = (*fixed, *wanted, *banned)
    rule = Rule("line", when, {}, _NOTHING, "", _AT)
    table = Table("line", "line", "first", {}, (rule,), None, _AT)
    facts = fact_vocabulary.visible(knowledge.facts, "line")
    space = Space(table, before, facts, knowledge)
    clauses = [*space.implied, *space.earlier]
    clauses += [space.outside(space.box([condition])) for condition in banned]
    found: list[Mapping[str, Value]] = []
    for condition in wanted:
        start = space.within(space.box([*fixed, condition]))
        line = search(start, clauses, work)
        if line is None:
            return None
        found.append(space.facts_at(line))
    return tuple(found)
