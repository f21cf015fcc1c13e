"""The scrub: reads everything that is kept and says what is not as it was written."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from math import inf
from operator import itemgetter
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json
from tinydb import where

from fieldkit.domain.core.errors import Fault, InUse
from fieldkit.domain.core.event import Event, RecordKind, digest
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.store.records.archive import Archive, ArchiveFault
from fieldkit.store.records.ledger import REJECTED, TABLES
from fieldkit.store.records.salvages import Loss, unfolded, untold
from fieldkit.store.storage_errors import faults
from fieldkit.store.store import Store
from fieldkit.store.tinysqlite import DatabaseReport, TinySQLite, TinySQLiteError

LAST_CHECK, TROUBLES, NOT_READ = "last_check", "check_troubles", "check_unread"
"""Settings: when the last check that found nothing wrong was, how much damage the last one found,
and how much it could not read."""


UNREAD, IN_USE = "unread", "in_use"
_UNREAD_KEYS = frozenset({UNREAD, "attachment_unreadable", IN_USE})
"""Troubles of the disk or with another program, not of what is on the disk."""
_REJECTED = REJECTED.encode()
_NAMING = "number", "attachments"
"""The fields of a job that say which attachments are its own."""


class BrokenOff(Exception):
    """Raised by a `tick` to end a check before it is done."""


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: `store.trouble.<key>` names the sentence; nothing of a customer."""

    key: str
    params: dict[str, object] = field(default_factory=dict)

    @property
    def is_damage(self) -> bool:
        """Whether it is more than that something could not be read now."""
        return self.key not in _UNREAD_KEYS


@dataclass(frozen=True)
class CheckReport:
    """How much was read, what was wrong with it, and what no check has yet told of a salvage."""

    documents: int
    events: int
    attachments: int
    troubles: tuple[Trouble, ...]
    losses: tuple[Loss, ...] = ()
    in_use: bool = False
    """The log of a file was not looked at, because others were in it all the time."""

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.troubles

    @property
    def damages(self) -> int:
        """How much is wrong that is not only unread."""
        return sum(one.is_damage for one in self.troubles)


@faults()
def check(store: Store, tick: Callable[[], None] = lambda: None) -> CheckReport:
    """Check pages, events, chains, documents and attachments, while others may work.

    `tick` is called before each event, document and attachment, and may raise `BrokenOff`.
    """
    report = store.db.check()
    of_store = _file_troubles("store.db", report)
    of_archive, archive_in_use = _archive_troubles(store.archive)
    in_use = report.in_use or archive_in_use
    troubles = of_store + of_archive
    archive = None if of_archive else store.archive
    if of_store:
        # What is made of events cannot be judged then; attachments can, as far as they are named.
        named = _named_attachments(store.db, archive)
        found, whole = _attachments(store, named, tick)
        return CheckReport(report.documents, 0, whole, (*troubles, *found), in_use=in_use)
    with store.db.reader() as view, view.transaction():
        recorded = _Recorded(view, archive, tick)
        troubles += recorded.troubles()
        named = _named_attachments(view, archive)
        losses = tuple(untold(view, archive, "check")) if archive else ()
    found, whole = _attachments(store, named, tick)
    troubles += found
    return CheckReport(
        report.documents, recorded.count, whole, tuple(troubles), losses, in_use=in_use
    )


def _file_troubles(file: str, report: DatabaseReport) -> list[Trouble]:
    """What is damaged, and what the disk has not given: that is no damage."""
    return [Trouble("file", {"file": file, "what": each}) for each in report.problems] + [
        Trouble(UNREAD, {"file": file, "what": each}) for each in report.unread
    ]


def _archive_troubles(archive: Archive) -> tuple[list[Trouble], bool]:
    try:
        report = archive.check()
    except Fault as fault:
        trouble = archive_trouble(archive, fault)
        return ([], True) if trouble.key == IN_USE else ([trouble], False)
    return (_file_troubles(archive.path.name, report), report.in_use) if report else ([], False)


