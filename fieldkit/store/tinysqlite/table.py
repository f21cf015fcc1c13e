"""TinyDB's table, working on rows."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, MutableMapping
from contextlib import closing
from itertools import groupby
from types import MappingProxyType
from typing import Any, TypeVar

import apsw
from tinydb import table as tinydb_table
from tinydb.queries import QueryLike

from .codec import DocId, as_id, decode, encode
from .errors import NotIndexedError
from .layout import Layout, scalar
from .rows import Changes, Row, bounds, by_id, by_ids, candidates, insert, put, rewrite, sparse
from .session import Session
from .storage import SQLiteStorage

Change = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]
Rows = Generator["Row", None, None]
_T = TypeVar("_T")
_U = TypeVar("_U")


class Document(tinydb_table.Document):
    """TinyDB's document, whose id may also be a string."""

    doc_id: DocId

    def __init__(self, value: Mapping[str, Any], doc_id: DocId) -> None:
        super().__init__(value, doc_id)


Found = Generator[Document, None, None]


class SQLiteTable(tinydb_table.Table):
    """A table of documents; the interface is TinyDB's, with ``put`` and ``ordered`` added.

    Ids are integers or strings and come back as they were given. Integer ids are never given
    again, also after the document was removed; ``truncate`` and dropping the table start afresh.
    Queries are not cached: another process may have written since.
    """

    document_class = Document
    document_id_class: Any = staticmethod(as_id)
    _storage: SQLiteStorage

    def __init__(
        self, storage: SQLiteStorage, name: str, cache_size: int = 0, persist_empty: bool = False
    ) -> None:
        super().__init__(storage, name, cache_size)
        if persist_empty:
            with storage.writing(name):
                pass

    # --- writing ---------------------------------------------------------------------------

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

    def put(self, document: Document) -> DocId:
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

    def text(self, doc_id: DocId) -> str | None:
        """The JSON text of the document with an id, or None."""

        def query(session: Session, layout: Layout) -> str | None:
            row = by_id(session.db, layout, doc_id)
            return None if row is None else row.body

        return self._read(query, None)

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

    def _get_next_id(self) -> int:
        def query(session: Session, layout: Layout) -> int:
            return int(scalar(session.db, layout.next_id))

        return self._read(query, 1)

    # --- reading ---------------------------------------------------------------------------

    def _read(self, query: Callable[[Session, Layout], _T], missing: _U) -> _T | _U:
        with self._storage.reading() as session:
            layout = session.layout(self._name)
            if layout is None:
                return missing
            try:
                return query(session, layout)
            except apsw.SQLError:
                # Another process may have dropped the table since its layout was read.
                session.forget()
                layout = session.layout(self._name)
                return missing if layout is None else query(session, layout)

    def _document(self, row: Row) -> Document:
        return self.document_class(decode(row.body), self.document_id_class(row.doc_id))

    # TinyDB says list[tinydb.table.Document]; a list of a subclass is another type to mypy.
    def search(self, cond: QueryLike) -> list[Document]:  # type: ignore[override]
        """The documents that match, in document order."""

        def query(session: Session, layout: Layout) -> list[Document]:
            with closing(self._matching(session.db, layout, cond)) as found:
                return list(found)

        return self._read(query, [])

    def _matching(
        self, db: apsw.Connection, layout: Layout, cond: QueryLike
    ) -> Generator[Document, None, None]:
        with closing(candidates(db, layout, [cond])) as found:
            for row in found:
                document = decode(row.body)
                if cond(document):
                    yield self.document_class(document, self.document_id_class(row.doc_id))

    def get(
        self,
        cond: QueryLike | None = None,
        doc_id: DocId | None = None,
        doc_ids: list[DocId] | None = None,
    ) -> Any:
        """One document by id or condition, or the list of those with the given ids."""
        if doc_id is not None:

            def one(session: Session, layout: Layout) -> Document | None:
                row = by_id(session.db, layout, doc_id)
                return None if row is None else self._document(row)

            return self._read(one, None)

        if doc_ids is not None:

            def several(session: Session, layout: Layout) -> list[Document]:
                return [self._document(row) for row in sorted(by_ids(session.db, layout, doc_ids))]

            return self._read(several, [])
        if cond is not None:

            def first(session: Session, layout: Layout) -> Document | None:
                with closing(self._matching(session.db, layout, cond)) as found:
                    return next(found, None)

            return self._read(first, None)
        raise RuntimeError("You have to pass either cond or doc_id or doc_ids")

    def ordered(
        self,
        field: str,
        limit: int | None = None,
        offset: int = 0,
        descending: bool = False,
        *,
        at_least: str | float | None = None,
        below: str | float | None = None,
    ) -> list[Document]:
        """Documents in the order of an indexed ``field``, read from the index.

        Ascending: those without the field, null, numbers, text; equal ones in document order.
        Descending is exactly the reverse. ``at_least`` and ``below`` (numbers or strings, both
        of one kind) leave only values of their kind within these bounds.
        Raises NotIndexedError when the table has no index for the field.
        """
        rows = self._ordered(field, limit, offset, descending, at_least, below, "body")
        return [self._document(Row(*row)) for row in rows]

    def ordered_bytes(
        self,
        field: str,
        limit: int | None = None,
        offset: int = 0,
        descending: bool = False,
        *,
        at_least: str | float | None = None,
        below: str | float | None = None,
    ) -> list[tuple[DocId, bytes]]:
        """What ``ordered`` gives, as ids and undecoded JSON: for reading very many."""
        body = "CAST(body AS BLOB)"
        rows = self._ordered(field, limit, offset, descending, at_least, below, body)
        return [(self.document_id_class(doc_id), data) for _, doc_id, data in rows]

    def _ordered(
        self,
        field: str,
        limit: int | None,
        offset: int,
        descending: bool,
        at_least: str | float | None,
        below: str | float | None,
        body: str,
    ) -> list[tuple[int, DocId, Any]]:
        path = tuple(field.split("."))

        def query(session: Session, layout: Layout) -> list[Any]:
            found = layout.field(path)
            if found is None:
                raise NotIndexedError(f"the table has no index for {field}")
            where, bindings = bounds(found.column, at_least, below)
            way = "DESC" if descending else "ASC"
            rows: Any = session.db.execute(
                f"SELECT seq, id, {body} FROM {layout.table}{where}"
                f" ORDER BY {found.column} {way}, seq {way} LIMIT ? OFFSET ?",
                (*bindings, -1 if limit is None else limit, offset),
            )
            return list(rows)

        return self._read(query, [])

    def texts(self, batch: int = 500) -> Iterator[tuple[DocId, str]]:
        """Ids and undecoded JSON texts of all documents, in document order.

        Read in batches, for tables that are larger than memory: what is written meanwhile may
        be seen or not, unless it is done inside a ``transaction``.
        """
        last = -1

        def query(session: Session, layout: Layout) -> list[Any]:
            sql = f"SELECT seq, id, body FROM {layout.table} WHERE seq > ? ORDER BY seq LIMIT ?"
            return session.db.execute(sql, (last, batch)).fetchall()

        while rows := self._read(query, []):
            yield from ((self.document_id_class(doc_id), body) for _, doc_id, body in rows)
            last = rows[-1][0]

    def latest(self, field: str, value: str, batch: int = 500) -> Iterator[tuple[DocId, bytes]]:
        """Ids and undecoded JSON of the documents whose indexed ``field`` is ``value``, the last
        stored first. Read in batches, as ``texts`` does.

        Raises NotIndexedError when the table has no index for the field.
        """
        path = tuple(field.split("."))
        before = 2**62

        def query(session: Session, layout: Layout) -> list[Any]:
            found = layout.field(path)
            if found is None:
                raise NotIndexedError(f"the table has no index for {field}")
            # A disk is read forwards: backwards, documents that are not in the system's cache
            # cost five times as much.
            return session.db.execute(
                f"SELECT seq, id, CAST(body AS BLOB) FROM {layout.table} WHERE seq IN"
                f" (SELECT seq FROM {layout.table} WHERE {found.column} = ? AND seq < ?"
                " ORDER BY seq DESC LIMIT ?) ORDER BY seq",
                (value, before, batch),
            ).fetchall()

        while rows := self._read(query, []):
            before = rows[0][0]
            yield from ((self.document_id_class(doc_id), data) for _, doc_id, data in rows[::-1])

    def values(self, *fields: str) -> Iterator[list[Any]]:
        """Some fields of all documents in document order; what is absent is None.

        SQLite takes the fields out, so that the rest of a large document costs little time and
        no memory; those of the table's excerpt are read without the documents.
        ``"customer.city"`` leads into an object. At least two fields are needed, and their names
        must be plain words.
        """

        def query(session: Session, layout: Layout) -> list[Any]:
            return session.db.execute(layout.excerpts(fields)).fetchall()

        for (found,) in self._read(query, []):
            yield decode(found)

    def parts(self, *fields: str) -> Iterator[dict[str, Any]]:
        """What ``values`` gives, as documents with these fields alone.

        A field that is absent or null is left out, and so is an object of which nothing is left.
        """
        paths = [field.split(".") for field in fields]
        for found in self.values(*fields):
            yield sparse(paths, found)

    def __len__(self) -> int:
        def query(session: Session, layout: Layout) -> int:
            return int(scalar(session.db, f"SELECT count(*) FROM {layout.table}"))

        return self._read(query, 0)

    def __iter__(self) -> Iterator[Document]:
        def query(session: Session, layout: Layout) -> list[Any]:
            return session.db.execute(layout.scan).fetchall()

        # A snapshot: the caller may write while it goes through the documents.
        for row in self._read(query, []):
            yield self._document(Row(*row))

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return {str(document.doc_id): dict(document) for document in self}


def _changer(fields: Change) -> Callable[[Any], object]:
    return fields if callable(fields) else lambda document: document.update(fields)


def _plain(document: Mapping[str, Any]) -> tuple[dict[str, Any], DocId | None]:
    """The document as a dict, and the id that it brings along."""
    if not isinstance(document, Mapping):
        raise ValueError("Document is not a Mapping")
    given = as_id(document.doc_id) if isinstance(document, tinydb_table.Document) else None
    return document if isinstance(document, dict) else dict(document), given
