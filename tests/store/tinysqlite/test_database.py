"""TinyDB's interface and transactions, on one store."""

from __future__ import annotations

import math
from typing import Any

import pytest
from tinydb import where
from tinydb.operations import increment

from fieldkit.store.tinysqlite import (
    DuplicateError,
    NotJSONError,
    SQLiteTable,
    StoredDocument,
    TinySQLite,
)

from .conftest import Opener


def test_documents_come_back_in_order_with_their_ids(opened: Opener) -> None:
    db = opened()
    assert db.insert({"n": 1}) == 1
    assert db.insert(StoredDocument({"n": 2}, doc_id="B-7")) == "B-7"
    assert db.insert_multiple([{"n": 3}, StoredDocument({"n": 4}, doc_id=40), {"n": 5}]) == [
        2,
        40,
        41,
    ]
    db.close()
    again = opened()
    assert [(doc.doc_id, doc["n"]) for doc in again] == [
        (1, 1),
        ("B-7", 2),
        (2, 3),
        (40, 4),
        (41, 5),
    ]
    assert again.get(doc_id="B-7") == {"n": 2}
    assert [doc.doc_id for doc in again.get(doc_ids=[41, "B-7", 9])] == ["B-7", 41]


def test_results_are_detached(docs: SQLiteTable) -> None:
    docs.insert({"tags": ["a"]})
    docs.all()[0]["tags"].append("b")
    docs.search(where("tags").exists())[0]["tags"].append("c")
    assert docs.get(doc_id=1) == {"tags": ["a"]}


def test_a_removed_id_is_not_given_again(opened: Opener) -> None:
    db = opened()
    db.insert_multiple([{}, {}, {}])
    db.remove(doc_ids=[3, 2])
    db.close()
    assert opened().insert({}) == 4


def test_update_with_callable_condition_and_ids(docs: SQLiteTable) -> None:
    docs.insert_multiple([{"n": 1}, {"n": 2}, {"n": 3}])
    assert docs.update(increment("n"), where("n") >= 2) == [2, 3]
    assert docs.update({"seen": True}, doc_ids=[1, 9]) == [1]
    assert docs.update_multiple(
        [({"n": 0}, where("n") == 1), (increment("n"), where("n") == 0)]
    ) == [
        1,
        1,
    ]
    assert docs.all() == [{"n": 1, "seen": True}, {"n": 3}, {"n": 4}]


def test_merge_sets_fields_and_their_indexes_and_leaves_the_rest(db: TinySQLite) -> None:
    odd = {
        "text": 'naïve \u2028 "quoted" \x00 😀 \\n',
        "float": 0.1,
        "big": 2**70,
        "nested": {"a": []},
    }
    table = db.table("events")
    for name in ("one", "two"):
        table.put(StoredDocument({"job": "a", **odd}, doc_id=name))
    table.merge([("one", {"position": 7}), ("gone", {"position": 8}), ("two", {"job": "b"})])
    assert [dict(row) for row in table] == [{"job": "a", **odd, "position": 7}, {"job": "b", **odd}]
    assert [row.doc_id for row in table.search(where("job") == "b")] == ["two"]
    assert [row.doc_id for row in table.ordered("position", at_least=7)] == ["one"]


def test_many_ids_are_read_and_removed_as_each_alone(db: TinySQLite) -> None:
    table = db.table("docs")
    for given in ("a", 2, "2", "ü"):
        table.put(StoredDocument({"id": given}, doc_id=given))
    found = table.get(doc_ids=["2", "none", 2, "a", "a"])
    assert [row.doc_id for row in found] == ["a", 2, "2"]
    assert table.remove(doc_ids=["2", "ü", "2", "none"]) == ["2", "ü"]
    assert [row.doc_id for row in table] == ["a", 2]


def test_a_failing_update_changes_nothing(docs: SQLiteTable) -> None:
    docs.insert_multiple([{"n": 1}, {"n": 2}, {"n": "x"}])
    with pytest.raises(TypeError):
        docs.update(increment("n"))
    assert docs.all() == [{"n": 1}, {"n": 2}, {"n": "x"}]


