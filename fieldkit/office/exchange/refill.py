"""An office that was restored from a backup is filled again by the laptops.

Their own events come by the chain or here; all others come only here, and only with the seal
that the office itself had put on them in its feed. So nobody can make the office believe what
it did not know before.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from http import HTTPStatus

from pydantic import ValidationError
from sqlalchemy import select

from fieldkit.domain.core.event import Event
from fieldkit.office.database import Writing, portions
from fieldkit.office.devices.enrol import Caller
from fieldkit.office.errors import Denied
from fieldkit.office.ledger.documents import Key, storable
from fieldkit.office.ledger.incoming_events import MAY_ACT_AS, OFFICE_ONLY, is_id, short
from fieldkit.office.ledger.ledger import Ledger
from fieldkit.office.office import Office
from fieldkit.office.tables import EventRow, devices, events
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import Held, Outcome, Refill, Refilled, from_wire

_SEAL_BYTES = 16


def seal(office: Office, raw: bytes) -> str:
    """The mark by which the office knows an event again that it has handed out."""
    key = hmac.digest(office.keys.sign, b"fieldkit feed seal 1", hashlib.sha256)
    return keys.b64(hmac.digest(key, raw, hashlib.sha256)[:_SEAL_BYTES])


def lacking(office: Office, held: Held) -> Held:
    """Those of the events that the office does not have."""
    known: set[str] = set()
    with office.db.reading() as conn:
        for portion in portions(filter(is_id, held.ids)):  # none other can be kept
            known |= set(conn.scalars(select(events.c.id).where(events.c.id.in_(portion))))
    return Held(ids=[item for item in held.ids if item not in known])


def refill(office: Office, caller: Caller, message: Refill) -> Refilled:
    """Take events back in the order given. Answers the position of each, 0 where it was refused."""
    if len(message.events) != len(message.seals):
        raise Denied(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_request")
    try:
        raws = [from_wire(text) for text in message.events]
    except ValueError as error:
        raise Denied(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_request") from error
    found = [
        event if event and _is_known(office, caller, event, raw, mark) else None
        for raw, mark in zip(raws, message.seals, strict=True)
        for event in [_read(raw)]
    ]
    with office.db.writing() as writing:
        filling = _Filling(office, writing)
        filling.load([event for event in found if event])
        positions = [
            filling.take(event, raw) if event else 0 for event, raw in zip(found, raws, strict=True)
        ]
        filling.ledger.settle()
    return Refilled(positions=positions)


def _read(raw: bytes) -> Event | None:
    try:
        return Event.from_bytes(raw)
    except ValidationError:
        return None


def _is_known(office: Office, caller: Caller, event: Event, raw: bytes, mark: str) -> bool:
    """Whether the event may come back: it has the office's seal, or it is the caller's own."""
    named = all(map(short, (event.kind, event.type, event.epoch)))
    if not (is_id(event.id) and storable(event.record) and named):
        return False
    if hmac.compare_digest(mark.encode(), seal(office, raw).encode()):
        return True
    own = event.device == caller.device and event.type not in OFFICE_ONLY
    return own and event.role in MAY_ACT_AS[caller.role]


@dataclass
class _Filling:
    """One message being taken."""

    office: Office
    writing: Writing
    known: dict[str, int] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.office, self.writing)

    def load(self, found: list[Event]) -> None:
        """Note which of the events are there, and whose devices they come from."""
        whose = select(devices.c.id, devices.c.person)
        for portion in portions({event.device for event in found}):
            for row in self.writing.conn.execute(whose.where(devices.c.id.in_(portion))):
                self.owners[row.id] = row.person
        for portion in portions([event.id for event in found]):
            there = select(events.c.id, events.c.position).where(events.c.id.in_(portion))
            for row in self.writing.conn.execute(there):
                self.known[row.id] = row.position or 0

    def take(self, event: Event, raw: bytes) -> int:
        """The position of an event, which it gets now unless it has one.

        It has no number yet: its device may still send it as a part of its chain.
        """
        if event.id in self.known:
            return self.known[event.id]
        entry = self.writing.next_entry()
        key = Key(event.kind, event.record)
        position = self.ledger.count(key, event, self.owners.get(event.device, ""))
        self.ledger.add(
            EventRow(
                entry=entry,
                id=event.id,
                device=event.device,
                epoch=event.epoch,
                seq=None,
                kind=key.kind,
                record=key.record,
                type=event.type,
                status=Outcome.APPLIED.value,
                position=position,
                turn=entry,
                received_at=self.office.now_ms,
                raw=raw,
            )
        )
        self.known[event.id] = position
        return position
