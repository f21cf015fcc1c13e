"""The office's feed: events of others, and the positions of own ones."""

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any

from pydantic import ValidationError
from tinydb import where

from fieldkit.domain.core.event import Event, RecordKind
from fieldkit.store.records.archive import Archive, ArchiveFault
from fieldkit.store.records.device import CURSOR
from fieldkit.store.records.ledger import APPLIED, Ledger
from fieldkit.store.records.receipts import EventReceipt, Pending, Receipts, as_pending, ascend
from fieldkit.store.records.salvages import folded, unfolded
from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.reading import StoredDocument


class Feed:
    """Stores the pages of the feed, each with its cursor."""

    def __init__(
        self, db: TinySQLite, ledger: Ledger, receipts: Receipts, archive: Archive
    ) -> None:
        self._db = db
        self._ledger = ledger
        self._receipts = receipts
        self._archive = archive

    @faults()
    def cursor(self) -> str:
        """How far the feed was read; "" before the first page."""
        row = self._db.table("device").get(doc_id=CURSOR)
        return "" if row is None else str(row["value"])

    @faults()
    def apply(
        self, entries: Iterable[tuple[int, bytes]], cursor: str, seals: Sequence[str] = ()
    ) -> list[str]:
        """Store a page of the feed with its cursor. Answers the ids of the changed records.

        `seals` has the office's mark of each event, by which it would know it again.
        An own event that comes back only gets its position; an unreadable one is passed over.
        """
        with self._db.transaction():
            in_doubt = self._receipts.held_records() | set(self._ledger.waiting())
            in_doubt |= unfolded(self._db)
            known: list[tuple[Pending, EventReceipt]] = []
            new: dict[str, list[tuple[int, Event]]] = {}
            for (position, raw), seal in zip(entries, chain(seals, repeat("")), strict=False):
                event, row = self._receive(position, raw, seal)
                if event is not None and row is None:
                    new.setdefault(event.record, []).append((position, event))
                elif event is not None and row.get("position") != position:
                    own = as_pending(event.id, row)
                    known.append((own, EventReceipt(event.id, APPLIED, position)))
            changed = self._receipts.apply(known)
            for record, events in new.items():
                self._extend(record, events, record in in_doubt | changed)
            folded(self._db, new)
            self._db.table("outbox").remove(doc_ids=[own.id for own, _ in known])
            self._db.table("device").put(StoredDocument({"value": cursor}, doc_id=CURSOR))
        return sorted(changed | set(new))

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
        self._ledger.raise_position(record, base, positions)
        if in_doubt or not ascend([base, *positions]):
            self._ledger.refold(events[0][1].kind, record)
        else:
            self._ledger.advance(record, [event for _, event in events])
