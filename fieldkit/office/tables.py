"""The tables of the office's database.

Times are milliseconds since 1970 in UTC, keys are raw bytes, tokens and codes are kept only as
their SHA-256.
"""

from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

metadata = MetaData()
ID_LENGTH = 64
"""Characters of an id, a code or a SHA-256 in hex, the longest of them."""
NAME_LENGTH = 200
"""Characters of a name, or of a record's id, which may be a serial number."""
_id = String(ID_LENGTH)
_name = String(NAME_LENGTH)
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
"""The laptops. `forked_at`: two of them used this id."""

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
"""One-time codes; `device` is the laptop that used it."""

tokens = Table(
    "tokens",
    metadata,
    Column("hash", _id, primary_key=True),
    Column("device", _id, nullable=False, index=True),
    Column("issued_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)
"""Tokens of devices. The older ones of a device are deleted when a newer one is first used."""

phone_codes = Table(
    "phone_codes",
    metadata,
    Column("device", _id, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("epoch", _id, nullable=False),
    Column("codes", Text, nullable=False),
    Column("told_for", _name),
)
"""The codes of approvals by telephone, secret: `codes` is a JSON object of them by outcome. `epoch`
is the device's for which a number was made, `told_for` the challenge for which one was told."""

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
`late`: it was held at first, and got its position later. The office's own events
have no `seq`.
"""
SET_ASIDE = events.c.status != literal_column("'applied'")
"""Rejected and held events; a partial index has the same condition."""
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
"""Events that are read across all jobs; partial indexes have the same conditions."""
Index("events_decided", events.c.position, sqlite_where=DECIDED, postgresql_where=DECIDED)
Index("events_undone", events.c.position, sqlite_where=STEP_UNDONE, postgresql_where=STEP_UNDONE)


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


documents = Table(
    "documents",
    metadata,
    Column("kind", _id, primary_key=True),
    Column("record", _name, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("status", _id, nullable=False),
    Column("person", _name, nullable=False),
    Column("number", _name, nullable=False),
    Column("words", Text, nullable=False),
    Column("body", Text, nullable=False),
)
"""The fold of each record's events up to `position`, as JSON without defaults.

`status`, `person` (who has the job, the follow-up, the complaint), `number` (a job's number, the
key of a product's serial) and `words` (the `search_text` of what callers name) are search columns.
"""
Index("documents_by_number", documents.c.kind, documents.c.number)
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
"""Technicians as dispatch sees them; `skills` are codes, separated by spaces. A technician without
a row has the area of her device."""

colleagues = Table(
    "colleagues",
    metadata,
    Column("device", _id, primary_key=True),
    Column("person", _name, primary_key=True),
    Column("confirmed_at", BigInteger, nullable=False),
)
"""Who else works on a laptop. What others record there is flagged until they are confirmed."""

progress = Table(
    "progress",
    metadata,
    Column("chore", _id, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""Up to which position a background check of the office has come; `chore` is its name."""
