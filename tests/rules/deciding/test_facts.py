"""From a case to facts: every fact is declared, of its type, in its range, or absent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.domain.core.money import PartPrice
from fieldkit.rules import Case, CaseLine, Pack, read_case
from fieldkit.rules.deciding.facts import CaseFacts, derive, with_dates
from fieldkit.rules.loading.loader import load_pack
from fieldkit.rules.model.fact_vocabulary import PRESENT_TOGETHER
from fieldkit.rules.model.pack import Condition, Position, Value
from fieldkit.rules.model.semantics import holds
from fieldkit.shipped import shipped_rules
from tests.rules.conftest import TODAY

DEFAULT = load_pack(shipped_rules())

_days = st.dates(date(2020, 1, 1), date(2028, 12, 31))
_LINE_DATES = ("previous_repair_date", "part_fitted_free_on", "part_sold_on")
_LINE_FLAGS = ("no_fault_found", "opened", "same_fault", "previous_repair_paid", "self_patched")
_TYPES: dict[str, type] = {"int": int, "bool": bool, "enum": str, "date": date, "money": int}


def facts_of(pack: Pack, prices: dict[str, PartPrice], **case: Any) -> CaseFacts:
    """The facts of a case on the day of the tests."""
    return derive(read_case({"record": "job", **case}), pack, prices, frozenset(), TODAY)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Random cases of any record; only what would be refused is left out."""
    periods = st.lists(_days.map(lambda day: (day, day + timedelta(days=9))), max_size=2)
    scores = st.none() | st.integers(1, 5)
    lines = [
        {
            "line": number + 1,
            "component": draw(st.sampled_from(DEFAULT.facts["component"].values)),
            "part": draw(st.sampled_from([None, "P-CTL350", "P-PAD"])),
            "measured_capacity_percent": draw(st.none() | st.integers(0, 150)),
            "failed_warranty_repairs": draw(st.none() | st.integers(0, 3)),
            "cause": draw(st.none() | st.sampled_from(DEFAULT.facts["cause"].values)),
            **{name: draw(st.none() | _days) for name in _LINE_DATES},
            **{name: draw(st.none() | st.booleans()) for name in _LINE_FLAGS},
        }
        for number in range(draw(st.integers(0, 3)))
    ]
    values: dict[str, Any] = {
        "record": draw(st.sampled_from(["job", "complaint", "survey"])),
        "lines": lines,
        "report_date": draw(st.none() | _days),
        "exchanged_on": draw(st.none() | _days),
        "run_in_booked_on": draw(st.none() | _days),
        "promised_date": draw(st.none() | _days),
        "repair_periods": draw(periods),
        "parts_waiting_periods": draw(periods),
        "distance_km": draw(st.none() | st.floats(0, 2_000)),
        "temperature_c": draw(st.none() | st.integers(-60, 1_500)),
        "temperature_rising": draw(st.none() | st.booleans()),
        "serial_in_recall": draw(st.none() | st.booleans()),
        "recall_id": draw(st.none() | st.just("R-1")),
        "hazards": draw(st.lists(st.sampled_from(["smoke", "heat", "flooded"]), max_size=2)),
        **{name: draw(scores) for name in ("attitude", "skill", "punctuality", "service_item")},
    }
    for name in ("job_kind", "proof", "use", "customer_tier", "service_mode", "complaint_class"):
        values[name] = draw(st.none() | st.sampled_from(DEFAULT.facts[name].values))
    if values["report_date"] is None:
        values["purchase_date"] = draw(st.none() | _days)
    else:
        earlier = st.integers(0, 2_000).map(lambda n: values["report_date"] - timedelta(days=n))
        values["purchase_date"] = draw(st.none() | earlier)
    return read_case({name: value for name, value in values.items() if value is not None})


def check(name: str, value: Value) -> None:
    """One fact against its declaration."""
    fact = DEFAULT.facts[name]
    assert type(value) is _TYPES[fact.type], (name, value)
    if fact.type == "enum":
        assert value in fact.values, (name, value)
    if isinstance(value, int) and fact.type in ("int", "money"):
        assert fact.low is not None
        assert fact.high is not None
        assert fact.low <= value <= fact.high, (name, value)


@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_facts_are_as_the_vocabulary_declares_them(
    pack: Pack, prices: dict[str, PartPrice], case: Case
) -> None:
    derived = derive(case, pack, prices, frozenset({TODAY}), TODAY)
    groups = [(case.record, derived.facts)] + [("line", line.facts) for line in derived.lines]
    for scope, known in groups:
        for name, value in known.items():
            assert DEFAULT.facts[name].scope == scope
            check(name, value)
        always = {
            fact.name for fact in DEFAULT.facts.values() if fact.always and fact.scope == scope
        }
        assert always <= known.keys()
        for group in PRESENT_TOGETHER:
            if {DEFAULT.facts[name].scope for name in group} == {scope}:
                assert len(group & known.keys()) in (0, len(group)), group


def _test(fact: str, value: Value | tuple[Value, ...], operator: str = "is") -> Condition:
    return Condition(fact, operator, value, Position("vocabulary", 1, 1))


