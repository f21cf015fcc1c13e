"""TinyDB's table, working on rows: what reads."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from typing import Any, TypeVar

import apsw
from tinydb import table as tinydb_table
from tinydb.queries import QueryLike

from .codec import DocId, as_id, decode
from .connection import Connection
from .errors import NotIndexedError
from .layout import Layout, scalar
from .rows import StoredRow, bounds, by_id, by_ids, candidates, sparse
from .storage import SQLiteStorage

_T = TypeVar("_T")
_U = TypeVar("_U")


class StoredDocument(tinydb_table.Document):
    """TinyDB's document, whose id may also be a string."""

    doc_id: DocId

    def __init__(self, value: Mapping[str, Any], doc_id: DocId) -> None:
        super().__init__(value, doc_id)


class ReadingTable(tinydb_table.Table):
    """Documents by id, by query, by the order of an index, and in bulk.

    Queries are not cached: another process may have written since.
    """

    document_class = StoredDocument
    document_id_class: Any = staticmethod(as_id)
    _storage: SQLiteStorage

    def _read(self, query: Callable[[Connection, Layout], _T], missing: _U) -> _T | _U:
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

    def _document(self, row: StoredRow) -> StoredDocument:
        return self.document_class(decode(row.body), self.document_id_class(row.doc_id))

    # TinyDB says list[tinydb.table.Document]; a list of a subclass is another type to mypy.
    def search(self, cond: QueryLike) -> list[StoredDocument]:  # type: ignore[override]
        """The documents that match, in document order."""

        def query(session: Connection, layout: Layout) -> list[StoredDocument]:
            with closing(self._matching(session.db, layout, cond)) as found:
                return list(found)

        return self._read(query, [])

    def _matching(
        self, db: apsw.Connection, layout: Layout, cond: QueryLike
    ) -> Generator[StoredDocument, None, None]:
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

            def one(session: Connection, layout: Layout) -> StoredDocument | None:
                row = by_id(session.db, layout, doc_id)
                return None if row is None else self._document(row)

            return self._read(one, None)

        if doc_ids is not None:

            def several(session: Connection, layout: Layout) -> list[StoredDocument]:
                return [self._document(row) for row in sorted(by_ids(session.db, layout, doc_ids))]

            return self._read(several, [])
        if cond is not None:

            def first(session: Connection, layout: Layout) -> StoredDocument | None:
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
    ) -> list[StoredDocument]:
        """Documents in the order of an indexed ``field``, read from the index.

        Ascending: those without the field, null, numbers, text; equal ones in document order.
        Descending is exactly the reverse. ``at_least`` and ``below`` (numbers or strings, both
        of one kind) leave only values of their kind within these bounds.
        Raises NotIndexedError when the table has no index for the field.
        """
        rows = self._ordered(field, limit, offset, descending, at_least, below, "body")
        return [self._document(StoredRow(*row)) for row in rows]

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

        def query(session: Connection, layout: Layout) -> list[Any]:
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

        def query(session: Connection, layout: Layout) -> list[Any]:
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

        def query(session: Connection, layout: Layout) -> list[Any]:
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

        def query(session: Connection, layout: Layout) -> list[Any]:
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
        def query(session: Connection, layout: Layout) -> int:
            return int(scalar(session.db, f"SELECT count(*) FROM {layout.table}"))

        return self._read(query, 0)

    def __iter__(self) -> Iterator[StoredDocument]:
        def query(session: Connection, layout: Layout) -> list[Any]:
            return session.db.execute(layout.scan).fetchall()

        # A snapshot: the caller may write while it goes through the documents.
        for row in self._read(query, []):
            yield self._document(StoredRow(*row))

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return {str(document.doc_id): dict(document) for document in self}
