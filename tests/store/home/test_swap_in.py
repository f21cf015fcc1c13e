"""Restoring a backup with another key, killed at each step: all of the old home or the new."""

import os
import re
import shutil
import signal
import sys
from pathlib import Path

import pytest

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.session import open_session
from fieldkit.services.home.upkeep import archive_jobs, scrub
from fieldkit.services.jobs.job_rows import all_jobs
from fieldkit.store.care.backup import back_up, restore
from fieldkit.store.home import keys
from fieldkit.store.home.home import Home
from tests.store.homes import acknowledge, cancelled, new_home, one_job, opened
from tests.store.tinysqlite.test_replacing import dying_at, in_a_child

OLD, NEW = "old words", "new words"
REPLACED = re.compile(r"\.replaced-\d+")
KEPT = {
    f"{name}.replaced-1{suffix}"
    for name in ("store.db", "archive.db")
    for suffix in ("", "-wal", "-commits")
} | {"key.json.replaced-1"}
"""What a restore with another key keeps of what was there."""


@pytest.fixture(autouse=True)
def _quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_SCRYPT", {"n": 2**4, "r": 8, "p": 1})


def lived_in(folder: Path, count: int, words: str) -> Home:
    """A home with archived and open jobs, and with a log that a crash has left."""
    home = new_home(folder, words)
    with opened(home, passphrase=words) as session:
        for _ in range(count):
            cancelled(session, one_job(session))
        acknowledge(session)

    def live() -> None:
        with opened(home, days=400, passphrase=words) as session:
            archive_jobs(session, 365)
            for _ in range(count):
                one_job(session)
            back_up(session.store, folder.with_suffix(".tar"))
            os._exit(0)  # nothing is closed

    assert in_a_child(live) == 0
    assert Path(f"{home.store}-wal").stat().st_size > 0
    return home


def found(home: Home) -> tuple[str, int, int]:
    """The words that open the home, how many jobs are in the store, and how many in all."""
    for words in (OLD, NEW):
        try:
            session = open_session(home, {}, words)
        except FieldkitError:
            continue
        with session:
            assert scrub(session).ok
            rows = [sum(1 for _ in all_jobs(session, archived=each)) for each in (False, True)]
            return words, rows[0], rows[1]
    raise AssertionError("nothing opens the home")


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_kill_leaves_all_of_the_old_home_or_all_of_the_new_one(tmp_path: Path) -> None:
    _kill_a_restore(tmp_path, every=4)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_kill_at_any_step_leaves_the_old_home_or_the_new_one(tmp_path: Path) -> None:
    _kill_a_restore(tmp_path, every=1)


def _kill_a_restore(tmp_path: Path, every: int) -> None:
    """Kill it at so many of its steps, from the first until it comes to its end."""
    lived_in(tmp_path / "start", 2, OLD)
    lived_in(tmp_path / "other", 1, NEW)
    seen, code, step = [], -signal.SIGKILL, 1 - every
    while code == -signal.SIGKILL:
        step += every
        home = Home(tmp_path / f"home-{step}")
        shutil.copytree(tmp_path / "start", home.folder)

        def killed(home: Home = home, step: int = step) -> None:
            dying_at(step)
            restore(home, tmp_path / "other.tar", uuid7, NEW)

        code = in_a_child(killed)
        seen.append(found(home))
        kept = {path.name for path in home.folder.iterdir() if REPLACED.search(path.name)}
        assert kept == (set() if seen[-1][0] == OLD else KEPT), f"killed at step {step}"
        assert not [*home.folder.glob("*.old*"), *home.folder.glob("*.next*")]
        assert seen[-1] in ((OLD, 2, 4), (NEW, 1, 2)), f"killed at step {step}"
    assert code == 0
    assert seen[0] == (OLD, 2, 4)
    assert seen[-1] == (NEW, 1, 2)
    switched = seen.index(seen[-1])
    assert set(seen[switched:]) == {seen[-1]}
    assert len(seen) - switched > 5 // every, "kills between the first and the last of the files"


def test_what_was_there_is_kept_beside_it_and_opens(tmp_path: Path) -> None:
    home = lived_in(tmp_path / "home", 2, OLD)
    lived_in(tmp_path / "other", 1, NEW)
    restore(home, tmp_path / "other.tar", uuid7, NEW)
    assert found(home) == (NEW, 1, 2)
    back = Home(tmp_path / "back")
    back.folder.mkdir()
    for name in (
        "key.json",
        "store.db",
        "store.db-wal",
        "store.db-commits",
        "archive.db",
        "archive.db-wal",
        "archive.db-commits",
    ):
        base, log, suffix = name.partition("-")
        kept = home.folder / f"{base}.replaced-1{log}{suffix}"
        if kept.exists():
            shutil.copyfile(kept, back.folder / name)
    assert found(back) == (OLD, 2, 4)
    assert not list(home.folder.glob("*.next*"))
