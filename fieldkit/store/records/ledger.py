"""Events and the documents that they make, changed together in one transaction.

Rows of the tables, as JSON documents:
`events`  {record, type, turn, position?, status, reason?, seal?, at, raw} by event id, in order of
          arrival; `raw` is the exact text that was hashed and is sent
`jobs`, `customers`, `products`, `complaints`, `follow_ups`, `vans`  the document, by record id
`outbox`  {turn} by event id: own events without the office's receipt, see `turn`
`bases`   {position} by record id: the last office position seen of it
`serials` {products} by the letters and digits of a serial: the ids of the products that have it
`device`  {id, epoch, seq, head} under `self`
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from pydantic_core import from_json, to_json
from tinydb import where

from fieldkit.domain.core.errors import NotFound
from fieldkit.domain.core.event import Act, Author, Event, RecordKind, digest
from fieldkit.domain.core.evolve import Document
from fieldkit.domain.core.serial import keys_like, serial_key
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.store.records.fast_lists import APPLIED as APPLIED
from fieldkit.store.records.fast_lists import HELD as HELD
from fieldkit.store.records.fast_lists import REJECTED as REJECTED
from fieldkit.store.records.fast_lists import TABLES as TABLES
from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.reading import StoredDocument


class Ledger:
    """Reads and writes events and documents. One per open store."""

    def __init__(self, db: TinySQLite, new_id: Callable[[], str]) -> None:
        self._db = db
        self.new_id = new_id
        self._last: dict[str, tuple[str, Document]] = {}

    # -- reading ---------------------------------------------------------------------------

    def document(self, kind: RecordKind, record: str) -> Any:
        """The document of a record. Raises `NotFound`."""
        found = self.find(kind, record)
        if found is None:
            raise NotFound(kind.value, record)
        return found

    @faults()
    def find(self, kind: RecordKind, record: str) -> Any | None:
        """The document of a record; None where it is not on this laptop."""
        text = self._db.table(TABLES[kind]).text(record)
        return None if text is None else self._read(kind, text)

    def _read(self, kind: str, text: str) -> Any:
        """The document that a stored text is; the last one of each kind is at hand.

        A step is saved on the job that has just been shown. Its text is read from the store all
        the same and compared: it may have been changed by another process, or rolled back.
        """
        known, document = self._last.get(kind, ("", None))
        if text != known:
            document = MACHINES[kind].document.model_validate_json(text)
            self._last[kind] = text, document
        return document

    @faults()
    def rows(self, kind: RecordKind) -> list[dict[str, Any]]:
        """All documents of a kind at once, for kinds of which there are few."""
        return list(self.each(kind))

    def each(self, kind: RecordKind) -> Iterator[dict[str, Any]]:
        """All documents of a kind as plain JSON, one by one in the order in which they were made:
        a list of all of them would hold ten times its rows."""
        with faults():
            for row in self._db.table(TABLES[kind]):
                yield dict(row)

    @faults()
    def owned_by(self, customer: str) -> list[dict[str, Any]]:
        """The products of a customer, as plain JSON."""
        table = self._db.table(TABLES[RecordKind.PRODUCT])
        return [dict(row) for row in table.search(where("customer") == customer)]

    @faults()
    def product_with(self, serial: str) -> Any | None:
        """The product with a serial number, however it is written: the one that bears it, with it
        as its id or else the first; then one that bore it before it was corrected."""
        key = serial_key(serial)
        row = self._db.table("serials").get(doc_id=key) if key else None
        ids = dict.fromkeys((serial, *(row["products"] if row else ())))
        found = [one for one in (self.find(RecordKind.PRODUCT, each) for each in ids) if one]
        bearing = (one for one in found if serial_key(one.serial or one.id) == key)
        return next(bearing, found[0] if found else None)

    @faults()
    def merged_customers(self) -> dict[str, str]:
        """Into whom each customer was merged who was found to be the same as another."""
        rows = self._db.table(TABLES[RecordKind.CUSTOMER]).ordered("merged_into", at_least=" ")
        return {str(row.doc_id): row["merged_into"] for row in rows}

    @faults()
    def serial_like(self, serial: str) -> str:
        """The serial of a product that this one may be a slip of; "" for none."""
        likely = keys_like(serial_key(serial))
        rows = self._db.table("serials").get(doc_ids=likely)
        by_key = {str(row.doc_id): row["products"][0] for row in rows}
        for key in likely:
            if key in by_key and (found := self.find(RecordKind.PRODUCT, by_key[key])):
                return str(found.serial or found.id)
        return ""

    @faults()
    def jobs_numbered(self, number: str) -> list[str]:
        """The ids of the jobs with a number: one, unless two laptops made the same."""
        rows = self._db.table(TABLES[RecordKind.JOB]).search(where("number") == number)
        return [str(row.doc_id) for row in rows]

    @faults()
    def history(self, record: str) -> list[Event]:
        """The record's events that count here, in the order in which they are folded."""
        rows = self._db.table("events").search(where("record") == record)
        return [Event.from_bytes(row["raw"]) for row in _fold_order(rows)]

    @faults()
    def event(self, event: str) -> Event:
        """An event that is here. Raises `NotFound`."""
        row = self._db.table("events").get(doc_id=event)
        if row is None:
            raise NotFound("event", event)
        return Event.from_bytes(row["raw"])

    @faults()
    def positions(self, record: str) -> dict[str, int]:
        """The office position of each of the record's events that has one."""
        rows = self._db.table("events").search(where("record") == record)
        return {str(row.doc_id): row["position"] for row in rows if row.get("position")}

    def events_of_type(self, event_type: str) -> Iterator[Event]:
        """All events of one type one by one, in order of arrival."""
        with faults():
            for _, text in self._db.table("events").each("type", event_type):
                yield Event.from_bytes(from_json(text)["raw"])

    def newest_of_type(self, event_type: str) -> Iterator[tuple[str, str, bytes]]:
        """The events of one type that count, the last that arrived first: id, record and text.
        They are read in batches, because there may be more than memory holds."""
        rejected, fields = REJECTED.encode(), ("record", "status", "raw")
        with faults():
            for event, row in self._db.table("events").latest("type", event_type, fields):
                record, status, raw = row
                if status != rejected:
                    yield event, record.decode(), raw

    @faults()
    def waiting(self) -> dict[str, int]:
        """How many own events of each record have no receipt."""
        ids = [row.doc_id for row in self._db.table("outbox")]
        return dict(Counter(row["record"] for row in self._db.table("events").get(doc_ids=ids)))

    @faults()
    def made_since(self, moment: datetime, batch: int = 200) -> tuple[int, int]:
        """How many own events this device has made since, and how many of them wait for a
        receipt. They are read from the last one back, so that a long history costs nothing."""
        epoch = self._device()["epoch"]
        first, end = turn(epoch, 0), turn(epoch, LAST)
        events, outbox = self._db.table("events"), self._db.table("outbox")
        made: list[Any] = []
        while True:
            rows = events.ordered("turn", batch, len(made), True, at_least=first, below=end)
            new = [row for row in rows if datetime.fromisoformat(row["at"]) >= moment]
            made += [row.doc_id for row in new]
            if len(new) < batch:
                return len(made), len(outbox.get(doc_ids=made))

    def last_position(self, record: str) -> int:
        """The last office position of this record seen here; 0 for none."""
        row = self._db.table("bases").get(doc_id=record)
        return int(row["position"]) if row else 0

    def last_positions(self, records: Iterable[str]) -> dict[str, int]:
        """The same for many records; those without one are left out."""
        rows = self._db.table("bases").get(doc_ids=list(records))
        return {str(row.doc_id): row["position"] for row in rows}

    # -- writing ---------------------------------------------------------------------------

    def raise_position(self, record: str, base: int, positions: Iterable[int]) -> None:
        """Keep the last office position of a record, if it is beyond `base`. In a transaction."""
        if (newest := max(positions)) > base:
            self._db.table("bases").put(StoredDocument({"position": newest}, doc_id=record))

    @faults()
    def commit(self, acts: Iterable[Act], author: Author) -> list[Event]:
        """Stamp the acts and append them; update documents and outbox. One transaction."""
        with self._db.transaction():
            device = self._device()
            events = [self._seal(act, author, device) for act in acts]
            self._keep_device(device)
            by_record: dict[str, list[Event]] = {}
            for event in events:
                by_record.setdefault(event.record, []).append(event)
            for record, new in by_record.items():
                self.advance(record, new)
        return events

    def _seal(self, act: Act, author: Author, device: dict[str, Any]) -> Event:
        """Give the act its place in the device's chain and store it."""
        # Every value is of its type already; to check it again would cost a third of the step.
        event = Event.model_construct(
            id=self.new_id(),
            record=act.record,
            type=act.type,
            at=author.utc,
            offset=author.offset,
            by=author.by,
            role=author.role,
            device=device["id"],
            epoch=device["epoch"],
            seq=device["seq"] + 1,
            prev=device["head"],
            base=self.last_position(act.record),
            data=act.data,
            replaces=act.replaces,
        )
        self._chain(event, device)
        return event

    def reseal(self, event: Event) -> None:
        """Give an own event, which nobody else has, a new place at the end of the chain."""
        device = self._device()
        chained = event.model_copy(
            update={
                "device": device["id"],
                "epoch": device["epoch"],
                "seq": device["seq"] + 1,
                "prev": device["head"],
            }
        )
        self._chain(chained, device)
        self._keep_device(device)

    def _chain(self, event: Event, device: dict[str, Any]) -> None:
        """Store an own event that is the next of the chain, and put it in the outbox."""
        raw = event.to_bytes()
        device["seq"], device["head"] = event.seq, digest(raw)
        self.append(event, raw)
        self.queue(event)

    def queue(self, event: Event) -> None:
        """Put an own event in the outbox. In a transaction."""
        waiting = {"turn": turn(event.epoch, event.seq)}
        self._db.table("outbox").put_text(event.id, to_json(waiting), waiting)

    def append(self, event: Event, raw: bytes, position: int | None = None, seal: str = "") -> None:
        """Store an event; `position` and `seal` are the office's, if any. In a transaction."""
        row = _event_fields(event, position)
        if seal:
            row["seal"] = seal
        # pydantic_core writes bytes as the text that they are.
        self._db.table("events").put_text(event.id, to_json(row | {"raw": raw}), row)

    def _device(self) -> dict[str, Any]:
        row = self._db.table("device").get(doc_id="self")
        if row is None:
            raise NotFound("device", "self")
        return dict(row)

    def _keep_device(self, device: dict[str, Any]) -> None:
        self._db.table("device").put_text("self", to_json(device))

    def advance(self, record: str, new: list[Event]) -> None:
        """Bring the document up to date after new events at the end of its order."""
        kind = new[0].kind
        machine = MACHINES.get(kind)
        if machine is None:
            return
        text = self._db.table(TABLES[kind]).text(record)
        if text is None or not machine.extends(new):
            self.refold(kind, record)
            return
        self._save(kind, machine.advance(self._read(kind, text), new))

    def refold(self, kind: str, record: str) -> None:
        """Make the document anew from all of its events."""
        machine = MACHINES.get(kind)
        if machine is not None:
            self._save(kind, machine.fold(record, self.history(record)))

    def _save(self, kind: str, document: Document) -> None:
        text = document.model_dump_json(exclude_defaults=True)
        self._db.table(TABLES[kind]).put_text(document.id, text, _indexed(document))
        if kind == RecordKind.PRODUCT:
            self._note_serial(document)

    def _note_serial(self, product: Any) -> None:
        """Let the product be found by its serial, however that is written."""
        serials, key = self._db.table("serials"), serial_key(product.serial or product.id)
        row = serials.get(doc_id=key)
        known = row["products"] if row else []
        if key and product.id not in known:
            serials.put(StoredDocument({"products": [*known, product.id]}, doc_id=key))


