"""What the office checks soon after intake: verdicts judged again, telephone codes verified.

Intake never waits for this. A chore reads what came since it last looked, and says
`job.flagged` where a person must look; the verdict and the quote stay as they are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Select, insert, select, update

from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.event import Act, Author, Event, Role
from fieldkit.domain.core.job_codes import Answer
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.phone_approval import LIFETIME, PhoneKey, is_code_for
from fieldkit.domain.job.side_events import ApprovalAnswered
from fieldkit.office.database import Writing
from fieldkit.office.ledger.documents import Key, load
from fieldkit.office.ledger.ledger import OFFICE, Ledger
from fieldkit.office.office import Office
from fieldkit.office.tables import devices, events, progress
from fieldkit.office.tables import office as office_row
from fieldkit.rules import Pack, replay

Packs = Callable[[str], Pack | None]
"""The pack with a SHA-256, or None if the office does not have it."""

_CHORE = "checks"
_DECISIONS = frozenset({"job.decided", "job.surveyed", "job.complaint_opened"})
_CHECKED = (*sorted(_DECISIONS), "job.approval_answered")
_AT_ONCE = 200
_IDLE = 1_000
_BROKEN = (FieldkitError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What facts that no honest program wrote may do to the rules."""


@dataclass(frozen=True)
class Finding:
    """An event that needs a person, with the flag and what about it."""

    event: Event
    flag: str
    what: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """How many events were looked at, and how many of them were flagged."""

    events: int
    flagged: int
    more: bool


def check_new(office: Office, packs: Packs, limit: int = _AT_ONCE) -> Checked:
    """Check the verdicts and approvals that came since the last call, at most `limit`.

    Several processes may call it: what one has done the others leave alone.
    """
    with office.db.reading() as conn:
        done = _done(conn)
        rows = conn.execute(_since(done).limit(limit)).all()
        newest = conn.scalar(select(office_row.c.position)) or 0
        found = [finding for row in rows for finding in _check(conn, row, packs)]
    more = len(rows) == limit
    end = rows[-1].position if more else newest
    if rows or end - done > _IDLE:
        with office.db.writing() as writing:
            if _done(writing.conn) != done:
                return Checked(0, 0, more=True)
            _say(office, writing, found)
            _note(writing.conn, end)
    return Checked(len(rows), len(found), more)


def check_all(office: Office, packs: Packs) -> Checked:
    """Check everything that came since the last time."""
    looked, flagged = 0, 0
    while True:
        done = check_new(office, packs)
        looked, flagged = looked + done.events, flagged + done.flagged
        if not done.more:
            return Checked(looked, flagged, more=False)


def _since(position: int) -> Select[int | None, str, bytes]:
    return (
        select(events.c.position, events.c.device, events.c.raw)
        .where(events.c.position > position, events.c.type.in_(_CHECKED))
        .order_by(events.c.position)
    )


def _check(conn: Connection, row: Row[int | None, str, bytes], packs: Packs) -> Iterator[Finding]:
    event = Event.from_bytes(row.raw)
    if event.type in _DECISIONS:
        yield from _check_decision(event, packs)
    elif not _verified(conn, event, row.device):
        yield Finding(event, "approval_unverified")


def _check_decision(event: Event, packs: Packs) -> Iterator[Finding]:
    recorded = event.data.get("decision")
    if recorded is None:
        return
    try:
        record = Decision.model_validate(recorded)
    except ValidationError:
        return  # the fold has flagged it as unreadable
    pack, today_pack = packs(record.pack.sha256), packs(record.today_pack.sha256)
    if pack is None or today_pack is None:
        lacking = record.pack if pack is None else record.today_pack
        yield Finding(event, "decision_unknown_rules", (f"{lacking.name} r{lacking.revision}",))
        return
    try:
        differing = tuple(item.what for item in replay(record, pack, today_pack))
    except _BROKEN:
        differing = ("facts",)
    if differing:
        yield Finding(event, "decision_differs", differing)


def _verified(conn: Connection, event: Event, device: str) -> bool:
    """Whether an approval was a supervisor's own, or its telephone code is that of the request.

    A refusal needs no code.
    """
    try:
        data = ApprovalAnswered.model_validate(event.data)
    except ValidationError:
        return True
    if event.role is Role.SUPERVISOR or data.answer is Answer.REFUSED:
        return True
    record = Key("job", event.record)
    stored = load(conn, [record]).get(record)
    approval_key = conn.scalar(select(devices.c.approval_key).where(devices.c.id == device))
    if stored is None or not isinstance(stored.document, Job) or approval_key is None:
        return False
    job = stored.document
    answer = next((one for one in job.answers if one.stamp and one.stamp.event == event.id), None)
    if answer is None:
        return True  # a newer verdict has dropped it: nothing stands on this answer any more
    key = PhoneKey(device, approval_key)
    return any(
        is_code_for(key, data.code, job.number, asked, data.charge)
        and event.at - asked.stamp.at <= LIFETIME
        for asked in job.approvals
        if asked.stamp and asked.stamp.event == answer.request
    )


def _say(office: Office, writing: Writing, found: list[Finding]) -> None:
    author = Author(by=OFFICE, role=Role.SCRIPT, at=office.clock())
    ledger = Ledger(office, writing)
    for finding in found:
        event = finding.event
        data = {"flag": finding.flag, "cause": event.id, "what": list(finding.what)}
        key = Key("job", event.record)
        stored = load(writing.conn, [key]).get(key)
        act = Act(record=event.record, type="job.flagged", data=data)
        ledger.emit(act, author, base=stored.position if stored else 0)
    ledger.settle()


def _done(conn: Connection) -> int:
    where = progress.c.chore == _CHORE
    return conn.scalar(select(progress.c.position).where(where)) or 0


def _note(conn: Connection, position: int) -> None:
    where = progress.c.chore == _CHORE
    if conn.execute(update(progress).where(where).values(position=position)).rowcount == 0:
        conn.execute(insert(progress).values(chore=_CHORE, position=position))
