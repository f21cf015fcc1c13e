"""The archive: what is old and at the office leaves the store and can still be found."""

from pathlib import Path

import pytest

from fieldkit.cli.app import run
from fieldkit.domain.core.errors import NotFound, Refused
from fieldkit.domain.core.event import Event, Role
from fieldkit.services.day import history
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.upkeep import archive_jobs, scrub
from fieldkit.services.jobs import job_commands
from fieldkit.services.jobs.job_rows import all_jobs
from fieldkit.store.care.backup import back_up, restore
from fieldkit.store.records.archive import ArchiveFault
from tests.store.homes import (
    NOW,
    acknowledge,
    cancelled,
    documents,
    new_home,
    one_job,
    opened,
    waiting_events,
)


def late_note(record: str) -> Event:
    """A note that the office sends about a job."""
    return Event(
        id=uuid7(), record=record, type="job.note_added", at=NOW, by="mei", role=Role.DESK,
        device="office", data={"text": "she called again"},
    )  # fmt: skip


def test_only_old_closed_jobs_that_the_office_has_are_archived(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        old, open_one, drafted = (one_job(session) for _ in range(3))
        for job in (old, drafted):
            cancelled(session, job)
        session.store.drafts.save(drafted.id, "note", {"text": "half"})
        acknowledge(session)
        unsent = cancelled(session, one_job(session))
        assert archive_jobs(session, 365) == 0
    with opened(home, days=300) as session:
        young = cancelled(session, one_job(session))
    with opened(home, days=400) as session:
        before = job_commands.job(session, old.id)
        history = job_commands.history(session, old.id)
        assert archive_jobs(session, 365) == 1
        assert archive_jobs(session, 365) == 0
        live = {row.id for row in job_commands.list_jobs(session)}
        assert live == {open_one.id, drafted.id, unsent.id, young.id}
        assert {row.id for row in all_jobs(session)} == {*live, old.id}
        for ref in (old.id, old.number, old.number.lower()):
            assert job_commands.job(session, ref) == before
        assert job_commands.history(session, old.id) == history
        with pytest.raises(Refused, match="archived"):
            job_commands.do_step(session, old.number, "note", {"text": "late"})
        assert scrub(session).ok
        exchange = session.store.exchange
        epoch = exchange.device.read()["epoch"]
        assert [one.seq for one in exchange.outbox.own(epoch, 0, 500)] == list(
            range(1, exchange.device.read()["seq"] + 1)
        )


def test_an_archived_job_of_which_the_office_has_news_comes_back(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        job = cancelled(session, one_job(session))
        acknowledge(session)
    with opened(home, days=400) as session:
        history = job_commands.history(session, job.id)
        positions = session.store.ledger.positions(job.id)
        assert archive_jobs(session, 365) == 1
        again = [(positions[event.id], event.to_bytes()) for event in history]
        session.store.exchange.feed.apply(again, "1")
        assert job_commands.list_jobs(session) == []  # nothing new in that
        session.store.exchange.feed.apply([(900, late_note(job.id).to_bytes())], "2")
        (row,) = all_jobs(session)
        assert row.id == job.id
        back = job_commands.job(session, job.id)
        assert [note.text for note in back.notes] == ["she called again"]
        assert len(job_commands.history(session, job.id)) == len(history) + 1
        job_commands.do_step(session, job.id, "note", {"text": "can be worked on"})
        assert scrub(session).ok
        acknowledge(session)
    with opened(home, days=900) as session:
        assert archive_jobs(session, 365) == 1
        assert len(job_commands.job(session, job.id).notes) == 2


def test_the_archive_is_part_of_a_backup(tmp_path: Path) -> None:
    home, file = new_home(tmp_path / "home"), tmp_path / "backup.tar"
    with opened(home) as session:
        job = cancelled(session, one_job(session))
        acknowledge(session)
    with opened(home, days=400) as session:
        archive_jobs(session, 365)
        before = documents(session)
        back_up(session.store, file)
    home.archive.unlink()
    Path(f"{home.archive}-commits").unlink()
    restore(home, file, uuid7)
    with opened(home) as session:
        assert documents(session) == before
        assert job_commands.job(session, job.number).id == job.id


def test_the_store_works_on_beside_an_archive_that_is_rubbish(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        old = cancelled(session, one_job(session))
        acknowledge(session)
    with opened(home, days=400) as session:
        assert archive_jobs(session, 365) == 1
        live = one_job(session)
    home.archive.write_bytes(b"rubbish " * 4096)
    with opened(home, days=401) as session:
        for read in (
            lambda: list(all_jobs(session)),
            lambda: job_commands.job(session, old.id),
            lambda: history.visits(session),
        ):
            with pytest.raises(ArchiveFault, match=r"archive\.unreadable .*archive\.db"):
                read()
        _, troubles = back_up(session.store, tmp_path / "x.tar")  # the rest is saved
        assert [one.params["file"] for one in troubles] == ["archive.db"]
        assert [row.id for row in job_commands.list_jobs(session)] == [live.id]
        assert [one.job_id for one in history.visits(session, archived=False)] == [live.id]
        assert [one.params["file"] for one in scrub(session).troubles] == ["archive.db"]
        job_commands.do_step(session, live.id, "note", {"text": "work goes on"})
        exchange = session.store.exchange
        epoch, present = exchange.device.read()["epoch"], exchange.device.read()["seq"]
        first = waiting_events(session.store, 500)[0].seq
        assert len(exchange.outbox.own(epoch, first - 1, 500)) == present - first + 1
        assert set(exchange.copies.counted_ids()).isdisjoint(
            event.id for event in waiting_events(session.store, 500)
        )
        fresh = late_note(uuid7()).model_copy(update={"type": "job.registered"})
        exchange.feed.apply([(950, fresh.to_bytes())], "2")
        assert fresh.record in {row.id for row in job_commands.list_jobs(session)}
        news = late_note(old.id).model_copy(update={"base": 3})
        with pytest.raises(ArchiveFault):  # it would be shown without its beginning
            exchange.feed.apply([(951, news.to_bytes())], "3")
        assert exchange.feed.cursor() == "2"
    assert run(["--home", str(home.folder), "job", "list", "--all"]) == 0
    shown = capsys.readouterr()
    assert live.number in shown.out
    assert "archive.db) cannot be read" in shown.err
    for file in home.folder.glob("archive.db*"):
        file.unlink()
    with opened(home, days=401) as session, pytest.raises(NotFound):
        job_commands.job(session, old.id)
