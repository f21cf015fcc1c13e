"""A complaint at the office: routed by the rules, eight steps in order, with its deadlines."""

from typing import Any

import pytest

from fieldkit.domain.complaints.model import COMPLAINT_STEPS, Complaint
from fieldkit.domain.core.errors import BadInput, NotFound, Refused
from fieldkit.office.desk.complaints import do_complaint_step, list_complaints, record_complaint
from fieldkit.office.desk.desk import dispatch, register_customer
from fieldkit.office.desk.escalations import list_due
from tests.office.trade import shipped_trade
from tests.sync.exchange import World, job

FORMS: dict[str, dict[str, Any]] = {
    "judged": {"founded": True},
    "assigned": {"person": "wang"},
    "investigated": {"findings": "Came two hours late."},
    "proposed": {"solution": "An apology."},
    "told": {"reaction": "Accepts."},
    "settled": {"outcome": "Talked it over."},
    "improved": {"improvement": "Call when late."},
}


def recorded(here: World, **more: Any) -> Complaint:
    values = {"text": "Rude and late.", "complaint_class": "service", "cause": "other"}
    return record_complaint(here.office, values | more, shipped_trade(), by="chen")


def test_a_complaint_goes_through_all_eight_steps(here: World) -> None:
    made = recorded(here)
    (row,) = list_complaints(here.office)
    assert row.department
    assert row.grade == "general"
    for step in COMPLAINT_STEPS[1:]:
        assert list_complaints(here.office)[0].next_step == step
        with pytest.raises(Refused, match="already_done"):
            do_complaint_step(here.office, made.id, "recorded", {"text": "x"}, "chen")
        done = do_complaint_step(here.office, made.id, step, FORMS[step], "chen")
        assert getattr(done, step) is not None
    assert done.assigned is not None
    assert done.assigned.department == row.department  # what the rules said, as nobody said else
    assert list_complaints(here.office) == []
    assert len(list_complaints(here.office, everything=True)) == 1


def test_its_deadlines_run_on_the_offices_clock(here: World) -> None:
    made = recorded(here, threat_to_publish=True)
    kinds = {item.duty.kind: item.overdue for item in list_due(here.office)}
    assert kinds == {"reply": False, "interim": False, "solve": False}
    here.clock.move(days=3)
    assert all(item.overdue for item in list_due(here.office) if item.duty.kind != "solve")
    do_complaint_step(here.office, made.id, "judged", {"founded": False, "answer": "No."}, "chen")
    do_complaint_step(here.office, made.id, "told", {}, "chen")
    assert list_due(here.office) == []


def test_whoever_is_complained_about_does_not_handle_it(here: World) -> None:
    anna = here.laptop("anna")
    request = job(number="260302-TEST")
    anna.act(request)
    anna.sync(here.wire)
    dispatch(here.office, request.record, "anna")
    made = recorded(here, job="260302-TEST", cause="staff")
    assert made.recorded is not None
    assert made.recorded.job == request.record
    with pytest.raises(Refused, match="complained_about"):
        do_complaint_step(here.office, made.id, "judged", {"founded": True}, "anna")
    anna.sync(here.wire)
    assert made.id in anna.documents()  # it belongs to her job, so she knows of it


def test_wrong_input_changes_nothing(here: World) -> None:
    with pytest.raises(NotFound):
        recorded(here, job="none")
    with pytest.raises(NotFound):
        recorded(here, customer="none")
    with pytest.raises(BadInput):
        recorded(here, text="")
    assert list_complaints(here.office) == []
    made = recorded(here, customer=register_customer(here.office, {"name": "A", "phone": "00000"}))
    with pytest.raises(Refused, match="needs_complaint_step"):
        do_complaint_step(here.office, made.id, "told", {}, "chen")
    with pytest.raises(BadInput):
        do_complaint_step(here.office, made.id, "judged", {"founded": False}, "chen")
