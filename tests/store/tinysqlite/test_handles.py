"""The handles of one store: readers, threads, forks, a closed one, a dropped table."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tinydb import where

from fieldkit.store.tinysqlite import (
    ClosedError,
    ForkedError,
    ReadOnlyError,
    StoredDocument,
    TinySQLite,
)

from .conftest import Opener


def test_a_reader_sees_commits_and_cannot_write(db: TinySQLite) -> None:
    with db.reader() as reader:
        version = reader.data_version()
        db.insert({"n": 1})
        assert reader.data_version() != version
        assert reader.all() == [{"n": 1}]
        with reader.transaction():
            assert len(reader) == 1
            db.insert({"n": 2})
            with reader.transaction():
                assert len(reader) == 1
            assert len(reader) == 1
        assert len(reader) == 2
        with pytest.raises(ReadOnlyError):
            reader.insert({})
        with pytest.raises(ReadOnlyError):
            reader.drop_tables()


def test_a_dropped_table_is_gone_for_every_handle(opened: Opener) -> None:
    one, two = opened(), opened()
    one.table("jobs").insert({"state": "x"})
    assert len(two.table("jobs")) == 1
    one.drop_table("jobs")
    assert two.table("jobs").all() == []
    assert two.tables() == set()
    two.table("jobs").insert({"state": "y"})
    assert one.table("jobs").search(where("state") == "y") == [{"state": "y"}]


def test_another_thread_reads_what_is_committed_without_waiting(db: TinySQLite) -> None:
    db.insert({"n": 1})
    seen: list[int] = []
    with db.transaction():
        db.insert({"n": 2})
        thread = threading.Thread(target=lambda: seen.append(len(db)))
        thread.start()
        thread.join(timeout=5)
        assert seen == [1]
        assert len(db) == 2


def test_a_forked_handle_is_refused(db: TinySQLite) -> None:
    db.insert({"n": 1})
    child = os.fork()
    if child == 0:
        refused = 0
        acts: list[Callable[[], object]] = [lambda: db.insert({"n": 2}), lambda: db.all()]
        for act in acts:
            try:
                act()
            except ForkedError:
                refused += 1
        db.close()
        os._exit(refused)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert db.insert({"n": 3}) == 2


def test_a_closed_handle_is_refused(db: TinySQLite) -> None:
    db.close()
    with pytest.raises(ClosedError):
        db.insert({})


def test_the_storage_speaks_tinydbs_own_shape(db: TinySQLite, path: Path) -> None:
    db.table("jobs").insert(StoredDocument({"state": "x"}, doc_id="J"))
    db.insert({"n": 1})
    data = db.storage.read()
    assert data == {"jobs": {"J": {"state": "x"}}, "_default": {"1": {"n": 1}}}
    db.drop_tables()
    assert db.storage.read() is None
    db.storage.write(data)
    assert db.get(doc_id=1) == {"n": 1}
    assert db.table("jobs").get(where("state") == "x").doc_id == "J"
