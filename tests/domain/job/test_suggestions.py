"""What one answer suggests for the next: it fits the product, and it is never a guess."""

from datetime import timedelta
from pathlib import Path

import pytest

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.decision import Approval
from fieldkit.domain.job.suggestions import (
    likeness,
    needed_parts,
    suggest,
    suggest_line,
    suggest_product,
)
from fieldkit.shipped import shipped_data
from fieldkit.store.files.catalogue import load_catalogue
from tests.domain.build import MORNING, Walk, decision, verdict


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(Path(shipped_data()) / "catalogue")


def test_a_fault_names_its_likeliest_component_and_the_only_part(catalogue: Catalogue) -> None:
    suggested = suggest_line(catalogue, "QL-C24", "fault", {"fault": "Y02"})
    assert suggested == {"component": "controller", "part": "P-CTL350"}


def test_a_component_that_was_chosen_stays_and_decides_the_part(catalogue: Catalogue) -> None:
    line = {"fault": "Y02", "component": "throttle_brake_lever_switch"}
    suggested = suggest_line(catalogue, "QL-C24", "fault", line)
    assert suggested["component"] == "throttle_brake_lever_switch"
    assert suggested["part"] == "P-BLV"


def test_only_what_the_model_has_is_suggested(catalogue: Catalogue) -> None:
    for model, battery in [("QL-C24", "battery_lithium"), ("QL-C12", "battery_lead")]:
        suggested = suggest_line(catalogue, model, "fault", {"fault": "Y04"})
        assert suggested["component"] == battery


def test_a_part_names_its_component_and_other_fields_nothing(catalogue: Catalogue) -> None:
    line = {"part": "P-CTL350", "cause": "wear"}
    assert suggest_line(catalogue, "", "part", line) == {"component": "controller"}
    assert suggest_line(catalogue, "", "cause", line) == {}
    assert suggest_line(catalogue, "", "fault", {"fault": "Z99"}) == {}


def test_a_serial_number_says_the_model(catalogue: Catalogue) -> None:
    assert suggest_product(catalogue, " c24-2203-00017") == {"model": "QL-C24"}
    assert suggest_product(catalogue, "X99-1") == {}


# -- a whole form ------------------------------------------------------------------------------

TODAY = MORNING.date()


@pytest.mark.parametrize("asked", ["supervisor", "outlet_head", "none"])
def test_approval_is_asked_of_whom_the_rules_name_and_else_of_the_supervisor(
    asked: Approval,
) -> None:
    walk = Walk(decision=decision(verdict(1, "goodwill"), approval=asked, concession_fen=8_000))
    assert suggest(walk.to("diagnose"), "request_approval", TODAY) == {}
    named = "supervisor" if asked == "none" else asked
    suggested = suggest(walk.to("decide"), "request_approval", TODAY)
    assert suggested == {"approver": named, "amount_fen": 8_000}


def test_all_diagnosed_parts_are_needed_until_the_rules_say_which_are_changed() -> None:
    walk = Walk(decision=decision(verdict(1, "not_a_defect"), verdict(2, "paid")))
    lines = [
        {"component": "controller", "cause": "manufacturing", "part": "P-CTL350"},
        {"component": "brakes", "cause": "wear", "part": "P-PAD"},
    ]
    walk.to("arrive")
    job = walk.do("diagnose", {"lines": lines})
    assert [line.part for line in needed_parts(job)] == ["P-CTL350", "P-PAD"]
    assert [line.part for line in needed_parts(walk.do("decide"))] == ["P-PAD"]


def test_a_promise_moves_to_the_day_when_the_last_part_is_there() -> None:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to("decide")
    assert suggest(walk.job, "change_promise", TODAY) == {}
    walk.do("order_part", {"part": "P-PAD", "expected_on": None})
    assert suggest(walk.job, "change_promise", TODAY) == {"delay_cause": "parts"}
    for part, days in (("P-CTL350", 9), ("P-PAD", 4)):
        day = (TODAY + timedelta(days)).isoformat()
        walk.do("order_part", {"part": part, "expected_on": day})
    moved = {"delay_cause": "parts", "promised_on": "2026-11-14"}
    assert suggest(walk.job, "change_promise", TODAY) == moved
    assert suggest(walk.job, "take_in", TODAY) == {"promised_on": "2026-11-14"}
    assert suggest(walk.job, "carry_forward", TODAY) == {"until": "2026-11-14"}


@pytest.mark.parametrize(
    ("said", "code"),
    [("Lights on, will not drive", "Y02"), ("灯亮，不走车", "Y02"), ("battery leaking", "Y09"),
     ("刹车异响", "Y07")],
)  # fmt: skip
def test_what_the_customer_said_finds_the_fault(catalogue: Catalogue, said: str, code: str) -> None:
    def words(code: str) -> str:
        fault = catalogue.fault(code)
        assert fault is not None
        return f"{fault.symptom.en} {fault.symptom.zh}"

    best = max(catalogue.faults, key=lambda fault: likeness(said, words(fault.code)))
    assert best.code == code
