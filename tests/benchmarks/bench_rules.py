"""Rules: table evaluations in bulk beside zen-engine and a hand-written if-chain; live decisions.

Run: `python -m pytest tests/benchmarks/bench_rules.py -s` (`--quick` for one small round). The full
form writes its part of `docs/benchmarks-rules.md`. CPU time throughout, so that a busy machine and
an engine with threads of its own are measured alike: evaluations a second of one core.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from importlib.metadata import version
from typing import Any

import pytest

from fieldkit.domain.core.decision import Text
from fieldkit.domain.core.money import PartPrice
from fieldkit.rules import Decider, load_pack, read_case
from fieldkit.rules.deciding.compiled import compile_table
from fieldkit.rules.deciding.durable_engine import Engine
from fieldkit.rules.model.pack import Condition, Output, Position, Rule, Table
from fieldkit.rules.model.semantics import evaluate
from fieldkit.shipped import shipped_rules
from tests.benchmarks.page import Page

TODAY = date(2026, 11, 22)
AT = Position("bench.yaml", 1, 1)
LOYAL = ("vip", "loyal")

Facts = dict[str, Any]
Answer = int | None
"""The number of the rule that decides; None: no rule does."""


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


def _zen_table(table: Table) -> dict[str, Any]:
    """The same table as a JDM decision table: a column a fact, an empty cell for any value."""
    fields = list(table.facts)
    rules = [
        {"_id": rule.id, **dict.fromkeys(fields, ""), "out": json.dumps(rule.then["out"])}
        | {condition.fact: _zen_cell(condition) for condition in rule.when}
        for rule in table.rules
    ]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in fields],
        "outputs": [{"id": "out", "name": "out", "field": "out"}],
        "rules": rules,
    }
    at = {"x": 0, "y": 0}
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": at},
            {
                "id": "table",
                "type": "decisionTableNode",
                "name": "table",
                "position": at,
                "content": content,
            },
            {"id": "result", "type": "outputNode", "name": "result", "position": at},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "2", "type": "edge", "sourceId": "table", "targetId": "result"},
        ],
    }


def _zen_cell(condition: Condition) -> str:
    if condition.operator == "at_most":
        return f"<= {condition.value}"
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return ", ".join(f'"{value}"' for value in values)


Run = Callable[[list[Facts]], list[Answer]]


def _one_by_one(function: Callable[[Facts], object], read: Callable[[Any], Answer]) -> Run:
    """Each case by a call of its own."""
    return lambda cases: [read(function(case)) for case in cases]


def _first(hits: tuple[int, ...]) -> Answer:
    return hits[0] if hits else None


def _zen(table: Table) -> dict[str, Run]:
    zen = pytest.importorskip("zen", reason="make bench installs zen-engine")
    # A loader that gives content that is read already is its fastest way by far.
    content = zen.ZenDecisionContent(json.dumps(_zen_table(table)))
    engine = zen.ZenEngine({"loader": lambda key: content})

    def batch(cases: list[Facts]) -> list[Answer]:
        answers = engine.evaluate_batch([{"key": "table", "context": case} for case in cases])
        return [each["data"]["result"].get("out") for each in answers]

    name = f"zen-engine {version('zen-engine')}"
    return {
        f"{name}, one by one": _one_by_one(
            lambda case: engine.evaluate("table", case), lambda answer: answer["result"].get("out")
        ),
        f"{name}, in batches": batch,
    }


def _rate(run: Run, cases: list[Facts], rounds: int) -> float:
    """Evaluations a second of CPU time, the best of some rounds."""
    best = 0.0
    for _ in range(rounds):
        started = time.process_time()
        run(cases)
        best = max(best, len(cases) / (time.process_time() - started))
    return best


def test_bulk_evaluations(request: pytest.FixtureRequest, page: Page) -> None:
    quick = request.config.getoption("--quick")
    table, cases = _table(), _cases()
    with closing(Engine([table])) as durable:
        sides = {
            "by hand": _one_by_one(by_hand, lambda answer: answer),
            "compiled": _one_by_one(compile_table(table), _first),
            "reference": _one_by_one(lambda case: evaluate(table, case), _first),
            "durable_rules": _one_by_one(lambda case: durable.evaluate(table, case), _first),
            **_zen(table),
        }
        answers = sides["by hand"](cases)
        assert len(set(answers)) == 31  # every rule decides some case, and none decides some
        for name, run in sides.items():
            assert run(cases) == answers, name
        rates = {name: _rate(run, cases, 1 if quick else 15) for name, run in sides.items()}
    hand, ours = rates["by hand"], rates["compiled"]
    for name, rate in rates.items():
        figures = [f"{rate:,.0f}", f"{rate / hand:.3f}", f"{ours / rate:,.1f}"]
        page.row(
            "bulk", ["", "evaluations/s", "x by hand", "compiled is x as fast"], [name, *figures]
        )
    if not quick:
        assert ours >= 500_000
        assert all(ours > rate for name, rate in rates.items() if name.startswith("zen"))


def test_live_decision_of_four_lines(request: pytest.FixtureRequest, page: Page) -> None:
    quick = request.config.getoption("--quick")
    rounds = 5 if quick else 300
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
    with Decider(load_pack(shipped_rules()), prices) as decider:
        decider.decide(case, TODAY)
        for _ in range(rounds):
            started = time.process_time()
            decision = decider.decide(case, TODAY)
            times.append(time.process_time() - started)
            assert decision.agreed
    times.sort()
    median, worst = times[len(times) // 2] * 1000, times[int(len(times) * 0.95)] * 1000
    figures = [f"{median:.2f}", f"{worst:.2f}"]
    page.row("live", ["", "median ms", "95 % within ms"], ["four lines", *figures])
    assert quick or median <= 5  # a time of its own says nothing of an unknown machine
