"""Follow-ups: which are due, a new one, what came of a call, another moment for it, the next."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from fieldkit.domain.core.base_model import StrictModel
from fieldkit.domain.core.errors import BadInput, FieldProblem, Reason, Refused
from fieldkit.domain.core.event import Act, RecordKind
from fieldkit.domain.core.form import Clock, Data, Day, NeededText, read_form
from fieldkit.domain.records.follow_up import FollowUp, FollowUpDone, FollowUpMoved, FollowUpPlanned
from fieldkit.domain.registration import CALL_AT
from fieldkit.services.day.today import DueCall, due_calls
from fieldkit.services.home.session import Session


def due(session: Session, day: date) -> list[DueCall]:
    """The open follow-ups that are due on that local day or were before, the earliest first."""
    return due_calls(session, day)


def plan(session: Session, values: Mapping[str, Any]) -> FollowUp:
    """Plan a follow-up. Raises `BadInput`."""
    data = read_form(FollowUpPlanned, dict(values))
    record_id = session.new_id()
    session.store.ledger.commit([_act(record_id, "planned", data)], session.author())
    planned: FollowUp = session.store.ledger.document(RecordKind.FOLLOW_UP, record_id)
    return planned


def finish_follow_up(session: Session, record_id: str, values: Mapping[str, Any]) -> FollowUp:
    """Record what came of a follow-up; a day to ask again plans the next one for the same
    reason. Raises `NotFound`, `Refused` or `BadInput`."""
    form = read_form(FollowUpDone, dict(values))
    if form.again_on is not None and form.again_on < session.today:
        limit = session.today.isoformat()
        raise BadInput([FieldProblem("again_on", "in_past", {"limit": limit})])
    return _change(session, record_id, "done", form)


def move_follow_up(session: Session, record_id: str, values: Mapping[str, Any]) -> FollowUp:
    """Give a follow-up another moment, with the reason. Raises as `finish_follow_up` does."""
    return _change(session, record_id, "moved", read_form(FollowUpMoved, dict(values)))


class NewMoment(StrictModel):
    """The form for another moment of a call: local day and time, and why."""

    on: Day
    at: Clock = "10:00"
    reason: NeededText


def reschedule(session: Session, record_id: str, values: Mapping[str, Any]) -> FollowUp:
    """Give a follow-up a later moment, given as in `NewMoment`. Raises as `finish_follow_up`."""
    form = read_form(NewMoment, dict(values))
    now = session.clock()
    due = datetime.combine(form.on, time.fromisoformat(form.at), now.tzinfo)
    if due <= now:
        earlier = form.on < now.date()
        limit = now.date().isoformat() if earlier else f"{now:%H:%M}"
        raise BadInput([FieldProblem("on" if earlier else "at", "in_past", {"limit": limit})])
    moved = move_follow_up(session, record_id, {"due": due, "reason": form.reason})
    session.store.drafts.drop(record_id, "follow_up_move")
    return moved


def _change(session: Session, record_id: str, step: str, data: Data) -> FollowUp:
    with session.store.writing():
        ledger = session.store.ledger
        current: FollowUp = ledger.document(RecordKind.FOLLOW_UP, record_id)
        if current.done is not None:
            raise Refused(Reason("already_done"))
        if current.planned is not None and current.planned.not_by == session.person:
            raise Refused(Reason("call_about_you"))
        ledger.commit(
            [_act(record_id, step, data), *_again(session, current, data)], session.author()
        )
        session.store.drafts.drop(record_id, "follow_up")
        changed: FollowUp = ledger.document(RecordKind.FOLLOW_UP, record_id)
        return changed


def _again(session: Session, current: FollowUp, data: Data) -> list[Act]:
    """The next follow-up for the same reason, where a day for it was given."""
    if not isinstance(data, FollowUpDone) or data.again_on is None or current.planned is None:
        return []
    due = datetime.combine(data.again_on, CALL_AT, session.clock().tzinfo)
    return [_act(session.new_id(), "planned", current.planned.model_copy(update={"due": due}))]


def _act(record_id: str, step: str, data: Data) -> Act:
    dumped = data.model_dump(mode="json", exclude_none=True, exclude={"stamp"})
    return Act(record=record_id, type=f"follow_up.{step}", data=dumped)
