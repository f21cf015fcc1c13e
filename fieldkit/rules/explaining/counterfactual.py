"""What would change a verdict: the nearest changes of what was recorded that flip a line's charge.

First one input is changed at a time: days and numbers are searched outwards for the places where
the charge changes, everything else is tried. Only when no single change makes free what is paid
for, or the reverse, pairs are tried. Every change that is returned was judged whole, by the
reference semantics. The work is bounded by a number of judgements, not by a clock: the same case
has the same answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fieldkit.domain.core.money import PartPrice
from fieldkit.rules.deciding.compiled import Compiled
from fieldkit.rules.deciding.facts import derive
from fieldkit.rules.deciding.stages import Evaluate, judge
from fieldkit.rules.explaining.breakpoints import Segment, boundaries, day_segments, number_segments
from fieldkit.rules.explaining.variable_inputs import Edit, Input, choices, dates, numbers, sets
from fieldkit.rules.model import semantics
from fieldkit.rules.model.case import Case
from fieldkit.rules.model.pack import Pack, Table

BUDGET = 1_500
"""The most judgements that are made to find the changes for one line."""
_PAYS = ("paid", "goodwill")
_DOES_NOT = ("free", "not_a_defect")
_FIRSTS = 5  # the first halves of pairs that are followed up


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Changes to be made together, and what the charge of the line would then be. `example` is
    the case with them made, as near as possible to the recorded one."""

    edits: tuple[Edit, ...]
    charge: str
    example: Case


@dataclass(frozen=True, slots=True)
class _Verdict:
    charge: str
    rule: str


def what_would_change(
    case: Case,
    line: int,
    pack: Pack,
    prices: Mapping[str, PartPrice],
    holidays: Collection[date],
    today: date,
) -> list[Counterfactual]:
    """The changes, what is best for the customer first (for a free line: what would cost), then
    what was recorded before what was not. Empty where the line has no charge to flip.

    Raises `FieldkitError` for a part that the price list lacks.
    """
    search = _Search(case, line, pack, prices, holidays, today)
    found = search.verified(search.singles(search.alone))
    if not any(_is_opposite(search.now.charge, change.charge) for change in found):
        found += search.verified(search.pairs())
    order = _PAYS + _DOES_NOT if search.now.charge in _DOES_NOT else _DOES_NOT + _PAYS

    def rank(change: Counterfactual) -> tuple[int, bool]:
        place = order.index(change.charge) if change.charge in order else len(order)
        unrecorded = any(edit.input.value(case) in (None, ()) for edit in change.edits)
        return place, unrecorded

    return sorted(found, key=rank)


def _is_opposite(now: str, then: str) -> bool:
    """Whether a charge is the opposite of another: what is paid becomes free, and the reverse."""
    opposites = ("free",) if now in _PAYS else _PAYS if now in _DOES_NOT else ("free", *_PAYS)
    return then in opposites


