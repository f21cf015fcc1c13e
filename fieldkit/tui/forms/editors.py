"""Editors of one field each. All of them read back what the form's model takes."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, Protocol, runtime_checkable

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, TextArea

from fieldkit.domain.core.form import FormField
from fieldkit.domain.core.plain_text import one_line
from fieldkit.tui.forms.typed_values import read_typed, write_value
from fieldkit.tui.text.options import Option

Changed = Callable[[], None]
"""Saves a changed value. Called within the handler, so that it is saved before the next key."""


@runtime_checkable
class Editor(Protocol):
    """What a form needs of the widget that a field is filled in with."""

    field: FormField

    def read(self) -> Any:
        """The value, JSON-ready; what cannot be read as it was typed."""

    def tidy(self) -> None:
        """Write the value in its usual form, now that the field is left."""


def as_editor(widget: object) -> Editor | None:
    """The widget, if a field is filled in with it."""
    return widget if isinstance(widget, Editor) else None


class TextEditor(Input):
    """Text, whole numbers, amounts, days and times."""

    def __init__(self, field: FormField, value: Any, today: date, placeholder: str = "") -> None:
        super().__init__(
            write_value(field.ui.widget, value),
            placeholder=placeholder,
            compact=True,
            select_on_focus=False,
            id=f"field-{field.name}",
        )
        self.field = field
        self._today = today

    def on_paste(self, event: events.Paste) -> None:
        """Join several lines: of these Textual would take the first, and say nothing."""
        event.text = one_line(event.text.strip())

    def read(self) -> Any:
        """What was typed, as a value."""
        return read_typed(self.field.ui.widget, self.value, self._today)

    def put(self, value: Any) -> None:
        """Write a value that follows from another field."""
        self.value = write_value(self.field.ui.widget, value)

    def tidy(self) -> None:
        """Write the value in its usual form: `+3` as the day, `9` as 09:00."""
        tidy = write_value(self.field.ui.widget, self.read())
        if tidy != self.value:
            self.value = tidy


class LongEditor(TextArea):
    """Several lines of text. Tab leaves it, and so do the arrows at its ends."""

    def __init__(self, field: FormField, value: Any) -> None:
        super().__init__(
            value or "",
            tab_behavior="focus",
            compact=True,
            highlight_cursor_line=False,
            id=f"field-{field.name}",
        )
        self.field = field

    def on_mount(self) -> None:
        """Put the cursor at the end of the text."""
        self.move_cursor(self.document.end)

    def read(self) -> Any:
        """The text."""
        return self.text

    def tidy(self) -> None:
        """Leave the text as it is."""

    def action_cursor_down(self, select: bool = False) -> None:
        """Go to the next field from the last line."""
        if not select and self.cursor_at_last_line:
            self.screen.focus_next()
        else:
            super().action_cursor_down(select)

    def action_cursor_up(self, select: bool = False) -> None:
        """Go to the field before from the first line."""
        if not select and self.cursor_at_first_line:
            self.screen.focus_previous()
        else:
            super().action_cursor_up(select)


class Drawn(Widget, can_focus=True):
    """Base of the editors that are drawn, not typed into."""

    def __init__(self, field: FormField, changed: Changed) -> None:
        super().__init__(id=f"field-{field.name}")
        self.field = field
        self._changed = changed

    def tidy(self) -> None:
        """Do nothing: a choice has one form."""

    def touch(self) -> None:
        """Redraw, and have the new value saved."""
        self.refresh(layout=True)
        self._changed()

    def on_click(self) -> None:
        """Do on a click what Enter does."""
        self.focus()
        self.call_later(self.run_action, "pick")


class Toggle(Drawn):
    """Yes or no, or not known where the field may stay open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter,left,right", "pick", "key.toggle", show=False, id="field.toggle"),
    ]

    def __init__(self, field: FormField, value: Any, changed: Changed, words: dict[Any, str]
                 ) -> None:  # fmt: skip
        super().__init__(field, changed)
        self._states = (None, True, False) if field.default is None else (False, True)
        self._value = value if value in self._states else self._states[0]
        self._words = words

    def read(self) -> Any:
        """True, False, or None."""
        return self._value

    def action_pick(self) -> None:
        """Switch to the next state."""
        at = self._states.index(self._value)
        self._value = self._states[(at + 1) % len(self._states)]
        self.touch()

    def render(self) -> Content:
        """Draw `[x] Yes`."""
        mark = {None: "-", True: "x", False: " "}[self._value]
        return Content(f"[{mark}] {self._words[self._value]}")


_SHORT = 7
"""As many options as arrows may step through."""

Pick = Callable[["Choose", str], None]
"""Opens the list of options for an editor, with a text to search for."""


class Choose(Drawn):
    """One of a list. Enter opens the list, typing searches it, arrows step through a short one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "pick", "key.pick", show=False, id="field.pick"),
        Binding("right", "step(1)", "key.next_value", show=False, id="field.next_value"),
        Binding("left", "step(-1)", "key.previous_value", show=False, id="field.previous_value"),
        Binding("delete,backspace", "clear", "key.empty", show=False, id="field.empty"),
    ]

    def __init__(
        self, field: FormField, value: Any, changed: Changed, found: list[Option], pick: Pick,
        empty: str,
    ) -> None:  # fmt: skip
        super().__init__(field, changed)
        self.options = found
        self.chosen = self.codes_of(value)
        self._pick = pick
        self._empty = empty

    def codes_of(self, value: Any) -> tuple[str, ...]:
        """The codes of a value of this field."""
        return (str(value),) if value else ()

    @property
    def short(self) -> bool:
        """Whether the arrows step through the options."""
        return len(self.options) <= _SHORT

    def read(self) -> Any:
        """The code; None where nothing is chosen."""
        return self.chosen[0] if self.chosen else None

    def put(self, value: Any) -> None:
        """Choose a value that follows from another field."""
        self.chosen = self.codes_of(value)
        self.refresh(layout=True)

    def take(self, codes: tuple[str, ...]) -> None:
        """Take over what was chosen in the list."""
        self.chosen = codes
        self.touch()

    def action_pick(self, text: str = "") -> None:
        """Open the list."""
        self._pick(self, text)

    def action_step(self, by: int) -> None:
        """Choose the next value of a short list."""
        if not self.short:
            self._pick(self, "")
            return
        codes = [option.code for option in self.options]
        at = codes.index(self.read()) + by if self.read() in codes else 0
        self.take((codes[at % len(codes)],))

    def action_clear(self) -> None:
        """Choose nothing, where the field may be empty."""
        if self.field.default in (None, "") and self.chosen:
            self.take(())

    def on_key(self, event: events.Key) -> None:
        """Open the list and search it for what is typed."""
        if event.is_printable and event.character and event.character.strip():
            event.stop()
            event.prevent_default()
            self._pick(self, event.character)

    def render(self) -> Content:
        """The names, between arrows where they step."""
        named = {option.code: option.name for option in self.options}
        text = " · ".join(named.get(code, code) for code in self.chosen) or self._empty
        return Content(f"‹ {text} ›" if self.short else f"{text} …")


class Many(Choose):
    """Any number of a list."""

    short = False

    def codes_of(self, value: Any) -> tuple[str, ...]:
        """The codes of a value of this field."""
        return tuple(value or ())

    def read(self) -> Any:
        """The codes."""
        return list(self.chosen)

    def action_clear(self) -> None:
        """Remove the last one."""
        if self.chosen:
            self.take(self.chosen[:-1])
