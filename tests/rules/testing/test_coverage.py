"""What counts as covered, and what the scenarios of the default pack cover."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fieldkit.domain.core.decision import Text
from fieldkit.rules import Pack, load_pack
from fieldkit.rules.deciding.batch import Watch
from fieldkit.rules.model.pack import Condition, Facts, Output, Position, Rule, Table
from fieldkit.rules.model.semantics import evaluate
from fieldkit.rules.testing.coverage import Counter, Coverage
from fieldkit.rules.testing.runner import SuiteRun, run_suite
from fieldkit.rules.testing.scenarios import Suite, load_suite
from tests.rules.small import copy_of_default

AT = Position("t.yaml", 1, 1)
NONE = Text(en="-", zh="-")


def rule(id_: str, *when: Condition) -> Rule:
    return Rule(id_, when, {"out": "a"}, NONE, "", AT)


def table(*rules: Rule, hit: str = "first") -> Table:
    outputs = {"out": Output("out", "enum", ("a", "b"))}
    otherwise = Rule("otherwise", (), {"out": "b"}, NONE, "", AT)
    return Table("t", "job", hit, outputs, rules, otherwise, AT)  # type: ignore[arg-type]  # a str


def is_(fact: str, value: bool) -> Condition:
    return Condition(fact, "is", value, AT)


def counted(pack: Pack, made: Table, *cases: Facts) -> Coverage:
    counter = Counter(replace(pack, tables=(made,)))
    watch = Watch(evaluate)
    for facts in cases:
        watch.evaluate(made, facts)
    counter.add(watch.seen)
    return counter.coverage()


def seen_both_ways(coverage: Coverage) -> list[tuple[str, int, int]]:
    return [(f"{c.rule.id} {c.condition.fact}", c.true, c.false) for c in coverage.conditions]


def test_a_condition_counts_only_in_a_rule_that_was_reached(pack: Pack) -> None:
    made = table(rule("one", is_("x", True)), rule("two", is_("y", True)))
    found = counted(pack, made, {"x": True, "y": True}, {"x": False, "y": False})
    assert seen_both_ways(found) == [("one x", 1, 1), ("two y", 0, 1)]
    assert [(r.rule.id, r.decided) for r in found.rules] == [
        ("one", 1), ("two", 0), ("otherwise", 1),
    ]  # fmt: skip
    assert found.rules_percent == 66.6
    assert found.conditions_percent == 50.0
    assert [r.rule.id for r in found.missing_rules] == ["two"]


def test_the_conditions_of_a_rule_that_never_decided_are_not_listed_again(pack: Pack) -> None:
    made = table(rule("one", is_("x", True), is_("y", True)), rule("two", is_("y", False)))
    found = counted(pack, made, {"x": False, "y": False})
    assert [r.rule.id for r in found.missing_rules] == ["one", "otherwise"]
    assert [c.rule.id for c in found.missing_conditions] == ["two"]


def test_under_collect_every_rule_is_reached(pack: Pack) -> None:
    made = table(rule("one", is_("x", True)), rule("two", is_("y", True)), hit="collect")
    found = counted(pack, made, {"x": True, "y": True}, {"x": True, "y": False})
    assert seen_both_ways(found) == [("one x", 2, 0), ("two y", 1, 1)]


def test_what_takes_the_rest_of_a_table_without_otherwise_is_never_seen_false(pack: Pack) -> None:
    rules = (rule("one", is_("x", True)), rule("rest", is_("x", False)))
    closed = replace(table(*rules), otherwise=None)
    assert counted(pack, closed, {"x": True}, {"x": False}).conditions_percent == 100
    assert counted(pack, closed, {"x": True}).conditions_percent == 0
    assert counted(pack, table(*rules), {"x": True}, {"x": False}).conditions_percent == 50


@pytest.fixture(scope="module")
def default_run(pack: Pack, suite: Suite) -> SuiteRun:
    return run_suite(pack, suite)


def test_the_default_pack_passes_with_every_rule_and_condition_covered(
    default_run: SuiteRun,
) -> None:
    assert default_run.failures == ()
    assert default_run.coverage.rules_percent == 100
    assert default_run.coverage.missing_conditions == []
    assert default_run.coverage.conditions_percent == 100
    assert default_run.passed(100)


def test_a_scenario_that_is_gone_is_missed(tmp_path: Path) -> None:
    folder = copy_of_default(tmp_path)
    for file in (folder / "tests").glob("*.yaml"):
        if file.name not in ("given.yaml", "prices.yaml"):
            file.unlink()
    run = run_suite(load_pack(folder), load_suite(folder / "tests"))
    assert run.failures == ()
    missing = {f"{found.table}/{found.rule.id}" for found in run.coverage.missing_rules}
    assert {"entitlement/not-started", "coverage/damage-overload"} <= missing
    assert "charge/goodwill-just-expired" not in missing
    assert not run.passed(90)


def test_failures_say_what_came_out_and_errors_do_not_stop_the_run(tmp_path: Path) -> None:
    folder = copy_of_default(tmp_path, charge=("charge: goodwill,", "charge: paid,"))
    prices = folder / "tests" / "prices.yaml"
    text = prices.read_text(encoding="utf-8")
    prices.write_text(text.replace("P-ODD", "P-EVEN"), encoding="utf-8")
    run = run_suite(load_pack(folder), load_suite(folder / "tests"))
    failed = {failure.scenario.id: failure for failure in run.failures}
    assert "concession-at-the-limit" in failed
    error = failed["concession-at-the-limit"].error
    assert error is not None
    assert error.key == "part_without_price"
    told = [str(found) for failure in run.failures for found in failure.differences]
    assert "line 1 charge: paid, not goodwill" in told
    assert run.scenarios > 200
