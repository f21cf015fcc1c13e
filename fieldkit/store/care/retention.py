"""Moving old, finished jobs into the archive."""

from collections.abc import Iterable
from datetime import datetime

from tinydb import where

from fieldkit.domain.core.event import RecordKind
from fieldkit.domain.job.model import CLOSED
from fieldkit.store.records.ledger import TABLES
from fieldkit.store.store import Store
from fieldkit.store.tinysqlite.reading import StoredDocument

_JOBS = TABLES[RecordKind.JOB]
_CLOSED = frozenset(status.value for status in CLOSED)


def archive_closed(store: Store, before: datetime) -> int:
    """Move the closed jobs whose last event is older than `before`; how many were moved.

    Only a job of which the office has every event is moved, and none with a draft. Each job is
    in the archive, durably, before it leaves the store.
    """
    closed = [row["id"] for row in store.ledger.rows(RecordKind.JOB) if _is_closed(row)]
    return sum(_move(store, record, before) for record in closed)


def _is_closed(row: dict[str, object]) -> bool:
    return row.get("status") in _CLOSED


def _move(store: Store, record: str, before: datetime) -> bool:
    with store.writing():
        job = store.db.table(_JOBS).get(doc_id=record)
        events = store.db.table("events").search(where("record") == record)
        settled = job is not None and _is_closed(job) and _is_settled(events, before)
        if not settled or store.drafts.steps(record):
            return False
        store.archive.add(job, events)
        store.db.table("events").remove(doc_ids=[row.doc_id for row in events])
        store.db.table(_JOBS).remove(doc_ids=[record])
    return True


def _is_settled(events: Iterable[StoredDocument], before: datetime) -> bool:
    return all(row.get("position") and datetime.fromisoformat(row["at"]) < before for row in events)
