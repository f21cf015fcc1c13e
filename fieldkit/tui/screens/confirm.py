"""A yes-or-no question before an action that is hard to undo."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static


class ConfirmScreen(ModalScreen[bool]):
    """Enter on the first button agrees; Escape, or the other button, does not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", "key.back", id="screen.back"),
        Binding("left,right", "app.focus_next", "key.other", show=False, id="confirm.other"),
    ]

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        with Vertical(id="confirm"):
            yield Static(self._question, markup=False)
            with Horizontal():
                yield Button(self._yes, id="yes", compact=True, variant="primary")
                yield Button(self._no, id="no", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, agreed: bool) -> None:
        """Answer without a button."""
        self.dismiss(agreed)
