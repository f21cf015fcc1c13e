"""The office's database: its tables, and transactions that read or write.

SQLite by default, PostgreSQL by URL. Times are milliseconds since 1970 in UTC, keys are raw
bytes, tokens and codes are kept only as their SHA-256.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    literal_column,
    select,
    update,
)
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another one on SQLite."""
_IN_LIST = 500
_ROWS_AT_ONCE = 200
_SNAPSHOT = {"isolation_level": "REPEATABLE READ"}  # SQLite has it from the start

metadata = MetaData()
_id = String(64)
_name = String(200)
_row = BigInteger().with_variant(Integer, "sqlite")  # SQLite's own row number is an INTEGER

office = Table(
    "office",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch", _id, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("entry", BigInteger, nullable=False),
)
"""One row: the office's epoch and its two counters. Its lock makes writers take turns."""

devices = Table(
    "devices",
    metadata,
    Column("id", _id, primary_key=True),
    Column("person", _name, nullable=False),
    Column("role", _id, nullable=False),
    Column("area", _name, nullable=False),
    Column("label", _id, nullable=False),
    Column("sign_key", LargeBinary, nullable=False),
    Column("seal_key", LargeBinary, nullable=False),
    Column("approval_key", LargeBinary, nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger),
    Column("clock_skew_s", BigInteger, nullable=False, default=0),
    Column("forked_at", BigInteger),
    Column("revoked_at", BigInteger),
)
"""The laptops. `forked_at`: two of them went by this name."""

