"""Who has the store open: many may work in it, and one alone may put another in its place."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fieldkit.domain.errors import Fault

LOCK_NAME = "store.lock"


class Presence:
    """That this process has the store open, until `leave`.

    The lock is the operating system's, so a crash cannot leave it behind. Windows has none that
    several may share, and needs none: there nobody can replace a file that is open.
    """

    def __init__(self, folder: Path) -> None:
        self._handle = _lock(folder, exclusive=False)

    def leave(self) -> None:
        """This process has closed the store."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While nobody else has the store open. Raises `Fault` (`store.in_use`)."""
    handle = _lock(folder, exclusive=True)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _lock(folder: Path, exclusive: bool) -> int | None:
    if sys.platform == "win32":
        return None
    import fcntl

    handle = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Fault("store.in_use") from None
    return handle
