"""The desk takes requests, sends technicians, answers approvals; laptops get it all."""

from typing import Any

import pytest

from fieldkit.domain.core.errors import BadInput, NotFound, Refused
from fieldkit.domain.core.event import Act, Role
from fieldkit.domain.job.model import Job, Status
from fieldkit.domain.records.customer_product import Product
from fieldkit.domain.records.follow_up import FollowUp
from fieldkit.office.desk.approvals import answer_request, awaiting_approval
from fieldkit.office.desk.desk import (
    dispatch,
    do_step,
    list_jobs,
    read_record,
    register_customer,
    register_job,
    register_product,
)
from fieldkit.office.desk.technicians import (
    best_candidate,
    candidates,
    list_technicians,
    set_technician,
)
from fieldkit.office.errors import OfficeFault
from fieldkit.rules import load_pack
from fieldkit.shipped import shipped_rules
from tests.domain.build import decision, verdict
from tests.office.desk.test_conflicts import act, at_office
from tests.office.history import read_history
from tests.office.trade import shipped_trade
from tests.sync.exchange import World

BIKE = {"serial": "c24-2501-00001", "model": "QL-C24", "purchase_date": "2026-03-02"}


@pytest.fixture(name="buyer")
def _buyer(here: World) -> str:
    card = {"name": "Test Customer", "phone": "000-0001", "area": "north"}
    return register_customer(here.office, card, by="chen")


@pytest.fixture(name="request_id")
def _request(here: World, buyer: str) -> str:
    register_product(
        here.office, {"serial_confirmed": True, **BIKE, "customer": buyer}, shipped_trade()
    )
    form = {"symptom": "no display", "distance_km": 4}
    return register_job(here.office, form, buyer, "c24-2501-00001", by="chen").id


def test_a_request_goes_from_the_desk_to_the_technician(here: World, request_id: str) -> None:
    anna = here.laptop("anna")
    made = at_office(here, request_id)
    assert (made.status, made.product and made.product.serial) == ("registered", "C24-2501-00001")
    assert made.request is not None
    assert made.request.owner == "chen"
    dispatch(here.office, made.number, "anna", note="ring twice")
    anna.sync(here.wire)
    mine = anna.documents()
    assert mine[request_id]["dispatch"]["note"] == "ring twice"
    assert mine[request_id]["product"]["history_known"] is True
    assert mine[request_id]["customer"]["name"] == "Test Customer"
    assert "C24-2501-00001" in mine


def test_a_sale_at_the_office_plans_its_call(here: World, request_id: str) -> None:
    """The rules count the run-in service from the purchase."""
    owner = at_office(here, request_id).customer
    assert owner is not None
    records = {row.kind for row in _rows(here)}
    assert "follow_up" in records
    (call,) = [read_record(here.office, row.kind, row.record) for row in _rows(here, "follow_up")]
    assert isinstance(call, FollowUp)
    assert call.planned is not None
    assert (call.planned.customer, call.planned.product) == (owner.id, "C24-2501-00001")


