"""Impact: stored decisions judged by a new pack, beside a loop that a person would write by hand.

Run: `python -m pytest tests/benchmarks/bench_impact.py -s` (`--quick` for one small round).
The hand-written loop knows the one number that changed and nothing else; it reads the whole
record, as anybody would, and finds the same jobs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from fieldkit.rules import Pack, load_holidays, load_pack
from fieldkit.rules.impact import Impact, StoredDecision, impact_of
from fieldkit.services.generate_home import fill_home, generate_decisions
from fieldkit.services.rules_impact import home_decisions, impact
from fieldkit.services.session import Trade
from tests.rules.small import copy_of_default
from tests.services.homes import home_at

DAY = date(2026, 11, 22)
JOBS = 100_000
DIFFERENT = 4_000  # jobs that are made; the stream goes through them again and again


@pytest.fixture(scope="module")
def trade() -> Trade:
    return Trade()


@pytest.fixture(scope="module")
def records(trade: Trade, request: pytest.FixtureRequest) -> list[StoredDecision]:
    count = 400 if request.config.getoption("--quick") else DIFFERENT
    return [
        StoredDecision(job, decision.model_dump_json(exclude_none=True))
        for job, _, decision in generate_decisions(trade, count, 11, DAY)
    ]


def by_hand(records: list[StoredDecision], rounds: int) -> set[str]:
    """Goodwill for 45 days instead of 30, and nothing else that could have changed."""
    flipped = set()
    for _ in range(rounds):
        for each in records:
            record = json.loads(each.text)
            for line in record["lines"]:
                facts = line["facts"]
                if (
                    line["coverage"] == "expired"
                    and 30 < facts["days_past_expiry"] <= 45
                    and record["facts"].get("customer_tier") in ("vip", "loyal")
                ):
                    flipped.add(each.job)
    return flipped


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


GOODWILL = {"params": ("goodwill_days:\n  {value: 30", "goodwill_days:\n  {value: 45")}


@pytest.mark.parametrize(
    ("what", "change", "most"),
    [
        ("a limit of a table", GOODWILL, 1.5),
        ("the term of components", {"terms": ("months: 12", "months: 15")}, 3.0),
    ],
)
def test_impact_of_stored_decisions(
    what: str,
    change: dict[str, tuple[str, str]],
    most: float,
    tmp_path: Path,
    trade: Trade,
    records: list[StoredDecision],
    request: pytest.FixtureRequest,
) -> None:
    quick = request.config.getoption("--quick")
    rounds = 1 if quick else JOBS // len(records)
    old = trade.decider.shelf.first
    new = load_pack(copy_of_default(tmp_path, **change))
    holidays = load_holidays(trade.data_folder / "holidays.yaml")
    found = Impact()

    def judge() -> None:
        nonlocal found
        every = (each for _ in range(rounds) for each in records)
        found = impact_of(new, every, lambda sha: _at_hand(old, sha), holidays)

    seconds = _seconds(judge)
    hand = _seconds(lambda: by_hand(records, rounds))
    jobs = rounds * len(records)
    print(
        f"\n{what}: {jobs:,} jobs in {seconds:.1f} s ({seconds / jobs * 1e6:.0f} us a job), "
        f"{len(found.changed):,} changed; by hand {hand:.1f} s ({seconds / hand:.2f} x)"
    )
    assert (found.jobs, found.packs_missing) == (jobs, 0)
    if "params" in change:
        assert {job.job for job in found.changed} == by_hand(records, 1)
    if not quick:
        assert seconds < 10
        assert seconds / hand < most


def _at_hand(pack: Pack, sha256: str) -> Pack | None:
    return pack if sha256 == pack.sha256 else None


def test_impact_over_a_home(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Out of the encrypted store, with everything that the command does but printing."""
    count = 100 if request.config.getoption("--quick") else 2_000
    new = load_pack(copy_of_default(tmp_path, **GOODWILL))
    rounds = 1 if count < 1_000 else 20
    with home_at(tmp_path, "2026-11-22 09:00") as session:
        filled = _seconds(lambda: fill_home(session, count, 11))
        shelf = session.decider.shelf
        found = Impact()

        def judge() -> None:
            nonlocal found
            every = (each for _ in range(rounds) for each in home_decisions(session))
            found = impact(session.trade, shelf, new, every, date(2026, 1, 1), DAY)

        seconds = _seconds(judge)
    print(
        f"\na home of {count:,} jobs, filled in {filled / count * 1e3:.1f} ms a job: "
        f"{found.jobs:,} decisions in {seconds:.1f} s, {seconds / found.jobs * 1e6:.0f} us each"
    )
    assert found.jobs > count * rounds * 0.9
    if count > 1_000:
        assert seconds / found.jobs * JOBS < 10
