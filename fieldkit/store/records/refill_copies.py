"""What this laptop holds of the office's events, for an office that lost some of them."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic_core import from_json

from fieldkit.store.records.archive import Archive, ArchiveFault
from fieldkit.store.records.ledger import APPLIED, HELD, LAST, REJECTED, turn
from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.reading import StoredDocument


@dataclass(frozen=True)
class Counted:
    """An event that the office had counted, and the mark by which it knows it again, or ""."""

    id: str
    raw: bytes
    seal: str


class Copies:
    """The copies of events that the office has, or had before it was restored from a backup."""

    def __init__(self, db: TinySQLite, archive: Archive) -> None:
        self._db = db
        self._archive = archive

    @faults()
    def counted_ids(self) -> list[str]:
        """The ids of all events with a position, in the office's order; archived ones too, as
        long as the archive can be read."""
        found: dict[str, int] = {}
        with suppress(ArchiveFault):
            found |= self._archive.positions()
        if not found and len(self._db.table("outbox")) == len(self._db.table("events")):
            return []  # none has gone to the office yet
        found |= self._db.table("events").numbers("position")
        return sorted(found, key=lambda event: found[event])

    @faults()
    def counted(self, ids: Sequence[str]) -> list[Counted]:
        """These events with the office's seals, in the same order."""
        rows = self._db.table("events").get(doc_ids=list(ids))
        if lacking := set(ids) - {str(row.doc_id) for row in rows}:
            with suppress(ArchiveFault):
                rows += self._archive.events_by_id(lacking)
        found = {
            str(row.doc_id): Counted(str(row.doc_id), row["raw"].encode(), row.get("seal", ""))
            for row in rows
        }
        return [found[event] for event in ids if event in found]

    @faults()
    def set_aside(self) -> list[str]:
        """The ids of own events of earlier epochs that were rejected or held."""
        return [str(row.doc_id) for row in self._ended(REJECTED, HELD)]

    @faults()
    def own(self, ids: Iterable[str]) -> list[str]:
        """Those of the events that this device made in earlier epochs."""
        asked = set(ids)
        return [str(row.doc_id) for row in self._ended(APPLIED) if str(row.doc_id) in asked]

    @faults()
    def requeue(self, lost: Iterable[str]) -> None:
        """Let events that were set aside wait for the office's word again, because it has lost
        them; and with them the corrections of earlier epochs, which stand in their places."""
        with self._db.transaction():
            again = list(self._db.table("events").get(doc_ids=list(lost)))
            if again:
                again += self._ended(APPLIED, holding=rb"\"replaces\":")
            for row in again:
                self._db.table("outbox").put(
                    StoredDocument({"turn": row["turn"]}, doc_id=row.doc_id)
                )

    def _ended(self, *statuses: str, holding: bytes = b"") -> list[StoredDocument]:
        """The rows of own events of earlier epochs that have one of these statuses, and in their
        text this; only these are held."""
        own = self._db.table("device").get(doc_id="self")
        present = turn(own["epoch"], 0), turn(own["epoch"], LAST)
        found = (
            StoredDocument(from_json(text), doc_id=event)
            for status in statuses
            for event, text in self._db.table("events").each("status", status)
            if holding in text
        )
        return [
            row
            for row in found
            if not present[0] <= row["turn"] < present[1]
            and json.loads(row["raw"])["device"] == own["id"]
        ]
