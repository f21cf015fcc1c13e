"""What a job leaves in its product's history: what was done, once, whatever became of the job."""

from typing import Any

import pytest

from fieldkit.domain.core.catalogue import interchangeable
from fieldkit.domain.core.errors import BadInput, Refused
from fieldkit.domain.core.event import Role
from fieldkit.domain.job.commands import perform
from fieldkit.domain.job.history import history_entries
from fieldkit.domain.job.model import Status
from fieldkit.domain.job.step_events import Repaired
from fieldkit.domain.records.customer_product import PRODUCT, Product
from tests.domain.build import DESK, MORNING, Walk, decision, part, product, verdict, why

Rows = list[dict[str, Any]]


def walked(lines: Rows, *charges: Any) -> Walk:
    """A job whose diagnosis has these lines, judged so, up to the repair."""
    walk = Walk(decision=decision(*(verdict(n, one) for n, one in enumerate(charges, start=1))))
    walk.to("arrive")
    base = {"cause": "manufacturing"}
    walk.do("diagnose", {"lines": [base | line for line in lines]})
    while walk.next() != "repair":
        walk.do(walk.next() or "")
    return walk


def known(walk: Walk) -> Product:
    """The product with what the job has told of it."""
    told = [event for event in walk.beside if event.record == "SN100"]
    return PRODUCT.fold("SN100", told)


def test_two_lines_of_one_component_are_one_entry_with_both_parts() -> None:
    lines: Rows = [
        {"component": "hall", "part": "P-CTL350", "fault": "E1"},
        {"component": "hall", "part": "P-PAD", "fault": "E2", "quantity": 2},
    ]
    walk = walked(lines, "free", "paid")
    walk.finish()
    [entry] = known(walk).history
    assert (entry.component, entry.fault, entry.faults) == ("hall", "E1", ("E1", "E2"))
    assert [(one.part, one.quantity, one.sold) for one in entry.parts] == [
        ("P-CTL350", 1, False),
        ("P-PAD", 2, True),
    ]
    assert (entry.paid, entry.fitted, entry.sold, entry.under_warranty) == (True,) * 4


def test_history_has_the_part_that_was_fitted_with_its_serial_number() -> None:
    """A battery that stands in for the one that was diagnosed."""
    walk = walked([{"component": "battery", "part": "P-BAT12"}], "free")
    used = [{"part": "P-BAT24", "new_serial": "B-77"}]
    walk.do("repair", {"parts": used})
    walk.finish()
    [entry] = known(walk).history
    assert entry.part == "P-BAT24"
    assert [(one.part, one.serial, one.sold) for one in entry.parts] == [("P-BAT24", "B-77", False)]


def test_a_part_that_was_diagnosed_and_not_fitted_has_no_guarantee() -> None:
    walk = walked([{"component": "controller", "part": "P-CTL350"}], "free")
    walk.do("repair", {"parts": []})
    walk.finish()
    [entry] = known(walk).history
    assert (entry.part, entry.parts, entry.fitted) == ("", (), False)


def test_what_was_fitted_without_a_diagnosis_is_in_the_history_of_its_component() -> None:
    walk = walked([{"component": "controller", "part": "P-CTL350"}], "free")
    context = walk.context()
    extra = [{"part": "P-CTL350"}, {"part": "P-PAD"}]
    done = Repaired.model_validate({"work_done": "x", "parts": extra})
    job = walk.job.model_copy(update={"repair": done})
    entries = history_entries(job, context)
    assert [(one.component, one.part) for one in entries] == [
        ("controller", "P-CTL350"),
        ("wearing", "P-PAD"),
    ]


def test_the_repair_counts_on_its_own_local_day() -> None:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.now = MORNING.replace(hour=5)
    walk.finish()
    [entry] = known(walk).history
    assert str(entry.on) == "2026-11-05"


