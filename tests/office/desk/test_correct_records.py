"""What is corrected at the desk, and the desk's word on what laptops corrected."""

from typing import Any

import pytest

from fieldkit.domain.core.errors import BadInput, NotFound
from fieldkit.domain.core.event import Act
from fieldkit.domain.job.model import Job
from fieldkit.domain.records.customer_product import Customer, Product
from fieldkit.office.desk.correct_records import (
    amend_customer,
    amend_product,
    duplicates,
    duplicates_of,
    list_waiting,
    merge_customers,
    settle,
    tell_apart,
    transfer_product,
    unmerge_customer,
)
from fieldkit.office.desk.desk import (
    dispatch,
    read_as,
    register_customer,
    register_job,
    register_product,
)
from fieldkit.office.desk.lookup import find_records
from fieldkit.office.watch.self_checks import check_all
from tests.office.trade import shipped_trade
from tests.sync.exchange import Laptop, World, customer, job, product

BIKE = "SN1"


def _sent(here: World) -> tuple[Laptop, str, str]:
    """A job of Anna's, at the office: laptop, job, customer."""
    anna = here.laptop("anna")
    card = customer()
    request = job(BIKE, card.record)
    anna.act(card, product(BIKE, card.record), request)
    anna.sync(here.wire)
    dispatch(here.office, request.record, "anna")
    anna.sync(here.wire)
    return anna, request.record, card.record


def _amended(anna: Laptop, here: World, shared: str, **changes: Any) -> str:
    """Anna corrects the product, as her laptop does; the event is answered."""
    event, _ = anna.act(
        Act(record=BIKE, type="product.amended", data=changes),
        Act(record=shared, type="job.product_corrected", data={"changes": changes}),
    )
    anna.sync(here.wire)
    return event.id


def _product(here: World) -> Product:
    return read_as(here.office, "product", BIKE, Product)


def _job(here: World, shared: str) -> Job:
    return read_as(here.office, "job", shared, Job)


def _agree(anna: Laptop, here: World, shared: str) -> None:
    """Both sides have the same documents."""
    anna.sync(here.wire)
    for record, kind in ((BIKE, Product), (shared, Job)):
        there = read_as(here.office, kind.__name__.lower(), record, kind)
        dumped = there.model_dump(mode="json", exclude_defaults=True)
        assert anna.documents()[record] == dumped


def test_a_correction_that_costs_money_stands_and_waits_until_it_is_confirmed(
    here: World,
) -> None:
    anna, shared, _ = _sent(here)
    change = _amended(anna, here, shared, purchase_date="2026-01-05")
    assert str(_product(here).purchase_date) == "2026-01-05"
    (waits,) = list_waiting(here.office)
    assert (waits.record, waits.change.event, waits.change.by) == (BIKE, change, "anna")
    assert [mark.key for mark in _job(here, shared).attention] == ["unconfirmed"]
    settle(here.office, change, True, by="chen")
    assert list_waiting(here.office) == []
    assert _job(here, shared).attention == ()
    assert str(_product(here).purchase_date) == "2026-01-05"
    _agree(anna, here, shared)
    with pytest.raises(NotFound):
        settle(here.office, change, True)


def test_a_refusal_brings_back_what_was_there_before_in_record_and_job(here: World) -> None:
    anna, shared, _ = _sent(here)
    change = _amended(anna, here, shared, purchase_date="2026-01-05")
    settle(here.office, change, False, "The invoice says otherwise.", by="chen")
    assert str(_product(here).purchase_date) == "2025-05-01"
    after = _job(here, shared)
    assert after.product is not None
    assert str(after.product.purchase_date) == "2025-05-01"
    assert after.attention == ()
    _agree(anna, here, shared)


def test_a_refused_correction_that_work_was_done_on_is_flagged(here: World) -> None:
    anna, shared, _ = _sent(here)
    change = _amended(anna, here, shared, purchase_date="2026-01-05")
    anna.act(Act(record=shared, type="job.repaired", data={"work_done": "fitted"}))
    anna.sync(here.wire)
    settle(here.office, change, False)
    assert [mark.key for mark in _job(here, shared).attention] == ["changed_after_work"]
    _agree(anna, here, shared)


def test_a_refusal_leaves_what_was_corrected_since(here: World) -> None:
    anna, shared, _ = _sent(here)
    first = _amended(anna, here, shared, purchase_date="2026-01-05")
    second = _amended(anna, here, shared, purchase_date="2026-02-05")
    settle(here.office, first, False)
    assert str(_product(here).purchase_date) == "2026-02-05"
    settle(here.office, second, False)
    assert str(_product(here).purchase_date) == "2025-05-01"


