"""How a table of documents lies in SQLite.

A table of documents is a table ``t<number>`` with one row a document: ``seq`` keeps the order,
``id`` is the document id (integer or text), ``x0``, ``x1``... hold the values of the declared
fields, ``body`` is the JSON text. The catalogue ``store_tables`` says which fields there are;
whoever writes fills all columns that the file has, declared by this program or by another.

Declared fields are plain columns filled from the document at hand. Expression indexes and
generated columns hold the same values but make SQLite parse the JSON text again for every index
entry that is written or removed: 13.7 microseconds for a 3 KB document with two fields, against
5.5 with columns.

An excerpt is worth that price: an index over the parts of each document that a list shows. A list
of 1,000 documents is read from it in 1 ms instead of 20, and SQLite itself keeps it true, whoever
writes. A rank is an index over one expression, by which a list is read page by page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import apsw

from .codec import Indexed, at_path

# "TSQ" and the version of this layout.
APPLICATION_ID = 0x54535100
FORMAT = 1

CREATE_STORE = f"""
PRAGMA application_id = {APPLICATION_ID | FORMAT};
CREATE TABLE store_state(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  commits INTEGER NOT NULL,
  layout INTEGER NOT NULL,
  names TEXT
);
CREATE TABLE store_tables(
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  last_id INTEGER NOT NULL,
  fields TEXT NOT NULL
);
INSERT INTO store_state VALUES (1, 0, 0, NULL);
"""

COMMITS = "SELECT commits FROM store_state"

STATE_PAGE, TABLES_PAGE, NAMES_PAGE = 2, 3, 4
"""Where SQLite puts the roots of these two tables, and of the index of names, in an empty file."""

SEQ_BITS = 32


@dataclass(frozen=True)
class Field:
    """A field that has an index: its path in the document and its column."""

    path: tuple[str, ...]
    unique: bool
    column: str

    @property
    def number(self) -> int:
        """The place of the field in the catalogue, which its column is named after."""
        return int(self.column[1:])

    def value(self, document: Mapping[str, Any]) -> Indexed:
        """What the column holds for ``document``; null is no value to a unique index."""
        value = at_path(document, self.path)
        return None if self.unique and value == -float("inf") else value


class Declared(NamedTuple):
    """A field that the program wants an index for."""

    path: tuple[str, ...]
    unique: bool


class Wanted(NamedTuple):
    """What the program wants of a table: fields with an index, the fields of the excerpt, and the
    rank."""

    fields: tuple[Declared, ...] = ()
    excerpt: tuple[str, ...] = ()
    rank: str = ""


def declarations(
    indexes: Mapping[str, Iterable[str]] | None,
    unique: Mapping[str, Iterable[str]] | None,
    excerpts: Mapping[str, Iterable[str]] | None = None,
    ranks: Mapping[str, str] | None = None,
) -> dict[str, Wanted]:
    """What is declared of each table; a dot in a name leads into an object."""
    found: dict[str, dict[Declared, None]] = {}
    for names, is_unique in ((indexes, False), (unique, True)):
        for table, fields in (names or {}).items():
            for field in fields:
                found.setdefault(table, {})[Declared(tuple(field.split(".")), is_unique)] = None
    parts = {table: tuple(fields) for table, fields in (excerpts or {}).items()}
    by_rank = {table: rank_expression(text) for table, text in (ranks or {}).items()}
    return {
        table: Wanted(tuple(found.get(table, ())), parts.get(table, ()), by_rank.get(table, ""))
        for table in dict.fromkeys((*found, *parts, *by_rank))
    }


def rank_expression(text: str) -> str:
    """The SQL of a rank, in which `{customer.city}` stands for the field."""
    return re.sub(r"\{([\w.]+)\}", r"json_extract(body, '$.\1')", text)


def excerpt(fields: Iterable[str]) -> str:
    """The SQL expression for the JSON list of the values of some fields, at least two.

    SQLite reads it from an index over the same expression, where there is one.
    """
    paths = ", ".join(f"'$.{field}'" for field in fields)
    return f"json_extract(body, {paths})"


@dataclass(frozen=True)
class Layout:
    """A table of documents and the statements that work on it."""

    number: int
    fields: tuple[Field, ...]

    @cached_property
    def table(self) -> str:
        """The SQL name of the table."""
        return f"t{self.number}"

    @property
    def first(self) -> int:
        """What is below the ``seq`` of every row: 4,294,967,295 rows until the next table's."""
        return self.number << SEQ_BITS

    @cached_property
    def _next_seq(self) -> str:
        return f"(SELECT max(coalesce(max(seq), 0), {self.first}) + 1 FROM {self.table})"

    @cached_property
    def insert(self) -> str:
        """Insert id, body and the columns."""
        columns = "".join(f", {field.column}" for field in self.fields)
        return (
            f"INSERT INTO {self.table}(seq, id, body{columns})"
            f" VALUES ({self._next_seq}, ?, ?{', ?' * len(self.fields)})"
        )

    @cached_property
    def put(self) -> str:
        """Insert as above, or replace the row that has the id; the body may be UTF-8 bytes."""
        columns = ["body", *(field.column for field in self.fields)]
        sets = ", ".join(f"{column} = excluded.{column}" for column in columns)
        return (
            f"INSERT INTO {self.table}(seq, id, {', '.join(columns)})"
            f" VALUES ({self._next_seq}, ?, CAST(? AS TEXT){', ?' * len(self.fields)})"
            f" ON CONFLICT (id) DO UPDATE SET {sets}"
        )

    @cached_property
    def put_body(self) -> str:
        """Set the body (or its UTF-8 bytes) of the row with an id, if its columns are these."""
        same = "".join(f" AND {field.column} IS ?" for field in self.fields)
        return f"UPDATE {self.table} SET body = CAST(? AS TEXT) WHERE id = ?{same}"

    @cached_property
    def by_id(self) -> str:
        """Select seq, id, body of one id."""
        return f"SELECT seq, id, body FROM {self.table} WHERE id = ?"

    @cached_property
    def by_ids(self) -> str:
        """Select seq, id, body of the ids in a JSON list."""
        ids = "SELECT value FROM json_each(?)"
        return f"SELECT seq, id, body FROM {self.table} WHERE id IN ({ids})"

    @cached_property
    def scan(self) -> str:
        """Select seq, id, body of all rows in document order."""
        return f"SELECT seq, id, body FROM {self.table} ORDER BY seq"

    def excerpt_page(self, fields: Iterable[str]) -> str:
        """Select the values of some fields and seq, in their order, after given ones of both."""
        text = excerpt(fields)
        return (
            f"SELECT {text}, seq FROM {self.table} WHERE {text} >= ?1"
            f" AND ({text} > ?1 OR seq > ?2) ORDER BY {text}, seq LIMIT ?3"
        )

    @cached_property
    def delete(self) -> str:
        """Delete one row by seq."""
        return f"DELETE FROM {self.table} WHERE seq = ?"

    @cached_property
    def next_id(self) -> str:
        """The integer after all that were ever given; text sorts after integers."""
        return (
            f"SELECT 1 + max(last_id, coalesce((SELECT id FROM {self.table}"
            f" WHERE id < '' ORDER BY id DESC LIMIT 1), 0))"
            f" FROM store_tables WHERE number = {self.number}"
        )

    @cached_property
    def rewrite(self) -> str:
        """Set the body of the row with a seq."""
        return self.update(())

    def update(self, changed: Iterable[Field]) -> str:
        """Set the body and the columns that changed of one row, then its seq."""
        columns = "".join(f", {field.column} = ?" for field in changed)
        return f"UPDATE {self.table} SET body = ?{columns} WHERE seq = ?"

    def merge(self, names: Sequence[str]) -> str:
        """Set top-level fields of one document in its text, and their columns, by its id.

        The bindings are the values, those of the fields that have columns again, and the id.
        """
        texts = "".join(f", '$.\"{name}\"', ?" for name in names)
        found = [field for name in names if (field := self.field((name,)))]
        columns = "".join(f", {field.column} = ?" for field in found)
        return f"UPDATE {self.table} SET body = json_set(body{texts}){columns} WHERE id = ?"

    def values(self, document: Mapping[str, Any]) -> tuple[Indexed, ...]:
        """What the columns hold for ``document``, in the order of the fields."""
        return tuple(field.value(document) for field in self.fields)

    def field(self, path: tuple[str, ...]) -> Field | None:
        """The field at ``path``, if it has an index."""
        return next((field for field in self.fields if field.path == path), None)


