"""What the office refused: the list, and the corrections that take its place."""

from collections.abc import Mapping
from typing import Any

from fieldkit.domain.core.errors import NotFound
from fieldkit.domain.core.event import Act, Author, Event, RecordKind
from fieldkit.domain.core.form import read_form
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.services.home.session import Session
from fieldkit.store.records.receipts import RejectedEvent
from fieldkit.sync.protocol.messages import Rejected


def rejected(session: Session) -> list[RejectedEvent]:
    """What the office refused and nothing has replaced yet, oldest first."""
    return session.store.exchange.receipts.rejected()


def correct(session: Session, event: str, changes: Mapping[str, Any]) -> Event:
    """Record a refused event again with other values; the next sync sends it in its place. It was
    done when it was done, and by whom: the time and the author stay, unless she was refused.

    Raises `NotFound` if no such event waits for a correction, or `BadInput`.
    """
    with session.store.writing():
        refused = _refused(session, event)
        before = session.store.ledger.event(refused.event)
        model = MACHINES[RecordKind(before.kind)].events[before.type]
        data = read_form(model, {**before.data, **changes})
        values = data.model_dump(mode="json", exclude_none=True, exclude={"stamp"})
        now = session.author()
        by = now.by if refused.reason == Rejected.WRONG_AUTHOR else before.by
        author = Author(by=by, role=now.role, at=before.local_at)
        return _replace(session, refused, before.type, values, author)


def withdraw(session: Session, event: str, why: str) -> Event:
    """Give up a refused event of a job: a note takes its place, and what waited for it goes on.

    Raises `NotFound` if no such event of a job waits for a correction.
    """
    with session.store.writing():
        refused = _refused(session, event)
        if not refused.type.startswith("job."):
            raise NotFound("rejected", event)
        return _replace(session, refused, "job.note_added", {"text": why}, session.author())


def _refused(session: Session, event: str) -> RejectedEvent:
    for each in rejected(session):
        if each.event == event:
            return each
    raise NotFound("rejected", event)


def _replace(
    session: Session,
    refused: RejectedEvent,
    event_type: str,
    data: Mapping[str, Any],
    author: Author,
) -> Event:
    act = Act(record=refused.record, type=event_type, data=dict(data), replaces=refused.event)
    return session.store.ledger.commit([act], author)[0]
