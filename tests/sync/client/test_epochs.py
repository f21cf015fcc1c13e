"""A laptop whose chain has gone on elsewhere: restored, put back by hand, or cloned."""

from pathlib import Path

from sqlalchemy import select

from fieldkit.domain.core.event import Event, digest
from fieldkit.office.tables import devices
from fieldkit.services.home.ids import uuid7
from fieldkit.store.care.backup import back_up, restore
from fieldkit.store.home.home import Home
from fieldkit.store.store import open_store
from fieldkit.store.tinysqlite import StoredDocument
from tests.office.history import read_history
from tests.sync.client.test_waiting import texts
from tests.sync.exchange import Laptop, World, job, note


def start_epoch(laptop: Laptop) -> None:
    laptop.store.exchange.device.start_epoch()


def lose(laptop: Laptop, event: Event) -> None:
    """Make a laptop forget an event that it has not sent."""
    with laptop.store.writing():
        laptop.store.db.table("events").remove(doc_ids=[event.id])
        laptop.store.db.table("outbox").remove(doc_ids=[event.id])
        laptop.store.ledger.refold("job", event.record)


def agree(here: World, *laptops: Laptop) -> None:
    """Sync until all have all; then every side has the same."""
    for _ in range(2):
        for laptop in laptops:
            laptop.sync(here.wire)
    for laptop in laptops:
        report = laptop.sync(here.wire)
        assert (report.unsent, report.sent, report.received, report.problems) == (0, 0, 0, [])
        assert laptop.documents() == laptops[0].documents()


