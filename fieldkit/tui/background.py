"""What the app does in threads beside its screens: the sync, and the check of all stored data.

Each opens a session of its own, because a connection belongs to one thread.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.worker import get_current_worker

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.i18n import Lang, say, say_error

if TYPE_CHECKING:
    from fieldkit.services.home.session import Session
    from fieldkit.sync.client.progress import Progress, SyncReport

OpenSession = Callable[[], "Session"]


class BackgroundSync:
    """A sync in a thread, one at a time. `changed` and `ended` are called on the app's thread:
    at each progress, and with what it came to, or why it failed."""

    def __init__(
        self,
        app: App[Any],
        open_session: OpenSession,
        changed: Callable[[], None],
        ended: Callable[["SyncReport | FieldkitError"], None],
    ) -> None:
        self._app, self._open_session = app, open_session
        self._changed, self._ended = changed, ended
        self._stop = Event()
        self.progress: Progress | None = None

    def start(self) -> None:
        """Begin; `progress` is there from now on until the end."""
        from fieldkit.sync.client.progress import Progress

        self._stop.clear()
        self._show(Progress("connecting", 0, 0))
        self._app.run_worker(self._exchange, group="sync", thread=True)

    def stop(self) -> None:
        """End it soon; what was exchanged is kept."""
        self._stop.set()

    def _exchange(self) -> None:
        from fieldkit.services.exchange.sync_now import sync_now

        result: SyncReport | FieldkitError
        try:
            with self._open_session() as session:
                result = sync_now(session, progress=self._report, sleep=self._wait)
        except FieldkitError as error:
            result = error
        if self._app.is_running:  # else it was left, and nobody is told
            self._app.call_from_thread(self._end, result)

    def _report(self, progress: "Progress") -> None:
        """Called in the thread; raising ends the sync."""
        if self._stop.is_set():
            raise FieldkitError("sync_stopped")
        self._app.call_from_thread(self._show, progress)

    def _wait(self, seconds: float) -> None:
        """Called in the thread between two tries; who stops it does not wait for the next."""
        if self._stop.wait(seconds):
            raise FieldkitError("sync_stopped")

    def _show(self, progress: "Progress") -> None:
        self.progress = progress
        self._changed()

    def _end(self, result: "SyncReport | FieldkitError") -> None:
        self.progress = None
        self._ended(result)


def sync_text(report: "SyncReport", lang: Lang) -> str:
    """What a sync came to, in words: its counts, then a line for each problem."""
    counts = say(
        "screen.synced" if report.clean else "screen.synced_partly",
        lang,
        sent=report.sent,
        received=report.received,
        unsent=report.unsent,
        rejected=report.rejected + report.held + len(report.problems),
    )
    problems = (say(f"sync.problem.{each.key}", lang, **each.params) for each in report.problems)
    return "\n".join([counts, *problems])


def stored_data_fault(open_session: OpenSession, lang: Lang) -> str:
    """Verify all stored data, in the thread of a worker; what is wrong in words, or "".

    A worker that was cancelled, because the app ends, breaks off and finds nothing.
    """
    from fieldkit.services.home.upkeep import scrub
    from fieldkit.store.care.scrub import BrokenOff

    worker = get_current_worker()

    def pause() -> None:
        """Yield to the screens."""
        if worker.is_cancelled:
            raise BrokenOff
        time.sleep(0)

    with suppress(BrokenOff):
        try:
            with open_session() as session:
                report = scrub(session, pause)
            if report.ok:
                return ""
            return say("screen.check_bad" if report.damages else "screen.check_unread", lang)
        except FieldkitError as error:
            return say_error(error, lang)
    return ""
