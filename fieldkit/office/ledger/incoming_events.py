"""Parse the events of a batch. Nothing is discarded: what cannot count is kept with a `reason`.

Only the envelope is judged here. Data that this version cannot read are no reason: `evolve`
flags them, and a later version may read them.
"""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import NamedTuple

from pydantic import ValidationError

from fieldkit.domain.core.event import Event, RecordKind, Role, digest
from fieldkit.domain.core.plain_text import unplain_paths
from fieldkit.office.errors import Denied
from fieldkit.office.ledger.documents import Key, storable
from fieldkit.office.tables import ID_LENGTH
from fieldkit.sync.protocol.messages import Batch, Rejected, event_id, from_wire

OFFICE_ONLY = frozenset(
    {
        "job.submitted",
        "customer.change_confirmed", "customer.change_refused",
        "product.change_confirmed", "product.change_refused",
        "product.conflict_resolved",
        *(f"{kind}.flagged" for kind in RecordKind),
    }
)  # fmt: skip
"""Types of event that only the office itself may emit."""

MAY_ACT_AS: dict[Role, frozenset[Role]] = {
    Role.TECHNICIAN: frozenset({Role.TECHNICIAN, Role.SCRIPT}),
    Role.DESK: frozenset({Role.DESK, Role.TECHNICIAN, Role.SCRIPT}),
    Role.SUPERVISOR: frozenset(Role),
    Role.SCRIPT: frozenset({Role.SCRIPT}),
}
"""In which roles the people at a device of each role may act."""

_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
"""A UUID, or any id as unlikely to be taken; never `entry:<n>`, under which others are kept."""


class Arrival(NamedTuple):
    """One event as it came: its place in the device's chain, and why it cannot count.

    `id` is the one that it claims, `hash` the SHA-256 of its bytes. `event` is None where the
    bytes are no event; `key` is then the record that they seem to name, or empty.
    """

    seq: int
    id: str
    raw: bytes
    hash: str
    event: Event | None
    key: Key
    type: str
    reason: str

    def linked(self, prev: str) -> "Arrival":
        """The same, judged by the hash of the event before it, which is not in the batch."""
        judged = self.reason in (Rejected.UNREADABLE, Rejected.WRONG_ENVELOPE)
        if judged or self.event is None or self.event.prev == prev:
            return self
        return self._replace(reason=Rejected.BROKEN_CHAIN)


def decode_events(texts: Iterable[str]) -> list[bytes]:
    """The bytes of events from the wire. Raises `Denied` (`bad_request`)."""
    try:
        return [from_wire(text) for text in texts]
    except ValueError as error:
        raise Denied(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_request") from error


def arrivals(batch: Batch, raws: Iterable[bytes], role: Role) -> list[Arrival]:
    """Parse the events of a batch; the first one's link to the event before it is not checked."""
    found: list[Arrival] = []
    prev = None
    for seq, raw in enumerate(raws, start=batch.first):
        found.append(_read(batch, seq, raw, prev, role))
        prev = found[-1].hash
    return found


def _read(batch: Batch, seq: int, raw: bytes, prev: str | None, role: Role) -> Arrival:
    hashed = digest(raw)
    try:
        event = Event.from_bytes(raw)
    except ValidationError:
        key, event_type = _guess_record(raw)
        why = Rejected.UNREADABLE
        return Arrival(seq, event_id(raw), raw, hashed, None, key, event_type, why)
    key, event_type = Key(short(event.kind), storable(event.record)), short(event.type)
    reason = _fault(event, batch, seq, prev, role)
    if not reason and not (is_id(event.id) and key.record and event_type):
        reason = Rejected.WRONG_RECORD
    return Arrival(seq, event.id, raw, hashed, event, key, event_type, reason)


def _fault(event: Event, batch: Batch, seq: int, prev: str | None, role: Role) -> str:
    """Why a readable event cannot count; "" if it can."""
    if (event.device, event.epoch, event.seq) != (batch.device, batch.epoch, seq):
        return Rejected.WRONG_ENVELOPE
    if prev is not None and event.prev != prev:
        return Rejected.BROKEN_CHAIN
    if event.type in OFFICE_ONLY:
        return Rejected.OFFICE_ONLY
    if unplain_paths([event.by, event.data]):
        return Rejected.NOT_PLAIN
    return "" if event.role in MAY_ACT_AS[role] else Rejected.WRONG_ROLE


def is_id(text: str) -> bool:
    """Whether an event can be kept under this id."""
    return _ID.fullmatch(text) is not None


def _guess_record(raw: bytes) -> tuple[Key, str]:
    """The record and type that unreadable bytes name, so that the record waits for a correction."""
    try:
        values = json.loads(raw)
        record, event_type = str(values["record"]), str(values["type"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return Key("", ""), ""
    return Key(short(event_type.partition(".")[0]), storable(record)), short(event_type)


def short(name: str) -> str:
    """The name if it fits the columns of kinds, types and epochs, else ""."""
    return name if len(name) <= ID_LENGTH and name.isprintable() else ""
