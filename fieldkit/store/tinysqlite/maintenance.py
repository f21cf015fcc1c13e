"""Backup while in use, and the scrub that reads everything."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from . import layout as layouts
from .codec import decode
from .connection import Connection, connect
from .errors import ReadOnlyError, StoreIOError, translated
from .layout import Layout
from .storage import SQLiteStorage
from .store_file import sync_folder

_PATIENCE = 10.0
"""How many seconds a scrub waits for others to be out of the log's way."""


@dataclass(frozen=True)
class DatabaseReport:
    """What a scrub found: the number of documents read, of commits, and each problem in words.

    No problem contains anything from a document.
    """

    documents: int
    commits: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything was readable and consistent."""
        return not self.problems


def back_up(storage: SQLiteStorage, target: Path) -> None:
    """Copy the store to ``target`` as it is at this moment, while others read and write.

    The copy has the same key. It appears under its name when it is complete and on the disk;
    an older file of that name is replaced. Raises StoreFullError, StoreIOError, DamagedError.
    """
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}.new")
    try:
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(storage, draft)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(target)
        sync_folder(target.parent)
    except apsw.Error as error:
        raise translated(error) from error
    except OSError as error:
        raise StoreIOError(f"the backup could not be written ({error.strerror})") from error
    finally:
        draft.unlink(missing_ok=True)


def _copy(storage: SQLiteStorage, draft: Path) -> None:
    # Connections of its own: inside the own write transaction SQLite's backup would wait for
    # itself. One step copies everything from one view of the source and stops no writer.
    at = storage.file
    source = Connection(at.path, at.key, read_only=True, vfs=at.vfs)
    try:
        copy = connect(draft, at.key)
        try:
            copy.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF").fetchall()
            with copy.backup("main", source.db, "main") as backup:
                backup.step(-1)
        finally:
            copy.close()
    finally:
        source.close()


def scrub(storage: SQLiteStorage) -> DatabaseReport:
    """Read every page and every document from the disk and compare what belongs together.

    The log is emptied into the file first, so that its records are read too. A page that fails
    its authentication, an index entry that does not match its row, a body that is not JSON and
    a commit counter behind the one beside the file are all reported.
    """
    if storage.read_only:
        raise ReadOnlyError("a scrub empties the log: it needs a handle that writes")
    problems: list[str] = []
    if not storage.checkpoint(_PATIENCE):
        problems.append("the log could not be emptied: the store is in use")
    documents = commits = 0
    acknowledged = storage.file.acknowledged
    # A new connection has no page in memory: everything comes from the disk.
    at = storage.file
    session = Connection(at.path, at.key, read_only=True, vfs=at.vfs)
    try:
        session.db.execute("BEGIN")
        problems += _structure(session.db)
        for name, layout in _tables(session.db, problems):
            documents += _table(session.db, name, layout, problems)
        commits = int(layouts.scalar(session.db, layouts.COMMITS))
        if commits < acknowledged:
            problems.append(f"{acknowledged} commits were acknowledged, the file has {commits}")
    except apsw.Error as error:
        problems.append(str(translated(error)))
    finally:
        session.close()
    return DatabaseReport(documents, commits, tuple(problems))


def _structure(db: apsw.Connection) -> Iterator[str]:
    try:
        for (line,) in db.execute("PRAGMA integrity_check"):
            if line != "ok":
                yield str(line)
    except apsw.Error as error:
        yield f"the structure of the file: {translated(error)}"


def _tables(db: apsw.Connection, problems: list[str]) -> list[tuple[str, Layout]]:
    try:
        found = [(name, layouts.load(db, name)) for name in layouts.names(db)]
    except (apsw.Error, ValueError):
        problems.append("the list of tables cannot be read")
        return []
    return [(name, layout) for name, layout in found if layout is not None]


def _table(db: apsw.Connection, name: str, layout: Layout, problems: list[str]) -> int:
    columns = "".join(f", {field.column}" for field in layout.fields)
    count = 0
    try:
        rows: Any = db.execute(f"SELECT seq, body{columns} FROM {layout.table} ORDER BY seq")
        for seq, body, *values in rows:
            count += 1
            try:
                if list(layout.values(decode(body))) != values:
                    problems.append(f"table {name}, row {seq}: an index does not match")
            except (ValueError, TypeError):
                problems.append(f"table {name}, row {seq}: not a JSON document")
    except apsw.Error as error:
        problems.append(f"table {name}, after {count} rows: {translated(error)}")
    return count
