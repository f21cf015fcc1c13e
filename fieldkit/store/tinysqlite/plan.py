"""Which part of a TinyDB query an index can answer.

A query says what it tests in ``_hash``, the tuple that TinyDB compares cached queries by:
``("==", ("job_id",), "x")``, ``("and", frozenset({...}))``. It is private to TinyDB, which is
why TinyDB is pinned and why every row that an index returns is tested again by the query itself.
Bounds are inclusive for the same reason: an index may return too much, never too little.
The answers are those of a scan. Only the TypeError that TinyDB raises at a document which cannot
be compared may be spared a query of several parts, when another part has ruled the document out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tinydb.queries import QueryInstance

from .codec import Indexed, index_value
from .layout import Field, Layout

_NUMBERS = "{c} > -9e999 AND {c} < ''"
_TEXTS = "{c} >= '' AND {c} < x''"
_NOT_NUMBERS = ("{c} = -9e999", "{c} >= ''")
_NOT_TEXTS = ("{c} < ''", "{c} >= x''")
_MOST_VALUES = 200
"""Of one condition in the index; a longer list is scanned for, because bindings are limited."""
_RANGES = {"<": "<=", "<=": "<=", ">": ">=", ">=": ">="}


@dataclass(frozen=True)
class Plan:
    """An SQL condition that every matching row meets, and questions to ask first.

    Each of ``guards`` selects a row when some document holds a value that cannot be compared
    with the query's. TinyDB raises TypeError at such a document, so the query has to be left
    to a scan.
    """

    where: str
    bindings: tuple[Indexed, ...]
    guards: tuple[str, ...] = ()


def plan(cond: object, layout: Layout) -> Plan | None:
    """The plan for ``cond``, or None when only a scan can answer it."""
    if not layout.fields or not isinstance(cond, QueryInstance):
        return None
    return _plan(cond._hash, layout)


def plan_any(conds: Iterable[object], layout: Layout) -> Plan | None:
    """The plan for the rows that meet at least one of ``conds``."""
    plans = [plan(cond, layout) for cond in conds]
    known = [found for found in plans if found is not None]
    return _joined(known, " OR ") if known and len(known) == len(plans) else None


def _plan(hashed: Any, layout: Layout) -> Plan | None:
    match hashed:
        case ("and", frozenset() as parts):
            known = [found for part in parts if (found := _plan(part, layout))]
            return _joined(known, " AND ") if known else None
        case ("or", frozenset() as parts):
            plans = [_plan(part, layout) for part in parts]
            known = [found for found in plans if found]
            return _joined(known, " OR ") if len(known) == len(plans) else None
        case (str() as operator, tuple() as path, value) if all(type(p) is str for p in path):
            field = layout.field(path)
            return _comparison(field, operator, value, layout) if field else None
    return None


def _joined(plans: list[Plan], word: str) -> Plan:
    return Plan(
        "(" + word.join(found.where for found in plans) + ")",
        tuple(value for found in plans for value in found.bindings),
        tuple(guard for found in plans for guard in found.guards),
    )


def _comparison(field: Field, operator: str, value: Any, layout: Layout) -> Plan | None:
    values = value if operator == "one_of" and type(value) is tuple else (value,)
    if not all(map(_is_plain, values)) or (field.unique and None in values):
        return None
    bindings = tuple(map(index_value, values))
    if operator in ("==", "one_of") and len(values) <= _MOST_VALUES:
        return Plan(f"{field.column} IN ({', '.join('?' * len(values))})", bindings)
    if operator in _RANGES and value is not None and not field.unique:
        return Plan(_range(field, operator, value), bindings, _incomparable(field, layout, value))
    return None


def _is_plain(value: Any) -> bool:
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


def _incomparable(field: Field, layout: Layout, value: Any) -> tuple[str, ...]:
    tests = _NOT_TEXTS if isinstance(value, str) else _NOT_NUMBERS
    return tuple(
        f"SELECT 1 FROM {layout.table} WHERE {test.format(c=field.column)} LIMIT 1"
        for test in tests
    )
