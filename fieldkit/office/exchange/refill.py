"""Refill a restored office: laptops send the events that it lacks.

A laptop's own events come in its chain or here; all others come only here, and only with the seal
that the office itself put on them in its feed. So nobody can add an event that the office did not
have before.
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
from fieldkit.office.exchange.permissions import Sender
from fieldkit.office.ledger.documents import Key, storable
from fieldkit.office.ledger.incoming_events import (
    MAY_ACT_AS,
    OFFICE_ONLY,
    decode_events,
    is_id,
    short,
)
from fieldkit.office.ledger.ledger import Ledger
from fieldkit.office.office import Office
from fieldkit.office.tables import devices, events
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import Held, Refill, Refilled

_SEAL_BYTES = 16
"""128 bits of the HMAC: nobody can guess one, and a page of 500 events grows by 11 KB only."""


def feed_seal(office: Office, raw: bytes) -> str:
    """The HMAC by which the office recognises an event that it has sent in a feed."""
    key = hmac.digest(office.keys.sign, b"fieldkit feed seal 1", hashlib.sha256)
    return keys.b64(hmac.digest(key, raw, hashlib.sha256)[:_SEAL_BYTES])


def is_sealed(office: Office, raw: bytes, mark: str) -> bool:
    """Whether the office itself has sent this event in a feed."""
    return hmac.compare_digest(mark.encode(), feed_seal(office, raw).encode())


def lacking(office: Office, held: Held) -> Held:
    """Those of the held events that the office does not have."""
    known: set[str] = set()
    with office.db.reading() as conn:
        for portion in portions(filter(is_id, held.ids)):  # none other can be kept
            known |= set(conn.scalars(select(events.c.id).where(events.c.id.in_(portion))))
    return Held(ids=[item for item in held.ids if item not in known])


def refill(office: Office, caller: Caller, message: Refill) -> Refilled:
    """Take events back in the order given; the position of each, 0 where it was refused."""
    if len(message.events) != len(message.seals):
        raise Denied(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_request")
    raws = decode_events(message.events)
    found = [
        event if event and _is_known(office, caller, event, raw, mark) else None
        for raw, mark in zip(raws, message.seals, strict=True)
        for event in [_read(raw)]
    ]
    with office.db.writing() as writing:
        there = [event for event in found if event]
        filling = _Filling(
            office, writing, Sender.read(writing.conn, caller, office.clock(), there)
        )
        filling.load(there)
        positions = [
            filling.take(event, raw, is_sealed(office, raw, mark)) if event else 0
            for event, raw, mark in zip(found, raws, message.seals, strict=True)
        ]
        filling.ledger.flag_all(filling.concerns)
        filling.ledger.flush()
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
    if is_sealed(office, raw, mark):
        return True
    own = event.device == caller.device_id and event.type not in OFFICE_ONLY
    return own and event.role in MAY_ACT_AS[caller.role]


@dataclass
class _Filling:
    """A refill in progress: what is there already, and the changes."""

    office: Office
    writing: Writing
    sender: Sender
    concerns: list[tuple[Event, str, tuple[str]]] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.office, self.writing)

    def load(self, found: list[Event]) -> None:
        """Read which of the events are there, and whose devices they come from."""
        whose = select(devices.c.id, devices.c.person)
        for portion in portions({event.device for event in found}):
            for row in self.writing.conn.execute(whose.where(devices.c.id.in_(portion))):
                self.owners[row.id] = row.person
        for portion in portions([event.id for event in found]):
            there = select(events.c.id, events.c.position).where(events.c.id.in_(portion))
            for row in self.writing.conn.execute(there):
                self.known[row.id] = row.position or 0

    def take(self, event: Event, raw: bytes, sealed: bool) -> int:
        """The position of an event, assigned now if it has none; 0 for one of the caller's own that
        the office never had and that she may not record.

        It gets no sequence: its device may still send it as a part of its chain.
        """
        if event.id in self.known:
            return self.known[event.id]
        if sealed:
            self.sender.learn(event)
        else:
            reason, concerns = self.sender.judge(event)
            if reason:
                return 0
            self.sender.note(event)
            self.concerns += [(event, concern.flag, (concern.what,)) for concern in concerns]
        entitled = sealed or self.sender.entitles(Key(event.kind, event.record))
        sender = self.owners.get(event.device, "") if entitled else ""
        position = self.ledger.append(event, raw, sender)
        self.known[event.id] = position
        return position
