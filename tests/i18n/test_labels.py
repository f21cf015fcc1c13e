"""Every field and value of every form has a name in both languages."""

from enum import StrEnum
from itertools import chain

import pytest
from pydantic import BaseModel

from fieldkit.domain.complaints import model as complaint
from fieldkit.domain.core import event
from fieldkit.domain.core.form import form_fields
from fieldkit.domain.job import model as job
from fieldkit.domain.job import step_events, steps
from fieldkit.domain.records import customer_product, follow_up, van
from fieldkit.i18n import LANGS, has, say, say_value

MACHINES = (
    customer_product.CUSTOMER,
    customer_product.PRODUCT,
    complaint.COMPLAINT,
    follow_up.FOLLOW_UP,
    van.VAN,
)
BESIDE = chain.from_iterable(machine.events.values() for machine in MACHINES)
FORMS = [*step_events.JOB_EVENTS.values(), *BESIDE]


def _with_rows(form: type[BaseModel]) -> list[type[BaseModel]]:
    return [form, *(field.row for field in form_fields(form) if field.row)]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_each_field_of_a_form_has_a_label_and_its_choices_have_names(form: type[BaseModel]) -> None:
    fields = [field for model in _with_rows(form) for field in form_fields(model)]
    unnamed = [field.name for field in fields if not has(f"label.{field.name}")]
    choices = [choice for field in fields for choice in field.choices]
    assert unnamed + [choice for choice in choices if not has(f"value.{choice}")] == []


@pytest.mark.parametrize(
    ("prefix", "codes"),
    [
        ("step", [*steps.BY_KEY, "undo", "amend"]),
        ("state", steps.State),
        ("status", job.Status),
        ("role", event.Role),
        ("record", event.RecordKind),
        ("complaint_step", complaint.COMPLAINT_STEPS),
    ],
)
def test_each_code_of_the_domain_has_a_name(prefix: str, codes: type[StrEnum] | list[str]) -> None:
    assert [str(code) for code in codes if not has(f"{prefix}.{code}")] == []


def test_a_value_may_be_called_otherwise_in_a_certain_field() -> None:
    assert say_value("none", "en") == "None"
    assert say_value("none", "en", field="proof") == "No papers"
    assert say_value("household", "zh", field="use") == "家庭自用"


def test_weekdays_and_months_are_complete() -> None:
    for lang in LANGS:
        assert len({say(f"weekday.{number}", lang) for number in range(7)}) == 7
        assert len({say(f"month.{number}", lang) for number in range(1, 13)}) == 12
