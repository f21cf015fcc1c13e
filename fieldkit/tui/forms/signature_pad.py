"""The signature pad: drawn with a mouse or a touchpad, kept as vectors."""

from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from fieldkit.domain.core.form import FormField
from fieldkit.tui.forms.editors import Changed, Drawn
from fieldkit.tui.text.braille import ACROSS, DOWN, draw

COLUMNS, ROWS = 40, 6  # cells: 80 x 24 dots, and the form around them fits into 80 x 24 cells


class Pad(Drawn):
    """A field of braille dots. Each stroke is saved as the button is let go.

    Moves arrive without a button, so a stroke is what happens while the mouse is captured.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace", "drop_stroke", "key.last_stroke", show=False, id="field.last_stroke"),
        Binding("delete", "clear", "key.clear_pad", show=False, id="field.clear_pad"),
    ]

    def __init__(self, field: FormField, value: Any, changed: Changed, empty: str) -> None:
        super().__init__(field, changed)
        self._strokes: list[list[float]] = [list(stroke) for stroke in value or ()]
        self._drawing = False
        self._empty = empty

    def read(self) -> Any:
        """The strokes: flat lists of x, y in dots, y down."""
        return [list(stroke) for stroke in self._strokes]

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Start a stroke."""
        event.stop()
        self.focus()
        self.capture_mouse()
        self._drawing = True
        self._strokes.append([])
        self._to(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Add a point to the stroke."""
        if self._drawing:
            event.stop()
            self._to(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End the stroke and save it."""
        if not self._drawing:
            return
        event.stop()
        self.release_mouse()
        self._drawing = False
        self.touch()

    def on_click(self) -> None:
        """Ignore clicks: each is a stroke of one dot already."""

    def action_drop_stroke(self) -> None:
        """Remove the last stroke."""
        if self._strokes:
            self._strokes.pop()
            self.touch()

    def action_clear(self) -> None:
        """Remove all strokes."""
        self._strokes.clear()
        self.touch()

    def _to(self, event: events.MouseEvent) -> None:
        """The middle of the cell, or the exact place where the terminal tells it; what is drawn
        outside ends at the border."""
        region = self.content_region
        exact_x, exact_y = event.pointer_screen_x, event.pointer_screen_y
        whole = exact_x == event.screen_x and exact_y == event.screen_y
        half = 0.5 if whole else 0.0
        x = min(max(exact_x + half - region.x, 0.0), COLUMNS - 0.5) * ACROSS
        y = min(max(exact_y + half - region.y, 0.0), ROWS - 0.25) * DOWN
        stroke = self._strokes[-1]
        if stroke[-2:] != [round(x, 1), round(y, 1)]:
            stroke += [round(x, 1), round(y, 1)]
            self.refresh()

    def render(self) -> Content:
        """Draw the strokes above the line to sign on."""
        lines = draw(self._strokes, COLUMNS, ROWS)
        if not self._strokes:
            lines[ROWS // 2] = self._empty.center(COLUMNS)[:COLUMNS]
        return Content("\n".join([*lines, "─" * COLUMNS]))
