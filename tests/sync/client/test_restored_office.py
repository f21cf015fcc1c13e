"""An office that was restored from a backup gets back what the laptops hold, also its own word."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update

from fieldkit.domain.core.event import Act, Event, Role
from fieldkit.office import tables
from fieldkit.office.desk.desk import dispatch, list_jobs
from fieldkit.office.exchange.held_events import list_set_aside, release
from fieldkit.sync.client.progress import MAX_TRIES
from fieldkit.sync.errors import Retryable
from fieldkit.sync.protocol.messages import Held, Refill, Refilled, to_wire
from tests.office.history import read_history
from tests.sync.client.test_repeats import channel
from tests.sync.exchange import Faulty, Laptop, World, completed, job, note, product, spoilt


@contextmanager
def forgetting(here: World, folder: Path) -> Iterator[None]:
    """What happens inside is gone at the office afterwards: it is restored from a backup."""
    here.office.close()
    shutil.copy(here.folder / "office" / "office.db", folder / "backup.db")
    here.restart()
    yield
    here.office.close()
    for left in (here.folder / "office").glob("office.db-*"):
        left.unlink()
    shutil.copy(folder / "backup.db", here.folder / "office" / "office.db")
    here.restart()
    with here.office.db.writing() as writing:
        writing.conn.execute(update(tables.office).values(epoch="restored"))


def ids(here: World, record: str) -> list[str]:
    return [event.id for event in read_history(here.office, "job", record)]


def agree(here: World, *laptops: Laptop) -> None:
    """After two rounds everybody has the same, in the office's order."""
    for _ in range(2):
        for laptop in laptops:
            laptop.sync(here.wire)
    jobs = {
        found.id: found.model_dump(mode="json", exclude_defaults=True)
        for found in list_jobs(here.office)
    }
    for laptop in laptops:
        report = laptop.sync(here.wire)
        assert (report.unsent, report.sent, report.received, report.problems) == (0, 0, 0, [])
        documents = laptop.documents()
        assert {record: documents[record] for record in documents if record in jobs} == {
            record: jobs[record] for record in documents if record in jobs
        }
        for record in documents.keys() & jobs.keys():
            assert set(laptop.store.ledger.positions(record)) >= set(ids(here, record))


def test_everything_comes_back_in_its_order(here: World, tmp_path: Path) -> None:
    desk, anna = here.laptop("mei", Role.DESK), here.laptop("anna")
    anna.sync(here.wire)
    request = job("SN1")
    with forgetting(here, tmp_path):
        desk.act(product("SN1"), request)
        desk.sync(here.wire)
        dispatch(here.office, request.record, "anna", by="mei")
        anna.sync(here.wire)
        anna.act(note(request.record, "on my way"), completed(request.record))
        anna.sync(here.wire)
        before = ids(here, request.record)
        document = anna.documents()[request.record]
    assert len(before) == 5
    assert not list_jobs(here.office)
    report = anna.sync(here.wire)
    assert [problem.key for problem in report.problems] == ["office_restored"]
    assert ids(here, request.record) == before
    assert anna.documents()[request.record] == document
    agree(here, anna, desk)
    assert ids(here, request.record) == before


@pytest.mark.parametrize("first", ["anna", "bert"])
def test_laptops_come_back_in_any_order(here: World, tmp_path: Path, first: str) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    kept = job()
    anna.act(kept, note(kept.record, "before the backup"))
    anna.sync(here.wire)
    bert.sync(here.wire)
    with forgetting(here, tmp_path):
        dispatch(here.office, kept.record, "bert")
        for _ in range(2):
            for laptop in (anna, bert):
                laptop.act(note(kept.record, f"of {laptop.person}"), job())
                laptop.sync(here.wire)
        before = set(ids(here, kept.record))
    order = (anna, bert) if first == "anna" else (bert, anna)
    agree(here, *order)
    assert set(ids(here, kept.record)) >= before
    assert len(ids(here, kept.record)) == len(set(ids(here, kept.record)))
    assert len(list_jobs(here.office)) == 5


def test_a_rejection_and_its_correction_come_back(here: World, tmp_path: Path) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    with forgetting(here, tmp_path):
        wrong = anna.act(spoilt(request.record))[0]
        anna.act(note(request.record, "held"))
        anna.sync(here.wire)
        anna.act(note(request.record, "instead", replaces=wrong.id))
        anna.sync(here.wire)
        before = ids(here, request.record)
    agree(here, anna)
    assert ids(here, request.record) == before
    anna.act(note(request.record, "goes on"))
    assert anna.sync(here.wire).clean