# What the derived facts make certain: whenever all of the first hold, all of the second do too.
IMPLICATIONS: tuple[tuple[tuple[Condition, ...], tuple[Condition, ...]], ...] = (
    ((_test("claim_open", True),), (_test("days_past_expiry", 0),)),
    ((_test("claim_open", False),), (_test("days_past_expiry", 1, "at_least"),)),
    ((_test("repair_guarantee_open", True),), (_test("claim_open", True),)),
    ((_test("repair_guarantee_open", True),), (_test("same_fault", True),)),
    ((_test("sold_part_open", True),), (_test("claim_open", True),)),
    ((_test("covered_by", "part_sold"),), (_test("part_sold_on", True, "present"),)),
    ((_test("covered_by", "workmanship"),), (_test("same_fault", True),)),
    ((_test("under_recall", True),), (_test("serial_in_recall", True),)),
    ((_test("covered_by", "term"),), (_test("has_term", True),)),
    (
        (_test("covered_by", "run_in"),),
        (_test("component", "service"), _test("job_kind", "run_in_service")),
    ),
    (
        (_test("has_term", True), _test("start_date", True, "present")),
        (_test("covered_until", True, "present"),),
    ),
    ((_test("proof", "altered_card"),), (_test("papers_in_doubt", True),)),
    ((_test("serial_mismatch", True),), (_test("papers_in_doubt", True),)),
    ((_test("use", "household"),), (_test("household", True),)),
    ((_test("use", "household", "is_not"),), (_test("household", False),)),
    ((_test("household", False),), (_test("use", True, "present"),)),
    ((_test("under_recall", True),), (_test("component", "service", "is_not"),)),
    ((_test("scores_given", 0),), (_test("lowest_score", False, "present"),)),
    ((_test("scores_given", 1, "at_least"),), (_test("lowest_score", True, "present"),)),
    *(
        (
            (_test("lowest_score", low, "at_least"),),
            (_test("mean_score_percent", low * 100, "at_least"),),
        )
        for low in (2, 3, 4, 5)
    ),
    *(
        (
            (_test("lowest_score", low, "at_most"),),
            (_test("mean_score_percent", 375 + low * 25, "at_most"),),
        )
        for low in (1, 2, 3, 4)
    ),
)


@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_the_declared_implications_hold(
    pack: Pack, prices: dict[str, PartPrice], case: Case
) -> None:
    derived = derive(case, pack, prices, frozenset({TODAY}), TODAY)
    for known in [derived.facts] + [{**derived.facts, **line.facts} for line in derived.lines]:
        for premises, conclusions in IMPLICATIONS:
            if all(holds(premise, known) for premise in premises):
                assert all(holds(c, known) for c in conclusions if _applies(c, known)), premises


def _applies(condition: Condition, known: Mapping[str, Value]) -> bool:
    """A fact of lines says nothing about the job alone."""
    return "component" in known or DEFAULT.facts[condition.fact].scope != "line"


@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_any_case_gets_a_decision(decider: Any, case: Case) -> None:
    decision = decider.decide(case, TODAY)
    assert decision.agreed, decision.engine_report
    for line in decision.lines:
        assert line.because.en
        assert line.rule != "none"


def test_absent_history_is_absent_not_zero(pack: Pack, prices: dict[str, PartPrice]) -> None:
    line = {"line": 1, "component": "controller"}
    known = facts_of(pack, prices, lines=[line], purchase_date="2026-01-01")
    for name in ("failed_warranty_repairs", "same_fault", "repair_guarantee_open", "cause"):
        assert name not in known.lines[0].facts
    for name in ("most_failed_repairs", "run_in_already_done", "second_owner", "extra_km"):
        assert name not in known.facts


@pytest.mark.parametrize(
    ("km", "started"), [(0, 0), (5, 0), (5.01, 1), (6, 1), (6.1, 2), (8, 3), (20.5, 16)]
)
def test_started_kilometres(
    pack: Pack, prices: dict[str, PartPrice], km: float, started: int
) -> None:
    assert facts_of(pack, prices, distance_km=km).facts["extra_km"] == started


def test_a_service_that_is_a_job_in_itself_is_one_line(
    pack: Pack, prices: dict[str, PartPrice]
) -> None:
    made = facts_of(pack, prices, job_kind="run_in_service").lines
    assert [(line.line, line.facts["component"]) for line in made] == [(1, "service")]
    assert made[0].facts["labour_price_fen"] == 3000
    assert facts_of(pack, prices, job_kind="repair").lines == ()


@pytest.mark.parametrize(
    ("given_days", "cause", "expected"),
    [(None, "repairer", 12), (None, "parts", None), (None, None, None), (40, "repairer", 40)],
)
def test_days_in_repair_are_recorded_or_worked_out(
    pack: Pack,
    prices: dict[str, PartPrice],
    given_days: int | None,
    cause: str | None,
    expected: int | None,
) -> None:
    known = facts_of(
        pack,
        prices,
        taken_back_on="2026-11-10",
        delay_cause=cause,
        repair_days_by_repairer=given_days,
    ).facts
    assert known.get("repair_days_by_repairer") == expected


def test_prices_count_quantity_and_minutes(pack: Pack, prices: dict[str, PartPrice]) -> None:
    line = {"line": 1, "component": "tyre", "part": "P-TYR", "quantity": 2}
    first = facts_of(pack, prices, lines=[line]).lines[0].facts
    assert (first["part_price_fen"], first["labour_price_fen"]) == (10_000, 7_000)
    second = facts_of(pack, prices, lines=[{**line, "labour_minutes": 50}]).lines[0].facts
    assert second["labour_price_fen"] == 5_000


def test_a_stored_day_is_a_date_again_and_one_that_is_none_stays_as_it_is() -> None:
    stored = {"start_date": "2026-05-01", "covered_until": "soon", "component": "2026-05-01"}
    assert with_dates(stored) == stored | {"start_date": date(2026, 5, 1)}


def test_no_fact_is_free_text() -> None:
    texts = {"note", "complaint_text", "recall_id", "part"}
    recorded = Case.model_fields.keys() | CaseLine.model_fields.keys()
    assert texts <= recorded
    assert not texts & DEFAULT.facts.keys()
