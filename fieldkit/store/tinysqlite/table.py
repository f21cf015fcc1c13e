"""TinyDB's table, working on rows: what writes, and with it the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from contextlib import closing
from itertools import groupby
from types import MappingProxyType
from typing import Any

from tinydb import table as tinydb_table
from tinydb.queries import QueryLike

from .bulk_reading import BulkReadingTable
from .codec import DocId, as_id, decode, encode
from .reading import StoredDocument
from .rows import Changes, by_id, by_ids, candidates, insert, put, rewrite
from .storage import SQLiteStorage

Change = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]


class SQLiteTable(BulkReadingTable):
    """A table of documents; the interface is TinyDB's, with ``put`` and ``ordered`` added.

    Ids are integers or strings and come back as they were given. Integer ids are never given
    again, also after the document was removed; ``truncate`` and dropping the table start afresh.
    """

    def __init__(
        self, storage: SQLiteStorage, name: str, cache_size: int = 0, persist_empty: bool = False
    ) -> None:
        super().__init__(storage, name, cache_size)
        if persist_empty:
            with storage.writing(name):
                pass

    def insert(self, document: Mapping[str, Any]) -> DocId:
        """Insert ``document`` and return its id."""
        return self._insert_all([document])[0]

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[DocId]:
        """Insert all of ``documents``, or none when one of them cannot be."""
        return self._insert_all(documents if isinstance(documents, list) else list(documents))

    def _insert_all(self, documents: list[Mapping[str, Any]]) -> list[DocId]:
        prepared = [(doc, encode(doc), doc_id) for doc, doc_id in map(_plain, documents)]
        ids: list[DocId] = []
        with self._storage.writing(self._name, many=len(prepared) > 1) as (session, layout):
            for document, body, given in prepared:
                doc_id = session.take_id(layout) if given is None else given
                insert(session.db, layout, doc_id, document, body)
                if given is not None:
                    session.forget_id(layout)
                ids.append(doc_id)
        return ids

    def put(self, document: StoredDocument) -> DocId:
        """Store ``document`` under its id, in place of the whole document that may be there.

        ``upsert`` merges: it keeps the fields that the new document does not have.
        """
        plain, doc_id = _plain(document)
        if doc_id is None:
            raise ValueError("put needs a Document with a doc_id")
        body = encode(plain)
        with self._storage.writing(self._name) as (session, layout):
            put(session.db, layout, doc_id, body, plain)
            session.forget_id(layout)
        return doc_id

    def put_text(
        self, doc_id: DocId, text: str | bytes, fields: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        """Store the JSON object ``text`` under an id, in place of what may be there.

        For callers whose own serialiser has made the text (or its UTF-8 bytes): it is not looked
        at. ``fields`` holds the document's declared fields, for the indexes.
        """
        with self._storage.writing(self._name) as (session, layout):
            put(session.db, layout, as_id(doc_id), text, fields)
            session.forget_id(layout)

    def update(
        self,
        fields: Change,
        cond: QueryLike | None = None,
        doc_ids: Iterable[DocId] | None = None,
    ) -> list[DocId]:
        """Change the documents that match, or all; the ids of those that were changed."""
        change = _changer(fields)
        with self._storage.writing(self._name, many=True) as (session, layout):
            db = session.db
            work = Changes(db, layout)
            if doc_ids is not None:
                for row in [row for i in doc_ids if (row := by_id(db, layout, i))]:
                    work.apply(row, change)
            else:
                conds = [] if cond is None else [cond]
                with closing(candidates(db, layout, conds)) as found:
                    for row in found:
                        if cond is None or cond(decode(row.body)):
                            work.apply(row, change)
            work.flush()
        return work.ids

    def merge(self, changes: Iterable[tuple[DocId, Mapping[str, str | int]]]) -> None:
        """Set top-level fields of the documents that have these ids, if they are there.

        For very many small changes: SQLite makes them, and no document is read. The names of
        the fields must be plain words.
        """
        with self._storage.writing(self._name, many=True) as (session, layout):
            for names, group in groupby(changes, lambda change: tuple(change[1])):
                own = [name for name in names if layout.field((name,))]
                rows = (
                    (*new.values(), *(new[name] for name in own), as_id(doc_id))
                    for doc_id, new in group
                )
                session.db.executemany(layout.merge(names), rows)

    def update_multiple(self, updates: Iterable[tuple[Change, QueryLike]]) -> list[DocId]:
        """Apply each change to the documents that its condition matches, in turn."""
        changes = [(_changer(fields), cond) for fields, cond in updates]
        with self._storage.writing(self._name, many=True) as (session, layout):
            db = session.db
            work = Changes(db, layout)
            with closing(candidates(db, layout, [cond for _, cond in changes])) as found:
                for row in found:
                    for change, cond in changes:
                        if cond(work.document(row)):
                            work.apply(row, change)
            work.flush()
        return work.ids

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[DocId]:
        """Merge ``document`` into those that match (or into the one with its id), or insert it."""
        has_id = isinstance(document, tinydb_table.Document)
        if not has_id and cond is None:
            raise ValueError(
                "If you don't specify a search query, you must specify a doc_id. "
                "Hint: use a table.Document object."
            )
        if has_id:
            return [self._upsert_by_id(document)]
        with self._storage.transaction():
            return self.update(document, cond) or [self.insert(document)]

    def _upsert_by_id(self, document: Mapping[str, Any]) -> DocId:
        plain, doc_id = _plain(document)
        with self._storage.writing(self._name) as (session, layout):
            row = by_id(session.db, layout, doc_id)
            if row is None:
                insert(session.db, layout, doc_id, plain, encode(plain))
                session.forget_id(layout)
            else:
                stored = decode(row.body)
                old = layout.values(stored)
                stored.update(plain)
                rewrite(session.db, layout, row, old, stored)
        return doc_id

    def remove(
        self, cond: QueryLike | None = None, doc_ids: Iterable[DocId] | None = None
    ) -> list[DocId]:
        """Remove the documents that match or have the ids; the ids of those removed."""
        if cond is None and doc_ids is None:
            raise RuntimeError("Use truncate() to remove all documents")
        with self._storage.writing(self._name, many=True) as (session, layout):
            db = session.db
            if doc_ids is not None:
                rows = by_ids(db, layout, doc_ids)
            else:
                assert cond is not None
                with closing(candidates(db, layout, [cond])) as found:
                    rows = [row for row in found if cond(decode(row.body))]
            removed = [row.doc_id for row in rows]
            db.executemany(layout.delete, ((row.seq,) for row in rows))
            last = max((i for i in removed if isinstance(i, int)), default=None)
            if last is not None:
                db.execute(
                    "UPDATE store_tables SET last_id = max(last_id, ?) WHERE number = ?",
                    (last, layout.number),
                )
        return removed

    def truncate(self) -> None:
        """Remove all documents and start counting ids afresh."""
        with self._storage.writing(self._name, many=True) as (session, layout):
            session.db.execute(f"DELETE FROM {layout.table}")
            session.db.execute(
                "UPDATE store_tables SET last_id = 0 WHERE number = ?", (layout.number,)
            )
            session.forget_id(layout)


def _changer(fields: Change) -> Callable[[Any], object]:
    return fields if callable(fields) else lambda document: document.update(fields)


def _plain(document: Mapping[str, Any]) -> tuple[dict[str, Any], DocId | None]:
    """The document as a dict, and the id that it brings along."""
    if not isinstance(document, Mapping):
        raise ValueError("Document is not a Mapping")
    given = as_id(document.doc_id) if isinstance(document, tinydb_table.Document) else None
    return document if isinstance(document, dict) else dict(document), given
