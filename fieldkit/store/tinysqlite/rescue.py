"""What can be read of the pages of a damaged store, put into a new one.

The schema of the damaged file is not needed: the layout is known, and each row says by its ``seq``
in which table it belongs. Only rows older than that need the way that leads to their page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple

import apsw

from . import layout as layouts
from .cells import Record, children, is_table, records
from .codec import DocId, as_id, decode, encode
from .layout import SEQ_BITS, Declared, Layout, Wanted
from .pages import Pages
from .storage import SQLiteStorage


class _Listed(NamedTuple):
    """A table as the damaged file lists it."""

    name: str
    last_id: int
    fields: tuple[Declared, ...]


class _Target(NamedTuple):
    """The new table, and the statement that puts a row into it unless it is there."""

    layout: Layout
    put: str


def commits(pages: Pages) -> int | None:
    """How many commits are in the file; None where that cannot be read."""
    found = [row.values[1] for row in _under(pages, layouts.STATE_PAGE, pages.last_commit)]
    return int(found[0]) if found else None


class Rescue:
    """Puts what the pages hold into a new store, in a transaction.

    ``recovered``: how many documents are there, by table. ``missing``: how many more an index
    names that cannot be read. ``uncertain``: there may be others, or a document may be older
    than the one that was there last.
    """

    def __init__(self, pages: Pages, storage: SQLiteStorage, db: apsw.Connection) -> None:
        self._pages = pages
        self._db = db
        self._listed = _listed(pages)
        self._targets = {n: _target(storage, table) for n, table in self._listed.items()}
        self._missing: dict[int, set[int]] = {}
        self._unmarked = False
        self.uncertain = False
        self._run()
        self.recovered = {table.name: self._finish(n) for n, table in self._listed.items()}
        self.missing = {self._listed[n].name: len(seqs) for n, seqs in self._missing.items()}

    def _run(self) -> None:
        latest, *earlier = self._pages.earlier()
        broken = self._take(range(1, self._pages.count + 1), latest)
        for commit in earlier:
            # What is bad may be there as it was before, which is better than nothing.
            before = self._db.total_changes()
            self._take(sorted(self._pages.changed_after(commit) | broken), commit)
            self.uncertain |= self._db.total_changes() != before
        bad = self._pages.bad
        # One page that is bad is missed by the indexes, which lie on others.
        self.uncertain |= bad > 1 or self._pages.unknown > 0 or bool(bad and self._unmarked)
        if bad:
            self._count_missing()

    def _take(self, numbers: Iterable[int], commit: int) -> set[int]:
        """Keep what is not there yet of the rows of these pages as of a commit. The pages with
        rows that cannot be read."""
        broken: set[int] = set()
        for number in numbers:
            page = self._pages.page(number, commit)
            if page is None or not is_table(page, number):
                continue
            for row in records(page, number, lambda n: self._pages.page(n, commit)):
                if row is None or not self._keep(row, number):
                    broken.add(number)
        return broken

    def _keep(self, row: Record, page: int) -> bool:
        """Keep a row, if it is one of a document; False where that cannot be read."""
        number, seq = divmod(row.seq or 0, 1 << SEQ_BITS)
        target = self._targets.get(number or self._owners.get(page, 0))
        if target is None and not number and self._pages.page(1) is None:
            target = self._alike(row)
        self._unmarked |= not number and page not in self._lists
        if target is None:
            return True
        found = _document(row)
        if found is None:
            return False
        doc_id, body, document = found
        new = (target.layout.first + seq, doc_id, body, *target.layout.values(document))
        self._db.execute(target.put, new)
        return True

    def _alike(self, row: Record) -> _Target | None:
        """The one table whose columns hold what they would hold of the document in this row: with
        the first page the schema is gone, and no way leads to the rows."""
        found = _document(row)
        if found is None:
            return None
        held = [value for value in row.values[2:] if value is not found[1]]
        if not any(value is not None for value in held):
            return None
        alike = [one for one in self._targets.values() if [*one.layout.values(found[2])] == held]
        return alike[0] if len(alike) == 1 else None

    @cached_property
    def _lists(self) -> set[int]:
        """The pages with rows that are no documents: the schema and the store's own lists."""
        roots = 1, layouts.STATE_PAGE, layouts.TABLES_PAGE
        return {page for root in roots for page in _way(self._pages, root)}

    @cached_property
    def _owners(self) -> dict[int, int]:
        """The numbers of the tables of those pages to which the schema leads."""
        found: dict[int, int] = {}
        for kind, name, _, root, *_ in (row.values for row in _under(self._pages, 1)):
            if kind == "table" and name[1:].isdecimal():
                found |= dict.fromkeys(_way(self._pages, root), int(name[1:]))
        return found

    def _count_missing(self) -> None:
        """Whatever an index leads to and is not there."""
        for number in range(1, self._pages.count + 1):
            page = self._pages.page(number)
            if page is None or is_table(page, number):
                continue
            named: dict[int, list[int]] = {}
            for entry in records(page, number, self._pages.page):
                if entry and entry.values and type(entry.values[-1]) is int:
                    table, seq = divmod(entry.values[-1], 1 << SEQ_BITS)
                    named.setdefault(table, []).append(seq)
            for table in named.keys() & self._targets.keys():
                if absent := self._absent(table, named[table]):
                    self._missing.setdefault(table, set()).update(absent)

    def _absent(self, number: int, seqs: list[int]) -> list[int]:
        layout = self._targets[number].layout
        rows: Any = self._db.execute(
            "SELECT value FROM json_each(?) WHERE NOT EXISTS"
            f" (SELECT 1 FROM {layout.table} WHERE seq = {layout.first} + value)",
            (json.dumps(seqs),),
        )
        return [seq for (seq,) in rows]

    def _finish(self, number: int) -> int:
        listed, table = self._listed[number], self._targets[number].layout.table
        self._db.execute(
            "UPDATE store_tables SET last_id = max(?, coalesce("
            f"(SELECT max(id) FROM {table} WHERE id < ''), 0)) WHERE name = ?",
            (listed.last_id, listed.name),
        )
        return int(layouts.scalar(self._db, f"SELECT count(*) FROM {table}"))