enrol_codes = Table(
    "enrol_codes",
    metadata,
    Column("hash", _id, primary_key=True),
    Column("person", _name, nullable=False),
    Column("role", _id, nullable=False),
    Column("area", _name, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("device", _id),
)
"""One-time codes; `device` is who used it."""

tokens = Table(
    "tokens",
    metadata,
    Column("hash", _id, primary_key=True),
    Column("device", _id, nullable=False, index=True),
    Column("issued_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)
"""Tokens of devices. The older ones of a device go when a newer one is first used."""

heads = Table(
    "heads",
    metadata,
    Column("device", _id, primary_key=True),
    Column("epoch", _id, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("hash", _id, nullable=False),
)
"""How far the office has the chain of each epoch of each device."""

events = Table(
    "events",
    metadata,
    Column("entry", _row, primary_key=True, autoincrement=False),
    Column("id", _id, nullable=False, unique=True),
    Column("device", _id, nullable=False),
    Column("epoch", _id, nullable=False),
    Column("seq", BigInteger),
    Column("kind", _id, nullable=False),
    Column("record", _name, nullable=False),
    Column("type", _id, nullable=False),
    Column("status", _id, nullable=False),
    Column("reason", _id, nullable=False, default=""),
    Column("position", BigInteger, unique=True),
    Column("turn", BigInteger, nullable=False),
    Column("replaced_by", _id),
    Column("late", Boolean, nullable=False, default=False),
    Column("received_at", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("device", "epoch", "seq", name="one_event_a_sequence"),
)
"""Every authentic event, its bytes as they came.

`entry` numbers arrivals; `position` orders what counts. `turn` is the entry whose place in its
record's order the event takes: its own, or that of the rejected event that it replaces.
`late`: it began to count after the answer about it had been given. The office's own events
have no `seq`.
"""
SET_ASIDE = events.c.status != literal_column("'applied'")
"""Rejected and held events, in the words of the index that finds them."""
Index("events_of_record", events.c.kind, events.c.record, events.c.position)
Index(
    "events_set_aside",
    events.c.device,
    events.c.kind,
    events.c.record,
    sqlite_where=SET_ASIDE,
    postgresql_where=SET_ASIDE,
)
DECIDED = events.c.type == literal_column("'job.decided'")
STEP_UNDONE = events.c.type == literal_column("'job.step_undone'")
"""The events that are read across all jobs, in the words of the indexes that find them."""
Index("events_decided", events.c.position, sqlite_where=DECIDED, postgresql_where=DECIDED)
Index("events_undone", events.c.position, sqlite_where=STEP_UNDONE, postgresql_where=STEP_UNDONE)

documents = Table(
    "documents",
    metadata,
    Column("kind", _id, primary_key=True),
    Column("record", _name, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("status", _id, nullable=False),
    Column("person", _name, nullable=False),
    Column("body", Text, nullable=False),
)
"""The fold of each record's events up to `position`, as JSON without defaults.

`status` and `person` (who has the job, the follow-up, the complaint) are there to search by.
"""
Index("documents_by_status", documents.c.kind, documents.c.status)
Index("documents_by_person", documents.c.kind, documents.c.person)

links = Table(
    "links",
    metadata,
    Column("kind", _id, primary_key=True),
    Column("record", _name, primary_key=True),
    Column("job", _name, primary_key=True, index=True),
)
"""Records that belong to a job: whoever gets the job gets them."""

grants = Table(
    "grants",
    metadata,
    Column("person", _name, primary_key=True),
    Column("kind", _id, primary_key=True),
    Column("record", _name, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("latest", BigInteger, nullable=False),
)
"""Who gets which record. `since`: the position at which it was granted; `latest`: its newest."""
Index("grants_by_latest", grants.c.person, grants.c.latest)
Index("grants_of_record", grants.c.kind, grants.c.record)

receipts = Table(
    "receipts",
    metadata,
    Column("id", _row, primary_key=True),
    Column("device", _id, nullable=False),
    Column("epoch", _id, nullable=False),
    Column("nonce", _id, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("results", _id, nullable=False),
    Column("signature", String(128), nullable=False),
    Column("given_at", BigInteger, nullable=False),
)
"""The receipts given: the head's count afterwards, the hash of the results, the signature."""

conflicts = Table(
    "conflicts",
    metadata,
    Column("digest", _id, primary_key=True),
    Column("device", _id, primary_key=True),
    Column("reason", _id, nullable=False),
    Column("epoch", _id, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("event", _id, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("received_at", BigInteger, nullable=False),
)
"""Bytes that contradict what is there (`forked`: same sequence, `same_id`), kept apart."""

people = Table(
    "people",
    metadata,
    Column("name", _name, primary_key=True),
    Column("area", _name, nullable=False),
    Column("skills", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)
"""Technicians as dispatch sees them; `skills` are codes, parted by spaces. Whoever has only a
device is known by that."""

progress = Table(
    "progress",
    metadata,
    Column("chore", _id, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""Up to which position the office has done a chore of its own."""


_PROVISIONAL = 1 << 60
"""Numbers from here on were given out before it was the writer's turn."""


@dataclass
class Writing:
    """A transaction that writes, and the office's counters.

    From its turn on it is the only one. Numbers that are given out before are provisional: they
    are greater than all that are there, and in order; in turn, `final_...` says what they become.
    """

    conn: Connection
    epoch: str = ""
    position: int = _PROVISIONAL
    entry: int = _PROVISIONAL
    in_turn: bool = False
    _counters: tuple[int, int] = (0, 0)

    def next_position(self) -> int:
        """The next place in the office's order."""
        self.position += 1
        return self.position

    def next_entry(self) -> int:
        """The number of the next arrival."""
        self.entry += 1
        return self.entry

    def take_turn(self) -> None:
        """Wait until nobody else writes; what is read from here on stays as it is."""
        row = self.conn.execute(select(office).with_for_update()).one()
        self.in_turn, self.epoch = True, row.epoch
        self._counters = row.position, row.entry
        self.position = self.final_position(self.position)
        self.entry = self.final_entry(self.entry)

    def final_position(self, number: int) -> int:
        """A position as it is stored. In turn."""
        return _final(number, self._counters[0])

    def final_entry(self, number: int) -> int:
        """The number of an arrival as it is stored. In turn."""
        return _final(number, self._counters[1])

    def cancel(self) -> None:
        """Undo everything; nothing may be read or written after it."""
        if transaction := self.conn.get_transaction():
            transaction.rollback()
        self.in_turn = False

    def close(self) -> None:
        """Write the counters, the last thing of the transaction."""
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
        """A transaction that sees one state of the database."""
        with self._readers.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def writing(self, *, ahead: bool = False) -> Iterator[Writing]:
        """A transaction that writes. Writers take turns, so that positions become visible in
        their order: a reader who has seen one will never find a lower one later.

        With `ahead` it is not its turn yet, except on SQLite, which knows only whole turns: until
        `take_turn` it may read, and what it reads may be out of date by then.
        """
        with self.engine.connect().execution_options(writes=True) as conn, conn.begin():
            writing = Writing(conn)
            if not ahead or self.engine.dialect.name == "sqlite":
                writing.take_turn()
            yield writing
            writing.close()

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """A transaction that notes something about one row, and needs no turn for it."""
        with self.engine.connect().execution_options(writes=True) as conn, conn.begin():
            yield conn

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


T = TypeVar("T")


def portions(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """The values in lists that are short enough for one IN."""
    listed = list(values)
    for at in range(0, len(listed), _IN_LIST):
        yield listed[at : at + _IN_LIST]


class EventRow(NamedTuple):
    """A row of `events` that is to be added; the columns that are not here begin empty."""

    entry: int
    id: str
    device: str
    epoch: str
    seq: int | None
    kind: str
    record: str
    type: str
    status: str
    position: int | None
    turn: int
    received_at: int
    raw: bytes
    reason: str = ""
    late: bool = False


def insert_rows(
    conn: Connection, table: Table, columns: Iterable[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert very many rows, many by one statement. Their values go to the driver as they are:
    SQLAlchemy would look at each one of them, which takes longer than the database does."""
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
    """An engine that never shows a statement's values in an error."""
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
        "journal_size_limit = 67108864",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(conn: Connection) -> None:
    """Take the write lock at once, so that no transaction fails half-way for want of it."""
    writes = conn.get_execution_options().get("writes", False)
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