def test_a_laptop_cannot_confirm_what_it_corrected(here: World) -> None:
    anna, shared, _ = _sent(here)
    change = _amended(anna, here, shared, purchase_date="2026-01-05")
    anna.act(Act(record=BIKE, type="product.change_confirmed", data={"change": change}))
    assert anna.sync(here.wire).rejected == 1
    assert [one.change.event for one in list_waiting(here.office)] == [change]


def test_what_the_desk_corrects_waits_for_nobody_and_reaches_the_job(here: World) -> None:
    anna, shared, owner = _sent(here)
    _amended(anna, here, shared, purchase_date="2026-01-05")
    amend_product(here.office, BIKE, {"purchase_date": "2026-01-06"}, shipped_trade(), "chen")
    amend_customer(here.office, owner, {"phone": "139 0013 9000", "tier": "vip"}, "chen")
    assert list_waiting(here.office) == []
    now = _job(here, shared)
    assert now.customer is not None
    assert now.product is not None
    assert (now.customer.phone, now.customer.tier.value) == ("139 0013 9000", "vip")
    assert str(now.product.purchase_date) == "2026-01-06"
    _agree(anna, here, shared)
    with pytest.raises(BadInput, match="phone"):
        amend_customer(here.office, owner, {"phone": "x"})


def test_a_new_owner_is_recorded_at_the_desk(here: World) -> None:
    anna, shared, owner = _sent(here)
    new = register_customer(here.office, {"name": "Second", "phone": "137 0013 7000"})
    transfer_product(here.office, BIKE, {"on": "2026-01-05"}, new, "chen")
    assert (_product(here).customer, _product(here).second_owner) == (new, True)
    carried = _job(here, shared).product
    assert carried is not None
    assert (carried.customer, carried.second_owner) == (new, True)
    assert _product(here).owners[0].before == owner
    _agree(anna, here, shared)


def test_merged_customers_are_found_as_one_until_it_is_undone(here: World) -> None:
    _, shared, old = _sent(here)
    new = register_customer(here.office, {"name": "Otherwise", "phone": "000 0000"})
    values = {"serial": "SN2", "model": "QL-C24", "customer": new, "serial_confirmed": True}
    register_product(here.office, values, shipped_trade())
    amend_customer(here.office, new, {"phone": "138 0013 8000"})
    amend_customer(here.office, old, {"phone": "138 0013 8000"})
    assert [{one.id for one in group} for group in duplicates(here.office)] == [{old, new}]

    def found(text: str) -> set[str]:
        return {one.record for one in find_records(here.office, text)[0]}

    apart = found("Otherwise")
    assert apart == {new, "SN2"}
    merge_customers(here.office, old, new)
    assert duplicates(here.office) == []
    assert found("Otherwise") == found("Test Customer") == {new, "SN2", BIKE, shared}
    unmerge_customer(here.office, old)
    assert found("Otherwise") == apart
    assert read_as(here.office, "customer", old, Customer).merged_into == ""


def test_a_technicians_correction_reaches_the_open_jobs_of_others(here: World) -> None:
    anna, shared, owner = _sent(here)
    bert = here.laptop("bert")
    values: dict[str, Any] = {"symptom": "dead"}
    theirs = register_job(here.office, values, owner, BIKE).id
    done = register_job(here.office, values, owner, BIKE).id
    for each in (theirs, done):
        dispatch(here.office, each, "bert")
    bert.act(Act(record=done, type="job.cancelled", data={"reason": "x"}))
    bert.sync(here.wire)
    _amended(anna, here, shared, purchase_date="2026-01-05")
    anna.act(Act(record=owner, type="customer.amended", data={"phone": "139 0013 9000"}))
    anna.sync(here.wire)
    check_all(here.office, lambda sha256: None)
    check_all(here.office, lambda sha256: None)
    bert.sync(here.wire)
    seen = Job.model_validate(bert.documents()[theirs])
    assert seen.product is not None
    assert seen.customer is not None
    assert str(seen.product.purchase_date) == "2026-01-05"
    assert seen.customer.phone == "139 0013 9000"
    assert [mark.key for mark in seen.attention] == ["unconfirmed"]
    closed = Job.model_validate(bert.documents()[done])
    assert closed.product is not None
    assert str(closed.product.purchase_date) != "2026-01-05"
    before = bert.documents()[theirs]["events"]
    check_all(here.office, lambda sha256: None)
    bert.sync(here.wire)
    assert bert.documents()[theirs]["events"] == before


def test_two_people_with_one_number_are_told_apart_once(here: World) -> None:
    card = {"name": "Li Hua", "phone": "138 0013 8000"}
    mother = register_customer(here.office, card)
    son = register_customer(here.office, card | {"name": "Li Wei"})
    assert [one.id for one in duplicates_of(here.office, son)] == [mother]
    tell_apart(here.office, son, mother, "chen")
    assert duplicates_of(here.office, son) == duplicates_of(here.office, mother) == []
    assert duplicates(here.office) == []
    assert read_as(here.office, "customer", son, Customer).told_apart == (mother,)
