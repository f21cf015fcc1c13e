"""Records beside jobs: customer, product, complaint, follow-up."""

from typing import Any
from uuid import uuid4

import pytest

from fieldkit.domain.complaints.model import COMPLAINT, COMPLAINT_STEPS
from fieldkit.domain.core.event import Act, Event, RecordKind, Role
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.domain.records.customer_product import CUSTOMER, PRODUCT, Product
from fieldkit.domain.records.follow_up import FOLLOW_UP
from fieldkit.domain.records.product_registration import Proof
from tests.domain.build import MORNING

SOLD = {"serial": "SN1", "model": "TDT", "purchase_date": "2026-02-10", "proof": "none"}
ENTRY = {"job": "j-1", "on": "2026-11-05", "component": "controller", "sold": True}


def event(type_: str, data: dict[str, Any], by: str = "chen") -> Event:
    return Event(
        id=str(uuid4()), record="r-1", type=type_, at=MORNING, by=by, role=Role.DESK,
        device="d1", data=data,
    )  # fmt: skip


def product_after(*events: tuple[str, dict[str, Any]]) -> Product:
    made = [event(f"product.{type_}", data) for type_, data in events]
    return PRODUCT.fold("SN1", [event("product.registered", SOLD), *made])


def test_every_kind_of_record_has_a_machine_whose_events_bear_its_name() -> None:
    assert set(MACHINES) == set(RecordKind)
    for kind, machine in MACHINES.items():
        assert {name.partition(".")[0] for name in machine.events} == {kind}
        handled = {*machine.sets, *machine.appends, *machine.special, machine.undo} - {""}
        assert set(machine.events) == handled


def test_an_act_knows_its_kind() -> None:
    assert Act(record="r", type="follow_up.done").kind is RecordKind.FOLLOW_UP


def test_an_amended_customer_keeps_what_was_not_changed() -> None:
    card = {"name": "Zhao", "phone": "000-000-000", "area": "north", "tier": "vip"}
    found = CUSTOMER.fold(
        "c-1",
        [
            event("customer.registered", card),
            event("customer.amended", {"phone": "000-000-900"}),
            event("customer.amended", {"name": None, "tier": None, "shoe_size": 41}),
        ],
    )
    assert (found.name, found.phone, found.area, found.tier) == (
        "Zhao", "000-000-900", "north", "vip",
    )  # fmt: skip
    assert found.model_extra == {"shoe_size": 41}


def test_an_amended_product_changes_only_the_fields_that_the_event_carries() -> None:
    found = product_after(("amended", {"proof": "invoice_and_card"}))
    assert found.proof is Proof.INVOICE_AND_CARD
    assert (found.model, str(found.purchase_date)) == ("TDT", "2026-02-10")


def test_an_amendment_clears_a_day_that_may_be_absent() -> None:
    assert product_after(("amended", {"purchase_date": None})).purchase_date is None


@pytest.mark.parametrize("field", ["id", "events", "history", "pauses", "retired_on", "unknown"])
def test_a_foreign_field_does_not_pass_for_one_of_the_document(field: str) -> None:
    plain = product_after(("amended", {}))
    assert product_after(("amended", {field: "x"})) == plain


def test_history_and_pauses_are_added_once_however_often_they_come() -> None:
    pause = {"start": "2026-11-01", "end": "2026-11-05"}
    found = product_after(
        ("serviced", {"entries": [ENTRY]}),
        ("paused", pause),
        ("serviced", {"entries": [ENTRY], "run_in_done": True}),
        ("paused", pause),
        ("serviced", {"entries": [ENTRY | {"job": "j-2"}]}),
        ("paused", {"start": "2026-11-05", "end": "2026-11-01"}),
    )
    assert [entry.job for entry in found.history] == ["j-1", "j-2"]
    assert [(str(one.start), str(one.end)) for one in found.pauses] == [
        ("2026-11-01", "2026-11-05")
    ]
    assert found.run_in_done


def test_an_exchanged_product_is_retired() -> None:
    found = product_after(("exchanged", {"on": "2026-11-05", "by_serial": "SN2"}))
    assert str(found.retired_on) == "2026-11-05"


def test_a_complaint_goes_through_its_eight_steps() -> None:
    said: dict[str, dict[str, Any]] = {
        "recorded": {"text": "came late"},
        "judged": {"founded": True},
        "assigned": {"department": "after_sales"},
        "investigated": {"findings": "van broke down"},
        "proposed": {"solution": "apology"},
        "told": {"reaction": "content"},
        "settled": {"outcome": "none"},
        "improved": {"improvement": "call ahead"},
    }
    assert tuple(said) == COMPLAINT_STEPS
    events = [event(f"complaint.{step}", data) for step, data in said.items()]
    for count in range(9):
        found = COMPLAINT.fold("k-1", events[:count])
        done = [step for step in COMPLAINT_STEPS if getattr(found, step) is not None]
        assert done == list(COMPLAINT_STEPS[:count])
    assert found.assigned is not None
    assert found.assigned.stamp is not None
    assert found.assigned.stamp.by == "chen"


def test_a_follow_up_is_planned_once_moved_and_done() -> None:
    plan = {"reason": "satisfaction", "due": "2026-11-06T09:00:00+08:00"}
    moved = {"due": "2026-11-08T09:00:00+08:00", "reason": "customer travels"}
    events = [
        event("follow_up.planned", plan),
        event("follow_up.moved", moved),
        event("follow_up.planned", plan | {"reason": "again"}),
        event("follow_up.done", {"outcome": "content"}),
    ]
    found = FOLLOW_UP.fold("f-1", events)
    assert found.planned is not None
    assert found.planned.reason == "satisfaction"
    assert found.due is not None
    assert found.due.day == 8
    assert found.done is not None
    assert FOLLOW_UP.fold("f-1", [events[1], events[0]]).due == found.due
