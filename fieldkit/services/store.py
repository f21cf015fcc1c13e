"""Care for the store: the daily scrub, and what moves into the archive."""

from datetime import datetime, timedelta

from fieldkit.services.session import Session
from fieldkit.store.check import CheckReport, check
from fieldkit.store.retention import archive_closed

LAST_CHECK = "last_check"
_SCRUB_EVERY = timedelta(days=1)


def scrub(session: Session) -> CheckReport:
    """Read everything and say what is wrong. A good store is not due again before tomorrow."""
    report = check(session.store)
    if report.ok:
        session.store.set(LAST_CHECK, session.clock().isoformat())
    return report


def scrub_due(session: Session) -> bool:
    """Whether a day has passed since the last good scrub; also when the clock went back."""
    last = session.store.setting(LAST_CHECK)
    if last is None:
        return True
    since = session.clock() - datetime.fromisoformat(last)
    return not timedelta(0) <= since < _SCRUB_EVERY


def archive_jobs(session: Session, older_than_days: int) -> int:
    """Move finished jobs that the office has, and that are older, into the archive; how many."""
    return archive_closed(session.store, session.clock() - timedelta(days=older_than_days))
