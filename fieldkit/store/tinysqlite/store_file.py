"""The file of a store: made if it is not there, opened, and checked before it is used."""

from __future__ import annotations

import os
from pathlib import Path

from . import layout as layouts
from .connection import Connection
from .errors import (
    DamagedError,
    LogNeedsWritingError,
    LostCommitsError,
    NewerVersionError,
    StoreIOError,
    UnreadableError,
    WrongKeyError,
    from_file,
)
from .private_file import open_private
from .sidecar import Sidecar


class StoreFile:
    """Where a store lies, what opens it, and the counter beside it."""

    def __init__(
        self, path: Path, key: bytes | None, vfs: str | None, frozen: bool = False
    ) -> None:
        self.path = path
        self.key = key
        self.vfs = vfs
        self.frozen = frozen
        self.counter = Sidecar(path, key)

    @property
    def acknowledged(self) -> int:
        """The number of commits in the counter beside the file; 0 when it is not there."""
        found = self.counter.read()
        return found[0] if found else 0

    def open(self, schema: int, read_only: bool, accept_loss: bool) -> Connection:
        """A connection to the store, which is made if it is not there; see ``TinySQLite.open``."""
        acknowledged = self.acknowledged
        there = self.path.exists()
        if acknowledged and not accept_loss and not (there and self.path.stat().st_size):
            raise LostCommitsError(acknowledged, 0)
        if not there:
            if read_only:
                raise FileNotFoundError(self.path)
            self._make()
        session = self.connect(read_only)
        try:
            with session.use():
                if session.is_empty and not read_only:
                    session.create(schema)
                    self.counter.write(0)
                self._check(session, acknowledged, schema, accept_loss)
        except BaseException:
            session.close()
            self.counter.close()
            raise
        return session

    def _make(self) -> None:
        try:
            os.close(open_private(self.path, os.O_RDWR))
            sync_folder(self.path.parent)
        except OSError as error:
            text = f"{self.path.name} could not be made ({error.strerror})"
            raise from_file(error, text) from error

    def connect(self, read_only: bool) -> Connection:
        """A connection to a store that is there, of which nothing is checked but the key."""
        try:
            return Connection(
                self.path, self.key, read_only=read_only, vfs=self.vfs, immutable=self._immutable()
            )
        except StoreIOError:
            self._try_to_read()  # SQLite does not say why it could not
            raise
        except WrongKeyError:
            found = self.counter.read()
            if found and found[1]:
                raise DamagedError("the key is right, but the first page is damaged") from None
            raise

    def _immutable(self) -> bool:
        """Whether a frozen file is read without its log: there is none, or nothing is in it.

        With a log SQLite needs the log's index, which it could not make.
        """
        if not self.frozen:
            return False
        log, index = (Path(f"{self.path}{suffix}") for suffix in ("-wal", "-shm"))
        if not log.exists() or not log.stat().st_size:
            return True
        if not index.exists():
            raise LogNeedsWritingError("the log can only be read where something can be written")
        return False

    def _try_to_read(self) -> None:
        try:
            self.path.open("rb").close()
        except OSError as error:
            raise UnreadableError(self.path, error) from error

    def _check(
        self, session: Connection, acknowledged: int, schema: int, accept_loss: bool
    ) -> None:
        found = int(layouts.scalar(session.db, "PRAGMA user_version"))
        if found > schema:
            raise NewerVersionError(found, schema)
        commits = int(layouts.scalar(session.db, layouts.COMMITS))
        if commits < acknowledged:
            if not accept_loss:
                session.keep_log()  # as it is, for a salvage
                raise LostCommitsError(acknowledged, commits)
            self.counter.write(commits)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    if os.name == "nt":
        return  # Windows has no such call and needs none
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
