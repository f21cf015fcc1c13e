"""Files that are damaged by chance, and which documents lie on what is left whole."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from fieldkit.store.records.migrations import SCHEMA
from fieldkit.store.tinysqlite import TinySQLite
from fieldkit.store.tinysqlite.cells import Record, is_table, records
from fieldkit.store.tinysqlite.layout import SEQ_BITS
from fieldkit.store.tinysqlite.pages import PAGE, Pages

FIRST = Path(__file__).parents[1] / "fixtures" / "first"
"""What the first program wrote."""

Span = tuple[int, int]
Documents = dict[tuple[str, str], Any]
"""Documents by table and id."""

_LOG_HEAD, _FRAME = 32, 24 + PAGE


class Damaged(NamedTuple):
    """What a file is after an accident, and which of its bytes are not what they were."""

    content: bytes
    spans: list[Span]


def flip(content: bytes, chance: Random, is_log: bool) -> Damaged:
    """One bit is another."""
    at = chance.randrange(len(content))
    byte = bytes([content[at] ^ 1 << chance.randrange(8)])
    return Damaged(content[:at] + byte + content[at + 1 :], [(at, at + 1)])


def cut(content: bytes, chance: Random, is_log: bool) -> Damaged:
    """The end is missing; every second time no more than a page of it."""
    most = len(content) if chance.randrange(2) else min(PAGE, len(content))
    end = len(content) - chance.randint(1, most)
    return Damaged(content[:end], [(end, len(content))])


def zero(content: bytes, chance: Random, is_log: bool) -> Damaged:
    """A page, or a frame of the log, holds zeros."""
    start, end = chance.choice(_places(content, is_log))
    return Damaged(content[:start] + bytes(end - start) + content[end:], [(start, end)])


def garbage(content: bytes, chance: Random, is_log: bool) -> Damaged:
    """A page, or a frame of the log, holds anything."""
    start, end = chance.choice(_places(content, is_log))
    return Damaged(content[:start] + chance.randbytes(end - start) + content[end:], [(start, end)])


def swap(content: bytes, chance: Random, is_log: bool) -> Damaged:
    """Two pages lie in each other's places."""
    (a, a_end), (b, b_end) = sorted(chance.sample(_places(content, is_log), 2))
    swapped = content[:a] + content[b:b_end] + content[a_end:b] + content[a:a_end] + content[b_end:]
    return Damaged(swapped, [(a, a_end), (b, b_end)])


def copy(content: bytes, chance: Random, is_log: bool) -> Damaged:
    """A page, or a frame of the log, lies once more where another one has been."""
    (a, a_end), (b, b_end) = chance.sample(_places(content, is_log), 2)
    return Damaged(content[:b] + content[a:a_end] + content[b_end:], [(b, b_end)])


KINDS: dict[str, Callable[[bytes, Random, bool], Damaged]] = {
    "flip": flip, "cut": cut, "zero": zero, "garbage": garbage, "swap": swap,
    "copy": copy,
}  # fmt: skip


def _places(content: bytes, is_log: bool) -> list[Span]:
    first, size = (_LOG_HEAD, _FRAME) if is_log else (0, PAGE)
    return [(at, at + size) for at in range(first, len(content) - size + 1, size)]


def documents(path: Path, key: bytes) -> Documents:
    """All documents of a store."""
    db = TinySQLite.open(path, key=key, schema=SCHEMA)
    try:
        found = ((name, row) for name in sorted(db.tables()) for row in db.table(name))
        return {(name, str(row.doc_id)): dict(row) for name, row in found}
    finally:
        db.close()


def places(path: Path, key: bytes, names: dict[int, str]) -> dict[tuple[str, str], set[Any]]:
    """In which file, and where in it, the pages of each document are. `names`: of the tables."""
    pages = Pages(path, key)
    found: dict[tuple[str, str], set[Any]] = {}
    for number in range(1, pages.count + 1):
        if is_table(pages.page(number) or bytes(PAGE), number):
            for record, used in _records(pages, number):
                name = names.get((record.seq or 0) >> SEQ_BITS)
                if name:
                    versions = [pages._version(each, pages.last_commit) for each in used]
                    found[name, str(record.values[1])] = {one.content for one in versions if one}
    return found


def _records(pages: Pages, number: int) -> Iterator[tuple[Record, set[int]]]:
    used: set[int] = set()

    def read(page: int) -> bytes | None:
        used.add(page)
        return pages.page(page)

    for record in records(pages.page(number) or b"", number, read):
        assert record is not None
        yield record, used | {number}
        used.clear()


def whole(where: dict[tuple[str, str], set[Any]], file: Path, damaged: Damaged) -> set[Any]:
    """The documents of which nothing lies on what is damaged of a file."""

    def is_hit(place: tuple[Path, int]) -> bool:
        each, at = place
        return each == file and any(at < end and start < at + PAGE for start, end in damaged.spans)

    return {document for document, at in where.items() if not any(map(is_hit, at))}
