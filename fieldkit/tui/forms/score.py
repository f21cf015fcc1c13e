"""A score of 1 to 5: one key gives it and goes on to the next question."""

from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from fieldkit.domain.core.form import FormField
from fieldkit.tui.forms.editors import Changed, Drawn

_LOWEST, _HIGHEST = 1, 5  # the marks of a survey card
_CELLS = 4  # of a mark: a digit between brackets, and a space


class Score(Drawn):
    """`1   2   3  [4]  5`; the digit, an arrow or a click gives the score."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "step(1)", "key.next_value", show=False, id="field.next_value"),
        Binding("left", "step(-1)", "key.previous_value", show=False, id="field.previous_value"),
        Binding("delete,backspace", "clear", "key.empty", show=False, id="field.empty"),
        # With priority, the next digit waits until this one has moved on: digits typed ahead
        # answer one question each.
        *(
            Binding(str(score), f"give({score})", show=False, priority=True)
            for score in range(_LOWEST, _HIGHEST + 1)
        ),
    ]

    def __init__(self, field: FormField, value: Any, changed: Changed) -> None:
        super().__init__(field, changed)
        self._value: int | None = value if isinstance(value, int) else None

    def read(self) -> Any:
        """1 to 5, or None."""
        return self._value

    def _give(self, score: int | None) -> None:
        self._value = score
        self.touch()

    def action_step(self, by: int) -> None:
        """Raise or lower the score by one."""
        start = self._value if self._value is not None else _HIGHEST + 1 if by < 0 else 0
        self._give(max(_LOWEST, min(_HIGHEST, start + by)))

    def action_clear(self) -> None:
        """Clear the score."""
        self._give(None)

    def action_give(self, score: int) -> None:
        """Set the score and go to the next field."""
        self._give(score)
        self.screen.focus_next()

    def on_click(self, event: events.Click | None = None) -> None:
        """Set the score by a click on its digit."""
        self.focus()
        if event is not None and event.x // _CELLS < _HIGHEST:
            self._give(_LOWEST + event.x // _CELLS)

    def render(self) -> Content:
        """Draw the five digits, the given one in brackets."""
        digits = range(_LOWEST, _HIGHEST + 1)
        return Content(" ".join(f"[{n}]" if n == self._value else f" {n} " for n in digits))
