"""What must hold whatever has happened: each function raises `AssertionError` if it does not."""

import hashlib
import json
from typing import Any

from sqlalchemy import select

from fieldkit.domain.core.event import Event, RecordKind, Role, digest
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.office.exchange.held_events import UNSETTLED
from fieldkit.office.ledger.attachment_manifest import upload_parts, uploads, uses
from fieldkit.office.ledger.ledger import OFFICE
from fieldkit.office.people.audit_log import audit
from fieldkit.office.tables import devices, documents, events, grants
from fieldkit.office.tables import office as office_row
from tests.simulation.company import Company
from tests.simulation.laptop import Laptop
from tests.simulation.people import DESK, TOO_LONG


def check_trust(company: Company) -> None:
    """No laptop believes that the office has what it has not. An office that was restored may
    have lost it, and is told in the calm."""
    if company.office.restored:
        return
    at_office = _positions(company)
    for laptop in company.laptops.values():
        for event, position in _known_positions(laptop).items():
            assert at_office.get(event) == position, f"{laptop.name} trusts what is not there"


def check_drained(company: Company) -> None:
    """Nothing waits in an outbox, in spite of poison."""
    for laptop in company.laptops.values():
        assert laptop.store.lists.unsent() == 0, f"{laptop.name} still waits"


def check_everything(company: Company) -> None:
    """After the calm and all corrections."""
    check_trust(company)
    check_drained(company)
    _check_log(company)
    _check_owed(company)
    _check_told(company)
    _check_flags(company)
    _check_permitted(company)
    _check_office_documents(company)
    for laptop in company.laptops.values():
        _check_laptop(company, laptop)
    _check_attachments(company)


def _rows(company: Company, *what: Any) -> list[Any]:
    with company.office.office.db.reading() as conn:
        return list(conn.execute(select(*what)).all())


def _positions(company: Company) -> dict[str, int]:
    found = _rows(company, events.c.id, events.c.position)
    return {row.id: row.position for row in found if row.position}


def _known_positions(laptop: Laptop) -> dict[str, int]:
    rows = laptop.store.db.table("events")
    return {str(row.doc_id): row["position"] for row in rows if row.get("position")}


def _check_log(company: Company) -> None:
    """Every event once, in one order without holes; chains without holes or forks."""
    rows = _rows(company, events)
    newest = _rows(company, office_row.c.position)[0].position
    positions = sorted(row.position for row in rows if row.position)
    assert positions == list(range(1, newest + 1)), "positions have holes"
    assert len({row.raw for row in rows}) == len(rows), "the same bytes twice"
    counted = [Event.from_bytes(row.raw).id for row in rows if row.position]
    assert len(set(counted)) == len(counted), "an event counts twice"
    let_go = _let_go(company)
    turns: dict[tuple[str, str, str], int] = {}
    for row in sorted((row for row in rows if row.position), key=lambda row: row.position):
        of_device = (row.device, row.kind, row.record)
        in_order = row.turn >= turns.get(of_device, 0) or of_device in let_go
        assert in_order, "counted before what it follows on"
        turns[of_device] = row.turn
    chains: dict[tuple[str, str], dict[int, bytes]] = {}
    for row in rows:
        if row.seq is not None:
            chains.setdefault((row.device, row.epoch), {})[row.seq] = row.raw
    for chain in chains.values():
        assert sorted(chain) == list(range(1, len(chain) + 1)), "a chain has a hole"
        for seq in range(2, len(chain) + 1):
            assert Event.from_bytes(chain[seq]).prev == digest(chain[seq - 1]), "a broken chain"


def _check_owed(company: Company) -> None:
    """What was acknowledged counts at the office, or is parked with a reason."""
    status = {row.id: row for row in _rows(company, events)}
    parked = {
        one.event
        for laptop in company.laptops.values()
        for one in laptop.store.exchange.receipts.rejected()
        if one.reason
    }
    told = _told_of_the_lost(company)
    for event in sorted(company.owed):
        row = status.get(event)
        assert row is not None or event in parked, f"acknowledged and lost: {event}"
        if row is not None and row.record != "":
            settled = row.status == "applied" or row.replaced_by or event in parked
            settled = settled or row.reason == "dismissed" or event in told
            assert settled, f"{row.status} for ever: {event}"