def archive_trouble(archive: Archive, fault: Fault) -> Trouble:
    """Why the archive could not be read, which does not concern the store."""
    file = archive.path.name
    if isinstance(fault, InUse):
        return Trouble(IN_USE, {"file": file})
    why: BaseException = fault
    while why.__cause__ is not None:  # a fault names a sentence, what it came of is in words
        why = why.__cause__
    key = "file" if isinstance(fault, ArchiveFault) else UNREAD
    return Trouble(key, {"file": file, "what": str(why)})


class _Chain:
    """The links of one epoch: of each event 16 bytes, because there may be millions."""

    _BLOCK = 1024
    """Events side by side. A number that is far too high takes no more room than one block."""

    def __init__(self) -> None:
        self._blocks: dict[int, array[int]] = {}
        self._count = 0

    def put(self, seq: int, prev: str, own: str) -> None:
        """Keep what an event names as the one before it, and what it is named by itself."""
        block, place = divmod(seq, self._BLOCK)
        links = self._blocks.get(block)
        if links is None:
            links = self._blocks[block] = array("q", bytes(16 * self._BLOCK))
        self._count += not links[2 * place + 1]
        links[2 * place], links[2 * place + 1] = hash(prev), hash(own)

    def own(self, seq: int) -> int:
        """What the event with this number is named by; 0 if there is none."""
        block, place = divmod(seq, self._BLOCK)
        return self._blocks[block][2 * place + 1] if block in self._blocks else 0

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """The numbers of the events, in order, with what they name as the one before."""
        for block, links in sorted(self._blocks.items()):
            for place in range(self._BLOCK):
                if links[2 * place + 1]:
                    yield block * self._BLOCK + place, links[2 * place]

    def __len__(self) -> int:
        return self._count

    def reaches(self, last: int) -> bool:
        """Whether all from 1 to `last` are here and no other."""
        return self._count == last and all(map(self.own, range(1, last + 1)))


class _Recorded:
    """Events, chains and documents, of the store and the archive together; each event is read
    once.

    The store's view is opened first: what moves into the archive meanwhile is then in both.
    Without an archive that can be read nobody knows of gaps.
    """

    def __init__(self, view: TinySQLite, archive: Archive | None, tick: Callable[[], None]) -> None:
        self._view = view
        self._tick = tick
        self._complete = archive is not None
        self._device: dict[str, Any] = dict(view.table("device").get(doc_id="self"))
        self._chains: dict[str, _Chain] = {}
        self._unfolded = unfolded(view)
        self._seen: Counter[str] = Counter()
        self._unlike: list[Trouble] = []
        self._unreadable: list[Trouble] = []
        self.count = 0
        """How many different events there are."""
        here = view.table("events")
        for doc_id, text in archive.event_texts() if archive else ():
            if not here.contains(doc_id=doc_id):
                self._event(str(doc_id), from_json(text)["raw"].encode())
        of_record = groupby(here.along("record", ("status", "position", "raw")), itemgetter(0))
        for record, rows in of_record:
            self._record(str(record), ((str(doc_id), parts) for _, doc_id, parts in rows))
        self._without_events()

    def _event(self, doc_id: str, raw: bytes) -> Event | None:
        """Take in an event, if it can be read."""
        self._tick()
        self.count += 1
        try:
            event = Event.from_bytes(raw)
        except ValidationError:
            event = None
        if event is None or event.id != doc_id:
            self._unreadable.append(Trouble("event", {"event": doc_id}))
            return None
        if event.device == self._device["id"]:
            links = self._chains.setdefault(event.epoch, _Chain())
            links.put(event.seq, event.prev, digest(raw))
        return event

    def _record(self, record: str, rows: Iterable[tuple[str, list[Any]]]) -> None:
        """Take in the events of a record, and compare what they make with its documents."""
        counted: list[tuple[float, Event]] = []
        kinds: set[str] = set()
        whole = True
        for doc_id, (status, position, raw) in rows:
            event = self._event(doc_id, raw or b"")
            if event is None:
                whole = False
                continue
            kinds.add(event.kind)
            if status != _REJECTED:
                counted.append((int(position or 0) or inf, event))
        history = [event for _, event in sorted(counted, key=itemgetter(0))]
        for kind in kinds & TABLES.keys():
            table = TABLES[RecordKind(kind)]
            text = self._view.table(table).text(record)
            if text is not None:
                self._seen[table] += 1
                if whole:
                    self._compare(kind, record, history, text)

    def _compare(self, kind: str, record: str, history: list[Event], text: str) -> None:
        if record not in self._unfolded and not _makes(kind, record, history, text):
            self._unlike.append(
                Trouble("document", {"table": TABLES[RecordKind(kind)], "record": record})
            )

    def _without_events(self) -> None:
        """Look for the documents of which no event is here, where there must be any."""
        events = self._view.table("events")
        for kind, table in TABLES.items():
            documents = self._view.table(table)
            if self._seen[table] == len(documents) or self._unreadable:
                continue
            for record, text in documents.texts():
                kinds = {
                    row["type"].partition(".")[0]
                    for row in events.search(where("record") == record)
                }
                if kind not in kinds:
                    self._compare(kind, str(record), [], text)

    def troubles(self) -> Iterator[Trouble]:
        """Everything that is wrong. Where events cannot be read, links follow from that."""
        yield from self._unreadable or self._broken_links()
        yield from self._unlike

    def _broken_links(self) -> Iterator[Trouble]:
        """Where an event does not name the one before it; in the present epoch also gaps.

        An earlier epoch may have gaps: they are why it ended.
        """
        for epoch, links in self._chains.items():
            for seq, prev in links:
                before = links.own(seq - 1)
                if (seq == 1 and prev) or (before and before != prev):
                    yield Trouble("link", {"seq": seq})
            last = self._device["seq"]
            present = self._complete and epoch == self._device["epoch"]
            if present and not links.reaches(last):
                yield Trouble("gap", {"count": last - len(links)})


