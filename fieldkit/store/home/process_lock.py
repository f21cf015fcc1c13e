"""Who has the store open: many may work in it, and one alone may put another in its place."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from fieldkit.domain.core.errors import Fault
from fieldkit.store.home.atomic_files import unwritable
from fieldkit.systems import take_lock

LOCK_NAME = "store.lock"
_WORKROOM = "work-"


class Presence:
    """That this process has the store open, until `leave`.

    The lock is the operating system's, so a crash cannot leave it behind.
    """

    def __init__(self, folder: Path) -> None:
        self._handle: int | None = _lock(folder, exclusive=False)

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
        for left in folder.glob(f"{_WORKROOM}*"):  # by a crash
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(handle)


@contextmanager
def workroom(folder: Path) -> Iterator[Path]:
    """A folder inside the home folder, removed at the end."""
    room = Path(mkdtemp(prefix=_WORKROOM, dir=folder))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _lock(folder: Path, exclusive: bool) -> int:
    try:
        handle = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise unwritable(error) from error
    if not take_lock(handle, exclusive):
        os.close(handle)
        raise Fault("store.in_use")
    return handle
