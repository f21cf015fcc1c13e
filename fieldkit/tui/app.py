"""The terminal app: opens on today's jobs and ends with an exit code."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual import work
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.i18n import Lang, name_keys, say, say_error
from fieldkit.services.exchange.link_state import status_bar_state
from fieldkit.store.home.papers import showing_papers
from fieldkit.tui.app_keys import APP_KEYS
from fieldkit.tui.background import BackgroundSync, OpenSession, stored_data_fault, sync_text
from fieldkit.tui.crash_report import Crash, crash
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.screens.day.today import TodayScreen
from fieldkit.tui.text.plain_lines import PlainLines
from fieldkit.tui.text.status_line import status_line
from fieldkit.tui.text.theme import CONTRAST, DARK, THEMES
from fieldkit.tui.widgets.bars import SpanBar, written_key

if TYPE_CHECKING:
    from fieldkit.services.home.session import Session
    from fieldkit.sync.client.progress import Progress, SyncReport
    from fieldkit.tui.forms.form_spec import FormSpec

POLL_SECONDS = 1.0
"""How often the app looks whether another process, or a sync, has written: it reads one number."""

CHECK_AFTER, CHECK_AGAIN = 60.0, 3600.0
"""Seconds after the start, and between two looks whether the daily check of the store is due."""


def run_app(open_session: OpenSession) -> int:
    """Run the app until the person leaves. Returns the exit code: 0, or 3 after a failure.

    `open_session` opens the person's home: once for the screens, and once more in the thread
    of each sync, because a connection belongs to one thread. Its errors are raised here.
    """
    with open_session() as session, showing_papers(session.store.home):
        app = FieldkitApp(session, open_session)
        app.run()
        return 3 if app.crash is not None else 0


class FieldkitApp(App[None]):
    """The Textual application: it holds the session, shows screens, and runs sync and checks."""

    CSS_PATH = "fieldkit.tcss"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  # as Textual has it
    BINDINGS: ClassVar[list[BindingType]] = APP_KEYS

    def __init__(self, session: "Session", open_session: OpenSession) -> None:
        super().__init__()
        self.session = session
        self.lang: Lang = session.lang
        self.version = session.store.version()
        self.crash: Crash | None = None
        self._open_session = open_session
        self._sync = BackgroundSync(self, open_session, self._draw_bars, self._synced)
        self._one_engine = False
        self._plain_lines = PlainLines()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._first_theme()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, then ours: whatever is drawn passes it."""
        return [*super().get_line_filters(), self._plain_lines]

    # -- start, end, failure ---------------------------------------------------------------

    def on_mount(self) -> None:
        """Open the list of jobs, or the sign-in where nobody is signed in."""
        if self.session.person:
            self.push_screen(TodayScreen())
        else:
            self._ask_who()
        self._take_own_keys()
        if why := self.session.store.only_read:
            self.show_message(say(f"cli.store.only_read.{why}", self.lang), wrong=True)
        self.set_interval(POLL_SECONDS, self._poll)
        self.set_timer(CHECK_AFTER, self._check_daily)
        self.set_timer(CHECK_AFTER, self._look_for_second_engine)
        self.set_interval(CHECK_AGAIN, self._check_daily)

    def _first_theme(self) -> str:
        """That of `config.yaml`; high contrast where there are 16 colours, which others melt
        into; else the one that was chosen last."""
        if self.session.config.theme:
            return self.session.config.theme
        if self.console.color_system == "standard":
            return CONTRAST.name
        chosen = str(self.session.store.setting("theme", ""))
        return chosen if chosen in self.available_themes else DARK.name

    def _take_own_keys(self) -> None:
        """Apply the keys of `config.yaml`; show what cannot be used, where the usual key stays."""
        name_keys({})
        if self.session.config.keys:
            from fieldkit.tui.keymap import override_keys

            keymap, problems = override_keys(self.session.config.keys)
            self.set_keymap(keymap)
            name_keys({name: written_key(keys.split(",")[0]) for name, keys in keymap.items()})
            if problems:
                self.show_message(
                    "\n".join(say_error(item, self.lang) for item in problems), wrong=True
                )

    def _handle_exception(self, error: Exception) -> None:
        """Write a crash report: Textual would print the locals, a customer's data among them."""
        self.crash = crash(error, self.session.store.home.logs, self.session.clock(), self.lang)
        self.crash.__cause__ = error
        super()._handle_exception(self.crash)

    def _poll(self) -> None:
        try:
            version = self.session.store.version()
        except FieldkitError:
            return  # what is being done next says it
        if version != self.version:
            self.version = version
            self.refresh_screen()
            if not self.session.person:
                self.action_lock()  # a list of people was made meanwhile

    def _check_daily(self) -> None:
        from fieldkit.services.home.upkeep import scrub_due

        with suppress(FieldkitError):  # what is being done next says it
            if scrub_due(self.session):
                self._check()

    @work(thread=True, group="engine")
    def _look_for_second_engine(self) -> None:
        """Load it before a verdict needs it, in a thread, and say in the status bar if it fails."""
        from fieldkit.rules.deciding.second_engine import engine_fault

        if engine_fault():
            self._one_engine = True
            self.call_from_thread(self._draw_bars)

    def _draw_bars(self) -> None:
        if isinstance(self.screen, BaseScreen):
            self.screen.draw_bars()

    @work(thread=True, group="check", exclusive=True)
    def _check(self) -> None:
        fault = stored_data_fault(self._open_session, self.lang)
        if fault:
            self.call_from_thread(self.show_message, fault, True)

    def refresh_screen(self) -> None:
        """Redraw the screen on top from the store and the current catalogue."""
        with suppress(FieldkitError):  # a store that cannot be read: what is done next says it
            self.session.trade.renew()
        if isinstance(self.screen, BaseScreen):
            self.screen.refresh_data()

    def show_message(self, text: str, wrong: bool = False) -> None:
        """Show a short message, in place of the last one; a warning stays longer."""
        self.clear_notifications()
        severity: Literal["warning", "information"] = "warning" if wrong else "information"
        self.notify(text, severity=severity, timeout=8 if wrong else 3, markup=False)

    # -- the bars --------------------------------------------------------------------------

    def draw_status(self, bar: SpanBar) -> None:
        """Write the status bar; leave it as it is where the store cannot be read."""
        try:
            now = status_bar_state(self.session)
        except FieldkitError:
            return
        today = self.session.today
        progress = self.say_progress()
        one_engine = self._one_engine
        bar.draw(lambda cells: status_line(now, progress, today, self.lang, cells, one_engine))

    def say_progress(self) -> str:
        """Return the progress of a running sync in words; "" while there is none."""
        if self.progress is None:
            return ""
        return say(f"screen.{self.progress.stage}", self.lang, done=self.progress.done)

    # -- actions ---------------------------------------------------------------------------

    def action_help(self) -> None:
        """Show what the keys do."""
        from fieldkit.tui.screens.help import HelpScreen

        if isinstance(self.screen, BaseScreen) and not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen.heading(), self.screen.own_keys()))

    def action_palette(self) -> None:
        """Open the command palette."""
        from fieldkit.tui.screens.palette import open_palette

        if isinstance(self.screen, BaseScreen):
            open_palette(self.screen)

    async def action_language(self) -> None:
        """Switch to the other language."""
        if isinstance(self.screen, BaseScreen) and await self.screen.switched_own_language():
            return
        self.lang = "en" if self.lang == "zh" else "zh"
        self.session.set_lang(self.lang)
        if isinstance(self.screen, BaseScreen):
            await self.screen.redraw()

    def action_next_theme(self) -> None:
        """Switch to the next theme."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        self.session.store.set("theme", self.theme)
        self.show_message(say(f"screen.theme.{self.theme}", self.lang))

    # -- screens that open each other ------------------------------------------------------

    def open_job(self, job_id: str, onward: bool = False) -> None:
        """Show a job; `onward`: begin at once with the step that comes next."""
        from fieldkit.tui.screens.job.job import JobScreen

        self.push_screen(JobScreen(job_id, onward))

    def open_form(self, spec: "FormSpec", closed: Callable[[Any, bool], None]) -> None:
        """Show a form, and pass on what it returned and whether to go on."""
        from fieldkit.tui.screens.form import FormScreen

        form = FormScreen(spec)
        self.push_screen(form, lambda result: closed(result, form.onward))

    def open_complaint(self, record_id: str) -> None:
        """Show a complaint."""
        from fieldkit.tui.screens.complaints.complaint import ComplaintScreen

        self.push_screen(ComplaintScreen(record_id))

    def open_history(self, serial: str = "") -> None:
        """Show earlier work, of one product where its serial number is given."""
        from fieldkit.tui.screens.day.history import HistoryScreen

        self.push_screen(HistoryScreen(serial))

    # -- who works -------------------------------------------------------------------------

    def action_lock(self) -> None:
        """Lock the app until somebody signs in."""
        from fieldkit.tui.screens.sign_in import SignInScreen

        if any(isinstance(screen, SignInScreen) for screen in self.screen_stack):
            return
        if self.session.person and not self.session.signed_in:
            self.show_message(say("screen.nobody_else", self.lang))
        else:
            self._ask_who(self.session.signed_in or self.session.owner)

    def _ask_who(self, before: str = "") -> None:
        """Show the sign-in; `before` is who was signed in until now."""
        from fieldkit.tui.screens.sign_in import SignInScreen

        self.session.signed_in = ""
        self.clear_notifications()  # they may name a customer
        self.push_screen(SignInScreen(), partial(self._welcome, before))

    async def _welcome(self, before: str, name: str | None) -> None:
        """Return the same person to her screen; show the list of jobs to another one."""
        if before == name:
            return
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        self.push_screen(TodayScreen())
        self.show_message(say("screen.signed_in", self.lang, name=name))

    # -- sync ------------------------------------------------------------------------------

    @property
    def progress(self) -> "Progress | None":
        """The progress of a running sync."""
        return self._sync.progress

    def on_unmount(self) -> None:
        """Who leaves does not wait for an office that does not answer."""
        self._sync.stop()

    def action_sync(self) -> None:
        """Start a sync in the background, or stop the one that runs."""
        if self.progress is not None:
            self._sync.stop()
            self.show_message(say("screen.sync_stopping", self.lang))
        elif not status_bar_state(self.session).exchange.enrolled:
            self.show_message(say("screen.not_enrolled", self.lang), wrong=True)
        else:
            self._sync.start()

    def _synced(self, result: "SyncReport | FieldkitError") -> None:
        if isinstance(result, FieldkitError):
            self.show_message(say_error(result, self.lang), wrong=True)
        else:
            self.show_message(sync_text(result, self.lang), not result.clean)
        self.version = self.session.store.version()
        self.refresh_screen()
