"""A home with a fixed clock, the app on it, a hand on the keyboard, and eyes on the screen."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from fieldkit.domain.core.event import Role
from fieldkit.domain.job.model import Job
from fieldkit.i18n import Lang
from fieldkit.services.home.session import Session, init_home, open_session
from fieldkit.services.jobs import job_commands, records
from fieldkit.store.home.home import Home
from fieldkit.tui.app import FieldkitApp

NOW = datetime(2026, 11, 5, 9, 30, tzinfo=timezone(timedelta(hours=8)))
SMALL, LARGE = (80, 24), (120, 40)


class Hand:
    """A person at the keyboard: presses keys, types text, reads the screen. `pressed` counts
    the keys, not the text."""

    def __init__(self, app: FieldkitApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.pressed = 0

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until the app has done what they ask."""
        self.pressed += len(keys)
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type a text, as a keyboard or an input method delivers it."""
        await self.pilot.press(*text)
        await self.pilot.pause()

    def screen(self) -> str:
        """What is on the screen, as plain text."""
        strips = self.app.screen._compositor.render_strips()
        lines = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
        return "\n".join(lines) + "\n"

    def told(self) -> str:
        """The messages that were shown."""
        return "\n".join(note.message for note in self.app._notifications)


class Desk:
    """A technician's home folder, and everything that a test needs of it."""

    def __init__(self, folder: Path, lang: Lang) -> None:
        self.home = Home(folder)
        self._opened: list[Session] = []
        self._ids = count(1)
        init_home(self.home, "Wang Min" if lang == "en" else "王敏", Role.TECHNICIAN, lang,
                  method="file")  # fmt: skip

    def open(self) -> Session:
        """A session of its own on the same home."""
        session = open_session(self.home, {}, clock=lambda: NOW)
        session.new_id = self._new_id
        self._opened.append(session)
        return session

    def _new_id(self) -> str:
        return f"01a1d0c0-0000-7000-8000-{next(self._ids):012x}"

    def close(self) -> None:
        """Close what was opened."""
        for session in self._opened:
            session.close()

    @asynccontextmanager
    async def app(self, size: tuple[int, int] = SMALL) -> AsyncIterator[Hand]:
        """The app on this home, in a terminal of this size."""
        app = FieldkitApp(self.open(), self.open)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Hand(app, pilot)

    def job(self, name: str = "Li Hua", serial: str = "C24-2203-00017", **request: object) -> Job:
        """A registered job of a customer with a product that is four years old."""
        session = self.open()
        made = records.register_customer(
            session, {"name": name, "phone": "000-000-001", "address": "12 Garden Road"}
        )
        product = {
            "serial": serial,
            "model": "QL-C24",
            "customer": made.id,
            "purchase_date": "2022-03-20",
        }
        records.register_product(session, product)
        values = {"symptom": "Does not start", "reported_on": "2026-11-05", **request}
        return job_commands.register_job(session, values, made.id, serial)


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same terminal wherever the tests run: one with many colours."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def make_desk(tmp_path: Path) -> "Callable[[Lang], Desk]":
    """Makes the home folder of a technician who works in a language."""

    def make(lang: Lang) -> Desk:
        return Desk(tmp_path / "home", lang)

    return make


@pytest.fixture
def desk(make_desk: "Callable[[Lang], Desk]") -> Desk:
    """A home in English."""
    return make_desk("en")


@pytest.fixture
def screen_file(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compares a screen with a text file of its own."""
    from tests.tui.pictures import PlainText

    return snapshot.use_extension(PlainText)
