"""Several processes and threads at one store, and processes that are killed."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from fieldkit.store.tinysqlite import StoreBusyError, TinySQLite
from tests.soak import Soak

from .conftest import KEY, Opener

ROOT = Path(__file__).parents[3]


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    """A Python process with the store opened as ``db``."""
    head = """
        import sys
        from fieldkit.store.tinysqlite import StoredDocument, TinySQLite
        db = TinySQLite.open(sys.argv[1], key=bytes(range(32)), indexes={"events": ["by"]})
    """
    source = textwrap.dedent(head) + textwrap.dedent(script)
    return subprocess.Popen(
        [sys.executable, "-c", source, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def kills(path: Path, rounds: int, seed: int) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-m", "tests.store.tinysqlite.kills", path, str(rounds), str(seed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    numbers: dict[str, Any] = json.loads(run.stdout)
    return numbers


def test_a_killed_process_loses_nothing_that_it_had_acknowledged(path: Path) -> None:
    numbers = kills(path, rounds=20, seed=random.randrange(10**6))
    assert numbers["acknowledged"] > 5  # a slow disk makes few; each of them was looked for


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_ten_thousand_kills_lose_nothing(path: Path, part: int, soak: Soak) -> None:
    rounds = soak.count(500)
    numbers = kills(path, rounds=rounds, seed=soak.seed)
    print(f"part {part}: {numbers}")
    assert numbers["acknowledged"] > rounds


WRITER = """
    me, count = sys.argv[2], int(sys.argv[3])
    sys.stdin.readline()
    for number in range(count):
        with db.transaction():
            db.table("events").insert({"by": me, "number": number})
            def more(counter):
                counter["n"] += 1
            db.table("counter").update(more)
    db.close()
"""


def two_writers(db: TinySQLite, count: int) -> None:
    db.table("counter").insert({"n": 0})
    writers = [start(WRITER, db.path, name, count) for name in "AB"]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    events = db.table("events")
    assert len({event.doc_id for event in events}) == 2 * count
    for name in "AB":
        assert [event["number"] for event in events if event["by"] == name] == list(range(count))
    assert db.table("counter").all() == [{"n": 2 * count}]


def test_two_processes_write_at_once(opened: Opener) -> None:
    two_writers(opened(indexes={}), 300)


@pytest.mark.slow
def test_two_processes_write_thousands_at_once(opened: Opener, soak: Soak) -> None:
    two_writers(opened(indexes={}), soak.count(3000))


def test_a_reader_never_waits_for_a_long_write(opened: Opener) -> None:
    db = opened()
    db.insert_multiple({"n": n} for n in range(10))
    writer = start(
        """
        with db.transaction():
            db.insert({"n": 10})
            print("writing", flush=True)
            sys.stdin.readline()
        print("done", flush=True)
        db.close()
        """,
        db.path,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    assert writer.stdout.readline() == "writing\n"
    with db.reader() as reader:
        version = reader.data_version()
        begun = time.perf_counter()
        for _ in range(100):
            assert len(reader) == 10
            assert len(db) == 10
        assert time.perf_counter() - begun < 1
        writer.communicate("on\n", timeout=30)
        assert len(reader) == len(db) == 11
        assert reader.data_version() == db.data_version() == version + 1


def test_threads_share_a_handle(opened: Opener) -> None:
    db = opened()
    failures: list[BaseException] = []

    def write(name: int) -> None:
        try:
            for number in range(40):
                with db.transaction():
                    db.table("events").insert({"job": name, "position": number})
                    db.table("outbox").insert({"job": name, "position": number})
                assert len(db.table("events")) >= number
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(doc.doc_id for doc in db.table("events")) == list(range(1, 161))
    assert db.table("events").all() == db.table("outbox").all()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
def test_the_lock_of_a_killed_process_is_free_and_of_a_stopped_one_is_busy(
    opened: Opener, end: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldkit.store.tinysqlite.connection.LOCK_PATIENCE", 0.3)
    db = opened()
    db.insert({"n": 0})
    holder = start(
        """
        with db.transaction():
            db.insert({"n": 1})
            print("holding", flush=True)
            sys.stdin.readline()
        """,
        db.path,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    holder.send_signal(end)
    if end == signal.SIGSTOP:
        with pytest.raises(StoreBusyError):
            db.insert({"n": 2})
        assert [doc["n"] for doc in db] == [0]
        holder.kill()
    holder.communicate(timeout=10)
    db.insert({"n": 3})
    assert [doc["n"] for doc in db] == [0, 3]


def test_two_processes_may_make_the_store_at_once(path: Path) -> None:
    makers = [start("db.insert({'n': 1}); db.close()", path) for _ in range(4)]
    for maker in makers:
        maker.communicate(timeout=30)
        assert maker.returncode == 0
    with TinySQLite.open(path, key=KEY) as db:
        assert [doc.doc_id for doc in db] == [1, 2, 3, 4]
