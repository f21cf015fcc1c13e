"""The scrub: reads everything that is kept and says what is not as it was written."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import ValidationError

from fieldkit.domain.errors import Fault
from fieldkit.domain.event import Event, RecordKind, digest
from fieldkit.domain.machines import MACHINES
from fieldkit.store.faults import faults
from fieldkit.store.ledger import TABLES
from fieldkit.store.store import Store


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: `store.trouble.<key>` names the sentence; nothing of a customer."""

    key: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckReport:
    """How much was read, and what was wrong with it."""

    documents: int
    events: int
    attachments: int
    troubles: tuple[Trouble, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.troubles


@faults()
def check(store: Store) -> CheckReport:
    """Check pages, events, chains, documents and attachments."""
    report = store.db.check()
    troubles = [Trouble("file", {"file": "store.db", "what": each}) for each in report.problems]
    archived = store.archive.check()
    if archived is not None:
        told = archived.problems
        troubles += [Trouble("file", {"file": "archive.db", "what": each}) for each in told]
    if troubles:
        return CheckReport(report.documents, 0, 0, tuple(troubles))  # the rest would only repeat it
    events = _Events(store)
    if events.unreadable:
        return CheckReport(report.documents, events.count, 0, tuple(events.unreadable))
    troubles += events.broken_links()
    troubles += _documents(store)
    named = _named_attachments(store)
    troubles += _attachments(store, named)
    return CheckReport(report.documents, events.count, len(named), tuple(troubles))


class _Events:
    """The links of this device's chains, of the store and the archive together."""

    def __init__(self, store: Store) -> None:
        self.unreadable: list[Trouble] = []
        self._seen: set[str] = set()
        self.device = store.exchange.device()
        self._chains: dict[str, dict[int, tuple[str, str]]] = {}
        for row in [*store.archive.all_events(), *store.db.table("events").all()]:
            self._read(str(row.doc_id), row["raw"])

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
            chain = self._chains.setdefault(event.epoch, {})
            chain[event.seq] = (event.prev, digest(raw.encode()))
        self._seen.add(doc_id)

    def broken_links(self) -> Iterator[Trouble]:
        """Where an event does not name the one before it; in the present epoch also gaps.

        An earlier epoch may have gaps: they are why it ended.
        """
        for epoch, chain in self._chains.items():
            for seq, (prev, _) in chain.items():
                if seq == 1 and prev:
                    yield Trouble("link", {"seq": seq})
                if seq - 1 in chain and chain[seq - 1][1] != prev:
                    yield Trouble("link", {"seq": seq})
            present = epoch == self.device["epoch"]
            if present and sorted(chain) != list(range(1, self.device["seq"] + 1)):
                yield Trouble("gap", {"count": self.device["seq"] - len(chain)})


def _documents(store: Store) -> Iterator[Trouble]:
    for kind in map(RecordKind, TABLES):
        for row in store.ledger.rows(kind):
            record = str(row["id"])
            folded = MACHINES[kind].fold(record, store.ledger.history(record))
            if folded.model_dump(mode="json", exclude_defaults=True) != row:
                yield Trouble("document", {"table": TABLES[kind], "record": record})


def _named_attachments(store: Store) -> set[str]:
    rows = [*store.ledger.rows(RecordKind.JOB), *store.archive.rows()]
    return {one["sha256"] for row in rows for one in row.get("attachments", ())}


def _attachments(store: Store, named: set[str]) -> Iterator[Trouble]:
    """Those that are here must be whole; those of colleagues may not have come."""
    for sha256 in sorted(named):
        try:
            for _ in store.attachments.read(sha256) if store.attachments.has(sha256) else ():
                pass
        except Fault:
            yield Trouble("attachment", {"hash": sha256[:12]})