def _check_told(company: Company) -> None:
    """Each laptop knows what the office refuses or holds of its events, and says so."""
    waiting = _rows(company, events.c.device, events.c.id, events.c.status, UNSETTLED)
    for laptop in company.laptops.values():
        exchange = laptop.store.exchange
        device = exchange.device.read()["id"]
        mine = {row.id: row.status for row in waiting if row[-1] and row.device == device}
        refused = {one.event for one in exchange.receipts.rejected()}
        lacking = set(exchange.receipts.lacking(mine))
        assert len(lacking) == exchange.device.set_aside_elsewhere(), "nobody is told of the lost"
        told = {event for event, status in mine.items() if status == "rejected"} - lacking
        assert told <= refused, f"{laptop.name}: a refused event of which nobody is told"
        held = {event for event, status in mine.items() if status == "held"} - lacking
        assert held == exchange.receipts.held(), f"{laptop.name}: held, and nobody is told"


def _told_of_the_lost(company: Company) -> set[str]:
    """What the office has set aside and a restored laptop has no more, and says so."""
    waiting = _rows(company, events.c.device, events.c.id, UNSETTLED)
    devices_of = [laptop.store.exchange for laptop in company.laptops.values()]
    return {
        row.id
        for row in waiting
        if row[-1]
        for exchange in devices_of
        if exchange.device.read()["id"] == row.device and exchange.receipts.lacking([row.id])
    }


def _let_go(company: Company) -> set[tuple[str, str, str]]:
    """The records of a device of which the office released or dismissed an event: the order of
    what was refused is no matter any more."""
    acts = ("event_released", "event_dismissed")
    settled = {row.about for row in _rows(company, audit) if row.act in acts}
    return {
        (row.device, row.kind, row.record)
        for row in _rows(company, events)
        if row.id in settled or row.reason == "dismissed"
    }


def _check_flags(company: Company) -> None:
    """No flag is gone without the word of the office, or of a desk that did not raise it."""
    rows = [row for row in _rows(company, events) if row.position]
    device = {row.id: row.device for row in rows}
    at_office = {(row.kind, row.record): json.loads(row.body) for row in _rows(company, documents)}
    resolved: dict[tuple[str, str, str], list[Any]] = {}
    for row in rows:
        if row.type.endswith(".conflict_resolved"):
            event = Event.from_bytes(row.raw)
            assert row.device == OFFICE or event.role in (Role.DESK, Role.SUPERVISOR), (
                "who settled?"
            )
            resolved.setdefault((row.kind, row.record, event.data.get("flag", "")), []).append(row)
    for row in rows:
        if not row.type.endswith(".flagged"):
            continue
        assert row.device == OFFICE, "a laptop flagged"
        data = Event.from_bytes(row.raw).data
        marks = at_office[row.kind, row.record].get("attention", [])
        if data["flag"] in {mark["key"] for mark in marks}:
            continue
        raised_by = device.get(data["cause"], "")
        settled = resolved.get((row.kind, row.record, data["flag"]), [])
        later = [one for one in settled if one.position > row.position]
        assert any(one.device != raised_by for one in later), f"the flag {data['flag']} is gone"


def _check_permitted(company: Company) -> None:
    """No document says what no permitted event said: what counts of a job was said by whom it was
    given to, and in a name that is hers, or is flagged."""
    rows = sorted((row for row in _rows(company, events) if row.position), key=_by_position)
    people = {row.id: row.person for row in _rows(company, devices)}
    released = {row.about for row in _rows(company, audit) if row.act == "event_released"}
    flagged = {
        (row.kind, row.record, Event.from_bytes(row.raw).data.get("flag"))
        for row in rows
        if row.type.endswith(".flagged")
    }
    given: dict[str, set[str]] = {}
    for row in rows:
        event = Event.from_bytes(row.raw)
        mine = given.setdefault(row.record, {people.get(row.device, OFFICE)})
        if row.type == "job.dispatched":
            mine.add(str(event.data.get("technician")))
    for row in rows:
        event = Event.from_bytes(row.raw)
        if row.device == OFFICE or row.id in released or row.kind != RecordKind.JOB:
            continue
        person = people[row.device]
        assert event.by != OFFICE, "signed as the office"
        assert person == DESK or person in given[row.record], f"{person} was not given this"
        named = event.by == person or (row.kind, row.record, "author_unconfirmed") in flagged
        assert named or company.office.restored, "in a name that nobody has confirmed"


