"""What a table reads beyond TinyDB: in the order of an index, and very much at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from .codec import NULL_MARK, DocId, decode
from .connection import Connection
from .errors import NotIndexedError
from .layout import Layout, Wanted, excerpt
from .reading import BATCH, ReadingTable, StoredDocument
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

    def texts(self) -> Iterator[tuple[DocId, str]]:
        """Ids and undecoded JSON texts of all documents, read as ``iter`` reads them."""
        for _, doc_id, body in self._batches("id, body"):
            yield self.document_id_class(doc_id), body

    def each(self, field: str, value: str) -> Iterator[tuple[DocId, bytes]]:
        """Ids and undecoded JSON of the documents whose indexed ``field`` is ``value``, read as
        ``iter`` reads them. Raises NotIndexedError when the table has no index for the field."""
        rows = self._batches(
            "id, CAST(body AS BLOB)", lambda layout: f"{_column(layout, field)} = ?", value
        )
        for _, doc_id, data in rows:
            yield self.document_id_class(doc_id), data

    def along(
        self, field: str, parts: Sequence[str]
    ) -> Iterator[tuple[Any, DocId, list[bytes | None]]]:
        """The value of an indexed ``field``, the id and some fields of every document, by the
        order of that field, equal ones in document order; read in batches, as ``iter`` does, and
        the ``parts`` as ``latest`` does.

        Raises NotIndexedError when the table has no index for the field.
        """
        wanted = _utf8(parts)
        for condition, first in (
            ("{0} IS NULL AND seq > ?2", None),
            ("{0} >= ?1 AND ({0} > ?1 OR seq > ?2)", NULL_MARK),
        ):
            last = first, -1

            def sql(layout: Layout, condition: str = condition) -> str:
                column = _column(layout, field)
                return (
                    f"SELECT {column}, seq, id, {wanted} FROM {layout.table}"
                    f" WHERE {condition.format(column)} ORDER BY {column}, seq LIMIT ?3"
                )

            while rows := self._select(sql, *last, BATCH):
                last = rows[-1][:2]
                for value, _, doc_id, *found in rows:
                    yield value, self.document_id_class(doc_id), found

    def latest(
        self, field: str, value: str, parts: Sequence[str], batch: int = 500
    ) -> Generator[tuple[DocId, list[Any]], None, None]:
        """Ids and some fields of the documents whose indexed ``field`` is ``value``, the last
        stored first. Read in batches, as ``texts`` does.

        The ``parts`` are texts, taken out by SQLite as ``values`` does, and come as UTF-8: a long
        one that is JSON itself is read on without a Python string in between, which would double
        the work. What is absent is None.
        Raises NotIndexedError when the table has no index for the field.
        """
        before = 2**62
        wanted = _utf8(parts)

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
        """Some fields of all documents; what is absent is None. Read in batches, as ``iter`` does.

        SQLite takes the fields out, so that the rest of a large document costs little time and
        no memory; those of the table's excerpt are read without the documents, in its order,
        others in document order. ``"customer.city"`` leads into an object. At least two fields
        are needed, and their names must be plain words.
        """
        if fields != self._storage.declared.get(self._name, Wanted()).excerpt:
            for _, found in self._batches(excerpt(fields)):
                yield decode(found)
            return
        last: tuple[str, int] = "", -1
        while rows := self._select(lambda layout: layout.excerpt_page(fields), *last, BATCH):
            # One that has just been read and was then changed may come again.
            yield from (decode(found) for found, seq in rows if seq != last[1])
            last = rows[-1]

    def numbers(self, field: str) -> dict[DocId, int]:
        """A field of all documents in which it is a whole number, by their ids; nothing else of
        them is held."""
        rows = self._batches(f"id, body ->> '$.{field}'")
        return {
            self.document_id_class(doc_id): found for _, doc_id, found in rows if type(found) is int
        }

    def holding(
        self, test: Callable[[list[Any]], bool], *fields: str, limit: int
    ) -> list[list[Any]]:
        """Some fields of the documents whose fields pass a test, at most ``limit``, the last stored
        first.

        It takes as long as reading these fields of all documents until enough are found; those of
        the table's excerpt are read without the documents. The test must not use the store.
        """
        text = excerpt(fields)
        kept = self._storage.declared.get(self._name, Wanted()).excerpt
        order = text if fields == kept else "seq"

        def query(session: Connection, layout: Layout) -> list[list[Any]]:
            sql = f"SELECT {text} FROM {layout.table} ORDER BY {order} DESC"
            with closing(session.db.execute(sql)) as rows:
                passed = (values for (found,) in rows if test(values := decode(found)))
                return list(islice(passed, limit))

        return self._read(query, [])

    def values_of(self, ids: Iterable[DocId], *fields: str) -> list[list[Any]]:
        """What ``values`` gives of the documents that have these ids, in the order of the ids."""
        wanted = list(ids)
        found: dict[DocId, Any] = {}
        for start in range(0, len(wanted), BATCH):
            rows = self._select(
                lambda layout: (
                    f"SELECT id, {excerpt(fields)} FROM {layout.table}"
                    " WHERE id IN (SELECT value FROM json_each(?))"
                ),
                json.dumps(wanted[start : start + BATCH]),
            )
            found |= rows
        return [decode(found[doc_id]) for doc_id in wanted if doc_id in found]

    def ranked(
        self, *fields: str, at_least: str | None = None, below: str | None = None,
        limit: int = -1, newest: bool = False,
    ) -> list[list[Any]]:  # fmt: skip
        """Some fields of the documents whose rank, a text, is within these bounds, by rank; without
        any bound of those that have none. ``newest`` turns the order round.

        Raises NotIndexedError when the table has no rank.
        """
        rank, way = self._rank(), "DESC" if newest else "ASC"
        where, given = bounds(rank, at_least, below)
        where = where or f" WHERE {rank} IS NULL"
        rows = self._select(
            lambda layout: f"SELECT {excerpt(fields)} FROM {layout.table}"
            f"{where} ORDER BY {rank} {way}, seq {way} LIMIT ?",
            *given, limit,
        )  # fmt: skip
        return [decode(found) for (found,) in rows]

    def count_ranked(self, at_least: str, below: str) -> int:
        """How many documents have a rank within these bounds."""
        where, given = bounds(self._rank(), at_least, below)
        sql = "SELECT count(*) FROM "
        rows = self._select(lambda layout: f"{sql}{layout.table}{where}", *given)
        return int(rows[0][0]) if rows else 0

    def _rank(self) -> str:
        rank = self._storage.declared.get(self._name, Wanted()).rank
        if not rank:
            raise NotIndexedError("the table has no rank")
        return rank

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


def _utf8(parts: Iterable[str]) -> str:
    """The SQL for some fields of a document, each as UTF-8."""
    return ", ".join(f"CAST(body ->> '$.{part}' AS BLOB)" for part in parts)


def _column(layout: Layout, field: str) -> str:
    found = layout.field(tuple(field.split(".")))
    if found is None:
        raise NotIndexedError(f"the table has no index for {field}")
    return found.column
