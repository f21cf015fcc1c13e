"""What the laptop's side of the exchange needs of the store: outbox, receipts, feed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import ValidationError
from tinydb import where

from fieldkit.domain.event import Event
from fieldkit.store.faults import faults
from fieldkit.store.ledger import APPLIED, REJECTED, Ledger, event_row
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.table import Document as Row


@dataclass(frozen=True)
class Pending:
    """One own event without a receipt: its sequence and its exact bytes."""

    seq: int
    raw: bytes


@dataclass(frozen=True)
class Result:
    """What the office said of one event: applied, duplicate, held or rejected."""

    event: str
    status: str
    position: int | None = None
    reason: str = ""


class Exchange:
    """The outbox, receipts and the feed, each change in one transaction."""

    def __init__(self, db: TinySQLite, ledger: Ledger, lock_file: Path) -> None:
        self._db = db
        self._ledger = ledger
        self._lock_file = lock_file

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
        rows = self._db.table("outbox").all()
        ordered = sorted(rows, key=lambda row: row["seq"])[:limit]
        table = self._db.table("events")
        found = [table.get(where("id") == str(row.doc_id)) for row in ordered]
        return [
            Pending(seq=row["seq"], raw=row["raw"].encode())
            for row in found
            if isinstance(row, Row)
        ]

    @faults()
    def own(self, after: int, limit: int) -> list[Pending]:
        """This device's events of its present epoch from sequence `after` + 1 on, at most
        `limit`, with or without a receipt: the office may have lost some that it had."""
        epoch = self.device()["epoch"]
        among = (where("seq") > after) & (where("seq") <= after + limit)
        rows = [row for row in self._db.table("events").search(among) if row["epoch"] == epoch]
        ordered = sorted(rows, key=lambda row: row["seq"])
        return [Pending(seq=row["seq"], raw=row["raw"].encode()) for row in ordered]

    @faults()
    def record_receipt(self, results: Iterable[Result]) -> None:
        """Note what the office did with own events; refold what got a position."""
        with self._db.transaction():
            changed: set[tuple[str, str]] = set()
            for result in results:
                changed |= self._settle(result)
            for kind, record in changed:
                self._ledger.refold(kind, record)

    def _settle(self, result: Result) -> set[tuple[str, str]]:
        events = self._db.table("events")
        row = events.get(where("id") == result.event)
        if not isinstance(row, Row):
            return set()
        update: dict[str, Any] = {"status": APPLIED}
        if result.status == REJECTED:
            update = {"status": REJECTED, "reason": result.reason}
        if result.position is not None:
            update["position"] = result.position
            self._raise_base(row["record"], result.position)
        events.update(update, doc_ids=[row.doc_id])
        outbox = self._db.table("outbox")
        if outbox.get(doc_id=result.event) is not None:
            outbox.remove(doc_ids=[result.event])
        return {(row["type"].partition(".")[0], row["record"])}

    @faults()
    def rejected(self) -> list[dict[str, Any]]:
        """Own events that the office refused and nothing has replaced, with the reason."""
        rows = self._db.table("events").search(where("status") == REJECTED)
        return [{"event": row["id"], "type": row["type"], "reason": row["reason"]} for row in rows]

    # -- receiving -------------------------------------------------------------------------

    @faults()
    def cursor(self) -> str:
        """How far the feed was read; "" before the first page."""
        row = self._db.table("device").get(doc_id="cursor")
        return str(row["value"]) if isinstance(row, Row) else ""

    @faults()
    def apply_feed(self, entries: Iterable[tuple[int, bytes]], cursor: str) -> list[str]:
        """Store a page of the feed with its cursor. Answers the ids of the changed records.

        An own event that comes back only gets its position; an unreadable one is passed over.
        """
        with self._db.transaction():
            changed: set[tuple[str, str]] = set()
            for position, raw in entries:
                changed |= self._receive(position, raw)
            for kind, record in changed:
                self._ledger.refold(kind, record)
            self._db.table("device").put(Row({"value": cursor}, doc_id="cursor"))
        return sorted(record for _, record in changed)

    def _receive(self, position: int, raw: bytes) -> set[tuple[str, str]]:
        try:
            event = Event.from_bytes(raw)
        except ValidationError:
            return set()
        known = self._db.table("events").get(where("id") == event.id)
        if isinstance(known, Row):
            if known.get("position") == position:
                return set()
            return self._settle(Result(event.id, APPLIED, position))
        self._db.table("events").insert(event_row(event, raw, position))
        self._raise_base(event.record, position)
        return {(event.kind, event.record)}

    def _raise_base(self, record: str, position: int) -> None:
        if position > self._ledger.last_position(record):
            self._db.table("bases").put(Row({"position": position}, doc_id=record))

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