def _indexed(document: Document) -> dict[str, Any]:
    """The fields that have an index, where the text has them: it leaves defaults out."""
    fields = {name: getattr(document, name, None) for name in ("number", "customer", "merged_into")}
    return {name: value for name, value in fields.items() if isinstance(value, str) and value}


LAST = 10**12 - 1
"""A sequence after every sequence."""


def turn(epoch: str, seq: int) -> str:
    """The place of an own event among all that this device has made, as text that sorts.

    An epoch is a UUIDv7: a later one sorts after an earlier one.
    """
    return f"{epoch}/{seq:012d}"


def place(of_turn: str) -> tuple[str, int]:
    """The epoch and the sequence of a `turn`."""
    epoch, _, seq = of_turn.rpartition("/")
    return epoch, int(seq)


def event_row(event: Event, raw: bytes, position: int | None) -> dict[str, Any]:
    """An event as the `events` table keeps it."""
    return _event_fields(event, position) | {"raw": raw.decode()}


def _event_fields(event: Event, position: int | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "record": event.record,
        "type": event.type,
        "turn": turn(event.epoch, event.seq),
        "at": event.at.isoformat(),
        "status": APPLIED,
    }
    if position is not None:
        row["position"] = position
    return row


def _fold_order(rows: list[StoredDocument]) -> list[StoredDocument]:
    """By office position, then the pending ones as they were made; rejected ones do not count."""
    counted = [row for row in rows if row["status"] != REJECTED]
    with_position = [row for row in counted if row.get("position")]
    pending = [row for row in counted if not row.get("position")]
    return sorted(with_position, key=lambda row: row["position"]) + pending
