"""Rules: live decisions, and table evaluations in bulk beside a hand-written if-chain.

Run: `python -m pytest tests/benchmarks/bench_rules.py -s` (`--quick` for one small round).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fieldkit.domain.decision import Text
from fieldkit.domain.money import PartPrice
from fieldkit.rules import Decider, load_pack, read_case
from fieldkit.rules.compiled import compile_table
from fieldkit.rules.pack import Condition, Output, Position, Rule, Table
from fieldkit.rules.reference import evaluate
from fieldkit.shipped import shipped

TODAY = date(2026, 11, 22)
AT = Position("bench.yaml", 1, 1)
LOYAL = ("vip", "loyal")


def _table() -> Table:
    """Thirty first-hit rules of two or three conditions, as they look in a real table."""
    rules = []
    for number in range(30):
        when = [
            Condition("component", "is", f"component_{number % 10}", AT),
            Condition("days", "at_most", number * 30, AT),
        ]
        if number % 3 == 0:
            when.append(Condition("tier", "any_of", ("vip", "loyal"), AT))
        text = Text(en="-", zh="-")
        rules.append(Rule(f"r{number}", tuple(when), {"out": number}, text, "bench", AT))
    return Table("bench", "line", "first", {"out": Output("out", "int")}, tuple(rules), None, AT)


def by_hand(facts: dict[str, Any]) -> int | None:
    """The same table as a person would write it."""
    c, d, t = facts["component"], facts["days"], facts["tier"]
    if c == "component_0" and d <= 0 and t in LOYAL:
        return 0
    if c == "component_1" and d <= 30:
        return 1
    if c == "component_2" and d <= 60:
        return 2
    if c == "component_3" and d <= 90 and t in LOYAL:
        return 3
    if c == "component_4" and d <= 120:
        return 4
    if c == "component_5" and d <= 150:
        return 5
    if c == "component_6" and d <= 180 and t in LOYAL:
        return 6
    if c == "component_7" and d <= 210:
        return 7
    if c == "component_8" and d <= 240:
        return 8
    if c == "component_9" and d <= 270 and t in LOYAL:
        return 9
    if c == "component_0" and d <= 300:
        return 10
    if c == "component_1" and d <= 330:
        return 11
    if c == "component_2" and d <= 360 and t in LOYAL:
        return 12
    if c == "component_3" and d <= 390:
        return 13
    if c == "component_4" and d <= 420:
        return 14
    if c == "component_5" and d <= 450 and t in LOYAL:
        return 15
    if c == "component_6" and d <= 480:
        return 16
    if c == "component_7" and d <= 510:
        return 17
    if c == "component_8" and d <= 540 and t in LOYAL:
        return 18
    if c == "component_9" and d <= 570:
        return 19
    if c == "component_0" and d <= 600:
        return 20
    if c == "component_1" and d <= 630 and t in LOYAL:
        return 21
    if c == "component_2" and d <= 660:
        return 22
    if c == "component_3" and d <= 690:
        return 23
    if c == "component_4" and d <= 720 and t in LOYAL:
        return 24
    if c == "component_5" and d <= 750:
        return 25
    if c == "component_6" and d <= 780:
        return 26
    if c == "component_7" and d <= 810 and t in LOYAL:
        return 27
    if c == "component_8" and d <= 840:
        return 28
    if c == "component_9" and d <= 870:
        return 29
    return None


def _cases() -> list[dict[str, Any]]:
    return [
        {
            "component": f"component_{number % 10}",
            "days": number * 37 % 1000,
            "tier": ("regular", "vip", "loyal")[number % 3],
        }
        for number in range(2_000)
    ]


def _rate(
    function: Callable[[dict[str, Any]], object], cases: list[dict[str, Any]], rounds: int
) -> float:
    best = 0.0
    for _ in range(rounds):
        started = time.perf_counter()
        for case in cases:
            function(case)
        best = max(best, len(cases) / (time.perf_counter() - started))
    return best


def test_bulk_evaluations(request: pytest.FixtureRequest) -> None:
    rounds = 3 if request.config.getoption("--quick") else 100
    table, cases = _table(), _cases()
    compiled = compile_table(table)
    for case in cases:
        hand = by_hand(case)
        assert compiled(case) == evaluate(table, case) == (() if hand is None else (hand,))
    rate, best = _rate(compiled, cases, rounds), _rate(by_hand, cases, rounds)
    print(f"\n30 rules: compiled {rate:,.0f}/s, by hand {best:,.0f}/s ({rate / best:.2f} x)")
    assert rate > 500_000


def test_live_decision_of_four_lines(request: pytest.FixtureRequest) -> None:
    rounds = 5 if request.config.getoption("--quick") else 300
    parts = {"controller": "P-1", "wearing": "P-1", "ignition_lock": "P-1", "display": "P-1"}
    case = read_case(
        {
            "record": "job",
            "job_kind": "repair",
            "proof": "invoice_and_card",
            "use": "household",
            "customer_tier": "vip",
            "service_mode": "home_visit",
            "distance_km": 8,
            "purchase_date": "2026-03-05",
            "report_date": "2026-11-05",
            "lines": [
                {"line": number, "component": name, "part": part, "cause": "manufacturing"}
                for number, (name, part) in enumerate(parts.items(), start=1)
            ],
        }
    )
    prices = {"P-1": PartPrice("P-1", 15_000, 30)}
    times = []
    with Decider(load_pack(shipped("rules")), prices) as decider:
        decider.decide(case, TODAY)
        for _ in range(rounds):
            started = time.process_time()
            decision = decider.decide(case, TODAY)
            times.append(time.process_time() - started)
            assert decision.agreed
    times.sort()
    median, worst = times[len(times) // 2] * 1000, times[int(len(times) * 0.95)] * 1000
    print(f"\nlive decision, 4 lines, both engines: {median:.2f} ms of CPU, p95 {worst:.2f} ms")
    assert median < 5
