"""What a new pack would have changed: stored decisions judged again, and the differences counted.

Prices and days stay what they were; only the rules are other ones. The stored facts stand for the
old pack. The new one is given the same facts where it would make the same of every case, else those
that it makes of what was recorded. Where the pack of a decision is not at hand, its stored answer
is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from pydantic_core import from_json

from fieldkit.domain.errors import BadInput
from fieldkit.domain.money import PartPrice
from fieldkit.rules.case import Case
from fieldkit.rules.comparing import Comparison
from fieldkit.rules.compiled import Compiled
from fieldkit.rules.facts import CaseFacts, Known, LineFacts, derive
from fieldkit.rules.judge import Judged, judge
from fieldkit.rules.pack import Pack
from fieldkit.rules.repricing import VISIT_RATES, Amounts, Written, reprice
from fieldkit.rules.stored import price_list
from fieldkit.rules.vocabulary import FACTS

Packs = Callable[[str], Pack | None]
AMOUNTS = "amounts"
"""The cause where every rule says the same and only a price or rate is another one."""


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision as it is stored: the JSON text of its event, or of the decision alone."""

    job: str
    text: str


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

    job: str
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
    stored: Iterable[StoredDecision],
    packs: Packs,
    holidays: Collection[date],
    progress: Callable[[int], None] = lambda done: None,
) -> Impact:
    """Judge stored decisions about jobs by a new pack. `packs` brings the pack of a hash, or None.

    `progress` is told how many jobs are done.
    """
    judging = _Judging(new, packs, holidays)
    result = Impact()
    for result.jobs, each in enumerate(stored, start=1):
        try:
            found = judging.impact(each, result)
        except BadInput:
            result.unknown += 1
            found = None
        if found is not None:
            result.add(found)
        progress(result.jobs)
    return result


# -- one decision --------------------------------------------------------------------------

_DATES = tuple(name for name, fact in FACTS.items() if fact.type == "date")


@dataclass(frozen=True)
class _Peek:
    """What has to be known of every stored decision, each part read when it is asked for."""

    pack: str
    today_pack: str
    report_date: date
    today: date
    text: str
    marks: tuple[int, int, int, int, int]
    """Where `recorded`, `facts`, `hits` and `lines` begin, and where `lines` ends."""

    @property
    def recorded(self) -> str:
        """The case, as JSON."""
        return self.text[self.marks[0] : self.marks[1]]

    @property
    def hits(self) -> str:
        """Which rules decided, as JSON."""
        return self.text[self.marks[2] : self.marks[3]]

    @property
    def rest(self) -> str:
        """The text from the end of the lines on."""
        return self.text[self.marks[4] - 1 :]

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """The lines as they stand in it."""
        found: list[dict[str, Any]] = from_json(self.text[self.marks[3] : self.marks[4]])
        return found

    @cached_property
    def facts(self) -> CaseFacts:
        """The facts that it was decided on."""
        facts = _dated(from_json(self.text[self.marks[1] + 9 : self.marks[2]]))
        lines = tuple(LineFacts(line["line"], _dated(line["facts"])) for line in self.lines)
        return CaseFacts("job", self.report_date, self.today, facts, lines)

    def prices(self, case: Case, pack: Pack) -> Mapping[str, PartPrice]:
        """The prices that it counted with."""
        pairs = zip(case.lines, self.lines, strict=False)
        return price_list(((a, b["part_fen"], b["labour_fen"]) for a, b in pairs), pack)


def _peek(text: str) -> _Peek | None:
    """Find the places of a record about a job, in the order in which it is always written;
    None for one that the engines did not agree on, or that is about something else.

    A quotation mark within a JSON string is escaped, so none of the patterns can be met in one.
    Raises `ValueError` for a record that is written otherwise.
    """
    pack = text.index('"sha256":"', text.index('"pack":{')) + 10
    today_pack = text.index('"sha256":"', pack) + 10
    report = text.index('"report_date":"', today_pack) + 15
    today = text.index('"today":"', report) + 9
    recorded = text.index('"recorded":', today) + 11
    facts = text.index(',"facts":{', recorded)
    hits = text.index(',"hits":[', facts)
    lines = text.rindex('"lines":[') + 8
    end = text.rindex('],"call_out_fen":') + 1
    if not text.startswith("true", text.rindex('"agreed":') + 9):
        return None
    if not hits < lines < end:
        raise ValueError("not in the usual order")
    return _Peek(
        pack=text[pack : pack + 64],
        today_pack=text[today_pack : today_pack + 64],
        report_date=date.fromisoformat(text[report : report + 10]),
        today=date.fromisoformat(text[today : today + 10]),
        text=text,
        marks=(recorded, facts, hits, lines, end),
    )


