"""Own events that wait for the office's receipt, in device order."""

from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile

from pydantic_core import from_json

from fieldkit.domain.core.event import Event, digest
from fieldkit.store.records.archive import Archive, ArchiveFault
from fieldkit.store.records.ledger import LAST, Ledger, place, turn
from fieldkit.store.records.receipts import Pending, as_pending
from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import TinySQLite


@dataclass(frozen=True)
class Chain:
    """How far this device's events of one epoch go: their number, the hash of the last, and the
    sequence of the first without a receipt (0: each has one)."""

    epoch: str
    count: int
    hash: str
    waiting: int = 0


class Outbox:
    """What this device has to send."""

    def __init__(self, db: TinySQLite, ledger: Ledger, archive: Archive) -> None:
        self._db = db
        self._ledger = ledger
        self._archive = archive

    @faults()
    def chains(self) -> list[Chain]:
        """The chains of this device to compare with the office's, oldest epoch first.

        They are every earlier one with events that have no receipt, and the present one.
        """
        present = self._db.table("device").get(doc_id="self")
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
