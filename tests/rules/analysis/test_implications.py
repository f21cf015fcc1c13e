"""What is declared as always so is so for facts made from random records."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, get_args

from fieldkit.domain.core.money import PartPrice
from fieldkit.rules import Pack, read_case
from fieldkit.rules.analysis.implications import NEVERS, knowledge_of
from fieldkit.rules.deciding.facts import derive
from fieldkit.rules.loading.loader import load_pack
from fieldkit.rules.model import case
from fieldkit.rules.model.pack import Facts
from fieldkit.rules.model.semantics import holds
from fieldkit.shipped import shipped_rules

DEFAULT = load_pack(shipped_rules())

TODAY = date(2026, 11, 22)
SAID_TWICE = {
    ("component", "covered_until"),  # service has no term
    ("any_line.charge.goodwill", "sum.conceded_fen"),  # sums are worked out between tables
    ("sum.conceded_fen", "any_line.charge.goodwill"),
}
HOLIDAYS = frozenset(date(2026, 10, day) for day in range(1, 8))
FLAGS, LINE_FLAGS = (
    [name for name, each in model.model_fields.items() if each.annotation == case.Flag]
    for model in (case.Case, case.CaseLine)
)


def _some(rng: random.Random, *values: object) -> object:
    return rng.choice([None, *values])


def _day(rng: random.Random) -> date:
    return TODAY - timedelta(days=rng.choice([0, 1, 7, 20, 29, 30, 31, 60, 91, 200, 400, 800]))


def _line(rng: random.Random, number: int, parts: list[str]) -> dict[str, Any]:
    line: dict[str, Any] = {
        "line": number,
        "component": rng.choice(DEFAULT.values.codes("component")),
        "cause": _some(rng, *DEFAULT.values.codes("cause")),
        "part": _some(rng, *parts),
        "measured_capacity_percent": _some(rng, 40, 60, 95),
        "failed_warranty_repairs": _some(rng, 0, 1, 2),
    }
    for name in ("previous_repair_date", "part_fitted_free_on", "part_sold_on"):
        line[name] = _day(rng) if rng.random() < 0.3 else None
    return line | {name: _some(rng, True, False) for name in LINE_FLAGS}


def _job(rng: random.Random, parts: list[str]) -> dict[str, Any]:
    purchase, made = _day(rng), _day(rng)
    job: dict[str, Any] = {
        "record": "job",
        "job_kind": _some(rng, *get_args(case.JobKind)),
        "proof": _some(rng, *get_args(case.Proof)),
        "use": _some(rng, *get_args(case.Use)),
        "purchase_date": _some(rng, purchase),
        "manufacture_date": _some(rng, min(purchase, made)),
        "exchanged_on": _some(rng, _day(rng)),
        "temperature_c": _some(rng, 20, 65, 66, 90),
        "hazards": rng.sample(DEFAULT.values.codes("hazard"), rng.randint(0, 3)),
        "repair_periods": rng.choice([[], [(purchase, purchase + timedelta(days=9))]]),
        "run_in_booked_on": _some(rng, _day(rng)),
        "recall_id": _some(rng, "R-1"),
        "recall_component": _some(rng, "controller"),
        "lines": [_line(rng, number, parts) for number in range(1, rng.randint(2, 5))],
    }
    return job | {name: _some(rng, True, False) for name in FLAGS}


def _survey(rng: random.Random) -> dict[str, Any]:
    scores = ("attitude", "skill", "punctuality", "service_item") if rng.random() < 0.9 else ()
    return {"record": "survey", **{name: _some(rng, 1, 2, 3, 4, 5) for name in scores}}


def contradicted(pack: Pack, facts: Facts) -> list[object]:
    """The declarations that the facts break."""
    known = knowledge_of(pack)
    broken: list[object] = [
        each for each in known.nevers if all(holds(condition, facts) for condition in each.when)
    ]
    for each in known.bounds:
        of, fact = facts.get(each.of), facts.get(each.fact)
        if isinstance(of, int) and isinstance(fact, int):
            low, high = each.range_for(of, of)
            if not low <= fact <= high:
                broken.append(each)
    return broken


def facts_of_records(
    pack: Pack, prices: dict[str, PartPrice], rounds: int, seed: int
) -> Iterator[tuple[set[str], Facts]]:
    """The facts of random records and of each of their lines, with their scopes."""
    rng = random.Random(seed)
    parts = sorted(prices)[:4]
    for _ in range(rounds):
        record = _survey(rng) if rng.random() < 0.1 else _job(rng, parts)
        made = derive(read_case(record), pack, prices, HOLIDAYS, TODAY)
        yield {made.record}, made.facts
        for line in made.lines:
            yield {made.record, "line"}, {**made.facts, **line.facts}


def test_random_records_keep_to_the_declarations(pack: Pack, prices: dict[str, PartPrice]) -> None:
    for scopes, facts in facts_of_records(pack, prices, rounds=150, seed=7):
        needed = {f.name for f in DEFAULT.facts.values() if f.always and f.scope in scopes}
        assert needed <= facts.keys()
        if scopes != {"job"}:
            assert contradicted(pack, facts) == []
        for name, value in facts.items():
            fact = DEFAULT.facts[name]
            if type(value) is int and fact.low is not None and fact.high is not None:
                assert fact.low <= value <= fact.high, name


def test_random_records_could_break_every_declaration(
    pack: Pack, prices: dict[str, PartPrice]
) -> None:
    """Nothing is declared that says too little: what is not declared as always there is missing at
    times, and without any one of its conditions a `Never` would be wrong."""
    known = list(facts_of_records(pack, prices, rounds=600, seed=8))
    for fact in DEFAULT.facts.values():
        having = [fact.name in facts for scopes, facts in known if fact.scope in scopes]
        assert fact.always or not any(having) or not all(having), fact.name
    whole = [facts for scopes, facts in known if scopes != {"job"}]
    for each in NEVERS:
        for left_out in each.when:
            rest = [condition for condition in each.when if condition is not left_out]
            if (left_out.fact, rest[0].fact) not in SAID_TWICE:
                assert any(all(holds(c, facts) for c in rest) for facts in whole), (each, left_out)


def test_every_declaration_speaks_of_known_facts(pack: Pack) -> None:
    names = {name for each in knowledge_of(pack).nevers for name in each.facts}
    aggregates = {"any_line.charge.goodwill", "sum.conceded_fen"}
    assert names - set(DEFAULT.facts) == aggregates
