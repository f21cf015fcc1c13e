"""The storage: transactions, and the connections of readers and writers."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
from tinydb import Storage

from . import layout as layouts
from .codec import DocId, decode, encode
from .connection import Connection
from .errors import ReadOnlyError, translated
from .layout import Layout, Wanted, declarations
from .store_file import StoreFile

_log = logging.getLogger(__name__)


class SQLiteStorage(Storage):
    """A TinyDB storage that keeps each document in a row of SQLite.

    See ``TinySQLite.open`` for the arguments.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        key: bytes | None = None,
        indexes: Mapping[str, Iterable[str]] | None = None,
        unique: Mapping[str, Iterable[str]] | None = None,
        excerpts: Mapping[str, Iterable[str]] | None = None,
        ranks: Mapping[str, str] | None = None,
        schema: int = 0,
        accept_loss: bool = False,
        read_only: bool = False,
        frozen: bool = False,
        vfs: str | None = None,
    ) -> None:
        self.read_only = read_only = read_only or frozen
        self.known_schema = schema
        self.declared = declarations(indexes, unique, excerpts, ranks)
        self.file = StoreFile(Path(path), key, vfs, frozen)
        self._side: Connection | None = None
        self._opening_side = threading.Lock()
        self._session = session = self.file.open(schema, read_only, accept_loss)
        try:
            for name, wanted in () if read_only else self.declared.items():
                with session.use():
                    lacking = any(session.missing(name, wanted))
                if lacking:
                    with self.transaction():
                        session.add_missing(name, wanted)
        except BaseException:
            self._close_sessions()
            raise

    # --- transactions --------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction; a nested one joins, and undoes its own part when it fails.

        On a read-only handle: one unchanging view of the file.
        """
        session = self._session
        with session.lock:
            session.check()
            kind = self._nested if session.depth else self._view if self.read_only else self._write
            try:
                yield from kind(session)
            except apsw.Error as error:
                raise translated(error) from error

    def _nested(self, session: Connection) -> Iterator[None]:
        session.check_alive()
        session.depth += 1
        try:
            with session.savepoint():
                yield
        finally:
            session.depth -= 1

    def _write(self, session: Connection) -> Iterator[None]:
        session.begin()
        session.depth = 1
        try:
            yield
            session.check_alive()
            changed = session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.depth = 0
        if changed:
            self.file.counter.write(session.commits)

    def _view(self, session: Connection) -> Iterator[None]:
        session.db.execute("BEGIN")
        session.depth = 1
        try:
            yield
        finally:
            session.depth = 0
            session.rollback()

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """The connection that writes, in a transaction."""
        if self.read_only:
            raise ReadOnlyError("this handle only reads")
        with self.transaction():
            yield self._session

    @contextmanager
    def writing(self, name: str, *, many: bool = False) -> Iterator[tuple[Connection, Layout]]:
        """A write to the table ``name``, which is made if it is not there.

        Joins the transaction of this thread or is one of its own. ``many`` says that it is
        more than one statement, so that a failure in the middle must undo the first of them.
        """
        session = self._session
        wanted = self.declared.get(name, Wanted())
        with session.lock:
            if many or not session.depth or self.read_only:
                with self.changing():
                    yield session, session.layout_for_writing(name, wanted)
                return
            session.check()
            session.check_alive()
            try:
                yield session, session.layout_for_writing(name, wanted)
            except apsw.Error as error:
                raise translated(error) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from.

        While another thread is in a transaction it is a second connection, which sees what is
        committed and does not wait.
        """
        session = self._session
        if session.lock.acquire(blocking=False):
            try:
                session.check()
                if session.depth:
                    session.check_alive()
                yield session
            except apsw.Error as error:
                raise translated(error) from error
            finally:
                session.lock.release()
            return
        session.check()
        with self._opening_side:
            if self._side is None:
                self._side = self.file.connect(read_only=True)
        with self._side.use():
            yield self._side

    # --- the whole store -------------------------------------------------------------------

    def read(self) -> dict[str, dict[str, Any]] | None:
        """All documents of all tables, in the shape of TinyDB's JSON file."""
        with self.reading() as session:
            found: dict[str, dict[str, Any]] = {}
            for name in layouts.names(session.db):
                layout = session.layout(name)
                assert layout is not None
                rows = session.db.execute(layout.scan)
                found[name] = {str(doc_id): decode(body) for _, doc_id, body in rows}
        return found or None

    def write(self, data: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> None:
        """Replace everything by ``data``, in the shape of TinyDB's JSON file."""
        with self.changing() as session:
            for name in layouts.names(session.db):
                session.drop(name)
            for name, documents in data.items():
                with self.writing(name) as (_, layout):
                    rows = (
                        (_id_of_key(key), encode(dict(doc)), *layout.values(doc))
                        for key, doc in documents.items()
                    )
                    session.db.executemany(layout.insert, rows)

    def checkpoint(self, patience: float = 0.1) -> bool:
        """Move the log into the file and empty it; False when a reader or writer is in the way."""
        session = self._session
        with session.use() as db:
            before, session.patience = session.patience, patience
            try:
                db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            except apsw.BusyError:
                return False
            finally:
                session.patience = before
        return True

    def close(self) -> None:
        """Empty the log into the file and close it."""
        if self._session.is_open and not self.read_only:
            try:
                self.checkpoint()
            except Exception as error:
                # Every acknowledged commit is durable in the log; the next opening reads it.
                self._session.keep_log()
                _log.warning("the log was not emptied at closing: %s", type(error).__name__)
        self._close_sessions()

    def _close_sessions(self) -> None:
        for session in (self._side, self._session):
            if session is not None:
                session.close()
        self.file.counter.close()


def _id_of_key(key: Any) -> DocId:
    text = str(key)
    return int(text) if text.isdecimal() and str(int(text)) == text else text
