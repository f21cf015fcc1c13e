"""What may be recorded, and how a slip is answered."""

from __future__ import annotations

from typing import Any

import pytest

from fieldkit.domain.errors import BadInput
from fieldkit.i18n import LANGS, say_error
from fieldkit.rules import load_pack, read_case
from fieldkit.rules.values import unknown_values
from fieldkit.shipped import shipped

VALUES = load_pack(shipped("rules")).values


def _read(values: dict[str, Any]) -> None:
    """Read a case and hold it against the values of the default pack, as a decision does."""
    if problems := unknown_values(read_case(values), VALUES):
        raise BadInput(problems)


def _problems(**values: Any) -> list[tuple[str, str, object]]:
    with pytest.raises(BadInput) as caught:
        _read({"record": "job", **values})
    for lang in LANGS:
        assert "[" not in say_error(caught.value, lang)
    return [(p.path, p.key, p.params.get("suggestion")) for p in caught.value.problems]


def test_an_unknown_field_is_answered_with_the_likely_one() -> None:
    assert _problems(distanc_km=3) == [("distanc_km", "case.unknown_field", "distance_km")]
    assert _problems(lines=[{"line": 1, "component": "tyre", "cuase": "wear"}]) == [
        ("lines.0.cuase", "case.unknown_field", "cause")
    ]
    assert _problems(lines=[{"line": 1, "component": "tyre", "opend": True}]) == [
        ("lines.0.opend", "case.unknown_field", "opened")
    ]


def test_an_unknown_value_is_answered_with_the_likely_one() -> None:
    assert _problems(proof="invoice") == [("proof", "case.unknown_value", None)]
    assert _problems(hazards=["smok"]) == [("hazards.0", "case.unknown_value", "smoke")]
    assert _problems(lines=[{"line": 1, "component": "controler"}]) == [
        ("lines.0.component", "case.unknown_value", "controller")
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"distance_km": -1},
        {"purchase_date": "2026-02-30"},
        {"purchase_date": "2026-11-06", "report_date": "2026-11-05"},
        {"manufacture_date": "2026-03-01", "purchase_date": "2026-02-01"},
        {"promised_date": "2026-02-01", "taken_back_on": "2026-02-02"},
        {"repair_periods": [["2026-02-02", "2026-02-01"]]},
        {"lines": [{"line": 1, "component": "tyre"}, {"line": 1, "component": "tyre"}]},
        {"lines": [{"line": 1, "component": "tyre", "opened": "perhaps"}]},
        {"lines": [{"line": 1, "component": "tyre", "quantity": 0}]},
        {"attitude": 6},
    ],
)
def test_impossible_values_are_refused(values: dict[str, Any]) -> None:
    assert [key for _, key, _ in _problems(**values)] == ["case.bad_value"]


def test_what_was_not_recorded_is_none() -> None:
    case = read_case({"record": "job"})
    assert case.second_owner is None
    assert case.run_in_already_done is None
    assert case.lines == ()