@pytest.mark.parametrize("first", ["anna", "mei"])
def test_whoever_had_a_job_has_it_still(here: World, tmp_path: Path, first: str) -> None:
    """Bert was sent to one job before Anna was, and has worked on another that names nobody."""
    desk, anna, bert = here.laptop("mei", Role.DESK), here.laptop("anna"), here.laptop("bert")
    sent, own = job(), job()
    with forgetting(here, tmp_path):
        desk.act(sent)
        desk.sync(here.wire)
        for person in ("bert", "anna"):
            dispatch(here.office, sent.record, person)
        bert.act(own)
        for laptop in (bert, anna, desk):
            laptop.sync(here.wire)
    assert bert.documents().keys() == {sent.record, own.record}
    for laptop in (here.laptops[first], bert):
        laptop.sync(here.wire)
    desk.sync(here.wire)
    desk.act(note(sent.record, "to all"), note(own.record, "to all"))
    agree(here, desk, anna, bert)
    assert [len(row["notes"]) for row in bert.documents().values()] == [1, 1]


def test_a_laptop_gets_what_its_clone_had_sent(here: World, tmp_path: Path) -> None:
    """The clone's events had numbers that this laptop gives to its own after the restore."""
    anna, desk = here.laptop("anna"), here.laptop("mei", Role.DESK)
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    clone = here.copy("anna", "clone")
    anna = here.laptops["anna"]
    with forgetting(here, tmp_path):
        clone.act(note(request.record, "of the clone"))
        clone.sync(here.wire)
        desk.sync(here.wire)
    desk.sync(here.wire)
    anna.act(note(request.record, "of the laptop"))
    agree(here, anna, desk)
    assert len(anna.documents()[request.record]["notes"]) == 2


def test_a_clone_that_has_sent_nothing_learns_the_new_places(here: World, tmp_path: Path) -> None:
    """Its chain is that of the laptop to the last event, so it has nothing to send and gets no
    receipt: only the feed can tell it where its own events count now."""
    anna, desk = here.laptop("anna"), here.laptop("mei", Role.DESK)
    with forgetting(here, tmp_path):
        desk.act(product("SN1"))
        request, other = job(), job()
        anna.act(request)
        anna.sync(here.wire)
        desk.sync(here.wire)
        anna.act(other)
        anna.sync(here.wire)
        clone = here.copy("anna", "clone")
        anna = here.laptops["anna"]
    for laptop in (anna, desk, clone):
        laptop.sync(here.wire)
    agree(here, anna, desk, clone)
    with here.office.db.reading() as conn:
        counted = conn.execute(select(tables.events.c.id, tables.events.c.position)).all()
    at_office = {row.id: row.position for row in counted}
    for laptop in (anna, clone):
        for record in (request.record, other.record):
            for event, position in laptop.store.ledger.positions(record).items():
                assert position == at_office[event]


def test_a_new_epoch_hides_no_restore(here: World, tmp_path: Path) -> None:
    """It begins without a cursor, and so without the sign that the office was restored."""
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    with forgetting(here, tmp_path):
        dispatch(here.office, request.record, "anna")
        anna.sync(here.wire)
        before = ids(here, request.record)
    anna.store.exchange.device.start_epoch()
    agree(here, anna)
    assert ids(here, request.record) == before


def test_the_chain_goes_on_after_a_refill(here: World, tmp_path: Path) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    with forgetting(here, tmp_path):
        anna.act(*(note(request.record, str(number)) for number in range(5)))
        anna.sync(here.wire)
    anna.sync(here.wire)
    with here.office.db.reading() as conn:
        numbers = conn.scalars(select(tables.events.c.seq).order_by(tables.events.c.seq)).all()
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_only_what_the_office_sealed_comes_back(here: World) -> None:
    """A laptop cannot make up an event of the office, of another laptop, or of another role."""
    anna, bert = here.laptop("anna"), here.laptop("bert")
    request = job()
    sealed = anna.act(request)[0]
    mine = Event.model_validate(sealed.model_dump() | {"id": "0" * 32})
    office = mine.model_copy(update={"id": "1" * 32, "device": "office"})
    boss = mine.model_copy(update={"id": "2" * 32, "role": Role.SUPERVISOR})
    only = mine.model_copy(update={"id": "3" * 32, "type": "job.submitted"})
    events = [to_wire(event.to_bytes()) for event in (mine, office, boss, only)]
    message = Refill(events=[*events, "{}"], seals=["", "", "", "", "x"])
    assert channel(here, anna).post("/v1/refill", message, Refilled).positions == [1, 0, 0, 0, 0]
    message = Refill(events=[to_wire(sealed.to_bytes())], seals=[""])
    assert channel(here, bert).post("/v1/refill", message, Refilled).positions == [0]
    held = Held(ids=[mine.id, office.id])
    assert channel(here, anna).post("/v1/lacks", held, Held).ids == [office.id]


