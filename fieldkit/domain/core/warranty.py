"""Warranty dates, always in this order: start, term (halved for commercial use, month ends
clamped), pauses. That gives the last covered day; holidays only move the last day to claim.

Day 0 is the day the clock starts; the last day counts to 24:00. Lengths are arguments: the
numbers themselves are policy and live in the rule pack.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

Period = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Term:
    """How long something is covered: calendar months or days, one of them 0."""

    months: int = 0
    days: int = 0

    def halved(self) -> Term:
        """The term for commercial use: months halved and rounded up, days as they are."""
        return Term(months=(self.months + 1) // 2, days=self.days)


def add_months(day: date, months: int) -> date:
    """The same day `months` later; where that month has no such day, its last one."""
    years, month0 = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month0 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def term_end(start: date, term: Term) -> date:
    """The last day of a term that starts on `start`."""
    return add_months(start, term.months) + timedelta(days=term.days)


def merged(periods: Iterable[Period]) -> list[Period]:
    """The periods in order, overlapping and touching ones as one, so that no day counts twice."""
    joined: list[Period] = []
    for begin, end in sorted(periods):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def extended(start: date, end: date, pauses: Iterable[Period]) -> date:
    """`end` moved by the days (return minus hand-over) of every pause that began under cover.

    A pause that began before `start` counts from `start`: an exchanged product has a new clock.
    """
    for begin, back in merged(pauses):
        begin = max(begin, start)
        if begin < back and begin <= end:
            end += back - begin
    return end


def claim_until(covered_until: date, holidays: Collection[date]) -> date:
    """The last day to claim: the first day from `covered_until` on that is no statutory holiday."""
    day = covered_until
    while day in holidays:
        day += timedelta(days=1)
    return day


def month_number(start: date, day: date) -> int:
    """In which month of ownership `day` lies, from 1; the same day of a month still belongs to
    the month that ends on it. 0 or less before `start`."""
    months = (day.year - start.year) * 12 + day.month - start.month
    if add_months(start, months) < day:
        months += 1
    return max(months, 1) if day >= start else months
