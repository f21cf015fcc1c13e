"""Requests whose answers count only when the office signed them.

A captive portal's page, an old answer out of a cache, half a body: none carries the office's
signature over this request's nonce, so none of them counts.
"""

import gzip
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from fieldkit.sync.client.transport import Reply, Request, Transport
from fieldkit.sync.errors import OfficeRefused, Retryable
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import (
    LENGTH_HEADER,
    NONCE_HEADER,
    OFFSET_HEADER,
    PACK_FROM,
    PROTOCOL,
    SIGNATURE_HEADER,
    Refusal,
    Stored,
    answer_bytes,
)

M = TypeVar("M", bound=BaseModel)

_MAYBE_DAMAGED = frozenset({"bad_request", "bad_signature"})
"""What the office says of a request that something on the way has changed: it is made again."""


def new_nonce() -> str:
    """A value that was never used before."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Channel:
    """The way from one device to its office. `signing` is the device's private key."""

    transport: Transport
    office_key: bytes
    token: str
    signing: bytes

    def get(self, path: str, answer: type[M]) -> M:
        """Ask for something. Raises `Retryable` or `OfficeRefused`."""
        return self._call(Request("GET", path), new_nonce(), answer)

    def get_changed(self, path: str, tag: str, answer: type[M]) -> M | None:
        """Ask for something unless it is still what the tag names; None then.

        Raises `Retryable` or `OfficeRefused`.
        """
        headers = {"If-None-Match": f'"{tag}"'} if tag else {}
        nonce = new_nonce()
        reply = self._send(Request("GET", path, headers), nonce)
        if reply.status != HTTPStatus.NOT_MODIFIED:
            return verified_answer(reply, nonce, self.office_key, answer)
        check_signed(reply, nonce, self.office_key)
        return None

    def get_bytes(self, path: str) -> bytes:
        """Ask for plain bytes. Raises `Retryable` or `OfficeRefused`."""
        nonce = new_nonce()
        reply = self._send(Request("GET", path), nonce)
        if reply.status >= HTTPStatus.MULTIPLE_CHOICES:
            verified_answer(reply, nonce, self.office_key, Refusal)
        check_signed(reply, nonce, self.office_key)
        return reply.body

    def post(self, path: str, message: BaseModel, answer: type[M], nonce: str = "") -> M:
        """Say something, signed by the device. Raises `Retryable` or `OfficeRefused`."""
        return self.send(self.signed(path, message), answer, nonce)

    def signed(self, path: str, message: BaseModel) -> Request:
        """A request that says something, to be sent with `send`."""
        body, headers = signed_body(message, self.signing)
        return Request("POST", path, headers, body)

    def send(self, request: Request, answer: type[M], nonce: str = "") -> M:
        """Send a signed request. Raises `Retryable` or `OfficeRefused`."""
        return self._call(request, nonce or new_nonce(), answer)

    def send_part(self, sha256: str, offset: int, size: int, part: bytes) -> Stored:
        """Send the bytes of an attachment that begin at `offset`; `size` is that of the whole.

        Raises `Retryable` or `OfficeRefused`.
        """
        headers = {
            "Content-Type": "application/octet-stream",
            OFFSET_HEADER: str(offset),
            LENGTH_HEADER: str(size),
            SIGNATURE_HEADER: keys.sign(self.signing, "request", part),
        }
        request = Request("PATCH", f"/v1/attachments/{sha256}", headers, part)
        return self._call(request, new_nonce(), Stored)

    def _call(self, request: Request, nonce: str, answer: type[M]) -> M:
        return verified_answer(self._send(request, nonce), nonce, self.office_key, answer)

    def _send(self, request: Request, nonce: str) -> Reply:
        headers = {
            **request.headers,
            NONCE_HEADER: nonce,
            "Authorization": f"Bearer {self.token}",
        }
        return self.transport(Request(request.method, request.path, headers, request.body))


def signed_body(message: BaseModel, signing: bytes) -> tuple[bytes, dict[str, str]]:
    """The body of a message, packed where that saves something, and its headers."""
    body = message.model_dump_json().encode()
    headers = {
        "Content-Type": "application/json",
        SIGNATURE_HEADER: keys.sign(signing, "request", body),
    }
    if len(body) < PACK_FROM:
        return body, headers
    return gzip.compress(body, compresslevel=5, mtime=0), {**headers, "Content-Encoding": "gzip"}


def verified_answer(reply: Reply, nonce: str, office_key: bytes, answer: type[M]) -> M:
    """The answer, if it is the office's own to this very request.

    Raises `Retryable` if it is anything else, `OfficeRefused` if it is the office's refusal.
    """
    check_signed(reply, nonce, office_key)
    try:
        if reply.status < HTTPStatus.MULTIPLE_CHOICES:
            return answer.model_validate_json(reply.body)
        refusal = Refusal.model_validate_json(reply.body)
    except ValidationError as error:
        raise OfficeRefused("other_version") from error
    if reply.status == HTTPStatus.SERVICE_UNAVAILABLE or refusal.error in _MAYBE_DAMAGED:
        raise Retryable(refusal.error, **refusal.params)
    raise OfficeRefused(_which_version(refusal), **refusal.params)


def check_signed(reply: Reply, nonce: str, office_key: bytes) -> None:
    """Whether a reply is the office's own to this very request; raises `Retryable` if not."""
    signature = reply.headers.get(SIGNATURE_HEADER.lower(), "")
    stated = answer_bytes(nonce, reply.status, reply.body)
    if not keys.verify(office_key, "answer", stated, signature):
        raise Retryable("not_office", status=reply.status)


def _which_version(refusal: Refusal) -> str:
    """The reason of a refusal; of one for the version, who must be updated.

    The office says from which version to which it speaks. Where it speaks ours and still lacks
    something, it is an older one of the same version.
    """
    oldest = refusal.params.get("oldest")
    if refusal.error != "other_version" or not isinstance(oldest, int):
        return refusal.error
    return "laptop_too_old" if oldest > PROTOCOL else "office_too_old"
