"""TinyDB's interface, transactions, indexes and the handles of one store."""

from __future__ import annotations

import math
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import Query, where
from tinydb.operations import increment

from fieldkit.store.tinysqlite import (
    ClosedError,
    DuplicateError,
    ForkedError,
    NotIndexedError,
    NotJSONError,
    ReadOnlyError,
    SQLiteTable,
    StoredDocument,
    TinySQLite,
)
from fieldkit.store.tinysqlite.rows import bounds

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


# --- indexes ---------------------------------------------------------------------------------

NUMBERS = [True, 0, 1, 1.5, -3, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**400, -(10**400)]
TEXTS = ["a", "b", "é", "", "0592", "\x00"]
MIXED = [None, True, 1.5, 2**70, "a", "", [1], {"x": 1}]


@pytest.mark.parametrize(
    ("values", "value"),
    [(values, value) for values in (NUMBERS, TEXTS, MIXED) for value in values],
)
def test_an_index_answers_as_a_scan_does(db: TinySQLite, values: list[Any], value: Any) -> None:
    """Numbers and texts have an order; values of different types have none."""
    documents = [{"job": v, "plain": v} for v in values] + [{"other": 1}]
    db.table("events").insert_multiple(documents)
    for ask in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
        answers = []
        for field in ("job", "plain"):
            try:
                found = db.table("events").search(getattr(where(field), ask)(value))
                answers.append([doc.doc_id for doc in found])
            except TypeError:
                answers.append(["TypeError"])
        assert answers[0] == answers[1], ask


def test_equality_and_range_read_only_the_rows_of_the_index(db: TinySQLite) -> None:
    events = db.table("events")
    events.insert_multiple({"job": f"J{n % 3}", "position": n} for n in range(300))
    looked_at: list[str] = []

    def look(value: Any) -> bool:
        looked_at.append(value)
        return True

    within = (where("position") >= 10) & (where("position") < 16)
    found = events.search(where("job").test(look) & within)
    assert [doc["position"] for doc in found] == list(range(10, 16))
    assert len(looked_at) == 6 + 1  # 16 itself: the bounds of an index read are inclusive
    looked_at.clear()
    assert len(events.search(where("job").test(look) & (where("job") == "J1"))) == 100
    assert len(looked_at) == 100


@pytest.mark.parametrize("city", ["B", "C", None])
def test_put_replaces_the_whole_document_and_its_index_entries(
    db: TinySQLite, city: str | None
) -> None:
    jobs = db.table("jobs")
    jobs.put(StoredDocument({"state": "new", "customer": {"city": "B"}, "x": 1}, doc_id="J"))
    jobs.put(StoredDocument({"state": "new", "customer": {"city": city}}, doc_id="J"))
    assert jobs.all() == [{"state": "new", "customer": {"city": city}}]
    assert len(jobs.search(where("customer").city == city)) == 1
    assert len(jobs.search(where("customer").city == "B")) == (city == "B")
    assert db.check().ok


def test_put_text_takes_what_another_serialiser_has_made(db: TinySQLite) -> None:
    jobs = db.table("jobs")
    for text in ('{"state":"新"}', '{"state": "新","n":[]}'.encode()):
        jobs.put_text("J", text, {"state": "新"})
        assert jobs.text("J") == (text if isinstance(text, str) else text.decode())
    assert jobs.search(where("state") == "新") == [{"state": "新", "n": []}]
    assert db.check().ok


def test_ordered_pages_through_an_index(db: TinySQLite) -> None:
    events = db.table("events")
    events.insert_multiple({"position": p} for p in (5, 1, None, "z", 3, 1))
    events.insert({"job": "none"})
    read = [doc.doc_id for doc in events.ordered("position")]
    assert read == [7, 3, 2, 6, 5, 1, 4]
    assert [doc.doc_id for doc in events.ordered("position", descending=True)] == read[::-1]
    assert [doc.doc_id for doc in events.ordered("position", limit=2, offset=1)] == [3, 2]
    assert [doc.doc_id for doc in events.ordered("position", at_least=1, below=5)] == [2, 6, 5]
    assert [doc.doc_id for doc in events.ordered("position", at_least="a")] == [4]
    with pytest.raises(NotIndexedError):
        events.ordered("nothing")


