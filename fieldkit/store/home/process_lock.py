"""Who has the store open: many may work in it, and one alone may put another in its place."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fieldkit import systems
from fieldkit.domain.core.errors import Fault, InUse
from fieldkit.store.home.atomic_files import private_folder, unwritable
from fieldkit.store.home.file_locks import hold
from fieldkit.store.tinysqlite.private_file import open_private
from fieldkit.systems import System, take_lock

LOCK_NAME = "store.lock"
WORK = "work-"
"""What the name of a folder begins with in which a store is made ready."""


class Presence:
    """That this process has the store open, until `leave`."""

    def __init__(self, folder: Path) -> None:
        self._handle: int | None = lock_file(folder / LOCK_NAME, exclusive=False)

    def leave(self) -> None:
        """This process has closed the store."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While nobody else has the store open. Raises `InUse` (`store.in_use`)."""
    handle = lock_file(folder / LOCK_NAME, exclusive=True)
    try:
        yield
    finally:
        os.close(handle)


@contextmanager
def workroom(folder: Path, name: str = WORK) -> Iterator[Path]:
    """A folder inside another one, removed at the end; what a crash leaves of it can be told,
    because it is not locked any more. Raises `Fault` (`store.full`, `store.unwritable`)."""
    room, handle = _new_room(folder, name)
    try:
        yield room
    except OSError as error:
        raise unwritable(error) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def _new_room(folder: Path, name: str) -> tuple[Path, int | None]:
    while True:
        room = folder / f"{name}{secrets.token_hex(4)}"
        private_folder(room)
        if systems.SYSTEM is System.WINDOWS:  # where a folder cannot be opened
            return room, None
        handle = os.open(room, os.O_RDONLY | os.O_CLOEXEC)
        if hold(handle, room):
            return room, handle
        os.close(handle)


def lock_file(path: Path, exclusive: bool) -> int:
    """Lock a file, which is made if it is not there; the handle that holds it.

    Where nothing can be written, a lock that is there is taken all the same. Raises `InUse`
    (`store.in_use`), or `Fault` (`store.no_locks`, `store.unwritable` ...).
    """
    handle = _opened(path)
    try:
        if take_lock(handle, exclusive):
            return handle
    except OSError as error:
        os.close(handle)
        raise Fault("store.no_locks", why=error.strerror) from error
    os.close(handle)
    raise InUse("store.in_use")


def _opened(path: Path) -> int:
    try:
        return open_private(path, os.O_RDWR)
    except OSError as error:
        if error.errno in (errno.EROFS, errno.EACCES):
            with suppress(OSError):
                return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        raise unwritable(error) from error
