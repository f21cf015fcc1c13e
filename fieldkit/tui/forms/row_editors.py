"""Editors with several lines: a checklist, and the rows of a table."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.reactive import reactive

from fieldkit.domain.core.form import FormField
from fieldkit.tui.forms.editors import Changed, Drawn
from fieldkit.tui.text.lines import wrap
from fieldkit.tui.text.options import Option
from fieldkit.tui.widgets.bars import content

_HANGING = 4
"""How far the second line of a long text is moved in."""


class _Lines(Drawn):
    """Lines with a cursor; above the first and below the last come the other fields."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "key.up", show=False, id="list.up"),
        Binding("down", "move(1)", "key.down", show=False, id="list.down"),
    ]

    at: reactive[int] = reactive(0)

    def texts(self) -> list[str]:
        """The lines; at least one."""
        raise NotImplementedError

    def action_move(self, by: int) -> None:
        """Move the cursor, or leave the field."""
        if 0 <= self.at + by < len(self.texts()):
            self.at += by
        elif by > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def on_click(self, event: Click | None = None) -> None:
        """Do on a click on a line what Enter does there."""
        self.focus()
        laid_out = self._laid_out(self.content_size.width)
        if event is not None and event.y < len(laid_out):
            self.at = laid_out[event.y][0]
            self.call_later(self.run_action, "pick")

    def _laid_out(self, cells: int) -> list[tuple[int, str]]:
        """Return the index of the line that each drawn line belongs to, and its text."""
        laid_out = []
        for index, text in enumerate(self.texts()):
            first, *rest = wrap(text, cells - _HANGING - 2)
            laid_out += [(index, first), *((index, " " * _HANGING + piece) for piece in rest)]
        return laid_out

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many rows the lines take in this width."""
        return len(self._laid_out(width))

    def render(self) -> Content:
        """Draw the lines; the cursor's is marked while the field has the focus."""
        drawn, before = [], -1
        for index, text in self._laid_out(self.content_size.width):
            here = self.has_focus and index == self.at
            mark = "> " if here and index != before else "  "
            drawn.append(content([(mark + text, "accent" if here else "")]))
            before = index
        return Content("\n").join(drawn)


class Checks(_Lines):
    """A checklist: Space ticks, ctrl+a ticks all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "pick", "key.tick", show=False, id="field.tick"),
        Binding("ctrl+a", "all", "key.tick_all", id="field.tick_all"),
    ]

    def __init__(self, field: FormField, value: Any, changed: Changed, found: list[Option]) -> None:
        super().__init__(field, changed)
        self._options = found
        self._ticked = {str(code) for code in value or ()}

    def texts(self) -> list[str]:
        """Return one line per point: `[x] Name given`."""
        ticks = ["x" if option.code in self._ticked else " " for option in self._options]
        return [
            f"[{tick}] {option.name}" for tick, option in zip(ticks, self._options, strict=True)
        ]

    def read(self) -> Any:
        """The codes that are ticked, in the order of the list."""
        return [option.code for option in self._options if option.code in self._ticked]

    def action_pick(self) -> None:
        """Tick or untick, and go on to the next point."""
        if not self._options:
            return
        self._ticked ^= {self._options[self.at].code}
        self.at = min(self.at + 1, len(self._options) - 1)
        self.touch()

    def action_all(self) -> None:
        """Tick all, or none if all are ticked."""
        codes = {option.code for option in self._options}
        self._ticked = set() if codes <= self._ticked else codes
        self.touch()


EditRow = Callable[["Rows", int], None]
"""Opens the form of one row; the index behind the last one is a new row."""


class Rows(_Lines):
    """A table: Enter edits a row or adds one, Delete removes one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "pick", "key.edit_row", show=False, id="field.edit_row"),
        Binding("delete,backspace", "remove", "key.remove_row", show=False, id="field.remove_row"),
    ]

    def __init__(
        self, field: FormField, value: Any, changed: Changed, edit: EditRow,
        summary: Callable[[dict[str, Any]], str], add: str,
    ) -> None:  # fmt: skip
        super().__init__(field, changed)
        self.rows: list[dict[str, Any]] = [dict(row) for row in value or ()]
        self._edit = edit
        self._summary = summary
        self._add = add

    def texts(self) -> list[str]:
        """Return one line per row, and the one that adds a row."""
        lines = [f"{number}. {self._summary(row)}" for number, row in enumerate(self.rows, start=1)]
        return [*lines, f"+ {self._add}"]

    def read(self) -> Any:
        """The rows as they are."""
        return [dict(row) for row in self.rows]

    def put(self, index: int, row: dict[str, Any]) -> None:
        """Set or add a row, and have it saved."""
        self.rows[index : index + 1] = [row]
        self.touch()

    def drop(self, index: int) -> None:
        """Remove a row."""
        del self.rows[index : index + 1]
        self.at = min(self.at, len(self.rows))
        self.touch()

    def action_pick(self) -> None:
        """Edit the row under the cursor, or add one."""
        self._edit(self, self.at)

    def action_remove(self) -> None:
        """Remove the row under the cursor."""
        if self.at < len(self.rows):
            self.drop(self.at)
