"""Putting a backup in the place of a store whose log was never emptied, killed at each step."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldkit.store.tinysqlite import TinySQLite, restore, salvage

from .conftest import KEY

OLD, RESTORED = [{"n": n} for n in range(9)], [{"n": n} for n in range(3)]
STEPS = {"open", "os.remove", "os.rename", "os.truncate", "shutil.copyfile"}


def in_a_child(act: Callable[[], object]) -> int:
    """The exit code of a fork that does it and ends without closing anything."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def leave_a_log(folder: Path) -> None:
    """A backup of the first commits, and a store of which a crash has left the rest in the log."""
    db = TinySQLite.open(folder / "store.db", key=KEY)
    for number, document in enumerate(OLD):
        db.insert(document)
        if number == len(RESTORED) - 1:
            db.backup(folder / "backup.db")
            db.checkpoint()


def dying_at(step: int) -> None:
    """From here on, kill this process at the nth time that it opens or changes a file."""
    left = step

    def count(event: str, _: tuple[Any, ...]) -> None:
        nonlocal left
        if event in STEPS:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def restore_again(folder: Path) -> None:
    restore(folder / "backup.db", folder / "store.db", key=KEY)


def salvage_it(folder: Path) -> None:
    salvage(folder / "store.db", key=KEY)


ACTS = pytest.mark.parametrize(
    ("act", "after"), [(restore_again, RESTORED), (salvage_it, OLD)], ids=["restore", "salvage"]
)


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
@ACTS
def test_a_kill_leaves_the_old_store_with_its_log_or_the_new_one(
    tmp_path: Path, act: Callable[[Path], None], after: list[dict[str, int]]
) -> None:
    _kill_each(tmp_path, act, after, every=3)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="forks")
@ACTS
def test_a_kill_at_any_step_leaves_the_old_store_or_the_new_one(
    tmp_path: Path, act: Callable[[Path], None], after: list[dict[str, int]]
) -> None:
    _kill_each(tmp_path, act, after, every=1)


def _kill_each(
    tmp_path: Path, act: Callable[[Path], None], after: list[dict[str, int]], every: int
) -> None:
    """Kill it at so many of its steps, from the first until it comes to its end."""
    (tmp_path / "start").mkdir()
    assert in_a_child(lambda: leave_a_log(tmp_path / "start")) == 0
    assert (tmp_path / "start" / "store.db-wal").stat().st_size > 0
    seen, code, step = [], -signal.SIGKILL, 1 - every
    while code == -signal.SIGKILL:
        step += every
        folder = tmp_path / str(step)
        shutil.copytree(tmp_path / "start", folder)

        def killed(folder: Path = folder, step: int = step) -> None:
            dying_at(step)
            act(folder)

        code = in_a_child(killed)
        with TinySQLite.open(folder / "store.db", key=KEY) as db:
            seen.append(db.all())
            assert seen[-1] in (OLD, after), f"killed at step {step}"
            assert db.check().ok
    assert code == 0
    assert seen[0] == OLD
    assert seen[-1] == after
    assert step > 5
