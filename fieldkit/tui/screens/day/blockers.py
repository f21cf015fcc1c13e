"""Back-office blockers: who holds what up since when, and a new one."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.i18n import say_moment
from fieldkit.services.day.today import is_open
from fieldkit.services.jobs.blockers import BlockerRow, list_blockers, say_order
from fieldkit.services.jobs.job_commands import job
from fieldkit.services.jobs.job_rows import list_jobs
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.screens.pick import Codes, PickScreen
from fieldkit.tui.text.lines import Line, columns, paragraph
from fieldkit.tui.text.options import Option
from fieldkit.tui.text.search import Search
from fieldkit.tui.widgets.long_list import Entry, Listing, sections
from fieldkit.tui.widgets.search_list import Finder


class BlockersScreen(BaseScreen[None]):
    """Enter opens the job; F4 logs a blocker of a job, F6 says that one is over."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "choose", "key.open", id="blockers.open"),
        Binding("f4", "new", "key.new_blocker", id="blockers.new"),
        Binding("f6", "resolve", "key.resolve", id="blockers.resolve"),
    ]

    BEGIN = "#search"

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[BlockerRow] = []
        self._search = Search([])

    def heading(self) -> str:
        """The title bar, left: the blockers."""
        return self.t("screen.blockers")

    def beside(self) -> str:
        """The title bar, right: how many hold an open job up."""
        return self.t("screen.open_count", count=sum(row.open for row in self._rows))

    def body(self) -> ComposeResult:
        """Search line, list, the whole blocker."""
        yield Finder(self._find, self._draw, self.t("screen.search"), self._preview, self._empty)

    def reload(self) -> None:
        """Read the blockers again."""
        self._rows = list_blockers(self.session)
        self._search = Search(
            [
                f"{row.number}\n{row.customer}\n{self._text(row)}\n{self._department(row)}"
                for row in self._rows
            ]
        )
        self.query_one(Finder).refill()

    def _department(self, row: BlockerRow) -> str:
        if row.what.part:
            return self.t("screen.on_order")
        if row.what.help:
            return self.t("duty.help")
        return self.session.catalogue.name("department", row.what.department, self.lang)

    def _text(self, row: BlockerRow) -> str:
        if row.what.part:
            return say_order(row.what, self.session.catalogue, self.lang)
        return row.what.text

    def _find(self, text: str) -> list[Entry]:
        exact, nearly = self._search.find(text)
        groups: dict[str, list[Entry]] = {"open": [], "gone": []}
        for at in (*exact, *nearly):
            row = self._rows[at]
            groups["open" if row.open else "gone"].append(Entry(str(at), row))
        return sections(groups, self.lang)

    def _draw(self, entry: Entry, cells: int) -> Line:
        row: BlockerRow = entry.data
        since = (
            self.t("screen.since_days", days=row.days) if row.days else self.t("screen.since_today")
        )
        return columns(
            [
                (since, 10, "danger" if row.open and row.days else ""),
                (self._department(row), 22, "strong"),
                (row.number, 12, "muted"),
                (self._text(row), cells - 48, ""),
            ]
        )

    def _empty(self) -> str:
        return self.t("empty.found" if self._rows else "empty.blockers")

    def _preview(self, entry: Entry, cells: int) -> list[Line]:
        row: BlockerRow = entry.data
        head = " · ".join(
            part for part in (self._department(row), row.number, row.customer) if part
        )
        who = row.what.logged.by
        state = self.t("screen.done_by", moment=say_moment(row.at, self.lang), who=who)
        if row.what.ended is not None:
            moment = say_moment(row.what.ended.at, self.lang)
            by, how = row.what.ended.by, row.what.how
            state = self.t("screen.resolved_by", moment=moment, who=by, how=how)
        return [
            *paragraph(head, cells, "strong")[:1],
            *paragraph(self._text(row), cells)[:1],
            *paragraph(state, cells, "muted")[:1],
        ]

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        if self.on_top:
            self.host.open_job(event.entry.data.job_id)

    def action_resolve(self) -> None:
        """Open the form that resolves the blocker under the cursor, or fetches the ordered part."""
        entry = self.query_one(Finder).listing.current
        if entry is None or not entry.data.open:
            self.show_message(self.t("screen.not_open"), wrong=True)
            return
        row: BlockerRow = entry.data
        if row.what.part:
            self._fill_in(row.job_id, "fetch_part")
        else:
            self._fill_in(row.job_id, "resolve_blocker", {"blocker": row.what.logged.event})

    def action_new(self) -> None:
        """Choose a job, and open the form of a blocker."""
        found = [
            Option(
                row.id,
                f"{row.number} {row.customer}",
                row.product,
                f"{row.number}\n{row.customer}\n{row.product}",
            )
            for row in list_jobs(self.session)
            if is_open(row)
        ]
        if not found:
            self.show_message(self.t("screen.no_open_job"), wrong=True)
            return
        title = f"{self.heading()} › {self.t('screen.job')}"
        self.app.push_screen(PickScreen(title, found), self._ask)

    def _ask(self, codes: Codes | None) -> None:
        if codes is not None:
            self._fill_in(codes[0], "log_blocker")

    def _fill_in(self, job_id: str, step: str, about: Mapping[str, str] | None = None) -> None:
        from fieldkit.tui.forms.job_step_forms import step_form

        with self.showing_errors():
            spec = step_form(self.session, job(self.session, job_id), step, about or {})
            self.open_form(spec)
