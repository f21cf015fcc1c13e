"""What a laptop's people may do, asked of each of its events at the event's position.

`Sender.read` reads how the records of a batch stand to the laptop; `Sender.judge` asks the table
(`fieldkit.domain.authority`) and looks at author, clock, and what an event names or takes back;
`Sender.note` keeps up with the events of the batch that counted. `base` grants nothing.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from fieldkit.domain.authority import Allowance, Relation, allowance
from fieldkit.domain.core.event import Event, RecordKind
from fieldkit.domain.core.person_name import known_as, person_key
from fieldkit.domain.core.stored_json import value_at
from fieldkit.domain.records.van import van_id
from fieldkit.office.database import portions
from fieldkit.office.devices.colleagues import people_of_device
from fieldkit.office.devices.enrol import Caller
from fieldkit.office.exchange.taken_numbers import TakenNumbers
from fieldkit.office.ledger.documents import (
    NAMES_NOT_GIVEN,
    Key,
    person_named_in,
    rows_of,
    storable,
)
from fieldkit.office.ledger.incoming_events import is_id
from fieldkit.office.ledger.ledger import OFFICE
from fieldkit.office.people.technician_names import technician_names
from fieldkit.office.tables import devices, documents, events, grants
from fieldkit.sync.protocol.messages import Rejected

CLOCK_TOLERANCE = timedelta(days=1)
"""What a clock may be wrong by before an event is flagged: a wrong day changes what is free."""
BEFORE_ENROLMENT = timedelta(days=31)
"""How long a laptop may have been worked on before it was enrolled."""


BEGUN_BY = {
    RecordKind.JOB.value: "job.registered",
    RecordKind.CUSTOMER.value: "customer.registered",
    RecordKind.COMPLAINT.value: "complaint.recorded",
    RecordKind.FOLLOW_UP.value: "follow_up.planned",
}
"""By which event a record begins, where nobody but its maker knows its id at first. Whoever says
something else of it before does not make it hers: after a restore the office may lack it."""


@dataclass(frozen=True)
class Concern:
    """A flag that an event is to get: `flag.<flag>`, and what about it."""

    flag: str
    what: str = ""


@dataclass
class Standing:
    """How a record stands to the laptop.

    `technician` has the job now; `first_at` is when it was begun; `raised` are its flags of which
    an event of this laptop is the cause.
    """

    exists: bool = False
    mine: bool = False
    given: bool = False
    area: bool = False
    technician: str = ""
    first_at: datetime | None = None
    raised: frozenset[str] = frozenset()

    @property
    def relation(self) -> Relation:
        """The first relation that fits."""
        if self.mine or not self.exists:
            return Relation.MINE
        if self.given:
            return Relation.GIVEN
        return Relation.AREA if self.area else Relation.ANYBODY


@dataclass
class Sender:
    """The laptop that sends: its people, and how the records stand that its events name.

    `own` are the laptops of its person, `last_at` is when its event before these was made, `before`
    the same of the events that these correct, whose time a correction keeps;
    `unbegun` are the records that are not there yet, and `makers` has the device of each event
    that another one takes back or replaces.
    """

    caller: Caller
    people: frozenset[str]
    own: frozenset[str]
    area: str
    enrolled_at: datetime
    now: datetime
    last_at: datetime | None = None
    standing: dict[Key, Standing] = field(default_factory=dict)
    unbegun: set[Key] = field(default_factory=set)
    makers: dict[str, str] = field(default_factory=dict)
    before: dict[str, datetime | None] = field(default_factory=dict)
    numbers: TakenNumbers = field(default_factory=TakenNumbers)
    technicians: frozenset[str] = frozenset()

    @classmethod
    def read(
        cls, conn: Connection, caller: Caller, now: datetime, found: Sequence[Event]
    ) -> "Sender":
        """The sender of these events, none of which has a position yet."""
        row = conn.execute(select(devices).where(devices.c.id == caller.device_id)).one()
        mine = select(devices.c.id).where(devices.c.person == caller.person)
        sender = cls(
            caller=caller,
            people=people_of_device(conn, caller.device_id) | {caller.person},
            own=frozenset(conn.scalars(mine)),
            area=row.area,
            enrolled_at=datetime.fromtimestamp(row.enrolled_at / 1000, UTC),
            now=now,
        )
        sender._read_records(conn, found)
        sender.numbers = TakenNumbers.read(conn, found)
        if any(event.type == "job.dispatched" for event in found):
            sender.technicians = frozenset(technician_names(conn))
        return sender

    def judge(self, event: Event) -> tuple[str, list[Concern]]:
        """Why the event is refused, "" if it is not; and what it is flagged for."""
        there = self.standing.setdefault(Key(event.kind, event.record), Standing())
        if person_key(event.by) == OFFICE:
            return Rejected.WRONG_AUTHOR, []
        allowed = allowance(event.type, event.role, self._relation(event, there))
        if allowed is Allowance.REFUSE or not self._may_take_back(event, there):
            return Rejected.NOT_PERMITTED, []
        return "", list(self._concerns(event, there, allowed))

    def concerns_late(self, event: Event) -> list[Concern]:
        """What an event is flagged for that counts only now, and was judged when it came. What its
        laptop made before it is no measure of its date any more."""
        there = self.standing.setdefault(Key(event.kind, event.record), Standing())
        allowed = allowance(event.type, event.role, self._relation(event, there))
        found = self._concerns(event, there, allowed)
        before, self.last_at = self.last_at, None
        concerns = list(found)
        self.last_at = before
        return concerns

    def note(self, event: Event) -> None:
        """Keep up with an event that counts."""
        there = self.standing.setdefault(Key(event.kind, event.record), Standing())
        if not there.exists and _begins(event):
            there.exists = there.mine = True
            there.first_at = event.at
        if event.type == "job.dispatched" and isinstance(event.data.get("technician"), str):
            there.technician = event.data["technician"]
        self.makers[event.id] = self.caller.device_id
        self.numbers.note(event)
        if not event.replaces:
            self.last_at = event.at

    def learn(self, event: Event) -> None:
        """Keep up with an event of anybody's that the office had before and has again."""
        there = self.standing.setdefault(Key(event.kind, event.record), Standing())
        if not there.exists and _begins(event):
            there.exists, there.mine, there.first_at = True, event.device in self.own, event.at
        there.given = there.given or person_named_in(event) in self.people
        self.makers[event.id] = event.device

    def entitles(self, key: Key) -> bool:
        """Whether this person gets the record, of which her laptop has sent an event."""
        there = self.standing.get(key, Standing())
        return self.caller.sees_all or there.mine or there.given

    def is_stale(self, conn: Connection) -> bool:
        """Whether somebody else has begun a record, or taken a number, that was free when this was
        read."""
        return bool(_first_events(conn, self.unbegun)) or self.numbers.is_stale(conn)

    # -- judge ------------------------------------------------------------------------------

    def _concerns(self, event: Event, there: Standing, allowed: Allowance) -> Iterator[Concern]:
        if event.by not in self.people:
            yield Concern("author_unconfirmed", event.by)
        if allowed is Allowance.FLAG:
            yield Concern("not_given", event.type)
        if self._is_reassigned(event, there):
            yield Concern("done_after_reassignment", event.by)
        if self._is_misdated(event, there):
            yield Concern("clock_implausible", f"{event.at:%Y-%m-%d}")
        sent = str(event.data.get("technician")) if event.type == "job.dispatched" else ""
        if sent and not known_as(sent, self.technicians | self.people):
            yield Concern("technician_unknown", sent)
        if number := self.numbers.of_another(event):
            yield Concern("number_taken", number)
        if not self.caller.sees_all:
            missing = {key.kind for key in _named(event) if not self._has(key)}
            yield from (Concern(NAMES_NOT_GIVEN, kind) for kind in sorted(missing))

    def _relation(self, event: Event, there: Standing) -> Relation:
        """What the record is to this laptop. A van is hers whose name its id is made of, whoever
        was the first to say something of it: anybody can compute that id."""
        if event.kind != RecordKind.VAN:
            return there.relation
        if event.record in {van_id(name) for name in (*self.people, event.by)}:
            return Relation.MINE
        return Relation.GIVEN if there.given else Relation.ANYBODY

    def _has(self, key: Key) -> bool:
        there = self.standing.get(key, Standing())
        return there.exists and (there.mine or there.given)

    def _is_reassigned(self, event: Event, there: Standing) -> bool:
        """Whether somebody else has the job by now. A desk or a supervisor works on any."""
        if self.caller.sees_all or event.kind != "job" or event.type == "job.dispatched":
            return False
        return bool(there.technician) and there.technician not in self.people | {event.by}

    def _is_misdated(self, event: Event, there: Standing) -> bool:
        before = self.before.get(event.replaces, self.last_at) if event.replaces else self.last_at
        known = [moment for moment in (before, there.first_at) if moment is not None]
        least = max([self.enrolled_at - BEFORE_ENROLMENT, *(m - CLOCK_TOLERANCE for m in known)])
        return event.at < least or event.at > self.now + CLOCK_TOLERANCE

    def _may_take_back(self, event: Event, there: Standing) -> bool:
        """Flags are settled by others than the laptop that raised them, and nobody takes back or
        replaces what she has not made."""
        if event.type.endswith(".conflict_resolved") and event.data.get("flag") in there.raised:
            return False
        here = self.caller.device_id
        return all(self.makers.get(name, here) in self.own for name in _taken_back(event))

    # -- read -------------------------------------------------------------------------------

    def _read_records(self, conn: Connection, found: Sequence[Event]) -> None:
        keys = {Key(event.kind, event.record) for event in found}
        keys |= {key for event in found for key in _named(event)}
        begun = _first_events(conn, keys)
        self.unbegun = keys - begun.keys()
        for key, first in begun.items():
            mine = first.device in self.own
            self.standing[key] = Standing(exists=True, mine=mine, first_at=first.at)
        for row in rows_of(conn, grants, begun, "person"):
            if row.person in self.people:
                self.standing[Key(row.kind, row.record)].given = True
        causes: dict[Key, list[tuple[str, str]]] = {}
        for row in rows_of(conn, documents, begun, "person", "body"):
            key = Key(row.kind, row.record)
            self.standing[key].technician = row.person
            if '"attention":[{' in row.body or self.standing[key].relation is Relation.ANYBODY:
                document = json.loads(row.body)
                causes[key] = list(_causes(document))
                self.standing[key].area = bool(self.area) and _area(document) == self.area
        named = {cause for listed in causes.values() for _, cause in listed}
        self.makers = _makers(
            conn, named | {name for event in found for name in _taken_back(event)}
        )
        for key, listed in causes.items():
            raised = (flag for flag, cause in listed if self.makers.get(cause) in self.own)
            self.standing[key].raised = frozenset(raised)
        self.last_at = _last_at(conn, found[0]) if found else None
        replaced = [event.replaces for event in found if event.replaces]
        self.before = {name: _before(conn, name) for name in filter(is_id, replaced)}


