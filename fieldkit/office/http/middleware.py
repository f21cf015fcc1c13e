"""Middleware around the application: request ids, logs, metrics, rate limit, faults."""

import hashlib
from dataclasses import dataclass, field
from hmac import compare_digest
from http import HTTPStatus
from time import perf_counter
from uuid import uuid4

from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fieldkit.office.http.rate_limit import Buckets
from fieldkit.office.http.reply_signing import refusal
from fieldkit.office.office import Office
from fieldkit.office.tables import tokens
from fieldkit.office.watch.logs import log
from fieldkit.office.watch.metrics import Metrics, monitor_token
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import (
    MAX_BODY_BYTES,
    NONCE_HEADER,
    SIGNATURE_HEADER,
    answer_bytes,
)

REQUEST_ID = "X-Request-Id"
_MAX_KNOWN = 10_000
"""Tokens whose devices are remembered: more than the laptops of one office, in a few megabytes."""
_WITHOUT_DEVICE = (HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE)
"""Answers for which no device is looked up: no valid token, or refused by the rate limit."""


@dataclass
class Monitor:
    """ASGI middleware: count and log requests; answer `/metrics` to the monitor's token."""

    app: ASGIApp
    office: Office
    buckets: Buckets = field(default_factory=Buckets)
    _devices: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.metrics = Metrics(self.office)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        answer = _CountedAnswer(send, uuid4().hex[:16])
        fault: Exception | None = None
        try:
            await self._answer(scope, receive, answer)
        except Exception as error:  # whatever it was: counted and logged, never sent to the laptop
            fault = error
            self.metrics.faults.inc()
            if not answer.status:
                await refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "fault")(scope, receive, answer)
        ms = (perf_counter() - begun) * 1000
        await self._note(scope, answer, ms, fault)

    async def _answer(self, scope: Scope, receive: Receive, answer: "_CountedAnswer") -> None:
        headers = Headers(scope=scope)
        if scope["path"] == "/metrics" and scope["method"] == "GET":
            response = await run_in_threadpool(self._metrics, headers)
            await response(scope, receive, answer)
            return
        wait = 0.0 if scope["path"] == "/health" else self.buckets.wait_s(_sender(scope, headers))
        if wait:
            self.metrics.limited.inc()
            await self._busy(headers, wait)(scope, receive, answer)
            return
        body = _Counted(receive)
        await self.app(scope, body, answer)
        if not answer.status and body.room < 0:
            await refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")(scope, receive, answer)

    def _metrics(self, headers: Headers) -> Response:
        given = headers.get("authorization", "").removeprefix("Bearer ").encode()
        if not compare_digest(given, monitor_token(self.office).encode()):
            return refusal(HTTPStatus.UNAUTHORIZED, "unauthorised")
        return PlainTextResponse(self.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    def _busy(self, headers: Headers, wait: float) -> Response:
        """A signed refusal: a laptop accepts it as the office's and tries again later."""
        response = refusal(HTTPStatus.SERVICE_UNAVAILABLE, "busy")
        response.headers["Retry-After"] = str(int(wait) + 1)
        stated = answer_bytes(
            headers.get(NONCE_HEADER, ""), HTTPStatus.SERVICE_UNAVAILABLE, bytes(response.body)
        )
        response.headers[SIGNATURE_HEADER] = keys.sign(self.office.keys.sign, "answer", stated)
        return response

    async def _note(
        self, scope: Scope, answer: "_CountedAnswer", ms: float, fault: Exception | None
    ) -> None:
        route = getattr(scope.get("route"), "path", "")
        route = route or (scope["path"] if scope["path"] == "/metrics" else "-")
        method = scope["method"] if scope["method"] in _METHODS else "-"
        self.metrics.count(method, route, answer.status, ms / 1000)
        if route == "/health":
            return
        device = await self._device(scope) if answer.status not in _WITHOUT_DEVICE else ""
        fields = {
            "id": answer.id, "method": method, "route": route, "status": answer.status,
            "device": device, "ms": round(ms, 1), "bytes": answer.size,
        }  # fmt: skip
        log("request", fields, fault)

    async def _device(self, scope: Scope) -> str:
        """The device of the request's token; each token is looked up once."""
        token = Headers(scope=scope).get("authorization", "").removeprefix("Bearer ")
        if not token:
            return ""
        hashed = hashlib.sha256(token.encode()).hexdigest()
        if hashed not in self._devices:
            if len(self._devices) >= _MAX_KNOWN:
                self._devices.clear()
            self._devices[hashed] = await run_in_threadpool(self._owner, hashed)
        return self._devices[hashed]

    def _owner(self, hashed: str) -> str:
        with self.office.db.reading() as conn:
            return conn.scalar(select(tokens.c.device).where(tokens.c.hash == hashed)) or ""


_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})


def _sender(scope: Scope, headers: Headers) -> str:
    """What the rate limit counts by: the token's hash, or the address without a token."""
    token = headers.get("authorization", "")
    if token:
        return hashlib.sha256(token.encode()).hexdigest()
    return str((scope.get("client") or ("",))[0])


class _Counted:
    """Passes a body on until it exceeds `MAX_BODY_BYTES`, then reports a disconnect."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.room = MAX_BODY_BYTES

    async def __call__(self) -> Message:
        if self.room < 0:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self.room -= len(message.get("body", b""))
        return message if self.room >= 0 else {"type": "http.disconnect"}


class _CountedAnswer:
    """Passes an answer on with the request's id added; notes its status and size."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self.id = request_id
        self.status = 0
        self.size = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(raw=message["headers"])[REQUEST_ID] = self.id
        self.size += len(message.get("body", b""))
        await self._send(message)
