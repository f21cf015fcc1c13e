"""A list that is quick at any length: it draws only the rows that can be seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import reactive

from fieldkit.i18n import Lang, say
from fieldkit.tui.text.lines import Line
from fieldkit.tui.widgets.line_view import LineView


@dataclass(frozen=True)
class Entry:
    """One row. `key` says what it stands for; a heading has none and cannot be chosen, and its
    `data` is its text."""

    key: str
    data: Any = None


Draw = Callable[[Entry, int], Line]


def sections(groups: Mapping[str, Sequence[Entry]], lang: Lang) -> list[Entry]:
    """The entries of the groups that have any, under headings `screen.section.<group>`."""
    entries: list[Entry] = []
    for name, group in groups.items():
        if group:
            title = say(f"screen.section.{name}", lang, count=len(group))
            entries += [Entry("", title), *group]
    return entries


class Listing(LineView):
    """Rows to choose from. `draw` makes the line of an entry, but of a heading, for a width."""

    cursor: reactive[int] = reactive(-1)

    class Moved(Message):
        """The cursor is on another entry; None in an empty list."""

        def __init__(self, listing: "Listing", entry: Entry | None) -> None:
            super().__init__()
            self.listing = listing
            self.entry = entry

    class Chosen(Message):
        """The entry under the cursor was chosen."""

        def __init__(self, listing: "Listing", entry: Entry) -> None:
            super().__init__()
            self.listing = listing
            self.entry = entry

    def __init__(self, draw: Draw, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._draw = draw
        self.entries: Sequence[Entry] = ()

    @property
    def current(self) -> Entry | None:
        """The entry under the cursor."""
        return self.entries[self.cursor] if 0 <= self.cursor < len(self.entries) else None

    def fill(self, entries: Sequence[Entry], keep: str = "") -> None:
        """Show these entries, with the cursor on `keep` where it is among them."""
        self.entries = entries
        places = [index for index, entry in enumerate(entries) if entry.key]
        kept = (index for index in places if entries[index].key == keep)
        place = next(kept, places[0] if places else -1)
        self.set_length(len(entries))
        self.set_reactive(Listing.cursor, place)
        self._show_cursor()
        self._say(self.Moved(self, self.current))

    def move(self, by: int) -> None:
        """Move the cursor by so many rows that can be chosen; it stops at the ends."""
        places = [index for index, entry in enumerate(self.entries) if entry.key]
        if not places:
            return
        at = places.index(self.cursor) if self.cursor in places else 0
        self.cursor = places[max(0, min(len(places) - 1, at + by))]

    def choose(self) -> None:
        """Choose the entry under the cursor."""
        if self.current is not None:
            self._say(self.Chosen(self, self.current))

    def _say(self, message: Message) -> None:
        """Post a message as sent by the list, whoever moved the cursor: Textual would not let it
        pass its sender on the way up."""
        self.post_message(message.set_sender(self))

    def page(self) -> int:
        """How many rows are seen at once."""
        return max(self.scrollable_content_region.height - 1, 1)

    def watch_cursor(self) -> None:
        """Scroll to the cursor and post where it is."""
        self._show_cursor()
        self.refresh()
        self._say(self.Moved(self, self.current))

    def _show_cursor(self) -> None:
        if not self.is_attached or self.cursor < 0:
            return
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        # A heading right above the first row is shown with it.
        first = self.cursor - 1 if self._under_heading() else self.cursor
        if first < top:
            self.scroll_to(y=first, animate=False, immediate=True)
        elif height and self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, immediate=True)

    def _under_heading(self) -> bool:
        return self.cursor > 0 and not self.entries[self.cursor - 1].key

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view in the new size."""
        self._show_cursor()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor by a click; choose by a click on the cursor."""
        index = self.scroll_offset.y + event.y
        if index >= len(self.entries) or not self.entries[index].key:
            return
        if index == self.cursor:
            self.choose()
        else:
            self.cursor = index

    def line_at(self, index: int, cells: int) -> Line | None:
        """The line of the entry with this index."""
        if index >= len(self.entries):
            return None
        entry = self.entries[index]
        return self._draw(entry, cells) if entry.key else [(entry.data, "heading")]

    def cursor_style(self, index: int) -> Style | None:
        """The cursor's own style."""
        if index != self.cursor:
            return None
        return self.get_component_rich_style("line--cursor", partial=True)