def _begins(event: Event) -> bool:
    return BEGUN_BY.get(event.kind, event.type) == event.type


class _First(NamedTuple):
    device: str
    at: datetime


def _first_events(conn: Connection, keys: Iterable[Key]) -> dict[Key, _First]:
    """Who began each of the records that are there, and when."""
    records: dict[str, list[str]] = {}
    for key in keys:
        records.setdefault(key.kind, []).append(key.record)
    found: dict[Key, _First] = {}
    for kind, listed in records.items():
        for portion in portions(listed):
            these = (events.c.kind == kind) & events.c.record.in_(portion)
            if kind in BEGUN_BY:
                these &= events.c.type == BEGUN_BY[kind]
            first = select(func.min(events.c.position)).where(these).group_by(events.c.record)
            columns = select(events.c.record, events.c.device, events.c.raw)
            for row in conn.execute(columns.where(events.c.position.in_(first))):
                found[Key(kind, row.record)] = _First(row.device, _moment(row.raw))
    return found


def _last_at(conn: Connection, first: Event) -> datetime | None:
    """When the event was made that comes before this one in its laptop's chain."""
    return _made_at(conn, first.device, first.epoch, first.seq - 1)


def _made_at(conn: Connection, device: str, epoch: str, seq: int) -> datetime | None:
    one = (events.c.device == device) & (events.c.epoch == epoch) & (events.c.seq == seq)
    raw = conn.scalar(select(events.c.raw).where(one))
    try:
        return None if raw is None else _moment(raw)
    except (ValueError, LookupError, TypeError):
        return None  # a rejected event may be unreadable


