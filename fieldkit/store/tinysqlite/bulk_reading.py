"""What a table reads beyond TinyDB: in the order of an index, and very much at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .codec import DocId, decode
from .connection import Connection
from .errors import NotIndexedError
from .layout import Layout
from .reading import ReadingTable, StoredDocument
from .rows import StoredRow, bounds, sparse


class BulkReadingTable(ReadingTable):
    """Documents by the order of an index, undecoded, or in part."""

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
        rows = self._ordered(field, "body", at_least, below, descending, limit, offset)
        return [self._document(StoredRow(*row)) for row in rows]

    def ordered_bytes(
        self, field: str, *, at_least: str | None = None, below: str | None = None
    ) -> list[tuple[DocId, bytes]]:
        """What ``ordered`` gives, as ids and undecoded JSON: for reading very many."""
        rows = self._ordered(field, "CAST(body AS BLOB)", at_least, below)
        return [(self.document_id_class(doc_id), data) for _, doc_id, data in rows]

    def _ordered(
        self, field: str, body: str, at_least: Any, below: Any,
        descending: bool = False, limit: int | None = None, offset: int = 0,
    ) -> list[Any]:  # fmt: skip
        way = "DESC" if descending else "ASC"

        def query(session: Connection, layout: Layout) -> list[Any]:
            column = _column(layout, field)
            where, given = bounds(column, at_least, below)
            return session.db.execute(
                f"SELECT seq, id, {body} FROM {layout.table}{where}"
                f" ORDER BY {column} {way}, seq {way} LIMIT ? OFFSET ?",
                (*given, -1 if limit is None else limit, offset),
            ).fetchall()

        return self._read(query, [])

    def texts(self, batch: int = 500) -> Iterator[tuple[DocId, str]]:
        """Ids and undecoded JSON texts of all documents, in document order.

        Read in batches, for tables that are larger than memory: what is written meanwhile may
        be seen or not, unless it is done inside a ``transaction``.
        """
        last = -1

        def sql(layout: Layout) -> str:
            return f"SELECT seq, id, body FROM {layout.table} WHERE seq > ? ORDER BY seq LIMIT ?"

        while rows := self._select(sql, last, batch):
            yield from ((self.document_id_class(doc_id), body) for _, doc_id, body in rows)
            last = rows[-1][0]

    def latest(
        self, field: str, value: str, parts: Sequence[str], batch: int = 500
    ) -> Iterator[tuple[DocId, list[Any]]]:
        """Ids and some fields of the documents whose indexed ``field`` is ``value``, the last
        stored first. Read in batches, as ``texts`` does.

        The ``parts`` are texts, taken out by SQLite as ``values`` does, and come as UTF-8: a long
        one that is JSON itself is read on without a Python string in between, which would double
        the work. What is absent is None.
        Raises NotIndexedError when the table has no index for the field.
        """
        before = 2**62
        wanted = ", ".join(f"CAST(body ->> '$.{part}' AS BLOB)" for part in parts)

        def sql(layout: Layout) -> str:
            # A disk is read forwards: backwards, documents that are not in the system's cache
            # cost five times as much.
            return (
                f"SELECT seq, id, {wanted} FROM {layout.table} WHERE seq IN"
                f" (SELECT seq FROM {layout.table} WHERE {_column(layout, field)} = ? AND seq < ?"
                " ORDER BY seq DESC LIMIT ?) ORDER BY seq"
            )

        while rows := self._select(sql, value, before, batch):
            before = rows[0][0]
            yield from ((self.document_id_class(i), found) for _, i, *found in reversed(rows))

    def values(self, *fields: str) -> Iterator[list[Any]]:
        """Some fields of all documents in document order; what is absent is None.

        SQLite takes the fields out, so that the rest of a large document costs little time and
        no memory; those of the table's excerpt are read without the documents.
        ``"customer.city"`` leads into an object. At least two fields are needed, and their names
        must be plain words.
        """
        for (found,) in self._select(lambda layout: layout.excerpts(fields)):
            yield decode(found)

    def parts(self, *fields: str) -> Iterator[dict[str, Any]]:
        """What ``values`` gives, as documents with these fields alone.

        A field that is absent or null is left out, and so is an object of which nothing is left.
        """
        paths = [field.split(".") for field in fields]
        for found in self.values(*fields):
            yield sparse(paths, found)

    def text(self, doc_id: DocId) -> str | None:
        """The JSON text of the document with an id, or None."""
        row = self._row(doc_id)
        return None if row is None else row.body


def _column(layout: Layout, field: str) -> str:
    found = layout.field(tuple(field.split(".")))
    if found is None:
        raise NotIndexedError(f"the table has no index for {field}")
    return found.column
