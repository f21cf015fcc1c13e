"""Backup while in use, and the scrub that reads everything."""

from __future__ import annotations

import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from . import layout as layouts
from .codec import decode
from .connection import connect
from .errors import (
    StoreBusyError,
    StoreFullError,
    StoreIOError,
    TinySQLiteError,
    from_file,
    translated,
)
from .layout import Layout
from .private_file import open_private
from .storage import SQLiteStorage
from .store_file import sync_folder

_PATIENCE, _AT_ONCE, _PAUSE = 10.0, 0.05, 0.2
"""How many seconds a scrub waits for others to be out of the log's way: in all, in one try, during
which nobody can write, and between two."""

_CODE = re.compile(r"error code[= ](\d+)")
"""SQLite's check says so of a page that it did not get."""

_PLAIN = re.compile(r"\w+")
"""What the names in a path are made of, for SQLite to read them as they are."""


@dataclass(frozen=True)
class DatabaseReport:
    """What a scrub found: the number of documents read, of commits, each problem in words, and
    what could not be read. `in_use`: the log was not looked at, because others were in it.

    No text contains anything from a document.
    """

    documents: int
    commits: int
    problems: tuple[str, ...]
    unread: tuple[str, ...] = ()
    in_use: bool = False

    @property
    def ok(self) -> bool:
        """Whether everything was readable and consistent."""
        return not self.problems and not self.unread


def back_up(storage: SQLiteStorage, target: Path) -> None:
    """Copy the store to ``target`` as it is at this moment, while others read and write.

    The copy has the same key. It appears under its name when it is complete and on the disk;
    an older file of that name is replaced. Raises StoreFullError, StoreIOError, DamagedError.
    """
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}.new")
    try:
        os.close(open_private(draft, os.O_RDWR | os.O_EXCL))
        _copy(storage, draft)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(target)
        sync_folder(target.parent)
    except apsw.Error as error:
        raise translated(error) from error
    except OSError as error:
        raise from_file(error, f"the backup could not be written ({error.strerror})") from error
    finally:
        draft.unlink(missing_ok=True)


def _copy(storage: SQLiteStorage, draft: Path) -> None:
    # Connections of its own: inside the own write transaction SQLite's backup would wait for
    # itself. One step copies everything from one view of the source and stops no writer.
    source = storage.file.connect(read_only=True)
    try:
        copy = connect(draft, storage.file.key)
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

    The log is emptied into the file first, so that its records are read too; where somebody is
    in the way, all else is read all the same. A page that fails its authentication, an index
    entry that does not match its row, a body that is not JSON and a commit counter behind the one
    beside the file are problems; what the disk does not give is unread, and nothing is said of it.
    """
    found = _Found()
    in_use = not storage.read_only and not _empty_log(storage, found)
    documents = commits = 0
    try:
        acknowledged = storage.file.acknowledged
        # A new connection has no page in memory: everything comes from the disk.
        session = storage.file.connect(read_only=True)
    except TinySQLiteError as error:
        found.note("", error)
        return found.report(0, 0, in_use)
    try:
        session.db.execute("BEGIN")
        found.structure(session.db)
        for name, layout in _tables(session.db, found):
            documents += _table(session.db, name, layout, found)
        commits = int(layouts.scalar(session.db, layouts.COMMITS))
        if commits < acknowledged:
            found.problems.append(
                f"{acknowledged} commits were acknowledged, the file has {commits}"
            )
    except apsw.Error as error:
        found.note("", translated(error))
    finally:
        session.close()
    return found.report(documents, commits, in_use)


def _empty_log(storage: SQLiteStorage, found: _Found) -> bool:
    """Empty the log into the file; False when somebody was in the way all the time.

    While it is tried, writers wait: so it is tried for moments.
    """
    until = time.monotonic() + _PATIENCE
    try:
        while not storage.checkpoint(_AT_ONCE):
            if time.monotonic() >= until:
                return False
            time.sleep(_PAUSE)
    except TinySQLiteError as error:
        found.note("the log", error)
    return True


class _Found:
    """What is wrong with the file, and what of it could not be read."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.unread: list[str] = []

    def note(self, where: str, error: TinySQLiteError) -> None:
        """Take in an error, as damage only if the disk has given what it has."""
        unread = isinstance(error, StoreIOError | StoreFullError | StoreBusyError)
        text = f"{where}: {error}" if where else str(error)
        (self.unread if unread else self.problems).append(text)

    def structure(self, db: apsw.Connection) -> None:
        """SQLite's own check. Where it could not read a page, what it says of others follows
        from that, unless it names an error of theirs."""
        lines: list[str] = []
        try:
            lines = [str(line) for (line,) in db.execute("PRAGMA integrity_check") if line != "ok"]
        except apsw.Error as error:
            self.note("the structure of the file", translated(error))
        codes = {line: int(code[1]) & 0xFF for line in lines if (code := _CODE.search(line))}
        unread = [line for line, code in codes.items() if code == apsw.SQLITE_IOERR]
        self.unread += unread
        self.problems += [
            line for line in lines if line not in unread and (line in codes or not unread)
        ]

    def report(self, documents: int, commits: int, in_use: bool) -> DatabaseReport:
        """All of it."""
        return DatabaseReport(documents, commits, tuple(self.problems), tuple(self.unread), in_use)


def _tables(db: apsw.Connection, found: _Found) -> list[tuple[str, Layout]]:
    try:
        layouts_by_name = [(name, layouts.load(db, name)) for name in layouts.names(db)]
    except apsw.Error as error:
        found.note("the list of tables", translated(error))
        return []
    except ValueError:
        found.problems.append("the list of tables cannot be read")
        return []
    return [(name, layout) for name, layout in layouts_by_name if layout is not None]


def _table(db: apsw.Connection, name: str, layout: Layout, found: _Found) -> int:
    """Read all rows of a table. SQLite compares them; where it is not sure, Python does."""
    columns = "".join(f", {field.column}" for field in layout.fields)
    look = f"SELECT body{columns} FROM {layout.table} WHERE seq = ?"
    count = 0
    try:
        rows: Any = db.execute(f"SELECT seq, {_sure(layout)} FROM {layout.table} ORDER BY seq")
        for seq, sure in rows:
            count += 1
            if sure:
                continue
            ((body, *values),) = db.execute(look, (seq,))
            try:
                if list(layout.values(decode(body))) != values:
                    found.problems.append(f"table {name}, row {seq}: an index does not match")
            except (ValueError, TypeError):
                found.problems.append(f"table {name}, row {seq}: not a JSON document")
    except apsw.Error as error:
        found.note(f"table {name}, after {count} rows", translated(error))
    return count


def _sure(layout: Layout) -> str:
    """The SQL condition under which a body is JSON and its columns hold what is in it. Where it
    is not true they may do so all the same: a text may be written in JSON in several ways."""
    tests = ["1"]
    for field in layout.fields:
        if not all(_PLAIN.fullmatch(part) for part in field.path):
            return "0"
        value = "body -> '$" + "".join(f'."{part}"' for part in field.path) + "'"
        tests.append(
            f"CASE typeof({field.column}) WHEN 'null' THEN {value} IS NULL WHEN 'blob' THEN 0"
            f" ELSE {value} = json_quote({field.column}) END"
        )
    is_json = "typeof(body) = 'text' AND json_valid(body)"
    return f"CASE WHEN {is_json} THEN {' AND '.join(tests)} ELSE 0 END"