def test_a_clone_goes_on_in_a_new_epoch_and_nothing_is_lost(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    clone = here.copy("anna", "clone")
    anna = here.laptops["anna"]
    anna.act(note(request.record, "one"), note(request.record, "two"))
    anna.sync(here.wire)
    clone.act(*(note(request.record, f"clone {number}") for number in range(4)))
    report = clone.sync(here.wire)
    assert [problem.key for problem in report.problems] == ["forked"]
    assert (report.sent, report.unsent) == (0, 4)
    start_epoch(clone)
    clone.act(note(request.record, "clone later"))
    report = clone.sync(here.wire)
    assert (report.applied, report.unsent, report.problems) == (5, 0, [])
    agree(here, anna, clone)
    assert texts(here, request.record) == [
        "one", "two", "clone 0", "clone 1", "clone 2", "clone 3", "clone later",
    ]  # fmt: skip
    with here.office.db.reading() as conn:
        assert conn.scalar(select(devices.c.forked_at)) is not None


def test_what_both_have_is_acknowledged_before_the_fork(here: World) -> None:
    """The receipt for the common part was lost; only what differs goes on in a new epoch."""
    anna = here.laptop("anna")
    request = job()
    anna.act(request, note(request.record, "common"))
    clone = here.copy("anna", "clone")
    anna = here.laptops["anna"]
    anna.act(note(request.record, "anna"))
    anna.sync(here.wire)
    clone.act(note(request.record, "clone"))
    report = clone.sync(here.wire)
    assert (report.duplicates, report.unsent) == (2, 1)
    start_epoch(clone)
    clone.sync(here.wire)
    agree(here, anna, clone)
    assert texts(here, request.record) == ["common", "anna", "clone"]


def test_an_older_state_put_back_gets_its_events_again_and_goes_on(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    old = here.copy("anna", "old")
    anna = here.laptops["anna"]
    anna.act(note(request.record, "lost"))
    anna.sync(here.wire)
    report = old.sync(here.wire)
    assert [problem.key for problem in report.problems] == ["ahead"]
    assert old.documents() == anna.documents()
    old.act(note(request.record, "after"))
    assert old.sync(here.wire).clean
    assert texts(here, request.record) == ["lost", "after"]


def test_a_restored_backup_sends_what_waits_in_its_old_epoch_first(
    here: World, tmp_path: Path
) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    anna.act(note(request.record, "waits"))
    back_up(anna.store, tmp_path / "anna.backup")
    anna.act(note(request.record, "sent after the backup"))
    anna.sync(here.wire)
    anna.store.close()
    home = Home(here.folder / "anna")
    restore(home, tmp_path / "anna.backup", uuid7)
    again = Laptop(open_store(home, uuid7), "anna", clock=here.clock)
    here.laptops["anna"] = again
    again.act(note(request.record, "after the restore"))
    report = again.sync(here.wire)
    assert (report.duplicates, report.applied, report.unsent) == (1, 1, 0)
    assert texts(here, request.record) == ["waits", "sent after the backup", "after the restore"]
    agree(here, again)
    assert len(read_history(here.office, "job", request.record)) == 4


def test_what_the_office_has_beyond_a_gap_is_not_sent_anew(here: World) -> None:
    """Receipts and one event were lost: what the office has keeps its place in the old epoch."""
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    old = here.copy("anna", "old")
    anna = here.laptops["anna"]
    made = anna.act(*(note(request.record, str(number)) for number in range(5)))
    kept = [(event, event.to_bytes()) for event in made]
    anna.sync(here.wire)
    # The older state, with all that was made since but the second note, and two more.
    with old.store.writing():
        for event, raw in kept[:1] + kept[2:]:
            old.store.ledger.append(event, raw)
            old.store.ledger.queue(event)
        device = old.store.exchange.device.read() | {
            "seq": made[-1].seq,
            "head": digest(kept[-1][1]),
        }
        old.store.db.table("device").put(StoredDocument(device, doc_id="self"))
    old.act(note(request.record, "later"), note(request.record, "last"))
    start_epoch(old)
    report = old.sync(here.wire)
    assert (report.rejected, report.problems) == (0, [])
    assert old.store.exchange.receipts.rejected() == []
    assert texts(here, request.record) == ["0", "1", "2", "3", "4", "later", "last"]
    agree(here, old)
    assert len(old.store.exchange.outbox.chains()) == 1


def test_a_gap_and_a_fork_in_the_same_ended_epoch_lose_nothing(here: World) -> None:
    """The office goes on with what a clone has sent; the laptop, of which an event was lost,
    made others under the same numbers."""
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    clone = here.copy("anna", "clone")
    anna = here.laptops["anna"]
    anna.act(*(note(request.record, f"sent {number}") for number in range(4)))
    anna.sync(here.wire)
    made = clone.act(*(note(request.record, f"kept {number}") for number in range(6)))
    lose(clone, made[1])
    start_epoch(clone)
    clone.act(note(request.record, "later"))
    for _ in range(3):
        clone.sync(here.wire)
    agree(here, anna, clone)
    said = texts(here, request.record)
    assert said[:4] == [f"sent {number}" for number in range(4)]
    assert sorted(said[4:]) == ["kept 0", "kept 2", "kept 3", "kept 4", "kept 5", "later"]
    assert len(clone.store.exchange.outbox.chains()) == 1
    assert clone.store.exchange.receipts.rejected() == []


def test_a_fork_behind_a_gap_is_found_when_the_feed_does_not_bring_it(here: World) -> None:
    """The laptop thinks that the office has what it made after the lost event."""
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    anna.act(note(request.record, "of both"))
    clone = here.copy("anna", "clone")
    anna = here.laptops["anna"]
    anna.act(*(note(request.record, f"sent {number}") for number in range(3)))
    anna.sync(here.wire)
    lost, *_ = clone.act(*(note(request.record, f"kept {number}") for number in range(5)))
    lose(clone, lost)
    start_epoch(clone)
    clone.act(note(request.record, "later"))
    for _ in range(3):
        clone.sync(here.wire)
    agree(here, anna, clone)
    said = texts(here, request.record)
    assert said[:4] == ["of both", "sent 0", "sent 1", "sent 2"]
    assert sorted(said[4:]) == ["kept 1", "kept 2", "kept 3", "kept 4", "later"]
    assert len(clone.store.exchange.outbox.chains()) == 1


def test_a_rejected_event_is_off_the_list_once_it_is_replaced(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    wrong = anna.act(note("x" * 300, "no such place"))[0]
    anna.sync(here.wire)
    listed = anna.store.exchange.receipts.rejected()
    assert [(each.event, each.reason) for each in listed] == [(wrong.id, "wrong_record")]
    again = anna.act(note("x" * 300, "worse", replaces=wrong.id))[0]
    assert anna.store.exchange.receipts.rejected() == []
    anna.sync(here.wire)
    assert [each.event for each in anna.store.exchange.receipts.rejected()] == [again.id]
