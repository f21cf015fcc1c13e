"""What other rates change about a stored decision: its amounts, read from its record, as long as no
rule can see a difference. Nothing has to be judged for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fieldkit.domain.core.decision import Outcome
from fieldkit.domain.core.money import percent_of
from fieldkit.rules.deciding.facts import extra_km
from fieldkit.rules.impact.stored_record import StoredDecision

PART_PERCENT, LABOUR_PERCENT = "customer_pays_part_percent", "customer_pays_labour_percent"
PERCENTS = frozenset({PART_PERCENT, LABOUR_PERCENT})
VISIT_RATES = frozenset({"call_out_base_fen", "call_out_km_fen"})
VISIT = VISIT_RATES | {"call_out_payable_percent", "call_out_conceded"}


@dataclass(frozen=True, slots=True)
class Rates:
    """What a pack counts amounts with: a minute of labour in fen, the kilometres that a visit
    includes, and by rule of the table that prices visits its base and kilometre in fen."""

    minute_fen: int
    included_km: int
    table: str
    visits: Mapping[str, tuple[int, int]]


class Amounts(NamedTuple):
    """Each line's charge and what the customer pays of it (none where lines cost what they did),
    the total, and what the rule `visit` of `table` took for base and kilometre, in fen; no rule
    where visits cost what they did."""

    lines: Mapping[int, tuple[str, int]]
    total_fen: int
    table: str
    visit: str
    visit_rates: tuple[int, int]


class Repriced(NamedTuple):
    """The amounts before and after, and what became of each sum that a rule may ask for."""

    before: Amounts
    after: Amounts
    sums: Mapping[str, Sequence[tuple[int, int]]]


class _Visit(NamedTuple):
    rule: str
    rates: tuple[int, int]
    km: int
    percent: int
    conceded: bool

    @property
    def full_fen(self) -> int:
        return self.rates[0] + self.km * self.rates[1]

    @property
    def payable_fen(self) -> int:
        return percent_of(self.full_fen, self.percent)

    @property
    def conceded_fen(self) -> int:
        return self.full_fen - self.payable_fen if self.conceded else 0


def reprice(stored: StoredDecision, old: Rates, new: Rates) -> Repriced | None:
    """The amounts under the old rates and the new ones.

    None where the record does not hold everything: a price that is no multiple of the rate, a line
    without its percentages, a visit that these rules did not price.
    """
    call_out, total, conceded = stored.call_out_fen, stored.total_fen, stored.concession_fen
    was = now = _Visit("", (call_out, 0), 0, 100, conceded=False)
    if (old.visits, old.included_km) != (new.visits, new.included_km):
        visits = _visits(stored, old, new)
        if visits is None or visits[0].payable_fen != call_out:
            return None
        was, now = visits
    payable = total - call_out
    lines = _Lines({}, {}, payable, (0, 0))
    if old.minute_fen != new.minute_fen:
        priced = _lines(stored, old.minute_fen, new.minute_fen)
        if priced is None:
            return None
        lines = priced
    new_total = now.payable_fen + lines.payable_fen
    less, more = was.conceded_fen + lines.conceded_fen[0], now.conceded_fen + lines.conceded_fen[1]
    sums = {
        "sum.payable_fen": [(payable, lines.payable_fen)],
        "sum.conceded_fen": [lines.conceded_fen],
        "call_out_fen": [(call_out, now.payable_fen)],
        "concession_fen": [lines.conceded_fen, (conceded, conceded - less + more)],
        "total_fen": [(payable, lines.payable_fen), (total, new_total)],
    }
    return Repriced(
        Amounts(lines.before, total, old.table, was.rule, was.rates),
        Amounts(lines.after, new_total, new.table, now.rule, now.rates),
        sums,
    )


class _Lines(NamedTuple):
    """Charge and amount of each line before and after, what is payable after, and what is given up
    before and after, in fen; nothing where lines cost what they did."""

    before: Mapping[int, tuple[str, int]]
    after: Mapping[int, tuple[str, int]]
    payable_fen: int
    conceded_fen: tuple[int, int]


def _lines(stored: StoredDecision, old_rate: int, new_rate: int) -> _Lines | None:
    """The lines with another price of a minute."""
    parts, labours = _outcomes(stored, PART_PERCENT), _outcomes(stored, LABOUR_PERCENT)
    before, after = {}, {}
    payable = conceded = conceded_now = 0
    for line in stored.lines:
        minutes, odd = divmod(line.labour_fen, old_rate)
        if odd or line.line not in parts or line.line not in labours:
            return None
        price = minutes * new_rate
        pays = percent_of(line.part_fen, parts[line.line]) + percent_of(price, labours[line.line])
        before[line.line] = line.charge, line.customer_pays_fen
        after[line.line] = line.charge, pays
        payable += pays
        if line.charge == "goodwill":
            conceded += line.part_fen + line.labour_fen - line.customer_pays_fen
            conceded_now += line.part_fen + price - pays
    return _Lines(before, after, payable, (conceded, conceded_now))


def _visits(stored: StoredDecision, old: Rates, new: Rates) -> tuple[_Visit, _Visit] | None:
    """The visit as it was priced and as it would be."""
    hit = next((hit for hit in stored.hits if hit.outcome.keys() >= VISIT), None)
    if hit is None:
        return None
    given, rates = hit.outcome, old.visits.get(hit.rule)
    if rates != (given["call_out_base_fen"], given["call_out_km_fen"]):
        return None
    km = stored.recorded.get("distance_km")
    percent, conceded = given["call_out_payable_percent"], given["call_out_conceded"] is True
    was, now = (
        _Visit(hit.rule, visits, extra_km(km, included) or 0, _number(percent), conceded)
        for visits, included in ((rates, old.included_km), (new.visits[hit.rule], new.included_km))
    )
    return was, now


def _outcomes(stored: StoredDecision, name: str) -> Mapping[int | None, int]:
    """A number that the tables gave, by line."""
    return {hit.line: _number(hit.outcome[name]) for hit in stored.hits if name in hit.outcome}


def _number(value: Outcome) -> int:
    return value if isinstance(value, int) else 0
