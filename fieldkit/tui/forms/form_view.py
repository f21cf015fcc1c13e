"""The fields of a form on the screen: label, editor and problems of each, and the save button."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Static

from fieldkit.domain.core.form import FormField
from fieldkit.i18n import Lang, fit, say, width
from fieldkit.tui.forms.editor_for_field import Host, make_editor
from fieldkit.tui.forms.editors import Choose, Editor, TextEditor, as_editor
from fieldkit.tui.forms.form_spec import FormSpec, Values
from fieldkit.tui.text.options import Option, options, with_stock
from fieldkit.tui.widgets.bars import content

if TYPE_CHECKING:
    from fieldkit.services.home.session import Session

_LABELS = 38
"""The most cells that the column of labels takes."""

_NOTE = 100
"""The most cells that a line of the note takes: longer ones are hard to read."""


class FormView(VerticalScroll, can_focus=False):
    """Draws a form with these values in one language; `host` is the screen that it stands in."""

    def __init__(
        self, spec: FormSpec, values: Values, host: Host, session: "Session", lang: Lang
    ) -> None:
        super().__init__(id="form")
        self._spec = spec
        self._values = values
        self._host = host
        self._session = session
        self._lang: Lang = lang

    def compose(self) -> ComposeResult:
        """The note, the fields with their problems, the button."""
        spec, lang = self._spec, self._lang
        labels = {
            field.name: spec.label(field.name, lang) + " *" * field.required
            for field in spec.fields()
        }
        column = min(max(map(width, labels.values()), default=10) + 2, _LABELS)
        yield Static(id="note")
        for field in spec.fields():
            with Horizontal(classes=f"field {field.ui.widget}"):
                yield Static(fit(labels[field.name], column), classes="label", markup=False)
                yield self._editor(field)
            yield Static("", id=f"error-{field.name}", classes="error", markup=False)
        save = say("screen.save_button", lang)
        yield Button(save, id="save", compact=True, variant="primary")

    def _editor(self, field: FormField) -> Widget:
        value = self._values.get(field.name, field.default)
        found = self._options(field) if field.ui.widget in ("choice", "many") else []
        catalogue, today = self._session.catalogue, self._session.today
        return make_editor(field, value, self._host, found, catalogue, self._lang, today)

    def _options(self, field: FormField) -> list[Option]:
        found = options(field, self._session.catalogue, self._lang)
        if field.ui.source == "part":
            found = with_stock(found, self._spec.stock(self._lang))
        return self._spec.allowed(field.ui.source, found)

    def on_mount(self) -> None:
        """Show the note."""
        self._show_note()

    def on_resize(self) -> None:
        """Lay the note out for the new width."""
        self._show_note()

    def _show_note(self) -> None:
        note = self.query_one("#note", Static)
        lines = self._spec.note(self._lang, min(self.app.size.width - 6, _NOTE))
        note.display = bool(lines)
        note.update(content([("\n", "")]).join([content(line) for line in lines]))

    def editors(self) -> list[Editor]:
        """The editors, in order."""
        found = map(as_editor, self.query(".field > *"))
        return [editor for editor in found if editor is not None]

    def read(self) -> Values:
        """The value of each field."""
        return {editor.field.name: editor.read() for editor in self.editors()}

    def fill_empty(self, suggested: Values) -> set[str]:
        """Write values into the fields that are empty; returns the names of those."""
        filled = set()
        for editor in self.editors():
            value = suggested.get(editor.field.name)
            if value and not editor.read() and isinstance(editor, Choose | TextEditor):
                editor.put(value)
                filled.add(editor.field.name)
        return filled

    def field_after(self, name: str, skipped: set[str]) -> Widget:
        """The field that follows a field, past the skipped ones; after the last one the button."""
        names = [field.name for field in self._spec.fields()]
        rest = (item for item in names[names.index(name) + 1 :] if item not in skipped)
        return self.query_one(next((f"#field-{item}" for item in rest), "#save"))

    def first_field(self) -> Widget:
        """Where filling in begins: see `FormSpec`."""
        fields = self._spec.fields()
        needed = [item for item in fields if item.required and not self._values.get(item.name)]
        names = [self._spec.start, *(item.name for item in (needed or fields))]
        return self.query_one(next((f"#field-{name}" for name in names if name), "#save"))

    def show_problems(self, sentences: Mapping[str, str], focus: bool) -> list[str]:
        """Write under each field what is wrong with it; `focus` goes to the first such field.
        Returns the sentences about what has no field here."""
        fields = {field.name for field in self._spec.fields()}
        for name in fields:
            line, text = self.query_one(f"#error-{name}", Static), sentences.get(name)
            line.display = bool(text)
            line.update(f"! {text}" if text else "")
        first = next((name for name in sentences if name in fields), None)
        if focus and first is not None:
            self.query_one(f"#field-{first}").focus()
        return [text for name, text in sentences.items() if name not in fields]
