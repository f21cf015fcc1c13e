"""Taking a batch of events: each gets its result, the device its receipt, all in one go.

Event, document and receipt are one transaction. A repeat gets the same results again.

A batch is read, judged and folded ahead of its turn to write, with provisional numbers; its turn
is for numbering and writing. That none of its ids is taken shows when it is written. Where one is,
where what was read turns out to be out of date, or where the batch holds what no honest laptop
sends, all of it is done again in turn, with every id looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from fieldkit.domain.core.event import Event
from fieldkit.office.db import (
    SET_ASIDE,
    EventRow,
    Writing,
    conflicts,
    devices,
    events,
    heads,
    portions,
    receipts,
)
from fieldkit.office.devices.enrol import Caller
from fieldkit.office.errors import Denied
from fieldkit.office.ledger.documents import Key
from fieldkit.office.ledger.incoming_events import Arrival, arrivals, is_id
from fieldkit.office.ledger.ledger import Ledger
from fieldkit.office.office import Office
from fieldkit.sync.protocol.messages import (
    Batch,
    Head,
    Outcome,
    Receipt,
    Rejected,
    Result,
    event_id,
    from_wire,
)


def accept(office: Office, caller: Caller, batch: Batch) -> Receipt:
    """Take a batch whose signature was checked.

    Raises `Denied`: `wrong_device`; `hole` (409, with the count from which the device must
    send); `forked` (409, with the sequence): other bytes are there already under it.
    """
    if batch.device != caller.device:
        raise Denied(403, "wrong_device")
    try:
        raws = [from_wire(text) for text in batch.events]
    except ValueError as error:
        raise Denied(422, "bad_request") from error
    found = arrivals(batch, raws, caller.role)  # before it is this writer's turn
    try:
        answer = _take(office, caller, batch, found, honest=True)
    except (_OutOfTurn, IntegrityError):  # the latter: an id is taken
        answer = _take(office, caller, batch, found, honest=False)
    if isinstance(answer, Denied):
        raise answer
    return answer


def _take(
    office: Office, caller: Caller, batch: Batch, found: Sequence[Arrival], *, honest: bool
) -> Receipt | Denied:
    with office.db.writing(ahead=honest) as writing:
        head = read_head(writing, batch.device, batch.epoch)
        return _Intake(office, writing, caller, batch, head, honest).take(found)


def read_head(writing: Writing, device: str, epoch: str) -> Head:
    """How far the office has this chain."""
    where = (heads.c.device == device) & (heads.c.epoch == epoch)
    row = writing.conn.execute(select(heads).where(where)).first()
    return Head(count=row.count, hash=row.hash) if row else Head()


class _OutOfTurn(Exception):
    """This must be done in turn from the beginning."""


class _Given(NamedTuple):
    """A result whose position may still be provisional."""

    status: Outcome
    position: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class _Waiting:
    """An event of this device that was set aside: rejected and not replaced, or held."""

    entry: int
    id: str
    key: Key
    turn: int
    event: Event | None


@dataclass
class _Intake:
    """One batch being taken; as long as it may be `honest`, its ids are thought to be new."""

    office: Office
    writing: Writing
    caller: Caller
    batch: Batch
    head: Head
    honest: bool
    rejected: dict[str, _Waiting] = field(default_factory=dict)
    held: list[_Waiting] = field(default_factory=list)
    known: dict[str, Key] = field(default_factory=dict)
    replaced: list[dict[str, str]] = field(default_factory=list)
    refilled: dict[str, Row[str, int, int | None, bytes]] = field(default_factory=dict)
    adopted: list[dict[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now_ms = self.office.now_ms

    def take(self, came: Sequence[Arrival]) -> Receipt | Denied:
        """The receipt; or why nothing of the batch can be taken, with the evidence kept."""
        head = self.head
        if self.batch.first > head.count + 1:
            return Denied(409, "hole", count=head.count)
        given = self._repeats(head, came)
        if isinstance(given, Denied):
            return given
        new = came[len(given) :]
        if new and not given:
            new = [new[0].linked(head.hash), *new[1:]]
        if head.count and new and not given and new[0].reason == Rejected.BROKEN_CHAIN:
            # Either a fork or a broken link: one event of overlap will tell.
            return Denied(409, "hole", count=max(0, head.count - 1))
        if new:
            given += self._take_new(new)
            head = Head(count=new[-1].seq, hash=new[-1].hash)
            self._write_head(head)
        self._take_turn()
        return self._receipt(head, [self._result(one) for one in given])

    def _take_turn(self) -> None:
        """Come from reading ahead to writing."""
        if self.writing.in_turn:
            return
        self.writing.take_turn()
        if read_head(self.writing, self.batch.device, self.batch.epoch) != self.head:
            raise _OutOfTurn

    def _result(self, given: _Given) -> Result:
        status, position, reason = given
        if position is not None:
            position = self.writing.final_position(position)
        return Result(status=status, position=position, reason=reason)

    # -- what is there already ---------------------------------------------------------------

    def _repeats(self, head: Head, came: Sequence[Arrival]) -> list[_Given] | Denied:
        """The results of the events that the office has already; other bytes are a fork."""
        last = min(head.count, self.batch.first + len(came) - 1)
        if last < self.batch.first:
            return []
        rows = self.writing.conn.execute(
            select(events.c.seq, events.c.raw, events.c.status, events.c.position, events.c.reason)
            .where(events.c.device == self.batch.device, events.c.epoch == self.batch.epoch)
            .where(events.c.seq.between(self.batch.first, last))
            .order_by(events.c.seq)
        ).all()
        for row, arrival in zip(rows, came, strict=False):
            if row.raw != arrival.raw:
                return self._fork(arrival)
        return [_repeat(row) for row in rows]

    def _fork(self, arrival: Arrival) -> Denied:
        self._keep_apart(arrival._replace(id=event_id(arrival.raw)), "forked")
        where = devices.c.id == self.caller.device
        self.writing.conn.execute(
            update(devices)
            .where(where, devices.c.forked_at.is_(None))
            .values(forked_at=self.now_ms)
        )
        return Denied(409, "forked", seq=arrival.seq)

    # -- what is new -------------------------------------------------------------------------

    def _take_new(self, new: Sequence[Arrival]) -> list[_Given]:
        self._load_waiting()
        self._load_known(new)
        ledger = Ledger(self.office, self.writing)
        given = [self._take_one(arrival, ledger) for arrival in new]
        ledger.fold()
        self._take_turn()
        ledger.settle()
        if self.replaced:
            self.writing.conn.execute(_REPLACE, self.replaced)
        if self.adopted:
            self.writing.conn.execute(_ADOPT, self.adopted)
        return given

    def _take_one(self, arrival: Arrival, ledger: Ledger) -> _Given:
        """Reject, hold or count one event, and release what waited for it."""
        refilled = self.refilled.get(arrival.id)
        if refilled and refilled.raw == arrival.raw and not arrival.reason:
            return self._adopt(arrival, refilled)
        entry = self.writing.next_entry()
        stands_for = self._stands_for(arrival)
        turn = stands_for.turn if stands_for else entry
        reason = arrival.reason or self._contradiction(arrival)
        usable = (not arrival.reason or is_id(arrival.id)) and arrival.id not in self.known
        if not usable and self.honest:
            raise _OutOfTurn  # it is kept under its number
        kept_as = arrival.id if usable else f"entry:{entry}"
        if stands_for:
            del self.rejected[stands_for.id]
            self.replaced.append({"b_id": stands_for.id, "b_by": kept_as})
        status, position = Outcome.APPLIED, None
        if reason or arrival.event is None:
            status = Outcome.REJECTED
            self.rejected[kept_as] = _Waiting(entry, kept_as, arrival.key, turn, None)
        elif turn > self._barrier(arrival.key):
            status = Outcome.HELD
            self.held.append(_Waiting(entry, kept_as, arrival.key, turn, arrival.event))
        else:
            position = ledger.count(arrival.key, arrival.event, self.caller.person)
        self.known[kept_as] = arrival.key
        ledger.add(
            EventRow(
                entry=entry,
                id=kept_as,
                device=self.batch.device,
                epoch=self.batch.epoch,
                seq=arrival.seq,
                kind=arrival.key.kind,
                record=arrival.key.record,
                type=arrival.type,
                status=status.value,
                position=position,
                turn=turn,
                received_at=self.now_ms,
                raw=arrival.raw,
                reason=reason,
            )
        )
        if stands_for and status is Outcome.APPLIED:
            self._release(arrival.key, ledger)
        return _Given(status, position, reason)

    def _adopt(self, arrival: Arrival, refilled: Row[str, int, int | None, bytes]) -> _Given:
        """An event that a laptop brought back before gets its number in the chain."""
        self.adopted.append({"b_entry": refilled.entry, "b_seq": arrival.seq})
        stands_for = self._stands_for(arrival)
        if stands_for:
            del self.rejected[stands_for.id]
            self.replaced.append({"b_id": stands_for.id, "b_by": arrival.id})
        return _Given(Outcome.DUPLICATE, refilled.position)

    def _contradiction(self, arrival: Arrival) -> str:
        """Why an event contradicts what is there; "" if it does not."""
        if arrival.id in self.known:
            self._keep_apart(arrival, Rejected.SAME_ID)
            return Rejected.SAME_ID
        replaces = arrival.event.replaces if arrival.event else None
        if replaces and self.known.get(replaces, arrival.key) != arrival.key:
            return Rejected.WRONG_RECORD
        return ""

    def _keep_apart(self, arrival: Arrival, reason: str) -> None:
        if self.honest:
            raise _OutOfTurn
        where = (conflicts.c.digest == arrival.hash) & (conflicts.c.device == self.batch.device)
        if self.writing.conn.execute(select(conflicts.c.digest).where(where)).first():
            return
        row = {
            "digest": arrival.hash,
            "device": self.batch.device,
            "reason": reason,
            "epoch": self.batch.epoch,
            "seq": arrival.seq,
            "event": arrival.id,
            "raw": arrival.raw,
            "received_at": self.now_ms,
        }
        self.writing.conn.execute(insert(conflicts).values(row))

    # -- waiting for a correction ------------------------------------------------------------

    def _load_waiting(self) -> None:
        """This device's events that were set aside; usually there are none."""
        rows = self.writing.conn.execute(
            select(events)
            .where(events.c.device == self.batch.device, SET_ASIDE)
            .where(events.c.replaced_by.is_(None))
        )
        for row in rows:
            key = Key(row.kind, row.record)
            if row.status == Outcome.HELD:
                event = Event.from_bytes(row.raw)
                self.held.append(_Waiting(row.entry, row.id, key, row.turn, event))
            else:
                self.rejected[row.id] = _Waiting(row.entry, row.id, key, row.turn, None)

    def _load_known(self, new: Sequence[Arrival]) -> None:
        """Which of the ids that the new events claim or name are there, and of what record."""
        named = {arrival.event.replaces or "" for arrival in new if arrival.event}
        if not self.honest:
            named |= {arrival.id for arrival in new}
        columns = select(events.c.id, events.c.kind, events.c.record)
        unnumbered = select(events.c.id, events.c.entry, events.c.position, events.c.raw).where(
            events.c.device == self.batch.device, events.c.seq.is_(None)
        )
        for portion in portions(filter(is_id, named)):  # none other can be kept
            for row in self.writing.conn.execute(columns.where(events.c.id.in_(portion))):
                self.known[row.id] = Key(row.kind, row.record)
            if not self.honest and self.known:
                for found in self.writing.conn.execute(unnumbered.where(events.c.id.in_(portion))):
                    self.refilled[found.id] = found

    def _stands_for(self, arrival: Arrival) -> _Waiting | None:
        """The rejected event of the same record whose place this one takes, if it corrects one."""
        named = arrival.event.replaces if arrival.event else None
        while named and named not in self.rejected:
            if not is_id(named):
                return None
            found = select(events.c.replaced_by).where(events.c.id == named)
            named = self._replaced_now(named) or self.writing.conn.scalar(found)
        refused = self.rejected[named] if named else None
        return refused if refused and refused.key == arrival.key else None

    def _replaced_now(self, event_id: str) -> str | None:
        return next((row["b_by"] for row in self.replaced if row["b_id"] == event_id), None)

    def _barrier(self, key: Key) -> float:
        """The turn from which on this record's events must wait."""
        if not self.rejected:
            return inf
        turns = (waiting.turn for waiting in self.rejected.values() if waiting.key == key)
        return min(turns, default=inf)

    def _release(self, key: Key, ledger: Ledger) -> None:
        """Count what was held until this correction, in the device's order."""
        barrier = self._barrier(key)
        free = [held for held in self.held if held.key == key and held.turn < barrier]
        for held in sorted(free, key=lambda waiting: waiting.turn):
            self.held.remove(held)
            if held.event is not None:
                ledger.count_late(held.entry, key, held.event, self.caller.person)

    # -- the answer --------------------------------------------------------------------------

    def _write_head(self, head: Head) -> None:
        where = (heads.c.device == self.batch.device) & (heads.c.epoch == self.batch.epoch)
        values = {"count": head.count, "hash": head.hash}
        done = self.writing.conn.execute(update(heads).where(where).values(values))
        if done.rowcount == 0:
            names = {"device": self.batch.device, "epoch": self.batch.epoch}
            self.writing.conn.execute(insert(heads).values(names | values))

    def _receipt(self, head: Head, results: list[Result]) -> Receipt:
        receipt = Receipt(
            device=self.batch.device,
            epoch=self.batch.epoch,
            nonce=self.batch.nonce,
            office_epoch=self.writing.epoch,
            head=head,
            results=results,
        ).signed(self.office.keys.sign)
        row = {
            "device": receipt.device,
            "epoch": receipt.epoch,
            "nonce": receipt.nonce,
            "count": head.count,
            "results": receipt.results_hash,
            "signature": receipt.signature,
            "given_at": self.now_ms,
        }
        self.writing.conn.execute(insert(receipts).values(row))
        return receipt


_REPLACE = (
    update(events).where(events.c.id == bindparam("b_id")).values(replaced_by=bindparam("b_by"))
)


_ADOPT = update(events).where(events.c.entry == bindparam("b_entry")).values(seq=bindparam("b_seq"))


def _repeat(row: Row[*tuple[Any, ...]]) -> _Given:
    """What was said of an event before."""
    if row.status == Outcome.APPLIED:
        return _Given(Outcome.DUPLICATE, row.position)
    return _Given(Outcome(row.status), reason=row.reason)