@pytest.mark.parametrize("by_office", [False, True])
def test_a_job_that_is_cancelled_after_its_repair_leaves_its_history(by_office: bool) -> None:
    walk = walked([{"component": "controller", "part": "P-CTL350"}], "free")
    walk.do("repair")
    if by_office:
        walk.do("cancel", role=Role.DESK, by=DESK)
    else:
        walk.do("cancel")
    assert walk.job.status is Status.CANCELLED
    [entry] = known(walk).history
    assert (entry.part, entry.fitted, entry.under_warranty) == ("P-CTL350", True, True)


def test_a_job_that_is_cancelled_before_any_work_leaves_none() -> None:
    walk = walked([{"component": "controller", "part": "P-CTL350"}], "free")
    walk.do("cancel")
    assert walk.beside == []


def test_what_a_job_did_to_a_component_is_known_once_though_it_was_told_twice() -> None:
    """The office cancelled the job while the technician finished it."""
    walk = walked([{"component": "controller", "part": "P-CTL350"}], "free")
    walk.do("repair")
    cancelled = perform(walk.job, "cancel", {"reason": "x"}, walk.context(Role.DESK, DESK))
    walk.finish()
    walk.record(cancelled)
    assert len(known(walk).history) == 1


# -- parts that were fetched -------------------------------------------------------------------


def returning(walk: Walk, part_: str, quantity: int) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as wrong:
        walk.do("return_part", {"part": part_, "quantity": quantity})
    return [(one.path, one.key) for one in wrong.value.problems]


def test_no_more_of_a_part_is_returned_than_was_fetched() -> None:
    walk = walked([{"component": "controller", "part": "P-CTL350"}], "free")
    assert why(walk.job, "return_part") == "nothing_fetched"
    walk.do("fetch_part", {"part": "P-PAD", "quantity": 3})
    assert returning(walk, "P-PAD", 5) == [("quantity", "more_than_held")]
    assert returning(walk, "P-CTL350", 1) == [("part", "not_held")]
    walk.do("return_part", {"part": "P-PAD", "quantity": 2})
    assert returning(walk, "P-PAD", 2) == [("quantity", "more_than_held")]
    walk.do("return_part", {"part": "P-PAD", "quantity": 1})
    with pytest.raises(Refused, match="nothing_fetched"):
        walk.do("return_part", {"part": "P-PAD"})


def test_what_was_fitted_is_not_returned() -> None:
    walk = walked([{"component": "controller", "part": "P-CTL350"}], "free")
    walk.do("fetch_part", {"part": "P-CTL350", "quantity": 2})
    walk.do("repair")
    assert returning(walk, "P-CTL350", 2) == [("quantity", "more_than_held")]
    walk.do("return_part", {"part": "P-CTL350", "quantity": 1})
    assert why(walk.job, "return_part") == "nothing_fetched"


# -- products that are gone ---------------------------------------------------------------------


def test_a_job_about_an_exchanged_product_names_the_new_one() -> None:
    old = product(retired_on="2026-10-01", replaced_by="SN200")
    [mark] = Walk(product=old).job.attention
    assert mark.key == "product_exchanged"
    assert mark.params == {"serial": "SN100", "new": "SN200", "on": "2026-10-01"}
    [taken] = Walk(product=product(retired_on="2026-10-01", replaced_by="")).job.attention
    assert taken.key == "product_retired"
    assert Walk().job.attention == ()
    assert Walk(product=product(retired_on="2026-10-01")).job.attention == ()


def test_a_job_whose_product_was_exchanged_meanwhile_says_so_when_somebody_is_sent() -> None:
    walk = Walk(decision=decision(verdict()))
    gone = product(retired_on="2026-11-05", replaced_by="SN200").model_dump(mode="json")
    job = walk.do("dispatch", {"product": gone})
    assert [mark.key for mark in job.attention] == ["product_exchanged"]


def test_parts_stand_in_for_each_other_both_ways() -> None:
    parts = {"A": part("A", "x", "B"), "B": part("B", "x")}
    assert interchangeable("A", "B", parts)
    assert interchangeable("B", "A", parts)
    assert not interchangeable("A", "C", parts)
    assert interchangeable("C", "C", {})
