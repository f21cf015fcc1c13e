"""Take a batch of events: a result for each, a receipt for the device, in one transaction.

A repeated batch gets the same results again. The phases: read what is there, judge
(`judge_batch`), fold, number, write. The first three run before the writer's turn, with
provisional numbers, and without looking up whether an id is taken: the database refuses a taken
one at the write. If it does, if what was read is out of date by then, or if the batch holds what
no honest laptop sends, all phases run again in turn, with every id looked up.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from fieldkit.domain.core.event import Event
from fieldkit.office.database import Writing, portions
from fieldkit.office.devices.enrol import Caller
from fieldkit.office.errors import Denied
from fieldkit.office.exchange.judge_batch import (
    NOT_CORRECTABLE,
    Fork,
    Judgement,
    KnownEvent,
    Present,
    RefilledEvent,
    WaitingEvent,
    is_regular,
    judge_chain,
    judge_events,
)
from fieldkit.office.exchange.permissions import Sender
from fieldkit.office.ledger.documents import Key
from fieldkit.office.ledger.incoming_events import Arrival, arrivals, decode_events, is_id
from fieldkit.office.ledger.ledger import Ledger
from fieldkit.office.office import Office
from fieldkit.office.tables import SET_ASIDE, EventRow, conflicts, devices, events, heads, receipts
from fieldkit.sync.protocol.messages import (
    Batch,
    Head,
    Outcome,
    Receipt,
    Rejected,
    Result,
    event_id,
)


@dataclass(frozen=True)
class SentBatch:
    """A batch as it came: from whom and when, and its parsed events."""

    caller: Caller
    batch: Batch
    arrivals: Sequence[Arrival]
    now_ms: int


def accept(office: Office, caller: Caller, batch: Batch) -> Receipt:
    """Take a batch whose signature was checked, and return the receipt.

    Raises `Denied`: `wrong_device`; `bad_request`; `hole` (`CONFLICT`, with the count after which
    the device must send); `forked` (`CONFLICT`, with a sequence that has other bytes already).
    """
    if batch.device != caller.device_id:
        raise Denied(HTTPStatus.FORBIDDEN, "wrong_device")
    # Events are parsed before it is this writer's turn.
    arrived = arrivals(batch, decode_events(batch.events), caller.role)
    sent = SentBatch(caller, batch, arrived, office.now_ms)
    try:
        with office.db.writing(ahead=True) as writing:
            answer = _take(office, writing, sent, every_id=False)
    except IntegrityError:  # an id is taken
        answer = None
    if answer is None:
        with office.db.writing() as writing:
            answer = _take(office, writing, sent, every_id=True)
    assert answer is not None  # in turn, the phases never ask to run again
    if isinstance(answer, Denied):
        raise answer
    return answer


def _take(
    office: Office, writing: Writing, sent: SentBatch, *, every_id: bool
) -> Receipt | Denied | None:
    """Run the phases. Returns the receipt; or why nothing of the batch can be taken, with the
    evidence kept; or None if they must run again in turn, with `every_id` looked up."""
    head = read_chain_head(writing.conn, sent.batch.device, sent.batch.epoch)
    known = read_repeats(writing.conn, sent.batch, head)
    chain = judge_chain(sent.batch.first, sent.arrivals, head, known)
    if isinstance(chain, Denied):
        return chain
    if isinstance(chain, Fork):
        return write_fork(writing.conn, sent, chain.arrival) if every_id else None
    results = [repeated(event) for event in chain.repeated]
    if not chain.new:
        if not _take_turn(writing, sent.batch, head):
            return None
        return write_receipt(office, writing, sent, head, results)
    present = read_present(writing.conn, sent.batch.device, chain.new, every_id=every_id)
    found = [arrival.event for arrival in chain.new if arrival.event and not arrival.reason]
    found += _held_behind(present, chain.new)
    sender = Sender.read(writing.conn, sent.caller, office.clock(), found)
    judged, last_entry = judge_events(chain.new, present, writing.entry, sender)
    if not (every_id or is_regular(judged)):
        return None
    writing.entry = last_entry
    ledger = Ledger(office, writing)
    positions = fold_events(ledger, sender, sent, judged)
    if not _take_turn(writing, sent.batch, head, sender):
        return None
    ledger.flush()
    write_judged(writing.conn, sent, judged)
    results += number_results(writing, judged, positions)
    head = Head(count=chain.new[-1].seq, hash=chain.new[-1].hash)
    write_chain_head(writing.conn, sent.batch, head)
    return write_receipt(office, writing, sent, head, results)


def _take_turn(writing: Writing, batch: Batch, head: Head, sender: Sender | None = None) -> bool:
    """Begin to write after reading ahead; false, with nothing written, if the head has moved, or
    somebody else has begun a record that was new."""
    if writing.in_turn:
        return True
    writing.take_turn()
    moved = read_chain_head(writing.conn, batch.device, batch.epoch) != head
    if not moved and not (sender and sender.is_stale(writing.conn)):
        return True
    writing.cancel()
    return False


# -- read ------------------------------------------------------------------------------------


def read_chain_head(conn: Connection, device_id: str, epoch: str) -> Head:
    """The head of a device's chain as the office has it."""
    where = (heads.c.device == device_id) & (heads.c.epoch == epoch)
    row = conn.execute(select(heads).where(where)).first()
    return Head(count=row.count, hash=row.hash) if row else Head()


