"""Which part of a TinyDB query an index can answer.

A query tells what it tests in ``_hash``, the tuple that TinyDB compares cached queries by:
``("==", ("job_id",), "x")``, ``("and", frozenset({...}))``. It is private to TinyDB, which is
why TinyDB is pinned and why every row that an index returns is tested again by the query itself.
Bounds are inclusive for the same reason: an index may return too much, never too little.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tinydb.queries import QueryInstance

from .codec import Indexed, index_value
from .layout import Field, Layout

_NUMBERS = "{c} > -9e999 AND {c} < ''"
_TEXTS = "{c} >= '' AND {c} < x''"
_NOT_NUMBERS = ("{c} = -9e999", "{c} >= ''")
_NOT_TEXTS = ("{c} < ''", "{c} >= x''")
_RANGES = {"<": "<=", "<=": "<=", ">": ">=", ">=": ">="}


@dataclass(frozen=True)
class Plan:
    """An SQL condition that every matching row meets, and a question to ask first.

    ``guard`` selects a row when some document holds a value that cannot be compared with the
    query's. TinyDB raises TypeError at such a document, so the query has to be left to a scan.
    """

    where: str
    bindings: tuple[Indexed, ...]
    guard: str | None


def plan(cond: object, layout: Layout) -> Plan | None:
    """The plan for ``cond``, or None when only a scan can answer it."""
    if not layout.fields or not isinstance(cond, QueryInstance):
        return None
    wheres: list[str] = []
    bindings: list[Indexed] = []
    guards: list[str] = []
    for operator, path, value in _conjuncts(cond._hash):
        field = layout.field(path)
        if field is None:
            continue
        if operator == "==" and not (field.unique and value is None):
            wheres.append(f"{field.column} = ?")
        elif operator in _RANGES and value is not None and not field.unique:
            wheres.append(_range(field, operator, value))
            guards += _incomparable(field, layout, value)
        else:
            continue
        bindings.append(index_value(value))
    if not wheres:
        return None
    return Plan(" AND ".join(wheres), tuple(bindings), " UNION ALL ".join(guards) or None)


def _conjuncts(hashed: Any) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    match hashed:
        case ("and", frozenset() as parts):
            for part in parts:
                yield from _conjuncts(part)
        case (str() as operator, tuple() as path, value) if _is_plain(path, value):
            yield operator, path, value


def _is_plain(path: tuple[Any, ...], value: Any) -> bool:
    if not all(type(part) is str for part in path):
        return False
    if type(value) is float:
        return math.isfinite(value)
    if type(value) is str:
        return value.isascii() or _is_unicode(value)
    return value is None or type(value) in (int, bool)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _range(field: Field, operator: str, value: Any) -> str:
    kind = _TEXTS if isinstance(value, str) else _NUMBERS
    return f"{field.column} {_RANGES[operator]} ? AND {kind.format(c=field.column)}"


def _incomparable(field: Field, layout: Layout, value: Any) -> list[str]:
    tests = _NOT_TEXTS if isinstance(value, str) else _NOT_NUMBERS
    return [
        f"SELECT * FROM (SELECT 1 FROM {layout.table} WHERE {test.format(c=field.column)} LIMIT 1)"
        for test in tests
    ]
