"""What the office has set aside of laptops' events: refused ones, and those held behind them.

Each is listed until its laptop corrects it, or somebody at the office releases or dismisses it;
and each is told to its laptop with every summary, so that neither side forgets it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, and_, select, update

from fieldkit.domain.core.errors import NotFound, Reason, Refused
from fieldkit.domain.core.event import Event, Role
from fieldkit.office.database import portions
from fieldkit.office.devices.enrol import Caller
from fieldkit.office.exchange.judge_batch import NOT_CORRECTABLE
from fieldkit.office.exchange.permissions import Sender
from fieldkit.office.ledger.documents import Key
from fieldkit.office.ledger.incoming_events import is_id
from fieldkit.office.ledger.ledger import Ledger
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import note
from fieldkit.office.tables import SET_ASIDE, devices, documents, events
from fieldkit.sync.protocol.messages import MAX_SET_ASIDE, Outcome, Rejected, Result

_Row = Row[*tuple[Any, ...]]
UNSETTLED = and_(
    SET_ASIDE, events.c.replaced_by.is_(None), events.c.reason != Rejected.DISMISSED.value
)
"""Events that wait for their laptop or the office: refused or held, and neither replaced nor
dismissed."""


@dataclass(frozen=True)
class EventAside:
    """An event that does not count: where it comes from, what it is about, and why.

    `record` is the record's id, `number` what people call it, or its id; `status` is `rejected`
    (`reason` says why) or `held` (behind the event `behind`); `holds` counts what is held behind
    a refused one; `since` is when it came.
    """

    event: str
    device: str
    person: str
    by: str
    type: str
    record: str
    number: str
    status: str
    reason: str
    behind: str
    holds: int
    since: datetime


def list_set_aside(office: Office) -> list[EventAside]:
    """All that is refused or held and waits for a person, the oldest first."""
    columns = select(events, devices.c.person, documents.c.number)
    same = and_(documents.c.kind == events.c.kind, documents.c.record == events.c.record)
    found = (
        columns.outerjoin_from(events, devices, devices.c.id == events.c.device)
        .outerjoin(documents, same)
        .where(UNSETTLED)
        .order_by(events.c.entry)
    )
    with office.db.reading() as conn:
        rows = conn.execute(found).all()
    barriers: dict[tuple[str, str, str], Any] = {}
    for row in rows:
        if row.status == Outcome.REJECTED and row.reason not in NOT_CORRECTABLE:
            first = barriers.setdefault(_order(row), row)
            if row.turn < first.turn:
                barriers[_order(row)] = row
    behind = {
        row.id: barriers[_order(row)].id
        for row in rows
        if row.status == Outcome.HELD and _order(row) in barriers
    }
    holds = Counter(behind.values())
    return [_aside(office, row, behind.get(row.id, ""), holds[row.id]) for row in rows]


def release(office: Office, event_id: str, by: str) -> list[str]:
    """Let an event count though its laptop has not corrected what is before it: a held one with
    those held before it, or one that was refused because the laptop's people may not record it.

    Returns the ids of what counts now. Raises `NotFound`, or `Refused` (`not_releasable`) for what
    no word of the office makes whole.
    """
    with office.db.writing() as writing:
        row = _find(writing.conn, event_id)
        if row.status == Outcome.HELD:
            due = [one for one in _held_of(writing.conn, row) if one.turn <= row.turn]
        elif row.reason == Rejected.NOT_PERMITTED:
            due = [row]
        else:
            raise Refused(Reason("not_releasable"))
        ledger = Ledger(office, writing)
        _count(office, ledger, due, by_office=row.status != Outcome.HELD)
        ledger.flush()
        for one in due:
            note(office, writing, by, "event_released", one.id)
    return [str(one.id) for one in due]


def dismiss(office: Office, event_id: str, by: str) -> list[str]:
    """Say that an event will not count and need not be corrected. What was held behind it counts,
    unless another refused one is before it; returns the ids of that. Raises `NotFound`."""
    with office.db.writing() as writing:
        row = _find(writing.conn, event_id)
        values = {"status": Outcome.REJECTED.value, "reason": Rejected.DISMISSED.value}
        writing.conn.execute(update(events).where(events.c.entry == row.entry).values(values))
        barrier = min((one.turn for one in _barriers(writing.conn, row)), default=None)
        due = [one for one in _held_of(writing.conn, row) if barrier is None or one.turn < barrier]
        ledger = Ledger(office, writing)
        _count(office, ledger, due)
        ledger.flush()
        note(office, writing, by, "event_dismissed", row.id)
    return [str(one.id) for one in due]


def told_again(conn: Connection, device_id: str, asked: Iterable[str]) -> dict[str, Result]:
    """What became of a device's events that it asks for, and of its others that wait for a person:
    after a restore, and to a laptop that lost its last days, nothing else would tell."""
    here = select(events.c.id, events.c.status, events.c.position, events.c.reason).where(
        events.c.device == device_id
    )
    found: dict[str, Result] = {}
    for portion in portions(filter(is_id, asked)):
        found |= {
            row.id: _result(row) for row in conn.execute(here.where(events.c.id.in_(portion)))
        }
    waiting = here.where(UNSETTLED).order_by(events.c.entry).limit(MAX_SET_ASIDE)
    return found | {row.id: _result(row) for row in conn.execute(waiting)}


def _result(row: _Row) -> Result:
    return Result(status=Outcome(row.status), position=row.position, reason=row.reason)


def _order(row: _Row) -> tuple[str, str, str]:
    return row.device, row.kind, row.record


def _aside(office: Office, row: _Row, behind: str, holds: int) -> EventAside:
    try:
        by = Event.from_bytes(row.raw).by
    except ValidationError:
        by = ""
    since = datetime.fromtimestamp(row.received_at / 1000, office.clock().tzinfo)
    return EventAside(
        event=row.id,
        device=row.device,
        person=row.person or "",
        by=by,
        type=row.type,
        record=row.record,
        number=row.number or row.record,
        status=row.status,
        reason=row.reason,
        behind=behind,
        holds=holds,
        since=since,
    )


def _find(conn: Connection, event_id: str) -> _Row:
    row = conn.execute(select(events).where(events.c.id == event_id, UNSETTLED)).first()
    if row is None:
        raise NotFound("event_aside", event_id)
    return row


def _of_record(conn: Connection, row: _Row, status: Outcome) -> Sequence[_Row]:
    same = and_(
        events.c.device == row.device, events.c.kind == row.kind, events.c.record == row.record
    )
    found = select(events).where(same, UNSETTLED, events.c.status == status.value)
    return conn.execute(found.order_by(events.c.turn)).all()


def _held_of(conn: Connection, row: _Row) -> Sequence[_Row]:
    return _of_record(conn, row, Outcome.HELD)


def _barriers(conn: Connection, row: _Row) -> list[_Row]:
    refused = _of_record(conn, row, Outcome.REJECTED)
    return [one for one in refused if one.reason not in NOT_CORRECTABLE]


def _count(office: Office, ledger: Ledger, due: Sequence[_Row], by_office: bool = False) -> None:
    """Give these events positions, with the flags that they would have got without the wait."""
    if not due:
        return
    conn = ledger.writing.conn
    device = conn.execute(select(devices).where(devices.c.id == due[0].device)).one()
    caller = Caller(device.id, device.person, Role(device.role), device.sign_key)
    found = [Event.from_bytes(row.raw) for row in due]
    sender = Sender.read(conn, caller, office.clock(), found)
    key = Key(due[0].kind, due[0].record)
    flagged = []
    for row, event in zip(due, found, strict=True):
        if not by_office:
            flagged += [(event, one.flag, (one.what,)) for one in sender.concerns_late(event)]
        person = caller.person if sender.entitles(key) else ""
        ledger.count_late(row.entry, key, event, person)
        sender.note(event)
    ledger.flag_all(flagged)
