"""The holidays and make-up working days that the state announced, put into a file of holidays.

They come from the library chinesecalendar, which follows the yearly notice of China's State
Council. A company elsewhere writes its file by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

_WORKED = "补班"


@dataclass(frozen=True)
class YearOfDays:
    """The holidays of one year by name, and its make-up working days."""

    year: int
    days: Mapping[date, str]
    workdays: Mapping[date, str]


def announced_years() -> list[int]:
    """The years that the library knows, the first one first."""
    from chinese_calendar.constants import holidays

    return sorted({day.year for day in holidays})


def announced(year: int) -> YearOfDays:
    """What was announced for a year; no days where nothing was announced yet."""
    from chinese_calendar.constants import Holiday, holidays, workdays

    days = {day: Holiday(name).chinese for day, name in holidays.items() if day.year == year}
    worked = {
        day: f"{Holiday(name).chinese}{_WORKED}"
        for day, name in workdays.items()
        if day.year == year
    }
    return YearOfDays(year, days, worked)


def put_year(text: str, found: YearOfDays) -> str:
    """The text of a file of holidays with this year's days in the place of those that it has;
    other years, comments and the order of its entries stay."""
    yaml = _yaml()
    top: CommentedMap = yaml.load(text)
    _replace(top, "days", found.year, found.days)
    _replace(top, "workdays", found.year, found.workdays)
    years = sorted({*top.get("announced", ()), found.year})
    if "announced" not in top:
        top.insert(list(top).index("days"), "announced", [])
    listed = CommentedSeq(years)
    listed.fa.set_flow_style()
    top["announced"] = listed
    written = StringIO()
    yaml.dump(top, written)
    return written.getvalue()


def _replace(top: CommentedMap, entry: str, year: int, days: Mapping[date, str]) -> None:
    kept: Any = top.get(entry) or CommentedMap()
    if all(kept.get(day) == name for day, name in days.items()) and not any(
        day.year == year and day not in days for day in kept
    ):
        return
    merged = {day: name for day, name in kept.items() if day.year != year} | dict(days)
    top[entry] = CommentedMap(sorted(merged.items()))


def _yaml() -> YAML:
    yaml = YAML()
    yaml.width = 100
    yaml.preserve_quotes = True
    return yaml
