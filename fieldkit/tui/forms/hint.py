"""The line below a form: what the field under the cursor takes."""

from datetime import date

from textual.widget import Widget
from textual.widgets import Button

from fieldkit.i18n import Lang, say, say_weekday
from fieldkit.tui.forms.editors import TextEditor, as_editor
from fieldkit.tui.forms.typed_values import typed_day


def hint(focused: Widget | None, lang: Lang, today: date) -> str:
    """The hint of a field, after the weekday of a day that was typed into it."""
    if isinstance(focused, Button):
        return say("hint.button", lang)
    editor, dated = as_editor(focused), day_editor(focused)
    text = say(f"hint.{editor.field.ui.widget}", lang) if editor else ""
    day = typed_day(dated.value, today) if dated else None
    return f"{say_weekday(day, lang)} · {text}" if day else text


def day_editor(focused: Widget | None) -> TextEditor | None:
    """The field under the cursor, if it is one for a day."""
    if isinstance(focused, TextEditor) and focused.field.ui.widget == "date":
        return focused
    return None
