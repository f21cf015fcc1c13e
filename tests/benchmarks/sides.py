"""The other sides of the store's benchmarks: plain APSW, and TinyDB's own JSON file."""

from __future__ import annotations

import hashlib
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import tinydb

from tests.benchmarks.real_step import KEY, Model, Rows, rows_before

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Clock:
    """Takes times under names."""

    def __init__(self) -> None:
        self._times: dict[str, list[float]] = {}

    def take(self, name: str, act: Callable[..., object], *arguments: object) -> Any:
        """Call it and note the milliseconds, and those of the processor under `cpu NAME`."""
        cpu, start = time.process_time(), time.perf_counter()
        answer = act(*arguments)
        taken, worked = time.perf_counter() - start, time.process_time() - cpu
        self._times.setdefault(name, []).append(taken * 1000)
        self._times.setdefault(f"cpu {name}", []).append(worked * 1000)
        return answer

    def forget(self) -> None:
        """What was taken until now was for warming up."""
        self._times.clear()

    def medians(self) -> dict[str, float]:
        """The median of each name, in milliseconds."""
        return {name: statistics.median(values) for name, values in self._times.items()}


def connected(path: Path) -> apsw.Connection:
    """A connection with the cipher and the pragmas that the store sets."""
    db = apsw.Connection(str(path))
    db.execute(f"PRAGMA cipher = 'chacha20'; PRAGMA key = 'raw:{KEY.hex()}'").fetchall()
    db.execute(
        "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000;"
        "PRAGMA journal_size_limit = 4194304"
    ).fetchall()
    return db


class Plain:
    """What a program with APSW alone would do, in a copy of a store."""

    def __init__(self, path: Path) -> None:
        self.db = connected(path)
        tables: Any = self.db.execute("SELECT name, number, fields FROM store_tables")
        self._tables = {name: _Statements(number, fields) for name, number, fields in tables}

    def by_hand(self, event: dict[str, Any], rows: Rows) -> None:
        """The whole step but for what the job makes of it: text, hash, rows, one commit."""
        raw = _to_json(event)
        head = hashlib.sha256(raw.encode()).hexdigest()
        for table, _, document in rows:
            if table == "events":
                document["raw"] = raw
            elif table == "device":
                document["head"] = head
        self.documents(rows)

    def documents(self, rows: Rows) -> None:
        """Documents as rows."""
        self.write([self.row(*row) for row in rows])

    def row(self, table: str, doc_id: str, document: dict[str, Any]) -> tuple[str, list[Any]]:
        """The statement and the values that put a document, its index entries too."""
        there = self._tables[table]
        return there.put, [doc_id, *map(document.get, there.fields), _to_json(document)]

    def write(self, rows: list[tuple[str, list[Any]]]) -> None:
        """One transaction."""
        self.db.execute("BEGIN IMMEDIATE")
        for sql, values in rows:
            self.db.execute(sql, values)
        self.db.execute("COMMIT")

    def select(self, condition: str, *bindings: object) -> list[Any]:
        """Jobs as they are read back."""
        sql = f"SELECT body FROM {self._tables['jobs'].name} {condition}"
        return [json.loads(body) for (body,) in self.db.execute(sql, bindings)]


class _Statements:
    """A table of the copy, and how a row is put into it."""

    def __init__(self, number: int, fields: str) -> None:
        self.name = f"t{number}"
        self.fields = [path[0] for path, _ in json.loads(fields)]
        columns = ["id", *(f"x{place}" for place in range(len(self.fields))), "body"]
        marks = ", ".join("?" * len(columns))
        sets = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
        self.put = (
            f"INSERT INTO {self.name}({', '.join(columns)}) VALUES ({marks})"
            f" ON CONFLICT (id) DO UPDATE SET {sets}"
        )


class JSONFile:
    """The same in TinyDB's own JSON file, where a job's id is its number and one."""

    def __init__(self, path: Path, model: Model, count: int) -> None:
        tables: dict[str, dict[str, Any]] = {"jobs": {}, "events": {}, "outbox": {"1": {}}}
        for number in range(count):
            key = str(number + 1)
            tables["jobs"][key], tables["events"][key] = rows_before(model, number)
        tables["device"] = {"1": {}}
        path.write_text(json.dumps(tables), encoding="utf-8")
        self.path = path
        self.db = tinydb.TinyDB(path)

    def write(self, number: int, rows: Rows) -> None:
        """A step; each of its writes rewrites the file."""
        for table, _, document in rows:
            if table in ("jobs", "device"):
                place = number + 1 if table == "jobs" else 1
                self.db.table(table).update(document, doc_ids=[place])
            else:
                self.db.table(table).insert(document)

    def open(self) -> int:
        """Open it and read a table: it has no other way to be ready."""
        with tinydb.TinyDB(self.path) as db:
            return len(db.table("jobs"))
