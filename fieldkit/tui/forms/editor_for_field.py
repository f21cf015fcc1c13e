"""The editor of a field, by the widget that its `Ui` names."""

from datetime import date
from typing import Any, Protocol

from textual.widget import Widget

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.form import FormField
from fieldkit.i18n import Lang, say
from fieldkit.tui.forms.editors import Choose, LongEditor, Many, TextEditor, Toggle
from fieldkit.tui.forms.row_editors import Checks, Rows
from fieldkit.tui.forms.score import Score
from fieldkit.tui.forms.signature_pad import Pad
from fieldkit.tui.text.options import Option
from fieldkit.tui.text.row_line import row_text

_WITH_PLACEHOLDER = frozenset({"date", "time", "money"})


class Host(Protocol):
    """What the editors ask of the form that they stand in."""

    def keep(self) -> None:
        """Save what is typed."""

    def pick(self, editor: Choose, text: str) -> None:
        """Open the list of options of a field."""

    def edit_row(self, table: Rows, index: int) -> None:
        """Open the form of a row."""


def make_editor(
    field: FormField, value: Any, host: Host, found: list[Option], catalogue: Catalogue,
    lang: Lang, today: date,
) -> Widget:  # fmt: skip
    """The editor that a field is filled in with; `found` are the options of a choice."""
    match field.ui.widget:
        case "long":
            return LongEditor(field, value)
        case "bool":
            words = {None: "value.unknown", True: "value.yes", False: "value.no"}
            said = {state: say(key, lang) for state, key in words.items()}
            return Toggle(field, value, host.keep, said)
        case "score":
            return Score(field, value, host.keep)
        case "choice":
            return Choose(field, value, host.keep, found, host.pick, say("screen.choose", lang))
        case "many":
            return Many(field, value, host.keep, found, host.pick, say("screen.none_chosen", lang))
        case "checks":
            items = catalogue.checklists.get(field.ui.group, ())
            points = [Option(item.code, item.name.say(lang)) for item in items]
            return Checks(field, value, host.keep, points)
        case "strokes":
            return Pad(field, value, host.keep, say("screen.sign_here", lang))
        case "rows":
            return Rows(
                field, value, host.keep, host.edit_row,
                lambda row: row_text(field, row, catalogue, lang), say("screen.add_row", lang),
            )  # fmt: skip
        case kind:
            hint = say(f"placeholder.{kind}", lang) if kind in _WITH_PLACEHOLDER else ""
            return TextEditor(field, value, today, hint)
