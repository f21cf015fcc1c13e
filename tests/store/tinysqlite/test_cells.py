"""The cells of SQLite's pages, as they are read where the file as a whole cannot be opened."""

import sqlite3
import struct
from pathlib import Path

from fieldkit.store.tinysqlite import cells

PAGE = 512


def _pages(path: Path, *statements: str) -> list[bytes]:
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA page_size = {PAGE}")
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()
    raw = path.read_bytes()
    return [raw[at : at + PAGE] for at in range(0, len(raw), PAGE)]


def _found(pages: list[bytes], number: int) -> list[object]:
    def read(at: int) -> bytes:
        return pages[at - 1]

    return [record and record.values for record in cells.records(pages[number - 1], number, read)]


def test_values_of_every_kind_are_read(tmp_path: Path) -> None:
    values = "(NULL, 0, 1, -7, 40000, 1.5, 'grün', x'00ff', '', x'')"
    pages = _pages(
        tmp_path / "db", "CREATE TABLE t (a,b,c,d,e,f,g,h,i,j)", f"INSERT INTO t VALUES {values}"
    )
    (row,) = _found(pages, 2)
    assert row == [None, 0, 1, -7, 40000, 1.5, "grün", b"\x00\xff", "", b""]


def test_a_page_leads_to_all_its_children(tmp_path: Path) -> None:
    rows = ", ".join(f"('{'x' * 200}')" for _ in range(9))
    pages = _pages(tmp_path / "db", "CREATE TABLE t (a)", f"INSERT INTO t VALUES {rows}")
    root = 2
    led_to = cells.children(pages[root - 1], root)
    tables = [
        number
        for number, page in enumerate(pages, 1)
        if number != 1 and cells.is_table(page, number)
    ]
    assert sorted(led_to) == tables
    assert struct.unpack_from(">H", pages[root - 1], 3)[0] == len(led_to) - 1
    assert sum(len(_found(pages, number)) for number in led_to) == 9
