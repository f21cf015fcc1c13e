"""A search line over a list: type to narrow it, arrows to move, Enter to choose."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Paste
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from fieldkit.domain.core.plain_text import one_line
from fieldkit.tui.text.lines import Line, paragraph
from fieldkit.tui.widgets.line_view import Page
from fieldkit.tui.widgets.long_list import Draw, Entry, Listing

Find = Callable[[str], Sequence[Entry]]
Preview = Callable[[Entry, int], list[Line]]

FURTHER_AFTER = 0.3
"""Seconds without a key, after which the whole store is searched: nobody waits for it in a word."""


class SearchLine(Input):
    """Where the search is typed. It passes the keys of the list on as messages, so that they
    come after the letters that were typed before them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "key.up", False, id="list.up"),
        Binding("down", "move(1)", "key.down", False, id="list.down"),
        Binding("pageup", "move(-1, True)", "key.page_up", False, id="list.page_up"),
        Binding("pagedown", "move(1, True)", "key.page_down", False, id="list.page_down"),
        Binding("ctrl+home", "move(-99999)", "key.first", False, id="list.first"),
        Binding("ctrl+end", "move(99999)", "key.last", False, id="list.last"),
    ]

    class Move(Message):
        """Move the cursor of the list by rows, or by pages."""

        def __init__(self, by: int, pages: bool) -> None:
            super().__init__()
            self.by = by
            self.pages = pages

    def on_paste(self, event: Paste) -> None:
        """Join several lines: of these Textual would take the first, and say nothing."""
        event.text = one_line(event.text.strip())

    def action_move(self, by: int, pages: bool = False) -> None:
        """Ask for the cursor to be moved."""
        self.post_message(self.Move(by, pages))


class Finder(Vertical):
    """The search line keeps the focus, so that an input method works everywhere in it.

    `find` returns the entries for a text; it is asked again at each key. `titles` stand between
    the search line and the list; below it the `preview` of the entry under the cursor, or `empty`.
    """

    def __init__(
        self, find: Find, draw: Draw, hint: str, preview: Preview | None = None,
        empty: Callable[[], str] = str, *, text: str = "", titles: Widget | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._preview = preview
        self._empty = empty
        self._titles = titles
        self._find = find
        self._draw = draw
        self._hint = hint
        self._text = text

    def compose(self) -> ComposeResult:
        """The search line and the list."""
        yield SearchLine(
            self._text, placeholder=self._hint, compact=True, select_on_focus=False, id="search"
        )
        if self._titles is not None:
            yield self._titles
        yield Listing(self._draw, id="found")
        if self._preview is not None:
            yield Page(id="preview")

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Show the entry under the cursor below the list."""
        self.show_preview(event.entry)

    def show_preview(self, entry: Entry | None) -> None:
        """Show an entry in full, or why there is none."""
        preview = self._preview
        if preview is not None:
            self.query_one("#preview", Page).show(
                lambda cells: (
                    preview(entry, cells) if entry else paragraph(self._empty(), cells, "accent")
                )
            )

    @property
    def listing(self) -> Listing:
        """The list."""
        return self.query_one("#found", Listing)

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.query_one("#search", Input).value

    def refill(self, keep: str = "") -> None:
        """Ask again, and keep the cursor where it is, or on `keep`."""
        current = self.listing.current
        self.listing.fill(self._find(self.text.strip()), keep or (current.key if current else ""))

    def put(self, text: str) -> None:
        """Search for this."""
        self.query_one("#search", Input).value = text

    def clear(self) -> bool:
        """Empty the search line; False if it was empty."""
        if not self.text:
            return False
        self.query_one("#search", Input).value = ""
        return True

    def type_ahead(self, text: str) -> None:
        """Type at the end of the search line."""
        self.query_one("#search", Input).value += text

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self.refill()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter chooses."""
        event.stop()
        self.listing.choose()

    def on_search_line_move(self, event: SearchLine.Move) -> None:
        """Move the cursor."""
        event.stop()
        self.listing.move(event.by * (self.listing.page() if event.pages else 1))
