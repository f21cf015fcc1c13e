"""Long random sequences: this storage and TinyDB's own in memory give the same answers."""

from __future__ import annotations

import copy
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tinydb import Query, TinyDB
from tinydb.queries import QueryInstance
from tinydb.storages import MemoryStorage
from tinydb.table import Document as TinyDocument

from fieldkit.store.tinysqlite import StoredDocument, TinySQLite
from tests.soak import Soak

from .conftest import KEY

TABLES = ("jobs", "events")
INDEXES = {"jobs": ["a", "n.x"], "events": ["a"]}
EXCERPTS = {"jobs": ("n.x", "b")}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([2**63, -(2**70), 10**400, 0.5, -0.0, "", "a", "b", "ä", "\x00", "1"]),
)
values = st.one_of(scalars, st.lists(scalars, max_size=2), st.dictionaries(st.just("x"), scalars))
documents = st.dictionaries(st.sampled_from(["a", "b", "n"]), values, max_size=3)
ids = st.one_of(st.integers(1, 12), st.sampled_from(["J1", "J2", "7", "ä"]))
paths = st.sampled_from(["a", "b", "n.x"])
comparisons = st.sampled_from(["__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"])


def at(path: str) -> Query:
    query = Query()
    for part in path.split("."):
        query = query[part]
    return query


def compared(path: str, operator: str, value: Any) -> QueryInstance:
    query: QueryInstance = getattr(at(path), operator)(value)
    return query


def combined(simple: st.SearchStrategy[QueryInstance]) -> st.SearchStrategy[QueryInstance]:
    return st.recursive(
        st.one_of(
            simple,
            st.builds(lambda path: at(path).exists(), paths),
            st.builds(lambda path, items: at(path).one_of(items), paths, st.lists(scalars)),
        ),
        lambda inner: st.one_of(
            st.builds(lambda a, b: a & b, inner, inner),
            st.builds(lambda a, b: a | b, inner, inner),
            st.builds(lambda a: ~a, inner),
        ),
        max_leaves=4,
    )


queries = combined(st.builds(compared, paths, comparisons, scalars))
# Comparing by order raises TypeError at a document of another type, unless an index has ruled
# the document out. What a write has done by then would be no subject for a comparison.
equalities = combined(st.builds(compared, paths, st.sampled_from(["__eq__", "__ne__"]), scalars))


