"""Renew a token that the office does not know, by the device's key.

A restored office lacks the tokens that it issued after the backup. Its refusal carries a
challenge. The laptop makes the new token itself and sends only the token's hash, signed together
with the challenge: nothing that is sent can be used to sign in, and a repeated request has no
further effect.
"""

import hashlib
import hmac
from http import HTTPStatus

from sqlalchemy import delete, insert, select

from fieldkit.office.errors import Denied
from fieldkit.office.office import Office
from fieldkit.office.tables import devices, tokens
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.credentials import RenewAsk, Renewed

_LIFETIME_MS = 5 * 60 * 1000
"""A laptop answers a challenge at once; this covers a slow network and its repeats."""


def unauthorised(office: Office) -> Denied:
    """The refusal of an unknown token, with a challenge for the device's key."""
    return Denied(
        HTTPStatus.UNAUTHORIZED, "unauthorised", challenge=_challenge(office, office.now_ms)
    )


def renew(office: Office, ask: RenewAsk, body: bytes, signature: str) -> Renewed:
    """Store the hash of a token that a known device has made for itself.

    Its older tokens become invalid when the new one is first used. Raises `Denied`: `unauthorised`
    (no such device, not its key, or a challenge that is too old), `revoked`.
    """
    if not _is_fresh(office, ask.challenge):
        raise unauthorised(office)
    with office.db.writing() as writing:
        where = devices.c.id == ask.device
        device = writing.conn.execute(select(devices).where(where)).first()
        if device is None or not keys.verify(device.sign_key, "request", body, signature):
            raise unauthorised(office)
        if device.revoked_at is not None:
            raise Denied(HTTPStatus.FORBIDDEN, "revoked")
        owner = writing.conn.scalar(select(tokens.c.device).where(tokens.c.hash == ask.token))
        if owner not in (None, ask.device):
            raise unauthorised(office)
        if owner is None:
            # Tokens of earlier requests whose answers were lost.
            unused = (tokens.c.device == ask.device) & tokens.c.used_at.is_(None)
            writing.conn.execute(delete(tokens).where(unused))
            row = {"hash": ask.token, "device": ask.device, "issued_at": office.now_ms}
            writing.conn.execute(insert(tokens).values(row))
    return Renewed(device=ask.device)


def _challenge(office: Office, at_ms: int) -> str:
    """A time with the office's HMAC of it, so that the office need not store challenges."""
    key = hmac.digest(office.keys.sign, b"fieldkit challenge 1", hashlib.sha256)
    mark = hmac.digest(key, str(at_ms).encode(), hashlib.sha256)
    return f"{at_ms}.{keys.b64(mark)}"


def _is_fresh(office: Office, challenge: str) -> bool:
    at, _, _ = challenge.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 16):
        return False
    known = hmac.compare_digest(_challenge(office, int(at)).encode(), challenge.encode())
    return known and 0 <= office.now_ms - int(at) <= _LIFETIME_MS
