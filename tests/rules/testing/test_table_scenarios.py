"""Scenarios that ask one table with a few facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fieldkit.rules import Pack, PackError, load_pack
from fieldkit.rules.testing.mutation import survival
from fieldkit.rules.testing.runner import run_suite
from fieldkit.rules.testing.scenarios import Suite, load_suite
from tests.rules.small import copy_of_default

GOODWILL = """
  - id: alone
    title: t
    table: charge
    facts: {coverage: expired, covered_by: term, days_past_expiry: 30, customer_tier: vip}
    expect: {rules: [goodwill-just-expired], then: {charge: goodwill}}
"""


def suite_of(folder: Path, text: str) -> Suite:
    (folder / "one.yaml").write_text(f"today: 2026-11-22\nscenarios:{text}", encoding="utf-8")
    return load_suite(folder)


def differences(pack: Pack, suite: Suite) -> list[str]:
    failures = run_suite(pack, suite).failures
    return [str(found) for failure in failures for found in failure.differences]


def test_a_table_alone_passes_covers_and_notices(pack: Pack, tmp_path: Path) -> None:
    suite = suite_of(tmp_path, GOODWILL)
    run = run_suite(pack, suite)
    assert (run.scenarios, run.failures) == (1, ())
    assert [c.rule.id for c in run.coverage.rules if c.decided] == ["goodwill-just-expired"]
    left = {(m.rule, m.what, m.after) for m in survival(pack, suite).survivors}
    assert ("goodwill-just-expired", "days_past_expiry", 29) not in left
    assert ("goodwill-just-expired", "days_past_expiry", 31) in left
    assert ("goodwill-just-expired", "charge", "not_a_defect") not in left


def test_what_a_table_says_otherwise(pack: Pack, tmp_path: Path) -> None:
    changed = GOODWILL.replace("days_past_expiry: 30", "days_past_expiry: 31")
    assert differences(pack, suite_of(tmp_path, changed)) == [
        "rules of charge: ('otherwise',), not ('goodwill-just-expired',)",
        "charge: paid, not goodwill",
    ]
    slip = GOODWILL.replace("covered_by: term", "covered_bi: term")
    assert "charge reads covered_bi: False, not True" in differences(pack, suite_of(tmp_path, slip))
    gone = GOODWILL.replace("table: charge", "table: charges")
    assert differences(pack, suite_of(tmp_path, gone)) == ["table: None, not charges"]


def test_days_are_days(tmp_path: Path) -> None:
    text = GOODWILL.replace("days_past_expiry: 30", "covered_until: 2026-01-31")
    (scenario,) = suite_of(tmp_path, text).tables
    assert scenario.facts["covered_until"] == date(2026, 1, 31)


def test_mistakes_are_told_at_their_place(tmp_path: Path) -> None:
    wrong = GOODWILL.replace("rules: [goodwill-just-expired], ", "") + GOODWILL.replace(
        "    facts: {coverage", "    factz: {coverage"
    )
    with pytest.raises(PackError) as caught:
        suite_of(tmp_path, wrong)
    found = [(problem.line, problem.key) for problem in caught.value.problems]
    assert found == [(7, "bad_scenario"), (12, "unknown_key")]


def test_a_broken_table_fails_where_its_scenario_stands(tmp_path: Path) -> None:
    folder = copy_of_default(tmp_path, charge=("{at_most: $goodwill_days}", "{at_most: 29}"))
    suite = load_suite(folder / "tests")
    only = replace(suite, scenarios=())
    (failure,) = run_suite(load_pack(folder), only).failures
    assert failure.scenario.id == "goodwill-table-last-day"
    assert failure.scenario.at.file == "tests/boundaries.yaml"
