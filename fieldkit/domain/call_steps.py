"""What may be done to a planned call: say what came of it, or give it another moment."""

from collections.abc import Callable
from datetime import datetime, tzinfo

from fieldkit.domain.core.errors import BadInput, FieldProblem, Reason, Refused
from fieldkit.domain.core.event import Act
from fieldkit.domain.core.form import Data
from fieldkit.domain.records.follow_up import FollowUp, FollowUpDone
from fieldkit.domain.registration import CALL_AT


def call_acts(
    current: FollowUp, step: str, data: Data, by: str, now: datetime, new_id: Callable[[], str]
) -> list[Act]:
    """The acts by which `by` says what came of a call (`done`) or gives it another moment
    (`moved`); a day to ask again plans the next one for the same reason.

    Raises `Refused` (`already_done`, `call_about_you`: whose work was scored), or `BadInput`.
    """
    if isinstance(data, FollowUpDone) and data.again_on and data.again_on < now.date():
        limit = now.date().isoformat()
        raise BadInput([FieldProblem("again_on", "in_past", {"limit": limit})])
    if current.done is not None:
        raise Refused(Reason("already_done"))
    if current.planned is not None and current.planned.not_by == by:
        raise Refused(Reason("call_about_you"))
    return [call_act(current.id, step, data), *_again(current, data, now.tzinfo, new_id)]


def call_act(record_id: str, step: str, data: Data) -> Act:
    """The act of one step of a call."""
    dumped = data.model_dump(mode="json", exclude_none=True, exclude={"stamp"})
    return Act(record=record_id, type=f"follow_up.{step}", data=dumped)


def _again(
    current: FollowUp, data: Data, zone: tzinfo | None, new_id: Callable[[], str]
) -> list[Act]:
    if not isinstance(data, FollowUpDone) or data.again_on is None or current.planned is None:
        return []
    due = datetime.combine(data.again_on, CALL_AT, zone)
    return [call_act(new_id(), "planned", current.planned.model_copy(update={"due": due}))]
