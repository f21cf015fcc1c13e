"""The days on which a company works: weekdays, holidays and make-up working days."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class WorkCalendar:
    """`holidays` are no working days, whichever day of the week they are; `workdays` are, also at
    the weekend (in China 补班, days worked in exchange for a longer holiday). `announced` are the
    years whose days are as the state announced them; those of others are worked out."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    announced: frozenset[int] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday but for holidays, and make-up working days."""
        return day in self.workdays or (day.weekday() < 5 and day not in self.holidays)
