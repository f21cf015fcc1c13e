"""What salvages of this store have found to be lost, kept until everybody has been told.

Rows of the tables:
`salvages`  {at, lost, missing, commits, told} by id: when, the places in this device's chains whose
            events could not be read ([epoch, first, last]), how many documents of each table,
            how many commits; `told`: how many events were missing when it was last told, by whom
`unfolded`  {} by record id: its document holds more than the events that are left make
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from fieldkit.domain.core.event import Event
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.store.records.archive import Archive
from fieldkit.store.records.fast_lists import TABLES
from fieldkit.store.records.ledger import Ledger, place, turn
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.reading import StoredDocument


class Loss(NamedTuple):
    """A salvage: when it was, and how many own events that it missed are not here now."""

    id: str
    at: datetime
    events: int


def lost_places(db: TinySQLite, archive: Archive) -> list[tuple[str, int, int]]:
    """The places of own events that are known to have been here and are not, as ranges.

    They are the holes of the present epoch, and what waits for the office without its event.
    """
    known = {(str(row.doc_id), row["turn"]) for row in db.table("outbox")}
    here = {row.doc_id for row in db.table("events").get(doc_ids=[each for each, _ in known])}
    lost = {place(at) for event, at in known if event not in here}
    device = db.table("device").get(doc_id="self")
    if device is not None:
        epoch = device["epoch"]
        seqs = set(_present(db, archive, epoch, 1, 10**12 - 2))
        last = max(device["seq"], *seqs, 0)
        lost |= {(epoch, seq) for seq in range(1, last + 1) if seq not in seqs}
    return _ranges(sorted(lost))


def _present(db: TinySQLite, archive: Archive, epoch: str, first: int, last: int) -> list[int]:
    """The sequences of the own events that are here, in the store or the archive."""
    begin, end = turn(epoch, first), turn(epoch, last + 1)
    rows = db.table("events").ordered("turn", at_least=begin, below=end)
    return [place(row["turn"])[1] for row in (*rows, *archive.own_events(begin, end))]


def _ranges(places: list[tuple[str, int]]) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for epoch, seq in places:
        if found and found[-1][0] == epoch and found[-1][2] == seq - 1:
            found[-1] = epoch, found[-1][1], seq
        else:
            found.append((epoch, seq, seq))
    return found


def fold_what_is_left(db: TinySQLite, ledger: Ledger) -> None:
    """Make documents anew from their events where they are missing or behind them. One that
    holds more than its events make stays as it is, and is noted: some of them are lost."""
    records: dict[tuple[str, str], list[int]] = {
        (kind, str(row.doc_id)): [] for kind, table in TABLES.items() for row in db.table(table)
    }
    for row in db.table("events"):
        named = row["type"].partition(".")[0], row["record"]
        records.setdefault(named, []).append(row.get("position") or 0)
    for (kind, record), positions in records.items():
        if positions:
            ledger.raise_position(record, ledger.last_position(record), positions)
        if kind in TABLES:
            _fold(db, ledger, kind, record)


def _fold(db: TinySQLite, ledger: Ledger, kind: str, record: str) -> None:
    row = db.table(TABLES[kind]).get(doc_id=record)
    try:
        events = ledger.history(record)
    except ValidationError:
        return  # the check tells of it
    made = (_folded(kind, record, events[:count]) for count in range(len(events), -1, -1))
    if row is not None and row == next(made):
        return
    if row is None or any(row == each for each in made):  # it is older than its events
        ledger.refold(kind, record)
    else:
        db.table("unfolded").put(StoredDocument({}, doc_id=record))


def _folded(kind: str, record: str, events: list[Event]) -> Any:
    return MACHINES[kind].fold(record, events).model_dump(mode="json", exclude_defaults=True)


def unfolded(db: TinySQLite) -> set[str]:
    """The records whose documents hold more than the events that are left make."""
    return {str(row.doc_id) for row in db.table("unfolded")}


def folded(db: TinySQLite, records: Iterable[str]) -> None:
    """These were made anew from their events. In a transaction."""
    if gone := unfolded(db) & set(records):
        db.table("unfolded").remove(doc_ids=sorted(gone))


def note(
    db: TinySQLite,
    salvage: str,
    at: datetime,
    lost: list[tuple[str, int, int]],
    missing: dict[str, int],
    commits: int | None,
) -> None:
    """Keep what a salvage has found. In a transaction."""
    row: dict[str, Any] = {"at": at.isoformat(), "lost": [list(each) for each in lost]}
    row |= {"missing": missing, "commits": commits, "told": {}}
    db.table("salvages").put(StoredDocument(row, doc_id=salvage))


def untold(db: TinySQLite, archive: Archive, by: str) -> list[Loss]:
    """The salvages of which `by` has not told yet how many events are missing now."""
    found = []
    for row in db.table("salvages"):
        count = sum(
            last + 1 - first - len(set(_present(db, archive, epoch, first, last)))
            for epoch, first, last in row["lost"]
        )
        if row["told"].get(by) != count:
            found.append(Loss(str(row.doc_id), datetime.fromisoformat(row["at"]), count))
    return found


def tell(db: TinySQLite, by: str, losses: Iterable[Loss]) -> None:
    """Note that `by` has told of these. In a transaction."""
    for loss in losses:
        row = dict(db.table("salvages").get(doc_id=loss.id))
        row["told"] = row["told"] | {by: loss.events}
        db.table("salvages").put(StoredDocument(row, doc_id=loss.id))
