"""Files of a job: Enter adds the file under the cursor, or opens one that is kept already."""

from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from fieldkit.domain.job.side_events import AttachmentAdded
from fieldkit.i18n import say_moment, say_size
from fieldkit.services.jobs import job_commands
from fieldkit.services.jobs.attachments import (
    Found,
    attach_file,
    files_in,
    show_attachment,
    unsent_attachments,
)
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.lines import Line, columns, paragraph
from fieldkit.tui.widgets.long_list import Entry, Listing
from fieldkit.tui.widgets.search_list import Finder

_UP = ".."


class FilesScreen(BaseScreen[None]):
    """The files kept with a job, then a folder of this laptop to choose more from.

    What is typed narrows the names; a path that is typed or pasted goes to its folder.
    """

    BEGIN = "#search"

    last_folder: ClassVar[Path | None] = None
    """Where the last file came from: the next photograph lies there, too."""

    def __init__(self, job_id: str) -> None:
        super().__init__()
        self._job_id = job_id
        self._number = ""
        self._folder = FilesScreen.last_folder or Path.home()
        self._kept: tuple[AttachmentAdded, ...] = ()
        self._unsent: frozenset[str] = frozenset()
        self._at = ""

    def heading(self) -> str:
        """The title bar, left: whose files."""
        return f"{self._number} › {self.t('step.attach')}"

    def beside(self) -> str:
        """The title bar, right: how many are kept."""
        return self.t("screen.files_kept", count=len(self._kept))

    def body(self) -> ComposeResult:
        """Search line, list, all of the file under the cursor."""
        yield Finder(
            self._find, self._draw, self.t("screen.search_files"), self._preview, self._empty
        )

    def reload(self) -> None:
        """Read the job and the folder again."""
        job = job_commands.job(self.session, self._job_id)
        self._number = job.number
        self._kept = job.attachments
        self._unsent = unsent_attachments(self.session)
        self.query_one(Finder).refill(keep=self._at or self._newest())
        self._at = ""

    def _newest(self) -> str:
        """Where the cursor begins: on the newest file of the folder."""
        if self.query_one(Finder).listing.current is not None:
            return ""
        found: list[Found] = []
        with self.showing_errors():
            found = files_in(self._folder)
        return next((str(one.path) for one in found if not one.folder), "")

    def _find(self, text: str) -> list[Entry]:
        folder, part = self._place(text)
        wanted = part.casefold()
        kept = [one for one in self._kept if wanted in one.name.casefold()]
        found: list[Entry] = []
        if kept:
            found.append(Entry("", self.t("screen.section.kept")))
            found += [Entry(one.sha256, one) for one in reversed(kept)]
        found.append(Entry("", _short(folder)))
        with self.showing_errors():
            here = [one for one in files_in(folder) if wanted in one.path.name.casefold()]
            found += [Entry(str(one.path), one) for one in here]
        if folder.parent != folder and not part:
            found.append(Entry(_UP, Found(folder.parent, True, 0, datetime.min)))
        return found

    def _place(self, text: str) -> tuple[Path, str]:
        """The folder that a text names, and the part of a name that it looks for there."""
        if "/" not in text and "\\" not in text and not text.startswith("~"):
            return self._folder, text
        try:
            path = self._folder / Path(text).expanduser()
            if path.is_dir():
                return path, ""
        except (OSError, RuntimeError, ValueError):  # no such user, a name that cannot be
            return self._folder, text
        return path.parent, path.name

    def _draw(self, entry: Entry, cells: int) -> Line:
        if isinstance(entry.data, AttachmentAdded):
            state, kind = self._state(entry.data)
            size = say_size(entry.data.size)
            return columns(
                [(entry.data.name, cells - 36, "strong"), (size, 8, "muted"), (state, 24, kind)]
            )
        one: Found = entry.data
        if one.folder:
            name = self.t("screen.folder_above") if entry.key == _UP else f"{one.path.name}/"
            return columns([(name, cells - 1, "accent")])
        when = say_moment(one.changed, self.lang)
        return columns(
            [(one.path.name, cells - 36, ""), (say_size(one.size), 8, "muted"), (when, 24, "muted")]
        )

    def _state(self, kept: AttachmentAdded) -> tuple[str, str]:
        if not self.session.store.attachments.has(kept.sha256):
            return self.t("screen.file_away"), "warn"
        if kept.sha256 in self._unsent:
            return self.t("screen.file_unsent"), "muted"
        return self.t("screen.file_sent"), "good"

    def _empty(self) -> str:
        return self.t("empty.files")

    def _preview(self, entry: Entry, cells: int) -> list[Line]:
        if isinstance(entry.data, AttachmentAdded):
            head, hint = entry.data.name, "screen.enter_show_file"
        elif entry.data.folder:
            head, hint = str(entry.data.path), "screen.enter_folder"
        else:
            head, hint = entry.data.path.name, "screen.enter_file"
        return [
            *paragraph(head, cells, "strong")[:2],
            *paragraph(self.t(hint), cells, "muted"),
        ]

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        if not self.on_top:
            return
        chosen = event.entry.data
        with self.showing_errors():
            if isinstance(chosen, AttachmentAdded):
                self._show(chosen)
            elif chosen.folder:
                self._enter(chosen.path)
            else:
                self._add(chosen.path)

    def _enter(self, folder: Path) -> None:
        files_in(folder)  # one that cannot be read is not entered
        self._folder = folder
        finder = self.query_one(Finder)
        if not finder.clear():
            finder.refill()

    def _add(self, path: Path) -> None:
        self._at = attach_file(self.session, self._job_id, path).attachments[-1].sha256
        FilesScreen.last_folder = self._folder = path.parent
        self.show_message(self.t("screen.file_added", name=path.name))
        self.query_one(Finder).clear()
        self.refresh_data()

    def _show(self, kept: AttachmentAdded) -> None:
        target = show_attachment(self.session, self._job_id, kept.sha256)
        self.show_outside(target, self.t("screen.file_at", path=target))


def _short(folder: Path) -> str:
    """A folder as people write it, from their own one."""
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
