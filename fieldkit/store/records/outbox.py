"""What the laptop's side of the exchange needs of the store: outbox, receipts, feed."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, repeat, takewhile
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import ValidationError
from pydantic_core import from_json
from tinydb import where

from fieldkit.domain.core.errors import NotFound
from fieldkit.domain.core.event import Event, RecordKind, digest
from fieldkit.store.records.archive import Archive, ArchiveFault
from fieldkit.store.records.ledger import APPLIED, LAST, REJECTED, Ledger, place, turn
from fieldkit.store.records.receipts import (
    HELD,
    Pending,
    Result,
    as_pending,
    ascend,
    keep_order,
    noted,
)
from fieldkit.store.records.refill_copies import Copies
from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.reading import Document as Row

CURSOR = "cursor"
"""The id, in `device`, of how far the feed was read."""


@dataclass(frozen=True)
class Chain:
    """How far this device's events of one epoch go: their number, the hash of the last, and the
    sequence of the first without a receipt (0: each has one)."""

    epoch: str
    count: int
    hash: str
    waiting: int = 0


@dataclass(frozen=True)
class RejectedEvent:
    """An own event that the office refused: what it is about, when it was made, and why."""

    event: str
    record: str
    type: str
    at: str
    reason: str


def _rejected(row: Row) -> RejectedEvent:
    return RejectedEvent(str(row.doc_id), row["record"], row["type"], row["at"], row["reason"])


def start_epoch(db: TinySQLite, new_id: Callable[[], str]) -> None:
    """See `Exchange.start_epoch`. In a transaction."""
    row = db.table("device").get(doc_id="self")
    device = dict(row) if isinstance(row, Row) else {"id": new_id()}
    device |= {"epoch": new_id(), "seq": 0, "head": ""}
    db.table("device").put(Row(device, doc_id="self"))
    db.table("device").remove(doc_ids=[CURSOR])


class Exchange:
    """The outbox, receipts and the feed, each change in one transaction."""

    def __init__(self, db: TinySQLite, ledger: Ledger, lock_file: Path, archive: Archive) -> None:
        self._db = db
        self._archive = archive
        self._ledger = ledger
        self._lock_file = lock_file
        self.copies = Copies(db, archive)

    # -- who this device is ----------------------------------------------------------------

    @faults()
    def device(self) -> dict[str, Any]:
        """`{id, epoch, seq, head}` of this device."""
        row = self._db.table("device").get(doc_id="self")
        return dict(row) if isinstance(row, Row) else {}

    @faults()
    def identity(self) -> dict[str, Any]:
        """What enrolment gave: token, keys (base64), office address; empty before it."""
        row = self._db.table("device").get(doc_id="office")
        return dict(row) if isinstance(row, Row) else {}

    @faults()
    def save_identity(self, values: dict[str, Any]) -> None:
        """Keep what enrolment gave. A device id given by the office becomes this device's."""
        with self._db.transaction():
            self._db.table("device").put(Row(values, doc_id="office"))

    # -- sending ---------------------------------------------------------------------------

    @faults()
    def unsent(self) -> int:
        """How many own events have no receipt."""
        return len(self._db.table("outbox"))

    @faults()
    def pending(self, limit: int) -> list[Pending]:
        """Own events without a receipt, in device order, at most `limit`."""
        waiting = self._db.table("outbox").ordered("turn", limit)
        found = [self._db.table("events").get(doc_id=row.doc_id) for row in waiting]
        return [as_pending(row.doc_id, row) for row in found if row]

    @faults()
    def chains(self) -> list[Chain]:
        """The chains of this device to compare with the office's, oldest epoch first.

        They are every earlier one with events that have no receipt, and the present one.
        """
        present = self.device()
        found: list[Chain] = []
        own = 0
        waiting = self._db.table("outbox").ordered("turn", 1)
        while waiting:
            epoch, seq = place(waiting[0]["turn"])
            if epoch == present["epoch"]:
                own = seq
            else:
                found.append(self._earlier(epoch, seq))
            waiting = self._db.table("outbox").ordered("turn", 1, at_least=turn(epoch, LAST))
        return [*found, Chain(present["epoch"], present["seq"], present["head"], own)]

    def _earlier(self, epoch: str, waiting: int) -> Chain:
        first, end = turn(epoch, 0), turn(epoch, LAST)
        rows = self._db.table("events").ordered(
            "turn", 1, descending=True, at_least=first, below=end
        )
        last = as_pending(rows[0].doc_id, rows[0])
        return Chain(epoch, last.seq, digest(last.raw), waiting)

    @faults()
    def own(self, epoch: str, after: int, limit: int) -> list[Pending]:
        """This device's events of an epoch from sequence `after` + 1 on, at most `limit`.

        With or without a receipt, archived ones too: the office may have lost some that it
        had. A gap ends the list: what lies beyond it cannot follow on what the office has.
        """
        first, end = turn(epoch, after + 1), turn(epoch, after + limit + 1)
        texts = self._db.table("events").ordered_bytes("turn", at_least=first, below=end)
        found = [as_pending(event, from_json(text)) for event, text in texts]
        if len(found) < limit:
            with suppress(ArchiveFault):  # then what is in it is a gap
                archived = self._archive.own_events(first, end)
                found += [as_pending(row.doc_id, row) for row in archived]
        by_seq = {event.seq: event for event in found}
        seqs = takewhile(by_seq.__contains__, range(after + 1, after + limit + 1))
        return [by_seq[seq] for seq in seqs]

    @faults()
    def start_epoch(self) -> None:
        """Begin a new chain of events: the old one has gone on elsewhere.

        What waits in the old chain stays in the outbox and is sent before anything new. The
        feed is read anew, because it left out what this device's name made in the old epoch.
        """
        with self._db.transaction():
            start_epoch(self._db, self._ledger.new_id)

    @faults()
    def carry_over(self, epoch: str, after: int) -> int:
        """Move what waits in an earlier epoch beyond a sequence to the end of the present chain.

        For events that the office can never take where they are, because some before them are
        lost: no one else has seen them. They keep their ids, moments and authors.
        """
        with self._db.transaction():
            first, end = turn(epoch, after + 1), turn(epoch, LAST)
            rows = self._db.table("outbox").ordered("turn", at_least=first, below=end)
            for row in rows:
                stored = self._db.table("events").get(doc_id=row.doc_id)
                self._ledger.reseal(Event.from_bytes(stored["raw"]))
        return len(rows)

    @faults()
    def record_receipt(self, results: Iterable[Result]) -> None:
        """Note what the office did with own events; refold where that changes the order."""
        with self._db.transaction():
            given = {result.event: result for result in results}
            self._settle((event, given[event.id]) for event in self._here(given))
            self._db.table("outbox").remove(doc_ids=list(given))

    @faults()
    def settle(self, sent: Sequence[Pending], results: Iterable[Result]) -> None:
        """The same for events just read by this process, the only one that sends.

        Those that had a position are read again: they may have gone to the archive since.
        """
        with self._db.transaction():
            given = {result.event: result for result in results}
            again = [event.id for event in sent if event.position]
            fresh = (event for event in sent if not event.position)
            self._settle((event, given[event.id]) for event in chain(fresh, self._here(again)))
            self._db.table("outbox").remove(doc_ids=list(given))

    def _here(self, ids: Iterable[str]) -> list[Pending]:
        """Those of the events that are not in the archive."""
        rows = self._db.table("events").get(doc_ids=list(ids))
        return [as_pending(row.doc_id, row) for row in rows]

    def _settle(self, given: Iterable[tuple[Pending, Result]]) -> set[str]:
        """Write what the office did with events that are here; the records that they are of."""
        by_record: dict[str, list[tuple[Pending, Result]]] = {}
        for event, result in given:
            by_record.setdefault(event.record, []).append((event, result))
        held = self._held_records() if by_record else set()
        bases = self._ledger.last_positions(by_record)
        self._db.table("events").merge(
            (event.id, changes)
            for settled in by_record.values()
            for event, result in settled
            if (changes := noted(event, result))
        )
        for record, settled in by_record.items():
            base = bases.get(record, 0)
            self._raise_base(record, base, [result.position or 0 for _, result in settled])
            if record in held or not keep_order(settled, base):
                self._ledger.refold(settled[0][0].kind, record)
        return set(by_record)

    def _held_records(self) -> set[str]:
        return {row["record"] for row in self._db.table("events").search(where("status") == HELD)}

    def _raise_base(self, record: str, base: int, positions: Iterable[int]) -> None:
        if (newest := max(positions)) > base:
            self._db.table("bases").put(Row({"position": newest}, doc_id=record))

    @faults()
    def rejected(self) -> list[RejectedEvent]:
        """Own events that the office refused and nothing has replaced yet, oldest first."""
        rows = self._db.table("events").search(where("status") == REJECTED)
        replaced = {record: self._replaced(record) for record in {row["record"] for row in rows}}
        return [_rejected(row) for row in rows if row.doc_id not in replaced[row["record"]]]

    @faults()
    def event(self, event: str) -> Event:
        """An event that is here. Raises `NotFound`."""
        row = self._db.table("events").get(doc_id=event)
        if row is None:
            raise NotFound("event", event)
        return Event.from_bytes(row["raw"])

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

    # -- parcels: the exchange through files -------------------------------------------------

    @faults()
    def note_parcel(self, nonce: str, values: dict[str, Any]) -> None:
        """Note what a parcel holds, to know its answer by."""
        with self._db.transaction():
            self._db.table("parcels").put(Row(values, doc_id=nonce))

    @faults()
    def parcel(self, nonce: str) -> dict[str, Any] | None:
        """What was noted of a parcel."""
        row = self._db.table("parcels").get(doc_id=nonce)
        return dict(row) if isinstance(row, Row) else None

    @faults()
    def note_parcel_start(self, epoch: str, count: int) -> None:
        """The office has this epoch only up to a sequence: the next parcel begins behind it."""
        with self._db.transaction():
            starts = self.parcel_starts() | {epoch: count}
            self._db.table("device").put(Row(starts, doc_id="parcel_starts"))

    @faults()
    def parcel_starts(self) -> dict[str, int]:
        """Where parcels begin in an epoch, if before the first event that waits."""
        row = self._db.table("device").get(doc_id="parcel_starts")
        return dict(row) if isinstance(row, Row) else {}

    # -- receiving -------------------------------------------------------------------------

    @faults()
    def cursor(self) -> str:
        """How far the feed was read; "" before the first page."""
        row = self._db.table("device").get(doc_id=CURSOR)
        return str(row["value"]) if isinstance(row, Row) else ""

    @faults()
    def apply_feed(
        self, entries: Iterable[tuple[int, bytes]], cursor: str, seals: Sequence[str] = ()
    ) -> list[str]:
        """Store a page of the feed with its cursor. Answers the ids of the changed records.

        `seals` has the office's mark of each event, by which it would know it again.
        An own event that comes back only gets its position; an unreadable one is passed over.
        """
        with self._db.transaction():
            in_doubt = self._held_records() | self._waiting_records()
            known: list[tuple[Pending, Result]] = []
            new: dict[str, list[tuple[int, Event]]] = {}
            for (position, raw), seal in zip(entries, chain(seals, repeat("")), strict=False):
                event, row = self._receive(position, raw, seal)
                if event is not None and row is None:
                    new.setdefault(event.record, []).append((position, event))
                elif event is not None and row.get("position") != position:
                    own = as_pending(event.id, row)
                    known.append((own, Result(event.id, APPLIED, position)))
            changed = self._settle(known)
            for record, events in new.items():
                self._extend(record, events, record in in_doubt | changed)
            self._db.table("outbox").remove(doc_ids=[own.id for own, _ in known])
            self._db.table("device").put(Row({"value": cursor}, doc_id=CURSOR))
        return sorted(changed | set(new))

    def _waiting_records(self) -> set[str]:
        ids = [row.doc_id for row in self._db.table("outbox")]
        return {row["record"] for row in self._db.table("events").get(doc_ids=ids)}

    def _receive(self, position: int, raw: bytes, seal: str) -> tuple[Event | None, Any]:
        """Store an event unless it is here. The event, None if nothing is to be done with it,
        and its row, if it was here."""
        try:
            event = Event.from_bytes(raw)
        except ValidationError:
            return None, None
        row = self._db.table("events").get(doc_id=event.id)
        if row is not None:
            return event, row
        if not self._is_new(event):
            return None, None
        self._ledger.append(event, raw, position, seal)
        return event, None

    def _is_new(self, event: Event) -> bool:
        """Whether the event is not in the archive. Its job then comes back into the store.

        Raises `ArchiveFault` where the archive cannot be read and may have the beginning of the
        job, which would be shown in part.
        """
        try:
            if self._archive.has_event(event.id):
                return False
            self._bring_back(event.record)
        except ArchiveFault:
            here = self._db.table("events").get(where("record") == event.record) is not None
            if event.kind == RecordKind.JOB and event.base and not here:
                raise
        return True

    def _bring_back(self, record: str) -> None:
        """Take a job that goes on out of the archive again."""
        for row in self._archive.events(record):
            if self._db.table("events").get(doc_id=row.doc_id) is None:
                self._db.table("events").put(row)

    def _extend(self, record: str, events: list[tuple[int, Event]], in_doubt: bool) -> None:
        """Bring a document up to date after new events; `in_doubt`: some may not be at the end."""
        base = self._ledger.last_position(record)
        positions = [position for position, _ in events]
        self._raise_base(record, base, positions)
        if in_doubt or not ascend([base, *positions]):
            self._ledger.refold(events[0][1].kind, record)
        else:
            self._ledger.advance(record, [event for _, event in events])

    # -- one sender at a time --------------------------------------------------------------

    @contextmanager
    def sending(self) -> Iterator[bool]:
        """Whether this process may send now: False while another one is sending.

        The lock is the operating system's, so a crash cannot leave it behind.
        """
        lock = FileLock(self._lock_file, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()
