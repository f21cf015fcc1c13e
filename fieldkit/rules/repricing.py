"""What other rates change about a stored decision: its amounts, read from its record, as long as no
rule can see a difference. Nothing has to be judged for that."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fieldkit.domain.money import percent_of
from fieldkit.rules.facts import extra_km

PERCENTS = frozenset({"customer_pays_part_percent", "customer_pays_labour_percent"})
VISIT_RATES = frozenset({"call_out_base_fen", "call_out_km_fen"})
VISIT = VISIT_RATES | {"call_out_payable_percent", "call_out_conceded"}
_DIGITS = re.compile(r"\d+")
_VISIT = re.compile(
    r'"call_out_base_fen":(\d+),"call_out_km_fen":(\d+),'
    r'"call_out_payable_percent":(\d+),"call_out_conceded":(true|false)'
)
_RULE = '"rule":"'
_DISTANCE = re.compile(r'"distance_km":([\d.]+)')
_TOTAL = re.compile(r'\],"call_out_fen":(\d+),"total_fen":(\d+),"concession_fen":(\d+)')


@dataclass(frozen=True, slots=True)
class Rates:
    """What a pack counts amounts with: a minute of labour in fen, the kilometres that a visit
    includes, and by rule of the table that prices visits its base and kilometre in fen."""

    minute_fen: int
    included_km: int
    table: str
    visits: Mapping[str, tuple[int, int]]


class Written(NamedTuple):
    """The parts of a record, as JSON texts, that amounts are made of; `rest` begins where the lines
    end."""

    recorded: str
    hits: str
    lines: Sequence[Mapping[str, Any]]
    rest: str


class Amounts(NamedTuple):
    """Each line's charge and what the customer pays of it, the total, and what the rule `visit` of
    `table` took for base and kilometre, in fen; no rule where visits cost what they did."""

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


def reprice(written: Written, old: Rates, new: Rates) -> Repriced | None:
    """The amounts under the old rates and the new ones.

    None where the record does not tell everything: a price that is no multiple of the rate, a line
    without its percentages, a visit that these rules did not price.
    """
    parts, labours = (_percents(written.hits, kind) for kind in ("part", "labour"))
    total = _TOTAL.match(written.rest)
    if total is None or not len(written.lines) == len(parts) == len(labours):
        return None
    call_out, total_fen, conceded_fen = map(int, total.groups())
    was = now = _Visit("", (call_out, 0), 0, 100, conceded=False)
    if (old.visits, old.included_km) != (new.visits, new.included_km):
        visits = _visits(written, old, new)
        if visits is None or visits[0].payable_fen != call_out:
            return None
        was, now = visits
    before, after = {}, {}
    payable, conceded = [0, 0], [0, 0]
    for line, part, labour in zip(written.lines, parts, labours, strict=True):
        price = _labour(line["labour_fen"], old.minute_fen, new.minute_fen)
        if price is None:
            return None
        pays, charge, part_fen = line["customer_pays_fen"], line["charge"], line["part_fen"]
        pays_now = percent_of(part_fen, part) + percent_of(price, labour)
        before[line["line"]], after[line["line"]] = (charge, pays), (charge, pays_now)
        payable[0] += pays
        payable[1] += pays_now
        if charge == "goodwill":
            conceded[0] += part_fen + line["labour_fen"] - pays
            conceded[1] += part_fen + price - pays_now
    changed = conceded[1] - conceded[0] + now.conceded_fen - was.conceded_fen
    new_total = now.payable_fen + payable[1]
    sums = {
        "sum.payable_fen": [(payable[0], payable[1])],
        "sum.conceded_fen": [(conceded[0], conceded[1])],
        "call_out_fen": [(was.payable_fen, now.payable_fen)],
        "concession_fen": [
            (conceded[0], conceded[1]),
            (conceded_fen, conceded_fen + changed),
        ],
        "total_fen": [(payable[0], payable[1]), (total_fen, new_total)],
    }
    return Repriced(
        Amounts(before, total_fen, old.table, was.rule, was.rates),
        Amounts(after, new_total, new.table, now.rule, now.rates),
        sums,
    )


def _percents(hits: str, kind: str) -> list[int]:
    """What customers pay of part or labour, line after line."""
    rest = hits.split(f'"customer_pays_{kind}_percent":')[1:]
    return [int(found[0]) for found in map(_DIGITS.match, rest) if found]


def _labour(fen: int, old_rate: int, new_rate: int) -> int | None:
    if old_rate == new_rate:
        return fen
    minutes, odd = divmod(fen, old_rate)
    return None if odd else minutes * new_rate


def _visits(written: Written, old: Rates, new: Rates) -> tuple[_Visit, _Visit] | None:
    """The visit as it was priced and as it would be."""
    found = _VISIT.search(written.hits)
    if found is None:
        return None
    begin = written.hits.rindex(_RULE, 0, found.start()) + len(_RULE)
    rule = written.hits[begin : written.hits.index('"', begin)]
    rates = int(found[1]), int(found[2])
    if old.visits.get(rule) != rates:
        return None
    distance = _DISTANCE.search(written.recorded)
    km = float(distance[1]) if distance else None
    rest = int(found[3]), found[4] == "true"
    was = _Visit(rule, rates, extra_km(km, old.included_km) or 0, *rest)
    return was, _Visit(rule, new.visits[rule], extra_km(km, new.included_km) or 0, *rest)
