"""Restoring a backup, and what to do with a damaged file: set it aside, keep what can be read.

The file is read page by page, see ``pages``. A page that fails its authentication costs what is
on it and nothing else. The result is a new store in the place of the damaged one.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from . import layout as layouts
from .connection import Connection
from .errors import TinySQLiteError, WrongKeyError, translated
from .sidecar import Sidecar
from .storage import SQLiteStorage
from .store_file import sync_folder

_SUFFIXES = ("", "-wal", "-commits")


@dataclass
class Salvaged:
    """The result of a salvage.

    ``aside``: the untouched copy of the damaged file (``-wal`` and ``-commits`` beside it).
    ``recovered``: documents kept, by table. ``missing``: how many more an index knows that cannot
    be read, by table. ``uncertain``: more may be missing than is counted, or some of what was
    kept may not be as it was last. ``commits_lost``: acknowledged commits that are not in the
    file; None when the file does not say how many it has.
    """

    aside: Path
    recovered: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    uncertain: bool = False
    commits_lost: int | None = None


def salvage(path: str | os.PathLike[str], *, key: bytes | None = None, schema: int = 0) -> Salvaged:
    """Replace the damaged store at ``path`` by one with all that can be read of it.

    Nobody may have it open. The damaged files are first copied to ``NAME.damaged-1`` (or the
    next free number) and never changed there. ``schema``: the version of the documents where
    the file does not say it any more. Raises WrongKeyError (nothing was touched) where the key
    opens no page and is not known to be right, StoreFullError, StoreIOError.
    """
    store = Path(path)
    _refuse_wrong_key(store, key)
    aside = _set_aside(store, "damaged")
    result = Salvaged(aside)
    fresh = store.with_name(store.name + ".fresh")
    remove(fresh)
    _rebuild(aside, fresh, key, schema, result)
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
        aside = _set_aside(store, "replaced")
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
    remove(fresh)
    try:
        _empty_log(Path(backup), key)  # it has one where the disk was full
        shutil.copyfile(backup, fresh)
        os.chmod(fresh, 0o600)
        session = Connection(fresh, key)
        try:
            with session.use() as db:
                made = int(layouts.scalar(db, layouts.COMMITS))
        finally:
            session.close()
        note = Sidecar(fresh, key)
        note.write(made)
        note.close()
        for name in (fresh, Path(f"{fresh}-commits")):
            _sync(name)
    except BaseException:
        remove(fresh)
        raise


def set_aside(path: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Copy a store with its log to ``target``, in place of what is there. Nothing is left there
    where the copy fails."""
    remove(target)
    _copy_whole(Path(path), Path(target))


def rename(path: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Give a store that nobody has open, with its log, another name. Where a crash has broken it
    off it can be done again."""
    for suffix in reversed(_SUFFIXES):
        if Path(f"{path}{suffix}").exists():
            Path(f"{path}{suffix}").replace(f"{target}{suffix}")


def remove(path: str | os.PathLike[str]) -> None:
    """Remove a store that nobody has open, with its log and its counter, if it is there."""
    for suffix in (*_SUFFIXES, "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


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
    with suppress(TinySQLiteError):
        _empty_log(store, key)


def _empty_log(store: Path, key: bytes | None) -> None:
    """Move a store's log into its file, which then is all of it."""
    log = Path(f"{store}-wal")
    if not log.exists() or not log.stat().st_size:
        return
    session = Connection(store, key)
    try:
        session.db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    except apsw.Error as error:
        raise translated(error) from error
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
    from .pages import Pages

    found = Sidecar(store, key).read()
    if not (found and found[1]) and not Pages(store, key).any_good:
        raise WrongKeyError("the key opens no page of the store")


def _set_aside(store: Path, why: str) -> Path:
    number = 1
    while (aside := store.with_name(f"{store.name}.{why}-{number}")).exists():
        number += 1
    _copy_whole(store, aside)
    return aside


def _copy_whole(store: Path, aside: Path) -> None:
    try:
        _copy(store, aside)
        sync_folder(store.parent)
    except BaseException:
        remove(aside)
        raise


def _copy(source: Path, target: Path) -> None:
    for suffix in _SUFFIXES:
        if Path(f"{source}{suffix}").exists():
            shutil.copyfile(f"{source}{suffix}", f"{target}{suffix}")
            os.chmod(f"{target}{suffix}", 0o600)
            _sync(Path(f"{target}{suffix}"))


def _rebuild(damaged: Path, fresh: Path, key: bytes | None, schema: int, result: Salvaged) -> None:
    from .pages import Pages  # with the cipher, which nothing else here needs
    from .rescue import Rescue, commits

    pages = Pages(damaged, key)
    acknowledged = (Sidecar(damaged, key).read() or (0,))[0]
    if (commits(pages) or 0) < acknowledged:
        pages.take_unfinished()
    storage = SQLiteStorage(fresh, key=key, schema=schema if pages.schema is None else pages.schema)
    try:
        with storage.transaction(), storage.changing() as session:
            rescued = Rescue(pages, storage, session.db)
    finally:
        storage.close()
    _empty_log(fresh, key)
    result.recovered, result.missing = rescued.recovered, rescued.missing
    result.uncertain = rescued.uncertain
    if (found := commits(pages)) is not None:
        result.commits_lost = max(0, acknowledged - found)
