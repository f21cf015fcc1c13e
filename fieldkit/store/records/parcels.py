"""What is noted of the parcels that were made: the exchange through files."""

from typing import Any

from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.reading import StoredDocument


class Parcels:
    """The notes by which the answer to a parcel is known, and where the next one begins."""

    def __init__(self, db: TinySQLite) -> None:
        self._db = db

    @faults()
    def note(self, nonce: str, values: dict[str, Any]) -> None:
        """Note what a parcel holds, to know its answer by."""
        self._db.table("parcels").put(StoredDocument(values, doc_id=nonce))

    @faults()
    def get(self, nonce: str) -> dict[str, Any] | None:
        """What was noted of a parcel."""
        row = self._db.table("parcels").get(doc_id=nonce)
        return None if row is None else dict(row)

    @faults()
    def note_start(self, epoch: str, count: int) -> None:
        """The office has this epoch only up to a sequence: the next parcel begins behind it."""
        with self._db.transaction():
            starts = self.starts() | {epoch: count}
            self._db.table("device").put(StoredDocument(starts, doc_id="parcel_starts"))

    @faults()
    def starts(self) -> dict[str, int]:
        """Where parcels begin in an epoch, if before the first event that waits."""
        return dict(self._db.table("device").get(doc_id="parcel_starts") or {})
