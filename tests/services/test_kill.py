"""Kill -9 at any moment of the flow: nothing that was acknowledged is lost, drafts included."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from fieldkit.domain.core.event import Role
from fieldkit.domain.job.fold import JOB
from fieldkit.domain.job.model import Job
from fieldkit.services.home.session import init_home, open_session
from fieldkit.services.jobs import job_commands, records
from fieldkit.store.home.home import Home
from tests.soak import Soak

WORKER = Path(__file__).with_name("worker.py")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    init_home(made, "wang.lei", Role.TECHNICIAN, "en", method="file")
    with open_session(made, {}) as session:
        records.register_customer(session, {"name": "Li Na", "phone": "000-0001"})
        records.register_product(
            session, {"serial_confirmed": True, "serial": "C24-2501-00001", "model": "QL-C24"}
        )
    return made


def test_kill_at_random_moments_loses_nothing(home: Home) -> None:
    chance = random.Random(20261105)
    checked = 0
    for _ in range(6):
        acknowledged = _work_and_kill(home, chance.uniform(0.05, 0.6))
        _check(home, acknowledged)
        checked += len(acknowledged)
    assert checked > 20


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_kill_at_many_random_moments_loses_nothing(home: Home, part: int, soak: Soak) -> None:
    chance, kills = soak.chance, soak.count(50)
    for _ in range(kills):
        acknowledged = _work_and_kill(home, chance.uniform(0.0, 1.0))
        _check(home, acknowledged)
    print(f"part {part}: {kills} kills")


def _work_and_kill(home: Home, seconds: float) -> list[dict[str, Any]]:
    """Let the worker work for a moment after it is ready, kill it, answer what it said."""
    command = [sys.executable, str(WORKER), str(home.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert json.loads(worker.stdout.readline()) == {"ready": True}
        time.sleep(seconds)
        worker.kill()
        lines = worker.stdout.read().splitlines()
    return [json.loads(line) for line in lines if line.endswith("}")]


def _check(home: Home, acknowledged: list[dict[str, Any]]) -> None:
    events: dict[str, int] = {}
    drafts: dict[str, str] = {}
    for said in acknowledged:
        job = said["job"]
        if "draft" in said:
            drafts[job] = said["draft"]
        else:
            events[job] = said["events"]
            drafts.pop(job, None)
    with open_session(home, {}) as session:
        for job_id, count in events.items():
            found: Job = job_commands.job(session, job_id)
            history = job_commands.history(session, job_id)
            assert len(history) >= count
            assert JOB.fold(job_id, history) == found
        for job_id, step in drafts.items():
            typed = session.store.drafts.load(job_id, step) == {"typed": step}
            submitted = job_commands.job(session, job_id).events > events.get(job_id, 0)
            assert typed or submitted
