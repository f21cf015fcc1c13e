"""The end of the day: what the office has, what is open, and what to do next about each."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.domain.core.event import RecordKind
from fieldkit.i18n import fit, has, say_date, say_flag, say_moment
from fieldkit.services.day.day_end import CONCERNS, DayEnd, Loose, end_of_day
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.lines import Line, columns, paragraph
from fieldkit.tui.text.search import holds
from fieldkit.tui.widgets.line_view import Page
from fieldkit.tui.widgets.long_list import Entry, Listing, sections
from fieldkit.tui.widgets.search_list import Finder

_BAR = 24
"""The cells of the progress bar."""


class DayEndScreen(BaseScreen[None]):
    """Enter opens what is under the cursor; F9 sends, and stops sending."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "choose", "key.open", id="day_end.open"),
        Binding("f6", "withdraw", "key.withdraw", show=False, id="day_end.withdraw"),
        Binding("f10", "back", "key.jobs", show=False, id="day_end.jobs"),
    ]

    BEGIN = "#search"

    def __init__(self) -> None:
        super().__init__()
        self._end: DayEnd | None = None

    def heading(self) -> str:
        """The title bar, left: which day ends."""
        return f"{self.t('screen.day_end')} · {say_date(self.session.today, self.lang)}"

    def beside(self) -> str:
        """The title bar, right: how much is open."""
        return self.t("screen.open_count", count=len(self._end.loose)) if self._end else ""

    def body(self) -> ComposeResult:
        """What the office has, the loose ends, what to do about one."""
        yield Page(self._office, id="office")
        yield Finder(self._find, self._draw, self.t("screen.search"), self._preview, self._empty)

    def reload(self) -> None:
        """Look again at everything."""
        self._end = end_of_day(self.session)
        self.query_one("#office", Page).show(self._office)
        self.query_one(Finder).refill()

    def draw_bars(self) -> None:
        """The progress of a sync, too."""
        super().draw_bars()
        if page := self.query("#office"):
            page.first(Page).show(self._office)

    def _office(self, cells: int) -> list[Line]:
        if self._end is None:
            return []
        has_ = self._end.office
        state = has_.exchange
        kind = "warn" if state.unsent else "good"
        received = self.t("screen.office_has", done=has_.confirmed_today, made=has_.made_today)
        waits = self.t("screen.office_lacks", count=state.unsent) if state.unsent else ""
        when = self.t("screen.never_synced")
        if state.last_sync is not None:
            when = say_moment(state.last_sync, self.lang)
        jobs = self.t("screen.jobs_complete", done=has_.complete, count=has_.completed)
        return [
            [(fit(" ".join(part for part in (received, waits) if part), cells), kind)],
            [(fit(jobs, cells), "")],
            [(fit(self.t("screen.last_exchange", when=when), cells), "muted")],
            self._progress(),
        ]

    def _progress(self) -> Line:
        progress = self.host.progress
        if progress is None:
            unsent = self._end.office.exchange.unsent if self._end else 0
            return [(self.t("screen.f9_sends"), "accent")] if unsent else []
        share = progress.done / progress.total if progress.total else 0
        full = min(round(share * _BAR), _BAR)
        bar = f"[{'#' * full}{'.' * (_BAR - full)}]" if progress.total else ""
        text = f"{self.host.say_progress()} {bar} "
        return [(text, "accent"), (self.t("screen.f9_stops"), "muted")]

    def _find(self, text: str) -> list[Entry]:
        loose = self._end.loose if self._end else []
        groups: dict[str, list[Entry]] = {concern: [] for concern in CONCERNS}
        for number, one in enumerate(loose):
            if holds(f"{self._title(one)}\n{one.who}", text):
                groups[one.concern].append(Entry(f"{one.concern}/{number}", one))
        return sections(groups, self.lang)

    def _title(self, one: Loose) -> str:
        if one.kind is RecordKind.FOLLOW_UP:
            return self.session.catalogue.name("follow_up_reason", one.title, self.lang)
        return one.title or self.t("screen.other_records")

    def _what(self, one: Loose) -> str:
        """What is open, in a few words."""
        if one.concern == "unsent":
            return self.t("screen.unsent", count=one.count)
        if one.concern == "rejected":
            key = f"sync.reason.{one.step}"
            return self.t(key) if has(key) else one.step
        if one.concern == "unfinished" and not one.step:
            return self.t("screen.waiting")
        if one.flag:
            return say_flag(one.flag.key, one.flag.params, self.lang)
        table = "complaint_step" if one.kind is RecordKind.COMPLAINT else "step"
        step = self.t(f"{table}.{one.step}") if one.step else ""
        day = say_date(one.day, self.lang) if one.day else ""
        return " · ".join(part for part in (step, day) if part)

    def _draw(self, entry: Entry, cells: int) -> Line:
        one: Loose = entry.data
        kind = "danger" if one.concern in ("overdue", "rejected") else ""
        return columns(
            [
                (self._title(one), 31, ""),
                (one.who, 14, "strong"),
                (self._what(one), cells - 48, kind),
            ]
        )

    def _empty(self) -> str:
        return self.t("empty.found" if self._end and self._end.loose else "empty.day_end")

    def _preview(self, entry: Entry, cells: int) -> list[Line]:
        """What it is, and what to do about it."""
        one: Loose = entry.data
        key = f"screen.todo.{one.concern}"
        if one.concern == "overdue":
            key = f"screen.todo.overdue_{one.kind}"
            if one.step == "submit":
                key = "screen.todo.overdue_submit"
        if one.concern == "unfinished" and not one.step:
            key = "screen.todo.waiting"
        step = self.t(f"step.{one.step}")
        first = " · ".join(part for part in (self._title(one), one.who, self._what(one)) if part)
        return [
            *paragraph(first, cells, "strong")[: None if one.flag else 1],
            *paragraph(self.t(key, step=step), cells, "accent"),
        ]

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        one: Loose = event.entry.data
        if not self.on_top:
            return
        if one.event:
            from fieldkit.tui.screens.day.refused_events import open_correction

            open_correction(self, one.event)
        elif one.kind is RecordKind.JOB:
            self.host.open_job(one.record_id)
        elif one.kind is RecordKind.PRODUCT:
            self.host.open_history(one.title)
        elif one.kind is RecordKind.COMPLAINT:
            self.host.open_complaint(one.record_id)
        elif one.kind is RecordKind.FOLLOW_UP:
            from fieldkit.tui.screens.day.due_calls import DueScreen

            self.app.push_screen(DueScreen())

    def action_withdraw(self) -> None:
        """Give up what the office refused, with a note in its place."""
        from fieldkit.tui.screens.day.refused_events import open_withdrawal

        entry = self.query_one(Finder).listing.current
        if entry is None or not entry.data.event:
            self.show_message(self.t("screen.withdraw_refused_only"), wrong=True)
        elif self.on_top:
            open_withdrawal(self, entry.data.event)
