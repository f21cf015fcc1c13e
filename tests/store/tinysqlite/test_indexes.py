"""Indexes and excerpts: the same answers as a scan, and only the rows that are needed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tinydb import Query, where

from fieldkit.store.tinysqlite import (
    NotIndexedError,
    StoredDocument,
    TinySQLite,
)
from fieldkit.store.tinysqlite.rows import bounds

from .conftest import Opener

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


def test_along_gives_every_document_by_the_order_of_a_field(db: TinySQLite) -> None:
    events = db.table("events")
    values = [*MIXED, *MIXED, *(n % 7 for n in range(500))]
    events.insert_multiple({"position": value, "text": str(n)} for n, value in enumerate(values))
    events.insert_multiple({"text": "none"} for _ in range(300))
    found = list(events.along("position", ["text", "nothing"]))
    assert [doc_id for _, doc_id, _ in found] == [row.doc_id for row in events.ordered("position")]
    assert found[0] == (None, len(values) + 1, [b"none", None])
    with pytest.raises(NotIndexedError):
        list(events.along("nothing", ["text"]))


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


def test_whoever_has_the_store_open_writes_on_when_another_drops_an_index(opened: Opener) -> None:
    here, there = opened(), opened(indexes={})
    here.table("events").insert({"job": "j-1"})
    there.table("events")
    there.drop_undeclared_indexes()
    here.table("events").insert({"job": "j-2"})
    assert [row["job"] for row in there.table("events")] == ["j-1", "j-2"]
