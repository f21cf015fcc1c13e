"""What a commit leaves behind: exact bytes, a chain, a document, an outbox in device order."""

from contextlib import suppress
from pathlib import Path

import pytest

from fieldkit.domain.core.errors import Fault
from fieldkit.domain.core.event import Act, Author, Event, RecordKind, Role, digest
from fieldkit.domain.job.fold import JOB
from fieldkit.store.records.device import start_epoch
from tests.store.homes import NOW, new_home, one_job, opened, waiting_events

AUTHOR = Author(by="wang.lei", role=Role.TECHNICIAN, at=NOW)


def note(record: str, text: object = "seen") -> Act:
    return Act(record=record, type="job.note_added", data={"text": text})


def test_events_are_chained_and_kept_as_the_bytes_that_are_sent(tmp_path: Path) -> None:
    with opened(new_home(tmp_path / "home")) as session:
        job = one_job(session)
        made = session.store.ledger.commit([note(job.id), note(job.id, "again")], AUTHOR)
        sent = waiting_events(session.store, 100)
        assert [Event.from_bytes(one.raw) for one in sent[-2:]] == made
        assert [one.raw for one in sent[-2:]] == [event.to_bytes() for event in made]
        links = ["", *(digest(one.raw) for one in sent)]
        assert [Event.from_bytes(one.raw).prev for one in sent] == links[:-1]
        assert session.store.exchange.device.read()["head"] == links[-1]
        history = session.store.ledger.history(job.id)
        document = session.store.ledger.document(RecordKind.JOB, job.id)
        assert JOB.fold(job.id, history) == document
        (row,) = session.store.ledger.rows(RecordKind.JOB)
        assert row == document.model_dump(mode="json", exclude_defaults=True)


def test_the_document_at_hand_is_never_older_than_the_store(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    with opened(home) as here, opened(home) as elsewhere:
        job = one_job(here)
        one, other = here.store.ledger, elsewhere.store.ledger
        for _ in range(2):
            for ledger in (one, other):
                assert one.document(RecordKind.JOB, job.id) == other.document(
                    RecordKind.JOB, job.id
                )
                ledger.commit([note(job.id)], AUTHOR)
        assert len(one.document(RecordKind.JOB, job.id).notes) == 4

        with suppress(InterruptedError), here.store.writing():
            one.commit([note(job.id)], AUTHOR)
            assert len(one.document(RecordKind.JOB, job.id).notes) == 5
            raise InterruptedError
        assert len(one.document(RecordKind.JOB, job.id).notes) == 4
        one.commit([note(job.id)], AUTHOR)
        assert JOB.fold(job.id, one.history(job.id)) == one.document(RecordKind.JOB, job.id)
        assert len(other.document(RecordKind.JOB, job.id).notes) == 5


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_json_is_refused_and_nothing_is_changed(tmp_path: Path, value: float) -> None:
    with opened(new_home(tmp_path / "home")) as session:
        job = one_job(session)
        before = session.store.exchange.device.read()
        with pytest.raises(ValueError, match="JSON"):
            session.store.ledger.commit([note(job.id), note(job.id, [value])], AUTHOR)
        assert session.store.exchange.device.read() == before
        assert len(session.store.ledger.history(job.id)) == 1
        words = session.store.ledger.commit([note(job.id, "Infinity, NaN")], AUTHOR)
        assert words[0].data == {"text": "Infinity, NaN"}


def test_the_outbox_goes_by_epoch_and_sequence_whatever_its_limit(tmp_path: Path) -> None:
    with opened(new_home(tmp_path / "home")) as session:
        store = session.store
        job = one_job(session)
        for _ in range(3):
            store.ledger.commit([note(job.id) for _ in range(11)], AUTHOR)
            with store.writing():
                start_epoch(store.db, session.new_id)
        pending = waiting_events(store, 1000)
        assert len(pending) == store.lists.unsent() == 3 + 33
        assert [one.seq for one in pending] == [*range(1, 15), *range(1, 12), *range(1, 12)]
        assert [one.epoch for one in pending] == sorted(one.epoch for one in pending)
        assert waiting_events(store, 20) == pending[:20]
        assert [chain.count for chain in store.exchange.outbox.chains()] == [14, 11, 11, 0]


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    (home.folder / "store.lock").unlink()
    (home.folder / "store.lock").mkdir()
    with pytest.raises(Fault, match="unwritable"), opened(home):
        pass
