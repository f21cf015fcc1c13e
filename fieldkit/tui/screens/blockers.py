"""Back-office blockers: who holds what up since when, and a new one."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.i18n import say_moment
from fieldkit.services.blockers import BlockerRow, list_blockers
from fieldkit.services.joblist import list_jobs
from fieldkit.services.jobs import job
from fieldkit.services.today import is_open
from fieldkit.tui.lines import Line, columns, paragraph
from fieldkit.tui.options import Option
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.screens.pick import Codes, PickScreen
from fieldkit.tui.search import Search
from fieldkit.tui.widgets.finder import Finder
from fieldkit.tui.widgets.lineview import Page
from fieldkit.tui.widgets.listing import Entry, Listing


class BlockersScreen(BaseScreen[None]):
    """Enter opens the job; F4 logs a blocker of a job."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "open", "key.open", id="blockers.open"),
        Binding("f4", "new", "key.new_blocker", id="blockers.new"),
    ]

    BEGIN = "#search"

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[BlockerRow] = []
        self._search = Search([])

    def heading(self) -> str:
        """The blockers."""
        return self.t("screen.blockers")

    def beside(self) -> str:
        """How many hold an open job up."""
        return self.t("screen.open_count", count=sum(row.open for row in self._rows))

    def body(self) -> ComposeResult:
        """Search line, list, the whole blocker."""
        yield Finder(self._find, self._draw, self.t("screen.search"))
        yield Page(id="preview")

    def reload(self) -> None:
        """Read the blockers again."""
        self._rows = list_blockers(self.session)
        self._search = Search(
            [
                f"{row.number} {row.customer} {row.text} {self._department(row)}"
                for row in self._rows
            ]
        )
        self.query_one(Finder).refill()

    def _department(self, row: BlockerRow) -> str:
        return self.session.catalogue.name("department", row.department, self.lang)

    def _find(self, text: str) -> list[Entry]:
        exact, nearly = self._search.find(text)
        places = [*exact, *nearly]
        entries: list[Entry] = []
        for key, open_ in (("open", True), ("closed", False)):
            group = [
                Entry(str(at), self._rows[at]) for at in places if self._rows[at].open is open_
            ]
            if group:
                entries += [Entry("", self.t(f"screen.section.{key}", count=len(group))), *group]
        return entries

    def _draw(self, entry: Entry, cells: int) -> Line:
        if not entry.key:
            return [(entry.data, "heading")]
        row: BlockerRow = entry.data
        since = (
            self.t("screen.since_days", days=row.days) if row.days else self.t("screen.since_today")
        )
        return columns(
            [
                (since, 10, "danger" if row.open and row.days else ""),
                (self._department(row), 22, "strong"),
                (row.number, 12, "muted"),
                (row.text, cells - 48, ""),
            ]
        )

    @on(Listing.Moved)
    def _moved(self, event: Listing.Moved) -> None:
        page = self.query_one("#preview", Page)
        if event.entry is None:
            key = "empty.found" if self._rows else "empty.blockers"
            page.show(lambda cells: paragraph(self.t(key), cells, "accent"))
            return
        row: BlockerRow = event.entry.data
        page.show(lambda cells: self._preview(row, cells))

    def _preview(self, row: BlockerRow, cells: int) -> list[Line]:
        head = " · ".join(
            part for part in (self._department(row), row.number, row.customer) if part
        )
        logged = self.t("screen.done_by", moment=say_moment(row.at, self.lang), who=row.by)
        return [
            *paragraph(head, cells, "strong")[:1],
            *paragraph(row.text, cells)[:1],
            *paragraph(logged, cells, "muted")[:1],
        ]

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        from fieldkit.tui.screens.job import JobScreen

        if self.on_top:
            self.app.push_screen(JobScreen(event.entry.data.job))

    def action_open(self) -> None:
        """Open the job of the blocker under the cursor."""
        self.query_one(Finder).listing.choose()

    def action_new(self) -> None:
        """Log a blocker: of which job?"""
        found = [
            Option(
                row.id,
                f"{row.number} {row.customer}",
                row.product,
                f"{row.number} {row.customer} {row.product}".casefold(),
            )
            for row in list_jobs(self.session)
            if is_open(row)
        ]
        if not found:
            self.tell(self.t("screen.no_open_job"), wrong=True)
            return
        title = f"{self.heading()} › {self.t('screen.job')}"
        self.app.push_screen(PickScreen(title, found), self._ask)

    def _ask(self, codes: Codes | None) -> None:
        from fieldkit.tui.screens.form import FormScreen
        from fieldkit.tui.steps import step_form

        if codes is not None:
            with self.telling():
                spec = step_form(self.session, job(self.session, codes[0]), "log_blocker")
                self.app.push_screen(FormScreen(spec), lambda _: self.refresh_data())
