"""What another price of labour changes about a stored decision: its amounts, read from its record,
as long as no rule can see a difference. Nothing has to be judged for that."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fieldkit.domain.money import percent_of

RATE = "labour_fen_per_minute"
PERCENTS = frozenset({"customer_pays_part_percent", "customer_pays_labour_percent"})
_PERCENT = re.compile(r'"customer_pays_(part|labour)_percent":(\d+)')
_TOTAL = re.compile(r'\],"call_out_fen":(\d+),"total_fen":(\d+),"concession_fen":(\d+)')


@dataclass(frozen=True, slots=True)
class Amounts:
    """Each line's charge and what the customer pays of it, and the total, in fen."""

    lines: Mapping[int, tuple[str, int]]
    total_fen: int


def reprice(
    hits: str, lines: Sequence[Mapping[str, Any]], rest: str, old_rate: int, new_rate: int
) -> tuple[Amounts, Amounts, Mapping[str, list[tuple[int, int]]]] | None:
    """The amounts before and after, and what became of each sum that a rule may ask for.

    `hits` and `rest` are the record's text around its `lines`. None where the record does not tell
    everything: a price that is no multiple of the rate, or a line without its percentages.
    """
    paid: dict[str, list[int]] = {"part": [], "labour": []}
    for kind, percent in _PERCENT.findall(hits):
        paid[kind].append(int(percent))
    total = _TOTAL.match(rest)
    if total is None or not len(lines) == len(paid["part"]) == len(paid["labour"]):
        return None
    call_out, total_fen, conceded_fen = map(int, total.groups())
    before, after = {}, {}
    payable = [0, 0]
    conceded = [0, 0]
    for line, part, labour in zip(lines, paid["part"], paid["labour"], strict=True):
        minutes, odd = divmod(line["labour_fen"], old_rate)
        if odd:
            return None
        pays = line["customer_pays_fen"]
        price = minutes * new_rate
        pays_now = percent_of(line["part_fen"], part) + percent_of(price, labour)
        before[line["line"]], after[line["line"]] = (
            (line["charge"], pays),
            (line["charge"], pays_now),
        )
        payable[0] += pays
        payable[1] += pays_now
        if line["charge"] == "goodwill":
            conceded[0] += line["part_fen"] + line["labour_fen"] - pays
            conceded[1] += line["part_fen"] + price - pays_now
    new_total = call_out + payable[1]
    whole = conceded_fen, conceded_fen - conceded[0] + conceded[1]
    sums = {
        "sum.payable_fen": [(payable[0], payable[1])],
        "sum.conceded_fen": [(conceded[0], conceded[1])],
        "concession_fen": [(conceded[0], conceded[1]), whole],
        "total_fen": [(payable[0], payable[1]), (total_fen, new_total)],
    }
    return Amounts(before, total_fen), Amounts(after, new_total), sums
