"""A search line over a list: type to narrow it, arrows to move, Enter to choose."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from fieldkit.tui.widgets.listing import Draw, Entry, Listing

Find = Callable[[str], Sequence[Entry]]


class Finder(Vertical):
    """The search line keeps the focus, so that an input method works everywhere in it.

    `find` answers the entries for a text; it is asked again at each key.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, because the search line has meanings of its own for these keys.
        Binding("up", "move(-1)", "key.up", False, priority=True, id="list.up"),
        Binding("down", "move(1)", "key.down", False, priority=True, id="list.down"),
        Binding("pageup", "page(-1)", "key.page_up", False, priority=True, id="list.page_up"),
        Binding("pagedown", "page(1)", "key.page_down", False, priority=True, id="list.page_down"),
        Binding("ctrl+home", "move(-99999)", "key.first", False, id="list.first"),
        Binding("ctrl+end", "move(99999)", "key.last", False, id="list.last"),
    ]

    def __init__(self, find: Find, draw: Draw, hint: str, text: str = "") -> None:
        super().__init__()
        self._find = find
        self._draw = draw
        self._hint = hint
        self._text = text

    def compose(self) -> ComposeResult:
        """The search line and the list."""
        yield Input(self._text, placeholder=self._hint, compact=True, id="search")
        yield Listing(self._draw, id="found")

    @property
    def listing(self) -> Listing:
        """The list."""
        return self.query_one("#found", Listing)

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.query_one("#search", Input).value

    def on_mount(self) -> None:
        """Fill the list and take the focus."""
        self.query_one("#search", Input).focus()

    def refill(self, keep: str = "") -> None:
        """Ask again, and keep the cursor where it is, or on `keep`."""
        current = self.listing.current
        self.listing.fill(self._find(self.text.strip()), keep or (current.key if current else ""))

    def clear(self) -> bool:
        """Empty the search line; False if it was empty."""
        if not self.text:
            return False
        self.query_one("#search", Input).value = ""
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self.refill()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter chooses."""
        event.stop()
        self.listing.choose()

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.listing.move(by)

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self.listing.move(by * self.listing.page())
