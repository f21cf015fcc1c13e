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
from textual.widget import Widget
from textual.widgets import Button, Input

from fieldkit.domain.core.errors import BadInput
from fieldkit.i18n import fit, say_problem
from fieldkit.tui.forms.editors import Choose, LongEditor, Many, TextEditor, as_editor
from fieldkit.tui.forms.form_draft import FormDraft, FormProblems
from fieldkit.tui.forms.form_spec import FormSpec, filled
from fieldkit.tui.forms.form_view import FormView
from fieldkit.tui.forms.hint import day_editor, hint
from fieldkit.tui.forms.row_editors import Checks, Rows
from fieldkit.tui.forms.row_form import RowForm
from fieldkit.tui.forms.typed_values import typed_day
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.options import near
from fieldkit.tui.widgets.bars import SpanBar

SAVE_SECONDS = 1.0
"""How often what is being typed is saved, so that a failure costs a word; a field that is left is
saved at once."""


class FormScreen(BaseScreen[Any]):
    """A form. Closing it returns what its `submit` returned, or None where it was left; `onward`
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
        self.onward = False
        self._draft = FormDraft(spec)
        self._problems = FormProblems(spec)
        self._saved_at = ""
        self._ready = False
        self._with_calendar = False

    def heading(self) -> str:
        """The title bar, left: what is filled in."""
        return self.spec.title(self.lang)

    def beside(self) -> str:
        """The title bar, right: when the draft was saved last."""
        return self.t("screen.saved_at", time=self._saved_at) if self._saved_at else ""

    def body(self) -> ComposeResult:
        """The form and the hint."""
        yield FormView(self.spec, self._draft.values, self, self.session, self.lang)
        yield SpanBar(id="hint")

    def on_mount(self) -> None:
        """Begin in the first field that is needed and empty, else in the first one."""
        self.set_interval(SAVE_SECONDS, self.keep)
        self._draft.start(self._view.read())
        self._ready = True
        # At once, not later: the next key may be waiting already.
        self.set_focus(self._view.first_field())

    @property
    def _view(self) -> FormView:
        return self.query_one(FormView)

    async def redraw(self) -> None:
        """Draw the form in the other language, with everything that was typed."""
        self.keep()
        await super().redraw()
        self._show_problems()

    # -- keeping ---------------------------------------------------------------------------

    def keep(self) -> None:
        """Save what is typed, if it changed. When this returns, it is durable."""
        if not self.query(FormView):
            return
        self._draft.values |= self._view.read()
        changed = self._draft.changed()
        if not self._ready or not changed:
            return
        if self._problems.drop(changed):
            self._show_problems()
        with self.showing_errors():
            self._draft.save()
            self._saved_at = f"{self.session.clock():%H:%M:%S}"
        self.draw_bars()

    def _keep_field(self) -> None:
        """Write the focused field in its usual form, and save."""
        if editor := as_editor(self.focused):
            editor.tidy()
        self.keep()

    def on_screen_suspend(self) -> None:
        """Save before another screen, which may be the lock, comes on top."""
        if self._ready:
            self.keep()

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Every way out of a field leads through here: it is saved before anything else."""
        leaving = self.focused
        if self._ready and leaving is not None and leaving is not widget:
            if isinstance(leaving, TextEditor):
                self._fill_from(leaving.field.name)
            self._keep_field()
            self._check(leaving)
        super().set_focus(widget, scroll_visible, from_app_focus)
        if self._ready:
            self._show_hint()

    def _fill_from(self, name: str) -> set[str]:
        """Fill the empty fields that follow from a filled one; returns their names."""
        self._draft.values |= self._view.read()
        return self._view.fill_empty(self.spec.follow(name, self._draft.values))

    def _check(self, editor: Widget) -> None:
        """Say at once what is wrong with a value that was typed; empty is asked for later."""
        if isinstance(editor, TextEditor) and editor.value:
            self._problems.check(editor.field.name, self._draft.values)
            self._show_problems()

    def _show_problems(self, focus: bool = False) -> None:
        for text in self._view.show_problems(self._problems.sentences(self.lang), focus):
            self.show_message(text, wrong=True)

    # -- from field to field ---------------------------------------------------------------
    #
    # These keys have priority, which makes the app finish with one before it looks at the next:
    # what is typed ahead goes into the field that it is meant for.

    async def _wait_for_typing(self) -> None:
        """Wait until the field has taken what was typed into it before this key."""
        if self.focused is not None:
            taken = asyncio.Event()
            self.focused.call_next(taken.set)
            await taken.wait()

    async def action_go(self, by: int) -> None:
        """Go to the next field, or the one before."""
        await self._wait_for_typing()
        if by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    async def action_arrow(self, by: int) -> None:
        """Do the same by arrows, where the field itself has no use for them."""
        if isinstance(self.focused, LongEditor | Checks | Rows):
            raise SkipAction
        await self.action_go(by)

    async def action_enter(self) -> None:
        """Go from a line of text to the next field; other fields have their own Enter."""
        if not isinstance(self.focused, TextEditor):
            raise SkipAction
        await self.action_go(1)

    def _go_past(self, name: str) -> None:
        """Go to the next field, past those that are filled in with this one."""
        self.set_focus(self._view.field_after(name, self._fill_from(name)))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Update the hint."""
        self._show_hint()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if day_editor(self.focused) is event.input:
            self._show_hint()

    def _show_hint(self) -> None:
        if bar := self.query("#hint"):
            text = hint(self.focused, self.lang, self.session.today)
            bar.first(SpanBar).draw(lambda cells: [(fit(text, cells), "muted")])
        dated = day_editor(self.focused) is not None
        if self._with_calendar is not dated:
            self._with_calendar = dated
            self.draw_keys()

    # -- screens over the form -------------------------------------------------------------

    async def action_calendar(self) -> None:
        """Choose the day from a calendar."""
        from fieldkit.tui.screens.calendar import CalendarScreen

        await self._wait_for_typing()
        editor = day_editor(self.focused)
        if editor is None or not self.on_top:
            return
        name, today = editor.field.name, self.session.today
        day = typed_day(editor.value, today) or today

        def take(chosen: date | None) -> None:
            if chosen is not None:
                self.query_one(f"#field-{name}", TextEditor).put(chosen.isoformat())
                self._go_past(name)

        title = self.spec.label(name, self.lang)
        self.app.push_screen(CalendarScreen(title, day, today, self.lang), take)

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
        found = near(editor.options, str(self._draft.values.get("component") or ""), said)
        name, many = editor.field.name, isinstance(editor, Many)
        title = f"{self.heading()} › {self.spec.label(name, self.lang)}"

        def take(codes: tuple[str, ...] | None) -> None:
            if codes is None:
                return
            self.query_one(f"#field-{name}", Choose).take(codes)
            if not many:
                self._go_past(name)

        self.app.push_screen(PickScreen(title, found, editor.chosen, many, text), take)

    def edit_row(self, table: Rows, index: int) -> None:
        """Open the form of a row; the index behind the last one is a new row."""
        if self.on_top:
            selector = f"#field-{table.field.name}"
            row = RowForm(self.spec, lambda: self.query_one(selector, Rows), index)
            self.app.push_screen(FormScreen(row.spec()), row.closed)

    # -- leaving ---------------------------------------------------------------------------

    @on(Button.Pressed, "#save")
    async def _pressed(self) -> None:
        self._submit()

    async def action_submit(self) -> None:
        """Do what the form is for; wrong fields are named beside them."""
        await self._wait_for_typing()
        self._submit()

    async def action_submit_on(self) -> None:
        """Do the same, and begin what comes next."""
        await self._wait_for_typing()
        self._submit(onward=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Not every form has something that comes next, nor every field a calendar."""
        if action == "calendar":
            return day_editor(self.focused) is not None
        return self.spec.goes_on if action == "submit_on" else True

    def _submit(self, onward: bool = False, confirmed: frozenset[str] = frozenset()) -> None:
        self._keep_field()
        with self.showing_errors():
            try:
                agreed = dict.fromkeys(confirmed, True)
                result = self.spec.submit(filled(self._draft.values) | agreed)
            except BadInput as error:
                self._problems.shown = error.problems
                self._show_problems(focus=True)
                self.show_message(
                    self.t("screen.some_wrong", count=len(error.problems)), wrong=True
                )
                self._ask_back(error, onward)
                return
            self._ready = False
            self.onward = onward
            if done := self.spec.done(self.lang):
                self.show_message(done)
            self.dismiss(result)

    def _ask_back(self, error: BadInput, onward: bool) -> None:
        """What may be right all the same can be confirmed; nothing keeps the answer but what was
        submitted."""
        fields = frozenset(problem.confirm for problem in error.problems)
        if not all(fields):
            return
        from fieldkit.tui.screens.confirm import ConfirmScreen

        def answered(keep: bool | None) -> None:
            if keep:
                self._submit(onward, fields)

        asked = [say_problem(problem, self.lang) for problem in error.problems]
        question = " ".join([*asked, self.t("screen.keep_as_typed")])
        buttons = self.t("screen.as_typed"), self.t("screen.correct_it")
        self.app.push_screen(ConfirmScreen(question, *buttons), answered)

    async def action_back(self) -> None:
        """Leave the form; the draft stays."""
        await self._wait_for_typing()
        self._keep_field()
        self._ready = False
        self.dismiss(None)
