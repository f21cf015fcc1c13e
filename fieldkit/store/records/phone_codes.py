"""What this device has of its telephone codes: their hashes, and which numbers it has used."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fieldkit.domain.job.phone_codes import Hashes, PhoneCodes
from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.reading import StoredDocument

ROW = "phone_codes"
"""The id, in `device`, of `{device, epoch, office, after, hashes}`: whose they are, in which epochs
of the device and of the office they were given, and the last number that a request has taken."""
_KEPT = 20
"""Numbers whose hashes are kept after a request has taken them: their codes may still come."""


class UsableNumbers(NamedTuple):
    """The office's epoch in which the numbers after `after`, up to `upto`, were given; "" where
    none of them can be used any more."""

    office: str
    after: int
    upto: int


class HeldCodes:
    """Reads and writes them."""

    def __init__(self, db: TinySQLite) -> None:
        self._db = db

    @faults()
    def codes(self) -> PhoneCodes | None:
        """What codes can be checked by; None where no office has given this device any."""
        device, row = self._self(), self._row()
        if not row:
            return None
        unused = [number for number in _hashes(row) if number > row["after"]]
        fresh = row["epoch"] == device["epoch"]
        return PhoneCodes(device["id"], min(unused, default=0) if fresh else 0, _hashes(row))

    @faults()
    def held(self, epoch: str) -> UsableNumbers:
        """What to tell the office, in this epoch of the device."""
        row = self._row()
        if not row:
            return UsableNumbers("", 0, 0)
        upto = max([row["after"], *_hashes(row)])
        return UsableNumbers(row["office"] if row["epoch"] == epoch else "", row["after"], upto)

    @faults()
    def take(self, epoch: str, office: str, given: Mapping[int, Hashes]) -> None:
        """Keep what the office gave, in the epochs of device and office. Unused numbers of another
        epoch are dropped; what came before changes nothing."""
        with self._db.transaction():
            row, before = self._row(), self.held(epoch)
            new = {number: dict(given[number]) for number in given if number > before.upto}
            if not new:
                return
            after, kept = before.after, _hashes(row)
            if before.office != office:
                kept = {number: kept[number] for number in kept if number <= after}
                after = min(new) - 1
            self._save(row | {"epoch": epoch, "office": office, "after": after}, kept | new)

    @faults()
    def use(self, number: int) -> None:
        """A request has taken this number. In the transaction that records the request."""
        row = self._row()
        self._save(row | {"after": max(row["after"], number)}, _hashes(row))

    @faults()
    def drop(self) -> None:
        """Forget them: this device belongs to another office now."""
        self._db.table("device").remove(doc_ids=[ROW])

    def _self(self) -> dict[str, Any]:
        return dict(self._db.table("device").get(doc_id="self") or {})

    def _row(self) -> dict[str, Any]:
        """The row; empty where there is none, or where it is of the device that was salvaged."""
        row = dict(self._db.table("device").get(doc_id=ROW) or {})
        return row if row.get("device") == self._self()["id"] else {}

    def _save(self, row: dict[str, Any], hashes: Mapping[int, Hashes]) -> None:
        oldest = row["after"] - _KEPT
        kept = {str(number): dict(hashes[number]) for number in hashes if number > oldest}
        row |= {"device": self._self()["id"], "hashes": kept}
        self._db.table("device").put(StoredDocument(row, doc_id=ROW))


def _hashes(row: Mapping[str, Any]) -> dict[int, Hashes]:
    return {int(number): hashes for number, hashes in row.get("hashes", {}).items()}
