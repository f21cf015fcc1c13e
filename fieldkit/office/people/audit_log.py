"""The audit log: who enrolled, shut out, approved, published or changed a record, and when.

Each entry carries the HMAC of itself and of the entry before it, by a key that follows from the
office's signing key: an entry that is changed, taken out or put in breaks the chain for whoever
checks it, and somebody with the database alone cannot mend it. Entries cut off at the end leave a
whole chain; who fears that keeps the last number and mark that `fieldkit office audit` prints.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, Row, String, Table, insert, select

from fieldkit.office.database import Writing
from fieldkit.office.office import Office
from fieldkit.office.tables import ID_LENGTH, NAME_LENGTH, metadata

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(NAME_LENGTH), nullable=False),
    Column("act", String(ID_LENGTH), nullable=False),
    Column("about", String(NAME_LENGTH), nullable=False),
    Column("mark", String(ID_LENGTH), nullable=False),
)
"""`act` is a type of event, such as `job.dispatched`, or one of `ACTS`; `about` is the id of the
record, laptop or key, or the name of the person, that it was done to."""

ACTS = (
    "person_added", "person_roles", "person_password", "person_token", "person_disabled",
    "person_enabled", "enrolment_code", "laptop_enrolled", "laptop_revoked", "phone_code_told",
    "colleague_confirmed", "colleague_removed", "event_released",
    "laptop_let_in", "code_withdrawn", "revived", "event_dismissed",
    "pack_published", "key_trusted", "key_distrusted", "catalogue_published",
    "technician_described", "restored", "new_epoch",
)  # fmt: skip
"""What is done at the office and is no event of a record."""


@dataclass(frozen=True)
class AuditEntry:
    """An entry; `at` in milliseconds since 1970, `mark` in hex."""

    number: int
    at: int
    by: str
    act: str
    about: str
    mark: str


def note(office: Office, writing: Writing, by: str, act: str, about: str = "") -> None:
    """Add an entry in the transaction that does what it says. In turn."""
    assert writing.in_turn  # else two processes would continue one entry
    last = writing.conn.execute(select(audit).order_by(audit.c.number.desc()).limit(1)).first()
    entry = {
        "number": last.number + 1 if last else 1,
        "at": office.now_ms,
        "by": by,
        "act": act,
        "about": about[:NAME_LENGTH],
    }
    mark = _mark(_key(office), last.mark if last else "", entry)
    writing.conn.execute(insert(audit).values(entry | {"mark": mark}))


def read_audit(conn: Connection, most: int | None = None) -> list[AuditEntry]:
    """The entries, the newest first; at `most` so many."""
    rows = conn.execute(select(audit).order_by(audit.c.number.desc()).limit(most))
    return [_entry(row) for row in rows]


def first_broken(office: Office) -> int | None:
    """The number of the first entry that does not continue the chain; None if all do."""
    key, before = _key(office), ""
    with office.db.reading() as conn:
        rows = conn.execution_options(yield_per=1000).execute(select(audit).order_by("number"))
        for place, row in enumerate(rows, start=1):
            entry = _entry(row).__dict__
            mark = entry.pop("mark")
            if row.number != place or not hmac.compare_digest(_mark(key, before, entry), mark):
                return place
            before = mark
    return None


def _entry(row: Row[int, int, str, str, str, str]) -> AuditEntry:
    return AuditEntry(row.number, row.at, row.by, row.act, row.about, row.mark)


def _key(office: Office) -> bytes:
    return hmac.digest(office.keys.sign, b"fieldkit audit 1", hashlib.sha256)


def _mark(key: bytes, before: str, entry: dict[str, object]) -> str:
    text = before + json.dumps(entry, sort_keys=True)
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()
