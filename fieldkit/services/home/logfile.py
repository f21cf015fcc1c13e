"""The log of a home: what went wrong by itself and how each exchange ended, in a few small files.

A line has the time, the level, the module and a sentence of fixed words, keys and numbers; nothing
about a customer is ever given to a logger (`FieldkitError` says so of its parameters). Of an
exception only the type is written, because what it says may repeat what was typed.
"""

import io
import logging
import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from fieldkit.domain.core.errors import Fault
from fieldkit.store.home.atomic_files import private_folder
from fieldkit.store.tinysqlite.private_file import open_private

SIZE, KEPT = 256 * 1024, 3
"""Bytes after which a file is set aside, and how many of these are kept: a megabyte in all."""

_LOGGER = logging.getLogger("fieldkit")
_OFFICE = "fieldkit.office"
"""Where an office runs in the same process, as in the demo, it logs for itself."""


def keep_log(folder: Path) -> "LogFile | None":
    """A log in this folder, unless this process keeps it already: sessions of its threads then
    log into the first one."""
    kept = (log.folder for log in _LOGGER.handlers if isinstance(log, LogFile))
    return None if folder in kept else LogFile(folder)


class LogFile(logging.Handler):
    """Writes what the program logs to `fieldkit.log` in a folder, until it is closed.

    A log that cannot be written (a full disk, a folder that is read-only) changes nothing.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(logging.INFO)
        self.folder = folder
        self.setFormatter(_Line("{asctime} {levelname} {name}: {message}", style="{"))
        _LOGGER.addHandler(self)
        _LOGGER.setLevel(logging.INFO)

    @cached_property
    def _file(self) -> logging.Handler:
        # Late: a start that logs nothing needs neither this module nor what it loads.
        from logging.handlers import RotatingFileHandler

        class Private(RotatingFileHandler):
            def _open(self) -> io.TextIOWrapper:
                os.close(open_private(Path(self.baseFilename), os.O_WRONLY))
                return super()._open()

        private_folder(self.folder)
        made = Private(
            self.folder / "fieldkit.log", maxBytes=SIZE, backupCount=KEPT, encoding="utf-8"
        )
        made.setFormatter(self.formatter)
        made.handleError = lambda record: None  # type: ignore[method-assign]  # never on the screen
        return made

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        if record.name.startswith(_OFFICE):
            return
        try:
            self._file.handle(record)
        except (OSError, Fault):
            return

    def close(self) -> None:
        """Take no more."""
        _LOGGER.removeHandler(self)
        if "_file" in self.__dict__:
            with suppress(OSError):  # what a full disk did not take is not in the log
                self._file.close()
        super().close()


class _Line(logging.Formatter):
    """One line, whatever another handler has made of the record before."""

    def format(self, record: logging.LogRecord) -> str:
        """Of an exception its type alone."""
        record.message = record.getMessage()
        record.asctime = self.formatTime(record)
        kind = record.exc_info[0] if record.exc_info else None
        return self.formatMessage(record) + (f" ({kind.__name__})" if kind else "")
