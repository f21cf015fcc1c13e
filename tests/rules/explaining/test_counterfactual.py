"""What would change a verdict: true, near, in both languages, and in bounded time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from fieldkit.domain.core.money import PartPrice
from fieldkit.rules import Case, Decider, Pack, load_pack, read_case
from fieldkit.rules.explaining.breakpoints import Segment, boundaries, day_segments, number_segments
from fieldkit.rules.explaining.counterfactual import Counterfactual, what_would_change
from fieldkit.rules.explaining.wording import say_change
from fieldkit.rules.testing.scenarios import Suite
from fieldkit.shipped import shipped_rules
from tests.rules.conftest import TODAY

Prices = dict[str, PartPrice]
VALUES = load_pack(shipped_rules()).values


def job(line: dict[str, Any], **values: Any) -> Case:
    base = {
        "record": "job",
        "job_kind": "repair",
        "proof": "invoice_and_card",
        "use": "household",
        "customer_tier": "regular",
        "service_mode": "home_visit",
        "report_date": "2026-11-05",
        "purchase_date": "2026-02-10",
        "lines": [{"line": 1, "cause": "manufacturing", **line}],
    }
    return read_case(base | values)


def told(changes: list[Counterfactual], charge: str, lang: Any = "en") -> list[str]:
    return [say_change(each, lang, VALUES) for each in changes if each.charge == charge]


def changes_of(case: Case, pack: Pack, prices: Prices, line: int = 1) -> list[Counterfactual]:
    return what_would_change(case, line, pack, prices, frozenset(), TODAY)


def test_an_expired_line_would_be_free_with_other_days(pack: Pack, prices: Prices) -> None:
    case = job({"component": "motor_hall_bearing", "part": "P-HAL"}, purchase_date="2025-09-01")
    found = changes_of(case, pack, prices)
    assert [say_change(each, "en") for each in found[:2]] == [
        "free if the purchase date were on or after 2025-11-05",
        "free if the date of the report were on or before 2026-09-01",
    ]
    assert say_change(found[0], "zh") == "若购买日期在 2025-11-05 当天或之后，则免费"


def test_goodwill_has_its_own_range(pack: Pack, prices: Prices) -> None:
    case = job(
        {"component": "controller", "part": "P-CTL350"},
        purchase_date="2025-08-01",
        customer_tier="vip",
    )
    found = changes_of(case, pack, prices)
    assert "goodwill if the purchase date were from 2025-10-06 to 2025-11-04" in told(
        found, "goodwill"
    )
    assert told(found, "free")[0] == "free if the purchase date were on or after 2025-11-05"


def test_a_missing_paper_and_a_modification(pack: Pack, prices: Prices) -> None:
    altered = job({"component": "controller", "part": "P-CTL350"}, proof="altered_card")
    assert told(changes_of(altered, pack, prices), "free") == [
        "free if the proof were invoice_and_card"
    ]
    assert told(changes_of(altered, pack, prices), "free", "zh") == [
        "若购买凭证为有发票和保修卡，则免费"
    ]
    modified = job({"component": "controller", "part": "P-CTL350"}, modifications=["added_load"])
    assert told(changes_of(modified, pack, prices), "free") == [
        "free if the modifications did not include electrical load added"
    ]


def test_a_measured_capacity_has_its_boundary(pack: Pack, prices: Prices) -> None:
    line = {"component": "battery_lithium", "part": "P-BAT-LI24", "cause": "ageing"}
    case = job(line | {"measured_capacity_percent": 72})
    assert "free if the measured capacity in percent were 60 or less" in told(
        changes_of(case, pack, prices), "free"
    )
    unmeasured = changes_of(job(line), pack, prices)
    assert "free if the measured capacity in percent were 60 or less" in told(unmeasured, "free")


def test_an_unrecorded_purchase_is_asked_for(pack: Pack, prices: Prices) -> None:
    case = job({"component": "controller", "part": "P-CTL350"}, purchase_date=None)
    found = changes_of(case, pack, prices)
    assert "free if the purchase date were on or after 2025-11-05" in told(found, "free")
    assert "paid if the purchase date were on or before 2025-11-04" in told(found, "paid")


def test_two_changes_only_where_one_is_not_enough(pack: Pack, prices: Prices) -> None:
    both = {"component": "controller", "part": "P-CTL350", "cause": "misuse", "opened": True}
    found = told(changes_of(job(both), pack, prices), "free")
    assert found == [
        "free if the cause were manufacturing and “opened by someone unauthorised” "
        "were recorded as no"
    ]
    one = told(changes_of(job(both | {"opened": None}), pack, prices), "free")
    assert one == ["free if the cause were manufacturing, software or not known"]


def test_what_a_line_is_is_no_input(pack: Pack, prices: Prices) -> None:
    case = job({"component": "wearing", "part": "P-PAD"})
    fields = {edit.input.field for each in changes_of(case, pack, prices) for edit in each.edits}
    assert fields.isdisjoint({"component", "part", "job_kind", "line", "quantity"})


def test_other_lines_stay_as_they_are(pack: Pack, prices: Prices) -> None:
    case = job({"component": "controller", "part": "P-CTL350"})
    other = {"line": 2, "component": "tyre", "cause": "external"}
    two = read_case(
        case.model_dump(exclude={"lines"}, exclude_none=True)
        | {"lines": [case.lines[0].model_dump(exclude_none=True), other]}
    )
    found = changes_of(two, pack, prices)
    assert [say_change(each, "en") for each in found] == [
        say_change(each, "en") for each in changes_of(case, pack, prices)
    ]
    assert all(each.example.lines[1] == two.lines[1] for each in found)


def test_every_change_of_every_scenario_is_true(pack: Pack, suite: Suite) -> None:
    """Decided live, by both engines, the changed case has the charge that is told."""
    deciders: dict[object, Decider] = {}
    checked = 0
    for scenario in suite.scenarios[::12]:
        case, days = scenario.case, scenario.holidays
        if case.record != "job":
            continue
        decider = deciders.setdefault(days, Decider(pack, suite.prices, days))
        line = case.lines[0].line if case.lines else 1
        found = what_would_change(case, line, pack, suite.prices, days, scenario.today)
        decided = decider.decide(case, scenario.today)
        if not decided.lines:
            continue
        now = decided.lines[0].charge
        for each in found:
            decision = decider.decide(each.example, scenario.today)
            assert decision.lines[0].charge == each.charge != now
            checked += 1
    for decider in deciders.values():
        decider.close()
    assert checked > 150


@pytest.mark.parametrize("purchase", ["2025-08-01", "2025-10-20", "2026-11-01", "2024-06-30"])
def test_the_days_are_exact(purchase: str, pack: Pack, prices: Prices) -> None:
    """Beside every day tried one by one."""
    case = job({"component": "controller"}, purchase_date=purchase, customer_tier="loyal")
    with Decider(pack, prices) as decider:
        recorded = date.fromisoformat(purchase)
        days = [date(2026, 11, 5) - timedelta(days=back) for back in range(900)]
        charges = {
            day: decider.decide(case.model_copy(update={"purchase_date": day}), TODAY)
            .lines[0]
            .charge
            for day in days
        }
    now = charges[recorded]
    for each in changes_of(case, pack, prices):
        edit = each.edits[0]
        if edit.input.field != "purchase_date":
            continue
        for day in days:
            within = (edit.low is None or day >= edit.low) and (  # type: ignore[operator]  # a date
                edit.high is None or day <= edit.high  # type: ignore[operator]  # a date
            )
            assert not within or charges[day] == each.charge
        nearest = min(
            (day for day in days if charges[day] == each.charge),
            key=lambda day: abs(day - recorded),
        )
        assert each.example.purchase_date == nearest
    assert {c for c in charges.values() if c != now} == {
        each.charge
        for each in changes_of(case, pack, prices)
        if each.edits[0].input.field == "purchase_date"
    }


# -- segments ------------------------------------------------------------------------------

START = date(2026, 1, 1)


def stairs(day: date) -> str | None:
    """Free for 100 days before the start, goodwill 10 days more, then paid; nothing in 2020."""
    age = (START - day).days
    if day.year <= 2020:
        return None
    return "free" if age <= 100 else "goodwill" if age <= 110 else "paid"


@pytest.mark.parametrize(
    ("value", "within"), [(2, False), (3, True), (7, True), (8, False), (None, False)]
)
def test_a_segment_holds_its_own_ends(value: int | None, within: bool) -> None:
    assert Segment(3, 7, "free", nearest=3, distance=1).holds(value) is within
    assert Segment(None, None, "free", nearest=3, distance=1).holds(value) is (value is not None)


def test_segments_of_days_end_where_the_charge_changes() -> None:
    found = {each.charge: each for each in day_segments(START, START, stairs)}
    assert (found["free"].low, found["free"].high) == (START - timedelta(100), None)
    assert (found["goodwill"].low, found["goodwill"].high) == (
        START - timedelta(110), START - timedelta(101),
    )  # fmt: skip
    assert (found["paid"].low, found["paid"].high) == (None, START - timedelta(111))
    assert found["goodwill"].nearest == START - timedelta(101)
    assert found["goodwill"].distance == 101


def test_days_that_cannot_be_recorded_end_a_segment_openly() -> None:
    assert day_segments(START, START, lambda day: None) == []
    late = START - timedelta(days=30)
    found = day_segments(START, START, lambda day: "free" if day <= late else None)
    assert [(each.low, each.high, each.nearest) for each in found] == [(None, late, late)]


def test_numbers_are_tried_where_they_can_matter(pack: Pack) -> None:
    found = boundaries(pack, "measured_capacity_percent")
    assert found == [0, 59, 60, 61, 89, 90, 91, 150]
    assert boundaries(pack, "mileage_km") == []
    assert {64, 65, 66} <= set(boundaries(pack, "temperature_c"))
    segments = number_segments(found, 72, lambda value: "free" if value <= 60 else "healthy")
    assert [(each.low, each.high, each.nearest) for each in segments] == [
        (None, 60, 60), (61, None, 61),
    ]  # fmt: skip