def _dated(facts: Known) -> Known:
    """Facts of a record with their days as dates."""
    for name in _DATES:
        value = facts.get(name)
        if isinstance(value, str):
            facts[name] = date.fromisoformat(value)
    return facts


class _Judging:
    def __init__(self, new: Pack, packs: Packs, holidays: Collection[date]) -> None:
        self._new, self._packs, self._holidays = new, packs, holidays
        self._compiled = Compiled()
        self._comparisons: dict[tuple[str, str], Comparison | None] = {}

    def impact(self, stored: StoredDecision, result: Impact) -> JobImpact | None:
        peek = _peek(stored.text)
        if peek is None:
            result.withheld += 1
            return None
        comparison = self._comparison(peek.pack, peek.today_pack)
        if comparison is None:
            result.packs_missing += 1
            return self._by_record(stored, peek)
        if comparison.rates is not None:
            written = Written(peek.recorded, peek.hits, peek.lines, peek.rest)
            repriced = reprice(written, *comparison.rates)
            if repriced is not None and comparison.same_rules(repriced.sums):
                before, after = _of_amounts(repriced.before), _of_amounts(repriced.after)
                return _difference(stored.job, peek.report_date, before, after)
        others = comparison.makes_others(peek.recorded) and not comparison.still_open(peek.lines)
        if comparison.same_tables and not others:
            return None
        old = peek.facts
        new = self._facts(peek, comparison.old) if others else old
        if not comparison.may_differ(old, new):
            return None
        before = _of_judged(judge(old, comparison.old_tables, self._compiled.evaluate))
        return _difference(stored.job, old.report_date, before, self._after(new))

    def _facts(self, peek: _Peek, priced_by: Pack) -> CaseFacts:
        """The facts that the new pack makes of what was recorded."""
        case = Case.model_validate_json(peek.recorded)
        prices = peek.prices(case, priced_by)
        return derive(case, self._new, prices, self._holidays, peek.today)

    def _after(self, facts: CaseFacts) -> _Outcome:
        return _of_judged(judge(facts, self._new.tables, self._compiled.evaluate))

    def _comparison(self, pack: str, today_pack: str) -> Comparison | None:
        key = pack, today_pack
        if key not in self._comparisons:
            old, old_today = self._packs(pack), self._packs(today_pack)
            self._comparisons[key] = None
            if old is not None and old_today is not None:
                self._comparisons[key] = Comparison(old, old_today, self._new, self._compiled)
        return self._comparisons[key]

    def _by_record(self, stored: StoredDecision, peek: _Peek) -> JobImpact | None:
        """Beside the stored answer: the pack that gave it is not at hand."""
        priced_by = self._packs(peek.pack)
        facts = self._facts(peek, priced_by or self._new)
        if priced_by is None:  # what a minute cost then is not known, so the amounts stay
            for own, line in zip(facts.lines, peek.lines, strict=False):
                own.facts["part_price_fen"] = line["part_fen"]
                own.facts["labour_price_fen"] = line["labour_fen"]
        before = _of_record(_decision_in(from_json(stored.text)))
        return _difference(stored.job, peek.facts.report_date, before, self._after(facts))


def _decision_in(read: Any) -> dict[str, Any]:
    """The decision in an event, or alone."""
    while "hits" not in read:
        read = read["data"] if "data" in read else read["decision"]
    found: dict[str, Any] = read
    return found


def day_of(text: str) -> str:
    """The day of a stored decision, as ISO text."""
    today = text.index('"today":"', text.index('"report_date":"')) + 9
    return text[today : today + 10]


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


def _of_record(decision: Mapping[str, Any]) -> _Outcome:
    rules: dict[_Place, list[tuple[str, Mapping[str, Any]]]] = {}
    for hit in decision["hits"]:
        then = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in hit["outcome"].items()
        }
        rules.setdefault((hit["table"], hit.get("line")), []).append((hit["rule"], then))
    lines = {
        line["line"]: (line["charge"], line["customer_pays_fen"]) for line in decision["lines"]
    }
    return _Outcome(rules, lines, decision["total_fen"])


def _difference(job: str, day: date, before: _Outcome, after: _Outcome) -> JobImpact | None:
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
        job, day, before.total_fen, after.total_fen, tuple(lines), tuple(others), tuple(causes)
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
