"""The one form screen: every step, every record and every row of a table is filled in here.

What is typed is saved in the very handler in which a field is left (`set_focus`), or a choice
changes, and at the latest a second after the last key.
"""

import asyncio
from datetime import date
from typing import Any, ClassVar

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from fieldkit.domain.core.errors import BadInput, FieldkitError, FieldProblem
from fieldkit.domain.core.form import FormField, read_form
from fieldkit.i18n import fit, say_error, say_problem, say_weekday, say_wrong, width
from fieldkit.tui.forms.editor_for_field import make_editor
from fieldkit.tui.forms.editors import Choose, Editor, LongEditor, Many, TextEditor
from fieldkit.tui.forms.form_spec import FormSpec, Values, filled, row_spec
from fieldkit.tui.forms.row_editors import Checks, Rows
from fieldkit.tui.forms.typed_values import typed_day
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.options import Option, near, options, with_stock
from fieldkit.tui.widgets.bars import SpanBar, content

SAVE_SECONDS = 1.0


class FormScreen(BaseScreen[Any]):
    """A form. Closing answers what its `submit` answered, or None where it was left; `onward`
    says that the person wants to go on with what comes next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10", "submit", "key.save", priority=True, id="form.save"),
        Binding("f2", "submit_on", "key.save_on", priority=True, id="form.save_on"),
        Binding("escape", "back", "key.back", priority=True, id="screen.back"),
        Binding("tab", "go(1)", "key.next_field", False, priority=True, id="form.next"),
        Binding(
            "shift+tab", "go(-1)", "key.previous_field", False, priority=True, id="form.before"
        ),
        Binding("down", "arrow(1)", "key.next_field", False, priority=True, id="form.down"),
        Binding("up", "arrow(-1)", "key.previous_field", False, priority=True, id="form.up"),
        Binding("enter", "enter", "key.next_field", False, priority=True, id="form.enter"),
        Binding("f4", "calendar", "key.calendar", priority=True, id="form.calendar"),
    ]

    def __init__(self, spec: FormSpec) -> None:
        super().__init__()
        self.spec = spec
        self.values: Values = dict(spec.values)
        self._kept: Values = dict(spec.values)
        self.onward = False
        self._saved_at = ""
        self._problems: list[FieldProblem] = []
        self._ready = False
        self._with_calendar = False

    def heading(self) -> str:
        """What is filled in."""
        return self.spec.title(self.lang)

    def beside(self) -> str:
        """When the draft was saved last."""
        return self.t("screen.saved_at", time=self._saved_at) if self._saved_at else ""

    # -- composing -------------------------------------------------------------------------

    def body(self) -> ComposeResult:
        """The note, the fields with their errors, the button, the hint."""
        fields = self.spec.fields()
        labels = [self._label(field) for field in fields]
        column = min(max([width(label) for label in labels], default=10) + 2, 38)
        with VerticalScroll(id="form", can_focus=False):
            yield Static(id="note")
            for field, label in zip(fields, labels, strict=True):
                with Horizontal(classes=f"field {field.ui.widget}"):
                    yield Static(fit(label, column), classes="label", markup=False)
                    yield self._editor(field)
                yield Static("", id=f"error-{field.name}", classes="error", markup=False)
            yield Button(self.t("screen.save_button"), id="save", compact=True, variant="primary")
        yield SpanBar(id="hint")

    def _label(self, field: FormField) -> str:
        mark = " *" if field.required else ""
        return self.spec.label(field.name, self.lang) + mark

    def _editor(self, field: FormField) -> Widget:
        value = self.values.get(field.name, field.default)
        found = self._options(field) if field.ui.widget in ("choice", "many") else []
        session = self.session
        return make_editor(field, value, self, found, session.catalogue, self.lang, session.today)

    def _options(self, field: FormField) -> list[Option]:
        found = options(field, self.session.catalogue, self.lang)
        if field.ui.source == "part":
            found = with_stock(found, self.spec.stock(self.lang))
        return self.spec.allowed(field.ui.source, found)

    def on_mount(self) -> None:
        """Begin in the first field that is needed and empty, else in the first one."""
        self._show_note()
        self.set_interval(SAVE_SECONDS, self.keep)
        fields = self.spec.fields()
        wanting = [item for item in fields if item.required and not self.values.get(item.name)]
        names = [self.spec.start, *(item.name for item in (wanting or fields))]
        target = next((f"#field-{name}" for name in names if name), "#save")
        self._kept = self._typed_values()
        self._ready = True
        # At once, not later: the next key may be waiting already.
        self.set_focus(self.query_one(target))

    async def redraw(self) -> None:
        """In the other language, with everything that was typed."""
        self.keep()
        await super().redraw()
        self._show_note()
        self._show_problems(self._problems, focus=False)

    def on_resize(self) -> None:
        """The note is laid out for the new width."""
        super().on_resize()
        self._show_note()

    def _show_note(self) -> None:
        note = self.query_one("#note", Static)
        lines = self.spec.note(self.lang, min(self.size.width - 6, 100))
        note.display = bool(lines)
        note.update(content([("\n", "")]).join([content(line) for line in lines]))

    # -- values ----------------------------------------------------------------------------

    def editors(self) -> list[Editor]:
        """The editors, in order."""
        found = self.query("#form .field > *").exclude(".label")
        return [widget for widget in found if hasattr(widget, "read")]  # type: ignore[misc]  # by shape

    def keep(self) -> None:
        """Save what is typed, if it changed. When this returns, it is durable."""
        if not self.query("#form"):
            return
        self.values = self._typed_values()
        if not self._ready or self.values == self._kept:
            return
        self._let_off({name for name in self.values if self.values[name] != self._kept.get(name)})
        try:
            self.spec.keep(dict(self.values))
        except FieldkitError as error:
            self.tell(say_error(error, self.lang), wrong=True)
            return
        self._kept = dict(self.values)
        self._saved_at = f"{self.session.clock():%H:%M:%S}"
        self.draw_bars()

    def _let_off(self, changed: set[str]) -> None:
        """What was said of a field no longer stands once it was changed."""
        still = [item for item in self._problems if item.path.split(".")[0] not in changed]
        if still != self._problems:
            self._problems = still
            self._show_problems(still, focus=False)

    def _typed_values(self) -> Values:
        return self.values | {editor.field.name: editor.read() for editor in self.editors()}

    # -- from field to field ---------------------------------------------------------------
    #
    # These keys have priority, which makes the app finish with one before it looks at the next:
    # what is typed ahead goes into the field that it is meant for.

    async def _settle(self) -> None:
        """Let the field take what was typed into it before this key."""
        if self.focused is not None:
            taken = asyncio.Event()
            self.focused.call_next(taken.set)
            await taken.wait()

    async def action_go(self, by: int) -> None:
        """To the next field, or the one before."""
        await self._settle()
        if by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    async def action_arrow(self, by: int) -> None:
        """The same by arrows, where the field itself has no use for them."""
        if isinstance(self.focused, LongEditor | Checks | Rows):
            raise SkipAction
        await self.action_go(by)

    async def action_enter(self) -> None:
        """From a line of text to the next field; other fields have their own Enter."""
        if not isinstance(self.focused, TextEditor):
            raise SkipAction
        await self.action_go(1)

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Every way out of a field leads through here: it is saved before anything else."""
        leaving = self.focused
        if self._ready and leaving is not None and leaving is not widget:
            if isinstance(leaving, TextEditor):
                leaving.tidy()
                self._follow(leaving.field.name)
            self.keep()
            self._check(leaving)
        super().set_focus(widget, scroll_visible, from_app_focus)
        if self._ready:
            self._show_hint()

    def _check(self, editor: Widget) -> None:
        """Say at once what is wrong with a value that was typed; empty is asked for later."""
        if not isinstance(editor, TextEditor) or not editor.value:
            return
        name = editor.field.name
        self._problems = [item for item in self._problems if item.path.split(".")[0] != name]
        try:
            read_form(self.spec.model, filled(self.values))
        except BadInput as error:
            self._problems += [item for item in error.problems if item.path == name]
        self._show_problems(self._problems, focus=False)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The hint goes with the field."""
        self._show_hint()

    def _show_hint(self) -> None:
        focused = self.focused
        text = self.t("hint.button") if isinstance(focused, Button) else ""
        if focused is not None and hasattr(focused, "field"):
            text = self.t(f"hint.{focused.field.ui.widget}")
        dated = self._day_editor()
        if dated is not None:
            text = self._weekday(dated) + text
        bar = self.query("#hint")
        if bar:
            bar.first(SpanBar).draw(lambda cells: [(fit(text, cells), "muted")])
        if self._with_calendar is not (dated is not None):
            self._with_calendar = dated is not None
            self.draw_keys()

    def _weekday(self, editor: TextEditor) -> str:
        day = typed_day(editor.value, self.session.today)
        return f"{say_weekday(day, self.lang)} · " if day else ""

    def _day_editor(self) -> TextEditor | None:
        """The field under the cursor, if it is one for a day."""
        focused = self.focused
        dated = isinstance(focused, TextEditor) and focused.field.ui.widget == "date"
        return focused if dated and isinstance(focused, TextEditor) else None

    async def action_calendar(self) -> None:
        """Choose the day from a calendar."""
        from fieldkit.tui.screens.calendar import CalendarScreen

        await self._settle()
        editor = self._day_editor()
        if editor is None or not self.on_top:
            return
        name, today = editor.field.name, self.session.today
        day = typed_day(editor.value, today) or today

        def take(chosen: date | None) -> None:
            if chosen is not None:
                self.query_one(f"#field-{name}", TextEditor).put(chosen.isoformat())
                self._go_past(name, self._follow(name))

        title = self.spec.label(name, self.lang)
        self.app.push_screen(CalendarScreen(title, day, today, self.lang), take)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if isinstance(event.input, TextEditor) and event.input.field.ui.widget == "date":
            self._show_hint()

    @on(Button.Pressed, "#save")
    async def _pressed(self) -> None:
        self._submit()

    def _follow(self, name: str) -> set[str]:
        """Fill the empty fields that a filled one speaks for; answers which."""
        self.values = self._typed_values()
        suggested = self.spec.follow(name, self.values)
        taken = set()
        for editor in self.editors():
            value = suggested.get(editor.field.name)
            if value and not editor.read() and isinstance(editor, Choose | TextEditor):
                editor.put(value)
                taken.add(editor.field.name)
        return taken

    def _go_past(self, name: str, filled_in: set[str]) -> None:
        """To the next field, past those that were filled in with this one."""
        names = [field.name for field in self.spec.fields()]
        rest = (item for item in names[names.index(name) + 1 :] if item not in filled_in)
        following = next((f"#field-{item}" for item in rest), "#save")
        self.set_focus(self.query_one(following))

    # -- lists and rows --------------------------------------------------------------------

    def pick(self, editor: Choose, text: str) -> None:
        """Open the list of options of a field, with a text to search for."""
        from fieldkit.tui.screens.pick import PickScreen

        top = self.app.screen
        if isinstance(top, PickScreen):
            top.type_ahead(text)
        if top is not self:
            return
        self.keep()
        said = self.spec.said if editor.field.ui.source == "fault" else ""
        found = near(editor.options, str(self.values.get("component") or ""), said)
        title = f"{self.heading()} › {self.spec.label(editor.field.name, self.lang)}"
        many = isinstance(editor, Many)
        name = editor.field.name

        def take(codes: tuple[str, ...] | None) -> None:
            if codes is None:
                return
            target = self.query_one(f"#field-{name}", Choose)
            target.take(codes)
            if not many:
                self._go_past(name, self._follow(name))

        self.app.push_screen(PickScreen(title, found, editor.chosen, many, text), take)

    def edit_row(self, editor: Rows, index: int) -> None:
        """Open the form of a row; the index behind the last one is a new row."""
        if not self.on_top:
            return
        row_model = editor.field.row
        assert row_model is not None
        name, new = editor.field.name, index == len(editor.rows)

        def table() -> Rows:
            return self.query_one(f"#field-{name}", Rows)

        def closed(row: Values | None) -> None:
            rows = table().rows
            if row is None and new and index < len(rows) and not any(rows[index].values()):
                table().drop(index)

        spec = row_spec(
            self.spec,
            name,
            row_model,
            {} if new else dict(editor.rows[index]),
            index,
            keep=lambda values: table().put(index, filled(values)),
            submit=lambda values: self._finish_row(table(), index, values),
        )
        self.app.push_screen(FormScreen(spec), closed)

    def _finish_row(self, table: Rows, index: int, values: Values) -> Values:
        assert table.field.row is not None
        read_form(table.field.row, values)
        table.put(index, values)
        table.at = len(table.rows)
        return values

    # -- leaving ---------------------------------------------------------------------------

    def on_screen_suspend(self) -> None:
        """Something is put on top, which may be the lock: what was typed is saved now."""
        if self._ready:
            self.keep()

    async def action_submit(self) -> None:
        """Do what the form is for; wrong fields are named beside them."""
        await self._settle()
        self._submit()

    async def action_submit_on(self) -> None:
        """The same, and begin what comes next."""
        await self._settle()
        self._submit(onward=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Not every form has something that comes next, nor every field a calendar."""
        if action == "calendar":
            return self._day_editor() is not None
        return self.spec.goes_on if action == "submit_on" else True

    def _submit(self, onward: bool = False) -> None:
        if isinstance(self.focused, TextEditor):
            self.focused.tidy()
        self.keep()
        try:
            result = self.spec.submit(filled(self.values))
        except BadInput as error:
            self._problems = error.problems
            self._show_problems(error.problems, focus=True)
            self.tell(self.t("screen.some_wrong", count=len(error.problems)), wrong=True)
        except FieldkitError as error:
            self.tell(say_error(error, self.lang), wrong=True)
        else:
            self._ready = False
            self.onward = onward
            if done := self.spec.done(self.lang):
                self.tell(done)
            self.dismiss(result)

    def _show_problems(self, problems: list[FieldProblem], focus: bool) -> None:
        by_field: dict[str, list[str]] = {}
        for problem in problems:
            by_field.setdefault(problem.path.split(".")[0], []).append(self._say(problem))
        for field in self.spec.fields():
            line = self.query_one(f"#error-{field.name}", Static)
            texts = by_field.pop(field.name, [])
            line.display = bool(texts)
            line.update("! " + " ".join(texts) if texts else "")
        for texts in by_field.values():
            self.tell(" ".join(texts), wrong=True)
        drawn = {field.name for field in self.spec.fields()}
        wrong = [item.path.split(".")[0] for item in problems]
        first = next((name for name in wrong if name in drawn), None)
        if focus and first is not None:
            self.query_one(f"#field-{first}").focus()

    def _say(self, problem: FieldProblem) -> str:
        field = next((f for f in self.spec.fields() if f.name == problem.path), None)
        if field is not None and field.ui.widget == "money" and problem.key.startswith("int_"):
            problem = FieldProblem(problem.path, "not_money")
        nested = "." in problem.path
        return say_problem(problem, self.lang) if nested else say_wrong(problem, self.lang)

    async def action_back(self) -> None:
        """Leave the form; the draft stays."""
        await self._settle()
        if isinstance(self.focused, TextEditor):
            self.focused.tidy()
        self.keep()
        self._ready = False
        self.dismiss(None)
