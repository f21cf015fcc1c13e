"""Kill -9 in the middle of attaching, archiving, backing up and restoring: nothing is lost."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.upkeep import scrub
from fieldkit.services.jobs import attachments, job_commands
from fieldkit.services.jobs.job_rows import all_jobs
from fieldkit.store.care.backup import back_up, restore
from tests.soak import Soak
from tests.store.homes import new_home, one_job, opened

WORK = """
import sys
from pathlib import Path
from fieldkit.services.jobs import attachments
from fieldkit.services.home.upkeep import archive_jobs
from fieldkit.store.care.backup import back_up
from fieldkit.store.home.home import Home
from tests.store.homes import acknowledge, cancelled, one_job, opened
home, photo = Home(Path(sys.argv[1])), Path(sys.argv[2])
with opened(home, days=int(sys.argv[3])) as session:
    first = attachments.attach_file(session, one_job(session).id, photo)
    print("ready", flush=True)
    print(first.id, flush=True)
    while True:
        job = attachments.attach_file(session, one_job(session).id, photo)
        cancelled(session, job)
        print(job.id, flush=True)
        acknowledge(session)
        archive_jobs(session, 1)
        back_up(session.store, photo.with_name("backup.tar"))
"""

RESTORE = """
import sys
from pathlib import Path
from fieldkit.services.home.ids import uuid7
from fieldkit.store.care.backup import restore
from fieldkit.store.home.home import Home
print("ready", flush=True)
while True:
    restore(Home(Path(sys.argv[1])), Path(sys.argv[2]), uuid7)
    print("restored", flush=True)
"""


def killed(code: str, seconds: float, *arguments: object) -> list[str]:
    """Run it, kill it some time after it was ready; what it has said."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        time.sleep(seconds)
        worker.kill()
        return [line for line in worker.stdout.read().splitlines(keepends=False) if line]


def work_and_kill(folder: Path, rounds: int, chance: random.Random) -> int:
    """How many acknowledged jobs were looked for after the kills; each must be there, whole."""
    home, photo = new_home(folder / "home"), folder / "photo.jpg"
    photo.write_bytes(b"photograph" * 30_000)
    said: list[str] = []
    for turn in range(rounds):
        new = killed(WORK, chance.uniform(0.1, 0.7), home.folder, photo, 2 * turn)
        said += new
        with opened(home) as session:
            there = {row.id for row in all_jobs(session)}
            assert set(said) <= there
            for job in new:
                attachments.save_attachment(session, job, "photo.jpg", folder / "out.jpg")
                assert (folder / "out.jpg").read_bytes() == photo.read_bytes()
            assert scrub(session).troubles == ()
    if (folder / "backup.tar").exists():
        restore(home, folder / "backup.tar", uuid7)
        with opened(home) as session:
            assert scrub(session).troubles == ()
    return len(said)


def test_kills_during_care_for_the_store_lose_nothing(tmp_path: Path) -> None:
    assert work_and_kill(tmp_path, 4, random.Random(20261105)) > 0


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_many_kills_during_care_for_the_store_lose_nothing(
    tmp_path: Path, part: int, soak: Soak
) -> None:
    kills = soak.count(20)
    said = work_and_kill(tmp_path, kills, soak.chance)
    print(f"part {part}: {kills} kills, {said} acknowledged jobs looked for")


def restore_and_kill(folder: Path, rounds: int, chance: random.Random) -> None:
    """Whenever a restore is killed, the home opens: as it was, or restored."""
    home, file = new_home(folder / "home"), folder / "backup.tar"
    with opened(home) as session:
        job = one_job(session)
        back_up(session.store, file)
    for _ in range(rounds):
        killed(RESTORE, chance.uniform(0.0, 0.3), home.folder, file)
        with opened(home) as session:
            assert job_commands.job(session, job.id) == job
            assert scrub(session).troubles == ()
        for old in home.folder.glob("*.replaced-*"):
            old.unlink()


def test_a_killed_restore_leaves_the_old_store_or_the_new_one(tmp_path: Path) -> None:
    restore_and_kill(tmp_path, 5, random.Random(7))
