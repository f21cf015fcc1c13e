"""Warranty dates, against an independent library where there is one."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.domain.core.warranty import (
    Period,
    Term,
    add_months,
    claim_until,
    extended,
    merged,
    month_number,
    term_end,
)

days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
periods = st.tuples(days, st.integers(0, 200)).map(
    lambda pair: (pair[0], pair[0] + timedelta(days=pair[1]))
)


@given(day=days, months=st.integers(0, 120))
def test_months_are_added_as_dateutil_adds_them(day: date, months: int) -> None:
    assert add_months(day, months) == day + relativedelta(months=months)


@given(day=days, months=st.integers(0, 60), more=st.integers(0, 60))
def test_a_term_is_months_then_days(day: date, months: int, more: int) -> None:
    expected = day + relativedelta(months=months) + relativedelta(days=more)
    assert term_end(day, Term(months=months, days=more)) == expected


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_a_month_without_that_day_ends_the_term_on_its_last(
    start: date, months: int, last: date
) -> None:
    assert term_end(start, Term(months=months)) == last


@pytest.mark.parametrize(("months", "half"), [(3, 2), (6, 3), (12, 6), (36, 18), (1, 1), (0, 0)])
def test_commercial_use_halves_months_and_rounds_up(months: int, half: int) -> None:
    assert Term(months=months).halved() == Term(months=half)
    assert Term(days=15).halved() == Term(days=15)


@given(st.lists(periods, max_size=6))
def test_merged_periods_hold_each_day_once(stays: list[Period]) -> None:
    joined = merged(stays)
    covered = {begin + timedelta(days=n) for begin, end in stays for n in range((end - begin).days)}
    assert sum((end - begin).days for begin, end in joined) == len(covered)
    for (_, end), (begin, _) in pairwise(joined):
        assert end < begin


@given(start=days, months=st.integers(1, 36), stay=st.integers(0, 60), after=st.integers(0, 500))
def test_a_pause_under_cover_moves_the_end_by_its_days(
    start: date, months: int, stay: int, after: int
) -> None:
    end = term_end(start, Term(months=months))
    begin = start + timedelta(days=after)
    moved = extended(start, end, [(begin, begin + timedelta(days=stay))])
    assert moved == (end + timedelta(days=stay) if begin <= end else end)


def test_a_pause_before_the_clock_counts_from_its_start() -> None:
    stay = (date(2026, 1, 1), date(2026, 1, 11))
    assert extended(date(2026, 1, 6), date(2026, 7, 6), [stay]) == date(2026, 7, 11)


def test_a_pause_can_bring_the_next_one_under_cover() -> None:
    stays = [(date(2026, 1, 1), date(2026, 1, 21)), (date(2026, 1, 25), date(2026, 1, 30))]
    assert extended(date(2025, 1, 10), date(2026, 1, 10), stays) == date(2026, 2, 4)


def test_holidays_move_the_claim_to_the_first_day_after_them() -> None:
    holidays = {date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3)}
    assert claim_until(date(2026, 10, 1), holidays) == date(2026, 10, 4)
    assert claim_until(date(2026, 9, 30), holidays) == date(2026, 9, 30)
    assert claim_until(date(2026, 10, 4), holidays) == date(2026, 10, 4)


@given(start=days, day=days)
def test_the_month_number_is_the_first_whose_end_is_not_before_the_day(
    start: date, day: date
) -> None:
    number = month_number(start, day)
    assert add_months(start, number) >= day
    if day > start or number > 1:
        assert add_months(start, number - 1) < day


def test_the_anniversary_still_belongs_to_the_month_that_ends_on_it() -> None:
    start = date(2026, 5, 5)
    assert month_number(start, start) == 1
    assert month_number(start, date(2026, 11, 5)) == 6
    assert month_number(start, date(2026, 11, 6)) == 7
