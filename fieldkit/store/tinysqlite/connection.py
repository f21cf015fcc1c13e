"""One SQLite connection, the lock that threads share it by, and what it knows of the tables."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from . import layout as layouts
from .errors import (
    ClosedError,
    ForkedError,
    NewerVersionError,
    NotAStoreError,
    TinySQLiteError,
    TransactionAbortedError,
    WrongKeyError,
    translated,
)
from .layout import Layout, Wanted

# FULL: a commit is on the disk before it is acknowledged; fullfsync makes that true on macOS.
# Temporary tables and journals stay in memory, because SQLite would write them unencrypted.
_PRAGMAS = """
PRAGMA synchronous = FULL;
PRAGMA fullfsync = ON;
PRAGMA checkpoint_fullfsync = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -2000;
PRAGMA journal_size_limit = 4194304;
"""

LOCK_PATIENCE = 10.0
"""Seconds to wait for another process's write before giving up."""


class Connection:
    """A connection to the store at ``path``, used by one thread at a time.

    Raises WrongKeyError, NotAStoreError or NewerVersionError before anything is touched.
    """

    def __init__(
        self,
        path: Path,
        key: bytes | None,
        *,
        read_only: bool = False,
        vfs: str | None = None,
        immutable: bool = False,
    ) -> None:
        self.lock = threading.RLock()
        self.depth = 0
        self.patience = LOCK_PATIENCE
        self._pid = os.getpid()
        self._deadline = 0.0
        self._layouts: dict[str, Layout] = {}
        self._next_ids: dict[int, int] = {}
        # SQLite's data version when the own last transaction ended: as long as it is the same,
        # nobody else has written, and what is known of the tables still holds.
        self._seen: int | None = None
        self.commits = 0
        self._changes_before = 0
        self._closed = False
        try:
            self.db = connect(path, key, vfs, immutable)
        except apsw.Error as error:
            raise translated(error) from error
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
            # In this order: another process that makes the store meanwhile writes both at once.
            empty = self.is_empty
            found = layouts.scalar(self.db, "PRAGMA application_id")
        except apsw.NotADBError:
            raise WrongKeyError(
                "the key does not open this file, or its first page is damaged"
            ) from None
        if found == 0 and empty:
            return  # to be made
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
        self._keep_a_log()
        self.db.execute("BEGIN IMMEDIATE")
        try:
            if self.is_empty:
                self.db.execute(layouts.CREATE_STORE).fetchall()
                self.db.execute(f"PRAGMA user_version = {schema:d}")
            self.db.execute("COMMIT")
        except BaseException:
            self.rollback()
            raise

    def _keep_a_log(self) -> None:
        """Switch to a write-ahead log. SQLite does not ask the busy handler here, where two
        processes that make the store at once would wait for each other."""
        until = time.monotonic() + self.patience
        while True:
            try:
                self.db.execute("PRAGMA journal_mode = WAL").fetchall()
                return
            except apsw.BusyError:
                if time.monotonic() >= until:
                    raise
                time.sleep(random.uniform(0.001, 0.01))

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

    # --- transactions --------------------------------------------------------------------

    def begin(self) -> None:
        """Take the write lock, and see whether anybody has written since."""
        self.db.execute("BEGIN IMMEDIATE")
        version = self.db.data_version("main")
        if version != self._seen:
            self.forget()
            self.commits = layouts.scalar(self.db, layouts.COMMITS)
            self._seen = version
        self._changes_before = self.db.total_changes()

    def commit(self) -> bool:
        """Commit, and count it if any row was written; whether it was."""
        changed = self.db.total_changes() != self._changes_before
        if changed:
            self.db.execute("UPDATE store_state SET commits = ?", (self.commits + 1,))
        self.db.execute("COMMIT")
        self.commits += changed
        self._seen = self.db.data_version("main")
        return changed

    @property
    def is_open(self) -> bool:
        """Whether this process may use the connection."""
        return not self._closed and self._pid == os.getpid()

    def rollback(self) -> None:
        """Roll back whatever is open, and forget what was seen of it."""
        self.forget()
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    def set_schema(self, version: int) -> None:
        """Set the schema version of the documents; inside a write transaction."""
        self.db.execute(f"PRAGMA user_version = {version:d}")
        self.db.execute("UPDATE store_state SET layout = layout + 1")

    def check_alive(self) -> None:
        """Refuse to go on in a transaction that is no more.

        On a full disk and on some I/O errors SQLite rolls the whole transaction back by itself.
        Code that caught the error must not go on to commit the rest alone.
        """
        if not self.db.in_transaction:
            raise TransactionAbortedError("an earlier error has rolled the transaction back")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of a transaction that is undone when it fails."""
        self.db.execute("SAVEPOINT part")
        try:
            yield
            self.check_alive()
        except BaseException:
            self.forget()
            if self.db.in_transaction:
                self.db.execute("ROLLBACK TO part")
                self.db.execute("RELEASE part")
            raise
        self.db.execute("RELEASE part")

    # --- what is known of the tables -----------------------------------------------------

    def forget(self) -> None:
        """Read everything from the file again when it is needed."""
        self._layouts.clear()
        self._next_ids.clear()
        self._seen = None

    def layout(self, name: str) -> Layout | None:
        """The layout of the table ``name``, or None."""
        layout = self._layouts.get(name)
        if layout is None:
            layout = layouts.load(self.db, name)
            if layout is not None:
                self._layouts[name] = layout
        return layout

    def layout_for_writing(self, name: str, wanted: Wanted) -> Layout:
        """The layout of the table ``name``, which is made if it is not there."""
        layout = self.layout(name)
        if layout is None:
            with self.savepoint():
                layout = layouts.create(self.db, name, wanted)
            self._layouts[name] = layout
        return layout

    def missing(self, name: str, wanted: Wanted) -> Wanted:
        """What the file lacks of what is wanted; nothing of a table that is yet to be made."""
        layout = self.layout(name)
        return Wanted() if layout is None else layouts.missing(self.db, layout, wanted)

    def add_missing(self, name: str, wanted: Wanted) -> None:
        """Add what the file lacks of what is wanted; inside a write transaction."""
        layout = self.layout(name)
        if layout is None:
            return  # somebody has dropped it meanwhile
        lacking = layouts.missing(self.db, layout, wanted)
        if lacking.fields:
            layouts.add_fields(self.db, layout, lacking.fields)
        layouts.set_special(self.db, layout, lacking)
        self.forget()

    def drop_undeclared(self, name: str, wanted: Wanted) -> None:
        """Drop the indexes of a table that are not wanted; inside a write transaction."""
        layout = self.layout(name)
        if layout is not None:
            layouts.drop_fields(self.db, layout, wanted.fields)
            self.forget()

    def drop(self, name: str) -> None:
        """Drop a table, if it is there; inside a write transaction."""
        layout = self.layout(name)
        if layout is not None:
            layouts.drop(self.db, name, layout)
            self.forget()

    def take_id(self, layout: Layout) -> int:
        """The next integer id of a table; inside a write transaction."""
        number = layout.number
        found = self._next_ids.get(number) or layouts.scalar(self.db, layout.next_id)
        self._next_ids[number] = found + 1
        return int(found)

    def forget_id(self, layout: Layout) -> None:
        """The next integer id of a table has to be found out again."""
        self._next_ids.pop(layout.number, None)

    def keep_log(self) -> None:
        """Leave the log as it is at closing, instead of moving it into the file."""
        self.db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)

    def close(self) -> None:
        """Close the connection. In a forked child the parent's file locks are left alone."""
        with self.lock:
            if self.is_open:
                self.db.close()
            self._closed = True


def connect(
    path: Path, key: bytes | None, vfs: str | None = None, immutable: bool = False
) -> apsw.Connection:
    """A connection to ``path`` with its key set; nothing of the file is read yet.

    ``immutable``: SQLite takes it that nobody writes, and makes no log beside the file.
    """
    if key is not None and len(key) != 32:
        raise ValueError("the key must have 32 bytes")
    if immutable:
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        db = apsw.Connection(f"{path.resolve().as_uri()}?immutable=1", flags=flags, vfs=vfs)
    else:
        db = apsw.Connection(str(path), vfs=vfs)
    if key is not None:
        db.execute(f"PRAGMA cipher = 'chacha20'; PRAGMA key = 'raw:{key.hex()}'").fetchall()
    return db