def _rows(here: World, kind: str = "") -> list[Any]:
    from sqlalchemy import select

    from fieldkit.office.tables import documents

    with here.office.db.reading() as conn:
        rows = conn.execute(select(documents.c.kind, documents.c.record)).all()
    return [row for row in rows if not kind or row.kind == kind]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"model": "none"}, "model"), ({"purchase_date": "2026-03-03"}, "purchase_date"),
     ({"serial": ""}, "serial"), ({"colour": "red"}, "colour")],
)  # fmt: skip
def test_the_office_checks_a_product_as_a_laptop_does(
    here: World, change: dict[str, str], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        register_product(here.office, BIKE | change, shipped_trade())
    assert [problem.path for problem in caught.value.problems] == [field]
    assert _rows(here) == []


def test_a_serial_is_registered_once(here: World) -> None:
    register_product(here.office, BIKE, shipped_trade())
    with pytest.raises(BadInput) as caught:
        register_product(here.office, BIKE, shipped_trade())
    assert [problem.key for problem in caught.value.problems] == ["serial_known"]
    found = read_record(here.office, "product", "C24-2501-00001")
    assert isinstance(found, Product)
    assert found.history_known


def test_what_is_missing_is_named(here: World, buyer: str) -> None:
    with pytest.raises(NotFound, match="product"):
        register_job(here.office, {"symptom": "x"}, buyer, "none")
    with pytest.raises(NotFound, match="customer"):
        register_product(
            here.office, {"serial_confirmed": True, **BIKE, "customer": "none"}, shipped_trade()
        )
    with pytest.raises(NotFound, match="job"):
        dispatch(here.office, "none", "anna")
    assert list_jobs(here.office) == []


# -- whom to send --------------------------------------------------------------------------


def test_area_comes_before_skill_and_skill_before_workload(here: World, request_id: str) -> None:
    for name, area, skills in (
        ("far", "south", {"repair", "QL-C24"}),
        ("busy", "north", {"repair"}),
        ("free", "north", {"repair"}),
        ("expert", "north", {"repair", "QL-C24"}),
        ("away", "north", {"repair", "QL-C24"}),
    ):
        set_technician(here.office, name, area, skills, active=name != "away")
    dispatch(here.office, request_id, "busy")
    found = candidates(here.office, request_id)
    assert [item.technician.name for item in found] == ["expert", "free", "busy", "far"]
    assert [item.technician.open_jobs for item in found] == [0, 0, 1, 0]
    assert best_candidate(here.office, request_id) == "expert"


def test_who_has_a_laptop_can_be_sent_without_being_described(here: World, request_id: str) -> None:
    with pytest.raises(OfficeFault, match="nobody_to_send"):
        best_candidate(here.office, request_id)
    here.laptop("anna")
    here.laptop("boss", Role.SUPERVISOR)
    assert [person.name for person in list_technicians(here.office)] == ["anna"]
    set_technician(here.office, "anna", "north")
    assert candidates(here.office, request_id)[0].same_area


def test_a_quote_and_a_gift_of_the_office_go_by_the_rules(here: World, request_id: str) -> None:
    """Tax in every price, and what a technician may give away: as on a laptop."""
    anna = here.laptop("anna")
    dispatch(here.office, request_id, "anna")
    anna.sync(here.wire)
    paid = decision(verdict(1, "paid")).model_dump(mode="json")
    line = {"component": "controller", "cause": "wear", "part": "P-CTL350"}
    anna.act(act(request_id, "diagnosed", lines=[line]), act(request_id, "decided", decision=paid))
    anna.sync(here.wire)
    gift = {"amount_fen": 10_001, "reason": "late"}
    with pytest.raises(Refused, match="goodwill"):
        do_step(here.office, request_id, "give_away", gift, "desk", rules=shipped_trade())
    gift["amount_fen"] = 10_000
    do_step(here.office, request_id, "give_away", gift, "desk", rules=shipped_trade())
    quoted = do_step(here.office, request_id, "quote", {}, "desk", rules=shipped_trade()).quote
    assert quoted is not None
    assert (quoted.tax_percent, [each.tax_percent for each in quoted.lines]) == (13, [13])


# -- approvals -----------------------------------------------------------------------------


def test_an_approval_asked_for_on_a_laptop_is_answered_at_the_office(
    here: World, request_id: str
) -> None:
    anna = here.laptop("anna")
    dispatch(here.office, request_id, "anna")
    anna.sync(here.wire)
    pending = decision(verdict(1, "needs_supervisor"), approval="supervisor")
    anna.act(
        act(request_id, "appointment_made", on="2026-03-02"),
        act(request_id, "arrived"),
        act(request_id, "diagnosed", lines=[{"component": "display", "cause": "unknown"}]),
        act(request_id, "decided", decision=pending.model_dump(mode="json")),
        act(
            request_id, "approval_requested", approver="supervisor", reason="unclear", code_number=3
        ),
    )
    anna.sync(here.wire)
    answer = {"answer": "approved", "by_name": "wang", "charge": "free"}
    with pytest.raises(Refused, match="no_approval_key"):
        do_step(here.office, request_id, "answer_approval", answer, "desk")
    done = answer_request(here.office, request_id, answer, "wang")
    assert done.approved
    anna.sync(here.wire)
    found = Job.model_validate(anna.documents()[request_id])
    assert found.decision is not None
    assert [line.charge for line in found.decision.lines] == ["free"]
    assert found == at_office(here, request_id)


def test_an_approval_that_nobody_asked_for_is_told_with_those_that_wait(
    here: World, buyer: str, request_id: str
) -> None:
    yes = {"answer": "approved", "by_name": "wang", "charge": "free"}
    with pytest.raises(Refused, match="nothing_waits"):
        answer_request(here.office, request_id, yes, "wang")
    anna = here.laptop("anna")
    asked = register_job(here.office, {"symptom": "dead"}, buyer, "c24-2501-00001")
    dispatch(here.office, asked.id, "anna")
    anna.sync(here.wire)
    pending = decision(verdict(1, "needs_supervisor"), approval="supervisor")
    anna.act(
        act(asked.id, "decided", decision=pending.model_dump(mode="json")),
        act(asked.id, "approval_requested", approver="supervisor", reason="unclear"),
    )
    anna.sync(here.wire)
    before = read_history(here.office, "job", request_id)
    with pytest.raises(Refused, match="nothing_to_approve") as refused:
        answer_request(here.office, request_id, yes, "wang")
    assert refused.value.params == {"count": 1, "waiting": asked.number}
    assert read_history(here.office, "job", request_id) == before
    with pytest.raises(NotFound):
        answer_request(here.office, "260302-NONE", yes, "wang")
    assert [job.id for job in awaiting_approval(here.office)] == [asked.id]
    assert awaiting_approval(here.office)[0].open_approval is not None
    do_step(here.office, asked.id, "cancel", {"reason": "sold"}, "desk")
    assert awaiting_approval(here.office) == []


def test_a_refused_step_changes_nothing(here: World, request_id: str) -> None:
    before = read_history(here.office, "job", request_id)
    with pytest.raises(Refused):
        do_step(here.office, request_id, "complete", {}, "desk")
    with pytest.raises(BadInput):
        do_step(here.office, request_id, "cancel", {"reason": ""}, "desk")
    assert read_history(here.office, "job", request_id) == before
    done = do_step(here.office, request_id, "cancel", {"reason": "sold"}, "desk")
    assert done.status is Status.CANCELLED


def test_a_complaint_opened_on_a_job_is_routed(here: World, request_id: str) -> None:
    trade = shipped_trade()
    values = {"text": "Rude.", "complaint_class": "service", "cause": "staff"}
    done = do_step(here.office, request_id, "open_complaint", values, "chen", rules=trade)
    assert done.complaints[0].decision is not None
    record = done.complaints[0].complaint
    assert read_record(here.office, "complaint", record).events == 1


def test_the_shipped_pack_is_what_decides() -> None:
    pack = load_pack(shipped_rules())
    day = decision().today
    judged = shipped_trade().judge_job(Job(id="x"), day)
    assert judged.pack.sha256 == pack.sha256


def test_a_request_about_an_exchanged_product_names_the_new_one(here: World, buyer: str) -> None:
    """Also where an earlier program exchanged it."""
    register_product(here.office, {**BIKE, "customer": buyer}, shipped_trade())
    anna = here.laptop("anna", Role.DESK)
    gone = {"by_serial": "C24-2611-00009", "on": "2026-11-05"}
    anna.act(Act(record="C24-2501-00001", type="product.exchanged", data=gone))
    anna.sync(here.wire)
    made = register_job(here.office, {"symptom": "x"}, buyer, "c24-2501-00001")
    [mark] = made.attention
    assert (mark.key, mark.params["new"]) == ("product_exchanged", "C24-2611-00009")
