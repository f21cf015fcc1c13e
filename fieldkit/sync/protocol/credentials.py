"""Enrolment and tokens on the wire: one-time codes, and what a device gets for one."""

import base64
import binascii
from typing import Annotated

from pydantic import Field, StringConstraints

from fieldkit.domain.core.event import Role, canonical
from fieldkit.sync.errors import SyncFault
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import SHA256, Key, Message, Name

_SECRET_BYTES = 10  # 80 bits: not to be guessed, and short enough to be typed


class EnrolAsk(Message):
    """A device introduces itself with a one-time code; the body is signed by its key.

    `sign` and `seal` are its public Ed25519 and X25519 keys.
    """

    secret: Key
    device: Name
    sign: Key
    seal: Key
    label: Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00-\x1f]*$")] = ""


class Credentials(Message):
    """The office's public keys and the keys that may sign packs; the root key signs them."""

    sign: str
    seal: str
    packs: list[str]

    def signed_bytes(self) -> bytes:
        """What the root key's signature covers."""
        return canonical(self.model_dump(mode="json"))


class EnrolAnswer(Message):
    """What a device gets: who it works for, its token, and the keys that it may trust. `people` are
    all whom the office knows to work on it."""

    device: str
    person: str
    role: Role
    area: str
    token: str
    approval_key: str
    office_epoch: str
    root: str
    credentials: Credentials
    root_signature: str
    people: list[str] = Field(default_factory=list)


class NewToken(Message):
    """A token that takes the place of the present one when it is first used."""

    token: str


class RenewAsk(Message):
    """A device whose token is not known asks by its key; the body is signed by it.

    `token` is the SHA-256 (hex) of the token that the device has made for itself; `challenge` is
    that of the refusal.
    """

    device: Name
    challenge: Annotated[str, StringConstraints(max_length=100)]
    token: Annotated[str, StringConstraints(pattern=SHA256)]


class Renewed(Message):
    """The token of the request counts from now on."""

    device: str


class Nothing(Message):
    """A request that says no more than its path."""


def make_code(secret: bytes, root_public: bytes) -> str:
    """The one-time code: a secret and the root key's fingerprint, to be typed."""
    return keys.grouped(base64.b32encode(secret + keys.fingerprint(root_public)).decode())


def read_code(code: str) -> tuple[str, bytes]:
    """The secret (as it is sent) and the fingerprint of a code. Raises `SyncFault`."""
    plain = "".join(code.split()).replace("-", "").upper()
    try:
        raw = base64.b32decode(plain, map01=b"I")  # nobody has to tell 0 from O, or 1 from I
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _SECRET_BYTES + keys.FINGERPRINT_BYTES:
        raise SyncFault("bad_code")
    return keys.b64(raw[:_SECRET_BYTES]), raw[_SECRET_BYTES:]