class Stores(RuleBasedStateMachine):
    """One sequence. The model is a dict of dicts of TinyDB's MemoryStorage, keyed by id."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        folder = self._stack.enter_context(tempfile.TemporaryDirectory())
        self.path = Path(folder) / "store.db"
        self.db = self._open()
        self.other = self._open()
        self.model: dict[str, dict[Any, dict[str, Any]]] = {}
        self.saved: list[tuple[Any, Any]] = []
        self.given: dict[str, int] = {}

    def _open(self) -> TinySQLite:
        return TinySQLite.open(self.path, key=KEY, indexes=INDEXES, excerpts=EXCERPTS)

    def teardown(self) -> None:
        while self.saved:
            self.saved.pop()[0].__exit__(None, None, None)
        self.db.close()
        self.other.close()
        self._stack.close()

    def _memory(self, name: str) -> TinyDB:
        """TinyDB over the model's table; ids are kept apart as TinyDB knows only one kind."""
        memory = TinyDB(storage=MemoryStorage)
        rows = self.model.setdefault(name, {})
        memory.storage.memory = {  # type: ignore[attr-defined] # of MemoryStorage
            "_default": {str(n): copy.deepcopy(doc) for n, doc in enumerate(rows.values(), 1)}
        }
        return memory

    def _back(self, name: str, memory: TinyDB) -> None:
        keys = dict(enumerate(self.model[name], 1))
        self.model[name] = {keys[doc.doc_id]: dict(doc) for doc in memory}

    def _keys(self, name: str, numbers: list[int]) -> list[Any]:
        keys = dict(enumerate(self.model[name], 1))
        return [keys[number] for number in numbers]

    # --- writes ---

    @rule(name=st.sampled_from(TABLES), document=documents)
    def insert(self, name: str, document: dict[str, Any]) -> None:
        doc_id = self.db.table(name).insert(document)
        rows = self.model.setdefault(name, {})
        assert doc_id > self.given.get(name, 0)
        self._note(name, doc_id)
        rows[doc_id] = document

    def _note(self, name: str, doc_id: Any) -> None:
        if isinstance(doc_id, int):
            self.given[name] = max(self.given.get(name, 0), doc_id)

    @rule(name=st.sampled_from(TABLES), document=documents, doc_id=ids)
    def insert_with_id(self, name: str, document: dict[str, Any], doc_id: Any) -> None:
        rows = self.model.setdefault(name, {})
        if doc_id in rows:
            with pytest.raises(ValueError, match="already exists"):
                self.db.table(name).insert(TinyDocument(document, doc_id=doc_id))
        else:
            assert self.db.table(name).insert(TinyDocument(document, doc_id=doc_id)) == doc_id
            rows[doc_id] = document
            self._note(name, doc_id)

    @rule(name=st.sampled_from(TABLES), document=documents, doc_id=ids, whole=st.booleans())
    def upsert_or_put(self, name: str, document: dict[str, Any], doc_id: Any, whole: bool) -> None:
        rows = self.model.setdefault(name, {})
        table = self.db.table(name)
        if whole:
            table.put(StoredDocument(document, doc_id=doc_id))
            rows[doc_id] = document
        else:
            assert table.upsert(StoredDocument(document, doc_id=doc_id)) == [doc_id]
            rows[doc_id] = rows.get(doc_id, {}) | document
        self._note(name, doc_id)

    @rule(name=st.sampled_from(TABLES), fields=documents, cond=equalities)
    def update(self, name: str, fields: dict[str, Any], cond: QueryInstance) -> None:
        memory = self._memory(name)
        expected = memory.update(fields, cond)
        assert self.db.table(name).update(fields, cond) == self._keys(name, expected)
        self._back(name, memory)

    @rule(name=st.sampled_from(TABLES), doc_ids=st.lists(ids, max_size=4))
    def update_by_ids(self, name: str, doc_ids: list[Any]) -> None:
        def mark(document: Any) -> None:
            document["b"] = [document.get("b")][:1]

        rows = self.model.setdefault(name, {})
        there = [doc_id for doc_id in doc_ids if doc_id in rows]
        assert self.db.table(name).update(mark, doc_ids=doc_ids) == there
        for doc_id in there:
            mark(rows[doc_id])

    @rule(
        name=st.sampled_from(TABLES),
        changes=st.lists(st.tuples(documents, equalities), min_size=1, max_size=3),
    )
    def update_multiple(
        self, name: str, changes: list[tuple[dict[str, Any], QueryInstance]]
    ) -> None:
        memory = self._memory(name)
        expected = memory.update_multiple(changes)
        assert self.db.table(name).update_multiple(changes) == self._keys(name, expected)
        self._back(name, memory)

    @rule(name=st.sampled_from(TABLES), cond=equalities)
    def remove(self, name: str, cond: QueryInstance) -> None:
        memory = self._memory(name)
        expected = memory.remove(cond)
        assert self.db.table(name).remove(cond) == self._keys(name, expected)
        self._back(name, memory)

    @rule(name=st.sampled_from(TABLES), doc_id=ids)
    def remove_by_id(self, name: str, doc_id: Any) -> None:
        removed = self.db.table(name).remove(doc_ids=[doc_id, doc_id])
        assert removed == (
            [doc_id] if self.model.setdefault(name, {}).pop(doc_id, None) is not None else []
        )

    @rule(name=st.sampled_from(TABLES), drop=st.booleans())
    def empty(self, name: str, drop: bool) -> None:
        self.given[name] = 0
        if drop:
            self.db.drop_table(name)
            self.model.pop(name, None)
        else:
            self.db.table(name).truncate()
            self.model[name] = {}

    # --- transactions and handles ---

    @precondition(lambda self: len(self.saved) < 3)
    @rule()
    def begin(self) -> None:
        transaction = self.db.transaction()
        transaction.__enter__()
        self.saved.append((transaction, copy.deepcopy((self.model, self.given))))

    @precondition(lambda self: self.saved)
    @rule()
    def commit(self) -> None:
        self.saved.pop()[0].__exit__(None, None, None)

    @precondition(lambda self: self.saved)
    @rule()
    def roll_back(self) -> None:
        transaction, before = self.saved.pop()
        assert not transaction.__exit__(KeyError, KeyError(), None)
        self.model, self.given = before

    @precondition(lambda self: not self.saved)
    @rule()
    def reopen(self) -> None:
        self.db.close()
        self.db = self._open()

    @precondition(lambda self: not self.saved)
    @rule()
    def swap_handles(self) -> None:
        self.db, self.other = self.other, self.db

    # --- what must always hold ---

    @invariant()
    def same_documents_in_the_same_order(self) -> None:
        for name in TABLES:
            found = [(doc.doc_id, dict(doc)) for doc in self.db.table(name)]
            assert found == list(self.model.get(name, {}).items())
            assert len(self.db.table(name)) == len(found)

    @invariant()
    def same_excerpts(self) -> None:
        for name in TABLES:
            documents = self.model.get(name, {}).values()
            expected = [[_inside(document, "n", "x"), document.get("b")] for document in documents]
            found = self.db.table(name).values("n.x", "b")  # an excerpt is in an order of its own
            assert sorted(map(repr, found)) == sorted(map(repr, expected))

    @rule(name=st.sampled_from(TABLES), cond=queries)
    def search(self, name: str, cond: QueryInstance) -> None:
        memory = self._memory(name)
        table = self.db.table(name)
        try:
            matching = memory.search(cond)
        except TypeError:
            with suppress(TypeError):  # unless an index has ruled that document out
                table.search(cond)
            return
        keys = self._keys(name, [doc.doc_id for doc in matching])
        expected = list(zip(keys, map(dict, matching), strict=True))
        assert [(doc.doc_id, dict(doc)) for doc in table.search(cond)] == expected
        first = table.get(cond)
        assert (None if first is None else first.doc_id) == (expected[0][0] if expected else None)
        assert table.count(cond) == len(expected)
        assert table.contains(cond) == bool(expected)

    @rule(name=st.sampled_from(TABLES), wanted=st.lists(ids, max_size=4))
    def get(self, name: str, wanted: list[Any]) -> None:
        rows = self.model.get(name, {})
        found = self.db.table(name).get(doc_ids=wanted)
        assert [doc.doc_id for doc in found] == [key for key in rows if key in wanted]
        for doc_id in wanted:
            assert self.db.table(name).get(doc_id=doc_id) == rows.get(doc_id)
            assert self.db.table(name).contains(doc_id=doc_id) == (doc_id in rows)


def _inside(document: Any, *path: str) -> Any:
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Stores,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_random_sequences_give_the_same_answers() -> None:
    run(examples=40, steps=30)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_many_long_random_sequences_give_the_same_answers(part: int, soak: Soak) -> None:
    examples = soak.count(250)
    seed(soak.seed)(Stores)
    run(examples, steps=80)
    print(f"part {part}: {examples} sequences")
