"""What to do with a damaged store: set it aside, keep what can be read, ask the office again."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from fieldkit.domain.core.event import Event
from fieldkit.store.care.scrub import NOT_READ, TROUBLES
from fieldkit.store.home import keys
from fieldkit.store.home.home import Home
from fieldkit.store.home.leftovers import clear_leftovers
from fieldkit.store.home.process_lock import alone, workroom
from fieldkit.store.home.swap_in import finish_replacing, replace_all
from fieldkit.store.records import salvages
from fieldkit.store.records.archive import Archive, ArchiveFault
from fieldkit.store.records.device import start_epoch
from fieldkit.store.records.ledger import REJECTED, Ledger, turn
from fieldkit.store.records.migrations import SCHEMA, migrate
from fieldkit.store.storage_errors import faults
from fieldkit.store.store import open_db
from fieldkit.store.tinysqlite import Salvaged, TinySQLite, remove
from fieldkit.store.tinysqlite import salvage as keep_readable
from fieldkit.store.tinysqlite.reading import StoredDocument


@dataclass(frozen=True)
class SalvageReport:
    """What a salvage found. It holds nothing about a customer.

    `aside`: the untouched damaged store, `archive_aside` the archive, if that was damaged;
    `recovered` documents by table; `missing` how many more are known to be lost, by table (of
    the archive as `archive.events`); `uncertain` the files in which more may be lost than is
    counted; `commits_lost` acknowledged commits that are gone, None where nobody knows; `events`
    how many of this laptop's own events are known to be lost, unless the office has them;
    `unsent` own events that still wait for the office; `enrolled` is False when the laptop must
    be introduced to the office again.
    """

    aside: Path | None
    archive_aside: Path | None = None
    recovered: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    uncertain: tuple[str, ...] = ()
    commits_lost: int | None = None
    events: int = 0
    unsent: int = 0
    enrolled: bool = False

    @property
    def lost(self) -> bool:
        """Whether anything is missing, or may be."""
        return bool(self.missing or self.uncertain or self.commits_lost or self.events)


class _Mended(NamedTuple):
    events: int
    unsent: int
    enrolled: bool


def salvage(
    home: Home, new_id: Callable[[], str], now: datetime, passphrase: str | None = None
) -> SalvageReport:
    """Replace a damaged store, and a damaged archive, by all that can be read of them.

    Documents that cannot be read are made anew from their events; one that can be read stays as
    it was, since some of its events may be lost. A new epoch begins, own events without a receipt
    are kept for sending, and the next sync reads everything of the office again. What is lost is
    noted in the new store. All of it is done on copies; the damaged files are kept as they are.
    Raises `Fault` (`store.full` ...) or `Locked`; nothing has changed then.
    """
    finish_replacing(home)
    clear_leftovers(home)
    key = keys.unlock(home.folder, passphrase)
    with alone(home.folder), workroom(home.folder) as room, faults():
        copy = _copied(home.store, room)
        found = keep_readable(copy, key=key, schema=SCHEMA)
        archived = _salvage_archive(home.archive, room, key)
        archive = Archive(room / home.archive.name if archived else home.archive, key, SCHEMA)
        missing = _missing(found, archived)
        try:
            mended = _mend(copy, key, new_id, archive, now, missing, found.commits_lost)
        finally:
            archive.close()
        shutil.copyfile(home.folder / keys.KEY_NAME, room / keys.KEY_NAME)
        aside = replace_all(home, room, key)
    files = ((home.store, found), (home.archive, archived))
    return SalvageReport(
        aside=aside.get(home.store),
        archive_aside=aside.get(home.archive),
        recovered=found.recovered,
        missing=missing,
        uncertain=tuple(file.name for file, one in files if one and one.uncertain),
        commits_lost=found.commits_lost,
        **mended._asdict(),
    )


def _copied(file: Path, room: Path) -> Path:
    copy = room / file.name
    for suffix in ("", "-wal", "-commits"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)
        if Path(f"{file}{suffix}").exists():
            shutil.copyfile(f"{file}{suffix}", f"{copy}{suffix}")
    return copy


def _salvage_archive(file: Path, room: Path, key: bytes) -> Salvaged | None:
    """Salvage a copy of the archive in `room`; None where it is whole, or was never made."""
    if not any(Path(f"{file}{suffix}").exists() for suffix in ("", "-commits")):
        return None
    copy = _copied(file, room)
    if _is_whole(Archive(copy, key, SCHEMA)):
        remove(copy)
        return None
    found = keep_readable(_copied(file, room), key=key, schema=SCHEMA)
    archive = Archive(copy, key, SCHEMA)
    archive.fold_missing()
    archive.close()
    return found


def _is_whole(archive: Archive) -> bool:
    try:
        report = archive.check()
    except ArchiveFault:
        return False
    finally:
        archive.close()
    return report is not None and report.ok


def _missing(store: Salvaged, archive: Salvaged | None) -> dict[str, int]:
    in_archive = archive.missing if archive else {}
    return store.missing | {f"archive.{table}": count for table, count in in_archive.items()}


def _mend(
    path: Path,
    key: bytes,
    new_id: Callable[[], str],
    archive: Archive,
    now: datetime,
    missing: dict[str, int],
    commits_lost: int | None,
) -> _Mended:
    """Make the store whole, and note in it what is lost."""
    db = open_db(path, key)
    try:
        migrate(db, new_id)
        with db.transaction():
            own = _own_device(db)
            lost = salvages.lost_places(db, archive)
            salvages.note(db, new_id(), now, lost, missing, commits_lost)
            start_epoch(db, new_id)
            if own is None:
                # A new device: the office knows the keys of the old one by another id.
                db.table("device").remove(doc_ids=["office"])
            salvages.fold_what_is_left(db, Ledger(db, new_id))
            unsent = _refill_outbox(db, own)
            if own is None:
                _take_over(db, Ledger(db, new_id))
            settings = db.table("settings")
            settings.remove(
                doc_ids=[str(row.doc_id) for row in settings if row.doc_id in (TROUBLES, NOT_READ)]
            )
            enrolled = db.table("device").get(doc_id="office") is not None
        return _Mended(sum(last + 1 - first for _, first, last in lost), unsent, enrolled)
    finally:
        db.close()


def _own_device(db: TinySQLite) -> str | None:
    row = db.table("device").get(doc_id="self")
    return None if row is None else str(row["id"])


def _refill_outbox(db: TinySQLite, own: str | None) -> int:
    """Put exactly the own events without a position into the outbox; how many."""
    waiting = {str(row.doc_id) for row in db.table("outbox")}
    db.drop_table("outbox")
    for row in db.table("events"):
        if row.get("position") or row["status"] == REJECTED:
            continue
        event = _read(row)
        if event and (event.device == own or own is None or event.id in waiting):
            place = {"turn": turn(event.epoch, event.seq)}
            db.table("outbox").put(StoredDocument(place, doc_id=event.id))
    return len(db.table("outbox"))


def _take_over(db: TinySQLite, ledger: Ledger) -> None:
    """Make what waits events of this device, which is a new one: it cannot speak for the old."""
    for row in db.table("outbox").ordered("turn"):
        ledger.reseal(Event.from_bytes(db.table("events").get(doc_id=row.doc_id)["raw"]))


def _read(row: StoredDocument) -> Event | None:
    try:
        return Event.from_bytes(row["raw"])
    except ValidationError:
        return None
