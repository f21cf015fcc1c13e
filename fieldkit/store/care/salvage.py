"""What to do with a damaged store: set it aside, keep what can be read, ask the office again."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from fieldkit.domain.core.event import Event
from fieldkit.store.care.scrub import TROUBLES
from fieldkit.store.home import keys
from fieldkit.store.home.home import Home
from fieldkit.store.home.process_lock import alone, workroom
from fieldkit.store.home.swap_in import finish_replacing
from fieldkit.store.records.device import start_epoch
from fieldkit.store.records.ledger import REJECTED, Ledger, turn
from fieldkit.store.records.migrations import migrate, refold_all
from fieldkit.store.storage_errors import faults
from fieldkit.store.store import open_db
from fieldkit.store.tinysqlite import Salvaged, TinySQLite
from fieldkit.store.tinysqlite import restore as put_in_place
from fieldkit.store.tinysqlite import salvage as keep_readable
from fieldkit.store.tinysqlite.reading import StoredDocument


@dataclass(frozen=True)
class SalvageReport:
    """What a salvage found. It holds nothing about a customer.

    `aside`: the untouched damaged file; `recovered` documents by table; `missing` how many are
    known to be lost, by table; `uncertain` tables of which more may be lost than is counted
    (`*`: any); `commits_lost` acknowledged commits that are gone, None where nobody knows;
    `unsent` own events that still wait for the office; `enrolled` is False when the laptop must
    be introduced to the office again.
    """

    aside: Path | None
    recovered: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    uncertain: tuple[str, ...] = ()
    commits_lost: int | None = None
    unsent: int = 0
    enrolled: bool = False


def salvage(home: Home, new_id: Callable[[], str], passphrase: str | None = None) -> SalvageReport:
    """Replace a damaged store by one with everything that can be read of it.

    Documents that cannot be read are made anew from their events; one that can be read stays as
    it was, since some of its events may be lost. A new epoch begins, own events without a receipt
    are kept for sending, and the next sync reads everything of the office again. All of it is
    done on a copy; the damaged files are kept as they are. Raises `Fault` or `Locked`.
    """
    finish_replacing(home)
    key = keys.unlock(home.folder, passphrase)
    with alone(home.folder), workroom(home.folder) as room, faults():
        copy = room / home.store.name
        for suffix in ("", "-wal", "-commits"):
            if Path(f"{home.store}{suffix}").exists():
                shutil.copyfile(f"{home.store}{suffix}", f"{copy}{suffix}")
        found = keep_readable(copy, key=key)
        unsent, enrolled = _mend(copy, key, new_id)
        aside = put_in_place(copy, home.store, key=key)
    return _report(found, aside, unsent, enrolled)


def _mend(path: Path, key: bytes, new_id: Callable[[], str]) -> tuple[int, bool]:
    """Make the store whole; unsent events, and whether the enrolment is still there."""
    db = open_db(path, key)
    try:
        migrate(db, new_id)
        with db.transaction():
            own = _own_device(db)
            start_epoch(db, new_id)
            if own is None:
                # A new device: the office knows the keys of the old one by another id.
                db.table("device").remove(doc_ids=["office"])
            refold_all(db, Ledger(db, new_id), missing_only=True)
            unsent = _refill_outbox(db, own)
            if db.table("settings").get(doc_id=TROUBLES) is not None:
                db.table("settings").remove(doc_ids=[TROUBLES])
            enrolled = db.table("device").get(doc_id="office") is not None
        return unsent, enrolled
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
        if event and (event.device == own or event.id in waiting):
            place = {"turn": turn(event.epoch, event.seq)}
            db.table("outbox").put(StoredDocument(place, doc_id=event.id))
    return len(db.table("outbox"))


def _read(row: StoredDocument) -> Event | None:
    try:
        return Event.from_bytes(row["raw"])
    except ValidationError:
        return None


def _report(found: Salvaged, aside: Path | None, unsent: int, enrolled: bool) -> SalvageReport:
    return SalvageReport(
        aside=aside,
        recovered=dict(found.recovered),
        missing={table: len(ids) for table, ids in found.missing.items()},
        uncertain=tuple(found.unlisted),
        commits_lost=found.commits_lost,
        unsent=unsent,
        enrolled=enrolled,
    )
