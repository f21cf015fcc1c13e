"""Restoring a backup, and what to do with a damaged file: set it aside, keep what can be read.

The file is read row by row: first the list of ids from their index, then each row. A page that
fails its authentication costs the rows on it. The result is a new store in the place of the
damaged one; what is missing is named, so that it can be fetched from elsewhere.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from . import layout as layouts
from .codec import DocId, decode, encode
from .connection import Connection
from .errors import DamagedError, TinySQLiteError, WrongKeyError
from .layout import Declared, Layout, Wanted
from .sidecar import Sidecar
from .storage import SQLiteStorage
from .store_file import sync_folder

_SUFFIXES = ("", "-wal", "-commits")


@dataclass
class Salvaged:
    """The result of a salvage.

    ``aside``: the untouched copy of the damaged file (``-wal`` and ``-commits`` beside it).
    ``recovered``: documents kept, by table. ``missing``: ids that the index of a table knows and
    whose documents cannot be read. ``unlisted``: tables whose index is damaged too, so that
    more may be missing than is listed. ``commits_lost``: acknowledged commits that are not in
    the file; None when the file does not say how many it has.
    """

    aside: Path
    recovered: dict[str, int] = field(default_factory=dict)
    missing: dict[str, list[DocId]] = field(default_factory=dict)
    unlisted: list[str] = field(default_factory=list)
    commits_lost: int | None = None


def salvage(path: str | os.PathLike[str], *, key: bytes | None = None) -> Salvaged:
    """Replace the damaged store at ``path`` by one with all that can be read of it.

    Nobody may have it open. The damaged files are first copied to ``NAME.damaged-1`` (or the
    next free number) and never changed there. Raises WrongKeyError (nothing was touched, when
    the counter beside the file shows that the key is another), StoreFullError, StoreIOError.
    """
    store = Path(path)
    _refuse_wrong_key(store, key)
    aside = _set_aside(store, "damaged")
    result = Salvaged(aside)
    work, fresh = store.with_name(store.name + ".work"), store.with_name(store.name + ".fresh")
    for leftover in (work, fresh):
        _remove(leftover)
    _copy(aside, work)
    try:
        _rebuild(work, fresh, key, result)
    finally:
        _remove(work)
    _fold_log(store, key)
    _install(fresh, store)
    return result


def restore(
    backup: str | os.PathLike[str], path: str | os.PathLike[str], *, key: bytes | None = None
) -> Path | None:
    """Put a copy of ``backup`` in the place of the store at ``path``, which nobody may have open.

    Returns where the files that were there are kept (``NAME.replaced-1`` or the next free
    number), or None. Raises WrongKeyError, NotAStoreError, NewerVersionError or DamagedError
    when the backup cannot be used; nothing was touched then.
    """
    store, fresh = Path(path), Path(f"{path}.fresh")
    prepare(backup, fresh, key=key)
    aside = None
    if store.exists():
        aside = set_aside(store)
        _fold_log(store, key)
    _install(fresh, store)
    return aside


def prepare(
    backup: str | os.PathLike[str], path: str | os.PathLike[str], *, key: bytes | None = None
) -> None:
    """Make a store at ``path`` from a backup, ready to be put in its place by `install`.

    Raises as `restore` does; nothing is left there then.
    """
    fresh = Path(path)
    _remove(fresh)
    shutil.copyfile(backup, fresh)
    os.chmod(fresh, 0o600)
    try:
        session = Connection(fresh, key)
        try:
            commits = _number(session.db, layouts.COMMITS)
        finally:
            session.close()
        if commits is None:
            raise DamagedError("the backup cannot be read")
    except BaseException:
        _remove(fresh)
        raise
    note = Sidecar(fresh, key)
    note.write(commits)
    note.close()
    for name in (fresh, Path(f"{fresh}-commits")):
        _sync(name)


def set_aside(path: str | os.PathLike[str]) -> Path:
    """Copy a store with its log to ``NAME.replaced-1`` (or the next free number); where to."""
    return _set_aside(Path(path), "replaced")


def install(path: str | os.PathLike[str], store: str | os.PathLike[str]) -> None:
    """Put what `prepare` made in the place of a store. It needs no key, and where a crash has
    broken it off it can be done again; until then the store must not be opened."""
    if Path(path).exists():
        _install(Path(path), Path(store))


def _fold_log(store: Path, key: bytes | None) -> None:
    """Move the old store's log into it, so that until it is replaced it lacks nothing.

    Where that cannot be done, because it is damaged or has another key, the copy that was set
    aside is what is left of it if the replacing is broken off.
    """
    with suppress(TinySQLiteError, apsw.Error):
        session = Connection(store, key)
        try:
            session.db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        finally:
            session.close()


def _install(fresh: Path, store: Path) -> None:
    # The old log, which is kept aside, goes first: SQLite would apply it to the new file. At no
    # moment is there no file. The counter goes before it: one that is behind the old file is
    # never wrong, while one ahead of the new file would call commits lost that were not made.
    for name in (fresh, Path(f"{fresh}-commits")):
        if name.exists():
            _sync(name)
    for suffix in ("-wal", "-shm"):
        Path(f"{store}{suffix}").unlink(missing_ok=True)
    if Path(f"{fresh}-commits").exists():
        Path(f"{fresh}-commits").replace(f"{store}-commits")
    fresh.replace(store)
    sync_folder(store.parent)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _refuse_wrong_key(store: Path, key: bytes | None) -> None:
    found = Sidecar(store, key).read()
    if found and found[1]:
        return
    if found:
        raise WrongKeyError("the store was made with another key")
    with suppress(DamagedError):  # which says that the key has opened the first page
        Connection(store, key, read_only=True).close()


def _set_aside(store: Path, why: str) -> Path:
    number = 1
    while (aside := store.with_name(f"{store.name}.{why}-{number}")).exists():
        number += 1
    _copy(store, aside)
    sync_folder(store.parent)
    return aside


def _copy(source: Path, target: Path) -> None:
    for suffix in _SUFFIXES:
        if Path(f"{source}{suffix}").exists():
            shutil.copyfile(f"{source}{suffix}", f"{target}{suffix}")
            os.chmod(f"{target}{suffix}", 0o600)
            _sync(Path(f"{target}{suffix}"))


def _remove(store: Path) -> None:
    for suffix in (*_SUFFIXES, "-shm"):
        Path(f"{store}{suffix}").unlink(missing_ok=True)


def _rebuild(work: Path, fresh: Path, key: bytes | None, result: Salvaged) -> None:
    acknowledged = Sidecar(work, key).read()
    commits = 0
    try:
        damaged = Connection(work, key, read_only=True)
    except (WrongKeyError, DamagedError):
        # Not even the first page can be read: the new store is empty.
        SQLiteStorage(fresh, key=key).close()
        result.unlisted.append("*")
        return
    try:
        schema = _number(damaged.db, "PRAGMA user_version") or 0
        commits = _number(damaged.db, layouts.COMMITS) or 0
        storage = SQLiteStorage(fresh, key=key, schema=schema)
        try:
            with storage.transaction():
                for name, layout, last_id in _tables(damaged.db, result):
                    _keep(damaged.db, storage, name, layout, last_id, result)
        finally:
            storage.close()
    finally:
        damaged.close()
    if commits and acknowledged:
        result.commits_lost = max(0, acknowledged[0] - commits)


def _number(db: apsw.Connection, sql: str) -> int | None:
    try:
        return int(layouts.scalar(db, sql))
    except (apsw.Error, IndexError):
        return None


def _tables(db: apsw.Connection, result: Salvaged) -> Iterator[tuple[str, Layout, int]]:
    try:
        rows: list[Any] = db.execute("SELECT name, last_id FROM store_tables").fetchall()
        found = [(name, layouts.load(db, name), last_id) for name, last_id in rows]
    except (apsw.Error, ValueError):
        result.unlisted.append("*")
        return
    yield from ((name, layout, last_id) for name, layout, last_id in found if layout)


def _keep(
    db: apsw.Connection,
    storage: SQLiteStorage,
    name: str,
    layout: Layout,
    last_id: int,
    result: Salvaged,
) -> None:
    storage.declared[name] = Wanted(tuple(Declared(f.path, f.unique) for f in layout.fields))
    listed = _listed(db, layout, name, result)
    with storage.writing(name) as (session, target):
        kept = 0
        for seq, doc_id in sorted(listed.items()):
            body = _body(db, layout, seq)
            if body is None:
                result.missing.setdefault(name, []).append(doc_id)
                continue
            session.db.execute(target.insert, (doc_id, body, *target.values(decode(body))))
            kept += 1
        highest = max((i for i in listed.values() if isinstance(i, int)), default=0)
        session.db.execute(
            "UPDATE store_tables SET last_id = ? WHERE name = ?", (max(highest, last_id), name)
        )
    result.recovered[name] = kept


def _listed(db: apsw.Connection, layout: Layout, name: str, result: Salvaged) -> dict[int, DocId]:
    """Every row that the index of ids or the table itself still shows, by seq."""
    listed: dict[int, DocId] = {}
    for way in ("ORDER BY id", "ORDER BY id DESC", "NOT INDEXED ORDER BY seq",
                "NOT INDEXED ORDER BY seq DESC"):  # fmt: skip
        try:
            rows: Any = db.execute(f"SELECT seq, id FROM {layout.table} {way}")
            for seq, doc_id in rows:
                listed.setdefault(seq, doc_id)
        except apsw.Error:
            if way == "ORDER BY id" and name not in result.unlisted:
                result.unlisted.append(name)
    return listed


def _body(db: apsw.Connection, layout: Layout, seq: int) -> str | None:
    try:
        body = str(layouts.scalar(db, f"SELECT body FROM {layout.table} WHERE seq = ?", seq))
        encode(decode(body))
    except (apsw.Error, IndexError, ValueError):
        return None
    return body
