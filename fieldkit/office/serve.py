"""Running the office's HTTP server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from fieldkit.office.app import build_app
from fieldkit.office.errors import OfficeFault
from fieldkit.office.office import Office

_STOP_S = 5


def serve(office: Office, host: str = "127.0.0.1", port: int = 8440) -> None:
    """Serve until interrupted. Raises `OfficeFault` if the address cannot be had."""
    with _listen(host, port) as listener:
        _server(office).run(sockets=[listener])


@contextmanager
def serving(office: Office, port: int = 0) -> Iterator[str]:
    """Serve on loopback in a thread of this process; answers the address.

    Port 0 takes a free one.
    """
    server = _server(office)
    with _listen("127.0.0.1", port) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_STOP_S)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise OfficeFault("address", host=host, port=port) from error


def _server(office: Office) -> uvicorn.Server:
    config = uvicorn.Config(
        build_app(office), ws="none", lifespan="off", log_level="warning", access_log=False
    )
    return uvicorn.Server(config)
