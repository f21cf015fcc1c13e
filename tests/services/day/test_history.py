"""Earlier work: own jobs, archived ones once and to read only, and what a dispatch told of."""

from datetime import date
from pathlib import Path

import pytest

from fieldkit.domain.core.event import Act
from fieldkit.services.day import history
from fieldkit.services.day.history import older_visits, visits
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


def test_what_is_too_old_for_the_page_is_found_by_typing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the store, of the archive and of repairs by others alike; nothing comes twice."""
    monkeypatch.setattr(history, "AT_HAND", 1)
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        first = cancelled(session, one_job(session))
        acknowledge(session)
    with opened(home, days=400) as session:
        assert archive_jobs(session, 365) == 1
        closed = [cancelled(session, one_job(session)) for _ in range(3)]
        serials = [job.product.serial for job in closed if job.product]
        for number, serial in enumerate(serials):
            entries = [
                {"job": closed[number].id, "on": f"2026-01-0{number + 1}", "component": "motor"},
                {"job": f"else-{number}", "on": f"2025-04-0{number + 1}", "component": "fork"},
            ]
            act = Act(record=serial, type="product.serviced", data={"entries": entries})
            session.store.ledger.commit([act], session.author())
        page = visits(session)
        assert len([one for one in page if one.job_id and not one.archived]) == 1
        assert [one.serial for one in page if not one.job_id] == [serials[2]]
        assert [one.job_id for one in page if one.archived] == [first.id]
        assert page == sorted(page, key=lambda one: one.day or date.min, reverse=True)

        found = older_visits(session, serials[0])
        assert {one.job_id for one in found} == {closed[0].id, ""}
        assert first.product is not None
        (old,) = older_visits(session, first.product.serial)
        assert (old.job_id, old.archived) == (first.id, True)
        assert older_visits(session, first.product.serial, archived=False) == []
