"""This device: its id, its chain of events, and its enrolment at the office."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.reading import StoredDocument

CURSOR = "cursor"
"""The id, in `device`, of how far the feed was read."""

KNOWN = "people"
"""The id, in `device`, of the names that the office knows to work here."""
ASIDE = "aside"
"""The id, in `device`, of how many events only the office has, which it refuses or holds."""


def start_epoch(db: TinySQLite, new_id: Callable[[], str]) -> None:
    """See `Device.start_epoch`. In a transaction; makes the device where there is none yet."""
    table = db.table("device")
    device = dict(table.get(doc_id="self") or {"id": new_id()})
    before = max([str(device.get("epoch", "")), *_last_waiting(db)])
    device |= {"epoch": _after(new_id(), before), "seq": 0, "head": ""}
    table.put(StoredDocument(device, doc_id="self"))
    table.remove(doc_ids=[CURSOR])


def _last_waiting(db: TinySQLite) -> list[str]:
    rows = db.table("outbox").ordered("turn", 1, descending=True)
    return [str(row["turn"]).rpartition("/")[0] for row in rows]


def _after(new: str, before: str) -> str:
    """An id that sorts after another, whatever the clock said when it was made: its first 48 bits
    (the milliseconds of a UUIDv7) are then one more than the other's."""
    if new > before:
        return new
    milliseconds, rest = (UUID(before).int >> 80) + 1, UUID(new).int & ((1 << 80) - 1)
    return str(UUID(int=milliseconds << 80 | rest))


def set_aside_elsewhere(db: TinySQLite) -> int:
    """How many events of this device the office refuses or holds that are not here any more."""
    row = db.table("device").get(doc_id=ASIDE)
    return 0 if row is None else int(row["value"])


class Device:
    """Reads and writes what the table `device` has of this device."""

    def __init__(self, db: TinySQLite, new_id: Callable[[], str]) -> None:
        self._db = db
        self._new_id = new_id

    @faults()
    def read(self) -> dict[str, Any]:
        """`{id, epoch, seq, head}` of this device."""
        return dict(self._db.table("device").get(doc_id="self") or {})

    @faults()
    def identity(self) -> dict[str, Any]:
        """What enrolment gave: token, keys (base64), office address; empty before it."""
        return dict(self._db.table("device").get(doc_id="office") or {})

    @faults()
    def save_identity(self, values: dict[str, Any]) -> None:
        """Keep what enrolment gave."""
        self._db.table("device").put(StoredDocument(values, doc_id="office"))

    @faults()
    def set_aside_elsewhere(self) -> int:
        """How many events of this device the office refuses or holds that are not here any more."""
        return set_aside_elsewhere(self._db)

    @faults()
    def note_set_aside(self, elsewhere: int) -> None:
        """Keep that number; the same as before costs no commit."""
        if elsewhere != self.set_aside_elsewhere():
            self._db.table("device").put(StoredDocument({"value": elsewhere}, doc_id=ASIDE))

    @faults()
    def known_people(self) -> list[str]:
        """Those whom the office knows to work here; none before it has said so."""
        row = self._db.table("device").get(doc_id=KNOWN)
        return [] if row is None else list(row["value"])

    @faults()
    def note_people(self, names: list[str]) -> None:
        """Keep them; the same as before cost no commit."""
        if names != self.known_people():
            self._db.table("device").put(StoredDocument({"value": names}, doc_id=KNOWN))

    @faults()
    def start_epoch(self) -> None:
        """Begin a new chain of events: the old one has gone on elsewhere.

        What waits in the old chain stays in the outbox and is sent before anything new. The
        feed is read anew, because it left out what this device's name made in the old epoch.
        """
        with self._db.transaction():
            start_epoch(self._db, self._new_id)
