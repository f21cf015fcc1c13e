"""Care for the store: the daily scrub, and what moves into the archive."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.services.home.session import Session
from fieldkit.store.care.retention import archive_closed
from fieldkit.store.care.scrub import LAST_CHECK, NOT_READ, TROUBLES, CheckReport, check
from fieldkit.store.records.archive import ArchiveFault
from fieldkit.store.records.salvages import Loss, tell, untold
from fieldkit.store.storage_errors import faults
from fieldkit.store.store import Store

_SCRUB_EVERY = timedelta(days=1)  # it reads all that is stored, which no one should wait for


@dataclass(frozen=True)
class LastCheck:
    """When the last check that found nothing wrong was, how much damage the last of all found, and
    how much it could not read."""

    good_at: datetime | None
    damages: int
    unread: int


def scrub(session: Session, tick: Callable[[], None] | None = None) -> CheckReport:
    """Read everything and say what is wrong. A good store is not due again before tomorrow.

    `tick`: see `fieldkit.store.care.scrub.check`.
    """
    report = check(session.store, tick) if tick else check(session.store)
    if session.store.only_read or (report.in_use and report.ok):
        return report  # what was not looked at is due again
    with suppress(FieldkitError), session.store.writing():  # the report matters more
        session.store.set(TROUBLES, report.damages)
        session.store.set(NOT_READ, len(report.troubles) - report.damages)
        tell(session.store.db, "check", report.losses)
        if report.ok:
            session.store.set(LAST_CHECK, session.clock().isoformat())
    return report


def last_check(store: Store) -> LastCheck:
    """How the checks of this store have ended."""
    good = store.setting(LAST_CHECK)
    return LastCheck(
        datetime.fromisoformat(good) if good else None,
        store.setting(TROUBLES, 0),
        store.setting(NOT_READ, 0),
    )


def salvages_to_tell(store: Store, by: str) -> list[Loss]:
    """The salvages of which `by` has not told yet how many events are lost; they count as told
    now."""
    try:
        with faults():
            losses = untold(store.db, store.archive, by)
    except ArchiveFault:
        return []  # which of them are there nobody knows
    if losses:
        with suppress(FieldkitError), store.writing():
            tell(store.db, by, losses)
    return losses


def scrub_due(session: Session) -> bool:
    """Whether a day has passed since the last good scrub; also when the clock went back."""
    last = last_check(session.store).good_at
    return last is None or not timedelta(0) <= session.clock() - last < _SCRUB_EVERY


def archive_jobs(session: Session, older_than_days: int) -> int:
    """Move finished jobs that the office has, and that are older, into the archive; how many."""
    return archive_closed(session.store, session.clock() - timedelta(days=older_than_days))
