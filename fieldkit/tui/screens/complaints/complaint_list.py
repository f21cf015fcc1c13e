"""Complaints: the list with the next step and its deadline, a new one, and what not to do."""

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.domain.complaints.model import Complaint, ComplaintRecorded
from fieldkit.i18n import say, say_moment
from fieldkit.services.jobs import records
from fieldkit.services.jobs.complaints import ComplaintRow, list_complaints, record_complaint
from fieldkit.services.jobs.job_commands import NEW
from fieldkit.tui.forms.form_spec import FormSpec, Values
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.screens.complaints.donts import DontsScreen
from fieldkit.tui.screens.pick import Codes, PickScreen
from fieldkit.tui.text.donts import donts
from fieldkit.tui.text.lines import Line, columns, paragraph, short_moment
from fieldkit.tui.text.options import Option
from fieldkit.tui.text.search import Search
from fieldkit.tui.widgets.long_list import Entry, Listing, sections
from fieldkit.tui.widgets.search_list import Finder

_NOBODY = "-"
"""The code of the option that the customer is not known here."""


class ComplaintsScreen(BaseScreen[None]):
    """Enter opens a complaint; F4 records a new one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "choose", "key.open", id="complaints.open"),
        Binding("f3", "donts", "key.donts", id="complaints.donts"),
        Binding("f4", "new", "key.new_complaint", id="complaints.new"),
    ]

    BEGIN = "#search"

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[ComplaintRow] = []
        self._search = Search([])

    def heading(self) -> str:
        """The title bar, left: the complaints."""
        return self.t("screen.complaints")

    def beside(self) -> str:
        """The title bar, right: how many are open."""
        open_ = sum(row.next_step is not None for row in self._rows)
        return self.t("screen.open_count", count=open_)

    def body(self) -> ComposeResult:
        """Search line, list, the whole complaint."""
        yield Finder(self._find, self._draw, self.t("screen.search"), self._preview, self._empty)

    def reload(self) -> None:
        """Read the complaints again."""
        self._rows = list_complaints(self.session)
        self._search = Search(
            [f"{row.name}\n{row.text}\n{self._department(row)}" for row in self._rows]
        )
        self.query_one(Finder).refill()

    def _department(self, row: ComplaintRow) -> str:
        name = self.session.catalogue.name("department", row.department, self.lang)
        return name if row.department else ""

    def _find(self, text: str) -> list[Entry]:
        exact, nearly = self._search.find(text)
        groups: dict[str, list[Entry]] = {"open": [], "finished": []}
        for row in (self._rows[at] for at in (*exact, *nearly)):
            groups["open" if row.next_step is not None else "finished"].append(Entry(row.id, row))
        return sections(groups, self.lang)

    def _draw(self, entry: Entry, cells: int) -> Line:
        row: ComplaintRow = entry.data
        step = self.t(f"complaint_step.{row.next_step}") if row.next_step else ""
        now = self.session.clock()
        late = row.due is not None and row.due < now
        return columns(
            [
                (short_moment(row.due, now) if row.due else "", 12, "danger" if late else ""),
                (row.name, 13, "strong"),
                (step, 18, "accent"),
                (self._department(row), 20 if cells >= 90 else 0, "muted"),
                (row.text.replace("\n", " "), cells - (47 + (21 if cells >= 90 else 0)), "muted"),
            ]
        )

    def _empty(self) -> str:
        return self.t("empty.found" if self._rows else "empty.complaints")

    def _preview(self, entry: Entry, cells: int) -> list[Line]:
        row: ComplaintRow = entry.data
        catalogue = self.session.catalogue
        facts = [
            row.name,
            catalogue.name("complaint_class", row.complaint_class, self.lang),
            self._department(row),
            catalogue.name("complaint_grade", row.grade, self.lang),
        ]
        due = ""
        if row.due is not None:
            due = self.t("screen.answer_by", moment=say_moment(row.due, self.lang))
        return [
            *paragraph(" · ".join(part for part in facts if part), cells, "strong")[:1],
            *paragraph(row.text, cells)[:1],
            *paragraph(due, cells, "warn")[:1],
        ]

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        if self.on_top:
            self.host.open_complaint(event.entry.key)

    def action_donts(self) -> None:
        """Open the list of what not to do."""
        self.app.push_screen(DontsScreen())

    def action_new(self) -> None:
        """Record a complaint that comes in by telephone, letter or mail."""
        nobody = Option(_NOBODY, self.t("screen.nobody_known"), words="-")

        def found(text: str) -> list[Option]:
            return [nobody] + [
                Option(item.id, item.name, item.phone, f"{item.name}\n{item.phone}\n{item.address}")
                for item in records.customers(self.session, text)
            ]

        title = f"{self.heading()} › {self.t('record.customer')}"
        self.app.push_screen(PickScreen(title, (), seek=found), self._ask)

    def _ask(self, codes: Codes | None) -> None:
        if codes is None:
            return
        who = "" if codes[0] == _NOBODY else codes[0]
        drafts = self.session.store.drafts

        def submit(values: Values) -> Complaint:
            made = record_complaint(self.session, values | {"customer": who})
            drafts.drop(NEW, "complaint")
            return made

        spec = FormSpec(
            title=lambda lang: (
                f"{say('screen.complaints', lang)} › {say('key.new_complaint', lang)}"
            ),
            model=ComplaintRecorded,
            values=drafts.load(NEW, "complaint"),
            keep=lambda values: drafts.save(NEW, "complaint", values),
            submit=submit,
            done=lambda lang: say("screen.complaint_recorded", lang),
            scope="complaint",
            start="text",
            note=lambda lang, cells: donts(self.session.catalogue, lang, cells),
        )
        self.open_form(spec, lambda made, onward: self._recorded(made))

    def _recorded(self, made: Any) -> None:
        if isinstance(made, Complaint):
            self.host.open_complaint(made.id)