def scalar(db: apsw.Connection, sql: str, *bindings: Any) -> Any:
    """The first column of the only row that ``sql`` gives."""
    return db.execute(sql, bindings).fetchall()[0][0]


def names(db: apsw.Connection) -> list[str]:
    """The names of all tables."""
    rows: Any = db.execute("SELECT name FROM store_tables ORDER BY number")
    return [name for (name,) in rows]


def load(db: apsw.Connection, name: str) -> Layout | None:
    """The layout of the table ``name`` as the file has it, or None."""
    rows: list[Any] = db.execute(
        "SELECT number, fields FROM store_tables WHERE name = ?", (name,)
    ).fetchall()
    return Layout(rows[0][0], fields(json.loads(rows[0][1]))) if rows else None


def fields(stored: list[list[Any] | None]) -> tuple[Field, ...]:
    """The fields of a table from how ``store_tables`` keeps them, where a null keeps the place of
    one that is declared no more."""
    return tuple(
        Field(tuple(field[0]), field[1], f"x{count}")
        for count, field in enumerate(stored)
        if field is not None
    )


def create(db: apsw.Connection, name: str, wanted: Wanted) -> Layout:
    """Make the table ``name``; inside a write transaction."""
    # Numbers grow with every change of layout, so a number never means another table.
    number = scalar(db, "UPDATE store_state SET layout = layout + 1 RETURNING layout")
    layout = Layout(number, fields([[field.path, field.unique] for field in wanted.fields]))
    columns = "".join(f", {field.column}" for field in layout.fields)
    db.execute(
        f"CREATE TABLE {layout.table}"
        f"(seq INTEGER PRIMARY KEY, id NOT NULL UNIQUE{columns}, body TEXT NOT NULL)"
    )
    for field in layout.fields:
        _create_index(db, layout, field)
    db.execute(
        "INSERT INTO store_tables VALUES (?, ?, 0, ?)",
        (number, name, _stored(layout.fields)),
    )
    for sql in _special_indexes(layout, wanted).values():
        db.execute(sql)
    _repeat_names(db)
    return layout


