"""A home with a fixed clock, the app on it, a hand on the keyboard, and eyes on the screen."""

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from functools import cache, wraps
from pathlib import Path
from typing import TypeVar

import pytest
from syrupy.assertion import SnapshotAssertion
from textual._context import message_hook
from textual.events import Key
from textual.keys import _character_to_key
from textual.message import Message
from textual.message_pump import MessagePump
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
MOST_ROUNDS = 1000
"""Far more than any key needs: an app that is never at rest fails instead of hanging."""


T = TypeVar("T")


class Hand:
    """A person at the keyboard: presses keys, types text, reads the screen. `pressed` counts
    the keys, not the text."""

    def __init__(self, app: FieldkitApp) -> None:
        self.app = app
        self.pilot = Pilot(app)
        self.pressed = 0
        self._heard = 0

    def hear(self, message: Message) -> None:
        """Called for each message that reaches a widget."""
        self._heard += 1

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until the app has done what they ask."""
        self.pressed += len(keys)
        for key in keys:
            # Without `Pilot.press`, which sleeps until the whole process has been idle.
            self.app.post_message(Key(key, " " if key == "space" else None))
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text at once, as a quick hand or an input method does."""
        for letter in text:
            key = letter if letter.isalnum() else _character_to_key(letter)
            self.app.post_message(Key(key, letter))
        await self.settle()

    async def settle(self) -> None:
        """Wait until no widget has anything left to do; what threads do goes on."""
        quiet = 0
        for _ in range(MOST_ROUNDS):
            await self.app._animator.wait_until_complete()
            quiet = quiet + 1 if await self._nothing_happens() else 0
            if quiet == 2 or self.app._exception:
                return
        raise AssertionError("the app does not come to rest")

    async def _nothing_happens(self) -> bool:
        """Ask each widget to answer when it has done what it was told, and draw what changed.
        True if nothing but the answers came meanwhile."""
        screen, heard = self.app.screen, self._heard
        waiting: set[MessagePump] = {self.app}
        for one in self.app.screen_stack:
            waiting.update(one.walk_children(with_self=True))

        def answer(pump: MessagePump) -> None:
            waiting.discard(pump)

        asked = sum([pump.call_later(answer, pump) for pump in list(waiting)])
        while any(not pump._closed for pump in waiting) and not self.app._exception:
            await asyncio.sleep(0)
        screen._on_timer_update()
        left = (screen._callbacks, screen._next_callbacks, self.app.screen is not screen)
        return self._heard == heard + asked and not any(left)

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

    def __init__(self, folder: Path, lang: Lang, size: tuple[int, int] = SMALL) -> None:
        self.home = Home(folder)
        self.lang = lang
        self.size = size
        self._opened: list[Session] = []
        self._next_id = 1

    def take(self, other: "Desk") -> None:
        """Go on, before anything is opened, from where the other one is."""
        assert not self._opened
        shutil.copytree(other.home.folder, self.home.folder, dirs_exist_ok=True)
        self._next_id = other._next_id

    def open(self) -> Session:
        """A session of its own on the same home."""
        session = open_session(self.home, {}, clock=lambda: NOW)
        session.new_id = self._new_id
        self._opened.append(session)
        return session

    def _new_id(self) -> str:
        self._next_id += 1
        return f"01a1d0c0-0000-7000-8000-{self._next_id - 1:012x}"

    def close(self) -> None:
        """Close what was opened."""
        for session in self._opened:
            session.close()

    @asynccontextmanager
    async def app(self, size: tuple[int, int] | None = None) -> AsyncIterator[Hand]:
        """The app on this home, in a terminal of this size, or of the test's."""
        app = FieldkitApp(self.open(), self.open)
        hand = Hand(app)
        message_hook.set(hand.hear)  # also for screens that a test opens by itself
        async with app.run_test(size=size or self.size):
            await hand.settle()
            yield hand

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
        records.register_product(session, product | {"serial_confirmed": True})
        values = {"symptom": "Does not start", "reported_on": "2026-11-05", **request}
        return job_commands.register_job(session, values, made.id, serial)


def _kept_folder() -> Path:
    """A folder that stays until the run ends."""
    folder = tempfile.mkdtemp(prefix="fieldkit-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder) / "home"


@cache
def _begun(lang: Lang) -> Desk:
    """A desk at which nothing was done yet, with the catalogue compiled, which takes longer than
    most tests."""
    desk = Desk(_kept_folder(), lang)
    person = "Wang Min" if lang == "en" else "王敏"
    init_home(desk.home, person, Role.TECHNICIAN, lang, method="file")
    assert desk.open().catalogue.models
    desk.close()
    return desk


def stage(make: Callable[[Desk], T]) -> Callable[[Desk], T]:
    """Bring a desk to a stage: made once in a run for each language, and copied after that."""
    made: dict[Lang, tuple[Desk, T]] = {}

    @wraps(make)
    def at(desk: Desk) -> T:
        if desk.lang not in made:
            first = Desk(_kept_folder(), desk.lang)
            first.take(_begun(desk.lang))
            made[desk.lang] = first, make(first)
            first.close()
        first, answer = made[desk.lang]
        desk.take(first)
        return answer

    return at


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same terminal wherever the tests run: one with many colours."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def lang() -> Lang:
    """The language of the desk, where a test is not made for each."""
    return "en"


@pytest.fixture
def size() -> tuple[int, int]:
    """Columns and rows of the terminal, where a test is not made for each size."""
    return SMALL


@pytest.fixture
def desk(tmp_path: Path, lang: Lang, size: tuple[int, int]) -> Desk:
    """A home in this language in which nothing was done yet, and a terminal of this size."""
    made = Desk(tmp_path / "home", lang, size)
    made.take(_begun(lang))
    return made


@pytest.fixture
def screen_file(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compares a screen with a text file of its own."""
    from tests.tui.pictures import PlainText

    return snapshot.use_extension(PlainText)
