"""Middleware: limit and decompress request bodies, sign and compress answers."""

import gzip
import zlib
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import (
    MAX_BODY_BYTES,
    NONCE_HEADER,
    PACK_FROM,
    SIGNATURE_HEADER,
    Refusal,
    answer_bytes,
)

_MAX_NONCE = 64
"""Characters: twice what a laptop sends, so that nobody has long texts signed."""


class Envelope:
    """ASGI middleware: decompress a request's body, compress an answer's, sign every answer.

    The signature covers the request's nonce, the status and the uncompressed body, errors
    included, so that a laptop can distinguish the office's answers from a captive portal's.
    """

    def __init__(self, app: ASGIApp, signing: bytes) -> None:
        self.app = app
        self.signing = signing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = _SignedAnswer(send, self.signing, headers)
        try:
            body = await _unpacked_body(headers, receive)
        except _TooLarge:
            await refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")(scope, receive, answer)
            return
        except zlib.error:
            await refusal(HTTPStatus.BAD_REQUEST, "bad_request")(scope, receive, answer)
            return
        if body is None:
            return
        await self.app(scope, _Once(body, receive), answer)


class _TooLarge(Exception):
    """The body is larger than `MAX_BODY_BYTES`."""


async def _unpacked_body(headers: Headers, receive: Receive) -> bytes | None:
    """The whole body, decompressed; None if the sender disconnected before its end."""
    packed = headers.get("content-encoding", "") == "gzip"
    unpack = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    room = MAX_BODY_BYTES
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part = message.get("body", b"")
        part = unpack.decompress(part, room + 1) if packed else part
        parts.append(part)
        room -= len(part)
        if room < 0:
            raise _TooLarge
        if not message.get("more_body", False):
            break
    if packed and not unpack.eof:
        raise zlib.error("cut short")
    return b"".join(parts)


class _Once:
    """Passes the decompressed body on, then whatever else comes from the sender."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _SignedAnswer:
    """Collects an answer, signs it, compresses it and sends it."""

    def __init__(self, send: Send, signing: bytes, request: Headers) -> None:
        self._send = send
        self._signing = signing
        self._nonce = request.get(NONCE_HEADER, "")
        self._packs = "gzip" in request.get("accept-encoding", "")
        self._start: Message = {}
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body", False):
            return
        body = bytes(self._body)
        headers = MutableHeaders(raw=self._start["headers"])
        if 0 < len(self._nonce) <= _MAX_NONCE:
            stated = answer_bytes(self._nonce, self._start["status"], body)
            headers[SIGNATURE_HEADER] = keys.sign(self._signing, "answer", stated)
        if self._packs and len(body) >= PACK_FROM:
            body = gzip.compress(body, compresslevel=5, mtime=0)
            headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(body))
        headers["Cache-Control"] = "no-store"
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})


def refusal(status: int, reason: str, **params: int | str) -> JSONResponse:
    """An error as every route answers it: a `Refusal`."""
    return JSONResponse(Refusal(error=reason, params=params).model_dump(mode="json"), status)