def test_upsert_merges_and_put_replaces(db: TinySQLite) -> None:
    jobs = db.table("jobs")
    assert jobs.upsert(StoredDocument({"a": 1, "b": 1}, doc_id="J")) == ["J"]
    assert jobs.upsert(StoredDocument({"b": 2}, doc_id="J")) == ["J"]
    assert jobs.get(doc_id="J") == {"a": 1, "b": 2}
    jobs.insert({"c": 1})
    jobs.put(StoredDocument({"b": 3}, doc_id="J"))
    assert jobs.all() == [{"b": 3}, {"c": 1}]
    assert jobs.upsert({"c": 2}, where("c") == 1) == [1]
    assert jobs.upsert({"c": 9}, where("c") == 8) == [2]


def test_the_next_id_comes_after_one_that_was_given(docs: SQLiteTable) -> None:
    assert docs.insert({}) == 1
    docs.insert(StoredDocument({}, doc_id=4))
    assert docs.insert({}) == 5
    docs.upsert(StoredDocument({}, doc_id=7))
    assert docs.insert({}) == 8
    docs.put(StoredDocument({}, doc_id=10))
    assert docs.insert({}) == 11
    docs.put_text(13, "{}")
    assert docs.insert({}) == 14


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"a": {"b": [1.0, math.nan]}}, "a.b.1"),
        ({"a": math.inf}, "a"),
        ({"a": {1: "x"}}, r"a.\(key\)"),
        ({"a": {"when": {1, 2}}}, "a.when"),
        ({"a": "\ud800"}, "a"),
    ],
)
def test_what_json_cannot_carry_is_refused_and_named(
    db: TinySQLite, document: dict[str, Any], place: str
) -> None:
    with pytest.raises(NotJSONError, match=f"^{place}: "):
        db.insert(document)
    with pytest.raises(NotJSONError, match=f"^{place}: "):
        db.upsert(document, where("a") == 1)
    assert db.all() == []


def test_a_taken_id_is_refused(docs: SQLiteTable) -> None:
    docs.insert(StoredDocument({"n": 1}, doc_id="A"))
    with pytest.raises(DuplicateError, match="A already exists"):
        docs.insert_multiple([{"n": 2}, StoredDocument({"n": 3}, doc_id="A")])
    assert docs.all() == [{"n": 1}]


def test_a_unique_field_is_unique_but_may_be_absent(opened: Opener) -> None:
    db = opened(unique={"events": ["key"]})
    events = db.table("events")
    events.insert_multiple([{"key": "k"}, {"key": None}, {"key": None}, {}])
    with pytest.raises(DuplicateError):
        events.insert({"key": "k"})
    with pytest.raises(DuplicateError):
        events.update({"key": "k"}, doc_ids=[2])
    assert [doc.doc_id for doc in events.search(where("key") == None)] == [2, 3]  # noqa: E711
    assert events.get(where("key") == "k").doc_id == 1


# --- transactions --------------------------------------------------------------------------


def test_a_transaction_spans_tables_and_rolls_back_whole(db: TinySQLite) -> None:
    db.table("jobs").insert(StoredDocument({"n": 1}, doc_id="J"))

    def fail_after_writing() -> None:
        with db.transaction():
            db.table("jobs").update({"n": 2})
            db.table("new").insert({})
            with db.transaction():
                db.table("outbox").insert({})
            raise KeyError

    with pytest.raises(KeyError):
        fail_after_writing()
    assert db.tables() == {"jobs"}
    assert db.table("jobs").all() == [{"n": 1}]
    assert db.table("new").insert({}) == 1


def test_a_nested_transaction_joins_and_a_caught_failure_undoes_its_own_part(
    db: TinySQLite,
) -> None:
    before = db.data_version()
    with db.transaction():
        db.insert({"n": 1})
        try:
            with db.transaction():
                db.insert({"n": 2})
                raise KeyError
        except KeyError:
            pass
        db.insert({"n": 3})
    assert [doc["n"] for doc in db] == [1, 3]
    assert db.data_version() == before + 1


def test_a_failed_operation_in_a_transaction_leaves_no_half(db: TinySQLite) -> None:
    with db.transaction():
        db.insert({"n": 1})
        with pytest.raises(DuplicateError):
            db.insert_multiple([{"n": 2}, StoredDocument({"n": 3}, doc_id=1)])
    assert db.all() == [{"n": 1}]
