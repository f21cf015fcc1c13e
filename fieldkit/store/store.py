"""The store of one home folder: opened once, closed at the end, everything through it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from tinydb.table import Document as Row

from fieldkit.domain.errors import Fault
from fieldkit.store import keys
from fieldkit.store.drafts import Drafts
from fieldkit.store.exchange import Exchange
from fieldkit.store.home import Home
from fieldkit.store.ledger import Ledger
from fieldkit.store.tinysqlite import TinySQLite

INDEXES: dict[str, list[str]] = {
    "events": ["id", "record", "type"],
    "jobs": ["status"],
}
"""The fields that are searched by equality or range, by table."""


class Store:
    """Jobs, events, drafts, outbox and settings of one person's laptop.

    `new_id` makes ids that sort by time (UUIDv7). Use as a context manager, or `close()`.
    """

    def __init__(self, home: Home, db: TinySQLite, new_id: Callable[[], str]) -> None:
        self.home = home
        self.new_id = new_id
        self._db = db
        self.ledger = Ledger(db, new_id)
        self.drafts = Drafts(db)
        self.exchange = Exchange(db, self.ledger, home.folder / "sending.lock")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction over everything inside, which no other process can come between."""
        with self._db.transaction():
            yield

    def setting(self, name: str, default: Any = None) -> Any:
        """A setting of this home: person, role, language, theme."""
        row = self._db.table("settings").get(doc_id=name)
        return row["value"] if isinstance(row, Row) else default

    def set(self, name: str, value: Any) -> None:
        """Keep a setting."""
        self._db.table("settings").upsert(Row({"value": value}, doc_id=name))

    def version(self) -> int:
        """A number that changes when any process has committed something."""
        return self._db.data_version()

    def close(self) -> None:
        """Close the store; the log is folded into the main file."""
        self._db.close()

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
    home: Home, new_id: Callable[[], str], passphrase: str | None = None, method: str = "auto"
) -> Store:
    """Make the home folder and its empty, encrypted store, and open it.

    `method` says how the data key is protected: `auto`, `keyring`, `passphrase`, `key_file`.
    Raises `Fault` if a store is already there.
    """
    if home.store.exists():
        raise Fault("store.exists", home=str(home.folder))
    home.folder.mkdir(parents=True, exist_ok=True)
    keys.create_key(home.folder, method, passphrase)
    store = open_store(home, new_id, passphrase, create=True)
    device = {"id": new_id(), "epoch": new_id(), "seq": 0, "head": ""}
    store._db.table("device").upsert(Row(device, doc_id="self"))
    return store


def open_store(
    home: Home, new_id: Callable[[], str], passphrase: str | None = None, create: bool = False
) -> Store:
    """Open the store of a home folder.

    Raises `Fault` (`store.missing`), or what `keys.unlock` raises when it is locked.
    """
    if not create and not home.store.exists():
        raise Fault("store.missing", home=str(home.folder))
    key = keys.unlock(home.folder, passphrase)
    db = TinySQLite.open(home.store, key=key, indexes=INDEXES)
    return Store(home, db, new_id)
