"""What is due: calls to customers, and products promised back."""

from collections.abc import Callable
from datetime import date
from typing import ClassVar

from pydantic import BaseModel
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.domain.records.follow_up import FollowUpDone
from fieldkit.i18n import Lang, say, say_date
from fieldkit.services.day.follow_ups import NewMoment, finish_follow_up, reschedule
from fieldkit.services.day.today import DueCall, due_calls, promises
from fieldkit.services.jobs.job_rows import JobRow
from fieldkit.tui.forms.form_spec import FormSpec, Values
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.lines import Line, columns, paragraph, short_moment
from fieldkit.tui.text.search import holds
from fieldkit.tui.widgets.long_list import Entry, Listing, sections
from fieldkit.tui.widgets.search_list import Finder


class DueScreen(BaseScreen[None]):
    """Enter on a call records what came of it; on a promise it opens the job."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "back", "key.jobs", show=False, id="due.jobs"),
        Binding("f4", "reschedule", "key.move", id="due.move"),
    ]

    BEGIN = "#search"

    def __init__(self) -> None:
        super().__init__()
        self._calls: list[DueCall] = []
        self._promises: list[JobRow] = []

    def heading(self) -> str:
        """The title bar, left: what is due."""
        return self.t("screen.due")

    def beside(self) -> str:
        """The title bar, right: how many of each."""
        return self.t("screen.due_count", calls=len(self._calls), promises=len(self._promises))

    def body(self) -> ComposeResult:
        """Search line, list, the whole entry."""
        yield Finder(self._find, self._draw, self.t("screen.search"), self._preview, self._empty)

    def reload(self) -> None:
        """Read what is due again."""
        self._calls = due_calls(self.session)
        self._promises = promises(self.session)
        self.query_one(Finder).refill()

    def _find(self, text: str) -> list[Entry]:
        calls = [Entry(call.id, call) for call in self._calls if holds(self._words(call), text)]
        rows = [Entry(row.id, row) for row in self._promises if holds(_row_words(row), text)]
        return sections({"calls": calls, "promises": rows}, self.lang)

    def _words(self, call: DueCall) -> str:
        return f"{call.customer}\n{call.phone}\n{call.product}\n{self._reason(call)}"

    def _reason(self, call: DueCall) -> str:
        return self.session.catalogue.name("follow_up_reason", call.reason, self.lang)

    def _draw(self, entry: Entry, cells: int) -> Line:
        item = entry.data
        today = self.session.today
        if isinstance(item, DueCall):
            now = self.session.clock()
            late = item.due < now
            return columns(
                [
                    (short_moment(item.due, now), 11, "danger" if late else ""),
                    (item.customer, 14, "strong"),
                    (item.phone, 14, ""),
                    (self._reason(item), cells - 43, "muted"),
                ]
            )
        late = item.promised < today.isoformat()
        return columns(
            [
                (item.promised[5:], 11, "danger" if late else ""),
                (item.customer, 14, "strong"),
                (item.number, 14, ""),
                (item.product, cells - 43, "muted"),
            ]
        )

    def _empty(self) -> str:
        return self.t("empty.found" if self._calls or self._promises else "empty.due")

    def _preview(self, entry: Entry, cells: int) -> list[Line]:
        item: DueCall | JobRow = entry.data
        if isinstance(item, DueCall):
            return [
                *paragraph(_joined(item.customer, item.phone, item.product), cells, "strong"),
                *paragraph(self._reason(item), cells),
                *paragraph(self.t("screen.enter_outcome"), cells, "muted"),
            ]
        day = say_date(date.fromisoformat(item.promised), self.lang)
        return [
            *paragraph(f"{item.customer} · {item.product}", cells, "strong"),
            *paragraph(self.t("screen.promised", date=day), cells),
            *paragraph(self.t("screen.enter_open"), cells, "muted"),
        ]

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        item = event.entry.data
        if not self.on_top:
            return
        if isinstance(item, DueCall):
            self._open_outcome(item)
            return
        self.host.open_job(item.id)

    def action_reschedule(self) -> None:
        """Open the form that moves the call under the cursor to another time."""
        entry = self.query_one(Finder).listing.current
        if entry is None or not isinstance(entry.data, DueCall):
            self.show_message(self.t("screen.move_calls_only"), wrong=True)
            return
        call: DueCall = entry.data
        local = call.due.astimezone(self.session.clock().tzinfo)
        self._open(
            call, "follow_up_move", NewMoment,
            lambda lang: say("key.move", lang), "screen.call_moved",
            lambda values: reschedule(self.session, call.id, values), {"at": f"{local:%H:%M}"},
        )  # fmt: skip

    def _open_outcome(self, call: DueCall) -> None:
        self._open(
            call, "follow_up", FollowUpDone, lambda lang: call.customer, "screen.outcome_saved",
            lambda values: finish_follow_up(self.session, call.id, values), {},
        )  # fmt: skip

    def _open(
        self, call: DueCall, form: str, model: type[BaseModel],
        title: Callable[[Lang], str], done: str, submit: Callable[[Values], object], values: Values,
    ) -> None:  # fmt: skip
        """Open a form about a call; `form` names its draft and its words."""
        drafts = self.session.store.drafts
        spec = FormSpec(
            title=lambda lang: f"{say('screen.due', lang)} › {title(lang)}",
            model=model,
            values=values | drafts.load(call.id, form),
            keep=lambda typed: drafts.save(call.id, form, typed),
            submit=submit,
            done=lambda lang: say(done, lang),
            scope=form,
            note=lambda lang, cells: paragraph(f"{call.customer} · {call.phone}", cells, "strong"),
        )
        self.open_form(spec)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _row_words(row: JobRow) -> str:
    return f"{row.number}\n{row.customer}\n{row.address}\n{row.product}"
