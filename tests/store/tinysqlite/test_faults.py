"""The disk breaks at each write and each sync in turn: what was acknowledged stays."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldkit.store.tinysqlite import (
    StoredDocument,
    StoreFullError,
    StoreIOError,
    TinySQLite,
    TinySQLiteError,
    TransactionAbortedError,
)

from .conftest import KEY
from .faulty import ENCRYPTED_NAME, Fault, FaultyVFS, Plan, Where

INDEXES = {"events": ["position"]}
STEPS = 5


@pytest.fixture(scope="module")
def registered() -> FaultyVFS:
    # For the whole run: the cipher's layer keeps a pointer to it.
    return FaultyVFS()


@pytest.fixture
def disk(registered: FaultyVFS) -> Iterator[FaultyVFS]:
    yield registered
    registered.plan = Plan()


def step(db: TinySQLite, number: int) -> None:
    with db.transaction():
        db.table("events").insert({"position": number, "data": "x" * 1500})
        db.table("jobs").upsert(StoredDocument({"last": number}, doc_id="J"))
        db.table("outbox").insert({"event": number})


def work(path: Path) -> list[int]:
    """Save steps while the disk may fail; those that were acknowledged."""
    done: list[int] = []
    try:
        db = TinySQLite.open(path, key=KEY, indexes=INDEXES, vfs=ENCRYPTED_NAME)
    except TinySQLiteError:
        return done
    for number in range(STEPS):
        try:
            step(db, number)
            done.append(number)
            if number == STEPS // 2:
                db.checkpoint()
        except TinySQLiteError:
            pass
    db.close()
    return done


def verify(path: Path, done: list[int]) -> None:
    """Everything acknowledged is there, no step is there in part, and work goes on."""
    with TinySQLite.open(path, key=KEY, indexes=INDEXES) as db:
        saved = [doc["position"] for doc in db.table("events")]
        assert set(done) <= set(saved)
        assert [doc["event"] for doc in db.table("outbox")] == saved
        job = db.table("jobs").get(doc_id="J")
        assert (job and job["last"]) == (saved[-1] if saved else None)
        report = db.check()
        assert report.ok, report.problems
        step(db, 99)


def calls(disk: FaultyVFS, path: Path, where: Where) -> int:
    """How many calls of a kind the work makes on a sound disk."""
    disk.plan = Plan(where=where)
    assert work(path) == list(range(STEPS))
    return disk.plan.calls


def sweep(disk: FaultyVFS, folder: Path, plan: Plan, every: int) -> None:
    total = calls(disk, folder / "sound.db", plan.where)
    assert total > STEPS
    for at in range(1, total + 1, every):
        disk.plan = Plan(plan.where, plan.fault, at, plan.persistent)
        path = folder / f"{at}.db"
        done = work(path)
        assert disk.plan.struck
        disk.plan = Plan()
        verify(path, done)


@pytest.mark.parametrize("persistent", [False, True], ids=["once", "persistent"])
@pytest.mark.parametrize("fault", ["short", "error", "full"])
def test_a_failing_write_loses_nothing(
    disk: FaultyVFS, tmp_path: Path, fault: Fault, persistent: bool
) -> None:
    sweep(disk, tmp_path, Plan("write", fault, persistent=persistent), every=4)


@pytest.mark.slow
@pytest.mark.parametrize("persistent", [False, True], ids=["once", "persistent"])
@pytest.mark.parametrize("fault", ["short", "error", "full"])
def test_each_failing_write_loses_nothing(
    disk: FaultyVFS, tmp_path: Path, fault: Fault, persistent: bool
) -> None:
    sweep(disk, tmp_path, Plan("write", fault, persistent=persistent), every=1)


@pytest.mark.parametrize("persistent", [False, True], ids=["once", "persistent"])
def test_a_failing_sync_acknowledges_nothing_that_is_lost(
    disk: FaultyVFS, tmp_path: Path, persistent: bool
) -> None:
    sweep(disk, tmp_path, Plan("sync", "error", persistent=persistent), every=1)


def test_a_failing_truncation_of_the_log_loses_nothing(disk: FaultyVFS, tmp_path: Path) -> None:
    disk.plan = Plan("truncate", "error", 1, persistent=True)
    done = work(tmp_path / "store.db")
    assert disk.plan.struck
    disk.plan = Plan()
    verify(tmp_path / "store.db", done)
    assert done


def test_what_follows_a_caught_full_disk_is_not_committed_alone(
    disk: FaultyVFS, path: Path
) -> None:
    db = TinySQLite.open(path, key=KEY, vfs=ENCRYPTED_NAME)
    db.insert({"n": 0})

    def go_on_regardless() -> None:
        with db.transaction():
            db.insert({"n": 1})
            disk.plan = Plan("write", "full", 1)
            with pytest.raises(StoreFullError):  # 9 MB leave the page cache before the commit
                db.insert_multiple({"text": f"{n}" * 300_000} for n in range(30))
            assert disk.plan.struck
            with pytest.raises(TransactionAbortedError):
                db.insert({"n": 2})

    with pytest.raises(TransactionAbortedError):
        go_on_regardless()
    assert db.all() == [{"n": 0}]
    db.insert({"n": 3})
    db.close()
    with TinySQLite.open(path, key=KEY) as again:
        assert [doc["n"] for doc in again] == [0, 3]


def test_a_real_limit_on_the_size_of_files_is_a_full_disk(path: Path) -> None:
    """The system itself refuses to let the log grow beyond 200 KB."""
    script = """
        import resource, signal, sys
        from fieldkit.store.tinysqlite import TinySQLite, StoreFullError, StoreIOError
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        db = TinySQLite.open(sys.argv[1], key=bytes(range(32)))
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        for number in range(100):
            try:
                db.insert({"n": number, "text": "x" * 3000})
                print(number, flush=True)
            except (StoreFullError, StoreIOError):
                sys.exit(7)
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), path], capture_output=True, text=True
    )
    assert run.returncode == 7, run.stderr
    done = [int(line) for line in run.stdout.split()]
    assert 5 < len(done) < 100
    with TinySQLite.open(path, key=KEY) as db:
        assert [doc["n"] for doc in db] == done


def test_a_path_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "store.db"
    with pytest.raises(StoreIOError, match="No such file"):
        TinySQLite.open(missing, key=KEY)
    with pytest.raises(StoreIOError):
        TinySQLite.open(tmp_path, key=KEY)
