"""Earlier work: own jobs, archived ones once and to read only, and what a dispatch told of."""

from datetime import date
from pathlib import Path

from fieldkit.domain.core.event import Act
from fieldkit.services.day.history import visits
from fieldkit.services.home.upkeep import archive_jobs
from fieldkit.services.jobs import job_commands
from tests.store.homes import acknowledge, cancelled, new_home, one_job, opened


def test_an_archived_job_stays_in_the_history_to_read_only(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        old, kept = one_job(session), one_job(session)
        cancelled(session, old)
        acknowledge(session)
        assert not job_commands.is_archived(session, old.id)
    with opened(home, days=400) as session:
        assert archive_jobs(session, 365) == 1
        found = {visit.job_id: visit.archived for visit in visits(session)}
        assert found == {old.id: True, kept.id: False}
        assert job_commands.is_archived(session, old.number)
        assert not job_commands.is_archived(session, kept.id)


def test_repairs_by_others_are_told_once_and_the_newest_comes_first(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        job = one_job(session)
        assert job.product is not None
        serial = job.product.serial
        entries = [
            {"job": "elsewhere", "on": "2025-04-01", "component": "controller", "paid": True},
            {"job": job.id, "on": "2025-05-01", "component": "motor"},
        ]
        act = Act(record=serial, type="product.serviced", data={"entries": entries})
        session.store.ledger.commit([act], session.author())
        own, other = visits(session)
        assert (own.job_id, own.serial) == (job.id, serial)
        assert (other.job_id, other.component, other.paid) == ("", "controller", True)
        assert other.day == date(2025, 4, 1)
