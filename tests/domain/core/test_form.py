"""The data model of an event is its form: every field says how it is asked for."""

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from fieldkit.domain.core.errors import BadInput
from fieldkit.domain.core.form import FormRow, form_fields, read_form
from fieldkit.domain.job.row_forms import FaultLine
from fieldkit.domain.job.side_events import ApprovalAnswered
from fieldkit.domain.job.step_events import (
    AppointmentMade,
    CardEntered,
    Diagnosed,
    Registered,
    Repaired,
    Signed,
    Surveyed,
)
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.domain.records.customer_product import CustomerAmended, CustomerData

FORMS = [model for machine in MACHINES.values() for model in machine.events.values()]
LINE = {"component": "controller", "cause": "manufacturing"}


def rows_of(model: type[BaseModel]) -> list[type[BaseModel]]:
    return [item.row for item in form_fields(model) if item.row is not None]


@pytest.mark.parametrize("model", FORMS, ids=lambda model: model.__name__)
def test_every_field_of_every_form_and_row_is_shown_or_said_to_be_hidden(
    model: type[BaseModel],
) -> None:
    for form in (model, *rows_of(model)):
        shown = {item.name for item in form_fields(form)}
        hidden = {name for name, info in form.model_fields.items() if "hidden=True" in repr(info)}
        assert shown | hidden == set(form.model_fields)
        assert not shown & hidden


@pytest.mark.parametrize("model", FORMS, ids=lambda model: model.__name__)
def test_a_choice_names_its_list_and_only_rows_have_a_row(model: type[BaseModel]) -> None:
    for item in form_fields(model):
        assert (item.ui.widget == "rows") == (item.row is not None)
        if item.ui.widget in ("choice", "many"):
            assert item.ui.source
            assert bool(item.choices) or item.ui.source != "enum"
        assert item.default is None or not item.required


def test_a_form_is_described_as_a_renderer_needs_it() -> None:
    fields = {item.name: item for item in form_fields(Registered)}
    assert list(fields)[:3] == ["kind", "mode", "channel"]
    assert "number" not in fields
    assert "customer" not in fields
    assert fields["kind"].choices[0] == "repair"
    assert fields["kind"].default == "repair"
    assert fields["reported_on"].ui.widget == "date"
    assert fields["reported_on"].required
    assert (fields["distance_km"].ui.widget, fields["distance_km"].required) == ("int", False)
    assert fields["hazards"].ui.source == "hazard"
    charge = next(item for item in form_fields(ApprovalAnswered) if item.name == "charge")
    assert charge.choices == ("free", "paid", "not_a_defect")


def test_a_list_inside_a_form_has_the_model_of_its_rows() -> None:
    assert rows_of(Diagnosed) == [FaultLine]
    assert [item.name for item in form_fields(FaultLine)][:3] == ["fault", "component", "cause"]
    assert all(issubclass(row, FormRow) for model in FORMS for row in rows_of(model))


@pytest.mark.parametrize(
    ("model", "values", "wrong"),
    [
        (Repaired, {}, {"work_done": "missing"}),
        (Repaired, {"work_done": "  "}, {"work_done": "string_too_short"}),
        (
            Diagnosed,
            {"lines": [LINE, {"component": ""}], "measured_speed_kmh": -1, "colour": "red"},
            {
                "colour": "unknown_field",
                "measured_speed_kmh": "greater_than_equal",
                "lines.1.component": "string_too_short",
                "lines.1.cause": "missing",
            },
        ),
        (Diagnosed, {"lines": [LINE | {"quantiy": 2}]}, {"lines.0.quantiy": "unknown_field"}),
        (Diagnosed, {"lines": "controller"}, {"lines": "tuple_type"}),
        (Diagnosed, {"lines": [LINE] * 41}, {"lines": "too_long"}),
        (CustomerData, {"name": "Zhao", "phone": "ring"}, {"phone": "phone_form"}),
        (CustomerAmended, {"name": "", "phone": "ring"},
         {"name": "string_too_short", "phone": "phone_form"}),
        (Signed, {"name": "Zhao", "strokes": [[1, float("nan")]]},
         {"strokes.0.1": "finite_number"}),
    ],
)  # fmt: skip
def test_every_wrong_field_is_named(
    model: type[BaseModel], values: dict[str, Any], wrong: dict[str, str]
) -> None:
    with pytest.raises(BadInput) as bad:
        read_form(model, values)
    assert {problem.path: problem.key for problem in bad.value.problems} == wrong


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-05", "20261105", " 20261105 ", date(2026, 11, 5), "2026-11-05T00:00:00",
        "２０２６－１１－０５",
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(typed: Any) -> None:
    read = read_form(CardEntered, {"on": typed, "content": "x"})
    assert read.on == date(2026, 11, 5)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("2026-02-30", "date_from_datetime_parsing"),
        ("20260230", "date_from_datetime_parsing"),
        ("tomorrow", "date_from_datetime_parsing"),
        ("20226-11-05", "date_from_datetime_parsing"),
        ("0026-11-05", "greater_than_equal"),
        ("2206-11-05", "less_than_equal"),
        ("0", "date_from_datetime_parsing"),
        (0, "date_from_datetime_parsing"),
    ],
)
def test_an_impossible_day_is_refused_and_a_number_is_not_taken_for_seconds(
    typed: Any, key: str
) -> None:
    with pytest.raises(BadInput) as bad:
        read_form(CardEntered, {"on": typed, "content": "x"})
    assert [(problem.path, problem.key) for problem in bad.value.problems] == [("on", key)]


def test_a_time_is_read_in_full_width_and_what_is_none_is_told_the_form() -> None:
    times = {"on": "2026-11-05", "time_from": "１０：３０", "time_to": " 11:00 "}
    read = read_form(AppointmentMade, times)
    assert (read.time_from, read.time_to) == ("10:30", "11:00")
    with pytest.raises(BadInput) as bad:
        read_form(AppointmentMade, times | {"time_from": "9", "time_to": "noon"})
    assert [(one.path, one.key) for one in bad.value.problems] == [
        ("time_from", "time_form"), ("time_to", "time_form"),
    ]  # fmt: skip


def test_the_survey_card_is_short_and_has_open_questions() -> None:
    fields = {field.name: field.ui.widget for field in form_fields(Surveyed)}
    assert fields == {
        "attitude": "score", "skill": "score", "punctuality": "score", "service_item": "score",
        "suggestions": "long", "other_needs": "long", "declined": "bool",
    }  # fmt: skip
