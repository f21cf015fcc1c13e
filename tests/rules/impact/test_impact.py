"""Impact: what flips, how much money moves, by which rule; the same as judging everything anew."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.money import PartPrice
from fieldkit.rules import Decider, Pack, load_pack, read_case
from fieldkit.rules.deciding.batch import try_case
from fieldkit.rules.deciding.compiled import Compiled
from fieldkit.rules.deciding.facts import ASKED_FOR, derive
from fieldkit.rules.impact.impact import Impact, impact_of
from fieldkit.rules.impact.stored_inputs import case_of
from fieldkit.rules.impact.stored_record import StoredDecision, read_decision
from fieldkit.rules.model.fact_vocabulary import PARAMS
from fieldkit.rules.testing.scenarios import Suite
from tests.rules.conftest import TODAY
from tests.rules.small import copy_of_default

NONE: frozenset[date] = frozenset()
RATES = {"call_out_base_fen", "call_out_km_fen"}


def param(name: str, old: int, new: int) -> dict[str, tuple[str, str]]:
    """The edit of a number, named by the end of its name."""
    return {"params": (f"{name}:\n  {{value: {old}", f"{name}:\n  {{value: {new}")}


def added(table: str, before: str, when: str, then: str) -> dict[str, tuple[str, str]]:
    """The edit that puts a rule before another one."""
    rule = (
        f"  - id: added\n    when: {{{when}}}\n    then: {{{then}}}\n"
        '    because: {en: "Added.", zh: "新增。"}\n    source: "a test"\n'
    )
    return {table: (f"  - id: {before}\n", f"{rule}  - id: {before}\n")}


CHANGES = {
    "longer goodwill": param("goodwill_days", 30, 45),
    "shorter goodwill": param("goodwill_days", 30, 6),
    "longer term": {"terms": ("months: 12", "months: 14")},
    "dearer labour": param("minute", 100, 120),
    "shorter term": {"terms": ("months: 24", "months: 12")},
    "a term in days": {"terms": ("months: 12", "days: 400")},
    "dearer visit": param("base_fen", 2000, 2500),
    "cheaper visit": {"call_out": ("base_fen: $call_out_base_fen", "base_fen: 1")},
    "dearer way": param("km_fen", 300, 350),
    "dearer altogether": {"params": ("minute:\n  {value: 100", "minute:\n  {value: 150"),
                          "call_out": ("km_fen: $call_out_km_fen, call_out_payable_percent: 100",
                                       "km_fen: 900, call_out_payable_percent: 100")},
    "later without proof": param("no_proof_days", 90, 18),
    "shorter for fitted": param("fitted_part_days", 90, 18),
    "shorter for sold": param("sold_part_days", 90, 18),
    "holds longer": param("holds_days", 30, 60),
    "shorter run-in": param("run_in_days", 21, 7),
    "longer run-in work": param("labour_minutes", 30, 45),
    "sooner hot": param("celsius", 65, 50),
    "farther included": param("included_km", 5, 9),
    "lower limit": param("limit_fen", 10000, 4000),
    "one rule less": {"coverage": ("cause: [wear, ageing]\n      system: {is_not: battery}",
                                   "cause: [ageing]\n      system: {is_not: battery}")},
    "another outcome": {"coverage": ("cause: [wear, ageing]\n      system: {is_not: battery}\n"
                                     "    then: {coverage: worn}",
                                     "cause: [wear, ageing]\n      system: {is_not: battery}\n"
                                     "    then: {coverage: unclear}")},
    "another otherwise": {"charge": ("charge: paid, customer_pays_part_percent: 100",
                                     "charge: paid, customer_pays_part_percent: 90")},
    "one rule more": added("charge", "goodwill-just-expired", "coverage: worn, customer_tier: vip",
                           "charge: goodwill, customer_pays_part_percent: 50, "
                           "customer_pays_labour_percent: 0"),
    "a rule about lines": added("approval", "choice", "any_line.coverage.worn: true",
                                "approval: outlet_head"),
    "a rule about no line": added("call_out", "no-visit", "any_line.charge.paid: false, "
                                  "customer_tier: regular",
                                  "call_out_base_fen: 0, call_out_km_fen: 0, "
                                  "call_out_payable_percent: 0, call_out_conceded: false"),
    "a rule about the total": added("approval", "choice", "total_fen: {above: 15000}",
                                    "approval: supervisor"),
    "a rule about the lines' sum": added("call_out", "no-visit", "sum.payable_fen: {above: 9000}",
                                         "call_out_base_fen: 0, call_out_km_fen: 0, "
                                         "call_out_payable_percent: 0, call_out_conceded: false"),
    "a rule about a finding": added("coverage", "opened", "hazard.flooded: false, opened: true",
                                    "coverage: unclear"),
    "a rule after most others": added("coverage", "expired", "has_term: true, household: true",
                                      "coverage: unclear"),
    "other instruction": {"escalation": ("instructions: [do_not_ride]", "instructions: []")},
    "the first escalation alone": {"escalation": (
        "hit: collect",
        "hit: first\notherwise:\n  then: {escalate: [], instructions: []}\n"
        '  because: {en: "Nobody.", zh: "无。"}\n  source: "a test"',
    )},
    "other order": {"pack": ("escalation, incident, follow", "incident, escalation, follow")},
    "only words": {"charge": ("Part and labour are free.", "You pay nothing.")},
}  # fmt: skip


def stored(decision: Decision, job: str = "j") -> tuple[str, StoredDecision]:
    """Its job, and what is read of the event that holds it."""
    record = decision.model_dump(mode="json", exclude_none=True)
    event = {"id": "e", "record": job, "data": {"decision": record}}
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return job, read_decision(text.encode())


@pytest.fixture(scope="module")
def decided(pack: Pack, suite: Suite) -> list[Decision]:
    """The decisions of all scenarios about jobs."""
    compiled = Compiled()
    return [
        try_case(each.case, pack, suite.prices, NONE, each.today, compiled.evaluate).decision
        for each in suite.scenarios
        if each.case.record == "job"
    ]


def changed_pack(name: str, folder: Path) -> Pack:
    made = copy_of_default(folder)
    for file, (old, new) in CHANGES[name].items():
        path = made / f"{file}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    return load_pack(made)


def judged(new: Pack, old: Pack | None, decisions: list[Decision]) -> Impact:
    every = [stored(decision, f"job {number}") for number, decision in enumerate(decisions)]
    return impact_of(new, every, lambda sha: old if old and sha == old.sha256 else None, NONE)


@pytest.mark.parametrize("name", CHANGES)
def test_the_same_as_deciding_every_case_anew(
    name: str, tmp_path: Path, pack: Pack, suite: Suite, decided: list[Decision]
) -> None:
    """The shortcuts leave nothing out: beside whole decisions by both packs."""
    new = changed_pack(name, tmp_path)
    found = {job.job_id: job for job in judged(new, pack, decided).changed}
    assert found or name in ("only words", "other order"), "nothing would be compared"
    compiled = Compiled()
    for number, before in enumerate(decided):
        after = try_case(
            case_of(before), new, suite.prices, NONE, before.today, compiled.evaluate
        ).decision
        job = found.get(f"job {number}")
        differs = _said(before) != _said(after)
        assert differs == (job is not None), (name, number)
        if job is None:
            continue
        assert (job.before_fen, job.after_fen) == (before.total_fen, after.total_fen)
        flips = {
            (a.line, a.charge, b.charge, a.customer_pays_fen, b.customer_pays_fen)
            for a, b in zip(before.lines, after.lines, strict=True)
            if (a.charge, a.customer_pays_fen) != (b.charge, b.customer_pays_fen)
        }
        assert flips == {(x.line, x.before, x.after, x.before_fen, x.after_fen) for x in job.lines}


def _said(decision: Decision) -> object:
    """What the tables gave and what is paid; not which rules they were, nor rates by themselves."""
    outcomes = sorted(
        (hit.table, hit.line or 0, str({n: v for n, v in hit.outcome.items() if n not in RATES}))
        for hit in decision.hits
    )
    return outcomes, decision.total_fen, [line.customer_pays_fen for line in decision.lines]


@pytest.mark.parametrize("name", ["longer goodwill", "longer term", "one rule less", "only words"])
def test_a_pack_that_is_not_at_hand_is_replaced_by_the_stored_answer(
    name: str, tmp_path: Path, pack: Pack, decided: list[Decision]
) -> None:
    new = changed_pack(name, tmp_path)
    with_pack, without = judged(new, pack, decided), judged(new, None, decided)
    assert without.changed == with_pack.changed
    assert (with_pack.packs_missing, without.packs_missing) == (0, len(decided))


@pytest.mark.parametrize("name", PARAMS)
def test_a_param_makes_other_facts_only_of_cases_that_ask_for_it(
    name: str, pack: Pack, suite: Suite
) -> None:
    asked = ASKED_FOR.get(name)
    values = (PARAMS[name].low, pack.number(name) * 3 + 7)
    others = [_with_param(pack, name, value) for value in values]
    differing = 0
    for each in suite.scenarios:
        recorded = each.case.model_dump(mode="json", exclude_none=True)
        old, *new = (derive(each.case, p, suite.prices, NONE, each.today) for p in (pack, *others))
        if any(facts != old for facts in new):
            differing += 1
            assert name in ASKED_FOR
            assert asked is None or _has(recorded, *asked)
    assert bool(differing) == (name in ASKED_FOR)


def _has(recorded: dict[str, Any], field: str, value: str | None) -> bool:
    found = [each[field] for each in (recorded, *recorded["lines"]) if field in each]
    return bool(found) if value is None else value in found


def _with_param(pack: Pack, name: str, value: int) -> Pack:
    return replace(pack, params={**pack.params, name: replace(pack.params[name], value=value)})


# -- one job, in figures -------------------------------------------------------------------


def job(pack: Pack, **values: object) -> Decision:
    case = read_case(
        {
            "record": "job", "job_kind": "repair", "proof": "invoice_and_card",
            "use": "household", "customer_tier": "vip", "service_mode": "home_visit",
            "distance_km": 4, "purchase_date": "2025-10-01", "report_date": "2026-11-05",
            "lines": [{"line": 1, "component": "controller", "part": "P-1",
                       "cause": "manufacturing"}],
        }
        | values
    )  # fmt: skip
    with Decider(pack, {"P-1": PartPrice("P-1", 15_000, 30)}) as decider:
        return decider.decide(case, TODAY)


def test_money_and_direction_of_a_flip(tmp_path: Path, pack: Pack) -> None:
    before = job(pack)
    assert (before.lines[0].charge, before.total_fen) == ("paid", 20_000)
    found = judged(changed_pack("longer goodwill", tmp_path), pack, [before, job(pack)])
    (first, _) = found.changed
    # half the part of 150, no labour, and the visit is waived
    assert (first.before_fen, first.after_fen) == (20_000, 7_500)
    cause = "charge: otherwise -> goodwill-just-expired"
    assert first.lines[0].cause == cause
    assert first.causes == (cause,)
    assert {"charge", "call_out_payable_percent", "approval"} <= set(first.others)
    assert (found.jobs, found.more_fen, found.less_fen) == (2, 0, 25_000)
    tally = found.directions["paid", "goodwill"]
    assert (tally.jobs, tally.lines, tally.fen) == (2, 2, -21_000)
    # what the visit cost less belongs to the rule that waived it
    assert (found.by_cause[cause].jobs, found.by_cause[cause].fen) == (2, -25_000)


def test_a_dearer_minute_is_money_without_a_rule(tmp_path: Path, pack: Pack) -> None:
    new = changed_pack("dearer labour", tmp_path)
    found = judged(new, pack, [job(pack)])
    assert (found.more_fen, found.by_cause["amounts"].fen) == (600, 600)
    assert found.changed[0].lines[0].before == found.changed[0].lines[0].after == "paid"
    # without the old pack nobody knows how many minutes were paid
    assert judged(new, None, [job(pack)]).changed == []


def test_a_dearer_minute_can_take_what_is_given_up_beyond_the_limit(
    tmp_path: Path, pack: Pack
) -> None:
    """75 minutes and a visit of 20: what was 95 is 110, and the limit 100."""
    line = {"line": 1, "component": "controller", "cause": "manufacturing", "labour_minutes": 75}
    near = job(pack, purchase_date="2025-10-20", lines=[line])
    assert (near.lines[0].charge, near.concession_fen, near.approval) == ("goodwill", 9_500, "none")
    (found,) = judged(changed_pack("dearer labour", tmp_path), pack, [near]).changed
    assert (found.others, found.causes) == (("approval",), ("approval: otherwise -> concession",))


def test_a_pack_that_cannot_be_read_is_tried_once(tmp_path: Path, pack: Pack) -> None:
    tried = []

    def packs(sha256: str) -> Pack | None:
        tried.append(sha256)
        return None

    new = changed_pack("longer goodwill", tmp_path)
    found = impact_of(new, [stored(job(pack))] * 3, packs, NONE)
    assert (len(found.changed), found.packs_missing, tried) == (3, 3, [pack.sha256])


def test_another_term_is_told_by_its_dates(tmp_path: Path, pack: Pack) -> None:
    """12 months become 14; the holiday is moved past under the old term and under the new one."""
    late = {"purchase_date": "2025-09-05", "customer_tier": "regular"}
    new = changed_pack("longer term", tmp_path)
    decisions = [job(pack, **late), job(pack, **late | {"purchase_date": "2025-09-04"})]
    first, second = (stored(each, name) for each, name in zip(decisions, "ab", strict=True))
    for holidays, found in ((NONE, ["a"]), (frozenset({date(2026, 11, 4)}), ["a", "b"])):
        changed = impact_of(new, [first, second], lambda sha: pack, holidays).changed
        assert [each.job_id for each in changed] == found


def test_another_term_is_not_told_by_its_dates_where_time_in_repair_extends_it(
    tmp_path: Path, pack: Pack
) -> None:
    """12 months and 45 days are over, and 14 months alone are; 14 months and 45 days are not."""
    long_in_repair = {"repair_periods": [("2026-01-01", "2026-02-14")]}
    decision = job(pack, purchase_date="2025-09-01", **long_in_repair)
    assert decision.lines[0].facts["days_past_expiry"] == 21
    (changed,) = judged(changed_pack("longer term", tmp_path), pack, [decision]).changed
    assert (changed.lines[0].before, changed.lines[0].after) == ("goodwill", "free")


def test_a_changed_limit_moves_no_money(tmp_path: Path, pack: Pack) -> None:
    near = job(pack, purchase_date="2025-10-20")
    assert (near.lines[0].charge, near.approval) == ("goodwill", "supervisor")
    cheap = job(pack, purchase_date="2025-10-20", service_mode="outlet", lines=[
        {"line": 1, "component": "controller", "cause": "manufacturing", "labour_minutes": 50},
    ])  # fmt: skip
    assert cheap.approval == "none"
    found = judged(changed_pack("lower limit", tmp_path), pack, [near, cheap])
    assert [(j.job_id, j.lines, j.others) for j in found.changed] == [("job 1", (), ("approval",))]
    assert found.by_cause["approval: otherwise -> concession"].jobs == 1
    assert (found.more_fen, found.less_fen) == (0, 0)


def test_what_was_left_to_the_supervisor_is_counted_apart(pack: Pack, tmp_path: Path) -> None:
    torn = job(pack).model_copy(update={"agreed": False, "engine_report": "charge: 1 != 2"})
    found = judged(changed_pack("longer goodwill", tmp_path), pack, [torn, job(pack)])
    assert (found.jobs, found.withheld, len(found.changed)) == (2, 1, 1)


def test_free_text_cannot_mislead_the_quick_reading(tmp_path: Path, pack: Pack) -> None:
    """Patterns of the record's own text, inside a string of it."""
    trap = ',"facts":{"x":1},"hits":[],"lines":[{"line":9}],"call_out_fen":1,"agreed":false'
    decision = job(pack, recall_id=trap, serial_in_recall=False)
    found = judged(changed_pack("longer goodwill", tmp_path), pack, [decision])
    assert [(j.before_fen, j.after_fen) for j in found.changed] == [(20_000, 7_500)]


def test_a_record_alone_can_be_read_too(tmp_path: Path, pack: Pack) -> None:
    decision = job(pack)
    text = decision.model_dump_json().encode()
    assert read_decision(text).today == TODAY
    new = changed_pack("longer goodwill", tmp_path)
    for packs in (lambda sha: pack, lambda sha: None):
        found = impact_of(new, [("j", read_decision(text))], packs, NONE)
        assert [(j.before_fen, j.after_fen) for j in found.changed] == [(20_000, 7_500)]


def test_progress_and_days(pack: Pack) -> None:
    done: list[int] = []
    every = [stored(job(pack))] * 3
    same = replace(pack, revision=2)
    found = impact_of(same, every, lambda sha: pack, NONE, done.append)
    assert (done, found.jobs, found.changed) == ([1, 2, 3], 3, [])
    assert every[0][1].today == TODAY
