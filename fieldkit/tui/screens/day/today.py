"""The first screen: all jobs by day, narrowed by typing, and the one under the cursor below."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.i18n import fit, say_date, say_value, say_weekday
from fieldkit.services.day import today as service
from fieldkit.services.jobs.job_rows import JobRow, list_jobs
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.job_columns import mark_of, row_line, say_promise, sort_key, widths
from fieldkit.tui.text.lines import Line, listed, paragraph
from fieldkit.tui.text.search import Search
from fieldkit.tui.text.status_line import due_line
from fieldkit.tui.widgets.bars import SpanBar
from fieldkit.tui.widgets.column_titles import ColumnTitles
from fieldkit.tui.widgets.line_view import Page
from fieldkit.tui.widgets.long_list import Entry, Listing
from fieldkit.tui.widgets.search_list import Finder

if TYPE_CHECKING:
    from fieldkit.services.day.saved_filters import Filter


class TodayScreen(BaseScreen[None]):
    """The list of jobs. Everything typed narrows it; Enter opens the job under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "open", "key.open", show=False, id="today.open"),
        Binding("f3", "due", "key.due", id="today.due"),
        Binding("f4", "new_job", "key.new_job", id="today.new_job"),
        Binding("f5", "filters", "key.filters", id="today.filters"),
        Binding("f6", "next_sort", "key.sort", show=False, id="today.sort"),
        Binding("ctrl+r", "turn", "key.turn", show=False, id="today.turn"),
        Binding("f10", "day_end", "key.day_end", id="today.day_end"),
        Binding("ctrl+g", "complaints", "key.complaints", show=False, id="today.complaints"),
        Binding("ctrl+l", "blockers", "key.blockers", show=False, id="today.blockers"),
        Binding("ctrl+t", "history", "key.history", show=False, id="today.history"),
        Binding("ctrl+o", "prices", "key.prices", show=False, id="today.prices"),
        Binding("ctrl+n", "van", "key.van", show=False, id="today.van"),
        Binding("ctrl+y", "copy", "key.copy", show=False, id="today.copy"),
        Binding("escape", "back", "key.clear", show=False, id="screen.back"),
    ]

    BEGIN = "#search"

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, Entry]] = []
        self._search = Search([])
        self._shown = 0
        self._sort = ""
        self._down = False
        self._missing: dict[str, list[str]] = {}

    def heading(self) -> str:
        """Where one is, and which day it is."""
        day = self.session.today
        return (
            f"{self.t('screen.today')} · {say_weekday(day, self.lang)} {say_date(day, self.lang)}"
        )

    def beside(self) -> str:
        """How many jobs are shown of how many."""
        return self.t("screen.shown", shown=self._shown, total=len(self._rows))

    def body(self) -> ComposeResult:
        """Search line, what is due, list, preview."""
        yield SpanBar(id="due")
        hint = self.t("screen.search_jobs")
        yield Finder(self._find, self._draw, hint, titles=ColumnTitles(id="columns"))
        yield Page(id="preview")

    def reload(self) -> None:
        """Read all jobs again, and do once what a search would do at each key."""
        today = self.session.today
        rows = list_jobs(self.session)
        self._rows = [(service.section(row, today), Entry(row.id, row)) for row in rows]
        self._search = Search([_words(row, self.t(f"status.{row.status}")) for row in rows])
        self._missing = {}
        self.query_one(Finder).refill()
        # What is due is told after the list: nobody waits for it.
        self.call_after_refresh(self._show_due)

    def _find(self, text: str) -> list[Entry]:
        exact, nearly = self._search.find(text)
        self._shown = len(exact) + len(nearly)
        self.call_later(self._draw_found)
        entries = self._sorted(exact) if self._sort else self._by_day(exact)
        if nearly:
            similar = [self._rows[index][1] for index in nearly]
            entries += [Entry("", ("similar", len(similar))), *similar]
        return entries

    def _by_day(self, found: list[int]) -> list[Entry]:
        grouped: dict[str, list[Entry]] = {name: [] for name in service.SECTIONS}
        for index in found:
            section, entry = self._rows[index]
            grouped[section].append(entry)
        entries: list[Entry] = []
        for name, group in grouped.items():
            if group:
                entries += [Entry("", (name, len(group))), *group]
        return entries

    def _sorted(self, found: list[int]) -> list[Entry]:
        key = sort_key(self._sort)
        entries = [self._rows[index][1] for index in found]
        return sorted(entries, key=lambda entry: key(entry.data), reverse=self._down)

    def _show_due(self) -> None:
        """The calls of today and the promises, in one line; nothing where nothing is due."""
        bar = self.query("#due")
        if not bar:
            return
        rows = [entry.data for _, entry in self._rows]
        due = service.due_today(self.session, rows)
        line = due_line(due, self.session.clock(), self.lang)
        bar.first().display = bool(line)
        bar.first(SpanBar).draw(lambda cells: line)

    # -- drawing ---------------------------------------------------------------------------

    def draw_bars(self) -> None:
        """The titles of the columns, too."""
        super().draw_bars()
        self._draw_columns()

    def _draw_found(self) -> None:
        """What a key in the search line changes beside the list."""
        if self.query("#title"):
            self.draw_title()
            self._draw_columns()

    def _draw_columns(self) -> None:
        if titles := self.query(ColumnTitles):
            titles.first().show_titles(
                widths, lambda name: self.t(f"column.{name}"), self._sort, self._down
            )

    def _draw(self, entry: Entry, cells: int) -> Line:
        if entry.key:
            return row_line(entry.data, self.session.today, self.lang, cells)
        name, count = entry.data
        return [(self.t(f"screen.section.{name}", count=count), "heading")]

    def _preview(self, row: JobRow, cells: int) -> list[Line]:
        kind = say_value(row.kind, self.lang)
        first = " · ".join(part for part in (kind, row.product, row.technician) if part)
        lines = paragraph(first, cells)[:1]
        lines += paragraph(row.address or self.t("screen.no_address"), cells, "muted")[:1]
        if text := " · ".join(self._told(row)):
            kind = mark_of(row, self.session.today, self.lang)[1]
            lines += paragraph(text, cells, kind)[:1]
        if row.id in self._missing:
            lines += self._still_missing(self._missing[row.id], cells)
        return lines

    def _told(self, row: JobRow) -> Iterator[str]:
        """What must be known before the job is opened."""
        if row.hazards:
            names = [self.session.catalogue.name("hazard", code, self.lang) for code in row.hazards]
            yield self.t("screen.hazards", names=listed(names, self.lang))
        if row.attention:
            yield self.t("screen.attention_told", count=row.attention)
        if row.awaits:
            yield self.t("screen.waits")
        if row.awaits == "?":
            yield self.t("screen.not_expected")
        elif row.awaits:
            when = say_date(date.fromisoformat(row.awaits), self.lang)
            yield self.t("screen.expected", date=when)
        if row.promised:
            day = date.fromisoformat(row.promised)
            yield self.t("screen.promised", date=say_date(day, self.lang))
            yield say_promise((day - self.session.today).days, self.lang)

    def _still_missing(self, steps: list[str], cells: int) -> list[Line]:
        """The next step and those after it, as many as there is room for."""
        names = [self.t(f"step.{step}") for step in steps]
        if not names:
            return []
        text = self.t("screen.still_missing", names=listed(names, self.lang))
        return [[(fit(text, cells), "accent")]]

    def _empty(self, cells: int) -> list[Line]:
        key = "empty.found" if self._rows else "empty.jobs"
        return paragraph(self.t(key), cells, "accent")

    # -- events ----------------------------------------------------------------------------

    @on(Listing.Moved)
    def _moved(self, event: Listing.Moved) -> None:
        page = self.query_one("#preview", Page)
        if event.entry is None:
            page.show(self._empty)
        else:
            row: JobRow = event.entry.data
            page.show(lambda cells: self._preview(row, cells))
            self.call_after_refresh(self._look_up, row)

    def _look_up(self, row: JobRow) -> None:
        """What is missing needs the whole job, which is read only once the list is drawn."""
        if row.id in self._missing or not self.query("#preview"):
            return
        with self.telling():
            self._missing[row.id] = service.missing(self.session, row.id)
            page = self.query_one("#preview", Page)
            current = self.query_one(Finder).listing.current
            if current is not None and current.key == row.id:
                page.show(lambda cells: self._preview(row, cells))

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        if not self.on_top:
            return
        self.host.open_job(event.entry.key)

    def action_open(self) -> None:
        """Open the job under the cursor."""
        self.query_one(Finder).listing.choose()

    # -- sorting and filters ---------------------------------------------------------------

    def action_sort(self, column: str) -> None:
        """Sort by a column; again turns it round, and once more lists by day."""
        if column != self._sort:
            self._show_sorted(column, False)
        elif not self._down:
            self._show_sorted(column, True)
        else:
            self._show_sorted("", False)

    def action_next_sort(self) -> None:
        """Sort by the next column that is shown; after the last one list by day."""
        shown = [name for name, cells in widths(self.size.width - 2).items() if cells > 0]
        place = shown.index(self._sort) + 1 if self._sort in shown else 0
        self._show_sorted((*shown, "")[place], False)

    def action_turn(self) -> None:
        """The other way round."""
        self._show_sorted(self._sort or "when", not self._down)

    def _show_sorted(self, column: str, down: bool) -> None:
        self._sort, self._down = column, down
        self.query_one(Finder).refill()
        if column:
            key = "screen.sorted_down" if down else "screen.sorted"
            self.tell(self.t(key, column=self.t(f"column.{column}")))

    def action_filters(self) -> None:
        """Saved filters."""
        from fieldkit.services.day.saved_filters import Filter
        from fieldkit.tui.screens.day.saved_filters import open_filters

        text = self.query_one(Finder).text.strip()
        open_filters(self, Filter("", text, self._sort, self._down), self._take_filter)

    def _take_filter(self, wanted: "Filter") -> None:
        self._sort, self._down = wanted.sort, wanted.down
        finder = self.query_one(Finder)
        finder.put(wanted.text)
        finder.refill()

    # -- elsewhere -------------------------------------------------------------------------

    def action_due(self) -> None:
        """Follow-ups and promises."""
        from fieldkit.tui.screens.day.due_calls import DueScreen

        self.app.push_screen(DueScreen())

    def action_new_job(self) -> None:
        """Register a request."""
        from fieldkit.tui.screens.job.new_job import new_job

        new_job(self)

    def action_day_end(self) -> None:
        """What is open, and what the office has."""
        from fieldkit.tui.screens.day.day_end import DayEndScreen

        self.app.push_screen(DayEndScreen())

    def action_complaints(self) -> None:
        """The complaints."""
        from fieldkit.tui.screens.complaints.complaint_list import ComplaintsScreen

        self.app.push_screen(ComplaintsScreen())

    def action_blockers(self) -> None:
        """What holds jobs up behind the front line."""
        from fieldkit.tui.screens.day.blockers import BlockersScreen

        self.app.push_screen(BlockersScreen())

    def action_history(self) -> None:
        """Earlier jobs by serial number and customer."""
        self.host.open_history()

    def action_prices(self) -> None:
        """Turn the public prices and the complaint number to the customer."""
        from fieldkit.tui.screens.job.customer_view import PricesScreen

        self.app.push_screen(PricesScreen(self.lang))

    def action_copy(self) -> None:
        """Copy something of the job under the cursor."""
        from fieldkit.services.jobs.job_commands import job
        from fieldkit.tui.screens.copy_text import copy_from

        entry = self.query_one(Finder).listing.current
        if entry is None or not self.on_top:
            self.tell(self.t("screen.nothing_to_copy"), wrong=True)
            return
        with self.telling():
            copy_from(self, job(self.session, entry.key))

    def action_van(self) -> None:
        """What is in the van."""
        from fieldkit.tui.screens.day.van import VanScreen

        self.app.push_screen(VanScreen())

    async def action_back(self) -> None:
        """Empty the search line, then the sorting; here is nowhere to go back to."""
        if self.search_cleared():
            return
        if self._sort:
            self._show_sorted("", False)
        else:
            self.tell(self.t("screen.how_to_quit"))


def _words(row: JobRow, status: str) -> str:
    """Everything that a job can be found by."""
    kept = (row.number, row.customer, row.address, row.product, row.technician, row.appointment)
    return " ".join((*kept, row.status, status))
