"""The van: what is on board, what is set aside, what is missing to the usual load."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.domain.records.van import Stock, VanCounted, VanLoaded, van_id
from fieldkit.i18n import say
from fieldkit.services.jobs import van
from fieldkit.tui.forms.form_spec import FormSpec, Values
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.lines import Line, columns, paragraph
from fieldkit.tui.text.search import holds
from fieldkit.tui.text.van_lines import stock_words
from fieldkit.tui.widgets.long_list import Entry, Listing
from fieldkit.tui.widgets.search_list import Finder

_LOAD, _COUNT = "van_load", "van_count"
"""Drafts, and the words of the two forms."""


class VanScreen(BaseScreen[None]):
    """Enter counts the part under the cursor; F4 loads."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "choose", "key.count", id="van.count"),
        Binding("f4", "load", "key.load", id="van.load"),
    ]

    BEGIN = "#search"

    def __init__(self) -> None:
        super().__init__()
        self._stock: dict[str, Stock] = {}
        self._usual: dict[str, int] = {}

    def heading(self) -> str:
        """The title bar, left: whose van."""
        return f"{self.t('screen.van')} · {self.session.person}"

    def beside(self) -> str:
        """The title bar, right: how many parts are on board."""
        count = sum(max(item.on_board, 0) for item in self._stock.values())
        return self.t("screen.van_of", count=count)

    def body(self) -> ComposeResult:
        """Search line, list, what to do."""
        yield Finder(
            self._find, self._draw, self.t("screen.search_parts"), self._preview, self._empty
        )

    def reload(self) -> None:
        """Add up again what is on board."""
        self._stock = van.stock(self.session)
        self._usual = van.usual_load(self.session)
        self.query_one(Finder).refill()

    def _find(self, text: str) -> list[Entry]:
        return [
            Entry(sku, item)
            for sku, item in self._stock.items()
            if holds(f"{sku}\n{self._named(sku)}", text)
        ]

    def _named(self, sku: str) -> str:
        return self.session.catalogue.name("part", sku, self.lang)

    def _draw(self, entry: Entry, cells: int) -> Line:
        item: Stock = entry.data
        usual = self._usual.get(item.part, 0)
        kind = "danger" if item.on_board < 0 else "warn" if item.on_board < usual else ""
        aside = self.t("screen.set_aside", count=item.set_aside) if item.set_aside else ""
        return columns(
            [
                (f"{max(item.on_board, 0):>3}", 4, kind or "strong"),
                (self.t("screen.usual_load", count=usual) if usual else "", 10, "muted"),
                (self._named(item.part), cells - 49, ""),
                (item.part, 14, "muted"),
                (aside, 16, "warn"),
            ]
        )

    def _empty(self) -> str:
        return self.t("empty.found" if self._stock else "empty.van")

    def _preview(self, entry: Entry, cells: int) -> list[Line]:
        item: Stock = entry.data
        over = self.t("screen.over_used") if item.on_board < 0 else ""
        return [
            *paragraph(f"{self._named(item.part)} · {item.part}", cells, "strong")[:1],
            *(paragraph(over, cells, "danger") if over else []),
            *paragraph(self.t("screen.count_it"), cells, "muted"),
        ]

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        if not self.on_top:
            return
        item: Stock = event.entry.data
        values = {"part": item.part, "quantity": max(item.on_board, 0)}
        self._open(_COUNT, VanCounted, values, "quantity")

    def action_load(self) -> None:
        """Open the form for loading parts, filled with what is missing to the usual load."""
        lacking = van.to_load(self.session)
        rows = [{"part": sku, "quantity": count} for sku, count in lacking.items()]
        draft = self.session.store.drafts.load(van_id(self.session.person), _LOAD)
        self._open(_LOAD, VanLoaded, {"parts": rows} | draft)

    def _open(
        self, form: str, model: type[VanCounted | VanLoaded], values: Values, start: str = ""
    ) -> None:
        session, record_id = self.session, van_id(self.session.person)
        drafts = session.store.drafts
        verb, done = ("key.load", "van_loaded") if form == _LOAD else ("key.count", "van_counted")

        def submit(typed: Values) -> object:
            with session.store.writing():
                made = (van.load_van if form == _LOAD else van.count_part)(session, typed)
                drafts.drop(record_id, form)
            return made

        spec = FormSpec(
            title=lambda lang: f"{say('screen.van', lang)} › {say(verb, lang)}",
            model=model,
            values=values,
            keep=lambda typed: drafts.save(record_id, form, typed),
            submit=submit,
            done=lambda lang: say(f"screen.{done}", lang),
            scope=form,
            start=start,
            stock=lambda lang: stock_words(session, lang),
        )
        self.open_form(spec)
