"""Transactions on the office's database: SQLite by default, PostgreSQL by URL.

Writers take turns, by which positions become visible in their order.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, select, update
from sqlalchemy.pool import ConnectionPoolEntry

from fieldkit.office.tables import office

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another one on SQLite: many times what a batch takes."""
_IN_LIST = 500
"""Values of one IN: a whole batch, and half of the 999 parameters that an old SQLite takes."""
_ROWS_AT_ONCE = 200
"""Rows of one INSERT: 15 columns make 3,000 parameters; SQLite takes 32,766, PostgreSQL 65,535."""
_LOG_BYTES = 64 * 1024 * 1024
"""What SQLite's log is cut to: an initial load grows it, and it would keep that size."""
_SNAPSHOT = {"isolation_level": "REPEATABLE READ"}  # SQLite has it from the start
_PROVISIONAL = 1 << 60
"""Numbers from here on were assigned before the writer's turn; no counter ever comes so far."""


@dataclass
class Writing:
    """A transaction that writes, and the office's counters.

    From its turn on it is the only one. Numbers that are assigned before are provisional: greater
    than all that are there, and in order; in turn, `final_...` maps them to stored ones.
    """

    conn: Connection
    epoch: str = ""
    position: int = _PROVISIONAL
    entry: int = _PROVISIONAL
    in_turn: bool = False
    _counters: tuple[int, int] = (0, 0)

    def next_position(self) -> int:
        """The next position in the office's order."""
        self.position += 1
        return self.position

    def next_entry(self) -> int:
        """The number of the next arrival."""
        self.entry += 1
        return self.entry

    def take_turn(self) -> None:
        """Wait until no other transaction writes; what is read from here on does not change."""
        row = self.conn.execute(select(office).with_for_update()).one()
        self.in_turn, self.epoch = True, row.epoch
        self._counters = row.position, row.entry
        self.position = self.final_position(self.position)
        self.entry = self.final_entry(self.entry)

    def read_epoch(self) -> str:
        """The office's epoch, also ahead of the turn: no event is refused for an older one."""
        return self.epoch or self.conn.scalar(select(office.c.epoch)) or ""

    def final_position(self, number: int) -> int:
        """A position as it is stored. In turn."""
        return _final(number, self._counters[0])

    def final_entry(self, number: int) -> int:
        """The number of an arrival as it is stored. In turn."""
        return _final(number, self._counters[1])

    def cancel(self) -> None:
        """Roll back; the transaction must not be used after it."""
        if transaction := self.conn.get_transaction():
            transaction.rollback()
        self.in_turn = False

    def close(self) -> None:
        """Write the counters; the last statement of the transaction."""
        if self.in_turn and (self.position, self.entry) != self._counters:
            values = {"position": self.position, "entry": self.entry}
            self.conn.execute(update(office).values(values))


def _final(number: int, counter: int) -> int:
    return number - _PROVISIONAL + counter if number >= _PROVISIONAL else number


class Database:
    """Connections to the office's database. Close it with `close()`."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        snapshot = {} if self.engine.dialect.name == "sqlite" else _SNAPSHOT
        self._readers = self.engine.execution_options(**snapshot)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction that sees one state of the database."""
        with self._readers.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def writing(self, *, ahead: bool = False) -> Iterator[Writing]:
        """A transaction that writes. Writers take turns, so that positions become visible in
        their order: a reader who has seen one never finds a lower one later.

        With `ahead` the turn begins at `take_turn`: what is read before may be out of date by
        then. SQLite ignores `ahead`, because its turn is the whole transaction.
        """
        with self.engine.connect().execution_options(writes=True) as conn, conn.begin():
            writing = Writing(conn)
            if not ahead or self.engine.dialect.name == "sqlite":
                writing.take_turn()
            yield writing
            writing.close()

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """A transaction that updates one row and assigns no numbers, so that it needs no turn."""
        with self.engine.connect().execution_options(writes=True) as conn, conn.begin():
            yield conn

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


T = TypeVar("T")


def portions(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """Divide values into lists that are short enough for one IN."""
    listed = list(values)
    for at in range(0, len(listed), _IN_LIST):
        yield listed[at : at + _IN_LIST]


def insert_rows(
    conn: Connection, table: Table, columns: Iterable[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert very many rows, many by one statement. Their values go to the driver unchecked:
    SQLAlchemy would process each of them, which takes longer than the insert itself."""
    prepare = conn.dialect.identifier_preparer
    names = [prepare.quote(column) for column in columns]
    mark = "?" if conn.dialect.paramstyle == "qmark" else "%s"
    marks = f"({', '.join(mark for _ in names)})"
    into = f"INSERT INTO {prepare.format_table(table)} ({', '.join(names)}) VALUES "
    for at in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[at : at + _ROWS_AT_ONCE]
        sql = into + ", ".join(marks for _ in some)
        conn.exec_driver_sql(sql, tuple(chain.from_iterable(some)))


def _engine(url: str) -> Engine:
    """An engine whose errors never contain a statement's values."""
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin below, not inside the driver
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        f"journal_size_limit = {_LOG_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(conn: Connection) -> None:
    """Begin a transaction; a writing one takes the lock at once, so that it cannot fail midway."""
    writes = conn.get_execution_options().get("writes", False)
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
