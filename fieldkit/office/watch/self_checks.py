"""Checks after intake: judge verdicts again by their rules, verify telephone approval codes.

Intake never waits for this. A check reads what came since the last one, and emits `job.flagged`
where a person must look; the verdict and the quote stay as they are.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Select, insert, select, update

from fieldkit.domain.core.catalogue import Part
from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.event import Act, Author, Event, Role
from fieldkit.domain.core.job_codes import Answer
from fieldkit.domain.job.fitted_serial import ELSEWHERE
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.phone_approval import LIFETIME
from fieldkit.domain.job.side_events import ApprovalAnswered
from fieldkit.domain.records.component_serials import component_serials
from fieldkit.domain.records.follow_up import PRODUCT_GONE, FollowUp
from fieldkit.office.database import Writing
from fieldkit.office.desk.acting_as import products_with_component
from fieldkit.office.desk.phone_codes import is_told_code
from fieldkit.office.ledger.documents import Key, load_one
from fieldkit.office.ledger.ledger import OFFICE, Ledger
from fieldkit.office.office import Office
from fieldkit.office.publishing.catalogue import current_catalogue
from fieldkit.office.tables import devices, documents, events, progress
from fieldkit.office.tables import office as office_row
from fieldkit.office.watch.carried_corrections import CORRECTIONS, carried_on
from fieldkit.office.watch.money_checks import COMPARED, OfficeTerms, differing
from fieldkit.rules import Pack, replay
from fieldkit.rules.deciding.replay import Deviation
from fieldkit.rules.deciding.second_engine import durable_tables, engine_fault

_LOG = logging.getLogger(__name__)
Packs = Callable[[str], Pack | None]
"""The pack with a SHA-256, or None if the office does not have it."""

_CHORE = "checks"
_DECISIONS = frozenset({"job.decided", "job.surveyed", "job.complaint_opened"})
_CHECKED = (
    *sorted(_DECISIONS),
    "follow_up.done",
    "job.approval_answered",
    "product.exchanged",
    "product.serviced",
    *CORRECTIONS,
    *COMPARED,
)
_AT_ONCE = 200
"""Events a round: its flags are written in one transaction, for which other writers wait."""
_IDLE = 1_000
"""Positions that may pass without a note of progress: an idle check need not write each time."""
_BROKEN = (FieldkitError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What the rules may raise on facts that no honest program has written."""


@dataclass(frozen=True)
class Finding:
    """An event that needs a person: its flag, and which parts of it (`what`)."""

    event: Event
    flag: str
    what: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """How many events were checked, how many flagged, and whether more are waiting."""

    events: int
    flagged: int
    more: bool


def check_new(office: Office, packs: Packs, limit: int = _AT_ONCE) -> Checked:
    """Check the next verdicts and approvals since the last check, at most `limit`.

    Several processes may call it at once; each event is checked by one of them.
    """
    published = OfficeTerms(cache(partial(_parts, office)), packs)
    with office.db.reading() as conn:
        done = _read_progress(conn)
        rows = conn.execute(_since(done).limit(limit)).all()
        newest = conn.scalar(select(office_row.c.position)) or 0
        found = [finding for row in rows for finding in _check(conn, row, published)]
        ended = [call for row in rows for call in _calls_of_the_gone(conn, row)]
        ended += [act for row in rows for act in carried_on(conn, Event.from_bytes(row.raw))]
    more = len(rows) == limit
    end = rows[-1].position if more else newest
    if rows or end - done > _IDLE:
        with office.db.writing() as writing:
            if _read_progress(writing.conn) != done:
                return Checked(0, 0, more=True)
            _flag(office, writing, found)
            _emit(office, writing, ended)
            _write_progress(writing.conn, end)
    return Checked(len(rows), len(found), more)


def check_all(office: Office, packs: Packs) -> Checked:
    """Check all verdicts and approvals that came since the last check."""
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


def _called_by_scored(conn: Connection, event: Event, device_id: str) -> Iterator[Finding]:
    """Somebody else calls the customer than whose work she has scored, on whosever laptop."""
    stored = load_one(conn, Key(event.kind, event.record))
    call = stored.document if stored else None
    scored = call.planned.not_by if isinstance(call, FollowUp) and call.planned else ""
    of_laptop = conn.scalar(select(devices.c.person).where(devices.c.id == device_id))
    if scored and scored in (event.by, of_laptop):
        yield Finding(event, "called_by_scored", (event.by,))


def _parts(office: Office) -> Mapping[str, Part] | None:
    catalogue = current_catalogue(office)
    return {part.sku: part for part in catalogue.parts} if catalogue else None


