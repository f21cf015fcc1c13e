"""The scrub: reads everything that is kept and says what is not as it was written."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fieldkit.domain.core.errors import Fault, InUse
from fieldkit.domain.core.event import RecordKind
from fieldkit.store.care.found_right import FoundRight, program
from fieldkit.store.care.recorded import Recorded
from fieldkit.store.care.trouble import IN_USE, UNREAD, Trouble
from fieldkit.store.records.archive import Archive, ArchiveFault
from fieldkit.store.records.ledger import TABLES
from fieldkit.store.records.salvages import Loss, untold
from fieldkit.store.storage_errors import faults
from fieldkit.store.store import Store
from fieldkit.store.tinysqlite import DatabaseReport, TinySQLite, TinySQLiteError

LAST_CHECK, TROUBLES, NOT_READ = "last_check", "check_troubles", "check_unread"
"""Settings: when the last check that found nothing wrong was, how much damage the last one found,
and how much it could not read."""

_NAMING = "number", "attachments"
"""The fields of a job that say which attachments are its own."""


class BrokenOff(Exception):
    """Raised by a `tick` to end a check before it is done."""


@dataclass(frozen=True)
class CheckReport:
    """How much was read, what was wrong with it, and what no check has yet told of a salvage."""

    documents: int
    events: int
    attachments: int
    troubles: tuple[Trouble, ...]
    losses: tuple[Loss, ...] = ()
    in_use: bool = False
    """The log of a file was not looked at, because others were in it all the time."""

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.troubles

    @property
    def damages(self) -> int:
        """How much is wrong that is not only unread."""
        return sum(one.is_damage for one in self.troubles)


@faults()
def check(store: Store, tick: Callable[[], None] = lambda: None) -> CheckReport:
    """Check pages, events, chains, documents and attachments, while others may work.

    `tick` is called before each event, document and attachment, and may raise `BrokenOff`.
    """
    report = store.db.check()
    of_store = _file_troubles("store.db", report)
    of_archive, archive_in_use = _archive_troubles(store.archive)
    in_use = report.in_use or archive_in_use
    troubles = of_store + of_archive
    archive = None if of_archive else store.archive
    if of_store:
        # What is made of events cannot be judged then; attachments can, as far as they are named.
        named = _named_attachments(store.db, archive)
        found, whole = _attachments(store, named, tick)
        return CheckReport(report.documents, 0, whole, (*troubles, *found), in_use=in_use)
    before = FoundRight(store.home.found_right, store.key, program())
    with store.db.reader() as view, view.transaction():
        recorded = Recorded(view, archive, before, tick)
        troubles += recorded.troubles()
        named = _named_attachments(view, archive)
        losses = tuple(untold(view, archive, "check")) if archive else ()
    if not store.only_read:
        before.save()
    found, whole = _attachments(store, named, tick)
    troubles += found
    return CheckReport(
        report.documents, recorded.count, whole, tuple(troubles), losses, in_use=in_use
    )


def _file_troubles(file: str, report: DatabaseReport) -> list[Trouble]:
    """What is damaged, and what the disk has not given: that is no damage."""
    return [Trouble("file", {"file": file, "what": each}) for each in report.problems] + [
        Trouble(UNREAD, {"file": file, "what": each}) for each in report.unread
    ]


def _archive_troubles(archive: Archive) -> tuple[list[Trouble], bool]:
    try:
        report = archive.check()
    except Fault as fault:
        trouble = archive_trouble(archive, fault)
        return ([], True) if trouble.key == IN_USE else ([trouble], False)
    return (_file_troubles(archive.path.name, report), report.in_use) if report else ([], False)


def archive_trouble(archive: Archive, fault: Fault) -> Trouble:
    """Why the archive could not be read, which does not concern the store."""
    file = archive.path.name
    if isinstance(fault, InUse):
        return Trouble(IN_USE, {"file": file})
    why: BaseException = fault
    while why.__cause__ is not None:  # a fault names a sentence, what it came of is in words
        why = why.__cause__
    key = "file" if isinstance(fault, ArchiveFault) else UNREAD
    return Trouble(key, {"file": file, "what": str(why)})


def _named_attachments(view: TinySQLite, archive: Archive | None) -> dict[str, str]:
    """The number of a job that names it, for each attachment; as far as that can be read."""
    named: dict[str, str] = {}
    with suppress(Fault, TinySQLiteError):
        _note_attachments(view.table(TABLES[RecordKind.JOB]).values(*_NAMING), named)
    with suppress(Fault, TinySQLiteError):
        _note_attachments(archive.values(*_NAMING) if archive else (), named)
    return named


def _note_attachments(jobs: Iterable[list[Any]], named: dict[str, str]) -> None:
    for number, attachments in jobs:
        for one in attachments or ():
            named.setdefault(one["sha256"], str(number or "?"))


def attachment_troubles(store: Store) -> list[Trouble]:
    """What is wrong with the attachments that jobs name."""
    named = _named_attachments(store.db, store.archive)
    return _attachments(store, named, lambda: None)[0]


def _attachments(
    store: Store, named: dict[str, str], tick: Callable[[], None]
) -> tuple[list[Trouble], int]:
    """What is wrong, and how many are whole. Those that are here must be so, and those that the
    office lacks must be here; what the office has, and what colleagues attached, may not have
    come."""
    troubles: list[Trouble] = []
    whole = 0
    unsent: set[str] = set()
    with suppress(Fault):
        unsent = set(store.transfers.outgoing(store.exchange.device.read()["id"]))
    for sha256, job in sorted(named.items(), key=lambda one: (one[1], one[0])):
        tick()
        about: dict[str, object] = {"hash": sha256[:12], "job": job}
        try:
            store.attachments.checked_size(sha256)
            whole += 1
        except Fault as fault:
            why = fault.key.partition(".")[2]
            if why == "missing":
                if sha256 in unsent:
                    troubles.append(Trouble("attachment_missing", about))
            elif why == "unreadable":
                troubles.append(Trouble("attachment_unreadable", about | fault.params))
            else:
                troubles.append(Trouble("attachment", about))
    return troubles, whole
