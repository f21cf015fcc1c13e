"""Calls at the office: an unhappy customer is called by somebody else than who was scored."""

from pathlib import Path
from typing import Any

import pytest

from fieldkit.domain.core.errors import BadInput, Refused
from fieldkit.domain.core.event import Act
from fieldkit.office.desk.calls import finish_call, list_calls
from fieldkit.office.people.audit_log import read_audit
from tests.sync.exchange import World, job, world

PLANNED = {
    "reason": "recovery_call", "due": "2026-03-02T12:00:00+00:00", "customer_name": "Olga",
    "assigned_to": "outlet", "not_by": "anna",
}  # fmt: skip


def planned(here: World, **changes: Any) -> str:
    """The call that anna's job brought about."""
    anna, request = here.laptop("anna"), job()
    plan = {**PLANNED, "job": request.record, **changes}
    anna.act(request, Act(record="C-12345678", type="follow_up.planned", data=plan))
    anna.sync(here.wire)
    return "C-12345678"


def test_somebody_else_than_who_was_scored_records_the_call(here: World) -> None:
    call = planned(here)
    (listed,) = list_calls(here.office)
    assert listed.id == call
    with pytest.raises(Refused, match="call_about_you"):
        finish_call(here.office, call, {"outcome": "satisfied"}, "anna")
    with pytest.raises(BadInput):
        finish_call(here.office, call, {}, "mei")
    done = finish_call(here.office, call, {"outcome": "satisfied", "note": "he is fine"}, "mei")
    assert done.done is not None
    assert done.done.stamp is not None
    assert (done.done.outcome, done.done.stamp.by) == ("satisfied", "mei")
    assert list_calls(here.office) == []
    with pytest.raises(Refused, match="already_done"):
        finish_call(here.office, call, {"outcome": "satisfied"}, "chen")
    with here.office.db.reading() as conn:
        assert read_audit(conn, 1)[0].act == "follow_up.done"
    anna = here.laptops["anna"]
    anna.sync(here.wire)
    assert anna.documents()[call]["done"]["outcome"] == "satisfied"


def test_who_was_not_reached_is_called_again_and_still_by_somebody_else(
    tmp_path: Path, database: str
) -> None:
    """On PostgreSQL."""
    with world(tmp_path, database) as here:
        call = planned(here)
        finish_call(here.office, call, {"outcome": "unreachable", "again_on": "2026-03-04"}, "mei")
        (again,) = list_calls(here.office)
        assert again.planned is not None
        assert (again.planned.not_by, again.planned.reason) == ("anna", "recovery_call")
        late = {"outcome": "unreachable", "again_on": "2026-03-01"}
        with pytest.raises(BadInput):
            finish_call(here.office, again.id, late, "mei")