def _check(
    conn: Connection, row: Row[int | None, str, bytes], published: OfficeTerms
) -> Iterator[Finding]:
    event = Event.from_bytes(row.raw)
    if event.type in ("product.exchanged", *CORRECTIONS):
        return
    if event.type == "follow_up.done":
        yield from _called_by_scored(conn, event, row.device)
    elif event.type == "product.serviced":
        yield from _components_elsewhere(conn, event)
    elif event.type in _DECISIONS:
        yield from _check_decision(event, published.pack)
    elif event.type in COMPARED:
        for flag, what in differing(conn, event, row.position or 0, published):
            yield Finding(event, flag, (what,) if what else ())
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
        differing = tuple(item.what for item in _judged_again(record, pack, today_pack))
    except _BROKEN:
        differing = ("facts",)
    if differing:
        yield Finding(event, "decision_differs", differing)


def _judged_again(record: Decision, pack: Pack, today_pack: Pack) -> list[Deviation]:
    """By the reference, and by durable_rules too where the laptop could not load it."""
    found = replay(record, pack, today_pack)
    if found or not record.engine_missing:
        return found
    if engine_fault():
        _LOG.warning("durable_rules is missing here too: a verdict has one engine's word only")
        return found
    try:
        with durable_tables(pack, today_pack) as evaluate:
            return replay(record, pack, today_pack, evaluate)
    except Exception as error:  # an engine of C code: whatever it raises must not stop the checks
        _LOG.exception("durable_rules failed on a verdict")
        return [Deviation("engine", "reference", type(error).__name__)]


def _components_elsewhere(conn: Connection, event: Event) -> Iterator[Finding]:
    """What was fitted here and stands in another product, too."""
    try:
        known = component_serials({"history": event.data.get("entries")})
    except _BROKEN:
        return  # the fold has flagged it as unreadable
    for serial in known.values():
        for other in products_with_component(conn, serial, event.record):
            yield Finding(event, ELSEWHERE, (f"{serial} ({other})",))


def _verified(conn: Connection, event: Event, device_id: str) -> bool:
    """Whether an approval was a supervisor's own, or by a telephone code that the office told for
    this request. A refusal needs no code."""
    try:
        data = ApprovalAnswered.model_validate(event.data)
    except ValidationError:
        return True
    if event.role is Role.SUPERVISOR or data.answer is Answer.REFUSED:
        return True
    stored = load_one(conn, Key("job", event.record))
    if stored is None or not isinstance(stored.document, Job):
        return False
    job = stored.document
    answer = next((one for one in job.answers if one.stamp and one.stamp.event == event.id), None)
    if answer is None:
        return True  # a newer verdict has dropped the answer: nothing depends on it any more
    return any(
        is_told_code(conn, device_id, job.number, asked, data)
        and event.at - asked.stamp.at <= LIFETIME
        for asked in job.approvals
        if asked.stamp and asked.stamp.event == answer.request
    )


def _calls_of_the_gone(conn: Connection, row: Row[int | None, str, bytes]) -> Iterator[Act]:
    """The ends of the open calls about a product that the customer does not have any more, but
    for those that the job plans which took it back."""
    event = Event.from_bytes(row.raw)
    if event.type != "product.exchanged":
        return
    about = documents.c.body.contains(f'"product":{json.dumps(event.record)}', autoescape=True)
    is_open = (documents.c.kind == "follow_up", documents.c.status == "open")
    for (body,) in conn.execute(select(documents.c.body).where(*is_open, about)):
        call = FollowUp.model_validate_json(body)
        planned = call.planned
        if planned and planned.product == event.record and planned.job != event.data.get("job"):
            yield Act(record=call.id, type="follow_up.done", data={"outcome": PRODUCT_GONE})


def _flag(office: Office, writing: Writing, found: list[Finding]) -> None:
    acts = []
    for finding in found:
        event = finding.event
        data = {"flag": finding.flag, "cause": event.id, "what": list(finding.what)}
        acts.append(Act(record=event.record, type=f"{event.kind}.flagged", data=data))
    _emit(office, writing, acts)


def _emit(office: Office, writing: Writing, acts: list[Act]) -> None:
    author = Author(by=OFFICE, role=Role.SCRIPT, at=office.clock())
    ledger = Ledger(office, writing)
    for act in acts:
        ledger.emit(act, author)
    ledger.flush()


def _read_progress(conn: Connection) -> int:
    where = progress.c.chore == _CHORE
    return conn.scalar(select(progress.c.position).where(where)) or 0


def _write_progress(conn: Connection, position: int) -> None:
    where = progress.c.chore == _CHORE
    if conn.execute(update(progress).where(where).values(position=position)).rowcount == 0:
        conn.execute(insert(progress).values(chore=_CHORE, position=position))
