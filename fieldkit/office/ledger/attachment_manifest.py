"""Which attachments events name, and which of them the office has.

The bytes are in the database, so that every office process has them and a backup holds them.
"""

import re
from collections.abc import Collection, Iterable

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    LargeBinary,
    String,
    Table,
    insert,
    select,
    update,
)

from fieldkit.domain.core.event import Event
from fieldkit.office.database import portions
from fieldkit.office.tables import metadata
from fieldkit.sync.protocol.messages import SHA256

uses = Table(
    "attachment_uses",
    metadata,
    Column("device", String(64), primary_key=True),
    Column("sha256", String(64), primary_key=True, index=True),
    Column("record", String(200), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("waiting", Boolean, nullable=False),
)
"""Which record names which content, and which device sent the event that does."""
Index("attachments_waiting", uses.c.device, uses.c.waiting)

uploads = Table(
    "uploads",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("device", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("completed_at", BigInteger),
)
"""How much of its attachments each device has sent; a complete one has the right hash."""

upload_parts = Table(
    "upload_parts",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("device", String(64), primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
"""The bytes of uploads, piece by piece, by where in the file each begins."""

_DIGEST = re.compile(SHA256)


def digests_named_in(event: Event) -> set[str]:
    """The digests of the attachments that an event names."""
    found: list[object] = []
    if event.type == "job.attachment_added":
        found = [event.data.get("sha256")]
    elif event.type == "job.completed" and isinstance(event.data.get("attachments"), list):
        found = event.data["attachments"]
    return {item for item in found if isinstance(item, str) and _DIGEST.fullmatch(item)}


def note_uses(conn: Connection, events: Iterable[Event]) -> None:
    """Store which attachments newly counted events name, and whether they are missing."""
    rows = {
        (event.device, sha256, event.record): event.kind
        for event in events
        for sha256 in digests_named_in(event)
    }
    if not rows:
        return
    named = {sha256 for _, sha256, _ in rows}
    known: set[tuple[str, str, str]] = set()
    for portion in portions(named):
        for row in conn.execute(select(uses).where(uses.c.sha256.in_(portion))):
            known.add((row.device, row.sha256, row.record))
    still = missing(conn, named)
    new = [
        {"device": device, "sha256": sha256, "record": record, "kind": kind,
         "waiting": sha256 in still}
        for (device, sha256, record), kind in rows.items()
        if (device, sha256, record) not in known
    ]  # fmt: skip
    if new:
        conn.execute(insert(uses), new)


def missing(conn: Connection, named: Collection[str]) -> set[str]:
    """Those of the digests whose content the office lacks."""
    here: set[str] = set()
    for portion in portions(named):
        whole = uploads.c.sha256.in_(portion) & uploads.c.completed_at.is_not(None)
        here |= set(conn.scalars(select(uploads.c.sha256).where(whole)))
    return set(named) - here


def mark_complete(conn: Connection, sha256: str) -> list[tuple[str, str]]:
    """Mark content as complete; returns the records that waited for it, as kind and id."""
    where = (uses.c.sha256 == sha256) & uses.c.waiting
    rows = conn.execute(select(uses.c.kind, uses.c.record).where(where).distinct()).all()
    conn.execute(update(uses).where(where).values(waiting=False))
    return [(row.kind, row.record) for row in rows]
