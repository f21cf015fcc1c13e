"""Choosing from a list by typing: values of a form, customers, products, actions."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.i18n import width
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.lines import Line, columns, paragraph
from fieldkit.tui.text.options import Option
from fieldkit.tui.text.search import holds
from fieldkit.tui.widgets.long_list import Entry, Listing
from fieldkit.tui.widgets.search_list import Finder

Codes = tuple[str, ...]


Seek = Callable[[str], Sequence[Option]]
"""Finds the options for a text, where there are too many to hand over all of them."""

Offer = Callable[[str], Option]
"""Makes the option that is none of the list, from the text that was searched for."""


class PickScreen(BaseScreen[Codes | None]):
    """Enter takes the option under the cursor; with `many` it ticks it. Escape empties the search
    line first, then leaves.

    What `offer` makes stands first in the whole list, and last among what a text finds.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10", "done", "key.take", priority=True, id="pick.take")
    ]

    BEGIN = "#search"

    def __init__(
        self, title: str, found: Sequence[Option], chosen: Codes = (), many: bool = False,
        text: str = "", offer: Offer | None = None, seek: Seek | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._seek = seek
        self._offer = offer
        self._title = title
        self._options = {option.code: option for option in found}
        self._chosen = list(chosen)
        self._many = many
        self._text = text
        self._shown = 0

    def heading(self) -> str:
        """The title bar, left: what is chosen."""
        return self._title

    def beside(self) -> str:
        """The title bar, right: how many are shown, or ticked."""
        if self._many:
            return self.t("screen.ticked", count=len(self._chosen))
        if not self._options:
            return self.t("screen.none_yet")
        return self.t("screen.shown", shown=self._shown, total=len(self._options))

    def body(self) -> ComposeResult:
        """Search line, list, and all of the option under the cursor."""
        yield Finder(
            self._find,
            self._draw,
            self.t("screen.search"),
            self._preview,
            self._empty,
            text=self._text,
        )

    def reload(self) -> None:
        """Show the options, the cursor on the one that is chosen."""
        self.query_one(Finder).refill(keep=self._chosen[0] if self._chosen else "")

    def type_ahead(self, text: str) -> None:
        """Take what was typed before this screen was there."""
        if finder := self.query(Finder):
            finder.first().type_ahead(text)
        else:
            self._text += text

    def _find(self, text: str) -> list[Entry]:
        if self._seek is not None:
            self._options = {option.code: option for option in self._seek(text)}
        found = [
            Entry(option.code, option)
            for option in self._options.values()
            if holds(option.words or option.name, text)
        ]
        self._shown = len(found)
        if self._offer is not None:
            other = self._offer(text)
            found.insert(len(found) if text else 0, Entry(other.code, other))
        self.draw_bars()
        return found

    def _draw(self, entry: Entry, cells: int) -> Line:
        option: Option = entry.data
        mark = ""
        if self._many:
            mark = "[x] " if option.code in self._chosen else "[ ] "
        name = mark + option.name
        if not option.more or cells < 60:
            return columns([(name, cells - 1, "")])
        longest = max((width(mark + item.name) for item in self._options.values()), default=0)
        room = min(longest, cells * 3 // 5)
        return columns([(name, room, ""), (option.more, cells - room - 2, "muted")])

    def _empty(self) -> str:
        return self.t("empty.found")

    def _preview(self, entry: Entry, cells: int) -> list[Line]:
        option: Option = entry.data
        more = option.more
        if option.code not in self._options:
            more = self.t("screen.enter_registers")
        return [
            *paragraph(option.name, cells, "strong"),
            *(paragraph(more, cells, "muted") if more else []),
        ]

    @on(Listing.Chosen)
    def _picked(self, event: Listing.Chosen) -> None:
        code = event.entry.key
        if not self.on_top:
            return
        if not self._many:
            self.dismiss((code,))
            return
        if code in self._chosen:
            self._chosen.remove(code)
        else:
            self._chosen.append(code)
        finder = self.query_one(Finder)
        if not finder.clear():
            finder.listing.refresh()
            self.draw_bars()

    def action_done(self) -> None:
        """Take what is ticked, or what is under the cursor."""
        if self._many:
            self.dismiss(tuple(self._chosen))
        else:
            self.action_choose()

    async def action_back(self) -> None:
        """Empty the search line first, then leave; what was ticked is kept."""
        if not self.search_cleared():
            self.dismiss(tuple(self._chosen) if self._many else None)
