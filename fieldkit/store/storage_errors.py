"""What the storage raises, as the errors that a person may see."""

from collections.abc import Iterator
from contextlib import contextmanager

from fieldkit.domain.core.errors import Fault
from fieldkit.store.tinysqlite import (
    DamagedError,
    LostCommitsError,
    NewerVersionError,
    NotAStoreError,
    ReadOnlyError,
    StoreBusyError,
    StoreFullError,
    TinySQLiteError,
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
    (StoreBusyError, "busy"),
)


@contextmanager
def faults() -> Iterator[None]:
    """Around (or as a decorator of) what reads or writes: raises `Fault` (`store.<why>`)."""
    try:
        yield
    except TinySQLiteError as error:
        key = next((name for kind, name in _KEYS if isinstance(error, kind)), "failed")
        raise Fault(f"store.{key}") from error
