"""What happens when both sides did something: one test for each row of the conflict table.

Every test goes through the real intake with real laptops, and ends with all sides equal.
"""

from typing import Any

import pytest

from fieldkit.domain.core.errors import NotFound, Refused
from fieldkit.domain.core.event import Act, Author, Role
from fieldkit.domain.job.model import Job, Status
from fieldkit.domain.records.customer_product import Product
from fieldkit.domain.records.van import van_id
from fieldkit.office.desk.conflicts import list_conflicts, resolve
from fieldkit.office.desk.desk import dispatch, do_step, read_record
from tests.domain.build import Walk, decision, verdict
from tests.office.history import read_history
from tests.sync.exchange import Faulty, Laptop, World, completed, job


def act(record: str, step: str, /, **data: Any) -> Act:
    """A step's event, as a laptop records it."""
    return Act(record=record, type=f"job.{step}", data=data)


def at_office(here: World, record: str) -> Job:
    found = read_record(here.office, "job", record)
    assert isinstance(found, Job)
    return found


def flags(found: Job) -> list[str]:
    return [mark.key for mark in found.attention]


def settle_all(here: World, *laptops: Laptop) -> None:
    """Everybody syncs until nothing is new; then all sides must have the same jobs."""
    for _ in range(2):
        for laptop in laptops:
            laptop.sync(here.wire)
    for record, document in laptops[0].documents().items():
        mine = at_office(here, record).model_dump(mode="json", exclude_defaults=True)
        assert document == mine
        for other in laptops[1:]:
            assert other.documents().get(record, document) == document


@pytest.fixture(name="anna")
def _anna(here: World) -> Laptop:
    return here.laptop("anna")


@pytest.fixture(name="bert")
def _bert(here: World) -> Laptop:
    return here.laptop("bert")


@pytest.fixture(name="shared")
def _shared(here: World, anna: Laptop, bert: Laptop) -> str:
    """A job of anna's that both laptops have."""
    request = job(number="260302-TEST")
    anna.act(request)
    anna.sync(here.wire)
    dispatch(here.office, request.record, "bert")
    dispatch(here.office, request.record, "anna")
    settle_all(here, anna, bert)
    return request.record


def test_the_office_cancels_and_the_technician_completes(
    here: World, anna: Laptop, shared: str
) -> None:
    anna.act(completed(shared))
    do_step(here.office, shared, "cancel", {"reason": "moved away"}, "desk")
    settle_all(here, anna)
    found = at_office(here, shared)
    assert found.status is Status.SUBMITTED
    assert flags(found) == ["completed_although_cancelled"]
    resolve(here.office, shared, "completed_although_cancelled", "the work counts")
    settle_all(here, anna)
    found = at_office(here, shared)
    assert (flags(found), found.status) == ([], Status.SUBMITTED)
    assert found.cancellation is not None


def test_the_office_cancels_what_a_technician_has_repaired_meanwhile(here: World) -> None:
    li = here.laptop("li")
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to("repair")
    *before, repair = [Act(record=one.record, type=one.type, data=one.data) for one in walk.events]
    li.act(*before)
    li.sync(here.wire)
    li.act(repair)
    do_step(here.office, walk.id, "cancel", {"reason": "moved away"}, "desk")
    assert at_office(here, walk.id).status is Status.CANCELLED
    settle_all(here, li)
    on_laptop = Job.model_validate(li.documents()[walk.id])
    for found in (at_office(here, walk.id), on_laptop):
        assert found.status is Status.REPAIRED
        assert "cancelled_although_worked" in flags(found)
    listed = [(one.record, one.flag) for one in list_conflicts(here.office)]
    assert (walk.id, "cancelled_although_worked") in listed
    resolve(here.office, walk.id, "cancelled_although_worked", "she moved away", "desk")
    settle_all(here, li)
    found = at_office(here, walk.id)
    assert found.status is Status.CANCELLED
    assert "cancelled_although_worked" not in flags(found)
    assert found.repair is not None
    product = read_record(here.office, "product", "SN100")
    assert isinstance(product, Product)
    assert [entry.job for entry in product.history] == [walk.id]


def test_the_office_does_not_cancel_what_it_knows_to_be_done(
    here: World, anna: Laptop, shared: str
) -> None:
    anna.act(completed(shared))
    anna.sync(here.wire)
    with pytest.raises(Refused, match="completed"):
        do_step(here.office, shared, "cancel", {"reason": "moved away"}, "desk")


@pytest.mark.parametrize("arrives_first", [True, False])
def test_the_office_reassigns_and_the_old_technician_works_on_it(
    here: World, anna: Laptop, bert: Laptop, shared: str, arrives_first: bool
) -> None:
    anna.act(act(shared, "arrived", checklist=["name"]))
    if arrives_first:
        anna.sync(here.wire)
    dispatch(here.office, shared, "bert")
    settle_all(here, anna, bert)
    found = at_office(here, shared)
    expected = "reassigned_after_arrival" if arrives_first else "arrived_not_assigned"
    late = [] if arrives_first else ["done_after_reassignment"]
    assert flags(found) == [expected, *late]
    assert found.technician == "anna"
    assert found.dispatch is not None
    assert found.dispatch.technician == "bert"


def test_both_edit_different_fields(here: World, anna: Laptop, bert: Laptop, shared: str) -> None:
    anna.act(act(shared, "amended", step="request", changes={"symptom": "no light"}))
    bert.act(act(shared, "amended", step="request", changes={"distance_km": 7}))
    settle_all(here, bert, anna)
    request = at_office(here, shared).request
    assert request is not None
    assert (request.symptom, request.distance_km) == ("no light", 7)
    assert flags(at_office(here, shared)) == ["done_after_reassignment"]  # bert had it before


