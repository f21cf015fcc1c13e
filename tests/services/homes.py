"""Homes for tests: a store with a person, at a moment that the test chooses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from fieldkit.domain.core.event import Role
from fieldkit.domain.core.job_codes import SettledCharge
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.phone_approval import Challenge
from fieldkit.i18n import Lang
from fieldkit.services.demo.walkthrough import Telephone
from fieldkit.services.home.session import Session, init_home, open_session
from fieldkit.services.jobs.approval import challenge, phone_key
from fieldkit.store.home.home import Home
from fieldkit.sync.protocol.keys import b64

TECHNICIAN = "陆知行"


@contextmanager
def home_at(folder: Path, now: str, lang: Lang = "en") -> Iterator[Session]:
    """A new home of a technician. `now` is local time at UTC+8, as `2026-11-05 08:45`.

    It has an approval key, as after enrolment at an office of an older program, so that codes by
    telephone can be given without one (`telephone`).
    """
    home = Home(folder / "home")
    init_home(home, TECHNICIAN, Role.TECHNICIAN, lang, method="file")
    moment = datetime.fromisoformat(f"{now}:00+08:00")
    session = open_session(home, {}, clock=lambda: moment)
    session.store.exchange.device.save_identity({"approval_key": b64(bytes(32))})
    try:
        yield session
    finally:
        session.close()


def telephone(session: Session) -> Telephone:
    """Who answers the challenges of this home: an office of an older program, which has its key."""
    key = phone_key(session)
    assert key is not None
    return lambda text, charge: key.code(Challenge.read(text), charge)


def code_for(session: Session, job: Job, charge: SettledCharge | None = None) -> str:
    """The code for the open request of a job."""
    return telephone(session)(challenge(session, job), charge)
