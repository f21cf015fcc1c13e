"""What can go wrong with a store, one type for each thing that a caller can do about it.

No message contains anything from a document.
"""

from __future__ import annotations

import errno
from pathlib import Path

import apsw


class TinySQLiteError(Exception):
    """Base of all errors of this package."""


class NotJSONError(TinySQLiteError, TypeError, ValueError):
    """A document holds a value that JSON cannot carry unchanged. Nothing was written."""


class DuplicateError(TinySQLiteError, ValueError):
    """A document with this id, or with this value in a unique field, is there already."""


class NotIndexedError(TinySQLiteError, ValueError):
    """An ordered read asked for a field that no index was declared for."""


class WrongKeyError(TinySQLiteError):
    """The key does not open this file. Nothing was touched."""


class NotAStoreError(TinySQLiteError):
    """The file is a database, but not one that this package made. Nothing was touched."""


class NewerVersionError(TinySQLiteError):
    """The file was written by a newer version. Nothing was touched.

    ``found`` and ``known`` are the version of the file and the newest one understood here.
    """

    def __init__(self, found: int, known: int) -> None:
        super().__init__(f"the file has version {found}, this program knows up to {known}")
        self.found = found
        self.known = known


class LostCommitsError(TinySQLiteError):
    """The file is older than the commits that were acknowledged on it. Nothing was touched.

    The counter beside the file says that ``expected`` commits were made, the file itself has
    ``found`` of them: part of the log is damaged or the file was exchanged for an older one.
    ``salvage`` sets everything aside and keeps what can be read; opening with
    ``accept_loss=True`` goes on with what is there.
    """

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"{expected} commits were acknowledged, the file has {found}")
        self.expected = expected
        self.found = found


class DamagedError(TinySQLiteError):
    """A page of the file fails its authentication or its structure is broken."""


class StoreFullError(TinySQLiteError):
    """The disk is full. The transaction was rolled back; all earlier commits are safe."""


class StoreIOError(TinySQLiteError):
    """Reading or writing the file failed. The transaction was rolled back."""


class UnreadableError(StoreIOError):
    """The operating system does not let the file be read: `path`, and `why` in its words."""

    def __init__(self, path: Path, error: OSError) -> None:
        self.path = path
        self.why = error.strerror or type(error).__name__
        super().__init__(f"{path.name} cannot be read ({self.why})")


class LogNeedsWritingError(StoreIOError):
    """The file was not closed, and its log cannot be read where nothing can be written."""


class StoreBusyError(TinySQLiteError):
    """Another process held the write lock for longer than this one was ready to wait."""


class ReadOnlyError(TinySQLiteError):
    """A write was tried on a read-only handle, or the file cannot be written."""


class ForkedError(TinySQLiteError):
    """The handle was opened by another process, before a fork. Open the store again."""


class ClosedError(TinySQLiteError):
    """The handle was closed."""


class TransactionAbortedError(TinySQLiteError):
    """SQLite has rolled the whole transaction back after an earlier error in it.

    Nothing of the transaction is in the file, and nothing can be added to it.
    """


_TRANSLATIONS: tuple[tuple[type[apsw.Error], type[TinySQLiteError], str], ...] = (
    (apsw.ConstraintError, DuplicateError, "the id, or the value of a unique field, is taken"),
    (apsw.FullError, StoreFullError, "the disk is full"),
    (apsw.BusyError, StoreBusyError, "the store is in use by another process"),
    (apsw.LockedError, StoreBusyError, "the store is in use by this process"),
    (apsw.CorruptError, DamagedError, "the store is damaged"),
    (apsw.NotADBError, DamagedError, "the store is damaged"),
    (apsw.ReadOnlyError, ReadOnlyError, "the store cannot be written"),
    (apsw.IOError, StoreIOError, "reading or writing the store failed"),
    (apsw.CantOpenError, StoreIOError, "the store cannot be opened"),
    (apsw.PermissionsError, StoreIOError, "the store cannot be opened"),
)


def translated(error: apsw.Error) -> TinySQLiteError:
    """The error of this package that says what SQLite's ``error`` means to a caller."""
    code = getattr(error, "extendedresult", "no code")
    if code == apsw.SQLITE_IOERR_SHMSIZE:  # the index of the log has no room
        return StoreFullError(f"the disk is full (SQLite {code})")
    for found, meaning, text in _TRANSLATIONS:
        if isinstance(error, found):
            return meaning(f"{text} (SQLite {code})")
    return TinySQLiteError(f"{type(error).__name__} (SQLite {code})")


def from_file(error: OSError, text: str) -> TinySQLiteError:
    """The error of this package for a file that could not be written."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return StoreFullError("the disk is full") if full else StoreIOError(text)
