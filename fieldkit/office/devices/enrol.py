"""Enrol, authenticate and revoke devices: one-time codes and tokens."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from fieldkit.domain.core.errors import NotFound
from fieldkit.domain.core.event import Role
from fieldkit.office.devices.renewal import unauthorised
from fieldkit.office.errors import Denied
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import note
from fieldkit.office.people.office_people import RESERVED
from fieldkit.office.people.standing import taking_back
from fieldkit.office.people.technician_names import name_for
from fieldkit.office.tables import colleagues, devices, enrol_codes, tokens
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.credentials import EnrolAnswer, EnrolAsk, NewToken, make_code

CODE_LIFETIME = timedelta(days=7)
"""A new laptop is set up within the week; an unused code should not lie about for longer."""
TOKEN_LIFETIME = timedelta(days=30)
"""The age from which a device should get a new token, so that a copied one ends with the next sync.
The old one stays valid until the new one is used."""
_UNUSED_TOKENS = 8
"""Kept unused tokens of a device: more than one sync can request while its answers are lost."""


@dataclass(frozen=True)
class Caller:
    """A device that has shown a valid token, and when that was issued (ms since 1970)."""

    device_id: str
    person: str
    role: Role
    sign_key: bytes
    token_issued: int = 0

    @property
    def sees_all(self) -> bool:
        """Whether this role reads every record."""
        return self.role in (Role.SUPERVISOR, Role.DESK)


def create_enrolment(
    office: Office,
    person: str,
    role: Role,
    area: str = "",
    lifetime: timedelta = CODE_LIFETIME,
    by: str = RESERVED,
) -> str:
    """Make a one-time code with which a laptop may be enrolled for a person, as she is known
    already. Raises `FieldkitError` (`office_person.bad_name`)."""
    secret = secrets.token_bytes(10)
    expires = office.clock() + lifetime
    with office.db.writing() as writing:
        person = name_for(writing.conn, person)
        row = {
            "hash": _hash(keys.b64(secret)),
            "person": person,
            "role": role.value,
            "area": area,
            "expires_at": int(expires.timestamp() * 1000),
        }
        writing.conn.execute(insert(enrol_codes).values(row))
        note(office, writing, by, "enrolment_code", person)
    return make_code(secret, office.keys.root_public)


def enrol(office: Office, ask: EnrolAsk, body: bytes, signature: str) -> EnrolAnswer:
    """Enrol a device. The same device may repeat this with its code until the code expires.

    Raises `Denied`: `bad_code`, `code_used`, `code_expired`, `device_taken`, `revoked`, or
    `bad_signature` when the device does not hold the key that it names.
    """
    try:
        sign_key, seal_key = keys.unb64(ask.sign), keys.unb64(ask.seal)
    except ValueError as error:
        raise Denied(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_request") from error
    if not keys.verify(sign_key, "request", body, signature):
        raise Denied(HTTPStatus.UNAUTHORIZED, "bad_signature")
    token = secrets.token_urlsafe(32)
    with office.db.writing() as writing:
        code = _usable_code(writing.conn, ask, office.now_ms)
        device = _device(writing.conn, ask.device)
        if device is None:
            device = _add_device(office, writing.conn, ask, code, sign_key, seal_key)
        elif device.sign_key != sign_key:
            raise Denied(HTTPStatus.CONFLICT, "device_taken")
        elif device.revoked_at is not None:  # whoever has it may have its keys
            raise Denied(HTTPStatus.FORBIDDEN, "revoked")
        elif code.device is None:
            device = _assign_device(writing.conn, ask.device, code)
        note(office, writing, device.person, "laptop_enrolled", ask.device)
        mark = update(enrol_codes).where(enrol_codes.c.hash == code.hash)
        writing.conn.execute(mark.values(device=ask.device))
        row = {"hash": _hash(token), "device": ask.device, "issued_at": office.now_ms}
        writing.conn.execute(insert(tokens).values(row))
        epoch = writing.epoch
        others = writing.conn.scalars(
            select(colleagues.c.person).where(colleagues.c.device == ask.device)
        ).all()
    credentials = office.keys.credentials()
    return EnrolAnswer(
        device=ask.device,
        person=device.person,
        role=Role(device.role),
        area=device.area,
        token=token,
        approval_key=keys.b64(device.approval_key),
        office_epoch=epoch,
        root=keys.b64(office.keys.root_public),
        credentials=credentials,
        people=sorted({device.person, *others}),
        root_signature=keys.sign(office.keys.root, "credentials", credentials.signed_bytes()),
    )


def authenticate(office: Office, token: str) -> Caller:
    """The device of a token. Raises `Denied`: `unauthorised` (with a challenge), `revoked`."""
    where = (tokens.c.hash == _hash(token)) & (tokens.c.device == devices.c.id)
    with office.db.reading() as conn:
        row = conn.execute(
            select(devices, tokens.c.used_at, tokens.c.issued_at).where(where)
        ).first()
    if row is None:
        raise unauthorised(office)
    if row.revoked_at is not None:
        raise Denied(HTTPStatus.FORBIDDEN, "revoked")
    if row.used_at is None:
        _first_use(office, _hash(token), row.id)
    return Caller(row.id, row.person, Role(row.role), row.sign_key, row.issued_at)


def is_due(office: Office, caller: Caller) -> bool:
    """Whether the device should ask for a new token."""
    return office.now_ms - caller.token_issued > TOKEN_LIFETIME / timedelta(milliseconds=1)


def new_token(office: Office, caller: Caller) -> NewToken:
    """Issue another token to a device. The older ones stay valid until this one is first used."""
    token = secrets.token_urlsafe(32)
    with office.db.writing() as writing:
        # The laptop may have got any of these: the network may have doubled its request.
        unused = (tokens.c.device == caller.device_id) & tokens.c.used_at.is_(None)
        newest = select(tokens.c.hash).where(unused).order_by(tokens.c.issued_at.desc())
        kept = writing.conn.scalars(newest.limit(_UNUSED_TOKENS - 1)).all()
        writing.conn.execute(delete(tokens).where(unused, tokens.c.hash.not_in(kept)))
        row = {"hash": _hash(token), "device": caller.device_id, "issued_at": office.now_ms}
        writing.conn.execute(insert(tokens).values(row))
    return NewToken(token=token)


def revoke(office: Office, id_prefix: str, by: str = RESERVED, undo: bool = False) -> str:
    """Revoke the device whose id begins so, or let it in again, and return its person. What it has
    sent stays.

    Raises `NotFound` unless exactly one id begins so.
    """
    with taking_back(office) as writing:
        device_id, person = find_device(writing.conn, id_prefix)
        where = devices.c.id == device_id
        revoked = None if undo else office.now_ms
        writing.conn.execute(update(devices).where(where).values(revoked_at=revoked))
        note(office, writing, by, "laptop_let_in" if undo else "laptop_revoked", device_id)
    return person


def find_device(conn: Connection, id_prefix: str) -> tuple[str, str]:
    """The id and the person of the laptop whose id begins so.

    Raises `NotFound` unless exactly one does.
    """
    named = devices.c.id.startswith(id_prefix, autoescape=True)
    found = conn.execute(select(devices.c.id, devices.c.person).where(named)).all()
    if not id_prefix or len(found) != 1:
        raise NotFound("laptop", id_prefix)
    return found[0].id, found[0].person


def _first_use(office: Office, used: str, device_id: str) -> None:
    """Mark a token as used, and delete the other ones of its device."""
    with office.db.writing() as writing:
        stamp = update(tokens).where(tokens.c.hash == used).values(used_at=office.now_ms)
        writing.conn.execute(stamp)
        older = (tokens.c.device == device_id) & (tokens.c.hash != used)
        writing.conn.execute(delete(tokens).where(older))


def _usable_code(conn: Connection, ask: EnrolAsk, now_ms: int) -> Row[Any]:
    code = conn.execute(select(enrol_codes).where(enrol_codes.c.hash == _hash(ask.secret))).first()
    if code is None:
        raise Denied(HTTPStatus.FORBIDDEN, "bad_code")
    if code.device not in (None, ask.device):
        raise Denied(HTTPStatus.FORBIDDEN, "code_used")
    if code.expires_at < now_ms:
        raise Denied(HTTPStatus.FORBIDDEN, "code_expired")
    return code


def _device(conn: Connection, device_id: str) -> Row[Any] | None:
    return conn.execute(select(devices).where(devices.c.id == device_id)).first()


def _add_device(
    office: Office, conn: Connection, ask: EnrolAsk, code: Row[Any], sign: bytes, seal: bytes
) -> Row[Any]:
    row = {
        "id": ask.device,
        "person": code.person,
        "role": code.role,
        "area": code.area,
        "label": ask.label,
        "sign_key": sign,
        "seal_key": seal,
        "approval_key": secrets.token_bytes(32),
        "enrolled_at": office.now_ms,
        "clock_skew_s": 0,
    }
    conn.execute(insert(devices).values(row))
    return conn.execute(select(devices).where(devices.c.id == ask.device)).one()


def _assign_device(conn: Connection, device_id: str, code: Row[Any]) -> Row[Any]:
    """Assign a device that is enrolled again with a fresh code to that code's person."""
    values = {"person": code.person, "role": code.role, "area": code.area}
    conn.execute(update(devices).where(devices.c.id == device_id).values(values))
    return conn.execute(select(devices).where(devices.c.id == device_id)).one()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
