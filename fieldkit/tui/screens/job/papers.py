"""The papers of a job: Enter makes the one under the cursor and opens it."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult

from fieldkit.documents.make_paper import PaperFormat
from fieldkit.documents.model import Paper, PaperKind
from fieldkit.domain.core.errors import Reason
from fieldkit.domain.job.model import Job
from fieldkit.i18n import say_reason
from fieldkit.services.jobs.papers import customer_lang, keep_paper, papers_of
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.lines import Line, columns, paragraph
from fieldkit.tui.text.search import holds
from fieldkit.tui.widgets.long_list import Entry, Listing
from fieldkit.tui.widgets.search_list import Finder


@dataclass(frozen=True)
class _Choice:
    """One paper as one kind of file, or why there is none."""

    kind: PaperKind
    form: PaperFormat
    paper: Paper | Reason


class PapersScreen(BaseScreen[None]):
    """Custody receipt, service report, invoice and credit note, to print or to show."""

    BEGIN = "#search"

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job
        self._choices: list[_Choice] = []
        self._made: dict[str, str] = {}

    def heading(self) -> str:
        """The title bar, left: whose papers."""
        return f"{self._job.number} › {self.t('screen.papers')}"

    def beside(self) -> str:
        """The title bar, right: the language of the papers."""
        code = customer_lang(self._job)
        return self.session.catalogue.name("language", code, self.lang)

    def body(self) -> ComposeResult:
        """Search line, list, where the file is."""
        yield Finder(self._find, self._draw, self.t("screen.search"), self._preview, self._empty)

    def reload(self) -> None:
        """Look which papers there are."""
        papers = papers_of(self.session, self._job.id)
        self._choices = [
            _Choice(kind, form, paper)
            for kind, paper in papers.items()
            for form in (PaperFormat.PDF, PaperFormat.HTML)
        ]
        ready = [one for one in self._choices if isinstance(one.paper, Paper)]
        first = f"{ready[0].kind}.{ready[0].form}" if ready else ""
        self.query_one(Finder).refill(keep=first)

    def _called(self, choice: _Choice) -> str:
        return f"{self.t(f'paper.title.{choice.kind}')} · {choice.form.upper()}"

    def _find(self, text: str) -> list[Entry]:
        return [
            Entry(f"{choice.kind}.{choice.form}", choice)
            for choice in self._choices
            if holds(self._called(choice), text)
        ]

    def _draw(self, entry: Entry, cells: int) -> Line:
        choice: _Choice = entry.data
        if isinstance(choice.paper, Reason):
            state, kind = say_reason(choice.paper, self.lang), "muted"
        elif entry.key in self._made:
            state, kind = self.t("screen.paper_made"), "good"
        else:
            state, kind = choice.paper.reference, ""
        return columns(
            [
                (self._called(choice), 24, kind or "strong"),
                (state, cells - 26, kind),
            ]
        )

    def _empty(self) -> str:
        return self.t("empty.found")

    def _preview(self, entry: Entry, cells: int) -> list[Line]:
        if isinstance(entry.data.paper, Reason):
            return paragraph(say_reason(entry.data.paper, self.lang), cells, "warn")
        if entry.key in self._made:
            text = self.t("screen.paper_at", path=self._made[entry.key])
            return paragraph(text, cells, "good")
        return paragraph(self.t("screen.enter_paper"), cells, "muted")

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        choice: _Choice = event.entry.data
        if isinstance(choice.paper, Reason):
            self.show_message(say_reason(choice.paper, self.lang), wrong=True)
            return
        with self.showing_errors():
            target = keep_paper(self.session, choice.paper, choice.form)
            self._made[event.entry.key] = str(target)
            finder = self.query_one(Finder)
            finder.show_preview(event.entry)
            finder.listing.refresh()
            self.show_outside(target, self.t("screen.paper_not_opened"))