def _before(conn: Connection, name: str) -> datetime | None:
    """When the event was made that comes before this one in its laptop's chain."""
    row = conn.execute(select(events.c.device, events.c.epoch, events.c.seq)
                       .where(events.c.id == name)).first()  # fmt: skip
    return _made_at(conn, row.device, row.epoch, row.seq - 1) if row and row.seq else None


def _moment(raw: bytes) -> datetime:
    """When the event of these bytes was made."""
    return datetime.fromisoformat(json.loads(raw)["at"])


def _makers(conn: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The device of each of these events that is there."""
    columns = select(events.c.id, events.c.device)
    return {
        row.id: row.device
        for portion in portions(filter(is_id, ids))
        for row in conn.execute(columns.where(events.c.id.in_(portion)))
    }


def _causes(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The flags of a document, each with the id of its cause."""
    for mark in document.get("attention", ()):
        yield mark["key"], mark.get("params", {}).get("cause") or mark["event"]


def _area(document: dict[str, Any]) -> object:
    return value_at(document, "customer.area") or document.get("area")


def _named(event: Event) -> list[Key]:
    """The customer and the product that an event says its job is about."""
    if event.type not in ("job.registered", "job.dispatched"):
        return []
    found = [(kind, value_at(event.data, f"{kind}.id")) for kind in ("customer", "product")]
    return [Key(kind, storable(named)) for kind, named in found if isinstance(named, str) and named]


def _taken_back(event: Event) -> list[str]:
    """The ids of the events that this one replaces or undoes."""
    undone = event.data.get("event") if event.type == "job.step_undone" else None
    return [name for name in (event.replaces, undone) if isinstance(name, str)]
