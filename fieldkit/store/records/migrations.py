"""Bringing an older store up to date: once, at opening, after a backup, in one transaction."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.domain.core.kinds import RecordKind
from fieldkit.store.home.process_lock import workroom
from fieldkit.store.records.fast_lists import TABLES
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.reading import StoredDocument

if TYPE_CHECKING:
    from fieldkit.store.records.ledger import Ledger


def _events_by_id(db: TinySQLite, new_id: Callable[[], str]) -> None:
    """Schema 2: events are kept by their own ids, with their turn; the outbox by turn. Documents
    are folded as they are now."""
    from fieldkit.domain.core.event import Event
    from fieldkit.store.records.ledger import (
        Ledger,  # with the models: only an older store needs them
        event_row,
        turn,
    )

    rows = db.table("events").all()
    db.drop_table("events")
    for row in rows:
        event = Event.from_bytes(row["raw"])
        new = event_row(event, row["raw"].encode(), row.get("position"))
        new |= {name: row[name] for name in ("status", "reason") if name in row}
        db.table("events").put(StoredDocument(new, doc_id=event.id))
    waiting = {row.doc_id for row in db.table("outbox")}
    db.drop_table("outbox")
    for row in rows:
        if row["id"] in waiting:
            place = {"turn": turn(row["epoch"], row["seq"])}
            db.table("outbox").put(StoredDocument(place, doc_id=row["id"]))
    refold_all(db, Ledger(db, new_id))


def _no_other_indexes(db: TinySQLite, new_id: Callable[[], str]) -> None:
    """Schema 3: indexes that were declared once are gone. Nobody fills them any more, and a check
    would call them wrong. To declare one less, add this step once more as the next schema."""
    db.drop_undeclared_indexes()


CHANGED_LATER = ("job.amended", "job.step_undone", "customer.amended", "product.amended")
"""Types of event of which an older version made something else: a correction took the place of
whoever did the step, an undo did not say what it put back, and nobody was asked to confirm what
costs money."""


def _corrections_beside(db: TinySQLite, new_id: Callable[[], str]) -> None:
    """Schema 4: a corrected step keeps who did it and when. Records that were corrected are
    folded anew; their events stay as they are."""
    from fieldkit.store.records.ledger import Ledger

    changed = {
        (row["type"].partition(".")[0], row["record"]): None
        for row in db.table("events")
        if row["type"] in CHANGED_LATER
    }
    ledger = Ledger(db, new_id)
    for kind, record in changed:
        ledger.refold(kind, record)


def _serial_keys(db: TinySQLite, new_id: Callable[[], str]) -> None:
    """Schema 5: products are found by the letters and digits of their serials."""
    from fieldkit.store.records.ledger import Ledger

    ledger = Ledger(db, new_id)
    for record in [str(row.doc_id) for row in db.table(TABLES[RecordKind.PRODUCT])]:
        ledger.refold(RecordKind.PRODUCT, record)


MIGRATIONS: tuple[Callable[[TinySQLite, Callable[[], str]], None], ...] = (
    _events_by_id,
    _no_other_indexes,
    _corrections_beside,
    _serial_keys,
)
"""The first brings schema 1 to 2, and so on. Each can be run again."""

SCHEMA = 1 + len(MIGRATIONS)
"""The schema version of what this version writes."""


def migrate(db: TinySQLite, new_id: Callable[[], str]) -> Path | None:
    """Bring the store to `SCHEMA`.

    A copy of the store as it was is kept beside it, as `store.db.schema-1`. Answers where, or
    None when there was nothing to do.
    """
    found = db.schema
    if found >= SCHEMA:
        return None
    kept = db.path.with_name(f"{db.path.name}.schema-{found}")
    with workroom(kept.parent) as room:
        db.backup(room / kept.name)
        (room / kept.name).replace(kept)
    with db.transaction():
        if db.schema < SCHEMA:  # nobody has done it meanwhile
            for step in MIGRATIONS[found - 1 :]:
                step(db, new_id)
            db.schema = SCHEMA
    return kept


def refold_all(db: TinySQLite, ledger: "Ledger") -> None:
    """Make every document anew from its events. In a transaction."""
    records: dict[tuple[str, str], None] = {}
    for row in db.table("events"):
        records[row["type"].partition(".")[0], row["record"]] = None
    for kind, record in records:
        if kind in TABLES:
            ledger.refold(kind, record)
