"""Assign positions to events, and write in the same transaction everything that follows.

A `Ledger` collects the changes of one transaction: rows of events, documents, the office's own
events, grants. `flush` writes them. The fold takes long and may be done ahead of the writer's
turn: `fold` does it, and `flush` repeats it for records that another transaction has changed since.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, update

from fieldkit.domain.core.event import Act, Author, Event, Role
from fieldkit.domain.core.evolve import Document
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.step_events import Submitted
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.office.database import Writing, insert_rows
from fieldkit.office.ledger import documents
from fieldkit.office.ledger.attachment_manifest import missing, note_uses
from fieldkit.office.ledger.documents import FoldedDocument, Key
from fieldkit.office.ledger.visibility import widen
from fieldkit.office.office import Office
from fieldkit.office.tables import EventRow, events
from fieldkit.sync.protocol.messages import Outcome

OFFICE = "office"
"""The device and the author of the office's own events."""


@dataclass
class Ledger:
    """The changes of one writing transaction; nothing is written before `flush`."""

    office: Office
    writing: Writing
    _rows: list[EventRow] = field(default_factory=list)
    _late: list[tuple[int, int]] = field(default_factory=list)
    _counted: dict[Key, list[Event]] = field(default_factory=dict)
    _positions: dict[Key, int] = field(default_factory=dict)
    _entitled: dict[Key, set[str]] = field(default_factory=dict)
    _before: dict[Key, FoldedDocument] = field(default_factory=dict)
    _after: dict[Key, Document | None] = field(default_factory=dict)
    _ahead: bool = False

    def add(self, row: EventRow) -> None:
        """Add the row of an event, whether it counts or not."""
        self._rows.append(row)

    def count(self, key: Key, event: Event, sender: str = "") -> int:
        """Assign a position to an event; `sender` is the person whose laptop sent it."""
        position = self.writing.next_position()
        self._counted.setdefault(key, []).append(event)
        self._positions[key] = position
        # The document that comes of it may name somebody else already.
        entitled = self._entitled.setdefault(key, set())
        if sender:
            entitled.add(sender)
        if named := documents.person_named_in(event):
            entitled.add(named)
        return position

    def count_late(self, entry: int, key: Key, event: Event, sender: str) -> None:
        """Assign a position to an event that was held until now."""
        position = self.count(key, event, sender)
        self._late.append((entry, position))

    def emit(self, act: Act, author: Author, base: int | None = None) -> Event:
        """Add an event of the office's own; `base` is its record's last position, if known."""
        if base is None:
            stored = documents.load_one(self.writing.conn, Key(act.kind, act.record))
            base = stored.position if stored else 0
        event = Event(
            id=self.office.new_id(),
            record=act.record,
            type=act.type,
            at=author.utc,
            offset=author.offset,
            by=author.by,
            role=author.role,
            device=OFFICE,
            epoch=self.writing.read_epoch(),
            base=base,
            data=act.data,
            replaces=act.replaces,
        )
        self.append(event, event.to_bytes())
        return event

    def flag_all(self, found: Iterable[tuple[Event, str, Sequence[str]]]) -> None:
        """Flag events that count: each with its flag, and what about it. What a record is flagged
        for already, is not said again."""
        wanted = list(found)
        if not wanted:
            return
        keys = {Key(event.kind, event.record) for event, _, _ in wanted}
        stored = documents.load(self.writing.conn, keys)
        said = {
            (key, mark.key, mark.params.get("what"))
            for key, there in stored.items()
            for mark in there.document.attention
        }
        author = Author(by=OFFICE, role=Role.SCRIPT, at=self.office.clock())
        for event, flag, what in wanted:
            key = Key(event.kind, event.record)
            if key.kind not in MACHINES or (key, flag, ", ".join(what)) in said:
                continue
            said.add((key, flag, ", ".join(what)))
            data = {"flag": flag, "cause": event.id, "what": list(what)}
            act = Act(record=event.record, type=f"{event.kind}.flagged", data=data)
            self.emit(act, author, stored[key].position if key in stored else 0)

    def append(self, event: Event, raw: bytes, sender: str = "") -> int:
        """Add an event that counts and has no sequence in a device's chain; its position."""
        entry = self.writing.next_entry()
        key = Key(event.kind, event.record)
        position = self.count(key, event, sender)
        self.add(
            EventRow(
                entry=entry,
                id=event.id,
                device=event.device,
                epoch=event.epoch,
                seq=None,
                kind=key.kind,
                record=key.record,
                type=event.type,
                status=Outcome.APPLIED.value,
                position=position,
                turn=entry,
                received_at=self.office.now_ms,
                raw=raw,
            )
        )
        return position

    def fold(self) -> None:
        """Fold the documents of what was counted until now, possibly ahead of the turn."""
        self._ahead = not self.writing.in_turn
        self._fold(self._counted)

    def flush(self) -> None:
        """Write events, documents and grants, and submit jobs that are whole. In turn."""
        self._fold([key for key in self._counted if key not in self._after])
        if self._ahead:
            self._fold(self._changed())
        self._positions = {
            key: self.writing.final_position(number) for key, number in self._positions.items()
        }
        note_uses(self.writing.conn, (new for found in self._counted.values() for new in found))
        for key, document in self._after.items():
            if isinstance(document, Job) and self._arrived_whole(document):
                event = self._submit(key, self._positions[key])
                self._after[key] = documents.advance(self.writing.conn, key, document, [event])
        self._write_events()
        stored = {
            key: FoldedDocument(document, self._positions[key])
            for key, document in self._after.items()
            if document is not None
        }
        documents.save(self.writing.conn, self._before, stored)
        if self._after:
            widen(self.writing, self._after, self._entitled)

    def _fold(self, keys: Collection[Key]) -> None:
        before = documents.load(self.writing.conn, keys)
        self._before |= before
        for key in keys:
            old = before[key].document if key in before else None
            new = self._counted[key]
            self._after[key] = documents.advance(self.writing.conn, key, old, new)

    def _changed(self) -> list[Key]:
        """The records that other transactions have written since these documents were folded."""
        there = documents.positions(self.writing.conn, self._after)
        known = {key: stored.position for key, stored in self._before.items()}
        return [key for key in self._after if there.get(key) != known.get(key)]

    def submit_whole(self, jobs: Iterable[Key]) -> None:
        """Submit those of the jobs that lacked only attachments, and flush."""
        for key, stored in documents.load(self.writing.conn, jobs).items():
            if isinstance(stored.document, Job) and self._arrived_whole(stored.document):
                self._submit(key, stored.position)
        self.flush()

    def _arrived_whole(self, job: Job) -> bool:
        """Whether a job is completed with every attachment here, and not yet submitted."""
        done = job.completion
        if done is None or job.submission is not None:
            return False
        return not (done.attachments and missing(self.writing.conn, done.attachments))

    def _submit(self, key: Key, base: int) -> Event:
        now = self.office.clock()
        data = Submitted(received_on=now.date()).model_dump(mode="json", exclude_none=True)
        act = Act(record=key.record, type="job.submitted", data=data)
        author = Author(by=OFFICE, role=Role.SCRIPT, at=now)
        return self.emit(act, author, base)

    def _write_events(self) -> None:
        rows = [_numbered(row, self.writing) for row in self._rows] if self._ahead else self._rows
        insert_rows(self.writing.conn, events, EventRow._fields, rows)
        late = [
            {
                "b_entry": self.writing.final_entry(entry),
                "b_position": self.writing.final_position(position),
            }
            for entry, position in self._late
        ]
        if late:
            self.writing.conn.execute(_COUNT_LATE, late)
        self._rows, self._late = [], []


def _numbered(row: EventRow, writing: Writing) -> EventRow:
    """The row with its final entry, position and turn."""
    position = None if row.position is None else writing.final_position(row.position)
    entry, turn = writing.final_entry(row.entry), writing.final_entry(row.turn)
    return row._replace(entry=entry, position=position, turn=turn)


_COUNT_LATE = (
    update(events)
    .where(events.c.entry == bindparam("b_entry"))
    .values(position=bindparam("b_position"), status=Outcome.APPLIED, late=True)
)
