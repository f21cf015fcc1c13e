"""The scrub sees what was altered, wherever it is."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from fieldkit.services.home.session import Session
from fieldkit.services.home.upkeep import archive_jobs, scrub, scrub_due
from fieldkit.services.jobs import attachments, job_commands
from fieldkit.store.tinysqlite.reading import StoredDocument
from tests.store.homes import acknowledge, cancelled, new_home, one_job, opened


def _altered_event(session: Session) -> None:
    row = session.store.db.table("events").all()[1]
    row["raw"] = row["raw"].replace("QL-C24", "QL-C25")
    session.store.db.table("events").put(StoredDocument(row, doc_id=row.doc_id))


def _lost_event(session: Session) -> None:
    row = session.store.db.table("events").all()[-1]
    session.store.db.table("events").remove(doc_ids=[row.doc_id])


def _unreadable_event(session: Session) -> None:
    row = session.store.db.table("events").all()[0]
    session.store.db.table("events").put(
        StoredDocument(dict(row) | {"raw": "{}"}, doc_id=row.doc_id)
    )


def _altered_document(session: Session) -> None:
    session.store.db.table("customers").update({"phone": "000-9999"})


def _rejected_event(session: Session) -> None:
    """The document still holds it."""
    table = session.store.db.table("events")
    row = next(row for row in table if row["type"] == "job.note_added")
    table.put(StoredDocument(dict(row) | {"status": "rejected"}, doc_id=row.doc_id))


def _lost_document(session: Session) -> None:
    session.store.db.table("jobs").truncate()


def _document_of_nothing(session: Session) -> None:
    (row,) = session.store.db.table("jobs").all()
    session.store.db.table("jobs").put(StoredDocument(dict(row), doc_id=f"{row.doc_id}x"))


def _altered_attachment(session: Session) -> None:
    (path,) = session.store.attachments.files()
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (_altered_event, "link"),
        (_lost_event, "gap"),
        (_unreadable_event, "event"),
        (_altered_document, "document"),
        (_rejected_event, "document"),
        (_lost_document, "document"),
        (_document_of_nothing, "document"),
        (_altered_attachment, "attachment"),
    ],
)
def test_what_was_altered_is_told(
    tmp_path: Path, harm: Callable[[Session], None], told: str
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"photograph")
    with opened(new_home(tmp_path / "home")) as session:
        job = attachments.attach_file(session, one_job(session).id, photo)
        job_commands.do_step(session, job.id, "note", {"text": "seen"})
        good = scrub(session)
        assert (good.ok, good.events, good.attachments) == (True, 5, 1)
        harm(session)
        assert told in {trouble.key for trouble in scrub(session).troubles}


def test_an_event_that_cannot_be_read_hides_nothing_else(tmp_path: Path) -> None:
    """Only what follows from it is not told: the links, and the document that it is part of."""
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"photograph")
    with opened(new_home(tmp_path / "home")) as session:
        attachments.attach_file(session, one_job(session).id, photo)
        assert scrub(session).ok
        _unreadable_event(session)
        _altered_attachment(session)
        _altered_document(session)
        report = scrub(session)
    assert [trouble.key for trouble in report.troubles] == ["event", "attachment"]
    assert (report.events, report.attachments) == (4, 0)


def test_work_that_goes_on_meanwhile_is_no_trouble(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    with opened(home) as session, opened(home) as other:
        job = one_job(session)
        stop = threading.Event()

        def work() -> None:
            while not stop.is_set():
                job_commands.do_step(other, job.id, "note", {"text": "busy"})
                acknowledge(other)
                cancelled(other, one_job(other))
                archive_jobs(other, 0)

        worker = threading.Thread(target=work)
        worker.start()
        try:
            for _ in range(12):
                assert scrub(session).troubles == ()
        finally:
            stop.set()
            worker.join()


def test_a_flipped_bit_in_the_file_is_told(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        one_job(session)
        session.store.db.checkpoint()
        content = bytearray(home.store.read_bytes())
        content[len(content) // 2] ^= 1
        home.store.write_bytes(content)
        report = scrub(session)
        assert not report.ok
        assert {trouble.key for trouble in report.troubles} == {"file"}
        assert scrub_due(session)


def test_the_scrub_is_due_once_a_day(tmp_path: Path) -> None:
    with opened(new_home(tmp_path / "home")) as session:
        assert scrub_due(session)
        scrub(session)
        assert not scrub_due(session)
        start = session.clock()
        for hours, due in ((23, False), (25, True), (-1, True)):
            session.clock = lambda hours=hours: start + timedelta(hours=hours)  # type: ignore[misc]  # a loop's value
            assert scrub_due(session) is due
