"""How a request gets to the office: one call, one reply, or a `Retryable` fault."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlsplit

from fieldkit.sync.errors import Retryable, SyncFault

TIMEOUT_S = 30.0
"""The longest that any one step of a request may take: connecting, sending, waiting."""


@dataclass(frozen=True)
class Request:
    """What is sent: the path with its query, the body as it goes over the wire."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What came back: header names in lower case, the body unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Transport = Callable[[Request], Reply]
"""Sends a request and waits for its reply, never for ever.

Raises `Retryable` when no whole reply came.
"""


class HttpTransport:
    """Requests over HTTP(S) to the office's address. Use as a context manager, or `close()`."""

    def __init__(self, url: str, timeout: float = TIMEOUT_S) -> None:
        import httpx2  # here, because nothing but a sync needs it

        if not _is_address(url):
            raise SyncFault("bad_address", url=url)
        self._http = httpx2
        self._client = httpx2.Client(base_url=url, timeout=timeout)

    def __call__(self, request: Request) -> Reply:
        """The reply to one request. Raises `Retryable` when no whole reply came."""
        try:
            response = self._client.request(
                request.method, request.path, headers=dict(request.headers), content=request.body
            )
        except self._http.RequestError as error:
            raise Retryable("unreachable", cause=type(error).__name__) from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status_code, headers, response.content)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> "HttpTransport":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in {"http", "https"} and bool(host) and not any(map(str.isspace, host))