def _makes(kind: str, record: str, history: list[Event], text: str) -> bool:
    """Whether these events make the document that a text is."""
    folded = MACHINES[kind].fold(record, history)
    if folded.model_dump_json(exclude_defaults=True) == text:
        return True
    made, stored = folded.model_dump(mode="json", exclude_defaults=True), from_json(text)
    return bool(made == stored)  # it may have been written in another way


def _named_attachments(view: TinySQLite, archive: Archive | None) -> dict[str, str]:
    """The number of a job that names it, for each attachment; as far as that can be read."""
    named: dict[str, str] = {}
    with suppress(Fault, TinySQLiteError):
        _note_attachments(view.table(TABLES[RecordKind.JOB]).values(*_NAMING), named)
    with suppress(Fault, TinySQLiteError):
        _note_attachments(archive.values(*_NAMING) if archive else (), named)
    return named


def _note_attachments(jobs: Iterable[list[Any]], named: dict[str, str]) -> None:
    for number, attachments in jobs:
        for one in attachments or ():
            named.setdefault(one["sha256"], str(number or "?"))


def attachment_troubles(store: Store) -> list[Trouble]:
    """What is wrong with the attachments that jobs name."""
    named = _named_attachments(store.db, store.archive)
    return _attachments(store, named, lambda: None)[0]


def _attachments(
    store: Store, named: dict[str, str], tick: Callable[[], None]
) -> tuple[list[Trouble], int]:
    """What is wrong, and how many are whole. Those that are here must be so, and those that the
    office lacks must be here; what the office has, and what colleagues attached, may not have
    come."""
    troubles: list[Trouble] = []
    whole = 0
    unsent: set[str] = set()
    with suppress(Fault):
        unsent = set(store.transfers.outgoing(store.exchange.device.read()["id"]))
    for sha256, job in sorted(named.items(), key=lambda one: (one[1], one[0])):
        tick()
        about: dict[str, object] = {"hash": sha256[:12], "job": job}
        try:
            store.attachments.checked_size(sha256)
            whole += 1
        except Fault as fault:
            why = fault.key.partition(".")[2]
            if why == "missing":
                if sha256 in unsent:
                    troubles.append(Trouble("attachment_missing", about))
            elif why == "unreadable":
                troubles.append(Trouble("attachment_unreadable", about | fault.params))
            else:
                troubles.append(Trouble("attachment", about))
    return troubles, whole
