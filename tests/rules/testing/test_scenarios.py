"""Every scenario beside the default pack, and what must hold for every decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldkit.domain.core.decision import Decision
from fieldkit.i18n.texts.rules.problems import say_pack_problem
from fieldkit.rules import Decider, Pack, PackError, replay
from fieldkit.rules.deciding.compiled import Compiled
from fieldkit.rules.testing.scenarios import (
    ExpectedDecision,
    Scenario,
    Suite,
    load_suite,
    mismatches,
)
from tests.rules.conftest import FOLDER

SCENARIOS = load_suite(FOLDER / "tests").scenarios
Decided = dict[str, Decision]


@pytest.fixture(scope="module")
def decided(pack: Pack, suite: Suite) -> Iterator[Decided]:
    deciders: dict[object, Decider] = {}
    found: Decided = {}
    for scenario in suite.scenarios:
        key = scenario.holidays
        if key not in deciders:
            deciders[key] = Decider(pack, suite.prices, scenario.holidays)
        found[scenario.id] = deciders[key].decide(scenario.case, scenario.today)
    yield found
    for decider in deciders.values():
        decider.close()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_scenario(scenario: Scenario, decided: Decided) -> None:
    decision = decided[scenario.id]
    assert mismatches(scenario.expected, decision) == [], scenario.title
    assert decision.agreed, decision.engine_report


def test_every_rule_of_the_pack_decides_some_scenario(pack: Pack, decided: Decided) -> None:
    hits = Counter((hit.table, hit.rule) for made in decided.values() for hit in made.hits)
    rules = {
        (table.name, rule.id)
        for table in pack.tables
        for rule in (*table.rules, *((table.otherwise,) if table.otherwise else ()))
    }
    assert rules - hits.keys() == set()


def test_records_survive_json_unchanged(decided: Decided) -> None:
    for decision in decided.values():
        assert Decision.model_validate_json(decision.model_dump_json()) == decision


def test_records_replay_without_difference(pack: Pack, decided: Decided) -> None:
    bulk = Compiled()
    for decision in decided.values():
        stored = Decision.model_validate_json(decision.model_dump_json())
        assert replay(stored, pack) == []
        assert replay(stored, pack, evaluate=bulk.evaluate) == []


def test_every_line_has_its_reasons_in_both_languages(decided: Decided) -> None:
    for decision in decided.values():
        for line in decision.lines:
            assert line.because.en
            assert line.because.zh
            assert "{" not in line.because.en + line.because.zh
            assert line.rule != "none"


def test_totals_are_the_sum_of_their_parts(decided: Decided) -> None:
    for decision in decided.values():
        payable = 0
        for line in decision.lines:
            assert line.customer_pays_fen == line.part_payable_fen + line.labour_payable_fen
            assert 0 <= line.part_payable_fen <= line.part_fen
            assert 0 <= line.labour_payable_fen <= line.labour_fen
            payable += line.customer_pays_fen
        assert decision.total_fen == payable + decision.call_out_fen


def test_a_wrong_expectation_is_reported(decided: Decided) -> None:
    wrong = ExpectedDecision.model_validate(
        {
            "lines": [{"line": 1, "charge": "paid", "customer_pays": 1.5}],
            "total": 1,
            "escalations": ["L1 outlet same_day"],
            "rules": {"charge": ["pending"]},
            "outcomes": {"charge": {"free": {"charge": "paid"}, "pending": {}}},
        }
    )
    assert [str(found) for found in mismatches(wrong, decided["W01"])] == [
        "line 1 charge: free, not paid",
        "line 1 customer_pays: 0, not 150",
        "total: 0, not 100",
        "escalations: (), not ('L1 outlet same_day',)",
        "rules of charge: ('free',), not ('pending',)",
        "charge free charge: free, not paid",
        "charge pending: False, not True",
    ]


def test_a_broken_scenario_says_where_and_what(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(
        "today: 2026-11-22\nscenarios:\n"
        "  - {id: a, title: t, case: {purchas_date: 2026-01-01}, expect: {}}\n"
        "  - {id: b, title: t, case: {}, expect: {totl: 3}}\n"
        "  - {id: c, title: t, case: {}, expect: {}}\n"
        "  - {id: c, title: t, case: {}, expect: {}}\n"
        "  - {id: d, title: t, expect: {},\n"
        "     case: {manufacture_date: 2026-02-02, purchase_date: 2026-02-01}}\n",
        encoding="utf-8",
    )
    with pytest.raises(PackError) as caught:
        load_suite(tmp_path)
    found = [
        (p.line, p.key, p.params.get("field") or p.params["name"]) for p in caught.value.problems
    ]
    assert found == [
        (3, "bad_scenario", "purchas_date"),
        (4, "bad_scenario", "totl"),
        (6, "duplicate_rule", "c"),
        (8, "bad_scenario", "purchase_date"),
    ]
    told = [say_pack_problem(p.key, p.params, "en") for p in caught.value.problems]
    assert told[0].endswith("Nearest: purchase_date.")
    assert told[3].endswith("must not be before 2 Feb 2026 (Made on).")
