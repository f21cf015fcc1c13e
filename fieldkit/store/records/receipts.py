"""What the office said of own events, and what follows from it for their rows and records."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, NamedTuple

from tinydb import where

from fieldkit.store.records.ledger import APPLIED, HELD, REJECTED, Ledger, place
from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import TinySQLite

DISMISSED = "dismissed"
"""The reason of an own event that the office refused for good: nobody waits for a correction."""


@dataclass(frozen=True)
class EventReceipt:
    """What the office said of one event: applied, duplicate, held or rejected."""

    event: str
    status: str
    position: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class RejectedEvent:
    """An own event that the office refused: what it is about, when it was made, and why."""

    event: str
    record: str
    type: str
    at: str
    reason: str


class Pending(NamedTuple):
    """One own event: its place in its epoch's chain, its exact bytes, and what it is about.

    `position` is the one that the office gave it before, if any.
    """

    id: str
    epoch: str
    seq: int
    raw: bytes
    record: str
    kind: str
    status: str
    position: int | None


def as_pending(event: object, row: Mapping[str, Any]) -> Pending:
    """An own event from its id and its row."""
    epoch, seq = place(row["turn"])
    return Pending(
        id=str(event),
        epoch=epoch,
        seq=seq,
        raw=row["raw"].encode(),
        record=row["record"],
        kind=row["type"].partition(".")[0],
        status=row["status"],
        position=row.get("position"),
    )


def noted(event: Pending, receipt: EventReceipt) -> dict[str, str | int]:
    """What changes in the row of an event by the office's word on it."""
    status = receipt.status if receipt.status in (REJECTED, HELD) else APPLIED
    changes: dict[str, str | int] = {} if status == event.status else {"status": status}
    if status == REJECTED:
        changes["reason"] = receipt.reason
    if receipt.position not in (None, event.position):
        changes["position"] = receipt.position
    return changes


def keep_order(receipts: list[tuple[Pending, EventReceipt]], base: int) -> bool:
    """Whether the record's events stand in the same order as before: what waited in the order
    of the chain now has positions in the same order, behind everything else."""
    if any(event.position or b'"replaces":' in event.raw for event, _ in receipts):
        return False
    return ascend([base, *(one.position or 0 for _, one in receipts)])


def ascend(positions: list[int]) -> bool:
    """Whether each position is higher than the one before it."""
    return all(one < two for one, two in pairwise(positions))


class Receipts:
    """Writes the office's receipts into the store."""

    def __init__(self, db: TinySQLite, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger

    @faults()
    def record(self, receipts: Iterable[EventReceipt]) -> None:
        """Note what the office did with own events; refold where that changes the order."""
        self.record_sent((), receipts)

    @faults()
    def record_sent(self, sent: Sequence[Pending], receipts: Iterable[EventReceipt]) -> None:
        """The same, given the events that this process, the only one that sends, just read.

        Those that had a position are read again: they may have gone to the archive since.
        """
        with self._db.transaction():
            given = {receipt.event: receipt for receipt in receipts}
            fresh = {event.id: event for event in sent if not event.position}
            again = self._here(event for event in given if event not in fresh)
            self.apply((event, given[event.id]) for event in chain(fresh.values(), again))
            self._db.table("outbox").remove(doc_ids=list(given))

    def _here(self, ids: Iterable[str]) -> list[Pending]:
        """Those of the events that are not in the archive."""
        rows = self._db.table("events").get(doc_ids=list(ids))
        return [as_pending(row.doc_id, row) for row in rows]

    def apply(self, given: Iterable[tuple[Pending, EventReceipt]]) -> set[str]:
        """Write what the office did with events that are here. In a transaction.

        Answers the ids of their records.
        """
        by_record: dict[str, list[tuple[Pending, EventReceipt]]] = {}
        for event, receipt in given:
            by_record.setdefault(event.record, []).append((event, receipt))
        held = self.held_records() if by_record else set()
        bases = self._ledger.last_positions(by_record)
        self._db.table("events").merge(
            (event.id, changes)
            for receipts in by_record.values()
            for event, receipt in receipts
            if (changes := noted(event, receipt))
        )
        for record, receipts in by_record.items():
            base = bases.get(record, 0)
            self._ledger.raise_position(record, base, (one.position or 0 for _, one in receipts))
            if record in held or not keep_order(receipts, base):
                self._ledger.refold(receipts[0][0].kind, record)
        return set(by_record)

    def held_records(self) -> set[str]:
        """The records that have an event which the office holds back."""
        return {row["record"] for row in self._db.table("events").search(where("status") == HELD)}

    @faults()
    def set_aside(self, limit: int) -> list[str]:
        """The ids of own events that the office refused or held when it was last heard, at most
        `limit` of them; what was replaced or dismissed needs no word any more."""
        return [*(each.event for each in self.rejected()), *sorted(self.held())][:limit]

    @faults()
    def held(self) -> set[str]:
        """The ids of own events that wait at the office behind a refused one."""
        rows = self._db.table("events").search(where("status") == HELD)
        return {str(row.doc_id) for row in rows}

    @faults()
    def lacking(self, ids: Iterable[str]) -> list[str]:
        """Those of the events that are not here: a restore has lost them."""
        asked = list(ids)
        here = {str(row.doc_id) for row in self._db.table("events").get(doc_ids=asked)}
        return [event for event in asked if event not in here]

    @faults()
    def rejected(self) -> list[RejectedEvent]:
        """Own events that the office refused and nothing has replaced yet, oldest first."""
        rows = self._db.table("events").search(where("status") == REJECTED)
        replaced = {record: self._replaced(record) for record in {row["record"] for row in rows}}
        return [
            RejectedEvent(row.doc_id, row["record"], row["type"], row["at"], row["reason"])
            for row in rows
            if row["reason"] != DISMISSED and row.doc_id not in replaced[row["record"]]
        ]

    def _replaced(self, record: str) -> set[str]:
        """The events of a record in whose place another one stands. A correction of an event
        that was corrected before takes the place of that correction."""
        rows = self._db.table("events").search(where("record") == record)
        refused = {row.doc_id for row in rows if row["status"] == REJECTED}
        stands_in: dict[str, str] = {}
        for row in rows:
            named = json.loads(row["raw"]).get("replaces")
            while named in stands_in:
                named = stands_in[named]
            if named in refused:
                stands_in[named] = str(row.doc_id)
        return set(stands_in)
