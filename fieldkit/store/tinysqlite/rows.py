"""What a table does with its rows: find them, write them, change them."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import apsw
from tinydb.queries import QueryLike

from .codec import DocId, Indexed, as_id, decode, encode, index_value
from .errors import DuplicateError, NotJSONError
from .layout import Layout
from .plan import plan_any


class StoredRow(NamedTuple):
    """One row: its place in the order, its id and its JSON text."""

    seq: int
    doc_id: DocId
    body: str


class Changes:
    """Documents as they are being changed, written when all changes have succeeded."""

    def __init__(self, db: apsw.Connection, layout: Layout) -> None:
        self._db = db
        self._layout = layout
        self._open: dict[int, tuple[StoredRow, tuple[Indexed, ...], Any]] = {}
        self.ids: list[DocId] = []

    def document(self, row: StoredRow) -> Any:
        """The document of a row, as it has been changed so far."""
        if row.seq not in self._open:
            document = decode(row.body)
            self._open[row.seq] = (row, self._layout.values(document), document)
        return self._open[row.seq][2]

    def apply(self, row: StoredRow, change: Callable[[Any], object]) -> None:
        """Change the document of a row."""
        change(self.document(row))
        self.ids.append(row.doc_id)

    def flush(self) -> None:
        """Write all that has changed."""
        for row, old, document in self._open.values():
            rewrite(self._db, self._layout, row, old, document)


def rewrite(
    db: apsw.Connection, layout: Layout, row: StoredRow, old: tuple[Indexed, ...], document: Any
) -> None:
    """Write what has changed of a row: index entries that stay as they are cost nothing."""
    body = encode(document)
    if body == row.body:
        return
    new = layout.values(document)
    if new == old:
        db.execute(layout.rewrite, (body, row.seq))
        return
    changed = [
        (field, after)
        for field, was, after in zip(layout.fields, old, new, strict=True)
        if was != after
    ]
    sql = layout.update(field for field, _ in changed)
    db.execute(sql, (body, *(after for _, after in changed), row.seq))


def insert(
    db: apsw.Connection, layout: Layout, doc_id: DocId, document: dict[str, Any], body: str
) -> None:
    """Insert a document with the id ``doc_id``; DuplicateError when the id is taken."""
    try:
        db.execute(layout.insert, (doc_id, body, *layout.values(document)))
    except apsw.ConstraintError as error:
        if str(error).endswith(".id"):
            raise DuplicateError(f"Document with ID {doc_id} already exists") from None
        raise


def put(
    db: apsw.Connection,
    layout: Layout,
    doc_id: DocId,
    body: str | bytes,
    document: Mapping[str, Any],
) -> None:
    """Store a document under its id, in place of what may be there.

    ``document`` needs to hold no more than the fields that have an index. SQLite would write
    an index entry also when its value stays the same, which costs a page.
    """
    values = layout.values(document)
    if values:
        db.execute(layout.put_body, (body, doc_id, *values))
        if db.changes():
            return
    db.execute(layout.put, (doc_id, body, *values))


def by_id(db: apsw.Connection, layout: Layout, doc_id: DocId) -> StoredRow | None:
    """The row with an id, or None."""
    try:
        rows: Any = db.execute(layout.by_id, (as_id(doc_id),)).fetchall()
    except NotJSONError:
        return None  # what cannot be an id is the id of nothing
    return StoredRow(*rows[0]) if rows else None


def by_ids(db: apsw.Connection, layout: Layout, ids: Iterable[DocId]) -> list[StoredRow]:
    """The rows with one of the ids, read by one statement, in the order of the ids."""
    wanted: dict[int | str, None] = {}
    for doc_id in ids:
        with suppress(NotJSONError):
            wanted[as_id(doc_id)] = None
    rows: Any = db.execute(layout.by_ids, (json.dumps(list(wanted)),))
    found = {row[1]: StoredRow(*row) for row in rows}
    return [found[doc_id] for doc_id in wanted if doc_id in found]


def candidates(
    db: apsw.Connection, layout: Layout, conds: Sequence[QueryLike]
) -> Generator[StoredRow, None, None]:
    """The rows that may meet one of ``conds`` (all rows without any), in document order."""
    found = plan_any(conds, layout)
    if found is None or any(db.execute(guard).fetchall() for guard in found.guards):
        cursor = db.execute(layout.scan)
    else:
        cursor = db.execute(
            f"SELECT seq, id, body FROM {layout.table} WHERE {found.where} ORDER BY seq",
            found.bindings,
        )
    rows: Any = cursor
    try:
        for row in rows:
            yield StoredRow(*row)
    finally:
        cursor.close()


def bounds(
    column: str, at_least: str | float | None, below: str | float | None
) -> tuple[str, list[Indexed]]:
    """The SQL condition and bindings for values of a column from ``at_least`` to ``below``."""
    given = [index_value(bound) for bound in (at_least, below) if bound is not None]
    if not given:
        return "", []
    first, beyond = ("''", "x''") if isinstance(given[0], str) else ("-9e999", "''")
    low = f"{column} >= ?" if at_least is not None else f"{column} > {first}"
    # SQLite walks the index within one bound on each side, so there must not be a wider one too.
    high = f"{column} < ?" if below is not None else f"{column} < {beyond}"
    return f" WHERE {low} AND {high}", given


def sparse(paths: Sequence[Sequence[str]], values: Sequence[Any]) -> dict[str, Any]:
    """A document that has these values at these paths; those that are None are left out."""
    document: dict[str, Any] = {}
    for (*way, name), value in zip(paths, values, strict=True):
        if value is not None:
            place = document
            for step in way:
                place = place.setdefault(step, {})
            place[name] = value
    return document
