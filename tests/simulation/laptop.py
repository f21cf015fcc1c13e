"""A simulated laptop: a real home with a real store, that can be killed, cloned and restored."""

import shutil
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import apsw

from fieldkit.services.home.session import Session
from fieldkit.services.home.trade import Trade
from fieldkit.store.care.backup import back_up, restore
from fieldkit.store.care.salvage import salvage
from fieldkit.store.home.home import Home
from fieldkit.store.store import Store, open_store
from fieldkit.sync.client.progress import Progress, SyncReport
from fieldkit.sync.client.sync_client import sync
from fieldkit.sync.client.transport import Transport
from fieldkit.sync.errors import SyncFault
from fieldkit.sync.protocol.messages import Receipt
from tests.simulation.world import Killed, World


class Cancelled(Exception):
    """The person has stopped the sync."""


@dataclass
class Laptop:
    """One laptop. `skew` is how far its clock is off; `homes` counts the folders it has had."""

    world: World
    name: str
    folder: Path
    trade: Trade
    skew: timedelta = timedelta()
    acknowledged: set[str] = field(default_factory=set)
    homes: int = 0
    restored: bool = False
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    @property
    def store(self) -> Store:
        """Its store."""
        return self.session.store

    def clock(self) -> datetime:
        """The time as this laptop sees it."""
        return self.world.now + self.skew

    def open(self) -> None:
        """Start fieldkit."""
        new_id = self.world.ids(self.clock)
        store = open_store(Home(self.folder), new_id)
        self.session = Session(store, self.clock, new_id, self.trade)

    def sync(self, wire: Transport, cancel_after: int = 0) -> SyncReport:
        """One sync; the person cancels it after so many signs of progress, if not 0."""
        left = [cancel_after]

        def progress(_: Progress) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Cancelled

        return sync(
            self.store.exchange,
            wire,
            self.store.attachments,
            self.session.packs,
            progress=progress,
            begin=self._begin,
            sleep=self.world.wait,
            random=self.world.random.random,
            clock=self.clock,
        )

    def _begin(self, work: Callable[[], Receipt]) -> Callable[[], Receipt]:
        """A request beside other work is done before it or after it."""
        if self.world.chance(0.5):
            return work
        done: Future[Receipt] = Future()
        try:
            done.set_result(work())
        except SyncFault as fault:
            done.set_exception(fault)
        return done.result

    def note_acknowledged(self) -> None:
        """What waits in the outbox now was saved: its person was told so."""
        self.acknowledged |= {str(row.doc_id) for row in self.store.db.table("outbox")}

    def event_ids(self) -> set[str]:
        """All events that are on this laptop."""
        return {str(row.doc_id) for row in self.store.db.table("events")}

    # -- kills and disasters -----------------------------------------------------------------

    def die_at(self, commit: int, *, after: bool) -> None:
        """Be killed at the given commit from now on: just before it, or just after it.

        What is on the disk at that moment is what the laptop starts from again.
        """
        left = [commit]

        def at_commit() -> bool:
            left[0] -= 1
            if left[0] == 0 and not after:
                self._die()
            return False

        def at_log(connection: apsw.Connection, name: str, pages: int) -> int:
            if left[0] == 0 and after:
                left[0] = -1
                self._die()
            return apsw.SQLITE_OK

        self._hook(at_commit, at_log)

    def survive(self) -> None:
        """Nothing kills it any more."""
        self._hook(None, None)

    def _hook(self, at_commit: Callable[[], bool] | None, at_log: Any) -> None:
        file = str(Home(self.folder).store)
        for connection in apsw.connections():
            if connection.filename == file:
                connection.set_commit_hook(at_commit)
                connection.set_wal_hook(at_log)

    def _die(self) -> None:
        left_out = shutil.ignore_patterns("*-shm", "*.lock", "work-*")
        shutil.copytree(self.folder, self._next_folder(), ignore=left_out)
        raise Killed

    def _next_folder(self) -> Path:
        return self.folder.with_name(f"{self.name}.{self.homes + 1}")

    def rise(self) -> None:
        """Start again from what was on the disk when it died."""
        self.store.close()
        shutil.rmtree(self.folder)
        self.folder = self._next_folder()
        self.homes += 1
        self.open()

    def clone(self, name: str) -> "Laptop":
        """Another laptop with a copy of this one's home."""
        self.store.close()
        folder = Path(shutil.copytree(self.folder, self.folder.with_name(f"{name}.0")))
        self.open()
        return Laptop(self.world, name, folder, self.trade, self.skew)

    def back_up(self) -> None:
        """Keep a backup file beside the home."""
        back_up(self.store, self._backup)

    def restore(self) -> None:
        """Bring the last backup back."""
        self.store.close()
        aside = restore(Home(self.folder), self._backup, self.world.ids(self.clock)).aside
        _remove(aside)
        self.restored = True
        self.open()

    def salvage(self) -> None:
        """Treat the store as a damaged one: what can be read of it is all that there was."""
        self.store.close()
        done = salvage(Home(self.folder), self.world.ids(self.clock), self.clock())
        _remove(done.aside)
        self.open()

    @property
    def has_backup(self) -> bool:
        """Whether there is a backup to bring back."""
        return self._backup.exists()

    @property
    def _backup(self) -> Path:
        return self.folder.with_name(f"{self.name}.backup")

    def stop(self) -> None:
        """The end."""
        self.store.close()


def _remove(aside: Path | None) -> None:
    if aside is not None:
        for file in aside.parent.glob(f"{aside.name}*"):
            file.unlink()
