"""Judge a batch of events: pure functions over what was sent and what the office has.

`judge_chain` compares the batch with the device's chain, `judge_events` decides of each new
event whether it counts, waits or is rejected. Neither reads the database or writes to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from math import inf
from typing import NamedTuple

from fieldkit.domain.core.event import Event
from fieldkit.office.errors import Denied
from fieldkit.office.exchange.permissions import Concern, Sender
from fieldkit.office.ledger.documents import Key
from fieldkit.office.ledger.incoming_events import Arrival, is_id
from fieldkit.sync.protocol.messages import Head, Outcome, Rejected


class KnownEvent(NamedTuple):
    """An event of the device's chain that the office has: its bytes, and how it was judged."""

    raw: bytes
    status: Outcome
    position: int | None
    reason: str


class WaitingEvent(NamedTuple):
    """An event of the device that was set aside: rejected and not replaced, or held.

    `turn` is its place in its record's order; `event` is None for a rejected one; `holds` says
    whether its record's later events wait for a correction. They do not where nobody may record
    it at all: work goes on, and each is judged by itself. `concerns` are the flags of one that was
    held and counts now.
    """

    entry: int
    id: str
    key: Key
    turn: int
    event: Event | None
    holds: bool = True
    concerns: Sequence[Concern] = ()


NOT_CORRECTABLE = frozenset({Rejected.NOT_PERMITTED, Rejected.WRONG_AUTHOR, Rejected.DISMISSED})
"""Reasons that no correction removes, and the office's word that none is needed."""


class RefilledEvent(NamedTuple):
    """An event that came by a refill, and has no sequence in the chain yet."""

    entry: int
    position: int | None
    raw: bytes


@dataclass(frozen=True)
class Present:
    """What the office has that may affect a device's new events.

    `rejected` and `held` are the device's events that were set aside; `records` has the record of
    each id that was looked up and is there; `replaced_by` leads from a replaced event to the one
    in its place; `refilled` has events without a sequence by id.
    """

    rejected: Mapping[str, WaitingEvent] = field(default_factory=dict)
    held: Sequence[WaitingEvent] = ()
    records: Mapping[str, Key] = field(default_factory=dict)
    replaced_by: Mapping[str, str] = field(default_factory=dict)
    refilled: Mapping[str, RefilledEvent] = field(default_factory=dict)


@dataclass(frozen=True)
class DividedBatch:
    """A batch divided by the device's chain: events that are there already, and new ones."""

    repeated: Sequence[KnownEvent]
    new: Sequence[Arrival]


@dataclass(frozen=True)
class Fork:
    """Other bytes are there already under the sequence of this event."""

    arrival: Arrival


class Judgement(NamedTuple):
    """What becomes of one new event.

    `kept_as` is the id under which it is kept: its own, or `entry:<n>` where that cannot be used.
    `entry` and `turn` may be provisional. `replaces` is the id of the rejected event whose place
    it takes, `releases` are the held events that count after it; `concerns` are its flags.
    A `DUPLICATE` is a refilled event: it has its `entry` and `position` already and only gets its
    sequence.
    """

    arrival: Arrival
    status: Outcome
    kept_as: str
    entry: int
    turn: int
    reason: str = ""
    replaces: str = ""
    releases: Sequence[WaitingEvent] = ()
    position: int | None = None
    concerns: Sequence[Concern] = ()


def judge_chain(
    first: int, came: Sequence[Arrival], head: Head, known: Sequence[KnownEvent]
) -> DividedBatch | Fork | Denied:
    """Divide a batch into repeats and new events; `known` are those of the chain from `first` on.

    Returns `Denied` `hole` with the count after which the device must send: events are missing
    before the batch, or its first event does not follow on the head. The latter is a fork or a
    broken link, which one event of overlap distinguishes.
    """
    if first > head.count + 1:
        return Denied(HTTPStatus.CONFLICT, "hole", count=head.count)
    for there, arrival in zip(known, came, strict=False):
        if there.raw != arrival.raw:
            return Fork(arrival)
    new = list(came[len(known) :])
    if new and not known:
        new[0] = new[0].linked(head.hash)
        if head.count and new[0].reason == Rejected.BROKEN_CHAIN:
            return Denied(HTTPStatus.CONFLICT, "hole", count=head.count - 1)
    return DividedBatch(known, new)


def judge_events(
    new: Sequence[Arrival], present: Present, last_entry: int, sender: Sender | None = None
) -> tuple[list[Judgement], int]:
    """Judge new events in their order; their entries continue from `last_entry`.

    `sender` says what the laptop's people may do; without one, everything.

    Returns the judgements and the last entry used.
    """
    order = _Order(
        dict(present.rejected), list(present.held), dict(present.records), dict(present.replaced_by)
    )
    judged = []
    for arrival in new:
        refilled = present.refilled.get(arrival.id)
        if refilled and refilled.raw == arrival.raw and not arrival.reason:
            judged.append(_adopt(order, arrival, refilled))
        else:
            last_entry += 1
            judged.append(_judge(order, arrival, last_entry, sender))
    return judged, last_entry


