"""Calls at the office: which are open, and what came of one."""

from collections.abc import Mapping
from typing import Any

from fieldkit.domain.call_steps import call_acts
from fieldkit.domain.core.event import RecordKind
from fieldkit.domain.core.form import read_form
from fieldkit.domain.records.follow_up import FollowUp, FollowUpDone
from fieldkit.office.desk.acting_as import acting
from fieldkit.office.desk.desk import read_as
from fieldkit.office.ledger.documents import read_all
from fieldkit.office.office import Office
from fieldkit.office.tables import documents


def list_calls(office: Office) -> list[FollowUp]:
    """The open calls, the earliest first."""
    is_open = (documents.c.kind == RecordKind.FOLLOW_UP, documents.c.status == "open")
    found = [call for call in read_all(office, FollowUp, *is_open) if call.due is not None]
    return sorted(found, key=lambda call: (str(call.due and call.due.timestamp()), call.id))


def finish_call(office: Office, record_id: str, values: Mapping[str, Any], by: str) -> FollowUp:
    """Record what came of a call. Raises `NotFound`, `BadInput`, or `Refused`: it is done already,
    or is about the work of whoever records it."""
    form = read_form(FollowUpDone, dict(values))
    with acting(office, by) as desk:
        current = desk.get(RecordKind.FOLLOW_UP, record_id, FollowUp)
        desk.emit(call_acts(current, "done", form, by, office.clock(), office.new_id))
    return read_as(office, RecordKind.FOLLOW_UP, record_id, FollowUp)
