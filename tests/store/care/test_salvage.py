"""A damaged store: set aside untouched, what is readable kept, nothing lost shown as good."""

from pathlib import Path

import pytest

from fieldkit.domain.core.errors import Fault
from fieldkit.services.home.doctor import examine
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.upkeep import scrub
from fieldkit.services.jobs import job_commands
from fieldkit.store.care.salvage import salvage
from fieldkit.store.home.home import Home
from fieldkit.store.tinysqlite.reading import StoredDocument
from tests.store.homes import (
    NOW,
    acknowledge,
    documents,
    new_home,
    one_job,
    opened,
    waiting_events,
)

PAGE = 4096


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    """A home with thirty jobs that the office has, and one that it lacks."""
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        for _ in range(30):
            one_job(session)
        acknowledge(session)
        session.store.exchange.feed.apply([], "office/30")
        one_job(session)
    return home


def test_a_whole_store_is_salvaged_whole(home: Home) -> None:
    with opened(home) as session:
        before, epoch = documents(session), session.store.exchange.device.read()["epoch"]
        unsent = waiting_events(session.store, 100)
    report = salvage(home, uuid7, NOW)
    assert (report.missing, report.uncertain, report.commits_lost) == ({}, (), 0)
    assert report.unsent == len(unsent) == 3
    with opened(home) as session:
        assert documents(session) == before
        assert waiting_events(session.store, 100) == unsent
        assert session.store.exchange.device.read()["epoch"] != epoch
        assert session.store.exchange.feed.cursor() == ""
        assert session.person == "wang.lei"
        assert scrub(session).ok


def test_a_document_that_is_gone_is_made_anew_from_its_events(home: Home) -> None:
    with opened(home) as session:
        before = documents(session)
        jobs = session.store.db.table("jobs")
        jobs.remove(doc_ids=[jobs.all()[3].doc_id])
    salvage(home, uuid7, NOW)
    with opened(home) as session:
        after = documents(session)
    assert {row["id"]: row for row in after["job"]} == {row["id"]: row for row in before["job"]}


@pytest.mark.parametrize("first", [0.1, 0.4, 0.7])
def test_damaged_pages_cost_what_is_on_them_until_the_next_sync(home: Home, first: float) -> None:
    with opened(home) as session:
        before = documents(session)
        rows = session.store.db.table("events").all()
        feed = [(row["position"], row["raw"].encode()) for row in rows if row.get("position")]
        unsent = session.store.lists.unsent()
    damaged = bytearray(home.store.read_bytes())
    page = int(len(damaged) // PAGE * first)
    for each in range(page, page + 8):
        damaged[each * PAGE + 100] ^= 1
    home.store.write_bytes(damaged)
    report = salvage(home, uuid7, NOW)
    assert report.aside is not None
    assert report.aside.read_bytes() == bytes(damaged)
    assert report.missing or report.uncertain
    with opened(home) as session:
        after = documents(session)
        assert sum(map(len, after.values())) > 0
        assert {trouble.key for trouble in scrub(session).troubles} <= {"document"}
        assert session.store.lists.unsent() <= unsent
        session.store.exchange.feed.apply(feed, "office/30")
        new = one_job(session)
        assert job_commands.job(session, new.id) == new
        for kind, rows_now in documents(session).items():
            known = {row["id"]: row for row in before[kind]}
            assert all(known.get(row["id"], row) == row for row in rows_now)
        assert scrub(session).ok or report.missing.get("jobs") or report.uncertain


def test_an_event_that_cannot_be_read_is_kept_and_waits_for_nothing(home: Home) -> None:
    with opened(home) as session:
        events = session.store.db.table("events")
        row = next(row for row in events.all() if not row.get("position"))
        events.put(StoredDocument(dict(row) | {"raw": "{}"}, doc_id=row.doc_id))
    report = salvage(home, uuid7, NOW)
    assert report.unsent == 2
    with opened(home) as session:
        kept = session.store.db.table("events").get(doc_id=row.doc_id)
        assert isinstance(kept, StoredDocument)
        assert kept["raw"] == "{}"
        assert [trouble.key for trouble in scrub(session).troubles] == ["event"]


def test_lost_commits_are_told_and_salvaged(home: Home, tmp_path: Path) -> None:
    old = home.store.read_bytes()
    with opened(home) as session:
        one_job(session)
    home.store.write_bytes(old)
    with pytest.raises(Fault, match="lost_commits"), opened(home):
        pass
    bad = [finding for finding in examine(home, None) if finding.level == "bad"]
    assert [finding.key for finding in bad] == ["store_bad"]
    report = salvage(home, uuid7, NOW)
    assert report.commits_lost == 3
    with opened(home) as session:
        assert len(job_commands.list_jobs(session)) == 31


def test_a_store_that_is_gone_is_begun_anew(home: Home) -> None:
    home.store.write_bytes(b"\0" * len(home.store.read_bytes()))
    report = salvage(home, uuid7, NOW)
    assert report.uncertain == ("store.db",)
    assert not report.enrolled
    with opened(home) as session:
        assert job_commands.list_jobs(session) == []


def test_a_store_in_use_is_not_salvaged(home: Home) -> None:
    with opened(home), pytest.raises(Fault, match="in_use"):
        salvage(home, uuid7, NOW)