def test_latest_goes_back_through_the_documents_of_one_value(db: TinySQLite) -> None:
    events = db.table("events")
    events.insert_multiple({"position": p, "n": n} for n, p in enumerate("abaacaa"))
    events.update({"text": "新"}, doc_ids=[6])
    found = events.latest("position", "a", ["position", "text"])
    assert list(found)[:2] == [(7, [b"a", None]), (6, [b"a", "新".encode()])]
    seen = []
    for doc_id, _ in events.latest("position", "a", ["position"], batch=2):
        seen.append(doc_id)
        events.insert({"position": "a"})  # what comes meanwhile is newer: it is not gone into
    assert seen == [7, 6, 4, 3, 1]
    assert [doc_id for doc_id, _ in events.each("position", "a")] == [1, 3, 4, 6, 7, *range(8, 13)]
    assert list(events.latest("position", "z", ["text"])) == []
    assert list(events.each("position", "z")) == []
    with pytest.raises(NotIndexedError):
        list(events.latest("nothing", "a", ["text"]))


@pytest.mark.parametrize("ends", [("a", "b"), (1, 5), ("a", None), (None, 5), (None, "b")])
def test_a_range_has_one_bound_on_each_side(ends: tuple[Any, Any]) -> None:
    """With two on one side SQLite may begin at the wider one, and walk the index up to the other:
    in a store of 100,000 jobs a page of one type of event cost six times as much."""
    sql, bindings = bounds("x1", *ends)
    assert (sql.count("<"), sql.count(">")) == (1, 1)
    assert bindings == [end for end in ends if end is not None]


def test_an_index_declared_later_is_built_and_a_forgotten_one_kept(opened: Opener) -> None:
    db = opened(indexes={"jobs": ["state"]})
    db.table("jobs").insert_multiple([{"state": "new", "due": 2}, {"state": "old", "due": 1}])
    opened(indexes={"jobs": ["due"]})
    # The first handle neither declared "due" nor was open when it was made.
    db.table("jobs").insert({"state": "new", "due": 0})
    assert [doc["due"] for doc in db.table("jobs").ordered("due")] == [0, 1, 2]
    assert len(db.table("jobs").search(where("state") == "new")) == 2


# --- handles ---------------------------------------------------------------------------------


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


def test_nested_fields_have_indexes_too(db: TinySQLite) -> None:
    jobs = db.table("jobs")
    jobs.insert_multiple([{"customer": {"city": "厦门"}}, {"customer": None}, {"customer": "x"}])
    assert len(jobs.search(Query().customer.city == "厦门")) == 1
    assert [doc.doc_id for doc in jobs.ordered("customer.city", descending=True, limit=1)] == [1]


def test_an_excerpt_is_read_without_the_documents(opened: Opener) -> None:
    """It is built for a file that has none or another one, and kept by whoever writes."""
    old = opened(indexes={"jobs": []})
    old.table("jobs").insert_multiple([{"a": 1, "n": {"x": "李"}}, {"a": 2}])
    excerpt = ("a", "n.x")
    for fields in (("a", "b"), excerpt, excerpt):
        db = opened(excerpts={"jobs": fields, "events": fields})
    old.table("jobs").update({"n": {"x": True}}, where("a") == 2)
    old.table("jobs").insert({"n": None, "other": "y" * 5000})
    for table in ("jobs", "events"):
        assert sorted(db.table(table).values(*excerpt), key=str) == sorted(
            old.table(table).values(*excerpt), key=str
        )
    assert list(db.table("jobs").values(*excerpt)) == [[1, "李"], [2, True], [None, None]]
    db.table("events").insert({"a": 3})
    for table in ("jobs", "events"):  # each page is sought in the index
        assert re.search("SEARCH .*COVERING INDEX", _plan(db, table, excerpt))
    assert db.check().ok


def _plan(db: TinySQLite, table: str, fields: tuple[str, ...]) -> str:
    """How SQLite finds the values of a table."""
    with db._storage.reading() as session:
        layout = session.layout(table)
        assert layout is not None
        sql = layout.excerpt_page(fields)
        return str(session.db.execute("EXPLAIN QUERY PLAN " + sql, ("", -1, 9)).fetchall())


def test_some_fields_are_read_without_the_rest(opened: Opener) -> None:
    db = opened()
    table = db.table("jobs")
    assert list(table.parts("number", "customer.name")) == []
    table.insert({"number": "A", "customer": {"name": "李娜", "phone": "1"}, "tags": ["x", 2]})
    table.insert({"number": "B", "customer": None, "tags": [], "other": 1})
    assert list(table.parts("number", "customer.name", "tags")) == [
        {"number": "A", "customer": {"name": "李娜"}, "tags": ["x", 2]},
        {"number": "B", "tags": []},
    ]
