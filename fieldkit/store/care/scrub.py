"""The scrub: reads everything that is kept and says what is not as it was written."""

from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from fieldkit.domain.core.errors import Fault, InUse
from fieldkit.domain.core.event import Event, RecordKind, digest
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.store.records.archive import Archive, ArchiveFault
from fieldkit.store.records.ledger import TABLES, Ledger
from fieldkit.store.records.salvages import Loss, unfolded, untold
from fieldkit.store.storage_errors import faults
from fieldkit.store.store import Store
from fieldkit.store.tinysqlite import DatabaseReport, TinySQLite, TinySQLiteError

LAST_CHECK, TROUBLES = "last_check", "check_troubles"
"""Settings: when the last check that found nothing wrong was, how much the last one found."""


UNREAD = "unread"
_UNREAD_KEYS = frozenset({UNREAD, "attachment_unreadable"})
"""Troubles of the disk, not of what is on it."""


class BrokenOff(Exception):
    """Raised by a `tick` to end a check before it is done."""


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: `store.trouble.<key>` names the sentence; nothing of a customer."""

    key: str
    params: dict[str, object] = field(default_factory=dict)


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
    def damaged(self) -> bool:
        """Whether anything is wrong that is not only unread."""
        return any(one.key not in _UNREAD_KEYS for one in self.troubles)


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
        events = _Events(view, archive, tick)
        if events.unreadable:
            troubles += events.unreadable
            return CheckReport(report.documents, events.count, 0, tuple(troubles))
        troubles += events.broken_links()
        troubles += _documents(view, Ledger(view, store.new_id), tick)
        named = _named_attachments(view, archive)
        losses = tuple(untold(view, archive, "check")) if archive else ()
    found, whole = _attachments(store, named, tick)
    troubles += found
    return CheckReport(
        report.documents, events.count, whole, tuple(troubles), losses, in_use=in_use
    )


def _file_troubles(file: str, report: DatabaseReport) -> list[Trouble]:
    """What is damaged, and what the disk has not given: that is no damage."""
    return [Trouble("file", {"file": file, "what": each}) for each in report.problems] + [
        Trouble(UNREAD, {"file": file, "what": each}) for each in report.unread
    ]


def _archive_troubles(archive: Archive) -> tuple[list[Trouble], bool]:
    try:
        report = archive.check()
    except ArchiveFault as fault:
        return [Trouble("file", {"file": archive.path.name, "what": str(fault.__cause__)})], False
    except InUse:
        return [], True
    except Fault as fault:
        return [Trouble(UNREAD, {"file": archive.path.name, "what": str(fault)})], False
    return (_file_troubles(archive.path.name, report), report.in_use) if report else ([], False)


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
        links = self._blocks.setdefault(block, array("q", bytes(16 * self._BLOCK)))
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


class _Events:
    """The links of this device's chains, of the store and the archive together.

    The store's view is opened first: what moves into the archive meanwhile is then in both.
    Without an archive that can be read nobody knows of gaps.
    """

    def __init__(self, view: TinySQLite, archive: Archive | None, tick: Callable[[], None]) -> None:
        self._complete = archive is not None
        self.unreadable: list[Trouble] = []
        self.count = 0
        """How many different ones there are."""
        self.device: dict[str, Any] = dict(view.table("device").get(doc_id="self"))
        self._chains: dict[str, _Chain] = {}
        here = view.table("events")
        archived = archive.event_texts() if archive else ()
        for doc_id, text in archived:
            if not here.contains(doc_id=doc_id):
                tick()
                self._read(str(doc_id), from_json(text)["raw"])
        for doc_id, text in here.texts():
            tick()
            self._read(str(doc_id), from_json(text)["raw"])

    def _read(self, doc_id: str, raw: str) -> None:
        try:
            event = Event.from_bytes(raw)
        except ValidationError:
            event = None
        if event is None or event.id != doc_id:
            self.unreadable.append(Trouble("event", {"event": doc_id}))
        elif event.device == self.device["id"]:
            links = self._chains.setdefault(event.epoch, _Chain())
            links.put(event.seq, event.prev, digest(raw.encode()))
        self.count += 1

    def broken_links(self) -> Iterator[Trouble]:
        """Where an event does not name the one before it; in the present epoch also gaps.

        An earlier epoch may have gaps: they are why it ended.
        """
        for epoch, links in self._chains.items():
            for seq, prev in links:
                before = links.own(seq - 1)
                if (seq == 1 and prev) or (before and before != prev):
                    yield Trouble("link", {"seq": seq})
            last = self.device["seq"]
            present = self._complete and epoch == self.device["epoch"]
            if present and not links.reaches(last):
                yield Trouble("gap", {"count": last - len(links)})


def _documents(view: TinySQLite, ledger: Ledger, tick: Callable[[], None]) -> Iterator[Trouble]:
    known = unfolded(view)
    for kind, table in TABLES.items():
        for record, text in view.table(table).texts():
            tick()
            if record in known:
                continue
            folded = MACHINES[kind].fold(record, ledger.history(record))
            if folded.model_dump(mode="json", exclude_defaults=True) != from_json(text):
                yield Trouble("document", {"table": table, "record": record})


def _named_attachments(view: TinySQLite, archive: Archive | None) -> dict[str, str]:
    """The number of a job that names it, for each attachment; as far as that can be read."""
    named: dict[str, str] = {}
    with suppress(Fault, TinySQLiteError):
        for _, text in view.table(TABLES[RecordKind.JOB]).texts():
            _note_attachments(from_json(text), named)
    with suppress(Fault, TinySQLiteError):
        for row in archive.rows() if archive else ():
            _note_attachments(row, named)
    return named


def _note_attachments(job: dict[str, Any], named: dict[str, str]) -> None:
    for one in job.get("attachments", ()):
        named.setdefault(one["sha256"], str(job.get("number", "?")))


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
