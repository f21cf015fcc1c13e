"""What the laptop's side of the exchange needs of the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from fieldkit.store.home.atomic_files import unwritable
from fieldkit.store.records.archive import Archive
from fieldkit.store.records.device import Device
from fieldkit.store.records.fast_lists import Lists
from fieldkit.store.records.feed import Feed
from fieldkit.store.records.ledger import Ledger
from fieldkit.store.records.outbox import Outbox
from fieldkit.store.records.parcels import Parcels
from fieldkit.store.records.phone_codes import HeldCodes
from fieldkit.store.records.receipts import Receipts
from fieldkit.store.records.refill_copies import Copies
from fieldkit.store.tinysqlite import TinySQLite


class Exchange:
    """The parts of the store that a sync works on, and the lock that allows one sync at a time.

    Each change that a method of a part makes is one transaction.
    """

    def __init__(self, db: TinySQLite, ledger: Ledger, lock_file: Path, archive: Archive) -> None:
        self.device = Device(db, ledger.new_id)
        self.lists = Lists(db)
        self.outbox = Outbox(db, ledger, archive)
        self.receipts = Receipts(db, ledger)
        self.feed = Feed(db, ledger, self.receipts, archive)
        self.parcels = Parcels(db)
        self.phone_codes = HeldCodes(db)
        self.copies = Copies(db, archive)
        self._lock_file = lock_file

    @contextmanager
    def sending(self) -> Iterator[bool]:
        """Whether this process may send now: False while another one is sending.

        The lock is the operating system's, so a crash cannot leave it behind.
        """
        lock = FileLock(self._lock_file, timeout=0, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            pass
        except OSError as error:
            raise unwritable(error) from error
        try:
            yield lock.is_locked
        finally:
            lock.release()