def read_repeats(conn: Connection, batch: Batch, head: Head) -> list[KnownEvent]:
    """The events that the office has under the batch's sequences."""
    last = min(head.count, batch.first + len(batch.events) - 1)
    if last < batch.first:
        return []
    rows = conn.execute(
        select(events.c.raw, events.c.status, events.c.position, events.c.reason)
        .where(events.c.device == batch.device, events.c.epoch == batch.epoch)
        .where(events.c.seq.between(batch.first, last))
        .order_by(events.c.seq)
    )
    return [KnownEvent(row.raw, Outcome(row.status), row.position, row.reason) for row in rows]


def read_present(
    conn: Connection, device_id: str, new: Sequence[Arrival], *, every_id: bool
) -> Present:
    """What may affect the new events: the device's set-aside events, and the ids that they name.

    With `every_id` also their own ids, and refilled events under them.
    """
    rejected, held = _read_waiting(conn, device_id)
    named = {arrival.event.replaces for arrival in new if arrival.event and arrival.event.replaces}
    sought = named | {arrival.id for arrival in new} if every_id else named
    columns = select(events.c.id, events.c.kind, events.c.record)
    unnumbered = select(events.c.id, events.c.entry, events.c.position, events.c.raw).where(
        events.c.device == device_id, events.c.seq.is_(None)
    )
    records: dict[str, Key] = {}
    refilled: dict[str, RefilledEvent] = {}
    for portion in portions(filter(is_id, sought)):  # none other can be kept
        for row in conn.execute(columns.where(events.c.id.in_(portion))):
            records[row.id] = Key(row.kind, row.record)
        if every_id and records:
            for back in conn.execute(unnumbered.where(events.c.id.in_(portion))):
                refilled[back.id] = RefilledEvent(back.entry, back.position, back.raw)
    replaced_by = _read_replacements(conn, (name for name in named if name not in rejected))
    return Present(rejected, held, records, replaced_by, refilled)


def _held_behind(present: Present, new: Sequence[Arrival]) -> list[Event]:
    """The held events that a correction among the new ones may release."""
    if not present.held:
        return []
    touched = {arrival.key for arrival in new}
    return [held.event for held in present.held if held.event and held.key in touched]


def _read_waiting(
    conn: Connection, device_id: str
) -> tuple[dict[str, WaitingEvent], list[WaitingEvent]]:
    """The device's rejected and held events that nothing has replaced; usually none."""
    rejected: dict[str, WaitingEvent] = {}
    held: list[WaitingEvent] = []
    unreplaced = select(events).where(events.c.device == device_id, SET_ASIDE)
    for row in conn.execute(unreplaced.where(events.c.replaced_by.is_(None))):
        key = Key(row.kind, row.record)
        if row.status == Outcome.HELD:
            held.append(WaitingEvent(row.entry, row.id, key, row.turn, Event.from_bytes(row.raw)))
        else:
            holds = row.reason not in NOT_CORRECTABLE
            rejected[row.id] = WaitingEvent(row.entry, row.id, key, row.turn, None, holds)
    return rejected, held


