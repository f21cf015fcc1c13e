"""The live decision: what it records, and that no fault of an engine or a pack stops the work."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import durable.engine
import pytest

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.money import PartPrice
from fieldkit.rules import Case, Decider, Pack, read_case, replay
from fieldkit.rules.model.pack import Table
from tests.rules.conftest import TODAY

CONTROLLER = {"line": 1, "component": "controller", "part": "P-CTL350", "cause": "manufacturing"}
JOB: dict[str, Any] = {
    "record": "job",
    "job_kind": "repair",
    "proof": "invoice_and_card",
    "use": "household",
    "customer_tier": "regular",
    "service_mode": "home_visit",
    "distance_km": 4,
    "purchase_date": "2026-03-05",
    "report_date": "2026-11-05",
    "lines": [CONTROLLER],
}


def job(**changes: Any) -> Case:
    """A controller that failed in warranty, with changes."""
    return read_case({**JOB, **changes})


def change_rule(pack: Pack, table: str, rule: str, **changes: Any) -> Pack:
    """The pack with one rule changed, as the next revision."""

    def changed(old: Table) -> Table:
        rules = tuple(replace(r, **changes) if r.id == rule else r for r in old.rules)
        return replace(old, rules=rules) if old.name == table else old

    tables = tuple(changed(old) for old in pack.tables)
    return replace(pack, tables=tables, revision=pack.revision + 1, sha256="0" * 64)


def test_the_record_says_which_rule_hit_and_what_it_saw(decider: Decider, pack: Pack) -> None:
    decision = decider.decide(job(), TODAY)
    hit = next(hit for hit in decision.hits if hit.table == "coverage")
    assert (hit.for_each, hit.line, hit.rule) == ("line", 1, "in-warranty")
    assert [c.model_dump() for c in hit.conditions] == [
        {"fact": "claim_open", "operator": "is", "expected": True, "actual": True}
    ]
    assert hit.outcome == {"coverage": "in_term"}
    assert hit.because.en == "The controller is in warranty: covered until 5 Mar 2027."
    assert hit.because.zh == "控制器在保修期内，保修至2027年3月5日。"
    assert hit.source
    assert decision.pack == pack.ref
    assert decision.lines[0].facts["covered_until"] == "2027-03-05"
    assert decision.facts["days_since_start"] == 245
    assert decision.recorded["lines"] == [CONTROLLER]


def test_the_reason_of_a_line_says_coverage_then_charge(decider: Decider) -> None:
    line = decider.decide(job(customer_tier="vip", purchase_date="2025-11-01"), TODAY).lines[0]
    assert line.because.en == (
        "The warranty of the controller ended on 1 Nov 2026. The report came 4 days too late. "
        "As goodwill to a faithful customer, labour is free and 50 % of the part is charged."
    )
    assert line.because.zh.startswith("控制器的保修已于2026年11月1日到期。报修已逾期4天。")
    assert (line.coverage_rule, line.rule) == ("expired", "goodwill-just-expired")


@pytest.mark.parametrize(
    ("purchased", "told"),
    [("2025-11-04", "1 day too late"), ("2025-11-03", "2 days"), ("2025-10-25", "11 days")],
)
def test_one_of_a_thing_is_said_in_the_singular(
    decider: Decider, purchased: str, told: str
) -> None:
    line = decider.decide(job(customer_tier="vip", purchase_date=purchased), TODAY).lines[0]
    assert told in line.because.en


def test_an_amount_in_a_reason_is_money(decider: Decider) -> None:
    case = job(customer_tier="vip", purchase_date="2025-11-01")
    hits = decider.decide(case, TODAY).hits
    reason = next(hit.because for hit in hits if hit.table == "approval")
    assert "concession of 125 CNY" in reason.en
    assert "125元" in reason.zh


def test_free_text_is_not_kept(decider: Decider) -> None:
    noted = decider.decide(job(lines=[{**CONTROLLER, "note": "Frau Li, gate code"}]), TODAY)
    complaint = {"record": "complaint", "cause": "staff", "complaint_text": "Frau Li was late"}
    stored = noted.model_dump_json() + decider.decide(read_case(complaint), TODAY).model_dump_json()
    assert "Frau Li" not in stored


def test_a_part_without_a_price_is_one_clear_error(decider: Decider) -> None:
    with pytest.raises(FieldkitError) as caught:
        decider.decide(job(lines=[{**CONTROLLER, "part": "P-NONE"}]), TODAY)
    assert (caught.value.key, caught.value.params) == ("part_without_price", {"part": "P-NONE"})


def test_the_report_date_is_today_when_it_was_not_recorded(decider: Decider) -> None:
    decision = decider.decide(job(report_date=None), TODAY)
    assert decision.report_date == TODAY


def _forgets(*_: object) -> None:
    """A rule engine that takes a fact and does nothing."""


def _breaks(*_: object) -> None:
    raise MemoryError("no more sids")


def test_engines_that_differ_call_the_supervisor(
    pack: Pack, prices: dict[str, PartPrice], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Decider(pack, prices) as decider:
        assert decider.decide(job(), TODAY).agreed
        with monkeypatch.context() as patched:
            patched.setattr(durable.engine.Host, "assert_fact", _forgets)
            patched.setattr(durable.engine.Host, "retract_fact", _forgets)
            decision = decider.decide(job(), TODAY)
    assert not decision.agreed
    assert decision.engine_report
    assert "coverage: reference" in decision.engine_report
    line = decision.lines[0]
    assert (line.charge, line.customer_pays_fen) == ("needs_supervisor", 0)
    assert (decision.call_out_fen, decision.total_fen) == (0, 0)
    assert decision.approval == "supervisor"
    assert replay(decision, pack) == [], "the hits are the reference's"


def test_an_engine_that_fails_does_not_silence_the_alarm(
    pack: Pack, prices: dict[str, PartPrice], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Decider(pack, prices) as decider:
        assert decider.decide(job(), TODAY).agreed
        with monkeypatch.context() as patched:
            patched.setattr(durable.engine.Host, "assert_fact", _breaks)
            patched.setattr(durable.engine.Host, "retract_fact", _forgets)
            decision = decider.decide(job(hazards=["smoke"]), TODAY)
        assert decider.decide(job(), TODAY).agreed, "the next decision is sound again"
    assert decision.lines[0].charge == "needs_supervisor"
    assert "call_119" in decision.instructions
    assert decision.engine_report
    assert "MemoryError" in decision.engine_report


def test_an_engine_that_cannot_be_built_calls_the_supervisor(
    pack: Pack, prices: dict[str, PartPrice], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable.engine.durable_rules_engine, "create_ruleset", _breaks)
    with Decider(pack, prices) as decider:
        decision = decider.decide(job(), TODAY)
    assert decision.lines[0].charge == "needs_supervisor"
    assert decision.engine_report


def test_a_gap_in_the_pack_calls_the_supervisor(pack: Pack, prices: dict[str, PartPrice]) -> None:
    without = tuple(
        replace(table, rules=tuple(r for r in table.rules if r.id != "in-warranty"))
        if table.name == "coverage"
        else table
        for table in pack.tables
    )
    with Decider(replace(pack, tables=without), prices) as decider:
        decision = decider.decide(job(), TODAY)
    assert decision.engine_report == "coverage: no rule decides"
    assert decision.lines[0].charge == "needs_supervisor"


def test_two_rules_of_a_unique_table_call_the_supervisor(
    pack: Pack, prices: dict[str, PartPrice]
) -> None:
    unique = tuple(
        replace(table, hit="unique") if table.name == "entitlement" else table
        for table in pack.tables
    )
    with Decider(replace(pack, tables=unique), prices) as decider:
        decision = decider.decide(job(purchase_date="2026-11-01"), TODAY)
    assert decision.engine_report
    assert "within-7-days, within-15-days hold together" in decision.engine_report


def test_coverage_is_of_the_report_and_escalation_of_today(
    pack: Pack, prices: dict[str, PartPrice]
) -> None:
    newer = change_rule(pack, "charge", "free", then={"charge": "paid"})
    newer = change_rule(
        newer,
        "escalation",
        "promise-passed",
        then={"escalate": ("L3 executives same_day",), "instructions": ()},
    )
    case = job(taken_back_on="2026-11-06", promised_date="2026-11-20")
    with Decider(pack, prices) as decider:
        decision = decider.decide(case, TODAY, newer)
    assert decision.lines[0].charge == "free"
    assert [e.level for e in decision.escalations] == ["L3"]
    assert (decision.pack.revision, decision.today_pack.revision) == (1, 3)
    assert decision.agreed
    assert replay(decision, pack, newer) == []


def test_replay_by_another_pack_names_what_differs(decider: Decider, pack: Pack) -> None:
    stored = decider.decide(job(), TODAY)
    dearer = change_rule(
        pack,
        "charge",
        "free",
        then={
            "charge": "paid",
            "customer_pays_part_percent": 10,
            "customer_pays_labour_percent": 0,
        },
    )
    found = {d.what: (d.stored, d.now) for d in replay(stored, dearer)}
    assert found.pop("hits")
    assert found == {
        "call_out_fen": (0, 2000),
        "total_fen": (0, 3500),
        "line 1 charge": ("free", "paid"),
        "line 1 customer_pays_fen": (0, 1500),
    }


def test_the_most_urgent_due_of_a_department_counts(decider: Decider) -> None:
    case = job(
        hazards=["swelling"],
        recall_id="LB-1",
        serial_in_recall=True,
        lines=[{"line": 1, "component": "battery_lithium", "part": "P-BMS", "cause": "unknown"}],
    )
    found = [(e.level, e.department, e.due) for e in decider.decide(case, TODAY).escalations]
    assert found == [("L1", "outlet", "at_once"), ("L2", "quality", "at_once")]


def test_a_call_counted_from_the_purchase_has_its_date(decider: Decider) -> None:
    case = job(purchase_date="2026-11-01", run_in_already_done=False)
    reminder = decider.decide(case, TODAY).follow_ups[0]
    assert (reminder.kind, reminder.due) == ("run_in_reminder", date(2026, 11, 22))


def test_several_threads_share_a_decider(decider: Decider) -> None:
    cases = [job(purchase_date=f"2025-{month:02}-05") for month in range(1, 13)] * 5
    alone = [decider.decide(case, TODAY) for case in cases]
    before = threading.active_count()
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda case: decider.decide(case, TODAY), cases))
    assert together == alone
    assert threading.active_count() <= before
