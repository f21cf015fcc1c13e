"""One SQLite connection, the lock that threads share it by, and what it knows of the tables."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from . import layout as layouts
from .errors import (
    ClosedError,
    ForkedError,
    NewerVersionError,
    NotAStoreError,
    TinySQLiteError,
    WrongKeyError,
    translated,
)
from .layout import Layout

# FULL: a commit is on the disk before it is acknowledged; fullfsync makes that true on macOS.
# Temporary tables and journals stay in memory, because SQLite would write them unencrypted.
_PRAGMAS = """
PRAGMA synchronous = FULL;
PRAGMA fullfsync = ON;
PRAGMA checkpoint_fullfsync = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -4000;
PRAGMA journal_size_limit = 4194304;
"""

LOCK_PATIENCE = 10.0


class Session:
    """A connection to the store at ``path``, used by one thread at a time.

    Raises WrongKeyError, NotAStoreError or NewerVersionError before anything is touched.
    """

    def __init__(
        self, path: Path, key: bytes | None, *, read_only: bool = False, vfs: str | None = None
    ) -> None:
        self.lock = threading.RLock()
        self.depth = 0
        self.patience = LOCK_PATIENCE
        self._pid = os.getpid()
        self._deadline = 0.0
        self._layouts: dict[str, Layout] = {}
        self._generation = -1
        self._closed = False
        self.db = connect(path, key, vfs)
        try:
            self.db.set_busy_handler(self._wait)
            self._identify()
            self.db.execute(_PRAGMAS).fetchall()
            if read_only:
                self.db.execute("PRAGMA query_only = ON")
        except apsw.Error as error:
            self.db.close()
            raise translated(error) from error
        except TinySQLiteError:
            self.db.close()
            raise

    def _wait(self, attempts: int) -> bool:
        # Short random waits: two writers that retry in step would starve each other.
        now = time.monotonic()
        if attempts == 0:
            self._deadline = now + self.patience
        if now >= self._deadline:
            return False
        time.sleep(random.uniform(0.0002, 0.003))
        return True

    def _identify(self) -> None:
        try:
            found = layouts.scalar(self.db, "PRAGMA application_id")
        except apsw.NotADBError:
            raise WrongKeyError(
                "the key does not open this file, or its first page is damaged"
            ) from None
        if found == 0 and not self.db.execute("SELECT 1 FROM sqlite_schema").fetchall():
            return  # empty: to be made
        if found & ~0xFF != layouts.APPLICATION_ID:
            raise NotAStoreError("the file is a database of another program")
        if found & 0xFF > layouts.FORMAT:
            raise NewerVersionError(found & 0xFF, layouts.FORMAT)

    @property
    def is_empty(self) -> bool:
        """Whether the store has yet to be made."""
        return not self.db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()

    def create(self, schema: int) -> None:
        """Make an empty store; does nothing when another process has just done it."""
        self.db.execute("PRAGMA journal_mode = WAL").fetchall()
        self.db.execute("BEGIN IMMEDIATE")
        try:
            if self.is_empty:
                self.db.execute(layouts.CREATE_STORE).fetchall()
                self.db.execute(f"PRAGMA user_version = {schema:d}")
            self.db.execute("COMMIT")
        except BaseException:
            self.rollback()
            raise

    @contextmanager
    def use(self) -> Iterator[apsw.Connection]:
        """Hold the connection; SQLite's errors become this package's."""
        with self.lock:
            self.check()
            try:
                yield self.db
            except apsw.Error as error:
                raise translated(error) from error

    def check(self) -> None:
        """Refuse a closed handle, and one that a fork has carried into another process."""
        if self._pid != os.getpid():
            raise ForkedError("the store was opened before a fork; open it again in this process")
        if self._closed:
            raise ClosedError("the store is closed")

    def rollback(self) -> None:
        """Roll back whatever is open, and forget what was seen of it."""
        self._layouts.clear()
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    def layout(self, name: str) -> Layout | None:
        """The layout of the table ``name``, or None."""
        layout = self._layouts.get(name)
        if layout is None:
            layout = layouts.load(self.db, name)
            if layout is not None:
                self._layouts[name] = layout
        return layout

    def remember(self, name: str, layout: Layout | None) -> None:
        """Note what the own transaction has made of the table ``name``."""
        if layout is None:
            self._layouts.pop(name, None)
        else:
            self._layouts[name] = layout

    def begin(self) -> int:
        """Take the write lock; returns the number of commits so far."""
        self.db.execute("BEGIN IMMEDIATE")
        state: Any = self.db.execute("SELECT commits, layout FROM store_state").fetchall()
        commits, generation = state[0]
        if generation != self._generation:
            self._layouts.clear()
            self._generation = generation
        return int(commits)

    def forget(self) -> None:
        """Read the layouts again when they are needed."""
        self._layouts.clear()

    def close(self) -> None:
        """Close the connection. In a forked child the parent's file locks are left alone."""
        with self.lock:
            self._closed = True
            if self._pid == os.getpid():
                self.db.close()


def connect(path: Path, key: bytes | None, vfs: str | None = None) -> apsw.Connection:
    """A connection to ``path`` with its key set; nothing of the file is read yet."""
    if key is not None and len(key) != 32:
        raise ValueError("the key must have 32 bytes")
    db = apsw.Connection(str(path), vfs=vfs)
    if key is not None:
        db.execute(f"PRAGMA cipher = 'chacha20'; PRAGMA key = 'raw:{key.hex()}'").fetchall()
    return db
