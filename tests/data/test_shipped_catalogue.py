"""The catalogue that is shipped: complete, consistent, in two languages, with its sources."""

import re
from functools import cache
from typing import Any, get_args

import pytest
from ruamel.yaml import YAML

from fieldkit.domain.complaints.model import COMPLAINT
from fieldkit.domain.core.catalogue import Both, Catalogue
from fieldkit.domain.core.form import form_fields
from fieldkit.domain.job.step_events import JOB_EVENTS
from fieldkit.domain.records.customer_product import CUSTOMER, PRODUCT
from fieldkit.domain.records.follow_up import FOLLOW_UP
from fieldkit.rules import load_pack
from fieldkit.rules.model import case
from fieldkit.shipped import shipped_data, shipped_rules
from fieldkit.store.files.catalogue import load_catalogue, van_stock

FOLDER = shipped_data() / "catalogue"
COMPONENTS_OF_THE_POLICY = 19


@cache
def catalogue() -> Catalogue:
    return load_catalogue(FOLDER)


@cache
def sources() -> dict[str, Any]:
    read: dict[str, Any] = YAML(typ="safe", pure=True).load(FOLDER / "sources.yaml")
    return read


def codes(name: str) -> set[str]:
    return {choice.code for choice in catalogue().lists[name]}


def test_it_is_complete() -> None:
    assert len(catalogue().parts) == 37
    assert len(catalogue().faults) == 27
    # beside those of the policy: the throttle, which is apart from the brake levers, and service
    assert len(codes("component")) == COMPONENTS_OF_THE_POLICY + 2
    assert len(catalogue().models) >= 6


@pytest.mark.parametrize(
    ("sku", "price_fen", "minutes"),
    [
        ("P-CTL350", 15_000, 30),
        ("P-BAT-LI24", 128_000, 15),
        ("P-FRM", 60_000, 240),
        ("S-RUNIN", 0, 30),
    ],
)
def test_prices_are_in_fen(sku: str, price_fen: int, minutes: int) -> None:
    part = catalogue().part(sku)
    assert part is not None
    assert (part.price_fen, part.labour_minutes) == (price_fen, minutes)


@pytest.mark.parametrize(
    ("name", "of_the_rules"),
    [
        ("complaint_class", case.ComplaintClass),
        ("complaint_cause", case.ComplaintCause),
    ],
)
def test_the_lists_hold_exactly_what_the_rules_know(name: str, of_the_rules: Any) -> None:
    known = {value for each in get_args(of_the_rules) for value in (get_args(each) or (each,))}
    assert codes(name) == known - {type(None)}


def test_forms_offer_exactly_the_values_that_the_pack_declares_by_the_same_names() -> None:
    declared = load_pack(shipped_rules()).values.names
    for name in ("component", "cause", "hazard", "modification", "finding", "charger"):
        offered = {choice.code: choice.name for choice in catalogue().lists[name]}
        assert list(offered) == list(declared[name])
        for code, text in declared[name].items():
            assert (offered[code].en, offered[code].zh) == (text.en, text.zh)


def test_each_list_that_a_form_asks_for_is_there() -> None:
    machines = (CUSTOMER, PRODUCT, COMPLAINT, FOLLOW_UP)
    beside = [form for machine in machines for form in machine.events.values()]
    forms = [*JOB_EVENTS.values(), *beside]
    rows = [field.row for form in forms for field in form_fields(form) if field.row]
    fields = [field for form in (*forms, *rows) for field in form_fields(form)]
    of_the_job = "quoted_line"  # the lines of its own quote
    asked = {field.ui.source for field in fields} - {"", "enum", of_the_job}
    assert {name for name in asked if not catalogue().choices(name)} == set()
    groups = {field.ui.group for field in fields} - {""}
    assert groups <= set(catalogue().checklists)


@pytest.mark.parametrize(
    ("table", "output", "name"),
    [
        ("escalation", "instructions", "instruction"),
        ("survey", "instructions", "instruction"),
        ("follow_up", "follow_up", "follow_up_reason"),
        ("complaint", "complaint_department", "department"),
        ("approval", "approval", "approver"),
        ("complaint_grade", "complaint_grade", "complaint_grade"),
    ],
)
def test_what_the_rules_may_answer_has_a_name(table: str, output: str, name: str) -> None:
    read = YAML(typ="safe", pure=True).load(shipped_rules() / f"{table}.yaml")
    values = read["outputs"][output]
    values = values["list_of"] if isinstance(values, dict) else values
    assert set(values) - {"none"} <= codes(name)


