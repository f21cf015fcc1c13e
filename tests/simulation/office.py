"""The simulated office: the real application on a real database, in this very thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from fastapi import FastAPI
from sqlalchemy import event

from fieldkit.domain.core.event import Role
from fieldkit.office import backup
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.http.routes import build_app
from fieldkit.office.office import Office as RealOffice
from fieldkit.office.office import open_office
from fieldkit.sync.client.transport import Reply, Request
from tests.simulation.world import Killed, World


class Office:
    """An office that can be stopped, killed at a commit, and restored from a backup."""

    def __init__(self, world: World, home: Path) -> None:
        self.world = world
        self.home = home
        self.skew = timedelta()
        self.restored = False
        self._commits_left = 0
        self.start()

    def clock(self) -> datetime:
        """The time as the office sees it."""
        return self.world.now + self.skew

    def start(self) -> None:
        """Open the office from its folder."""
        self.office = open_office(self.home, self.world.ids(self.clock), self.clock)
        self.app = _app_of(self.office)
        event.listen(self.office.db.engine, "commit", self._at_commit)

    def restart(self) -> None:
        """Its process ends, in whatever way, and another one begins."""
        self.stop()
        self.start()

    def die_at(self, commit: int) -> None:
        """Be killed just before the given commit from now on."""
        self._commits_left = commit

    def _at_commit(self, _: Any) -> None:
        self._commits_left -= 1
        if self._commits_left == 0:
            raise Killed

    def code(self, person: str, role: Role) -> str:
        """A one-time code for a laptop of this person."""
        return create_enrolment(self.office, person, role)

    def handle(self, request: Request, *, cut: bool = False) -> Reply | None:
        """The reply to a request; None if the sender went away (`cut`) before its end."""
        body = {"type": "http.request", "body": request.body, "more_body": cut}
        incoming = [body, {"type": "http.disconnect"}]
        answer: list[Any] = []

        async def receive() -> Any:
            return incoming.pop(0) if len(incoming) > 1 else incoming[0]

        async def send(message: Any) -> None:
            answer.append(message)

        running = self.app(_scope(request), receive, send)
        try:
            running.send(None)  # nothing in it ever waits: threads are played by this one
        except StopIteration:
            pass
        else:
            raise RuntimeError("the application waits for something")
        if not answer:
            return None
        headers = {name.decode().lower(): value.decode() for name, value in answer[0]["headers"]}
        content = b"".join(message.get("body", b"") for message in answer[1:])
        return Reply(answer[0]["status"], headers, content)

    # -- disasters ---------------------------------------------------------------------------

    def back_up(self) -> None:
        """Keep a copy of the database as it is."""
        file = self.home / "kept.db"
        file.unlink(missing_ok=True)
        backup.backup(self.office, file)

    def restore(self) -> None:
        """Bring the last copy back."""
        kept = backup.restore(self.office, self.home / "kept.db").kept
        assert kept is not None
        kept.unlink()
        self.restored = True

    @property
    def has_backup(self) -> bool:
        """Whether there is a copy to bring back."""
        return (self.home / "kept.db").exists()

    def stop(self) -> None:
        """Its process ends."""
        self._commits_left = 0
        self.office.close()


_apps: dict[bytes, FastAPI] = {}


def _app_of(office: RealOffice) -> FastAPI:
    """The application of an office. It keeps nothing but the office itself, and takes long to
    make, so all offices with the same keys share one."""
    app = _apps.get(office.keys.sign) or build_app(office)
    _apps[office.keys.sign] = app
    app.state.office = office
    return app


def _scope(request: Request) -> dict[str, Any]:
    path, _, query = request.path.partition("?")
    headers = [(name.lower().encode(), value.encode()) for name, value in request.headers.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": request.method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("office.test", 80),
    }


@contextmanager
def one_thread() -> Iterator[None]:
    """Functions that the application hands to threads run at once, so that a seed decides all."""

    async def at_once(function: Any, *arguments: Any, **_: Any) -> Any:
        return function(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(anyio.to_thread, "run_sync", at_once)
        yield
