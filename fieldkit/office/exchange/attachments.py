"""Attachments at the office: uploads that resume where they were interrupted, and reading.

Only the device that sent an event naming some content may upload it, and only people who have
the job may read it. To everybody else it does not exist (`no_attachment`).
"""

import hashlib
from http import HTTPStatus
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from fieldkit.office.database import Writing
from fieldkit.office.devices.enrol import Caller
from fieldkit.office.errors import Denied
from fieldkit.office.ledger.attachment_manifest import mark_complete, upload_parts, uploads, uses
from fieldkit.office.ledger.documents import Key
from fieldkit.office.ledger.ledger import Ledger
from fieldkit.office.office import Office
from fieldkit.office.tables import grants
from fieldkit.sync.protocol.messages import (
    MAX_ATTACHMENT_BYTES,
    MAX_PART_BYTES,
    Stored,
    WantedAttachment,
    Wants,
)


def count_missing(conn: Connection, device_id: str) -> int:
    """How many attachments that this device's events name the office lacks."""
    mine = (uses.c.device == device_id) & uses.c.waiting
    return conn.scalar(select(func.count(uses.c.sha256.distinct())).where(mine)) or 0


def wants(conn: Connection, device_id: str) -> Wants:
    """The attachments that this device's events name and the office lacks, with their offsets."""
    mine = (uses.c.device == device_id) & uses.c.waiting
    named = conn.scalars(select(uses.c.sha256).where(mine).distinct()).all()
    begun = {
        row.sha256: row.received
        for row in conn.execute(
            select(uploads).where(uploads.c.device == device_id, uploads.c.completed_at.is_(None))
        )
    }
    return Wants(
        wanted=[WantedAttachment(sha256=item, offset=begun.get(item, 0)) for item in named]
    )


def state(office: Office, caller: Caller, sha256: str) -> Stored:
    """How much of an attachment the office has. Raises `Denied`: `no_attachment`."""
    with office.db.reading() as conn:
        whole = _whole(conn, sha256)
        if whole is not None and (_may_read(conn, caller, sha256) or _own(conn, caller, sha256)):
            return Stored(offset=whole.size, size=whole.size, complete=True)
        if not _own(conn, caller, sha256):
            raise Denied(HTTPStatus.NOT_FOUND, "no_attachment")
        begun = _upload(conn, sha256, caller.device_id)
    if begun is None:
        return Stored(offset=0, size=0, complete=False)
    return Stored(offset=begun.received, size=begun.size, complete=False)


def take_part(
    office: Office, caller: Caller, sha256: str, offset: int, size: int, data: bytes
) -> Stored:
    """Store the bytes of an attachment that begin at `offset`; `size` is that of the whole.

    Raises `Denied`: `no_attachment`; `too_large`; `offset` (`CONFLICT`, with the offset to
    resume from); `wrong_hash`, after which the upload starts again; `bad_request`.
    """
    if size > MAX_ATTACHMENT_BYTES or len(data) > MAX_PART_BYTES:
        raise Denied(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
    if offset + len(data) > size or (not data and size > 0):
        raise Denied(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_request")
    with office.db.writing() as writing:
        answer = _store(office, writing, caller, sha256, offset, size, data)
    if isinstance(answer, Denied):
        raise answer
    return answer


def _store(
    office: Office,
    writing: Writing,
    caller: Caller,
    sha256: str,
    offset: int,
    size: int,
    data: bytes,
) -> Stored | Denied:
    conn = writing.conn
    if not _own(conn, caller, sha256):
        return Denied(HTTPStatus.NOT_FOUND, "no_attachment")
    whole = _whole(conn, sha256)
    if whole is not None:
        return Stored(offset=whole.size, size=whole.size, complete=True)
    begun = _upload(conn, sha256, caller.device_id)
    if begun is not None and begun.size != size:
        _drop(conn, sha256, caller.device_id)
        begun = None
    received = begun.received if begun else 0
    if offset != received:
        return Denied(HTTPStatus.CONFLICT, "offset", offset=received)
    received += len(data)
    names = {"sha256": sha256, "device": caller.device_id}
    mine = _of(uploads, sha256, caller.device_id)
    if begun is None:
        conn.execute(insert(uploads).values(**names, size=size, received=received))
    else:
        conn.execute(update(uploads).where(mine).values(received=received))
    conn.execute(insert(upload_parts).values(**names, start=offset, data=data))
    if received < size:
        return Stored(offset=received, size=size, complete=False)
    if _content_hash(conn, sha256, caller.device_id) != sha256:
        _drop(conn, sha256, caller.device_id)
        return Denied(HTTPStatus.UNPROCESSABLE_ENTITY, "wrong_hash")
    conn.execute(update(uploads).where(mine).values(completed_at=office.now_ms))
    waited = [Key(kind, record) for kind, record in mark_complete(conn, sha256)]
    Ledger(office, writing).submit_whole(waited)
    return Stored(offset=size, size=size, complete=True)


def read_part(office: Office, caller: Caller, sha256: str, offset: int) -> bytes:
    """A part of an attachment from `offset` on; empty at its end. Raises `Denied`."""
    with office.db.reading() as conn:
        whole = _whole(conn, sha256)
        if whole is None or not _may_read(conn, caller, sha256):
            raise Denied(HTTPStatus.NOT_FOUND, "no_attachment")
        parts = upload_parts.c
        before = _of(upload_parts, sha256, whole.device) & (parts.start <= offset)
        found = select(parts.start, parts.data).where(before).order_by(parts.start.desc())
        row = conn.execute(found.limit(1)).first()
    return row.data[offset - row.start :] if row else b""


def _may_read(conn: Connection, caller: Caller, sha256: str) -> bool:
    if caller.sees_all:
        return True
    granted = exists().where(
        uses.c.sha256 == sha256,
        grants.c.person == caller.person,
        grants.c.kind == uses.c.kind,
        grants.c.record == uses.c.record,
    )
    return bool(conn.scalar(select(granted)))


def _own(conn: Connection, caller: Caller, sha256: str) -> bool:
    """Whether an event of this very device names the content."""
    named = exists().where(uses.c.sha256 == sha256, uses.c.device == caller.device_id)
    return bool(conn.scalar(select(named)))


def _whole(conn: Connection, sha256: str) -> Row[Any] | None:
    found = uploads.c.sha256 == sha256, uploads.c.completed_at.is_not(None)
    return conn.execute(select(uploads).where(*found).order_by(uploads.c.device)).first()


def _upload(conn: Connection, sha256: str, device_id: str) -> Row[Any] | None:
    return conn.execute(select(uploads).where(_of(uploads, sha256, device_id))).first()


def _content_hash(conn: Connection, sha256: str, device_id: str) -> str:
    """The SHA-256 of the uploaded bytes."""
    parts = select(upload_parts.c.data).where(_of(upload_parts, sha256, device_id))
    found = hashlib.sha256()
    for data in conn.scalars(parts.order_by(upload_parts.c.start)):
        found.update(data)
    return found.hexdigest()


def _drop(conn: Connection, sha256: str, device_id: str) -> None:
    """Delete an upload, so that it starts again."""
    for table in (upload_parts, uploads):
        conn.execute(delete(table).where(_of(table, sha256, device_id)))


def _of(table: Table, sha256: str, device_id: str) -> ColumnElement[bool]:
    return (table.c.sha256 == sha256) & (table.c.device == device_id)
