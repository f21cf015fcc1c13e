"""The scrub: reads everything that is kept and says what is not as it was written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from fieldkit.domain.core.errors import Fault
from fieldkit.domain.core.event import Event, RecordKind, digest
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.store.records.archive import Archive, ArchiveFault
from fieldkit.store.records.ledger import TABLES, Ledger
from fieldkit.store.records.salvages import Loss, unfolded, untold
from fieldkit.store.storage_errors import faults
from fieldkit.store.store import Store
from fieldkit.store.tinysqlite import TinySQLite

LAST_CHECK, TROUBLES = "last_check", "check_troubles"
"""Settings: when the last check that found nothing wrong was, how much the last one found."""


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

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.troubles


@faults()
def check(store: Store, tick: Callable[[], None] = lambda: None) -> CheckReport:
    """Check pages, events, chains, documents and attachments, while others may work.

    `tick` is called before each event, document and attachment, and may raise `BrokenOff`.
    """
    report = store.db.check()
    troubles = [Trouble("file", {"file": "store.db", "what": each}) for each in report.problems]
    whole = not troubles
    problems = _archive_problems(store.archive)
    troubles += [Trouble("file", {"file": "archive.db", "what": each}) for each in problems]
    if not whole:
        return CheckReport(report.documents, 0, 0, tuple(troubles))  # the rest would only repeat it
    archive = None if problems else store.archive
    with store.db.reader() as view, view.transaction():
        events = _Events(view, archive, tick)
        if events.unreadable:
            troubles += events.unreadable
            return CheckReport(report.documents, events.count, 0, tuple(troubles))
        troubles += events.broken_links()
        troubles += _documents(view, Ledger(view, store.new_id), tick)
        named = _named_attachments(view, archive)
        losses = tuple(untold(view, archive, "check")) if archive else ()
    troubles += _attachments(store, named, tick)
    return CheckReport(report.documents, events.count, len(named), tuple(troubles), losses)


def _archive_problems(archive: Archive) -> list[str]:
    try:
        report = archive.check()
    except ArchiveFault as fault:
        return [str(fault.__cause__)]
    return list(report.problems) if report else []


class _Events:
    """The links of this device's chains, of the store and the archive together.

    The store's view is opened first: what moves into the archive meanwhile is then in both.
    Without an archive that can be read nobody knows of gaps.
    """

    def __init__(self, view: TinySQLite, archive: Archive | None, tick: Callable[[], None]) -> None:
        self._complete = archive is not None
        self.unreadable: list[Trouble] = []
        self._seen: set[str] = set()
        self.device: dict[str, Any] = dict(view.table("device").get(doc_id="self"))
        self._chains: dict[str, dict[int, tuple[str, str]]] = {}
        archived = archive.event_texts() if archive else ()
        for doc_id, text in chain(archived, view.table("events").texts()):
            tick()
            self._read(str(doc_id), from_json(text)["raw"])

    @property
    def count(self) -> int:
        """How many different ones there are."""
        return len(self._seen)

    def _read(self, doc_id: str, raw: str) -> None:
        try:
            event = Event.from_bytes(raw)
        except ValidationError:
            event = None
        if event is None or event.id != doc_id:
            self.unreadable.append(Trouble("event", {"event": doc_id}))
        elif event.device == self.device["id"]:
            links = self._chains.setdefault(event.epoch, {})
            links[event.seq] = (event.prev, digest(raw.encode()))
        self._seen.add(doc_id)

    def broken_links(self) -> Iterator[Trouble]:
        """Where an event does not name the one before it; in the present epoch also gaps.

        An earlier epoch may have gaps: they are why it ended.
        """
        for epoch, links in self._chains.items():
            for seq, (prev, _) in links.items():
                if seq == 1 and prev:
                    yield Trouble("link", {"seq": seq})
                if seq - 1 in links and links[seq - 1][1] != prev:
                    yield Trouble("link", {"seq": seq})
            present = self._complete and epoch == self.device["epoch"]
            if present and sorted(links) != list(range(1, self.device["seq"] + 1)):
                yield Trouble("gap", {"count": self.device["seq"] - len(links)})


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


def _named_attachments(view: TinySQLite, archive: Archive | None) -> set[str]:
    jobs = (from_json(text) for _, text in view.table(TABLES[RecordKind.JOB]).texts())
    return {
        one["sha256"]
        for row in chain(jobs, archive.rows() if archive else ())
        for one in row.get("attachments", ())
    }


def _attachments(store: Store, named: set[str], tick: Callable[[], None]) -> Iterator[Trouble]:
    """Those that are here must be whole; those of colleagues may not have come."""
    for sha256 in sorted(named):
        tick()
        try:
            for _ in store.attachments.read(sha256) if store.attachments.has(sha256) else ():
                pass
        except Fault:
            yield Trouble("attachment", {"hash": sha256[:12]})
