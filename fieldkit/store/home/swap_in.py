"""Putting a backup in the place of a home folder's key, store and archive, and of attachments of
another key: all or none of them.

First all that comes is written beside what is there, as `NAME.next`, and a copy of what it
replaces as `NAME.old`; the key last. From the moment at which `key.json.next` is there the backup
counts, and the copies get the names under which they are kept: whoever opens the home folder next
finishes what a crash broke off, for which no key is needed. Before that moment nothing has
changed, and the next run removes what was made ready.
"""

import shutil
from pathlib import Path

from fieldkit.store.home import keys
from fieldkit.store.home.atomic_files import free_name
from fieldkit.store.home.home import Home
from fieldkit.store.home.process_lock import alone
from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import install, prepare, remove, rename, set_aside
from fieldkit.store.tinysqlite.store_file import sync_folder
from fieldkit.systems import replace_file


def replace_all(home: Home, room: Path, key: bytes) -> dict[Path, Path]:
    """Put `key.json`, `store.db` and, if they are there, `archive.db` and `attachments` of a folder
    in the place of the home's; where what was there of store and archive is kept, by its place.

    Nobody else may have the home open. Raises `Fault`; nothing has changed then, and nothing is
    left of what was prepared.
    """
    try:
        with faults():
            _prepare_all(home, room, key)
    except BaseException:
        if not _next(home.folder / keys.KEY_NAME).exists():  # else it counts
            for place in (home.store, home.archive):
                remove(_next(place))
                remove(_old(place))
            _old(home.folder / keys.KEY_NAME).unlink(missing_ok=True)
            shutil.rmtree(_next(home.attachments), ignore_errors=True)
        raise
    return _finish(home)


def _prepare_all(home: Home, room: Path, key: bytes) -> None:
    for place in (home.store, home.archive):
        if (room / place.name).exists():
            prepare(room / place.name, _next(place), key=key)
            if place.exists():
                set_aside(place, _old(place))
    if (coming := room / home.attachments.name).exists():
        shutil.rmtree(_next(home.attachments), ignore_errors=True)  # of one that was broken off
        coming.replace(_next(home.attachments))
    place = home.folder / keys.KEY_NAME
    wrapped = (room / keys.KEY_NAME).read_bytes()
    if place.exists() and place.read_bytes() != wrapped:
        keys.write_whole(_old(place), place.read_bytes())
    keys.write_whole(_next(place), wrapped)


def finish_replacing(home: Home) -> None:
    """Finish what a crash broke off. Raises `Fault` (`store.in_use`) while another one does."""
    if _next(home.folder / keys.KEY_NAME).exists():
        with alone(home.folder):
            _finish(home)


def _finish(home: Home) -> dict[Path, Path]:
    """Let what was made ready take its place; where store and archive are kept that were there."""
    aside: dict[Path, Path] = {}
    place = home.folder / keys.KEY_NAME
    if not _next(place).exists():
        return aside  # another one was quicker
    for each in (home.store, home.archive, place):
        if _old(each).exists():
            aside[each] = free_name(each)
            rename(_old(each), aside[each])
    for each in (home.store, home.archive):
        install(_next(each), each)
    if (coming := _next(home.attachments)).exists():
        if home.attachments.exists():
            home.attachments.replace(free_name(home.attachments))
        coming.replace(home.attachments)
    replace_file(_next(place), place)
    sync_folder(home.folder)
    return aside


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _old(path: Path) -> Path:
    return path.with_name(f"{path.name}.old")
