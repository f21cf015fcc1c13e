"""Files that appear whole or not at all and that only their owner can read; the error if not."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from fieldkit import systems
from fieldkit.domain.core.errors import Fault
from fieldkit.store.home.file_locks import hold
from fieldkit.store.storage_errors import is_full
from fieldkit.store.tinysqlite.private_file import open_private
from fieldkit.store.tinysqlite.store_file import sync_folder
from fieldkit.systems import System, make_private_folder, replace_file

DRAFT = ".new"
"""What the name of a file ends with while it is written."""


class Draft:
    """A file that is being written: `file` takes its content, `place` gives it its name.

    It is locked as long as its process lives, so that what a killed one left can be told.
    """

    def __init__(self, folder: Path, name: str) -> None:
        while True:
            self.path = folder / f"{name}.{secrets.token_hex(4)}{DRAFT}"
            self.file: BinaryIO = os.fdopen(open_private(self.path, os.O_WRONLY | os.O_EXCL), "wb")
            if hold(self.file.fileno(), self.path):
                return
            self.file.close()

    def place(self, path: Path) -> None:
        """Let the complete file appear under a name, on the disk."""
        self.file.flush()
        os.fsync(self.file.fileno())
        if systems.SYSTEM is System.WINDOWS:  # where an open file cannot be renamed
            self.file.close()
        replace_file(self.path, path)
        sync_folder(path.parent)


@contextmanager
def drafted(folder: Path, name: str) -> Iterator[Draft]:
    """A file that is written in a folder, and removed unless it was placed.

    Raises `Fault` (`store.full`, `store.unwritable`).
    """
    try:
        draft = Draft(folder, name)
        try:
            yield draft
        finally:
            with suppress(OSError):  # what a full disk did not take is not needed
                draft.file.close()
            draft.path.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(error) from error


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A new file that appears under its name complete and on the disk, or not at all.

    Raises `Fault` (`store.full`, `store.unwritable`).
    """
    with drafted(path.parent, path.name) as draft:
        yield draft.file
        draft.place(path)


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, whatever the umask; one that is there stays.

    Raises `Fault` (`store.full`, `store.unwritable`).
    """
    try:
        make_private_folder(folder)
    except OSError as error:
        raise unwritable(error) from error


def names_in(folder: Path) -> list[str]:
    """What is in a folder; nothing where it is not there or cannot be looked into."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def free_name(path: Path) -> Path:
    """The name under which what is at `path` is kept when another takes its place."""
    number = 1
    while (aside := path.with_name(f"{path.name}.replaced-{number}")).exists():
        number += 1
    return aside


def unwritable(error: OSError) -> Fault:
    """The error for a file that could not be written."""
    return Fault("store.full" if is_full(error) else "store.unwritable", why=error.strerror)
