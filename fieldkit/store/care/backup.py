"""Backups: the whole of a home folder's data in one file, made while it is in use.

A backup is a tar archive that any tool can list: `key.json` (the wrapped data key), `store.db`,
`archive.db` if there is one, `attachments/...`, `packs/...` (the rules by which the jobs were
decided), and last `backup.json` with the SHA-256 of each and an HMAC-SHA256 over that by a key
derived from the data key. The files are as they are in the home folder, encrypted but for the
packs, so a backup is opened by what opens the home folder: its passphrase on any computer; the
keyring or `key.secret` only where they are.
"""

import hashlib
import hmac
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from fieldkit.chunked import chunks, derived
from fieldkit.domain.core.errors import Fault, FieldkitError
from fieldkit.store.care.scrub import archive_trouble, attachment_troubles
from fieldkit.store.care.trouble import Trouble
from fieldkit.store.files.attachments import Attachments
from fieldkit.store.files.packs import PackFiles, is_pack_name
from fieldkit.store.home import keys
from fieldkit.store.home.atomic_files import private_folder, unwritable, written
from fieldkit.store.home.home import Home
from fieldkit.store.home.leftovers import clear_beside, clear_leftovers
from fieldkit.store.home.process_lock import WORK, alone, workroom
from fieldkit.store.home.swap_in import finish_replacing, replace_all
from fieldkit.store.records.device import start_epoch
from fieldkit.store.records.migrations import migrate
from fieldkit.store.storage_errors import faults
from fieldkit.store.store import Store, open_db
from fieldkit.store.tinysqlite.private_file import open_private
from fieldkit.store.tinysqlite.sidecar import Sidecar

_VERSION = 1
_FORMAT = {"format": "fieldkit-backup", "version": _VERSION}
_STORE, _ARCHIVE, _MANIFEST = "store.db", "archive.db", "backup.json"


@dataclass(frozen=True)
class Restored:
    """What a restore did: where the store that was there is kept now, if there was one."""

    aside: Path | None


# -- making ----------------------------------------------------------------------------------


@faults()
def back_up(store: Store, target: Path) -> tuple[int, list[Trouble]]:
    """Write a backup to `target`; how many files are in it, and what is wrong with attachments
    and archive. Nothing is written to the home's disk, which may be full. An archive or attachment
    that cannot be read now is left out: the work that nobody else has is in the store.

    The app and the nightly exchange may go on working meanwhile.
    Raises `Fault` (`store.full`, `store.unwritable`); an older file of that name is then kept.
    """
    home = store.home
    clear_beside(target)
    troubles = attachment_troubles(store)
    with workroom(target.parent, f"{target.name}.{WORK}") as room, written(target) as file:
        # The store first: whatever its jobs name is in the attachments after it.
        store.db.backup(room / _STORE)
        members = {keys.KEY_NAME: home.folder / keys.KEY_NAME, _STORE: room / _STORE}
        if store.archive.exists:
            try:
                store.archive.back_up(room / _ARCHIVE)
                members[_ARCHIVE] = room / _ARCHIVE
            except Fault as fault:
                if fault.key == "store.full":  # of the target
                    raise
                troubles.append(archive_trouble(store.archive, fault))
        for path in store.attachments.files():
            members[path.relative_to(home.folder).as_posix()] = path
        members |= _packs(home, room)
        with tarfile.open(fileobj=file, mode="w") as tar:
            hashes = {
                name: digest
                for name, path in members.items()
                if (digest := _add(tar, name, path)) is not None
            }
            _add_manifest(tar, hashes, store.key)
    return len(hashes), troubles


def _packs(home: Home, room: Path) -> dict[str, Path]:
    """The rule packs, copied: a sync may let go of one meanwhile."""
    try:
        found = PackFiles(home.packs).copy_all(room / home.packs.name)
    except OSError as error:
        raise unwritable(error) from error
    return {f"{home.packs.name}/{path.name}": path for path in found}


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str | None:
    """Add a file; its hash. None for an attachment that cannot be read: it is left out, and told
    among the troubles where a job names it."""
    entry = tarfile.TarInfo(name)
    try:
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256")
            entry.size, entry.mode = source.tell(), 0o600
    except OSError:
        if name.startswith("attachments/"):
            return None
        raise
    with path.open("rb") as source:
        tar.addfile(entry, source)
    return digest.hexdigest()


def _add_manifest(tar: tarfile.TarFile, hashes: dict[str, str], key: bytes) -> None:
    stated = {**_FORMAT, "files": hashes}
    text = json.dumps({**stated, "seal": _seal(stated, key)}, indent=2).encode()
    entry = tarfile.TarInfo(_MANIFEST)
    entry.size, entry.mode = len(text), 0o600
    tar.addfile(entry, BytesIO(text))


def _seal(stated: dict[str, object], key: bytes) -> str:
    text = json.dumps(stated, sort_keys=True).encode()
    return hmac.new(derived(key, "backup"), text, "sha256").hexdigest()


# -- restoring -------------------------------------------------------------------------------


