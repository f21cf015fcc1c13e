"""What a new pack would have changed: stored decisions judged again, and the differences counted.

Prices and days stay what they were; only the rules are other ones. The record holds what the old
pack said, and on which facts. The new one is given the same facts where it would make the same of
every case, else those that it makes of what was recorded. The old pack itself only shows which
decisions need not be judged: where it is not at hand, all are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from fieldkit.domain.core.errors import BadInput
from fieldkit.rules.deciding.compiled import Compiled
from fieldkit.rules.deciding.facts import CaseFacts, derive
from fieldkit.rules.deciding.stages import Judged, judge
from fieldkit.rules.impact.compare_packs import Comparison
from fieldkit.rules.impact.repricing import VISIT_RATES, Amounts, reprice
from fieldkit.rules.impact.stored_inputs import price_list
from fieldkit.rules.impact.stored_record import StoredDecision
from fieldkit.rules.model.case import Case
from fieldkit.rules.model.pack import Pack

Packs = Callable[[str], Pack | None]
AMOUNTS = "amounts"
"""The cause where every rule says the same and only a price or rate is another one."""


@dataclass(frozen=True, slots=True)
class LineImpact:
    """One line that would have turned out otherwise. `cause` is where the difference begins."""

    line: int
    before: str
    after: str
    before_fen: int
    after_fen: int
    cause: str


@dataclass(frozen=True, slots=True)
class JobImpact:
    """One job that would have turned out otherwise. `before_fen` and `after_fen` are what the
    customer pays in all; `causes` name the rules (`charge: otherwise -> goodwill`), the first
    that comes into play first; `others` are further outcomes that differ."""

    job_id: str
    day: date
    before_fen: int
    after_fen: int
    lines: tuple[LineImpact, ...]
    others: tuple[str, ...]
    causes: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """How many jobs, and by how much their customers would have paid more (less: negative)."""

    jobs: int = 0
    lines: int = 0
    fen: int = 0


@dataclass(slots=True)
class Impact:
    """The sum of it all. `jobs` were looked at; `withheld` of them had been left to the supervisor
    because the engines differed, and are not judged; `packs_missing` counts those whose own pack
    was not at hand; `unknown` those that recorded what the new pack does not know, which it cannot
    judge."""

    jobs: int = 0
    withheld: int = 0
    packs_missing: int = 0
    unknown: int = 0
    changed: list[JobImpact] = field(default_factory=list)
    directions: dict[tuple[str, str], Tally] = field(default_factory=dict)
    by_cause: dict[str, Tally] = field(default_factory=dict)

    @property
    def more_fen(self) -> int:
        """What customers would have paid more, over the jobs where they would."""
        return sum(max(0, job.after_fen - job.before_fen) for job in self.changed)

    @property
    def less_fen(self) -> int:
        """What customers would have paid less, over the jobs where they would."""
        return sum(max(0, job.before_fen - job.after_fen) for job in self.changed)

    def add(self, found: JobImpact) -> None:
        """Count a job that would have turned out otherwise."""
        self.changed.append(found)
        for direction in dict.fromkeys((line.before, line.after) for line in found.lines):
            self.directions.setdefault(direction, Tally()).jobs += 1
        for line in found.lines:
            tally = self.directions[line.before, line.after]
            tally.lines += 1
            tally.fen += line.after_fen - line.before_fen
        for cause in found.causes:
            self.by_cause.setdefault(cause, Tally()).jobs += 1
        rest = found.after_fen - found.before_fen
        for line in found.lines:
            tally = self.by_cause[line.cause]
            tally.lines += 1
            tally.fen += line.after_fen - line.before_fen
            rest -= line.after_fen - line.before_fen
        # What is left, such as the visit, follows from what came first.
        self.by_cause[found.causes[0]].fen += rest


def impact_of(
    new: Pack,
    decisions: Iterable[tuple[str, StoredDecision]],
    packs: Packs,
    holidays: Collection[date],
    progress: Callable[[int], None] = lambda done: None,
) -> Impact:
    """Judge stored decisions, each with its job, by a new pack. `packs` brings the pack of a hash,
    or None; `progress` is called with the number of jobs that are done.
    """
    judging = _Judging(new, packs, holidays)
    result = Impact()
    for result.jobs, (job, stored) in enumerate(decisions, start=1):
        try:
            found = judging.impact(job, stored, result)
        except BadInput:
            result.unknown += 1
            found = None
        if found is not None:
            result.add(found)
        progress(result.jobs)
    return result


# -- one decision --------------------------------------------------------------------------


class _Judging:
    def __init__(self, new: Pack, packs: Packs, holidays: Collection[date]) -> None:
        self._new, self._packs, self._holidays = new, cache(packs), holidays
        self._compiled = Compiled()
        self._comparisons: dict[tuple[str, str], Comparison | None] = {}

    def impact(self, job_id: str, stored: StoredDecision, result: Impact) -> JobImpact | None:
        if not stored.agreed:
            result.withheld += 1
            return None
        comparison = self._comparison(stored.pack.sha256, stored.today_pack.sha256)
        if comparison is None:
            result.packs_missing += 1
            return self._difference(job_id, stored, self._facts(stored))
        if comparison.rates is not None:
            repriced = reprice(stored, *comparison.rates)
            if repriced is not None and comparison.same_rules(repriced.sums):
                before, after = _of_amounts(repriced.before), _of_amounts(repriced.after)
                return _difference(job_id, stored.report_date, before, after)
        others = comparison.makes_others(stored)
        facts = self._facts(stored) if others else comparison.with_new_terms(stored)
        differs = comparison.sees_difference(stored.case_facts, facts)
        if not differs and not comparison.suspects(stored):
            return None
        return self._difference(job_id, stored, facts)

    def _difference(
        self, job_id: str, stored: StoredDecision, facts: CaseFacts
    ) -> JobImpact | None:
        """What the new pack would have said otherwise on these facts."""
        judged = judge(facts, self._new.tables, self._compiled.evaluate)
        return _difference(job_id, stored.report_date, _of_record(stored), _of_judged(judged))

    def _facts(self, stored: StoredDecision) -> CaseFacts:
        """The facts that the new pack makes of what was recorded, at the prices of that day."""
        case = Case.model_validate(stored.recorded)
        priced_by = self._packs(stored.pack.sha256)
        full = zip(case.lines, stored.lines, strict=False)
        paid = ((line, each.part_fen, each.labour_fen) for line, each in full)
        prices = price_list(paid, priced_by or self._new)
        facts = derive(case, self._new, prices, self._holidays, stored.today)
        if priced_by is None:  # what a minute cost then is not known, so the amounts stay
            for own, line in zip(facts.lines, stored.lines, strict=False):
                own.facts["part_price_fen"] = line.part_fen
                own.facts["labour_price_fen"] = line.labour_fen
        return facts

    def _comparison(self, pack: str, today_pack: str) -> Comparison | None:
        key = pack, today_pack
        if key not in self._comparisons:
            old, old_today = self._packs(pack), self._packs(today_pack)
            self._comparisons[key] = None
            if old is not None and old_today is not None:
                self._comparisons[key] = Comparison(
                    old, old_today, self._new, self._holidays, self._compiled
                )
        return self._comparisons[key]


# -- two outcomes --------------------------------------------------------------------------

_Place = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came out: by table and line the rules with what they gave, and what follows."""

    rules: Mapping[_Place, list[tuple[str, Mapping[str, Any]]]]
    lines: Mapping[int, tuple[str, int]]
    total_fen: int