def _repeat_names(db: apsw.Connection) -> None:
    """Keep the names of the tables in ``store_state`` too. Every commit writes that, so that a
    salvage finds them in the file and everywhere in the log."""
    columns = "SELECT 1 FROM pragma_table_info('store_state') WHERE name = 'names'"
    if not db.execute(columns).fetchall():  # of a store that was made before this was so
        db.execute("ALTER TABLE store_state ADD COLUMN names TEXT")
    names = "SELECT json_group_object(number, name) FROM store_tables"
    db.execute(f"UPDATE store_state SET names = ({names})")


def add_fields(db: apsw.Connection, layout: Layout, missing: Sequence[Declared]) -> None:
    """Add and fill the columns of ``missing``; inside a write transaction."""
    db.execute("UPDATE store_state SET layout = layout + 1")
    first = max((field.number + 1 for field in layout.fields), default=0)
    added = tuple(
        Field(field.path, field.unique, f"x{first + count}") for count, field in enumerate(missing)
    )
    for field in added:
        db.execute(f"ALTER TABLE {layout.table} ADD COLUMN {field.column}")
    sets = ", ".join(f"{field.column} = ?" for field in added)
    fill = f"UPDATE {layout.table} SET {sets} WHERE seq = ?"
    for (seq,) in db.execute(f"SELECT seq FROM {layout.table}").fetchall():
        document = json.loads(scalar(db, f"SELECT body FROM {layout.table} WHERE seq = ?", seq))
        db.execute(fill, (*(field.value(document) for field in added), seq))
    for field in added:
        _create_index(db, layout, field)
    db.execute(
        "UPDATE store_tables SET fields = ? WHERE number = ?",
        (_stored(layout.fields + added), layout.number),
    )


