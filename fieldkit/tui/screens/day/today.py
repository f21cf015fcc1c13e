"""The first screen: all jobs by day, narrowed by typing, and the one under the cursor below."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer

from fieldkit.i18n import say_date, say_weekday
from fieldkit.services.day.today import due_today
from fieldkit.services.day.today import missing as missing_steps
from fieldkit.services.jobs.job_rows import any_older, list_jobs, older_jobs
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.screens.day.job_table import JobTable
from fieldkit.tui.text.job_columns import COLUMNS, row_line, widths
from fieldkit.tui.text.job_preview import preview_lines
from fieldkit.tui.text.lines import Line
from fieldkit.tui.text.status_line import due_line
from fieldkit.tui.widgets.bars import SpanBar
from fieldkit.tui.widgets.column_titles import ColumnTitles
from fieldkit.tui.widgets.long_list import Entry, Listing
from fieldkit.tui.widgets.search_list import FURTHER_AFTER, Finder

if TYPE_CHECKING:
    from fieldkit.services.day.saved_filters import Filter


class TodayScreen(BaseScreen[None]):
    """The list of jobs. Everything typed narrows it; Enter opens the job under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "choose", "key.open", show=False, id="today.open"),
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
        Binding("ctrl+b", "records", "key.records", show=False, id="today.records"),
        Binding("ctrl+y", "copy", "key.copy", show=False, id="today.copy"),
        Binding("escape", "back", "key.clear", show=False, id="screen.back"),
    ]

    BEGIN = "#search"

    def __init__(self) -> None:
        super().__init__()
        self._table = JobTable()
        self._missing: dict[str, list[str]] = {}
        self._further: Timer | None = None

    def heading(self) -> str:
        """The title bar, left: the list, and which day it is."""
        day = self.session.today
        return (
            f"{self.t('screen.today')} · {say_weekday(day, self.lang)} {say_date(day, self.lang)}"
        )

    def beside(self) -> str:
        """The title bar, right: how many jobs are shown of how many."""
        return self.t("screen.shown", shown=self._table.shown, total=len(self._table.rows))

    def body(self) -> ComposeResult:
        """Search line, what is due, list, preview."""
        yield SpanBar(id="due")
        hint, titles = self.t("screen.search_jobs"), ColumnTitles(id="columns")
        yield Finder(self._find, self._draw, hint, self._preview, self._empty, titles=titles)

    def reload(self) -> None:
        """Read all jobs again."""
        self._table.load(list_jobs(self.session), self.session.clock(), self.lang)
        self._missing = {}
        self.query_one(Finder).refill()
        # What is due is shown after the list: nobody waits for it.
        self.call_after_refresh(self._show_due)

    def _find(self, text: str) -> list[Entry]:
        self.call_later(self.draw_title)
        if self._further is not None:
            self._further.stop()
        if text.strip():
            self._further = self.set_timer(FURTHER_AFTER, partial(self._look_further, text))
        return self._table.find(text)

    def _look_further(self, text: str) -> None:
        """Look for what was typed among the jobs that were closed too long ago for the list."""
        if not any_older(self.session):
            return
        known = {row.id for row in self._table.rows}
        older = [row for row in older_jobs(self.session, text) if row.id not in known]
        if older:
            self._table.load([*self._table.rows, *older], self.session.clock(), self.lang)
            self.query_one(Finder).refill()

    def _show_due(self) -> None:
        """Show the calls and promises due today in one line, or hide it."""
        bar = self.query("#due")
        if not bar:
            return
        due = due_today(self.session, self._table.rows)
        line = due_line(due, self.session.clock(), self.lang)
        bar.first().display = bool(line)
        bar.first(SpanBar).draw(lambda cells: line)

    # -- drawing ---------------------------------------------------------------------------

    def draw_title(self) -> None:
        """Write the title bar and the titles of the columns."""
        super().draw_title()
        if titles := self.query(ColumnTitles):
            sort, descending = self._table.sort, self._table.descending
            named = {name: self.t(f"column.{name}") for name in COLUMNS}
            titles.first().show_titles(widths, named, sort, descending)

    def _draw(self, entry: Entry, cells: int) -> Line:
        return row_line(entry.data, self.session.today, self.lang, cells)

    def _preview(self, entry: Entry, cells: int) -> list[Line]:
        missing = self._missing.get(entry.key, [])
        session = self.session
        return preview_lines(
            entry.data, missing, session.catalogue, session.today, self.lang, cells
        )

    def _empty(self) -> str:
        return self.t("empty.found" if self._table.rows else "empty.jobs")

    # -- events ----------------------------------------------------------------------------

    @on(Listing.Moved)
    def _moved(self, event: Listing.Moved) -> None:
        if event.entry is not None:
            self.call_after_refresh(self._look_up, event.entry)

    def _look_up(self, entry: Entry) -> None:
        """Read what is missing, which needs the whole job, only once the list is drawn."""
        if entry.key in self._missing or not self.query("#preview"):
            return
        with self.showing_errors():
            self._missing[entry.key] = missing_steps(self.session, entry.key)
            finder = self.query_one(Finder)
            current = finder.listing.current
            if current is not None and current.key == entry.key:
                finder.show_preview(current)

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        if not self.on_top:
            return
        self.host.open_job(event.entry.key)

    # -- sorting and filters ---------------------------------------------------------------

    def action_sort(self, column: str) -> None:
        """Sort by a column; again turns it round, and once more lists by day."""
        if column != self._table.sort:
            self._show_sorted(column, False)
        elif not self._table.descending:
            self._show_sorted(column, True)
        else:
            self._show_sorted("", False)

    def action_next_sort(self) -> None:
        """Sort by the next column that is shown; after the last one list by day."""
        shown = [name for name, cells in widths(self.size.width - 2).items() if cells > 0]
        place = shown.index(self._table.sort) + 1 if self._table.sort in shown else 0
        self._show_sorted((*shown, "")[place], False)

    def action_turn(self) -> None:
        """Sort the other way round."""
        self._show_sorted(self._table.sort or "when", not self._table.descending)

    def _show_sorted(self, column: str, descending: bool) -> None:
        self._table.sort, self._table.descending = column, descending
        self.query_one(Finder).refill()
        if column:
            key = "screen.sorted_down" if descending else "screen.sorted"
            self.show_message(self.t(key, column=self.t(f"column.{column}")))

    def action_filters(self) -> None:
        """Open the saved filters."""
        from fieldkit.services.day.saved_filters import Filter
        from fieldkit.tui.screens.day.saved_filters import open_filters

        text = self.query_one(Finder).text.strip()
        now = Filter("", text, self._table.sort, self._table.descending)
        open_filters(self, now, self._take_filter)

    def _take_filter(self, wanted: "Filter") -> None:
        self._table.sort, self._table.descending = wanted.sort, wanted.down
        finder = self.query_one(Finder)
        finder.put(wanted.text)
        finder.refill()

    # -- elsewhere -------------------------------------------------------------------------

    def action_due(self) -> None:
        """Open follow-ups and promises."""
        from fieldkit.tui.screens.day.due_calls import DueScreen

        self.app.push_screen(DueScreen())

    def action_new_job(self) -> None:
        """Open the forms of a new job."""
        from fieldkit.tui.screens.job.new_job import new_job

        new_job(self)

    def action_day_end(self) -> None:
        """Open the end of the day."""
        from fieldkit.tui.screens.day.day_end import DayEndScreen

        self.app.push_screen(DayEndScreen())

    def action_complaints(self) -> None:
        """Open the complaints."""
        from fieldkit.tui.screens.complaints.complaint_list import ComplaintsScreen

        self.app.push_screen(ComplaintsScreen())

    def action_blockers(self) -> None:
        """Open the blockers."""
        from fieldkit.tui.screens.day.blockers import BlockersScreen

        self.app.push_screen(BlockersScreen())

    def action_history(self) -> None:
        """Open earlier jobs."""
        self.host.open_history()

    def action_prices(self) -> None:
        """Show the public prices and the complaint number to the customer."""
        from fieldkit.tui.screens.job.customer_view import PricesScreen

        self.app.push_screen(PricesScreen(self.lang))

    def action_copy(self) -> None:
        """Choose a value of the job under the cursor and copy it."""
        from fieldkit.services.jobs.job_commands import job
        from fieldkit.tui.screens.copy_text import copy_from

        entry = self.query_one(Finder).listing.current
        if entry is None or not self.on_top:
            self.show_message(self.t("screen.nothing_to_copy"), wrong=True)
            return
        with self.showing_errors():
            copy_from(self, job(self.session, entry.key))

    def action_records(self) -> None:
        """Find a customer or product, and put right what is recorded of it."""
        from fieldkit.tui.screens.correct import choose_record

        if self.on_top:
            choose_record(self)

    def action_van(self) -> None:
        """Open the stock of the van."""
        from fieldkit.tui.screens.day.van import VanScreen

        self.app.push_screen(VanScreen())

    async def action_back(self) -> None:
        """Clear the search, then the sorting, then say how to quit."""
        if self.search_cleared():
            return
        if self._table.sort:
            self._show_sorted("", False)
        else:
            self.show_message(self.t("screen.how_to_quit"))