def test_both_edit_the_same_field(here: World, anna: Laptop, bert: Laptop, shared: str) -> None:
    early = act(shared, "amended", step="request", changes={"symptom": "anna's"})
    late = act(shared, "amended", step="request", changes={"symptom": "bert's"})
    bert.act(late)
    here.clock.move(minutes=5)
    anna.act(early)
    anna.sync(here.wire)
    settle_all(here, bert, anna)
    request = at_office(here, shared).request
    assert request is not None
    assert request.symptom == "bert's"  # the later position, not the later clock
    said = [event.data.get("changes") for event in read_history(here.office, "job", shared)]
    assert {"symptom": "anna's"} in said


def test_prices_or_rules_change_after_the_quote(
    here: World, anna: Laptop, bert: Laptop, shared: str
) -> None:
    """The customer said yes to revision 7; a newer verdict does not change what she pays."""
    old, new = decision(verdict(1, "paid")), decision(verdict(1, "free"))
    newer = new.model_copy(update={"pack": new.pack.model_copy(update={"revision": 8})})
    quote = {"total_fen": 13_000, "pack_revision": 7}
    anna.act(
        act(shared, "arrived"),
        act(shared, "decided", decision=old.model_dump(mode="json")),
        act(shared, "quoted", **quote),
        act(shared, "accepted", by_name="Zhao"),
        act(shared, "repaired", work_done="New controller."),
    )
    anna.sync(here.wire)
    bert.act(act(shared, "decided", decision=newer.model_dump(mode="json")))
    settle_all(here, bert, anna)
    found = at_office(here, shared)
    assert found.quote is not None
    assert (found.quote.total_fen, found.quote.pack_revision) == (13_000, 7)
    assert found.payable_fen == 13_000
    assert flags(found) == ["changed_after_work", "done_after_reassignment"]
    assert [kept.by for kept in found.aside] == ["bert"]


def test_two_technicians_complete_the_same_job(
    here: World, anna: Laptop, bert: Laptop, shared: str
) -> None:
    for laptop in (anna, bert):
        laptop.act(act(shared, "repaired", work_done=f"by {laptop.person}"), completed(shared))
    settle_all(here, bert, anna)
    found = at_office(here, shared)
    assert found.repair is not None
    assert found.repair.work_done == "by bert"
    assert set(flags(found)) == {"recorded_after_completion", "done_after_reassignment"}
    assert [(kept.type, kept.by) for kept in found.aside] == [
        ("job.repaired", "anna"),
        ("job.completed", "anna"),
    ]
    assert found.aside[0].data["work_done"] == "by anna"


def test_the_same_event_twice(here: World, anna: Laptop, shared: str) -> None:
    anna.act(act(shared, "note_added", text="once"))
    anna.sync(Faulty(here.wire, iter(["twice"] * 9)))
    settle_all(here, anna)
    assert len(at_office(here, shared).notes) == 1


def test_conflicts_are_listed_and_settled_once(
    here: World, anna: Laptop, bert: Laptop, shared: str
) -> None:
    for laptop in (anna, bert):
        laptop.act(completed(shared))
    settle_all(here, anna, bert)
    before = len(read_history(here.office, "job", shared))
    found, late = list_conflicts(here.office)
    assert late.flag == "done_after_reassignment"
    resolve(here.office, late.record, late.flag, "both were there")
    before += 1
    assert (found.record, found.number, found.flag, found.aside) == (
        shared, "260302-TEST", "recorded_after_completion", 1,
    )  # fmt: skip
    resolve(here.office, found.number, found.flag, "same visit", by="chen")
    assert list_conflicts(here.office) == []
    assert len(at_office(here, shared).aside) == 1
    history = read_history(here.office, "job", shared)
    assert (len(history), history[-1].by) == (before + 1, "chen")
    with pytest.raises(Refused, match="nothing_to_resolve"):
        resolve(here.office, shared, found.flag, "again")
    with pytest.raises(NotFound):
        resolve(here.office, "missing", found.flag, "x")
    settle_all(here, anna, bert)


@pytest.mark.parametrize(
    ("kind", "act_type", "data"),
    [
        ("customer", "customer.registered", {"name": "Olga", "phone": "13800138000"}),
        ("complaint", "complaint.recorded", {"text": "late"}),
        ("follow_up", "follow_up.planned",
         {"reason": "care", "due": "2026-03-03T10:00:00+00:00"}),
        ("van", "van.counted", {"part": "P-HAL", "quantity": 1}),
    ],
)  # fmt: skip
def test_flags_of_every_kind_of_record_are_listed_and_resolved(
    here: World, anna: Laptop, kind: str, act_type: str, data: dict[str, Any]
) -> None:
    record = van_id("anna") if kind == "van" else "R-12345678"
    author = Author(by="somebody else", role=Role.TECHNICIAN, at=anna.clock())
    anna.store.ledger.commit([Act(record=record, type=act_type, data=data)], author)
    anna.sync(here.wire)
    (found,) = list_conflicts(here.office)
    assert (found.kind, found.record, found.flag) == (kind, record, "author_unconfirmed")
    with pytest.raises(Refused, match="nothing_to_resolve"):
        resolve(here.office, found.record, "other", "x")
    done = resolve(here.office, found.record, found.flag, "she helps out", "chen")
    assert (done.type, done.by) == (f"{kind}.conflict_resolved", "chen")
    assert list_conflicts(here.office) == []
    anna.sync(here.wire)
    assert "attention" not in anna.documents()[found.record]
