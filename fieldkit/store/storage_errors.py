"""What the storage raises, as the errors that a person may see."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fieldkit.domain.core.errors import Fault, InUse
from fieldkit.store.tinysqlite import (
    DamagedError,
    LogNeedsWritingError,
    LostCommitsError,
    NewerVersionError,
    NotAStoreError,
    ReadOnlyError,
    StoreBusyError,
    StoreFullError,
    TinySQLiteError,
    UnreadableError,
    WrongKeyError,
)

_KEYS: tuple[tuple[type[TinySQLiteError], str], ...] = (
    (NewerVersionError, "newer"),
    (WrongKeyError, "wrong_key"),
    (NotAStoreError, "not_a_store"),
    (LostCommitsError, "lost_commits"),
    (DamagedError, "damaged"),
    (StoreFullError, "full"),
    (ReadOnlyError, "read_only"),
    (LogNeedsWritingError, "log_needs_writing"),
)


@contextmanager
def faults() -> Iterator[None]:
    """Around (or as a decorator of) what reads or writes: raises `Fault` (`store.<why>`), which
    is `InUse` where another process holds the store."""
    try:
        yield
    except StoreBusyError as error:
        raise InUse("store.busy") from error
    except UnreadableError as error:
        raise Fault("store.unreadable", file=error.path.name, why=error.why) from error
    except TinySQLiteError as error:
        key = next((name for kind, name in _KEYS if isinstance(error, kind)), "failed")
        raise Fault(f"store.{key}") from error
    except OSError as error:
        if error.errno is None:  # not of the operating system
            raise
        raise file_fault(error) from error


def file_fault(error: OSError) -> Fault:
    """The error for a file that the operating system does not let us work with."""
    if is_full(error):
        return Fault("store.full")
    file = Path(str(error.filename)).name if error.filename else "?"
    return Fault("store.file", file=file, why=error.strerror or type(error).__name__)


def is_full(error: OSError) -> bool:
    """Whether there was no room on the disk."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)
