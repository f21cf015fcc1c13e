"""The reference, its compiled form and durable_rules must agree, and the engine must not suffer."""

from __future__ import annotations

import gc
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldkit.domain.core.errors import Fault
from fieldkit.rules import Decider
from fieldkit.rules.deciding.batch import try_case
from fieldkit.rules.deciding.compiled import Compiled, compile_table
from fieldkit.rules.deciding.durable_engine import Engine, field_name, rule_name
from fieldkit.rules.loading.durable_limits import (
    GROUP,
    MAX_FACTS,
    alternatives,
    check_limits,
    groups,
)
from fieldkit.rules.model import semantics
from fieldkit.rules.model.pack import Condition, Pack, Table, Value
from fieldkit.rules.model.problems import PackError, Report
from fieldkit.services.deciding.cases import job_case
from fieldkit.services.demo.generated_jobs import generate
from fieldkit.services.home.trade import Trade, price_list
from tests.rules.random_packs import AT, facts, make_table, seeded_facts, seeded_table, tables
from tests.soak import Soak

Cases = list[dict[str, Value]]


def agree(pack: list[Table], cases: Cases) -> int:
    """Fail with the table and the facts that the engines differ on; how many decisions agreed."""
    engine = Engine(pack)
    try:
        for table in pack:
            compiled = compile_table(table)
            for known in cases:
                meant = semantics.evaluate(table, known)
                assert compiled(known) == meant, (table, known)
                assert engine.evaluate(table, known) == meant, (table, known)
    finally:
        engine.close()
    return len(pack) * len(cases)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    pack=st.lists(tables(), min_size=1, max_size=3),
    cases=st.lists(facts(), min_size=1, max_size=12),
)
def test_three_engines_agree(pack: list[Table], cases: Cases) -> None:
    agree(pack, cases)


def agree_on_random_packs(packs: int, seed: int) -> int:
    """Packs of three random tables, forty cases each; how many decisions agreed."""
    rng = random.Random(seed)
    return sum(
        agree([seeded_table(rng) for _ in range(3)], [seeded_facts(rng) for _ in range(40)])
        for _ in range(packs)
    )


def test_three_engines_agree_by_a_seed() -> None:
    assert agree_on_random_packs(5, seed=0) == 600


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_three_engines_agree_a_million_times(part: int, soak: Soak) -> None:
    """Each part is a seed of its own, so that processes can share them."""
    packs = soak.count(1_050)
    decisions = agree_on_random_packs(packs, soak.seed)
    print(f"part {part}: {decisions:,} decisions, each by the reference, compiled, durable_rules")
    assert decisions == packs * 120


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_generated_jobs_are_decided_alike(part: int, pack: Pack, soak: Soak) -> None:
    """The whole default pack as in the field: the reference, and durable_rules beside it."""
    trade = Trade()
    prices, compiled, jobs = price_list(trade.catalogue), Compiled(), soak.count(2_500)
    with Decider(pack, prices) as decider:
        for made in generate(jobs, soak.seed, date(2026, 11, 22), trade.catalogue):
            today = made.at.date()
            case = job_case(made.job, trade.catalogue, today)
            decision = decider.decide(case, today)
            assert decision.agreed, decision.engine_report
            bulk = try_case(case, pack, prices, frozenset(), today, compiled.evaluate).decision
            assert bulk == decision
    print(f"part {part}: {jobs:,} jobs, each by both engines and by the compiled tables")


def test_an_absent_fact_makes_every_operator_false_but_present() -> None:
    operators: list[tuple[str, Value | tuple[Value, ...]]] = [
        ("is", 1), ("is_not", 1), ("any_of", (1, 2)), ("none_of", (1, 2)), ("at_least", 1),
        ("at_most", 1), ("above", 1), ("below", 1), ("between", (0, 9)), ("present", True),
    ]  # fmt: skip
    table = make_table("t", [[Condition("i0", *test, AT)] for test in operators], "collect")
    agree([table], [{}])
    assert semantics.evaluate(table, {}) == ()
    absent = make_table("t", [[Condition("i0", "present", False, AT)]])
    assert semantics.evaluate(absent, {}) == (0,)


def test_more_rules_hold_at_once_than_the_engine_could_match() -> None:
    """64 simultaneous matches on one property are its limit; groups keep every node below it."""
    rules = [[Condition("i0", "at_least", -index, AT)] for index in range(300)]
    table = make_table("wide", rules, "collect")
    assert all(len(group) <= GROUP for group in groups(table))
    agree([table], [{"i0": 5}, {"i0": -150}])
    assert len(semantics.evaluate(table, {"i0": 5})) == 300


def test_lists_in_one_rule_multiply_and_still_fit() -> None:
    values = tuple(range(5))
    rule = [Condition(name, "any_of", values, AT) for name in ("i0", "i1")]
    table = make_table("lists", [rule] * 30, "collect")
    assert alternatives(table.rules[0]) == 25
    assert len(list(groups(table))) == 3
    agree([table], [{"i0": 2, "i1": 4}, {"i0": 2}, {"i0": 2, "i1": 9}])