def drop_fields(db: apsw.Connection, layout: Layout, kept: Iterable[Declared]) -> None:
    """Drop the columns and indexes of all other fields; inside a write transaction."""
    there = set(kept)
    gone = [field for field in layout.fields if Declared(field.path, field.unique) not in there]
    if not gone:
        return
    db.execute("UPDATE store_state SET layout = layout + 1")
    for field in gone:
        db.execute(f"DROP INDEX {layout.table}_{field.column}")
        db.execute(f"ALTER TABLE {layout.table} DROP COLUMN {field.column}")
    stay = [field for field in layout.fields if field not in gone]
    db.execute(
        "UPDATE store_tables SET fields = ? WHERE number = ?", (_stored(stay), layout.number)
    )


def missing(db: apsw.Connection, layout: Layout, wanted: Wanted) -> Wanted:
    """What the file lacks of what is wanted of a table."""
    there = {(field.path, field.unique) for field in layout.fields}
    special = [
        kind
        for kind, sql in _special_indexes(layout, wanted).items()
        if not db.execute("SELECT 1 FROM sqlite_schema WHERE sql = ?", (sql,)).fetchall()
    ]
    fields = tuple(field for field in wanted.fields if field not in there)
    return Wanted(
        fields,
        wanted.excerpt if "excerpt" in special else (),
        wanted.rank if "rank" in special else "",
    )


def set_special(db: apsw.Connection, layout: Layout, wanted: Wanted) -> None:
    """Keep the excerpt and the rank of a table, where they are wanted, in place of others; inside
    a write transaction."""
    for kind, sql in _special_indexes(layout, wanted).items():
        db.execute("UPDATE store_state SET layout = layout + 1")
        db.execute(f"DROP INDEX IF EXISTS {layout.table}_{kind}")
        db.execute(sql)


def drop(db: apsw.Connection, name: str, layout: Layout) -> None:
    """Drop the table ``name``; inside a write transaction."""
    db.execute("UPDATE store_state SET layout = layout + 1")
    db.execute(f"DROP TABLE {layout.table}")
    db.execute("DELETE FROM store_tables WHERE name = ?", (name,))
    _repeat_names(db)


def _stored(fields: Iterable[Field]) -> str:
    by_number = {field.number: [field.path, field.unique] for field in fields}
    return json.dumps([by_number.get(count) for count in range(max(by_number, default=-1) + 1)])


def _create_index(db: apsw.Connection, layout: Layout, field: Field) -> None:
    unique = "UNIQUE " if field.unique else ""
    db.execute(
        f"CREATE {unique}INDEX {layout.table}_{field.column} ON {layout.table}({field.column})"
    )


def _special_indexes(layout: Layout, wanted: Wanted) -> dict[str, str]:
    """What makes the indexes over expressions, by what each is called."""
    found = {"excerpt": excerpt(wanted.excerpt) if wanted.excerpt else "", "rank": wanted.rank}
    table = layout.table
    return {
        kind: f"CREATE INDEX {table}_{kind} ON {table}({expression})"
        for kind, expression in found.items()
        if expression
    }
