"""Windows of visits and calling hours, in zones with and without summer time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from fieldkit.domain.core.local_time import (
    CallingHours,
    hours_later,
    is_window,
    window,
    window_text,
)

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
DAY = date(2026, 11, 5)
HOURS = CallingHours(time(9), time(20))


@pytest.mark.parametrize(
    ("begins", "ends", "day", "at", "shown"),
    [
        ("09:00", "12:00", 5, "12:00", "09:00–12:00"),
        ("20:00", "24:00", 6, "00:00", "20:00–24:00"),
        ("22:00", "02:00", 6, "02:00", "22:00–02:00 (+1)"),
        ("00:00", "00:30", 5, "00:30", "00:00–00:30"),
        ("00:00", "24:00", 6, "00:00", "00:00–24:00"),
    ],
)
def test_a_window_may_end_at_midnight_or_after_it(
    begins: str, ends: str, day: int, at: str, shown: str
) -> None:
    start, end = window(DAY, begins, ends, SHANGHAI)
    assert is_window(begins, ends)
    assert start == datetime.combine(DAY, time.fromisoformat(begins), SHANGHAI)
    assert f"{end:%d %H:%M}" == f"{day:02} {at}"
    assert window_text(begins, ends) == shown


@pytest.mark.parametrize(("begins", "ends"), [("12:00", "12:00"), ("13:00", "12:00")])
def test_an_end_before_the_start_is_a_slip_of_the_pen(begins: str, ends: str) -> None:
    assert not is_window(begins, ends)


def test_hours_run_on_through_the_change_to_winter_time() -> None:
    before = datetime(2026, 10, 31, 23, tzinfo=NEW_YORK)
    later = hours_later(before, 24)
    assert later.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=24)
    assert f"{later:%d %H:%M}" == "01 22:00"


@pytest.mark.parametrize(
    ("due", "called"),
    [
        ("05 14:10", "05 14:10"),
        ("05 09:00", "05 09:00"),
        ("05 00:30", "05 09:00"),
        ("05 01:30", "05 09:00"),
        ("05 20:00", "06 09:00"),
        ("30 23:59", "01 09:00"),
    ],
)
def test_nobody_is_called_at_night(due: str, called: str) -> None:
    moment = datetime.strptime(f"2026-11-{due}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    assert f"{HOURS.within(moment):%d %H:%M}" == called