def test_a_range_and_an_exclusion_are_no_alternatives() -> None:
    rule = [
        Condition("i0", "between", (1, 9), AT),
        Condition("i1", "none_of", (3, 4, 5), AT),
        Condition("e0", "any_of", ("red", "blue"), AT),
    ]
    assert alternatives(make_table("t", [rule]).rules[0]) == 2


def _with_present(facts: int) -> Table:
    """So many facts, sixty of them with `present` too."""
    names = [f"i{number}" for number in range(facts)]
    rules = [[Condition(name, "is", 1, AT)] for name in names]
    rules += [[Condition(name, "present", True, AT)] for name in names[:60]]
    return make_table("wide", rules, "collect")


def test_as_many_facts_as_the_limit_allows_are_carried_with_their_flags() -> None:
    table, report = _with_present(MAX_FACTS - 60), Report()
    check_limits([table], report)
    assert not report
    agree([table], [dict.fromkeys(table.facts, 1), dict.fromkeys(table.facts[::2], 2), {}])


def test_the_limit_of_facts_counts_the_flags_for_present() -> None:
    """Each takes one of the engine's 251 properties."""
    report = Report()
    check_limits([_with_present(MAX_FACTS - 59)], report)
    with pytest.raises(PackError) as caught:
        report.raise_if_any()
    (problem,) = caught.value.problems
    assert (problem.key, problem.params["count"]) == ("too_many_facts", MAX_FACTS + 1)


def test_numbers_that_only_look_alike_are_told_apart() -> None:
    table = make_table(
        "t",
        [
            [Condition("e0", "is", "1", AT)],
            [Condition("i0", "is", 1, AT)],
            [Condition("b0", "is", True, AT)],
            [Condition("i0", "is", 1_000_000_000, AT)],
        ],
        "collect",
    )
    agree([table], [{"e0": "01", "i0": 1_000_000_000, "b0": False}, {"i0": 1}, {"e0": "1"}])


def _hash(name: str) -> int:
    """The hash that durable_rules keeps of a name."""
    value = 5381
    for letter in name.encode():
        value = (value * 33 + letter) % 2**32
    return value


def test_no_two_names_have_the_same_hash() -> None:
    fields = [field_name(kind, number) for kind in "fp" for number in range(MAX_FACTS)]
    for names in (["id", "sid", "kind", "$s", *fields], [rule_name(n) for n in range(100_000)]):
        assert len({_hash(name) for name in names}) == len(names)


def _small() -> Table:
    return make_table(
        "t", [[Condition("i0", "above", 2, AT)], [Condition("e0", "any_of", ("red", "blue"), AT)]]
    )


def test_many_threads_share_one_engine() -> None:
    table = _small()
    engine = Engine([table])
    before = threading.active_count()

    def ask(number: int) -> bool:
        known: dict[str, Value] = {"i0": number % 5, "e0": ("red", "green")[number % 2]}
        return engine.evaluate(table, known) == semantics.evaluate(table, known)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(2_000)))
    assert threading.active_count() <= before, "the engine must not start threads"
    engine.close()


def _resident_kb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4


def _decide_flat(count: int) -> int:
    table = _small()
    engine = Engine([table])
    for number in range(300):
        engine.evaluate(table, {"i0": number})
    gc.collect()
    before = _resident_kb()
    for number in range(count):
        assert engine.evaluate(table, {"i0": number % 7, "e0": "blue"})
    gc.collect()
    engine.close()
    return _resident_kb() - before


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_two_thousand_decisions_stay_flat() -> None:
    assert _decide_flat(2_000) < 1_500


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_a_million_decisions_stay_flat(soak: Soak) -> None:
    assert _decide_flat(soak.count(1_000_000)) < 4_000


def test_packs_come_and_go() -> None:
    table = _small()
    for number in range(50):
        engine = Engine([table])
        assert engine.evaluate(table, {"i0": number + 3}) == (0,)
        engine.close()
        engine.close()


def test_a_closed_engine_refuses() -> None:
    table = _small()
    engine = Engine([table])
    engine.close()
    with pytest.raises(Fault):
        engine.evaluate(table, {"i0": 3})


def test_a_jump_of_the_wall_clock_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library gives an action up after ten seconds by its own clock; it is given ours."""
    import durable.engine

    class Jumping(datetime):
        calls = 0

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            cls.calls += 1
            return cls(2026, 1, 1) + timedelta(hours=cls.calls)

    monkeypatch.setattr(durable.engine.datetime, "datetime", Jumping)
    rules = [[Condition("i0", "at_least", index, AT)] for index in range(5)]
    agree([make_table("t", rules, "collect")], [{"i0": 2}, {"i0": 9}, {"i0": 0}])
