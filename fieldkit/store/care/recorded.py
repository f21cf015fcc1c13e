"""What is recorded, read once from end to end: events, the chains that they make, and whether the
documents are what the events make of them."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from math import inf
from operator import itemgetter
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json
from tinydb import where

from fieldkit.domain.core.base_model import Model
from fieldkit.domain.core.event import Event, RecordKind, digest
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.store.care.found_right import FoundRight
from fieldkit.store.care.trouble import Trouble
from fieldkit.store.records.archive import Archive
from fieldkit.store.records.ledger import REJECTED, TABLES
from fieldkit.store.records.salvages import unfolded
from fieldkit.store.tinysqlite import TinySQLite

_REJECTED = REJECTED.encode()
_PARTS = "status", "position", "type", "raw"
"""What is read of an event's row; a `_Row` is its id with these as UTF-8."""
_Row = tuple[str, list[Any]]


class _Link(Model):
    """What a device's chain is made of: to read this of an event is a third of the work."""

    device: str
    epoch: str = ""
    seq: int = 0
    prev: str = ""


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


class Recorded:
    """Events, chains and documents, of the store and the archive together; each event is read
    once.

    The store's view is opened first: what moves into the archive meanwhile is then in both.
    Without an archive that can be read nobody knows of gaps.
    """

    def __init__(
        self,
        view: TinySQLite,
        archive: Archive | None,
        before: FoundRight,
        tick: Callable[[], None],
    ) -> None:
        self._view = view
        self._before = before
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
                raw = from_json(text)["raw"].encode()
                self._event(str(doc_id), raw, digest(raw))
        of_record = groupby(here.along("record", _PARTS), itemgetter(0))
        for record, rows in of_record:
            self._record(str(record), [(str(doc_id), parts) for _, doc_id, parts in rows])
        self._without_events()

    def _event(self, doc_id: str, raw: bytes, own: str) -> Event | None:
        """Take in an event, if it can be read; `own` is the hash of what is stored of it."""
        self._tick()
        self.count += 1
        try:
            event = Event.from_bytes(raw)
        except ValidationError:
            event = None
        if event is None or event.id != doc_id:
            self._unreadable.append(Trouble("event", {"event": doc_id}))
            return None
        self._link(event, own)
        return event

    def _link(self, event: Event | _Link, own: str) -> None:
        """Note the place in the chain of an event of this device."""
        if event.device == self._device["id"]:
            links = self._chains.setdefault(event.epoch, _Chain())
            links.put(event.seq, event.prev, own)

    def _record(self, record: str, rows: list[_Row]) -> None:
        """Take in the events of a record, and compare what they make with its documents, unless an
        earlier check has found just this right."""
        hashed = [(row, digest(row[1][-1] or b"")) for row in rows]
        kinds = {(kind or b"").partition(b".")[0].decode() for _, (_, _, kind, _) in rows}
        texts = {kind: self._text(kind, record) for kind in kinds & TABLES.keys()}
        told = ((doc_id, *parts[:3], own) for (doc_id, parts), own in hashed)
        mark = self._before.mark(record, texts, told)
        if mark in self._before:
            for (_, (*_, raw)), own in hashed:
                self._tick()
                self.count += 1
                self._link(_Link.model_validate_json(raw), own)
            right = True
        else:
            right = self._is_right(record, hashed, texts)
        for kind, text in texts.items():
            self._seen[TABLES[RecordKind(kind)]] += text is not None
        if right and record not in self._unfolded:
            self._before.add(mark)

    def _text(self, kind: str, record: str) -> str | None:
        return self._view.table(TABLES[RecordKind(kind)]).text(record)

    def _is_right(
        self, record: str, hashed: list[tuple[_Row, str]], texts: dict[str, str | None]
    ) -> bool:
        """Read the events of a record, fold them, and compare. A row that names another kind than
        its event, which no program writes, is never taken for right."""
        counted: list[tuple[float, Event]] = []
        whole = named = True
        for (doc_id, (status, position, _, raw)), own in hashed:
            event = self._event(doc_id, raw or b"", own)
            if event is None:
                whole = False
                continue
            if event.kind in TABLES and event.kind not in texts:
                named, texts[event.kind] = False, self._text(event.kind, record)
            if status != _REJECTED:
                counted.append((int(position or 0) or inf, event))
        history = [event for _, event in sorted(counted, key=itemgetter(0))]
        if not whole:
            return False
        made = [
            self._compare(kind, record, history, text)
            for kind, text in texts.items()
            if text is not None or history
        ]
        return named and all(made)

    def _compare(self, kind: str, record: str, history: list[Event], text: str | None) -> bool:
        """Whether the events make the document, where they must; else that is noted."""
        right = record in self._unfolded or (
            text is not None and _makes(kind, record, history, text)
        )
        if not right:
            self._unlike.append(
                Trouble("document", {"table": TABLES[RecordKind(kind)], "record": record})
            )
        return right

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