def restore(
    home: Home, backup: Path, new_id: Callable[[], str], passphrase: str | None = None
) -> Restored:
    """Put a backup in the place of what is in the home folder, and begin a new epoch.

    What was there is kept beside it; attachments and rule packs are only added. The backup is
    opened by the key of the home folder, or by its own; attachments of another key are set aside
    with the store. Raises `Fault` (`backup.missing`, `backup.unreadable`, `backup.damaged`,
    `backup.other_key`, `store.in_use`, `store.newer`) or `Locked`; nothing was touched then.
    """
    home.folder.mkdir(parents=True, exist_ok=True)
    finish_replacing(home)
    clear_leftovers(home)
    with alone(home.folder), workroom(home.folder) as room:
        stated, seal = _unpack(backup, room)
        key = _key(home, room, stated, seal, passphrase)
        with faults():
            db = open_db(room / _STORE, key)
            try:
                migrate(db, new_id)
                with db.transaction():
                    start_epoch(db, new_id)
            finally:
                db.close()
        return _install(home, room, key)


def _unpack(backup: Path, room: Path) -> tuple[dict[str, object], str]:
    """Unpack and check the hashes; what the manifest states, and its seal."""
    hashes: dict[str, str] = {}
    manifest = b""
    try:
        with backup.open("rb") as file, tarfile.open(fileobj=file, mode="r|") as tar:
            for entry in tar:
                source = tar.extractfile(entry)
                if source is None or not _is_ours(entry.name):
                    raise Fault("backup.damaged")
                if entry.name == _MANIFEST:
                    manifest = source.read()
                else:
                    hashes[entry.name] = _write(room / entry.name, source)
        found = json.loads(manifest)
        seal, stated = found.pop("seal"), found
        version, expected = stated["version"], stated["files"]
    except FileNotFoundError:
        raise Fault("backup.missing") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Fault("backup.unreadable", file=backup.name, why=why) from error
    except (tarfile.TarError, ValueError, LookupError, TypeError, AttributeError):
        raise Fault("backup.damaged") from None
    if isinstance(version, int) and version > _VERSION:
        raise Fault("store.newer")
    if expected != hashes or not {keys.KEY_NAME, _STORE} <= hashes.keys():
        raise Fault("backup.damaged")
    return stated, str(seal)


def _is_ours(name: str) -> bool:
    parts = name.split("/")
    if len(parts) == 1:
        return name in (keys.KEY_NAME, _STORE, _ARCHIVE, _MANIFEST)
    if len(parts) == 2:
        return parts[0] == "packs" and is_pack_name(parts[1])
    return len(parts) == 3 and parts[0] == "attachments" and all(p.isalnum() for p in parts[1:])


def _write(path: Path, source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for folder in (path.parent.parent, path.parent):
        private_folder(folder)
    try:
        with os.fdopen(open_private(path, os.O_WRONLY | os.O_EXCL), "wb") as file:
            for piece in chunks(source):
                file.write(piece)
                digest.update(piece)
    except OSError as error:
        raise unwritable(error) from error
    return digest.hexdigest()


def _key(
    home: Home, room: Path, stated: dict[str, object], seal: str, passphrase: str | None
) -> bytes:
    """The data key of the backup. Where it is the home folder's too, its wrapping there stays."""

    def fits(key: bytes) -> bool:
        return hmac.compare_digest(_seal(stated, key), seal)

    locked: FieldkitError | None = None
    if (home.folder / keys.KEY_NAME).exists():
        try:
            if fits(key := keys.unlock(home.folder, passphrase)):
                shutil.copyfile(home.folder / keys.KEY_NAME, room / keys.KEY_NAME)
                return key
        except FieldkitError as error:
            locked = error  # the passphrase may be that of the backup
    secret = home.folder / keys.SECRET_NAME
    if secret.exists():
        shutil.copyfile(secret, room / keys.SECRET_NAME)
    try:
        key = keys.unlock(room, passphrase)
    except FieldkitError as error:
        raise locked or Fault("backup.other_key") from error
    if not fits(key):
        raise Fault("backup.damaged")
    return key


def _mends(attachments: Attachments, path: Path, place: Path) -> bool:
    """Whether an attachment of the backup is whole where the one that is here is not."""
    of_one = place.parent.parent == attachments.folder
    return of_one and attachments.is_whole(path) and not attachments.is_whole(place)


def _has_other_key(file: Path, key: bytes) -> bool:
    """Whether a store or archive that is here was made with another key than the backup's."""
    found = Sidecar(file, key).read()
    return found is not None and not found[1]


def _install(home: Home, room: Path, key: bytes) -> Restored:
    coming = [*room.glob("packs/*")]
    anew = home.attachments.exists() and _has_other_key(home.store, key)
    if anew:
        private_folder(room / home.attachments.name)  # it replaces what this key does not open
    else:
        coming += room.glob("attachments/*/*")
    attachments = Attachments(home.attachments, key)
    for path in sorted(coming):
        place = home.folder / path.relative_to(room)
        private_folder(place.parent)
        if not place.exists() or _mends(attachments, path, place):
            path.replace(place)
    if not anew:
        shutil.rmtree(room / home.attachments.name, ignore_errors=True)
    lacks_archive = home.archive.exists() and not (room / _ARCHIVE).exists()
    if lacks_archive and _has_other_key(home.archive, key):
        open_db(room / _ARCHIVE, key).close()  # it opens nothing that was there
    return Restored(replace_all(home, room, key).get(home.store))