def _of_judged(judged: Judged) -> _Outcome:
    rules: dict[_Place, list[tuple[str, Mapping[str, Any]]]] = {}
    for hit in judged.hits:
        rules.setdefault((hit.table.name, hit.line), []).append((hit.rule.id, hit.rule.then))
    lines = {line.line: (line.charge, line.payable_fen) for line in judged.lines}
    return _Outcome(rules, lines, judged.total_fen)


def _of_amounts(amounts: Amounts) -> _Outcome:
    base, km = amounts.visit_rates
    rates = {"call_out_base_fen": base, "call_out_km_fen": km}
    rules: dict[_Place, list[tuple[str, Mapping[str, Any]]]]
    rules = {(amounts.table, None): [(amounts.visit, rates)]} if amounts.visit else {}
    return _Outcome(rules, amounts.lines, amounts.total_fen)


def _of_record(stored: StoredDecision) -> _Outcome:
    rules: dict[_Place, list[tuple[str, Mapping[str, Any]]]] = {}
    for hit in stored.hits:
        rules.setdefault((hit.table, hit.line), []).append((hit.rule, hit.outcome))
    lines = {line.line: (line.charge, line.customer_pays_fen) for line in stored.lines}
    return _Outcome(rules, lines, stored.total_fen)


def _difference(job_id: str, day: date, before: _Outcome, after: _Outcome) -> JobImpact | None:
    differing = [
        place
        for place in dict.fromkeys([*before.rules, *after.rules])
        if _given(before, place) != _given(after, place)
    ]
    others = dict.fromkeys(
        name for place in differing for name in _differing_outputs(before, after, place)
    )
    # A rate that nobody pays, as of a visit that is free, is no other verdict.
    same_amounts = (before.lines, before.total_fen) == (after.lines, after.total_fen)
    if same_amounts and VISIT_RATES.issuperset(others):
        return None
    first = {place[1]: _cause(place, before, after) for place in reversed(differing)}
    overall = _cause(differing[0], before, after) if differing else AMOUNTS
    lines = []
    for number, (charge, fen) in before.lines.items():
        then, then_fen = after.lines.get(number, (charge, fen))
        if (charge, fen) != (then, then_fen):
            cause = first.get(number, overall)
            lines.append(LineImpact(number, charge, then, fen, then_fen, cause))
    causes = dict.fromkeys([line.cause for line in lines] or [overall])
    return JobImpact(
        job_id, day, before.total_fen, after.total_fen, tuple(lines), tuple(others), tuple(causes)
    )


def _given(outcome: _Outcome, place: _Place) -> list[Mapping[str, Any]]:
    return [then for _, then in outcome.rules.get(place, [])]


def _cause(place: _Place, before: _Outcome, after: _Outcome) -> str:
    """`charge: otherwise -> goodwill-just-expired`; one name where the rule is the same."""
    old, new = (
        " + ".join(rule for rule, _ in outcome.rules.get(place, [])) or "-"
        for outcome in (before, after)
    )
    return f"{place[0]}: {old}" if old == new else f"{place[0]}: {old} -> {new}"


def _differing_outputs(before: _Outcome, after: _Outcome, place: _Place) -> Iterator[str]:
    old, new = _given(before, place), _given(after, place)
    for name in dict.fromkeys(name for then in (*old, *new) for name in then):
        if [then.get(name) for then in old] != [then.get(name) for then in new]:
            yield name
