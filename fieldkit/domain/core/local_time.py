"""Times of the day in the company's zone: windows of visits, hours in which customers are called.

A zone is that of an aware moment, so that hours fall right on both sides of summer time.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

LONGEST_WINDOW = timedelta(hours=12)
"""A window that ends earlier in the day than it begins goes on after midnight; one that would
last longer than this is a slip of the pen."""

MIDNIGHT = "24:00"
"""The end of a day as people write it."""


def window(on: date, begins: str, ends: str, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """The moments between which a visit is agreed, from times as `22:00`.

    The end is that of the next day where it is not after the beginning; `24:00` is the end of
    the day.
    """
    start = datetime.combine(on, time.fromisoformat(begins), zone)
    if ends == MIDNIGHT:
        return start, datetime.combine(on + timedelta(days=1), time(), zone)
    end = datetime.combine(on, time.fromisoformat(ends), zone)
    return start, end if ends > begins else end + timedelta(days=1)


def is_window(begins: str, ends: str) -> bool:
    """Whether a visit may be agreed for these times; see `LONGEST_WINDOW`."""
    start, end = window(date.min, begins, ends, None)
    return ends > begins or end - start <= LONGEST_WINDOW


def window_text(begins: str, ends: str) -> str:
    """A window as it is shown: `09:00–12:00`, or `22:00–02:00 (+1)` where it ends a day later."""
    return f"{begins}–{ends}" + ("" if ends > begins else " (+1)")


def hours_later(moment: datetime, hours: int) -> datetime:
    """So many hours of the clock's running later; the change to summer time does not count."""
    return (moment.astimezone(UTC) + timedelta(hours=hours)).astimezone(moment.tzinfo)


@dataclass(frozen=True)
class CallingHours:
    """From when and until when customers may be called."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"

    def within(self, moment: datetime) -> datetime:
        """The moment, or the next one at which a customer may be called."""
        if self.opens <= moment.time() < self.closes:
            return moment
        day = moment.date() + timedelta(days=moment.time() >= self.closes)
        return datetime.combine(day, self.opens, moment.tzinfo)
