"""What may be recorded, and how a slip is answered."""

from __future__ import annotations

from typing import Any

import pytest

from fieldkit.domain.core.errors import BadInput
from fieldkit.i18n import LANGS, say_error
from fieldkit.rules import load_pack, read_case
from fieldkit.rules.loading.trade_values import unknown_values
from fieldkit.shipped import shipped_rules

VALUES = load_pack(shipped_rules()).values


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
    assert _problems(proof="Altered-Card") == [("proof", "case.unknown_value", "altered_card")]
    assert _problems(hazards=["smok"]) == [("hazards.0", "case.unknown_value", "smoke")]
    assert _problems(lines=[{"line": 1, "component": "controler"}]) == [
        ("lines.0.component", "case.unknown_value", "controller")
    ]


def test_where_nothing_is_near_all_that_is_allowed_is_named() -> None:
    with pytest.raises(BadInput) as caught:
        _read({"record": "job", "charger": "mine", "zzz": 1} | {"proof": "papers"})
    told = say_error(caught.value, "en")
    assert "there is no field “zzz”." in told
    assert "Known are: invoice_and_card, none, altered_card." in told
    assert "None" not in told


@pytest.mark.parametrize(
    ("values", "path", "told"),
    [
        ({"distance_km": -1}, "distance_km", "must be at least 0."),
        ({"distance_km": "4"}, "distance_km", "must be a number."),
        ({"distance_km": True}, "distance_km", "must be a number."),
        ({"purchase_date": "2026-02-30"}, "purchase_date", "is not a date."),
        ({"purchase_date": "20260230"}, "purchase_date", "is not a date."),
        ({"purchase_date": 86_400}, "purchase_date", "is not a date."),
        ({"report_date": "9999-12-31"}, "report_date", "and 31 Dec 2200."),
        ({"manufacture_date": "0001-01-01"}, "manufacture_date", "between 1 Jan 1900"),
        (
            {"purchase_date": "2026-11-06", "report_date": "2026-11-05"},
            "report_date",
            "must not be before 6 Nov 2026 (Bought on).",
        ),
        (
            {"manufacture_date": "2026-03-01", "purchase_date": "2026-02-01"},
            "purchase_date",
            "must not be before 1 Mar 2026 (Made on).",
        ),
        (
            {"promised_date": "2026-02-01", "taken_back_on": "2026-02-02"},
            "promised_date",
            "must not be before 2 Feb 2026",
        ),
        (
            {"repair_periods": [["2026-02-02", "2026-02-01"]]},
            "repair_periods",
            "ends before it begins (2 Feb 2026).",
        ),
        (
            {"lines": [{"line": 1, "component": "tyre"}, {"line": 1, "component": "tyre"}]},
            "line",
            "two lines have the same number.",
        ),
        ({"lines": None}, "lines", "must be a list."),
        ({"lines": ["tyre"]}, "lines.0", "must be a group of fields."),
        (
            {"lines": [{"line": 1, "component": "tyre", "opened": "perhaps"}]},
            "lines.0.opened",
            "must be yes or no.",
        ),
        (
            {"lines": [{"line": 1, "component": "tyre", "quantity": 0}]},
            "lines.0.quantity",
            "must be at least 1.",
        ),
        ({"lines": [{"line": 1}]}, "lines.0.component", "is needed."),
        ({"attitude": 6}, "attitude", "must be at most 5."),
    ],
)
def test_impossible_values_are_refused_in_plain_words(
    values: dict[str, Any], path: str, told: str
) -> None:
    with pytest.raises(BadInput) as caught:
        _read({"record": "job", **values})
    assert [problem.path for problem in caught.value.problems] == [path]
    assert told in say_error(caught.value, "en")
    assert not set("{}[]") & set(say_error(caught.value, "zh"))


def test_a_period_of_one_day_begins_and_ends_on_it() -> None:
    _read({"record": "job", "repair_periods": [("2026-03-02", "2026-03-02")]})
    told = [("repair_periods", "case.ends_early", None)]
    assert _problems(repair_periods=[("2026-03-02", "2026-03-01")]) == told


def test_what_was_not_recorded_is_none() -> None:
    case = read_case({"record": "job"})
    assert case.second_owner is None
    assert case.run_in_already_done is None
    assert case.lines == ()
