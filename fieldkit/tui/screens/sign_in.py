"""Signing in by name and PIN, where people share the laptop; it also locks the app."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from fieldkit.services.home.people import PIN_DIGITS, Person, people, sign_in
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.lines import Line, columns, paragraph
from fieldkit.tui.widgets.line_view import Page
from fieldkit.tui.widgets.long_list import Entry, Listing
from fieldkit.tui.widgets.search_list import SearchLine


class SignInScreen(BaseScreen[str]):
    """A name of the list, and its PIN. It is only left by signing in and returns the name."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "sign_in", "key.sign_in", id="sign_in.enter"),
        Binding("escape", "back", "key.clear_pin", show=False, id="screen.back"),
    ]

    BEGIN = "#pin"

    def heading(self) -> str:
        """The title bar, left: the question."""
        return self.t("screen.sign_in")

    def body(self) -> ComposeResult:
        """The names, the PIN, and what is to be done."""
        yield Listing(self._draw, id="found")
        yield SearchLine(
            placeholder="PIN",
            password=True,
            restrict=r"[0-9]*",
            max_length=PIN_DIGITS[1],
            compact=True,
            select_on_focus=False,
            id="pin",
        )
        yield Page(id="preview")

    def reload(self) -> None:
        """The names, the person of the home first."""
        listing = self.query_one(Listing)
        kept = listing.current.key if listing.current else ""
        found = people(self.session)
        listing.fill([Entry(person.name, person) for person in found], keep=kept)
        self.query_one("#preview", Page).show(self._how)

    def _draw(self, entry: Entry, cells: int) -> Line:
        person: Person = entry.data
        mark = "PIN" if person.has_pin else ""
        return columns([(person.name, cells - 6, "strong"), (mark, 5, "muted")])

    def _how(self, cells: int) -> list[Line]:
        lines = paragraph(self.t("screen.sign_in_how"), cells)
        return lines + paragraph(self.t("screen.sign_in_why"), cells, "muted")

    def on_search_line_move(self, event: SearchLine.Move) -> None:
        """Move the cursor among the names."""
        listing = self.query_one(Listing)
        listing.move(event.by * (listing.page() if event.pages else 1))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Sign in on Enter."""
        self.action_sign_in()

    def on_listing_chosen(self, event: Listing.Chosen) -> None:
        """Sign in on a click on the marked name."""
        self.action_sign_in()

    def action_sign_in(self) -> None:
        """Sign in under the name that is marked; after a wrong PIN everything is as before."""
        current, line = self.query_one(Listing).current, self.query_one("#pin", Input)
        if current is None or not self.on_top:
            return
        pin, line.value = line.value, ""
        with self.showing_errors():
            sign_in(self.session, current.key, pin)
            self.dismiss(current.key)

    async def action_back(self) -> None:
        """Clear the PIN; the screen is only left by signing in."""
        self.query_one("#pin", Input).value = ""
        self.show_message(self.t("screen.sign_in_needed"))
