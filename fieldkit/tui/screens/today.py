"""The first screen: all jobs by day, narrowed by typing, and the one under the cursor below."""

from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.i18n import say_date, say_value, say_weekday
from fieldkit.services import today as service
from fieldkit.services.jobs import JobRow, list_jobs
from fieldkit.tui.lines import Line, columns, listed, paragraph
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.widgets.finder import Finder
from fieldkit.tui.widgets.lineview import Page
from fieldkit.tui.widgets.listing import Entry, Listing


class TodayScreen(BaseScreen[None]):
    """The list of jobs. Everything typed narrows it; Enter opens the job under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "open", "key.open", id="today.open"),
        Binding("f3", "due", "key.due", id="today.due"),
        Binding("f4", "new_job", "key.new_job", id="today.new_job"),
        Binding("escape", "back", "key.clear", show=False, id="today.clear"),
    ]

    BEGIN = "#search"

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, str, Entry]] = []
        self._shown = 0

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
        """Search line, list, preview."""
        yield Finder(self._find, self._draw, self.t("screen.search_jobs"))
        yield Page(id="preview")

    def reload(self) -> None:
        """Read all jobs again, and do once what a search would do at each key."""
        today = self.session.today
        self._rows = [
            (
                _searchable(row, self.t(f"status.{row.status}")),
                service.section(row, today),
                Entry(row.id, row),
            )
            for row in list_jobs(self.session)
        ]
        self.query_one(Finder).refill()

    def _find(self, text: str) -> list[Entry]:
        wanted = text.casefold().split()
        grouped: dict[str, list[Entry]] = {name: [] for name in service.SECTIONS}
        self._shown = 0
        for words, section, entry in self._rows:
            if all(part in words for part in wanted):
                grouped[section].append(entry)
                self._shown += 1
        entries: list[Entry] = []
        for name, group in grouped.items():
            if group:
                entries += [Entry("", (name, len(group))), *group]
        self.call_later(self.draw_bars)
        return entries

    # -- drawing ---------------------------------------------------------------------------

    def _draw(self, entry: Entry, cells: int) -> Line:
        if not entry.key:
            name, count = entry.data
            return [(self.t(f"screen.section.{name}", count=count), "heading")]
        row: JobRow = entry.data
        today = self.session.today
        when = row.appointment[5:]
        if row.appointment[:10] == today.isoformat():
            when = row.appointment[11:]
        mark, kind = self._mark(row, today)
        wide = cells >= 100
        parts = [
            (when, 11, ""),
            (row.number, 12, "muted"),
            (row.customer, 16 if wide else 12, "strong"),
            (row.address, cells - 95 if wide else 0, "muted"),
            (row.product if wide else row.product.rpartition(" ")[2], 23 if wide else 15, ""),
            (self.t(f"status.{row.status}"), 11, "muted"),
            (mark, 12 if wide else cells - 67, kind),
        ]
        return columns(parts)

    def _mark(self, row: JobRow, today: date) -> tuple[str, str]:
        """The one thing to know first, in a word."""
        if row.status in ("completed", "submitted", "cancelled"):
            return "", ""
        if row.hazards:
            return self.t("screen.danger"), "danger"
        if row.attention:
            return self.t("screen.attention"), "warn"
        if row.promised:
            days = (date.fromisoformat(row.promised) - today).days
            return self._promise(days), "danger" if days < 0 else "warn"
        return "", ""

    def _promise(self, days: int) -> str:
        if days < 0:
            return self.t("screen.promise_late", days=-days)
        return self.t("screen.promise_in", days=days) if days else self.t("screen.promise_today")

    def _preview(self, row: JobRow, cells: int) -> list[Line]:
        kind = say_value(row.kind, self.lang)
        first = " · ".join(part for part in (kind, row.product, row.technician) if part)
        lines = paragraph(first, cells)[:1]
        lines += paragraph(row.address or self.t("screen.no_address"), cells, "muted")[:1]
        told: list[Line] = []
        if row.hazards:
            names = [self.session.catalogue.name("hazard", code, self.lang) for code in row.hazards]
            text = self.t("screen.hazards", names=listed(names, self.lang))
            told = paragraph(text, cells, "danger")
        elif row.attention:
            told = paragraph(self.t("screen.attention_told", count=row.attention), cells, "warn")
        elif row.promised:
            day = date.fromisoformat(row.promised)
            days = (day - self.session.today).days
            promised = self.t("screen.promised", date=say_date(day, self.lang))
            text = f"{promised} · {self._promise(days)}"
            told = paragraph(text, cells, "danger" if days < 0 else "warn")
        return [*lines, *told[:1]]

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

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        from fieldkit.tui.screens.job import JobScreen

        if not self.on_top:
            return
        self.app.push_screen(JobScreen(event.entry.key))

    def action_open(self) -> None:
        """Open the job under the cursor."""
        self.query_one(Finder).listing.choose()

    def action_due(self) -> None:
        """Follow-ups and promises."""
        from fieldkit.tui.screens.due import DueScreen

        self.app.push_screen(DueScreen())

    def action_new_job(self) -> None:
        """Register a request."""
        from fieldkit.tui.screens.new_job import new_job

        new_job(self)

    async def action_back(self) -> None:
        """Empty the search line; here is nowhere to go back to."""
        if not self.query_one(Finder).clear():
            self.tell(self.t("screen.how_to_quit"))


def _searchable(row: JobRow, status: str) -> str:
    """Everything that a job can be found by."""
    kept = (row.number, row.customer, row.address, row.product, row.technician, row.appointment)
    return " ".join((*kept, row.status, status)).casefold()