def _read_replacements(conn: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The replacement of each of the ids, and of each replacement in turn."""
    columns = select(events.c.id, events.c.replaced_by).where(events.c.replaced_by.is_not(None))
    found: dict[str, str] = {}
    sought = set(filter(is_id, ids))
    while sought:
        step = {
            row.id: row.replaced_by
            for portion in portions(sought)
            for row in conn.execute(columns.where(events.c.id.in_(portion)))
        }
        found |= step
        sought = {name for name in step.values() if is_id(name) and name not in found}
    return found


# -- fold and number -------------------------------------------------------------------------


def fold_events(
    ledger: Ledger, sender: Sender, sent: SentBatch, judged: Sequence[Judgement]
) -> list[int | None]:
    """Add every event to the ledger, assign positions to those that count, and fold them; flag
    what the sender could not be trusted with.

    Returns the positions, one for each of `judged`; they may be provisional.
    """
    positions = []
    for one in judged:
        arrival, position = one.arrival, one.position
        person = sent.caller.person if sender.entitles(arrival.key) else ""
        if one.status is Outcome.APPLIED and arrival.event is not None:
            position = ledger.count(arrival.key, arrival.event, person)
        if one.status is not Outcome.DUPLICATE:
            ledger.add(event_row(sent, one, position))
        for held in one.releases:
            if held.event is not None:
                ledger.count_late(held.entry, held.key, held.event, person)
        positions.append(position)
    ledger.flag_all(_flags(judged))
    ledger.fold()
    return positions


def _flags(judged: Sequence[Judgement]) -> Iterator[tuple[Event, str, tuple[str]]]:
    """The flags of what counts now: new events, and those that were held until now."""
    for one in judged:
        counting = [(one.arrival.event, one.concerns)] if one.status is Outcome.APPLIED else []
        counting += [(held.event, held.concerns) for held in one.releases]
        for event, concerns in counting:
            if event is not None:
                yield from ((event, concern.flag, (concern.what,)) for concern in concerns)


def event_row(sent: SentBatch, one: Judgement, position: int | None) -> EventRow:
    """The row of a new event as it was judged."""
    return EventRow(
        entry=one.entry,
        id=one.kept_as,
        device=sent.batch.device,
        epoch=sent.batch.epoch,
        seq=one.arrival.seq,
        kind=one.arrival.key.kind,
        record=one.arrival.key.record,
        type=one.arrival.type,
        status=one.status.value,
        position=position,
        turn=one.turn,
        received_at=sent.now_ms,
        raw=one.arrival.raw,
        reason=one.reason,
    )


def repeated(event: KnownEvent) -> Result:
    """The result of an event that was judged before."""
    if event.status is Outcome.APPLIED:
        return Result(status=Outcome.DUPLICATE, position=event.position)
    return Result(status=event.status, reason=event.reason)


def number_results(
    writing: Writing, judged: Iterable[Judgement], positions: Iterable[int | None]
) -> list[Result]:
    """The results of new events, with their final positions. In turn."""
    return [
        Result(
            status=one.status,
            position=None if position is None else writing.final_position(position),
            reason=one.reason,
        )
        for one, position in zip(judged, positions, strict=True)
    ]


# -- write -----------------------------------------------------------------------------------


def write_judged(conn: Connection, sent: SentBatch, judged: Sequence[Judgement]) -> None:
    """Write what the ledger does not: replacements, sequences of refilled events, conflicts."""
    replaced = [{"b_id": one.replaces, "b_by": one.kept_as} for one in judged if one.replaces]
    if replaced:
        conn.execute(_REPLACE, replaced)
    adopted = [
        {"b_entry": one.entry, "b_seq": one.arrival.seq}
        for one in judged
        if one.status is Outcome.DUPLICATE
    ]
    if adopted:
        conn.execute(_ADOPT, adopted)
    for one in judged:
        if one.reason == Rejected.SAME_ID:
            _write_conflict(conn, sent, one.arrival, Rejected.SAME_ID)


def write_fork(conn: Connection, sent: SentBatch, arrival: Arrival) -> Denied:
    """Store the evidence of a fork and mark the device as forked."""
    _write_conflict(conn, sent, arrival._replace(id=event_id(arrival.raw)), "forked")
    where = devices.c.id == sent.caller.device_id
    conn.execute(
        update(devices).where(where, devices.c.forked_at.is_(None)).values(forked_at=sent.now_ms)
    )
    return Denied(HTTPStatus.CONFLICT, "forked", seq=arrival.seq)


def _write_conflict(conn: Connection, sent: SentBatch, arrival: Arrival, reason: str) -> None:
    """Store bytes that contradict what is there, once."""
    where = (conflicts.c.digest == arrival.hash) & (conflicts.c.device == sent.batch.device)
    if conn.execute(select(conflicts.c.digest).where(where)).first():
        return
    row = {
        "digest": arrival.hash,
        "device": sent.batch.device,
        "reason": reason,
        "epoch": sent.batch.epoch,
        "seq": arrival.seq,
        "event": arrival.id,
        "raw": arrival.raw,
        "received_at": sent.now_ms,
    }
    conn.execute(insert(conflicts).values(row))


def write_chain_head(conn: Connection, batch: Batch, head: Head) -> None:
    """Store the head of a device's chain."""
    where = (heads.c.device == batch.device) & (heads.c.epoch == batch.epoch)
    values = {"count": head.count, "hash": head.hash}
    if conn.execute(update(heads).where(where).values(values)).rowcount == 0:
        names = {"device": batch.device, "epoch": batch.epoch}
        conn.execute(insert(heads).values(names | values))


def write_receipt(
    office: Office, writing: Writing, sent: SentBatch, head: Head, results: list[Result]
) -> Receipt:
    """Sign the receipt and store what it states."""
    receipt = Receipt(
        device=sent.batch.device,
        epoch=sent.batch.epoch,
        nonce=sent.batch.nonce,
        office_epoch=writing.epoch,
        head=head,
        results=results,
    ).signed(office.keys.sign)
    row = {
        "device": receipt.device,
        "epoch": receipt.epoch,
        "nonce": receipt.nonce,
        "count": head.count,
        "results": receipt.results_hash,
        "signature": receipt.signature,
        "given_at": sent.now_ms,
    }
    writing.conn.execute(insert(receipts).values(row))
    return receipt


_REPLACE = (
    update(events).where(events.c.id == bindparam("b_id")).values(replaced_by=bindparam("b_by"))
)
_ADOPT = update(events).where(events.c.entry == bindparam("b_entry")).values(seq=bindparam("b_seq"))
