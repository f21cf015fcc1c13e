"""The database: TinyDB with transactions, readers and care for the file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB

from . import layout as layouts
from . import maintenance
from .storage import SQLiteStorage
from .table import SQLiteTable


class TinySQLite(TinyDB):
    """TinyDB on SQLite: one row a document, transactions, indexes, encryption.

    May be used by several threads and processes at once. Use as a context manager or call
    ``close``; a handle that was not closed loses nothing, its log is read at the next opening.
    """

    table_class: Any = SQLiteTable
    _storage: SQLiteStorage

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        key: bytes | None = None,
        indexes: Mapping[str, Iterable[str]] | None = None,
        unique: Mapping[str, Iterable[str]] | None = None,
        excerpts: Mapping[str, Iterable[str]] | None = None,
        ranks: Mapping[str, str] | None = None,
        schema: int = 0,
        accept_loss: bool = False,
        frozen: bool = False,
        vfs: str | None = None,
    ) -> TinySQLite:
        """Open the store at ``path``, or make it.

        ``key``: 32 random bytes; every page is encrypted and authenticated with it.
        ``indexes`` and ``unique``: for each table, the fields that equality, range and
        ``ordered`` read from an index (``"customer.city"`` leads into an object); an index
        that the file lacks is built. ``excerpts``: for each table, the fields, two or more, that
        ``values`` and ``parts`` read without touching the documents; a table has one excerpt,
        that of the program which opened the file last. ``ranks``: for each table, the SQL
        expression that ``ranked`` reads by, in which ``{customer.city}`` is a field.
        ``schema``: the newest schema version of the documents that the program knows; a new
        file gets it, see ``schema``.
        ``accept_loss``: go on with a file that is behind the commits acknowledged on it.
        ``frozen``: only read, and make nothing beside the file, where the disk is full or cannot
        be written; nobody may write to the file meanwhile. ``vfs``: the name of an SQLite VFS.

        Raises WrongKeyError, NotAStoreError, NewerVersionError, LostCommitsError (nothing was
        touched), DamagedError, StoreIOError, StoreFullError, StoreBusyError.
        """
        return cls(
            path,
            key=key,
            indexes=indexes,
            unique=unique,
            excerpts=excerpts,
            ranks=ranks,
            schema=schema,
            accept_loss=accept_loss,
            frozen=frozen,
            vfs=vfs,
            storage=SQLiteStorage,
        )

    def reader(self) -> TinySQLite:
        """A read-only handle with a connection of its own: it never waits for a writer.

        Its ``transaction()`` is one unchanging view of the file.
        """
        own = self._storage
        return type(self)(
            own.file.path,
            key=own.file.key,
            schema=own.known_schema,
            read_only=True,
            frozen=own.file.frozen,
            vfs=own.file.vfs,
            storage=SQLiteStorage,
        )

    @property
    def path(self) -> Path:
        """The file of the store."""
        return self._storage.file.path

    def table(self, name: str, **options: Any) -> SQLiteTable:
        """The table ``name``; it is made in the file when something is first written to it."""
        return cast(SQLiteTable, super().table(name, **options))

    def transaction(self) -> AbstractContextManager[None]:
        """All operations inside are one durable commit, or nothing when an exception leaves it.

        Nested ones join: they commit with the outermost, and one that fails undoes its own part
        while the exception travels. Other threads' writes wait; do not await anything inside.
        """
        return self._storage.transaction()

    def data_version(self) -> int:
        """The number of commits in the file: it changes when any process has committed."""
        with self._storage.reading() as session:
            return int(layouts.scalar(session.db, layouts.COMMITS))

    @property
    def schema(self) -> int:
        """The schema version of the file's documents; set it in the migration's transaction."""
        with self._storage.reading() as session:
            return int(layouts.scalar(session.db, "PRAGMA user_version"))

    @schema.setter
    def schema(self, version: int) -> None:
        with self._storage.changing() as session:
            session.set_schema(version)

    def tables(self) -> set[str]:
        """The names of all tables."""
        with self._storage.reading() as session:
            return set(layouts.names(session.db))

    def drop_table(self, name: str) -> None:
        """Drop the table ``name`` with all its documents, if it is there."""
        with self._storage.changing() as session:
            session.drop(name)
        self._tables.pop(name, None)

    def drop_undeclared_indexes(self) -> None:
        """Drop the indexes that the file has and this program does not declare. For a migration
        only: a program that goes on declaring them must no longer be able to open the file,
        since what this one writes is not in their columns."""
        with self._storage.changing() as session:
            for name in layouts.names(session.db):
                session.drop_undeclared(name, self._storage.declared.get(name, layouts.Wanted()))

    def backup(self, target: str | os.PathLike[str]) -> None:
        """Copy the store to the file ``target``, encrypted by the same key, while it is in use.

        ``restore`` puts it back.
        """
        maintenance.back_up(self._storage, Path(target))

    def check(self) -> maintenance.DatabaseReport:
        """Read every page and document from the disk and say what is wrong."""
        return maintenance.scrub(self._storage)

    def checkpoint(self) -> bool:
        """Empty the log into the file; for idle times. False when somebody is in the way."""
        return self._storage.checkpoint()