def test_a_seal_belongs_to_its_bytes(here: World) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    request = job()
    anna.act(request, Act(record=request.record, type="job.note_added", data={"text": "a"}))
    anna.sync(here.wire)
    dispatch(here.office, request.record, "bert")
    bert.sync(here.wire)
    copies = bert.store.exchange.copies
    one, two = copies.counted(copies.counted_ids())[:2]
    changed = two.raw.replace(b'"a"', b'"b"').replace(two.id.encode(), b"9" * 32)
    swapped = Refill(events=[to_wire(changed), to_wire(changed)], seals=[two.seal, one.seal])
    assert channel(here, bert).post("/v1/refill", swapped, Refilled).positions == [0, 0]


def test_what_was_set_aside_in_an_ended_epoch_comes_back(here: World, tmp_path: Path) -> None:
    """Receipts had said what became of it, so nothing of that epoch waited any more."""
    anna = here.laptop("anna")
    kept, other = job(), job()
    anna.act(kept, other)
    anna.sync(here.wire)
    with forgetting(here, tmp_path):
        wrong, mended = anna.act(spoilt(kept.record), spoilt(other.record))
        anna.act(note(kept.record, "held"), note(other.record, "was held"))
        anna.sync(here.wire)
        anna.store.exchange.device.start_epoch()
        anna.act(note(other.record, "instead", replaces=mended.id))
        anna.sync(here.wire)
        anna.store.exchange.device.start_epoch()
        anna.sync(here.wire)
        before = ids(here, other.record)
    assert anna.store.lists.unsent() == 0
    report = anna.sync(here.wire)
    assert (report.rejected, report.held) == (2, 1)
    assert [problem.key for problem in report.problems] == ["office_restored"]
    anna.sync(here.wire)
    assert ids(here, other.record) == before
    assert [each.event for each in anna.store.exchange.receipts.rejected()] == [wrong.id]
    anna.act(note(kept.record, "corrected", replaces=wrong.id))
    agree(here, anna)
    notes = [row["text"] for row in anna.documents()[kept.record]["notes"]]
    assert notes == ["corrected", "held"]
    anna.act(note(other.record, "goes on"))
    assert anna.sync(here.wire).held == 0


def test_a_job_is_submitted_once_though_the_office_says_it_twice(
    here: World, tmp_path: Path
) -> None:
    """One laptop has only the completed job, the other one the office's first word on it."""
    anna, desk = here.laptop("anna"), here.laptop("mei", Role.DESK)
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    with forgetting(here, tmp_path):
        anna.act(completed(request.record))
        with pytest.raises(Retryable):
            anna.sync(Faulty(here.wire, iter(["ok", "ok", *["lost"] * MAX_TRIES])))
        desk.sync(here.wire)
    here.clock.move(days=2)
    anna.sync(here.wire)
    agree(here, anna, desk)
    said = read_history(here.office, "job", request.record)
    assert [event.type for event in said].count("job.submitted") == 2
    document = anna.documents()[request.record]
    assert (document["status"], document.get("attention", [])) == ("submitted", [])
    assert document["submission"]["received_on"] == "2026-03-02"
    assert document == desk.documents()[request.record]


def test_what_a_restored_office_does_not_take_back_is_told_to_its_device(
    here: World, tmp_path: Path
) -> None:
    """It counted by a word of the office that the backup does not have, in an epoch that ended."""
    anna, eve, request = here.laptop("anna"), here.laptop("eve"), job()
    anna.act(request)
    anna.sync(here.wire)
    with forgetting(here, tmp_path):
        (made,) = eve.act(note(request.record, "let count by the office"))
        assert eve.sync(here.wire).rejected == 1
        release(here.office, made.id, "mei")
        eve.sync(here.wire)
        assert eve.store.exchange.receipts.rejected() == []
        eve.store.exchange.device.start_epoch()
        eve.sync(here.wire)
    assert eve.sync(here.wire).rejected == 1
    assert [one.event for one in eve.store.exchange.receipts.rejected()] == [made.id]
    assert [one.event for one in list_set_aside(here.office)] == [made.id]
    assert [one.key for one in eve.sync(here.wire).problems] == ["set_aside"]
