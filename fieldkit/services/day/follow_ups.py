"""Follow-ups: which are due, a new one, what came of a call, another moment for it, the next."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from fieldkit.domain.call_steps import call_act, call_acts
from fieldkit.domain.core.base_model import StrictModel
from fieldkit.domain.core.errors import BadInput, FieldProblem
from fieldkit.domain.core.event import RecordKind
from fieldkit.domain.core.form import Clock, Data, Day, NeededText, read_form
from fieldkit.domain.records.follow_up import FollowUp, FollowUpDone, FollowUpMoved, FollowUpPlanned
from fieldkit.services.day.today import DueCall, due_calls
from fieldkit.services.home.session import Session


def due(session: Session, day: date) -> list[DueCall]:
    """The open follow-ups that are due on that local day or were before, the earliest first."""
    return due_calls(session, day)


def plan(session: Session, values: Mapping[str, Any]) -> FollowUp:
    """Plan a follow-up. Raises `BadInput`."""
    data = read_form(FollowUpPlanned, dict(values))
    record_id = session.new_id()
    session.store.ledger.commit([call_act(record_id, "planned", data)], session.author())
    planned: FollowUp = session.store.ledger.document(RecordKind.FOLLOW_UP, record_id)
    return planned


def finish_follow_up(session: Session, record_id: str, values: Mapping[str, Any]) -> FollowUp:
    """Record what came of a follow-up; a day to ask again plans the next one for the same
    reason. Raises `NotFound`, `Refused` or `BadInput`."""
    return _change(session, record_id, "done", read_form(FollowUpDone, dict(values)))


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
        acts = call_acts(current, step, data, session.person, session.clock(), session.new_id)
        ledger.commit(acts, session.author())
        session.store.drafts.drop(record_id, "follow_up")
        changed: FollowUp = ledger.document(RecordKind.FOLLOW_UP, record_id)
        return changed
