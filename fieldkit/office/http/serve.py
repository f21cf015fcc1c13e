"""Run the office's HTTP server, until interrupted or in a thread."""

import gc
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple

import uvicorn

from fieldkit.office.errors import OfficeFault
from fieldkit.office.http.middleware import Monitor
from fieldkit.office.http.routes import build_app
from fieldkit.office.office import Office
from fieldkit.office.watch import logs
from fieldkit.office.watch.background_checks import checking_in_background
from fieldkit.office.watch.self_checks import Packs

_STOP_S = 5
"""How long a stop waits for requests that run; a laptop repeats what gets no answer."""
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""More than the objects of one batch, so that a batch triggers at most one collection."""


class Tls(NamedTuple):
    """The files of the certificate (with its chain) and of its private key, both PEM."""

    certificate: Path
    key: Path


def serve(
    office: Office,
    host: str = "127.0.0.1",
    port: int = 8440,
    tls: Tls | None = None,
    packs: Packs | None = None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until interrupted, with JSON logs on stderr; with `packs` new verdicts are checked.

    `ready` is called once the server listens. Raises `OfficeFault` if the address is taken or
    the certificate cannot be read.
    """
    server = _server(office, tls)
    beside = checking_in_background(office, packs) if packs else nullcontext()
    with _listen(host, port) as listener, beside:
        logs.to_stderr()
        _collect_rarely()
        ready()
        server.run(sockets=[listener])


@contextmanager
def serving(office: Office, port: int = 0, tls: Tls | None = None) -> Iterator[str]:
    """Serve on loopback in a thread, and yield the URL. Port 0 takes a free one."""
    server = _server(office, tls)
    with _listen("127.0.0.1", port) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_STOP_S)


def _collect_rarely() -> None:
    """Collect garbage less often: a batch makes tens of thousands of objects without cycles, and
    a collection every 700 objects would cost a quarter of the batch's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise OfficeFault("address", host=host, port=port) from error
    # An answer is written as its head and its body; without this the body waits 40 ms until the
    # laptop has acknowledged the head. Connections have it from the socket that accepts them.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _server(office: Office, tls: Tls | None) -> uvicorn.Server:
    config = uvicorn.Config(
        Monitor(build_app(office), office),
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_STOP_S,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise OfficeFault("certificate") from error
    return uvicorn.Server(config)
