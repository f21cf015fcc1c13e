"""The archive: closed jobs that were moved out of the store, with their events.

`archive.db` is a file like the store, encrypted by the same key, with the tables `events` and
`jobs`. Nothing is ever removed from it: a job that came back into the store because the office
had something new about it is simply found there first. Where it cannot be read, `ArchiveFault`
names it, and all work on the store goes on.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from tinydb import where

from fieldkit.domain.core.errors import Fault
from fieldkit.domain.core.event import Event, RecordKind
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.store.records.fast_lists import JOB_RANK, TABLES, holding, rows_done
from fieldkit.store.records.migrations import CHANGED_LATER
from fieldkit.store.storage_errors import faults as store_faults
from fieldkit.store.tinysqlite import DatabaseReport, TinySQLite
from fieldkit.store.tinysqlite.reading import StoredDocument

_INDEXES = {"events": ["record", "turn"], "jobs": ["number"]}
_JOBS = TABLES[RecordKind.JOB]
_RANKS = {_JOBS: JOB_RANK}
_UNREADABLE = {f"store.{why}" for why in ("wrong_key", "not_a_store", "lost_commits", "damaged")}


class ArchiveFault(Fault):
    """The archive cannot be read: `error.archive.unreadable`. The store is not concerned."""

    def __init__(self, file: Path) -> None:
        super().__init__("archive.unreadable", file=str(file))


class Archive:
    """The archive at `path`. It is opened when first needed, and made when first written."""

    def __init__(self, path: Path, key: bytes, schema: int, frozen: bool = False) -> None:
        self.path = path
        self._key = key
        self._schema = schema
        self._frozen = frozen

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Around what opens, reads or writes: raises `Fault`, or `ArchiveFault`."""
        try:
            with store_faults():
                yield
        except Fault as fault:
            if fault.key in _UNREADABLE:
                raise ArchiveFault(self.path) from fault
            raise

    @cached_property
    def _db(self) -> TinySQLite:
        db = TinySQLite.open(
            self.path,
            key=self._key,
            indexes=_INDEXES,
            ranks=_RANKS,
            schema=self._schema,
            frozen=self._frozen,
        )
        if db.schema < self._schema and not self._frozen:
            with db.transaction():
                _fold_anew(db)
                db.schema = self._schema
        return db

    @property
    def exists(self) -> bool:
        """Whether anything was ever archived."""
        return self.path.exists()

    def add(self, job: StoredDocument, events: Iterable[StoredDocument]) -> None:
        """Keep a job with its events, in place of what was kept of it before."""
        with self._faults(), self._db.transaction():
            self._db.table(_JOBS).put(job)
            for event in events:
                self._db.table("events").put(event)

    def rows(self) -> Iterator[dict[str, Any]]:
        """All archived jobs as plain JSON, one by one in the order in which they were archived."""
        with self._faults():
            for row in self._db.table(_JOBS) if self.exists else ():
                yield dict(row)

    def values(self, *fields: str) -> Iterator[list[Any]]:
        """Some fields of all archived jobs; what is absent is None."""
        with self._faults():
            if self.exists:
                yield from self._db.table(_JOBS).values(*fields)

    def rows_done(
        self, fields: Sequence[str], status: str, limit: int = -1, since: datetime | None = None
    ) -> list[list[Any]]:
        """Some fields of the archived jobs with a status, as `Lists.rows_done` gives them."""
        with self._faults():
            if not self.exists:
                return []
            return rows_done(self._db.table(_JOBS), fields, status, limit, since)

    def holding(
        self, words: Iterable[Sequence[str]], fields: Sequence[str], limit: int
    ) -> list[list[Any]]:
        """Some fields of the archived jobs that hold every word, as `Lists.holding` gives them."""
        with self._faults():
            return holding(self._db.table(_JOBS), words, fields, limit) if self.exists else []

    def has(self, job: str) -> bool:
        """Whether a job is in the archive, by its id."""
        with self._faults():
            return self.exists and self._db.table(_JOBS).text(job) is not None

    def values_of(self, ids: list[str], *fields: str) -> list[list[Any]]:
        """The same of those that have these ids, in the order of the ids."""
        with self._faults():
            return self._db.table(_JOBS).values_of(ids, *fields) if ids else []

    def job(self, ref: str) -> dict[str, Any] | None:
        """A job by its id or its number."""
        with self._faults():
            if not self.exists:
                return None
            table = self._db.table(_JOBS)
            row = table.get(doc_id=ref) or table.get(where("number") == ref.strip().upper())
            return dict(row) if row else None

    def events(self, record: str) -> list[StoredDocument]:
        """The rows of a job's events."""
        with self._faults():
            of_record = where("record") == record
            return self._db.table("events").search(of_record) if self.exists else []

    def events_by_id(self, ids: Iterable[str]) -> list[StoredDocument]:
        """The rows of those of these events that are here."""
        with self._faults():
            return self._db.table("events").get(doc_ids=list(ids)) if self.exists else []

    def positions(self) -> dict[str, int]:
        """The position of each event, by its id."""
        with self._faults():
            return self._db.table("events").numbers("position") if self.exists else {}

    def event_texts(self) -> Iterator[tuple[Any, str]]:
        """Ids and JSON texts of the rows of all events."""
        with self._faults():
            yield from self._db.table("events").texts() if self.exists else ()

    def events_of_type(self, event_type: str) -> Iterator[Event]:
        """All events of one type, one by one."""
        mark = json.dumps(event_type)
        for _, text in self.event_texts():
            if mark in text and (row := json.loads(text))["type"] == event_type:
                yield Event.from_bytes(row["raw"])

    def history(self, record: str) -> list[Event]:
        """A job's events, in the order of their positions."""
        return _in_order(self.events(record))

    def has_event(self, event: str) -> bool:
        """Whether an event is in the archive."""
        with self._faults():
            return self.exists and self._db.table("events").get(doc_id=event) is not None

    def own_events(self, first: str, end: str) -> list[StoredDocument]:
        """The rows of the events from one turn up to another."""
        with self._faults():
            if not self.exists:
                return []
            return self._db.table("events").ordered("turn", at_least=first, below=end)

    def check(self) -> DatabaseReport | None:
        """Read everything and say what is wrong; None where there is no archive."""
        with self._faults():
            return self._db.check() if self.exists else None

    def back_up(self, target: Path) -> None:
        """Copy the archive while it is in use."""
        with self._faults():
            self._db.backup(target)

    def fold_missing(self) -> None:
        """Make jobs that are missing anew from their events."""
        with self._faults(), self._db.transaction():
            records = {row["record"] for row in self._db.table("events")}
            for record in records - {row.doc_id for row in self._db.table(_JOBS)}:
                _fold(self._db, record)

    def close(self) -> None:
        """Close the file, if it was opened."""
        if "_db" in self.__dict__:
            self._db.close()


def _in_order(rows: Iterable[StoredDocument]) -> list[Event]:
    return [Event.from_bytes(row["raw"]) for row in sorted(rows, key=lambda row: row["position"])]


def _fold(db: TinySQLite, record: str) -> None:
    """Make a job of the archive from its events."""
    events = _in_order(db.table("events").search(where("record") == record))
    job = MACHINES[RecordKind.JOB].fold(record, events)
    made = job.model_dump(mode="json", exclude_defaults=True)
    db.table(_JOBS).put(StoredDocument(made, doc_id=record))


def _fold_anew(db: TinySQLite) -> None:
    """Bring the jobs to what this version makes of their events. In a transaction."""
    changed = {row["record"] for row in db.table("events") if row["type"] in CHANGED_LATER}
    for record in changed & {str(row.doc_id) for row in db.table(_JOBS)}:
        _fold(db, record)
