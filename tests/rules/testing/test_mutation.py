"""Mutants: which changes are made, and that the scenarios of the default pack notice all."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

from fieldkit.rules import Pack, load_pack
from fieldkit.rules.model.pack import Condition, Position
from fieldkit.rules.testing.mutants import Mutant, mutants
from fieldkit.rules.testing.mutation import survival
from fieldkit.rules.testing.scenarios import Suite, load_suite
from tests.rules.small import copy_of_default
from tests.rules.testing.test_coverage import AT, rule, table


def of_condition(pack: Pack, fact: str, operator: str, value: object) -> list[object]:
    """What the boundaries of one condition become."""
    condition = Condition(fact, operator, value, AT)  # type: ignore[arg-type]  # any value
    changed = replace(pack, tables=(table(rule("one", condition)),))
    return [mutant.after for mutant in mutants(changed) if mutant.kind == "boundary"]


def test_each_boundary_moves_one_step_both_ways(pack: Pack) -> None:
    assert of_condition(pack, "days_past_expiry", "at_most", 30) == [31, 29]
    assert of_condition(pack, "days_since_start", "between", (0, 7)) == [
        (1, 7), (-1, 7), (0, 8), (0, 6),
    ]  # fmt: skip
    assert of_condition(pack, "start_date", "below", date(2026, 1, 1)) == [
        date(2026, 1, 2), date(2025, 12, 31),
    ]  # fmt: skip
    assert of_condition(pack, "line_count", "is", 3) == [4, 2]
    assert of_condition(pack, "line_count", "any_of", (3, 9)) == [(4, 9), (2, 9), (3, 10), (3, 8)]
    assert of_condition(pack, "proof", "is", "none") == []
    assert of_condition(pack, "household", "is", True) == []


def test_a_boundary_that_no_possible_value_tells_apart_is_left_out(pack: Pack) -> None:
    assert of_condition(pack, "days_past_expiry", "at_least", 0) == [1]
    assert of_condition(pack, "lowest_score", "at_most", 5) == [4]
    assert of_condition(pack, "lowest_score", "below", 1) == [2]
    # the mean of four scores is never 299 percent, but may be 300
    assert of_condition(pack, "mean_score_percent", "below", 300) == [301]
    assert of_condition(pack, "days_since_start", "between", (5, 5)) == [(4, 5), (5, 6)]


def test_outcomes_become_others_of_their_type(pack: Pack) -> None:
    found = [m for m in mutants(pack) if m.kind == "outcome" and m.rule == "within-7-days"]
    assert [(m.what, m.after) for m in found] == [
        ("entitlement", "exchange_or_repair"),
        ("remedy_options", ("exchange_bike", "repair")),
        ("remedy_options", ("refund", "repair")),
        ("remedy_options", ("refund", "exchange_bike")),
    ]
    conceded = [
        m.after for m in mutants(pack) if (m.rule, m.what) == ("visit", "call_out_conceded")
    ]
    assert conceded == [True]


def test_terms_and_params_that_facts_come_from_are_changed(pack: Pack) -> None:
    found = {(m.what, m.after): m.pack for m in mutants(pack) if m.kind == "number"}
    assert found["no_proof_days", 91].number("no_proof_days") == 91
    assert found["controller.months", 11].components["controller"].term.months == 11
    assert ("wearing.months", 1) not in found
    assert pack.number("no_proof_days") == 90


def test_nothing_of_the_default_pack_goes_unnoticed(pack: Pack, suite: Suite) -> None:
    found = survival(pack, suite)
    assert [(m.table, m.rule, m.what, m.before, m.after) for m in found.survivors] == []
    assert found.tried == Counter(m.kind for m in mutants(pack))
    assert min(found.tried.values()) >= 50


def test_a_change_that_no_scenario_shows_survives(tmp_path: Path) -> None:
    folder = copy_of_default(tmp_path)
    (folder / "tests" / "boundaries.yaml").unlink()
    told: list[int] = []
    found = survival(load_pack(folder), load_suite(folder / "tests"), told.append)
    names = {(m.table, m.rule, m.what, m.after) for m in found.survivors}
    assert ("coverage", "lithium-aged", "measured_capacity_percent", 61) in names
    assert ("", "", "tyre.months", 4) not in names
    assert ("", "", "plating_paint_large.months", 7) in names
    assert told == list(range(1, sum(found.tried.values()) + 1))


def test_a_mutant_says_where_it_is(pack: Pack) -> None:
    mutant: Mutant = next(m for m in mutants(pack) if m.rule == "goodwill-just-expired")
    assert mutant.at == Position("charge.yaml", 35, 26)
    assert (mutant.operator, mutant.before, mutant.after) == ("at_most", 30, 31)
