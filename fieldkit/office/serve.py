"""Running the office's HTTP server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from fieldkit.office.app import build_app
from fieldkit.office.office import Office

_STOP_S = 5


def serve(office: Office, host: str = "127.0.0.1", port: int = 8440) -> None:
    """Serve until interrupted."""
    _server(office, host, port).run()


@contextmanager
def serving(office: Office, port: int = 0) -> Iterator[str]:
    """Serve on loopback in a thread of this process; answers the address.

    Port 0 takes a free one.
    """
    server = _server(office, "127.0.0.1", port)
    socket = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(_STOP_S)
        socket.close()


def _server(office: Office, host: str, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        build_app(office),
        host=host,
        port=port,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
    )
    return uvicorn.Server(config)
