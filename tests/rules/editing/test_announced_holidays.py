"""The announced days of a year go into a file of holidays, and what else it says stays."""

from datetime import date
from pathlib import Path

from fieldkit.rules.editing.announced_holidays import announced, announced_years, put_year
from fieldkit.rules.loading.holidays import load_calendar
from fieldkit.shipped import shipped_data

WRITTEN = """\
# Ours.
source: "by hand"
days:
  2025-05-19: our own day  # the founder's
  2026-10-01: worked out
  2026-12-24: worked out
  2027-01-01: worked out
"""


def test_a_year_is_replaced_and_other_years_and_comments_stay(tmp_path: Path) -> None:
    file = tmp_path / "holidays.yaml"
    file.write_text(put_year(WRITTEN, announced(2026)))
    found = load_calendar(file)
    national = {day for day in found.holidays if (day.year, day.month) == (2026, 10)}
    assert national == {date(2026, 10, day) for day in range(1, 8)}
    assert date(2026, 10, 10) in found.workdays
    assert date(2026, 12, 24) not in found.holidays
    assert {date(2025, 5, 19), date(2027, 1, 1)} <= found.holidays
    assert found.announced == {2026}
    assert "# Ours." in file.read_text()


def test_what_was_put_once_is_not_changed_by_putting_it_again() -> None:
    once = put_year(WRITTEN, announced(2026))
    assert put_year(once, announced(2026)) == once


def test_a_year_without_a_notice_has_no_days() -> None:
    assert announced(max(announced_years()) + 1).days == {}


def test_the_shipped_days_are_the_announced_ones() -> None:
    shipped = load_calendar(shipped_data() / "holidays.yaml")
    assert {2025, 2026} <= shipped.announced
    for year in shipped.announced:
        made = announced(year)
        assert {day for day in shipped.holidays if day.year == year} == set(made.days)
        assert {day for day in shipped.workdays if day.year == year} == set(made.workdays)