def _by_position(row: Any) -> int:
    return int(row.position)


def _check_office_documents(company: Company) -> None:
    """Documents are the fold of the log; a job is submitted when all of it is there."""
    whole = {row.sha256 for row in _rows(company, uploads) if row.completed_at is not None}
    with company.office.office.db.reading() as conn:
        for row in conn.execute(select(documents)).all():
            mine = (events.c.kind == row.kind) & (events.c.record == row.record)
            log = conn.execute(
                select(events.c.position, events.c.raw)
                .where(mine, events.c.position > 0)
                .order_by(events.c.position)
            ).all()
            folded = MACHINES[row.kind].fold(row.record, [Event.from_bytes(one.raw) for one in log])
            assert _plain(folded) == json.loads(row.body), f"{row.kind} is not the fold of its log"
            assert row.position == log[-1].position, "a document of another position"
            completion = getattr(folded, "completion", None)
            if completion is not None:
                complete = whole >= set(completion.attachments)
                assert complete == (getattr(folded, "submission", None) is not None), "submitted?"


def _plain(document: Any) -> Any:
    return document.model_dump(mode="json", exclude_defaults=True)


def _check_laptop(company: Company, laptop: Laptop) -> None:
    """Its documents are the fold of its events, and those are the office's own."""
    ledger = laptop.store.ledger
    at_office = {(row.kind, row.record): json.loads(row.body) for row in _rows(company, documents)}
    for kind in RecordKind:
        for row in ledger.rows(kind):
            record = str(row["id"])
            folded = MACHINES[kind].fold(record, ledger.history(record))
            assert _plain(folded) == row, f"{laptop.name}: {kind} is not the fold of its events"
            theirs = at_office.get((kind.value, record))
            if not row.get("events") or _spoke_unasked(company, laptop, kind, record):
                continue  # nothing counts of what was said of it here, or it was not given
            if theirs is None:
                assert record == TOO_LONG, "only on the laptop"
            else:
                assert theirs == row, f"{laptop.name}: {kind} is not as at the office"
    wanted = _concerning(company, laptop)
    rows = {str(row.doc_id): row for row in laptop.store.db.table("events")}
    known = {
        event: position
        for event, position in _known_positions(laptop).items()
        if not _spoke_unasked(
            company, laptop, rows[event]["type"].partition(".")[0], rows[event]["record"]
        )
    }
    assert known == wanted, f"{laptop.name} does not have exactly what concerns its person"


def _spoke_unasked(company: Company, laptop: Laptop, kind: str, record: str) -> bool:
    """Whether this person was not given the record: all that is here of it are events of hers, of
    before it was begun at the office by somebody else."""
    person = laptop.session.person
    given = {(row.kind, row.record) for row in _rows(company, grants) if row.person == person}
    return person != DESK and (kind, record) not in given


def _concerning(company: Company, laptop: Laptop) -> dict[str, int]:
    """The positions of the events that the person at this laptop must have."""
    person = laptop.session.person
    granted = {(row.kind, row.record) for row in _rows(company, grants) if row.person == person}
    return {
        row.id: row.position
        for row in _rows(company, events)
        if row.position and (person == DESK or (row.kind, row.record) in granted)
    }


def _check_attachments(company: Company) -> None:
    """What an event names and its laptop has is at the office, whole, with the same hash."""
    whole = {row.sha256 for row in _rows(company, uploads) if row.completed_at is not None}
    for laptop in company.laptops.values():
        device = laptop.store.exchange.device.read()["id"]
        for row in _rows(company, uses):
            if row.device == device and laptop.store.attachments.has(row.sha256):
                assert row.sha256 in whole, f"{laptop.name}: an attachment did not arrive"
    parts: dict[tuple[str, str], list[Any]] = {}
    for row in _rows(company, upload_parts):
        parts.setdefault((row.sha256, row.device), []).append(row)
    for (sha256, device), found in parts.items():
        content = b"".join(row.data for row in sorted(found, key=lambda row: row.start))
        complete = (sha256, device) in {
            (row.sha256, row.device) for row in _rows(company, uploads) if row.completed_at
        }
        if complete:
            assert hashlib.sha256(content).hexdigest() == sha256, "an attachment was altered"
