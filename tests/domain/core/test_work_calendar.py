"""Which days are worked: weekdays, but for holidays, and make-up days at the weekend."""

from datetime import date

import pytest

from fieldkit.domain.core.work_calendar import WorkCalendar

CALENDAR = WorkCalendar(
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    workdays=frozenset({date(2026, 10, 10)}),
)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
    ],
)
def test_make_up_days_are_worked(day: date, worked: bool) -> None:
    assert CALENDAR.is_working_day(day) is worked
