"""The storage: transactions, the connections of readers and writers, the life of the file."""

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
from .errors import (
    DamagedError,
    LostCommitsError,
    NewerVersionError,
    ReadOnlyError,
    WrongKeyError,
    translated,
)
from .layout import Layout, Wanted, declarations
from .sidecar import Sidecar

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
        schema: int = 0,
        accept_loss: bool = False,
        read_only: bool = False,
        vfs: str | None = None,
    ) -> None:
        self.path = Path(path)
        self.key = key
        self.read_only = read_only
        self.known_schema = schema
        self.vfs = vfs
        self.declared = declarations(indexes, unique, excerpts)
        self._sidecar = Sidecar(self.path, key)
        self._side: Connection | None = None
        self._opening_side = threading.Lock()
        acknowledged = self.acknowledged()
        if not accept_loss and acknowledged and not _has_content(self.path):
            raise LostCommitsError(acknowledged, 0)
        if not self.path.exists():
            if read_only:
                raise FileNotFoundError(self.path)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            sync_folder(self.path.parent)
        self._session = self._open_session(read_only)
        try:
            with self._session.use():
                self._check_file(acknowledged, schema, accept_loss)
            if not read_only:
                self._add_what_is_missing()
        except BaseException:
            self._close_sessions()
            raise

    # --- opening -------------------------------------------------------------------------

    def acknowledged(self) -> int:
        """The number of commits in the counter beside the file; 0 when it is not there."""
        found = self._sidecar.read()
        return found[0] if found else 0

    def _open_session(self, read_only: bool) -> Connection:
        try:
            return Connection(self.path, self.key, read_only=read_only, vfs=self.vfs)
        except WrongKeyError:
            found = self._sidecar.read()
            if found and found[1]:
                raise DamagedError("the key is right, but the first page is damaged") from None
            raise

    def _check_file(self, acknowledged: int, schema: int, accept_loss: bool) -> None:
        session = self._session
        if session.is_empty and not self.read_only:
            session.create(schema)
            self._sidecar.write(0)
        found = int(layouts.scalar(session.db, "PRAGMA user_version"))
        if found > schema:
            raise NewerVersionError(found, schema)
        commits = self.commits()
        if commits < acknowledged:
            if not accept_loss:
                session.keep_log()  # as it is, for a salvage
                raise LostCommitsError(acknowledged, commits)
            self._sidecar.write(commits)

    def _add_what_is_missing(self) -> None:
        for name in [name for name in self.declared if self._missing(name) != Wanted()]:
            with self.transaction():
                layout, missing = self._session.layout(name), self._missing(name)
                if layout is None:
                    continue  # somebody has dropped it meanwhile
                if missing.fields:
                    layouts.add_fields(self._session.db, layout, missing.fields)
                if missing.excerpt:
                    layouts.set_excerpt(self._session.db, layout, missing.excerpt)
                self._session.forget()

    def _missing(self, name: str) -> Wanted:
        """What the file lacks of what is declared; nothing of a table that is yet to be made."""
        layout = self._session.layout(name)
        if layout is None:
            return Wanted()
        fields, excerpt = self.declared[name]
        there = {(field.path, field.unique) for field in layout.fields}
        if excerpt and layouts.has_excerpt(self._session.db, layout, excerpt):
            excerpt = ()
        return Wanted(tuple(field for field in fields if field not in there), excerpt)

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
            self._sidecar.write(session.commits)

    def _view(self, session: Connection) -> Iterator[None]:
        session.db.execute("BEGIN")
        session.depth = 1
        try:
            yield
        finally:
            session.depth = 0
            session.rollback()

    @contextmanager
    def writing(self, name: str, *, many: bool = False) -> Iterator[tuple[Connection, Layout]]:
        """A write to the table ``name``, which is made if it is not there.

        Joins the transaction of this thread or is one of its own. ``many`` says that it is
        more than one statement, so that a failure in the middle must undo the first of them.
        """
        if self.read_only:
            raise ReadOnlyError("this handle only reads")
        session = self._session
        wanted = self.declared.get(name, Wanted())
        with session.lock:
            if many or not session.depth:
                with self.transaction():
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
                self._side = self._open_session(read_only=True)
        with self._side.use():
            yield self._side

    # --- the whole store -------------------------------------------------------------------

    def commits(self) -> int:
        """How many transactions have changed the store, by whatever process."""
        with self.reading() as session:
            return int(layouts.scalar(session.db, "SELECT commits FROM store_state"))

    @property
    def schema(self) -> int:
        """The application's schema version of the file."""
        with self.reading() as session:
            return int(layouts.scalar(session.db, "PRAGMA user_version"))

    @schema.setter
    def schema(self, version: int) -> None:
        if self.read_only:
            raise ReadOnlyError("this handle only reads")
        with self.transaction():
            self._session.set_schema(version)

    def names(self) -> list[str]:
        """The names of all tables."""
        with self.reading() as session:
            rows: Any = session.db.execute(
                "SELECT name FROM store_tables ORDER BY number"
            ).fetchall()
        return [name for (name,) in rows]

    def drop(self, names: Iterable[str]) -> None:
        """Drop the tables that are there."""
        if self.read_only:
            raise ReadOnlyError("this handle only reads")
        with self.transaction():
            for name in names:
                layout = self._session.layout(name)
                if layout is not None:
                    layouts.drop(self._session.db, name, layout)
                    self._session.forget()

    def read(self) -> dict[str, dict[str, Any]] | None:
        """All documents of all tables, in the shape of TinyDB's JSON file."""
        with self.reading() as session:
            found: dict[str, dict[str, Any]] = {}
            for name in self.names():
                layout = session.layout(name)
                assert layout is not None
                rows = session.db.execute(layout.scan)
                found[name] = {str(doc_id): decode(body) for _, doc_id, body in rows}
        return found or None

    def write(self, data: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> None:
        """Replace everything by ``data``, in the shape of TinyDB's JSON file."""
        with self.transaction():
            self.drop(self.names())
            for name, documents in data.items():
                with self.writing(name) as (session, layout):
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
        for session in (self._side, getattr(self, "_session", None)):
            if session is not None:
                session.close()
        self._sidecar.close()


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _id_of_key(key: Any) -> DocId:
    text = str(key)
    return int(text) if text.isdecimal() and str(int(text)) == text else text


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    if os.name == "nt":
        return  # Windows has no such call and needs none
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
