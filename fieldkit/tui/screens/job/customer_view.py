"""Screens for the customer to read: large, in her language, without internals."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.domain.job.bill import Bill, BillLine, bill_of
from fieldkit.domain.job.model import Job
from fieldkit.i18n import Lang, fit, say_money, width
from fieldkit.i18n.money import say_not_fitted
from fieldkit.services.jobs.papers import customer_lang
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.big_digits import big
from fieldkit.tui.text.lines import Line, apart, paragraph
from fieldkit.tui.text.search import Search
from fieldkit.tui.text.verdict_lines import KIND_OF_CHARGE, line_name
from fieldkit.tui.widgets.bars import KeyBar, SpanBar
from fieldkit.tui.widgets.line_view import Page
from fieldkit.tui.widgets.long_list import Entry
from fieldkit.tui.widgets.search_list import Finder

_WIDEST = 84
"""The cells of a line that is still read at a glance."""

_OPEN = frozenset({"pending", "needs_supervisor"})
"""The charges of lines that nobody has decided yet."""


class CustomerScreen(BaseScreen[None]):
    """A page with the company's name above it and nothing of the app but the key that leaves.

    It has a language of its own, which F8 switches: the customer's, not the technician's.
    """

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self._own: Lang = lang

    @property
    def lang(self) -> Lang:
        """The language of the customer."""
        return self._own

    async def switched_own_language(self) -> bool:
        """Switch this screen to the other language; the app keeps its own."""
        self._own = "en" if self._own == "zh" else "zh"
        await self.redraw()
        return True

    def heading(self) -> str:
        """The title bar, left: who the customer is dealing with."""
        company = self.session.catalogue.company
        return company.name.say(self.lang) if company else ""

    def compose(self) -> ComposeResult:
        """The page between a title and the keys; no status bar."""
        yield SpanBar(id="title")
        yield from self.body()
        yield KeyBar(id="keys")

    def draw_title(self) -> None:
        """Write the company's name alone."""
        self.query_one("#title", SpanBar).draw(
            lambda cells: apart(self.heading(), self.beside(), cells)
        )

    def shown_keys(self) -> list[Binding]:
        """Return only the keys that leave the screen, switch its language or show it."""
        return [
            binding
            for binding in super().shown_keys()
            if binding.action in ("back", "app.language") or binding.action.startswith("show")
        ]


def centred(lines: list[str], cells: int, kind: str) -> list[Line]:
    """Lines in the middle of the page."""
    widest = max(map(width, lines), default=0)
    margin = " " * max((cells - widest) // 2, 0)
    return [[(margin + line, kind)] for line in lines]


class CustomerVerdictScreen(CustomerScreen):
    """What the customer pays, in large figures, and each line with its reason."""

    BEGIN = "#shown"

    def __init__(self, job: Job) -> None:
        super().__init__(customer_lang(job))
        self._job = job

    def beside(self) -> str:
        """The title bar, right: whose repair."""
        return self._job.customer.name if self._job.customer else ""

    def body(self) -> ComposeResult:
        """One page."""
        yield Page(id="shown")

    def reload(self) -> None:
        """Lay the page out."""
        self.query_one("#shown", Page).show(self._lines)

    def _lines(self, cells: int) -> list[Line]:
        job, room = self._job, min(cells, _WIDEST)
        margin = " " * ((cells - room) // 2)
        decision = job.decision
        bill = bill_of(job)
        lines = [[], *self._headline(cells), *self._paid(bill, cells), []]
        inner: list[Line] = []
        costs = {line.line: line for line in bill.lines if line.kind == "line"}
        for verdict in decision.lines if decision else ():
            cost = costs.get(verdict.line)
            taken = cost is None or cost.taken
            word = self.t(f"shown.{verdict.charge}" if taken else "screen.not_wanted")
            name = line_name(job, verdict.line, self.session.catalogue, self.lang)
            pays = cost.gross_fen if cost else verdict.customer_pays_fen
            amount = say_money(pays, self.lang)
            because = verdict.because.say(self.lang)
            inner += [
                apart(name, amount, room, "strong"),
                [(word, KIND_OF_CHARGE[verdict.charge])],
                *paragraph(because, room),
                *self._not_fitted(cost, room),
                [],
            ]
        for line in bill.lines:
            if line.kind != "line" and line.gross_fen:
                word = "screen.call_out" if line.kind == "call_out" else "screen.row.given"
                amount = say_money(line.gross_fen, self.lang)
                inner += [apart(self.t(word), amount, room, "strong"), []]
        if company := self.session.catalogue.company:
            text = self.t("screen.complaint_phone", phone=company.complaint_phone)
            inner += paragraph(text, room, "muted")
        return [*lines, *([(margin, ""), *line] for line in inner)]

    def _paid(self, bill: Bill, cells: int) -> list[Line]:
        """What she has paid of it, and what is left."""
        if not self._job.payments:
            return []
        parts = (("paid", bill.paid_fen), ("owed", bill.owed_fen))
        said = [f"{self.t(f'screen.row.{key}')} {say_money(fen, self.lang)}" for key, fen in parts]
        return [[], *centred([" · ".join(said)], cells, "strong")]

    def _not_fitted(self, line: BillLine | None, cells: int) -> list[Line]:
        """What was quoted and is not charged, because it was not fitted."""
        if line is None or not line.unfitted_fen:
            return []
        return paragraph(say_not_fitted(line, self.session.catalogue, self.lang), cells)

    def _headline(self, cells: int) -> list[Line]:
        """What is to be paid, unless that is not decided yet."""
        decision = self._job.decision
        charges = {line.charge for line in decision.lines} if decision else set()
        if charges & _OPEN:
            return centred([self.t("screen.not_decided")], cells, "strong")
        amount = say_money(self._job.payable_fen, self.lang)
        return [
            *centred([self.t("screen.you_pay")], cells, "strong"),
            [],
            *centred(big(amount, cells), cells, "accent"),
        ]


class PricesScreen(CustomerScreen):
    """The public prices of the parts, to be searched, and the number to complain at."""

    BEGIN = "#search"
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, lang: Lang) -> None:
        super().__init__(lang)
        self._entries: list[Entry] = []
        self._search = Search([])

    def beside(self) -> str:
        """The title bar, right: what this is."""
        return self.t("screen.public_prices")

    def body(self) -> ComposeResult:
        """The number above, the prices below."""
        yield Page(self._phone, id="phone")
        yield Finder(self._find, self._draw, self.t("screen.search_parts"))

    def reload(self) -> None:
        """Read the catalogue."""
        parts = sorted(self.session.catalogue.parts, key=lambda part: part.name.say(self.lang))
        self._entries = [Entry(part.sku, part) for part in parts]
        self._search = Search([f"{part.name.en}\n{part.name.zh}\n{part.sku}" for part in parts])
        self.query_one("#phone", Page).show(self._phone)
        self.query_one(Finder).refill()

    def _phone(self, cells: int) -> list[Line]:
        company = self.session.catalogue.company
        if company is None:
            return []
        return [
            *centred([self.t("screen.complain_at")], cells, "strong"),
            [],
            *centred(big(company.complaint_phone, cells), cells, "accent"),
        ]

    def _find(self, text: str) -> list[Entry]:
        exact, nearly = self._search.find(text)
        return [self._entries[at] for at in (*exact, *nearly)]

    def _draw(self, entry: Entry, cells: int) -> Line:
        part = entry.data
        price = say_money(part.price_fen, self.lang)
        room = min(cells - 2, _WIDEST)
        return [
            (" ", ""),
            (fit(part.name.say(self.lang), room - width(price)), ""),
            (price, "strong"),
        ]
