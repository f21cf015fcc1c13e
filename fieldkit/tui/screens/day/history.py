"""Earlier work, to be found by serial number or customer; Enter opens the job."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer

from fieldkit.i18n import say_date, say_error, say_value
from fieldkit.services.day.history import Visit, older_visits, visits
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.job_rows import AT_HAND
from fieldkit.store.records.archive import ArchiveFault
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.lines import Line, columns, paragraph
from fieldkit.tui.text.search import Search
from fieldkit.tui.widgets.long_list import Entry, Listing
from fieldkit.tui.widgets.search_list import FURTHER_AFTER, Finder


class HistoryScreen(BaseScreen[None]):
    """Own jobs, archived ones, and repairs by others that came with a dispatch."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "choose", "key.open", id="history.open"),
    ]

    BEGIN = "#search"

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._text = text
        self._visits: list[Visit] = []
        self._search = Search([])
        self._shown = 0
        self._further: Timer | None = None

    def heading(self) -> str:
        """The title bar, left: the history."""
        return self.t("screen.history")

    def beside(self) -> str:
        """The title bar, right: how many are shown of how many."""
        return self.t("screen.shown", shown=self._shown, total=len(self._visits))

    def body(self) -> ComposeResult:
        """Search line, list, all of the visit."""
        yield Finder(
            self._find,
            self._draw,
            self.t("screen.search_history"),
            self._preview,
            self._empty,
            text=self._text,
        )

    def reload(self) -> None:
        """Read what was done last again."""
        self._visits = []
        self._take(visits)
        self.query_one(Finder).refill()

    def _take(self, read: Callable[[Session, bool], list[Visit]]) -> None:
        """Add what is read; without the archive where that cannot be."""
        try:
            found = read(self.session, True)
        except ArchiveFault as fault:
            found = read(self.session, False)
            self.show_message(say_error(fault, self.lang), wrong=True)
        known = set(self._visits)
        self._visits += [one for one in found if one not in known]
        self._visits.sort(key=lambda one: one.day or date.min, reverse=True)
        self._search = Search(
            [
                "\n".join(
                    (one.serial, one.customer, one.phone, one.number, self._what(one), *one.also)
                )
                for one in self._visits
            ]
        )

    def _look_further(self, text: str) -> None:
        """Look for what was typed among all that there is."""
        before = len(self._visits)
        self._take(lambda session, archived: older_visits(session, text, archived))
        if len(self._visits) > before:
            self.query_one(Finder).refill()

    def _find(self, text: str) -> list[Entry]:
        exact, nearly = self._search.find(text)
        self._shown = len(exact) + len(nearly)
        if self._further is not None:
            self._further.stop()
        if text.strip() and len(self._visits) >= AT_HAND:  # else all that there is is here
            self._further = self.set_timer(FURTHER_AFTER, partial(self._look_further, text))
        self.call_later(self.draw_bars)
        return [Entry(str(at), self._visits[at]) for at in (*exact, *nearly)]

    def _what(self, one: Visit) -> str:
        if one.job_id:
            return one.text
        return self.session.catalogue.name("component", one.component, self.lang)

    def _draw(self, entry: Entry, cells: int) -> Line:
        one: Visit = entry.data
        number = one.number or self.t("screen.elsewhere")
        return columns(
            [
                (one.day.isoformat() if one.day else "", 10, ""),
                (one.serial, 15, ""),
                (one.customer, 13, "strong"),
                (number, 12, "muted"),
                (self._what(one), cells - 55, "muted"),
            ]
        )

    def _empty(self) -> str:
        return self.t("empty.found" if self._visits else "empty.history")

    def _preview(self, entry: Entry, cells: int) -> list[Line]:
        one: Visit = entry.data
        catalogue, lang = self.session.catalogue, self.lang
        day = say_date(one.day, lang) if one.day else ""
        model = catalogue.name("model", one.model, lang)
        head = " · ".join(part for part in (day, one.customer, one.serial, model) if part)
        if one.job_id:
            facts = [one.number, say_value(one.kind, lang), self.t(f"status.{one.status}")]
            if one.archived:
                facts.append(self.t("screen.archived"))
        else:
            part = catalogue.name("part", one.part, lang) if one.part else ""
            paid = self.t("value.paid" if one.paid else "value.free")
            facts = [self.t("screen.elsewhere_told"), part, paid]
        return [
            *paragraph(head, cells, "strong")[:1],
            *paragraph(self._what(one), cells)[:1],
            *paragraph(" · ".join(part for part in facts if part), cells, "muted")[:1],
        ]

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        if not self.on_top:
            return
        one: Visit = event.entry.data
        if one.job_id:
            self.host.open_job(one.job_id)
        else:
            self.show_message(self.t("screen.not_here"), wrong=True)
