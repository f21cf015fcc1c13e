"""The base of all screens: the bars, the language, showing errors, live redraw."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.i18n import Lang, say, say_error
from fieldkit.systems import open_on_desktop
from fieldkit.tui.text.lines import apart
from fieldkit.tui.widgets.bars import KeyBar, SpanBar, translated
from fieldkit.tui.widgets.long_list import Listing
from fieldkit.tui.widgets.search_list import Finder

if TYPE_CHECKING:
    from fieldkit.services.home.session import Session
    from fieldkit.tui.forms.form_spec import FormSpec
    from fieldkit.tui.host import ScreenHost
    from fieldkit.tui.text.options import Option

R = TypeVar("R")


class BaseScreen(Screen[R]):
    """A screen with a title bar, a body, a status bar and a key bar.

    A screen composes its `body` from its own state, so that it can be composed again in
    another language without losing anything; `reload` reads from the store again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "key.back", id="screen.back")
    ]
    AUTO_FOCUS = ""
    BEGIN: ClassVar[str] = ""
    """What has the focus first, as a selector."""

    def __init__(self) -> None:
        super().__init__()
        self._composed_in: Lang | None = None
        self._drawn: int | None = None
        self._composed = False

    # -- what a screen says of itself ------------------------------------------------------

    def heading(self) -> str:
        """The title bar, left."""
        raise NotImplementedError

    def beside(self) -> str:
        """The title bar, right."""
        return ""

    def body(self) -> ComposeResult:
        """The part between the bars."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read from the store again and redraw; called when anything was committed."""

    # -- what it may use -------------------------------------------------------------------

    @property
    def host(self) -> "ScreenHost":
        """The app, as screens know it."""
        return cast("ScreenHost", self.app)

    @property
    def session(self) -> "Session":
        """The session of the person at work."""
        return self.host.session

    @property
    def lang(self) -> Lang:
        """The language of the interface."""
        return self.host.lang

    @property
    def on_top(self) -> bool:
        """Whether this screen is the one seen: a key that was pressed twice must not open what
        it opens twice."""
        return self.app.screen is self

    def t(self, key: str, **params: object) -> str:
        """A message in the language of the interface."""
        return say(key, self.lang, **params)

    def open_form(
        self, spec: "FormSpec", closed: Callable[[Any, bool], None] | None = None
    ) -> None:
        """Open a form (see `ScreenHost`); where nothing else is said, read this screen again."""
        self.host.open_form(spec, closed or (lambda result, onward: self.refresh_data()))

    def show_message(self, text: str, wrong: bool = False) -> None:
        """Show a short message that goes away by itself, or with the next one."""
        self.host.show_message(text, wrong)

    @contextmanager
    def showing_errors(self) -> Iterator[None]:
        """Show an error of the services instead of failing; what was typed stays."""
        try:
            yield
        except FieldkitError as error:
            self.show_message(say_error(error, self.lang), wrong=True)

    @work(thread=True, group="opener")
    def show_outside(self, path: Path, otherwise: str) -> None:
        """Open a file with the desktop's program for it; where none shows it, say `otherwise`."""
        if not open_on_desktop(path):
            self.app.call_from_thread(self.show_message, otherwise)

    # -- the frame -------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The bars around the body."""
        yield SpanBar(id="title")
        yield from self.body()
        yield SpanBar(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Read from the store; take the focus at once, for the next key may be waiting."""
        if self.BEGIN:
            self.set_focus(self.query_one(self.BEGIN))
        self._composed_in = self.lang
        self._composed = True
        self.refresh_data()

    def on_screen_resume(self) -> None:
        """Redraw if the language or the store changed while another screen was on top."""
        if self._drawn is None:
            return
        if self._composed_in != self.lang:
            self.call_later(self.redraw)
        elif self._drawn != self.host.version:
            self.refresh_data()
        else:
            self.draw_bars()

    def on_resize(self) -> None:
        """Redraw the bars in the new width."""
        if self._drawn is not None:
            self.call_after_refresh(self.draw_bars)

    async def redraw(self) -> None:
        """Compose the screen again, in the language of now."""
        focused = self.focused.id if self.focused is not None else None
        self._composed = False
        self._composed_in = self.lang
        await self.recompose()
        self._composed = True
        self.refresh_data()
        if focused and (found := self.query(f"#{focused}")):
            self.set_focus(found.first())

    def refresh_data(self) -> None:
        """Read from the store again and redraw, with the bars.

        Nothing happens while the screen is being composed, which ends with a refresh of its own,
        or while the app is being left, which takes the widgets away one by one.
        """
        if not self._composed or not self.app.is_running or not self.is_attached:
            return
        self._drawn = self.host.version
        with self.showing_errors():
            self.reload()
        self.draw_bars()

    def draw_bars(self) -> None:
        """Write the three bars."""
        if not self.query("#keys"):
            return
        self.draw_title()
        if status := self.query("#status"):
            self.host.draw_status(status.first(SpanBar))
        self.draw_keys()

    def draw_keys(self) -> None:
        """Write the key bar alone."""
        if bar := self.query("#keys"):
            bar.first(KeyBar).show_keys(self.shown_keys(), self.lang)

    def draw_title(self) -> None:
        """Write the title bar alone: nothing is read from the store for it."""
        where = f"fieldkit › {self.heading()}"
        if bar := self.query("#title"):
            bar.first(SpanBar).draw(lambda cells: apart(where, self.beside(), cells))

    def own_keys(self) -> list[Binding]:
        """The bindings of this screen and the app that are ours, each once."""
        ours: dict[str, Binding] = {}
        for active in self.active_bindings.values():
            if translated(active.binding):
                ours.setdefault(active.binding.action, active.binding)
        return list(ours.values())

    def shown_keys(self) -> list[Binding]:
        """What the key bar shows: help, then what is done here, then back, then the app's."""
        shown = [binding for binding in self.own_keys() if binding.show]
        return sorted(shown, key=_rank)

    def more_actions(self) -> "list[Option]":
        """What the palette offers beside the keys: actions by name."""
        return []

    async def switched_own_language(self) -> bool:
        """Whether this screen has a language of its own, which was switched just now."""
        return False

    async def action_back(self) -> None:
        """Empty the search line, where there is one; then leave the screen."""
        if not self.search_cleared():
            self.dismiss(None)

    def action_choose(self) -> None:
        """Choose the entry under the cursor of the list."""
        self.query_one(Listing).choose()

    def action_move(self, by: int) -> None:
        """Move the cursor of the list."""
        self.query_one(Listing).move(by)

    def search_cleared(self) -> bool:
        """Whether there was a search, which is emptied now."""
        finder = self.query(Finder)
        return bool(finder) and finder.first().clear()


_RANKS = {"app.help": 0, "back": 2, "app.sync": 3, "app.palette": 4, "app.language": 5}


def _rank(binding: Binding) -> int:
    return _RANKS.get(binding.action, 1)
