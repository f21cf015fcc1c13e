"""A small calendar over a form: the day of a date field is chosen, not typed."""

from calendar import Calendar, monthrange
from datetime import date, timedelta
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from fieldkit.domain.core.form import FIRST_DAY, LAST_DAY
from fieldkit.i18n import Lang, fit, say, say_date, say_weekday
from fieldkit.tui.text.lines import Line
from fieldkit.tui.widgets.bars import content

_CELLS = 5
"""The cells of a day: two digits between brackets, and a space."""


class CalendarScreen(ModalScreen[date | None]):
    """Arrows move by days and weeks, PgUp and PgDn by months, Home goes to today; Enter takes the
    day, and so does a second click on it. Answers None where it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "key.take", id="calendar.take"),
        Binding("escape", "leave", "key.back", id="screen.back"),
        Binding("left", "move(-1)", "key.day_before", id="calendar.day_before"),
        Binding("right", "move(1)", "key.day_after", id="calendar.day_after"),
        Binding("up", "move(-7)", "key.week_before", id="calendar.week_before"),
        Binding("down", "move(7)", "key.week_after", id="calendar.week_after"),
        Binding("pageup", "turn(-1)", "key.month_before", id="calendar.month_before"),
        Binding("pagedown", "turn(1)", "key.month_after", id="calendar.month_after"),
        Binding("home", "today", "key.to_today", id="calendar.to_today"),
    ]

    def __init__(self, title: str, day: date, today: date, lang: Lang) -> None:
        super().__init__()
        self._title = title
        self._day = day
        self._today = today
        self._lang: Lang = lang

    def compose(self) -> ComposeResult:
        """The month, and the keys."""
        with Vertical(id="calendar"):
            yield Static(self._title, markup=False, classes="title")
            yield Static(id="month")
            yield Static(say("screen.calendar_keys", self._lang), markup=False, classes="hint")

    def on_mount(self) -> None:
        """Show the month of the day."""
        self._draw()

    def _draw(self) -> None:
        chosen = f"{say_weekday(self._day, self._lang)} {say_date(self._day, self._lang)}"
        names = [say(f"weekday.{number}", self._lang) for number in range(7)]
        head: Line = [("".join(f" {fit(name, _CELLS - 1)}" for name in names), "muted")]
        lines: list[Line] = [[(chosen, "heading")], head]
        lines += [[self._cell(day) for day in week] for week in self._weeks()]
        lines.append([(say("screen.calendar_today", self._lang), "muted")])
        self.query_one("#month", Static).update(
            content([("\n", "")]).join([content(line) for line in lines])
        )

    def _weeks(self) -> list[list[date]]:
        return Calendar().monthdatescalendar(self._day.year, self._day.month)

    def _cell(self, day: date) -> tuple[str, str]:
        """` 7  `, `[7 ]` under the cursor, `*` beside today; other months are muted."""
        mark = "*" if day == self._today else " "
        if day == self._day:
            return f"[{day.day:>2}]{mark}", "accent"
        kind = "strong" if day == self._today else ""
        return f" {day.day:>2} {mark}", kind if day.month == self._day.month else "muted"

    def _go(self, day: date) -> None:
        self._day = min(max(day, FIRST_DAY), LAST_DAY)
        self._draw()

    def action_move(self, days: int) -> None:
        """Move by days."""
        self._go(self._day + timedelta(days=days))

    def action_turn(self, months: int) -> None:
        """Move by months, to the same day or the last one."""
        months += self._day.year * 12 + self._day.month - 1
        year, month = divmod(months, 12)
        last = monthrange(year, month + 1)[1]
        self._go(date(year, month + 1, min(self._day.day, last)))

    def action_today(self) -> None:
        """Move to today."""
        self._go(self._today)

    def action_take(self) -> None:
        """Choose the day."""
        self.dismiss(self._day)

    def action_leave(self) -> None:
        """Close without a day."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """Move to the clicked day, or choose it where the cursor is on it already."""
        month = self.query_one("#month", Static)
        at = event.get_content_offset(month) if event.widget is month else None
        weeks = self._weeks()
        if at is None or not (2 <= at.y < 2 + len(weeks) and 0 <= at.x < 7 * _CELLS):
            return
        day = weeks[at.y - 2][at.x // _CELLS]
        if day == self._day:
            self.action_take()
        else:
            self._go(day)
