"""A laptop whose token the office does not know gets another one by its device key.

A restored office has forgotten the tokens that it gave out since the backup. The refusal then
carries a challenge. The laptop makes its new token itself and sends only the token's hash,
signed together with the challenge: nothing that goes over the wire opens anything, and a request
that somebody repeats can do no more than the laptop's own.
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


def unauthorised(office: Office) -> Denied:
    """The refusal of an unknown token, with a challenge for the device's key."""
    return Denied(
        HTTPStatus.UNAUTHORIZED, "unauthorised", challenge=_challenge(office, office.now_ms)
    )


def renew(office: Office, ask: RenewAsk, body: bytes, signature: str) -> Renewed:
    """Take the hash of a token that a known device has made for itself.

    Its older tokens end when the new one is first used. Raises `Denied`: `unauthorised` (no such
    device, not its key, or a challenge that is too old), `revoked`.
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
            # Those of earlier answers that got lost.
            unused = (tokens.c.device == ask.device) & tokens.c.used_at.is_(None)
            writing.conn.execute(delete(tokens).where(unused))
            row = {"hash": ask.token, "device": ask.device, "issued_at": office.now_ms}
            writing.conn.execute(insert(tokens).values(row))
    return Renewed(device=ask.device)


def _challenge(office: Office, at_ms: int) -> str:
    """A moment and the office's mark of it: it need not remember whom it has asked."""
    key = hmac.digest(office.keys.sign, b"fieldkit challenge 1", hashlib.sha256)
    mark = hmac.digest(key, str(at_ms).encode(), hashlib.sha256)
    return f"{at_ms}.{keys.b64(mark)}"


def _is_fresh(office: Office, challenge: str) -> bool:
    at, _, _ = challenge.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 16):
        return False
    known = hmac.compare_digest(_challenge(office, int(at)).encode(), challenge.encode())
    return known and 0 <= office.now_ms - int(at) <= _LIFETIME_MS
