"""The steps of a job or a complaint beside its details."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from fieldkit.tui.text.lines import Line
from fieldkit.tui.widgets.line_view import Build, Page
from fieldkit.tui.widgets.long_list import Draw, Entry, Listing


class StepsView(Horizontal):
    """The list of steps, below it what `about` says of the one under the cursor; the details."""

    def __init__(self, draw: Draw, about: Callable[[Entry, int], list[Line]]) -> None:
        super().__init__(id="job")
        self._draw = draw
        self._about = about
        self._next = ""

    def compose(self) -> ComposeResult:
        """Steps and details."""
        with Vertical(id="path-column"):
            yield Listing(self._draw, id="path")
            yield Page(id="about")
        yield Page(id="details")

    def fill(self, steps: Sequence[Entry], next_step: str, details: Build) -> None:
        """Show steps and details; the cursor goes along when another step comes next."""
        listing = self.query_one(Listing)
        current = listing.current
        keep = current.key if current is not None and next_step == self._next else next_step
        self._next = next_step
        listing.fill(steps, keep)
        self.query_one("#details", Page).show(details)

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Show the sentence about the step under the cursor."""
        if (entry := event.entry) is not None:
            self.query_one("#about", Page).show(lambda cells: self._about(entry, cells))