def is_regular(judged: Sequence[Judgement]) -> bool:
    """Whether each event can be kept under its own id, as those of every honest laptop can."""
    return all(one.kept_as == one.arrival.id for one in judged)


@dataclass
class _Order:
    """The state while a batch is judged: `Present`, and what the events before have added."""

    rejected: dict[str, WaitingEvent]
    held: list[WaitingEvent]
    records: dict[str, Key]
    replaced_by: dict[str, str]

    def replace(self, old: WaitingEvent | None, kept_as: str) -> str:
        """Put an event in the place of a rejected one; returns the id of that, "" for none."""
        if old is None:
            return ""
        del self.rejected[old.id]
        self.replaced_by[old.id] = kept_as
        return old.id


def _judge(order: _Order, arrival: Arrival, entry: int, sender: Sender | None) -> Judgement:
    """Reject, hold or count one event, and release what waited for it."""
    corrected = _corrected(order, arrival)
    turn = corrected.turn if corrected else entry
    reason = arrival.reason or _contradiction(order, arrival)
    concerns: Sequence[Concern] = ()
    if sender and arrival.event and not reason:
        reason, concerns = sender.judge(arrival.event)
    usable = (not arrival.reason or is_id(arrival.id)) and arrival.id not in order.records
    kept_as = arrival.id if usable else f"entry:{entry}"
    replaces = order.replace(corrected, kept_as)
    status, releases = Outcome.APPLIED, list[WaitingEvent]()
    if reason or arrival.event is None:
        status = Outcome.REJECTED
        holds = reason not in NOT_CORRECTABLE
        order.rejected[kept_as] = WaitingEvent(entry, kept_as, arrival.key, turn, None, holds)
    elif turn > _barrier(order, arrival.key):
        status = Outcome.HELD
        order.held.append(WaitingEvent(entry, kept_as, arrival.key, turn, arrival.event))
    elif corrected:
        releases = _release(order, arrival.key)
    order.records[kept_as] = arrival.key
    if sender and arrival.event and status is Outcome.APPLIED:
        sender.note(arrival.event)
        releases = [_judged_late(sender, waiting) for waiting in releases]
    return Judgement(
        arrival, status, kept_as, entry, turn, reason, replaces, releases, concerns=concerns
    )


def _judged_late(sender: Sender, waiting: WaitingEvent) -> WaitingEvent:
    """A held event with the flags that it gets now that it counts."""
    if waiting.event is None:
        return waiting
    concerns = sender.concerns_late(waiting.event)
    sender.note(waiting.event)
    return waiting._replace(concerns=concerns)


def _adopt(order: _Order, arrival: Arrival, refilled: RefilledEvent) -> Judgement:
    """Give a refilled event its sequence in the chain."""
    entry, position = refilled.entry, refilled.position
    replaces = order.replace(_corrected(order, arrival), arrival.id)
    return Judgement(
        arrival, Outcome.DUPLICATE, arrival.id, entry, entry, replaces=replaces, position=position
    )


def _contradiction(order: _Order, arrival: Arrival) -> str:
    """Why an event contradicts what is there; "" if it does not."""
    if arrival.id in order.records:
        return Rejected.SAME_ID
    replaces = arrival.event.replaces if arrival.event else None
    if replaces and order.records.get(replaces, arrival.key) != arrival.key:
        return Rejected.WRONG_RECORD
    return ""


def _corrected(order: _Order, arrival: Arrival) -> WaitingEvent | None:
    """The rejected event of the same record whose place this one takes, if it corrects one."""
    named = arrival.event.replaces if arrival.event else None
    while named and named not in order.rejected:
        named = order.replaced_by.get(named)
    rejected = order.rejected[named] if named else None
    return rejected if rejected and rejected.key == arrival.key else None


def _barrier(order: _Order, key: Key) -> float:
    """The turn from which on this record's events must wait."""
    if not order.rejected:
        return inf
    waiting = (one for one in order.rejected.values() if one.key == key and one.holds)
    turns = (one.turn for one in waiting)
    return min(turns, default=inf)


def _release(order: _Order, key: Key) -> list[WaitingEvent]:
    """Remove and return what was held until this correction, in the device's order."""
    barrier = _barrier(order, key)
    free = [held for held in order.held if held.key == key and held.turn < barrier]
    order.held = [held for held in order.held if held not in free]
    return sorted(free, key=lambda waiting: waiting.turn)