def _target(storage: SQLiteStorage, table: _Listed) -> _Target:
    storage.declared[table.name] = Wanted(table.fields)
    with storage.writing(table.name) as (_, layout):
        columns = "".join(f", {field.column}" for field in layout.fields)
        return _Target(
            layout,
            f"INSERT OR IGNORE INTO {layout.table}(seq, id, body{columns})"
            f" VALUES (?, ?, ?{', ?' * len(layout.fields)})",
        )


def _document(row: Record) -> tuple[DocId, str, dict[str, Any]] | None:
    """Id, JSON text and document of a row. The text is the longest value: all others are in it."""
    texts = [value for value in row.values[2:] if isinstance(value, str)]
    try:
        body = max(texts, key=len)
        document = decode(body)
        encode(document)
        return as_id(row.values[1]), body, document
    except (ValueError, TypeError, AttributeError, IndexError):
        return None


def _listed(pages: Pages) -> dict[int, _Listed]:
    """The list of tables, from itself and from where its names stand again."""
    found: dict[int, _Listed] = {}
    for commit in pages.earlier():
        for row in _under(pages, layouts.TABLES_PAGE, commit):
            with suppress(ValueError, TypeError):  # an unencrypted page may hold anything
                _, name, last_id, fields = row.values
                known = layouts.fields(json.loads(fields))
                declared = tuple(Declared(field.path, field.unique) for field in known)
                found.setdefault(row.seq or 0, _Listed(name, last_id, declared))
        for entry in _under(pages, layouts.NAMES_PAGE, commit):
            with suppress(ValueError):
                name, number = entry.values
                found.setdefault(number, _Listed(name, 0, ()))
        for row in _under(pages, layouts.STATE_PAGE, commit):
            with suppress(ValueError, TypeError):
                *_, names = row.values
                for number, name in json.loads(names).items():
                    found.setdefault(int(number), _Listed(name, 0, ()))
    return found


def _under(pages: Pages, root: int, commit: int | None = None) -> Iterator[Record]:
    """The records of a table or index, as far as ways lead to them."""
    for number in _way(pages, root, commit):
        page = pages.page(number, commit)
        if page is not None:
            found = records(page, number, lambda n: pages.page(n, commit))
            yield from (record for record in found if record)


def _way(pages: Pages, root: int, commit: int | None = None) -> Iterator[int]:
    """The numbers of the pages of a table or index, as far as ways lead to them."""
    left, seen = [root], {0}
    while left:
        number = left.pop()
        if number in seen:
            continue
        seen.add(number)
        yield number
        page = pages.page(number, commit)
        left += children(page, number) if page is not None else []
