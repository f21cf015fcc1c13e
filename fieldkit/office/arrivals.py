"""What a device sent, read with suspicion: whatever it is, it is kept, and its place is taken.

An arrival has a `reason` when it cannot count. Only the envelope is judged here. Data that
this version cannot read are no reason: `evolve` flags them, and a later version may read them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from fieldkit.domain.event import Event, Role, digest
from fieldkit.office.projection import Key, storable
from fieldkit.sync.protocol import Batch, Head, Rejected, event_id

OFFICE_ONLY = frozenset({"job.submitted", "job.flagged"})
"""Types of event that only the office itself may say."""

MAY_ACT_AS: dict[Role, frozenset[Role]] = {
    Role.TECHNICIAN: frozenset({Role.TECHNICIAN, Role.SCRIPT}),
    Role.DESK: frozenset({Role.DESK, Role.TECHNICIAN, Role.SCRIPT}),
    Role.SUPERVISOR: frozenset(Role),
    Role.SCRIPT: frozenset({Role.SCRIPT}),
}
"""In which roles the people at a device of each role may act."""

_ID = re.compile(r"[0-9A-Za-z-]{8,64}")


@dataclass(frozen=True)
class Arrival:
    """One event as it came: its place in the device's chain, and why it cannot count.

    `id` is the one that it claims. `event` is None where the bytes are no event; `key` is then
    what they seem to be about, which may be nothing.
    """

    seq: int
    id: str
    raw: bytes
    event: Event | None
    key: Key
    type: str
    reason: str

    @property
    def hash(self) -> str:
        """The SHA-256 of the bytes."""
        return digest(self.raw)


def arrivals(batch: Batch, raws: list[bytes], head: Head, role: Role) -> Iterator[Arrival]:
    """Read the events of a batch that follow on `head`, which must be within or before it."""
    prev = head.hash
    for seq, raw in enumerate(raws, start=batch.first):
        if seq <= head.count:
            continue
        yield _read(batch, seq, raw, prev, role)
        prev = digest(raw)


def _read(batch: Batch, seq: int, raw: bytes, prev: str, role: Role) -> Arrival:
    try:
        event = Event.from_bytes(raw)
    except ValidationError:
        key, event_type = _gist(raw)
        return Arrival(seq, event_id(raw), raw, None, key, event_type, Rejected.UNREADABLE)
    reason = _fault(event, batch, seq, prev, role)
    key = Key(_short(event.kind), storable(event.record))
    return Arrival(seq, event.id, raw, event, key, _short(event.type), reason)


def _fault(event: Event, batch: Batch, seq: int, prev: str, role: Role) -> str:
    """Why a readable event cannot count; "" if it can."""
    if (event.device, event.epoch, event.seq) != (batch.device, batch.epoch, seq):
        return Rejected.WRONG_ENVELOPE
    if event.prev != prev:
        return Rejected.BROKEN_CHAIN
    if not is_id(event.id) or not storable(event.record) or not _short(event.type):
        return Rejected.WRONG_RECORD
    if event.type in OFFICE_ONLY:
        return Rejected.OFFICE_ONLY
    return "" if event.role in MAY_ACT_AS[role] else Rejected.WRONG_ROLE


def is_id(text: str) -> bool:
    """Whether an event can be kept under this id."""
    return _ID.fullmatch(text) is not None


def _gist(raw: bytes) -> tuple[Key, str]:
    """What unreadable bytes seem to be about, so that this record can wait for a correction."""
    try:
        values = json.loads(raw)
        record, event_type = str(values["record"]), str(values["type"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return Key("", ""), ""
    return Key(_short(event_type.partition(".")[0]), storable(record)), _short(event_type)


def _short(name: str) -> str:
    return name if len(name) <= 64 and name.isprintable() else ""