def test_each_department_that_the_rules_escalate_to_has_a_name() -> None:
    read = YAML(typ="safe", pure=True).load(shipped_rules() / "escalation.yaml")
    targets = {each.split()[1] for each in read["outputs"]["escalate"]["list_of"]}
    assert targets <= codes("department")


def test_each_danger_sign_of_a_battery_leads_to_safety() -> None:
    dangers = {fault.code: fault.danger for fault in catalogue().faults if fault.danger}
    assert dangers.pop("Y10") == "emergency"
    assert set(dangers) == {"E13", "Y06", "Y08", "Y09", "Y11"}
    assert set(dangers.values()) == {"safety"}


def test_the_likeliest_component_of_a_fault_comes_first_and_wildcards_are_expanded() -> None:
    short_range = catalogue().fault("Y04")
    assert short_range is not None
    assert short_range.components == ("battery_lithium", "battery_lead")
    assert len(short_range.parts) == 4
    no_drive = catalogue().fault("Y02")
    assert no_drive is not None
    assert no_drive.components == ("controller", "throttle_brake_lever_switch", "throttle")


def test_each_part_a_fault_may_need_belongs_to_one_of_its_components() -> None:
    for fault in catalogue().faults:
        for sku in fault.parts:
            part = catalogue().part(sku)
            assert part is not None
            assert part.component in fault.components, fault.code


def test_every_component_is_on_some_model_and_each_model_has_one_battery() -> None:
    used = {component for model in catalogue().models for component in model.components}
    assert used == codes("component") - {"service"}
    for model in catalogue().models:
        batteries = {"battery_lithium", "battery_lead"} & set(model.components)
        motors = {"motor_brushless", "motor_brushed"} & set(model.components)
        assert (len(batteries), len(motors)) == (1, 1), model.code


def test_the_recall_concerns_lithium_batteries_of_models_that_have_one() -> None:
    recall = catalogue().recall_for("C24-2305-00417")
    assert recall is not None
    assert (recall.id, recall.component) == ("LB-2305", "battery_lithium")
    assert catalogue().recall_for("C24-2306-00417") is None
    with_lithium = {
        model.code.removeprefix("QL-")
        for model in catalogue().models
        if "battery_lithium" in model.components
    }
    assert {prefix.partition("-")[0] for prefix in recall.serial_prefixes} <= with_lithium


def test_checklists() -> None:
    assert len(catalogue().checklists["arrival"]) == 12
    assert len(catalogue().checklists["complaint_donts"]) == 15
    assert catalogue().checklists["handover_documents"]


def test_the_arrival_checklist_begins_with_the_seven_ones() -> None:
    codes_ = [item.code for item in catalogue().checklists["arrival"]]
    assert codes_[:7] == [
        "uniform", "apology", "shoe_covers", "cloths", "no_drink", "no_cigarette", "service_card",
    ]  # fmt: skip
    assert codes_[7:] == ["tidy", "own_name", "greet", "smile", "thank"]


def test_a_van_carries_parts_and_no_batteries() -> None:
    stock = van_stock(FOLDER, catalogue())
    assert len(stock) >= 20
    assert not [sku for sku in stock if sku.startswith(("P-BAT", "S-"))]


def test_each_source_is_explained() -> None:
    listed = [part.source for part in catalogue().parts]
    listed += [code for fault in catalogue().faults for code in fault.source.split(", ")]
    assert {code.partition(":")[0] for code in listed} <= set(sources())
    for code, source in sources().items():
        assert set(source["title"]) == {"en", "zh"}, code
        assert source["address"] or code in {"chosen", "service manual"}


def _texts(value: Any) -> list[Both]:
    if isinstance(value, Both):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts(each)]
    return _texts(dict(value)) if hasattr(value, "model_fields_set") else []


def test_every_text_is_in_both_languages_with_the_punctuation_of_each() -> None:
    texts = _texts(catalogue())
    assert len(texts) > 200
    for text in texts:
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", text.en), text.en
        assert re.search(r"[\u4e00-\u9fff]", text.zh), text.zh
        assert not re.search(r"[\u4e00-\u9fff][,;:?!(]", text.zh), text.zh
