"""The interface of the app that screens use: session, messages, and opening other screens.

Screens open each other through their host, so that none of them has to know the others.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from fieldkit.i18n import Lang
    from fieldkit.services.home.session import Session
    from fieldkit.sync.client.progress import Progress
    from fieldkit.tui.forms.form_spec import FormSpec
    from fieldkit.tui.widgets.bars import SpanBar


class ScreenHost(Protocol):
    """The app as screens see it. `version` is that of the store when it was last read."""

    session: "Session"
    lang: "Lang"
    version: int

    @property
    def progress(self) -> "Progress | None":
        """The progress of a running sync."""

    def show_message(self, text: str, wrong: bool = False) -> None:
        """Show a short message, in place of the last one."""

    def draw_status(self, bar: "SpanBar") -> None:
        """Write the status bar."""

    def say_progress(self) -> str:
        """Return the progress of a running sync in words; "" while there is none."""

    def open_job(self, job_id: str, onward: bool = False) -> None:
        """Show a job; `onward`: begin at once with the step that comes next."""

    def open_form(self, spec: "FormSpec", closed: Callable[[Any, bool], None]) -> None:
        """Show a form. `closed` takes what its `submit` returned, None where it was left, and
        whether the person wants to go on with what comes next."""

    def open_complaint(self, record_id: str) -> None:
        """Show a complaint."""

    def open_history(self, serial: str = "") -> None:
        """Show earlier work, of one product where its serial number is given."""
