"""Generated jobs: the same seed gives the same, and they are jobs like any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from fieldkit.domain.core.event import RecordKind
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.steps import next_step
from fieldkit.rules.impact.stored_inputs import case_of
from fieldkit.services.demo.generated_home import fill_home, generate_decisions
from fieldkit.services.demo.generated_jobs import SPREAD_DAYS, generate
from fieldkit.services.home.session import Session
from fieldkit.services.home.trade import Trade
from fieldkit.services.jobs.explain import replay_decisions, stored_decisions
from fieldkit.services.jobs.job_commands import full_decision, job
from tests.services.homes import home_at

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def trade() -> Trade:
    return Trade()


def test_the_same_seed_makes_the_same_jobs(trade: Trade) -> None:
    first = list(generate(40, 7, DAY, trade.catalogue))
    assert first == list(generate(40, 7, DAY, trade.catalogue))
    assert first != list(generate(40, 8, DAY, trade.catalogue))
    assert len({made.id for made in first}) == 40
    moments = [made.at for made in first]
    assert moments == sorted(moments)
    assert moments[0].date() >= DAY - timedelta(days=SPREAD_DAYS)
    assert moments[-1].date() < DAY


def test_the_decisions_are_of_all_kinds_and_agree_with_the_live_one(trade: Trade) -> None:
    found = list(generate_decisions(trade, 400, 3, DAY))
    charges = Counter(line.charge for _, _, decision in found for line in decision.lines)
    assert charges["paid"] > charges["free"] > charges["not_a_defect"] > 0
    assert charges["goodwill"] > 0
    lines = sum(len(decision.lines) for _, _, decision in found)
    assert 1.1 < lines / len(found) < 2
    for _, at, decision in found[:25]:
        assert trade.decider.decide(case_of(decision), at.date()) == decision


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A home with 60 generated jobs; closed by the process's end."""
    folder: Path = tmp_path_factory.mktemp("generated")
    with home_at(folder, "2026-11-22 09:00") as session:
        told: list[int] = []
        fill_home(session, 60, 5, told.append)
        assert told == [60]
        yield session


def test_a_filled_home_has_jobs_that_went_through_the_flow(home: Session) -> None:
    rows = home.store.ledger.rows(RecordKind.JOB)
    jobs = [Job.model_validate(row) for row in rows]
    assert len(jobs) == 60
    completed = [each for each in jobs if each.status == "completed"]
    assert len(completed) >= 50
    assert all(not each.attention for each in jobs)
    waiting = {step.key for each in jobs if (step := next_step(each)) is not None}
    assert waiting <= {"answer_approval", "request_approval", "choose_remedy"}
    decided = [each for each in jobs if each.decided]
    assert all(full_decision(home, job(home, each.id)) for each in decided[:5])
    assert len(home.store.ledger.rows(RecordKind.CUSTOMER)) == 60


def test_every_generated_decision_comes_out_again(home: Session) -> None:
    stored = list(stored_decisions(home, None))
    assert len(stored) >= 50
    found = list(replay_decisions(home.trade, stored))
    assert [each for each in found if each.missing or each.differences] == []