class _Search:
    def __init__(
        self,
        case: Case,
        line: int,
        pack: Pack,
        prices: Mapping[str, PartPrice],
        holidays: Collection[date],
        today: date,
    ) -> None:
        self._case, self._line, self._pack = case, line, pack
        self._prices, self._holidays, self._today = prices, holidays, today
        self._tables = _until_charged(pack.tables)
        self._compiled = Compiled()
        self._left = BUDGET
        own = tuple(each for each in case.lines if each.line == line)
        # Other lines are left out of the search, and are there again when a change is verified.
        self.alone = case.model_copy(update={"lines": own})
        now = self._judged(self.alone, self._compiled.evaluate)
        self.now = now or _Verdict("needs_supervisor", "")
        self._other_rules: dict[str, Counterfactual] = {}

    def _judged(self, case: Case, evaluate: Evaluate) -> _Verdict | None:
        facts = derive(case, self._pack, self._prices, self._holidays, self._today)
        judged = judge(facts, self._tables, evaluate)
        found = next((each for each in judged.lines if each.line == self._line), None)
        if found is None:
            return None
        coverage = found.rules.get("coverage")
        return _Verdict(found.charge, coverage.id if coverage else "")

    def _try(self, case: Case, input_: Input, value: Any) -> str | None:
        """The charge with one input changed; None where that cannot be, or the work is used up.
        A change that lets another rule decide is kept as the first half of a pair."""
        if self._left <= 0:
            return None
        changed = input_.put(case, value)
        if changed is None:
            return None
        self._left -= 1
        verdict = self._judged(changed, self._compiled.evaluate)
        if verdict is None:
            return None
        if case is self.alone and verdict.rule != self.now.rule:
            edit = _edit_to(input_, value, case)
            change = Counterfactual((edit,), verdict.charge, changed)
            self._other_rules.setdefault(verdict.rule, change)
        return verdict.charge

    # -- one change --------------------------------------------------------------------------

    def singles(self, case: Case) -> Iterator[Counterfactual]:
        """Every single change of a case that changes the charge."""
        for input_, values in choices(case, self._line, self._pack.values):
            yield from self._grouped(case, input_, values)
        yield from self._of_sets(case)
        for input_ in numbers(self._line):
            yield from self._of_number(case, input_)
        for input_ in dates(case, self._line):
            yield from self._of_day(case, input_)

    def _grouped(
        self, case: Case, input_: Input, values: tuple[Any, ...]
    ) -> Iterator[Counterfactual]:
        """One change for each charge, with all the values that lead to it."""
        by_charge: dict[str, list[Any]] = {}
        for value in values:
            charge = self._try(case, input_, value)
            if charge is not None and charge != self.now.charge:
                by_charge.setdefault(charge, []).append(value)
        for charge, leading in by_charge.items():
            example = input_.put(case, leading[0])
            assert example is not None
            yield Counterfactual((Edit(input_, values=tuple(leading)),), charge, example)

    def _of_sets(self, case: Case) -> Iterator[Counterfactual]:
        found: dict[tuple[str, str, bool], Counterfactual] = {}
        for input_, member, then in sets(case, self._pack.values):
            charge = self._try(case, input_, then)
            example = input_.put(case, then)
            if charge is None or charge == self.now.charge or example is None:
                continue
            gone = member in input_.value(case)
            key = input_.field, charge, gone
            held = found.get(key, Counterfactual((Edit(input_),), charge, example))
            edit = held.edits[0]
            if gone:
                edit = replace(edit, removed=(*edit.removed, member))
            else:
                edit = replace(edit, added=(*edit.added, member))
            found[key] = replace(held, edits=(edit,))
        yield from found.values()

    def _of_number(self, case: Case, input_: Input) -> Iterator[Counterfactual]:
        held, values = input_.value(case), boundaries(self._pack, input_.field)
        found = number_segments(values, held, lambda value: self._try(case, input_, value))
        yield from self._nearest(case, input_, found, held)

    def _of_day(self, case: Case, input_: Input) -> Iterator[Counterfactual]:
        """What is recorded of the past is no later than the report, nor is that than today."""
        report = case.report_date or self._today
        held = input_.value(case)
        latest = self._today if input_.field == "report_date" else report
        found = day_segments(held or report, latest, lambda day: self._try(case, input_, day))
        yield from self._nearest(case, input_, found, held)

    def _nearest(
        self, case: Case, input_: Input, found: list[Segment[Any]], held: Any
    ) -> Iterator[Counterfactual]:
        """For each other charge the range of values that is nearest to the recorded one."""
        seen = {self.now.charge}
        for segment in sorted(found, key=lambda segment: segment.distance):
            if segment.charge not in seen and not segment.holds(held):
                seen.add(segment.charge)
                example = input_.put(case, segment.nearest)
                edit = Edit(input_, low=segment.low, high=segment.high)
                if example is not None:
                    yield Counterfactual((edit,), segment.charge, example)

    # -- two changes -------------------------------------------------------------------------

    def pairs(self) -> Iterator[Counterfactual]:
        """Pairs whose first half lets another rule decide, the second with the opposite charge."""
        for first in list(self._other_rules.values())[:_FIRSTS]:
            for second in self.singles(first.example):
                if _is_opposite(self.now.charge, second.charge) and (
                    second.edits[0].input != first.edits[0].input
                ):
                    yield replace(second, edits=(*first.edits, *second.edits))

    def verified(self, changes: Iterator[Counterfactual]) -> list[Counterfactual]:
        """Those changes that, made on the whole case, are judged to give the same charge."""
        whole = [replace(c, example=self._whole(c.example)) for c in changes]
        return [
            change
            for change in whole
            if (verdict := self._judged(change.example, semantics.evaluate)) is not None
            and verdict.charge == change.charge
        ]

    def _whole(self, alone: Case) -> Case:
        own = {line.line: line for line in alone.lines}
        lines = tuple(own.get(line.line, line) for line in self._case.lines)
        return alone.model_copy(update={"lines": lines})


def _until_charged(tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """The tables up to the one that says who pays."""
    last = next(index for index, table in enumerate(tables) if "charge" in table.outputs)
    return tables[: last + 1]


def _edit_to(input_: Input, value: Any, case: Case) -> Edit:
    """A change to exactly one value."""
    if isinstance(value, tuple):
        now = input_.value(case)
        added = tuple(member for member in value if member not in now)
        removed = tuple(member for member in now if member not in value)
        return Edit(input_, added=added, removed=removed)
    if isinstance(value, bool | str):
        return Edit(input_, values=(value,))
    return Edit(input_, low=value, high=value)
