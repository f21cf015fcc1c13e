"""TinyDB's table, working on rows: TinyDB's own reads."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from typing import Any, TypeVar

import apsw
from tinydb import table as tinydb_table
from tinydb.queries import QueryLike

from .codec import DocId, as_id, decode
from .connection import Connection
from .layout import Layout
from .rows import StoredRow, by_id, by_ids, candidates
from .storage import SQLiteStorage

_T = TypeVar("_T")
_U = TypeVar("_U")

BATCH = 200
"""Documents that are read at once: of the largest that a job becomes they are a few megabytes."""


class StoredDocument(tinydb_table.Document):
    """TinyDB's document, whose id may also be a string."""

    doc_id: DocId

    def __init__(self, value: Mapping[str, Any], doc_id: DocId) -> None:
        super().__init__(value, doc_id)


class ReadingTable(tinydb_table.Table):
    """Documents by id, by query, or all.

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

    def _select(self, sql: Callable[[Layout], str], *bindings: Any) -> list[Any]:
        """The rows that a statement selects of this table."""
        return self._read(lambda on, layout: on.db.execute(sql(layout), bindings).fetchall(), [])

    def _row(self, doc_id: DocId) -> StoredRow | None:
        return self._read(lambda on, layout: by_id(on.db, layout, doc_id), None)

    def _document(self, row: StoredRow) -> StoredDocument:
        return self.document_class(decode(row.body), self.document_id_class(row.doc_id))

    # TinyDB says list[tinydb.table.Document]; a list of a subclass is another type to mypy.
    def search(self, cond: QueryLike) -> list[StoredDocument]:  # type: ignore[override]
        """The documents that match, in document order."""
        return self._read(lambda on, layout: list(self._matching(on.db, layout, cond)), [])

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
            row = self._row(doc_id)
            return None if row is None else self._document(row)
        if doc_ids is not None:
            rows = self._read(lambda on, layout: by_ids(on.db, layout, doc_ids), [])
            return [self._document(row) for row in sorted(rows)]
        if cond is not None:

            def first(session: Connection, layout: Layout) -> StoredDocument | None:
                with closing(self._matching(session.db, layout, cond)) as found:
                    return next(found, None)

            return self._read(first, None)
        raise RuntimeError("You have to pass either cond or doc_id or doc_ids")

    def __len__(self) -> int:
        rows = self._select(lambda layout: f"SELECT count(*) FROM {layout.table}")
        return int(rows[0][0]) if rows else 0

    def __iter__(self) -> Iterator[StoredDocument]:
        """The documents one by one, in document order, without holding them all.

        The caller may write while it goes through them: what is added meanwhile is not seen, and
        what is changed or removed may be. Inside a ``transaction`` of a reader nothing changes.
        """
        for row in self._batches("id, body"):
            yield self._document(StoredRow(*row))

    def _batches(
        self, columns: str, where: Callable[[Layout], str] = lambda layout: "1", *given: Any
    ) -> Iterator[Any]:
        """`seq` and other columns of the rows that meet a condition, in document order, read in
        batches: a table may be larger than memory, and no cursor may stay open while the caller
        writes."""
        last = self._select(lambda layout: f"SELECT max(seq) FROM {layout.table}")
        end = last[0][0] if last else None
        after = -1

        def sql(layout: Layout) -> str:
            among = f"{where(layout)} AND seq > ? AND seq <= ?"
            return f"SELECT seq, {columns} FROM {layout.table} WHERE {among} ORDER BY seq LIMIT ?"

        while end is not None and after < end:
            rows = self._select(sql, *given, after, end, BATCH)
            yield from rows
            after = rows[-1][0] if rows else end
