"""What a page of SQLite's b-trees holds, read without the pages that lead to it.

The format is SQLite's own and public: https://sqlite.org/fileformat2.html
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

_INNER_INDEX, _INNER_TABLE, _LEAF_INDEX, _LEAF_TABLE = 2, 5, 10, 13
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""Bytes of an integer by its type."""

ReadPage = Callable[[int], bytes | None]


class Record(NamedTuple):
    """A row of a table, or an entry of an index: then `seq` is None."""

    seq: int | None
    values: list[Any]


class _Broken(Exception):
    """The record goes on in a page that cannot be read."""


def records(page: bytes, number: int, read: ReadPage) -> Iterator[Record | None]:
    """What a page holds; None for each record that cannot be read to its end.

    ``read`` gives the pages in which a long record goes on. A page of another kind holds none.
    """
    start = _start(number)
    kind, cells = page[start], struct.unpack_from(">H", page, start + 3)[0]
    if kind not in (_INNER_INDEX, _LEAF_INDEX, _LEAF_TABLE):
        return
    first = start + (12 if kind == _INNER_INDEX else 8)
    for cell in range(cells):
        try:
            at = struct.unpack_from(">H", page, first + 2 * cell)[0]
            yield _record(page, at + (4 if kind == _INNER_INDEX else 0), kind, read)
        except (_Broken, IndexError, ValueError, struct.error):
            yield None


def is_table(page: bytes, number: int) -> bool:
    """Whether a page holds rows of a table."""
    return page[_start(number)] == _LEAF_TABLE


def children(page: bytes, number: int) -> list[int]:
    """The pages that a page leads to."""
    start = _start(number)
    if page[start] not in (_INNER_INDEX, _INNER_TABLE):
        return []
    cells = struct.unpack_from(">H", page, start + 3)[0]
    places = struct.unpack_from(f">{cells}H", page, start + 12)
    lead = [struct.unpack_from(">I", page, at)[0] for at in places if at + 4 <= len(page)]
    return [*lead, struct.unpack_from(">I", page, start + 8)[0]]


def _start(number: int) -> int:
    return 100 if number == 1 else 0


def _record(page: bytes, at: int, kind: int, read: ReadPage) -> Record:
    size, at = _varint(page, at)
    seq = None
    if kind == _LEAF_TABLE:
        seq, at = _varint(page, at)
        seq -= (seq >> 63) << 64
    return Record(seq, _values(_payload(page, at, size, kind, read)))


def _payload(page: bytes, at: int, size: int, kind: int, read: ReadPage) -> bytes:
    usable = len(page)
    most = usable - 35 if kind == _LEAF_TABLE else (usable - 12) * 64 // 255 - 23
    if size <= most:
        return page[at : at + size]
    least = (usable - 12) * 32 // 255 - 23
    here = least + (size - least) % (usable - 4)
    here = here if here <= most else least
    found = [page[at : at + here]]
    left, following = size - here, struct.unpack_from(">I", page, at + here)[0]
    while left > 0:
        more = read(following) if following else None
        if more is None:
            raise _Broken
        found.append(more[4 : 4 + min(left, usable - 4)])
        left -= usable - 4
        following = struct.unpack_from(">I", more)[0]
    return b"".join(found)


def _values(payload: bytes) -> list[Any]:
    size, at = _varint(payload, 0)
    kinds = []
    while at < size:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[Any] = []
    for kind in kinds:
        length = _INTEGERS.get(kind, 8 if kind == 7 else max(0, kind - 12) // 2)
        data = payload[at : at + length]
        if len(data) < length:
            raise _Broken
        values.append(_value(kind, data))
        at += length
    return values


def _value(kind: int, data: bytes) -> Any:
    if kind in _INTEGERS:
        return int.from_bytes(data, "big", signed=True)
    if kind == 7:
        return struct.unpack(">d", data)[0]
    if kind in (8, 9):
        return kind - 8
    if kind < 12:
        return None
    return data.decode() if kind % 2 else data


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends."""
    value = 0
    for place in range(at, at + 8):
        byte = data[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    return value << 8 | data[at + 8], at + 9
