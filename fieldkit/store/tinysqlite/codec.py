"""Documents to JSON text and back, ids, and the values that indexes hold."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from .errors import NotJSONError

# An id is an int or a str. TinyDB's annotations say int, and only Any overrides them.
DocId = Any
Indexed = int | float | str | bytes | None

# How an indexed field is kept in its column. SQLite sorts NULL, numbers, text, blobs:
#   absent -> NULL, null -> NULL_MARK, numbers and text as they are, a list or object -> BOX_MARK.
# JSON has no infinity, so the mark for null can be nothing else, and it sorts before all numbers.
NULL_MARK = -math.inf
BOX_MARK = b""

_INT64 = 2**63

_SCALARS = frozenset((str, int, float, bool, type(None)))

_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_parse = json.JSONDecoder().raw_decode


def decode(body: str) -> Any:
    """The document of a row's text; without the search for white space around it."""
    return _parse(body)[0]


def as_id(value: object) -> int | str:
    """A document id as it is stored: an int of 64 bits or a str."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return int(value)
    raise NotJSONError("a document id must be a string or an integer of 64 bits")


def encode(document: Mapping[str, Any]) -> str:
    """Compact JSON of ``document``; NotJSONError names the path of a value that is not JSON."""
    try:
        _check_keys(document)
        text = _dumps(document)
        if not text.isascii():
            text.encode()  # half of a surrogate pair has no UTF-8
        return text
    except (TypeError, ValueError, RecursionError) as error:
        where = _first_fault(document, (), set())
        raise NotJSONError(f"{where or 'the document'}: {_reason(error)}") from None


def _check_keys(value: Any) -> None:
    # json turns the keys 1 and None into "1" and "null" without a word. join() takes only
    # strings and looks at all the keys of an object in one call.
    if isinstance(value, dict):
        "".join(value)
        value = value.values()
    for item in value:
        if type(item) not in _SCALARS and isinstance(item, (dict, list, tuple)):
            _check_keys(item)


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "is nested too deeply for JSON"
    return "holds a value or a key that JSON cannot carry unchanged"


def _first_fault(value: Any, path: tuple[str, ...], seen: set[int]) -> str:
    if isinstance(value, dict | list | tuple):
        if id(value) in seen:
            return ".".join(path)
        seen = seen | {id(value)}
        if isinstance(value, dict):
            if any(not isinstance(key, str) for key in value):
                return ".".join((*path, "(key)"))
            items = [(str(key), item) for key, item in value.items()]
        else:
            items = [(str(number), item) for number, item in enumerate(value)]
        return next(filter(None, (_first_fault(i, (*path, k), seen) for k, i in items)), "")
    try:
        _dumps(value).encode()
    except (TypeError, ValueError):
        return ".".join(path)
    return ""


def at_path(document: Mapping[str, Any], path: tuple[str, ...]) -> Indexed:
    """What the index column of ``path`` holds for ``document``."""
    value: Any = document
    for part in path:
        if not isinstance(value, dict) or part not in value:
            return None
        value = value[part]
    return index_value(value)


def index_value(value: Any) -> Indexed:
    """The column value of a JSON value that is there."""
    if isinstance(value, str):
        return str(value)
    if value is None:
        return NULL_MARK
    if isinstance(value, int):
        return int(value) if -_INT64 <= value < _INT64 else _clamped(value)
    if isinstance(value, float):
        return float(value)
    return BOX_MARK


def _clamped(value: int) -> float:
    # Beyond 64 bits the column holds the nearest float. Lookups are inclusive and every row
    # is checked again, so rounding can only add candidates.
    limit = 1.7976931348623157e308
    try:
        return float(value)
    except OverflowError:
        return limit if value > 0 else -limit
