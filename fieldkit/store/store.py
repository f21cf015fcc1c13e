"""The store of one home folder: opened once, closed at the end, everything through it."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Literal

from fieldkit.domain.core.errors import Fault, FieldkitError
from fieldkit.domain.core.kinds import RecordKind
from fieldkit.store.home import keys
from fieldkit.store.home.atomic_files import free_name, private_folder
from fieldkit.store.home.home import Home
from fieldkit.store.home.leftovers import clear_leftovers, close_folders
from fieldkit.store.home.process_lock import Presence
from fieldkit.store.home.swap_in import finish_replacing
from fieldkit.store.records.device import start_epoch
from fieldkit.store.records.drafts import Drafts
from fieldkit.store.records.fast_lists import (
    DONE_RANK,
    FLAGGED_RANK,
    JOB_RANK,
    JOB_ROW,
    TABLES,
    Lists,
)
from fieldkit.store.records.migrations import SCHEMA, migrate
from fieldkit.store.storage_errors import faults
from fieldkit.store.tinysqlite import ReadOnlyError, TinySQLite, TinySQLiteError
from fieldkit.store.tinysqlite.reading import StoredDocument

if TYPE_CHECKING:
    from fieldkit.store.files.attachments import Attachments
    from fieldkit.store.records.archive import Archive
    from fieldkit.store.records.exchange import Exchange
    from fieldkit.store.records.ledger import Ledger
    from fieldkit.store.records.transfers import Transfers

INDEXES: dict[str, list[str]] = {
    "events": ["record", "type", "status", "turn"],
    "jobs": ["number"],
    "customers": ["merged_into"],
    "outbox": ["turn"],
    "products": ["customer"],
}
"""The fields that are searched by equality or range, by table."""

EXCERPTS = {TABLES[RecordKind.JOB]: JOB_ROW}
"""What SQLite keeps ready of each document for lists."""

RANKS = {
    TABLES[RecordKind.JOB]: JOB_RANK,
    TABLES[RecordKind.PRODUCT]: FLAGGED_RANK,
    TABLES[RecordKind.FOLLOW_UP]: DONE_RANK,
}
"""By what the lists of a table are read page by page."""

ProtectBy = Literal["auto", "keyring", "passphrase", "file"]

OnlyRead = Literal["read_only", "full"]
"""Why a store can only be read: its disk is, or has no room for the log."""


class Store:
    """Jobs, events, drafts, outbox and settings of one person's laptop.

    `new_id` makes ids that sort by time (UUIDv7). Use as a context manager, or `close()`.
    The parts that need the models are made, and their modules loaded, when first asked for:
    the first screen needs none of them.
    """

    def __init__(
        self,
        home: Home,
        db: TinySQLite,
        key: bytes,
        new_id: Callable[[], str],
        presence: Presence,
        only_read: OnlyRead | None = None,
    ) -> None:
        self.home = home
        self.new_id = new_id
        self.key = key
        self.db = db
        self.only_read = only_read
        self._presence = presence
        self.lists = Lists(db)
        self.drafts = Drafts(db)

    @cached_property
    def ledger(self) -> "Ledger":
        """Events and documents."""
        from fieldkit.store.records.ledger import Ledger

        return Ledger(self.db, self.new_id)

    @cached_property
    def archive(self) -> "Archive":
        """Closed jobs that were moved out."""
        from fieldkit.store.records.archive import Archive

        return Archive(self.home.archive, self.key, SCHEMA, frozen=self.only_read is not None)

    @cached_property
    def attachments(self) -> "Attachments":
        """Photos and other files."""
        from fieldkit.store.files.attachments import Attachments

        return Attachments(self.home.attachments, self.key)

    @cached_property
    def transfers(self) -> "Transfers":
        """Attachments on their way."""
        from fieldkit.store.records.transfers import Transfers

        return Transfers(self.db, self.ledger, self.attachments)

    @cached_property
    def exchange(self) -> "Exchange":
        """Outbox, receipts and the feed."""
        from fieldkit.store.records.exchange import Exchange

        lock = self.home.folder / "sending.lock"
        return Exchange(self.db, self.ledger, lock, self.archive)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction over everything inside, which no other process can come between.

        Raises `Fault` when it cannot be written; nothing is changed then.
        """
        with faults(), self.db.transaction():
            yield

    @faults()
    def setting(self, name: str, default: Any = None) -> Any:
        """A setting of this home: person, role, people, language, theme."""
        row = self.db.table("settings").get(doc_id=name)
        return row["value"] if row else default

    @faults()
    def set(self, name: str, value: Any) -> None:
        """Keep a setting."""
        self.db.table("settings").put(StoredDocument({"value": value}, doc_id=name))

    @faults()
    def version(self) -> int:
        """A number that changes when any process has committed something."""
        return self.db.data_version()

    def close(self) -> None:
        """Close the store; the log is folded into the main file."""
        if "archive" in self.__dict__:
            self.archive.close()
        self.db.close()
        self._presence.leave()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def create_store(
    home: Home,
    new_id: Callable[[], str],
    passphrase: str | None = None,
    method: ProtectBy = "auto",
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> Store:
    """Make the home folder and its encrypted store with its first settings, and open it.

    `method` says how the data key is protected. The settings are the last step, in one
    transaction: a making that was broken off before, at any point, is finished. Raises `Fault`
    (`store.exists`) if a store is already there, and what `keys.create_key` raises.
    """
    finish_replacing(home)
    private_folder(home.folder)
    clear_leftovers(home)
    exists = Fault("store.exists", home=str(home.folder))
    key_file = home.folder / keys.KEY_NAME
    if not home.store.exists():
        if key_file.exists() and not _has_sealed(home):  # of a making that was broken off
            key_file.replace(free_name(key_file))
        if not key_file.exists():
            keys.create_key(home.folder, method, passphrase)
        key = keys.unlock(home.folder, passphrase)
    else:
        try:
            key = keys.unlock(home.folder, passphrase)
        except FieldkitError as error:
            raise exists from error
        if _is_made(home, key):
            raise exists
    store = _open(home, new_id, key)
    try:
        with store.writing():
            if _has_settings(store.db):  # another one was quicker
                raise exists
            for name, value in settings.items():
                store.set(name, value)
    except BaseException:
        store.close()
        raise
    return store


def _has_sealed(home: Home) -> bool:
    """Whether anything here may need the key that is here."""
    counter = home.store.with_name(f"{home.store.name}-commits")
    return counter.exists() or home.archive.exists() or any(home.attachments.glob("??/*"))


def _is_made(home: Home, key: bytes) -> bool:
    """Whether a store was made to its end; False, too, where opening it will say what is wrong."""
    try:
        with open_db(home.store, key, frozen=True) as db:
            return _has_settings(db)
    except TinySQLiteError:
        return False


def _has_settings(db: TinySQLite) -> bool:
    return len(db.table("settings")) > 0


def open_store(home: Home, new_id: Callable[[], str], passphrase: str | None = None) -> Store:
    """Open the store of a home folder.

    Where its disk is read-only or full, it is opened to be read; see `Store.only_read`. Raises
    `Fault` (`store.missing`, `store.newer`, `store.damaged`, `store.busy` ...), or what
    `keys.unlock` raises when it is locked.
    """
    with faults():
        finish_replacing(home)
        if not home.store.exists():
            raise Fault("store.missing", home=str(home.folder))
    clear_leftovers(home)
    close_folders(home)
    return _open(home, new_id, keys.unlock(home.folder, passphrase))


def _open(home: Home, new_id: Callable[[], str], key: bytes) -> Store:
    only_read: OnlyRead | None = None if os.access(home.folder, os.W_OK) else "read_only"
    presence = Presence(home.folder)
    try:
        try:
            db = _opened(home.store, key, new_id, frozen=only_read is not None)
        except Fault as fault:
            if only_read or fault.key != "store.full":
                raise
            only_read = "full"
            db = _opened(home.store, key, new_id, frozen=True)
    except BaseException:
        presence.leave()
        raise
    return Store(home, db, key, new_id, presence, only_read)


@faults()
def _opened(path: Path, key: bytes, new_id: Callable[[], str], frozen: bool) -> TinySQLite:
    db = open_db(path, key, frozen)
    try:
        if frozen:
            if db.schema < SCHEMA:
                raise ReadOnlyError("an older store is brought up to date first")
            return db
        migrate(db, new_id)
        if db.table("device").get(doc_id="self") is None:
            with db.transaction():
                start_epoch(db, new_id)
    except BaseException:
        db.close()
        raise
    return db


def open_db(path: Path, key: bytes, frozen: bool = False) -> TinySQLite:
    """The database of a store, of this schema or an older one."""
    return TinySQLite.open(
        path, key=key, indexes=INDEXES, excerpts=EXCERPTS, ranks=RANKS, schema=SCHEMA, frozen=frozen
    )
