"""Explanations: each table, the rule that decided, and why each rule above it did not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fieldkit.domain.core.decision import Decision
from fieldkit.i18n.texts.rules.explaining import say_short
from fieldkit.rules import Decider, Pack
from fieldkit.rules.explaining.trace import Explanation, TraceStep, explain
from fieldkit.rules.explaining.wording import explanation_lines
from fieldkit.rules.model.semantics import rule_holds
from fieldkit.rules.testing.scenarios import Suite


@pytest.fixture(scope="module")
def decided(suite: Suite, decider: Decider) -> dict[str, Decision]:
    return {each.id: decider.decide(each.case, each.today) for each in suite.scenarios}


def step(explanation: Explanation, table: str, line: int | None) -> TraceStep:
    return next(s for s in explanation.steps if (s.table, s.line) == (table, line))


def test_a_hit_with_its_values_and_the_rules_above_it(
    pack: Pack, decided: dict[str, Decision]
) -> None:
    found = explain(decided["W05"], pack, pack)
    assert found.whole
    coverage = step(found, "coverage", 1)
    (hit,) = coverage.hits
    assert hit.rule == "lithium-healthy"
    actual = {c.fact: c.actual for c in hit.conditions}
    assert actual["measured_capacity_percent"] == 72
    table = next(t for t in pack.tables if t.name == "coverage")
    above = [rule.id for rule in table.rules]
    assert [m.rule for m in coverage.missed] == above[: above.index("lithium-healthy")]
    failed = {m.rule: m.failed for m in coverage.missed}
    # the component is not that of a lead battery: the first condition that fails
    assert (failed["lead-healthy"].fact, failed["lead-healthy"].actual) == (
        "component", "battery_lithium",
    )  # fmt: skip
    assert (failed["damage-misuse"].fact, failed["damage-misuse"].actual) == ("cause", "ageing")
    assert failed["opened"].actual is None


def test_every_table_and_line_is_told_once_and_every_rule_is_accounted_for(
    pack: Pack, decided: dict[str, Decision]
) -> None:
    for decision in decided.values():
        found = explain(decision, pack, pack)
        places = [(s.table, s.line) for s in found.steps]
        assert len(set(places)) == len(places)
        assert sum(len(s.hits) for s in found.steps) == len(decision.hits)
        for each in found.steps:
            table = next(t for t in pack.tables if t.name == each.table)
            told = {m.rule for m in each.missed} | {h.rule for h in each.hits}
            if table.hit == "collect" or each.hits[0].rule == "otherwise":
                assert {rule.id for rule in table.rules} <= told


def test_the_steps_of_a_line_stand_together(pack: Pack, decided: dict[str, Decision]) -> None:
    found = explain(decided["every-term"], pack, pack)
    lines = [s.line for s in found.steps if s.line is not None]
    assert lines == sorted(lines)
    assert len(set(lines)) == 18


def test_a_missed_condition_is_the_first_that_fails(
    pack: Pack, decided: dict[str, Decision]
) -> None:
    decision = decided["day-8"]
    facts = {**decision.facts, **decision.lines[0].facts}
    assert decision.lines[0].facts["main_component"] is True
    found = step(explain(decision, pack, pack), "entitlement", 1)
    failed = {m.rule: m.failed for m in found.missed}["within-7-days"]
    assert (failed.fact, failed.expected, failed.actual) == ("days_since_start", 7, 8)
    rule = next(
        r
        for t in pack.tables
        if t.name == "entitlement"
        for r in t.rules
        if r.id == "within-7-days"
    )
    assert not rule_holds(rule, facts)
    assert rule_holds(replace(rule, when=rule.when[:-1]), facts)


def test_without_its_pack_only_what_is_recorded_is_told(
    pack: Pack, decided: dict[str, Decision]
) -> None:
    decision = decided["W02"]
    found = explain(decision, None, None)
    assert not found.whole
    assert [h for s in found.steps for h in s.hits] == list(decision.hits)
    assert all(s.missed == () for s in found.steps)
    assert "why other rules did not" in "\n".join(explanation_lines(found, "en"))
    with pytest.raises(ValueError, match="not the pack"):
        explain(decision, replace(pack, sha256="0" * 64), pack)


def test_in_words(pack: Pack, decided: dict[str, Decision]) -> None:
    found = explain(decided["W02"], pack, pack)
    english = list(explanation_lines(found, "en"))
    assert english[0] == f"Decided by fieldkit-default revision 1 ({pack.sha256[:12]})"
    assert "Line 1: Paid, ¥85.00" in english
    assert "  coverage: expired" in english
    assert "    + claim_open is false" in english
    assert "    - not in-warranty, which needs “claim_open is true”: it is false" in english
    assert (
        "    - not no-fault-out-of-warranty, which needs “no_fault_found is true”: "
        "it is not recorded" in english
    )
    chinese = list(explanation_lines(found, "zh"))
    assert "第1行：收费，¥85.00" in chinese
    assert "    - 非 in-warranty：须“claim_open 为 true”，实际为 false" in chinese
    assert len(chinese) == len(english)


def test_the_engines_word_is_told(pack: Pack, decided: dict[str, Decision]) -> None:
    torn = decided["W02"].model_copy(update={"agreed": False, "engine_report": "charge: 1 != 2"})
    lines = "\n".join(explanation_lines(explain(torn, pack, pack), "en"))
    assert "The two engines differed, so a supervisor decides: charge: 1 != 2" in lines


def test_in_short_for_the_customers_paper(pack: Pack, decided: dict[str, Decision]) -> None:
    decision = decided["W02"]
    assert say_short(decision, decision.lines[0], "en") == [
        "Line 1: Paid, ¥85.00 (covered until 1 Sep 2026)",
        decision.lines[0].because.en,
        f"Rules expired, otherwise; fieldkit-default revision 1, {pack.sha256[:12]}",
    ]
    verdict, reason, rules = say_short(decision, decision.lines[0], "zh")
    assert verdict == "第1行：收费，¥85.00（保修至 2026年9月1日）"
    assert reason == decision.lines[0].because.zh
    assert rules.startswith("规则 expired、otherwise；")
