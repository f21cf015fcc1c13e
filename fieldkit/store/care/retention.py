"""Moving old, finished jobs into the archive."""

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from typing import Any

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
    in the archive, durably, before it leaves the store. What is younger is not read.
    """
    return sum(
        _is_known(store, record)
        and _movable(store, record, before) is not None
        and _move(store, record, before)
        for record in store.lists.done_before(before)
    )


def _is_known(store: Store, record: str) -> bool:
    """Whether the office has the last event: a quick look that spares reading all."""
    with closing(store.db.table("events").latest("record", record, ["position"], batch=1)) as found:
        return next(found, (record, [None]))[1][0] is not None


def _movable(
    store: Store, record: str, before: datetime
) -> tuple[StoredDocument, list[StoredDocument]] | None:
    """The job and its events, if it may be moved."""
    job: Any = store.db.table(_JOBS).get(doc_id=record)
    if job is None or job.get("status") not in _CLOSED or store.drafts.steps(record):
        return None
    events = store.db.table("events").search(where("record") == record)
    return (job, events) if _is_settled(events, before) else None


def _move(store: Store, record: str, before: datetime) -> bool:
    with store.writing():
        found = _movable(store, record, before)
        if found is None:
            return False
        job, events = found
        store.archive.add(job, events)
        store.db.table("events").remove(doc_ids=[row.doc_id for row in events])
        store.db.table(_JOBS).remove(doc_ids=[record])
    return True


def _is_settled(events: Iterable[StoredDocument], before: datetime) -> bool:
    return all(row.get("position") and datetime.fromisoformat(row["at"]) < before for row in events)
