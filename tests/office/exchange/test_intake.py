"""The phases of taking a batch that read and write, each by itself."""

import pytest
from sqlalchemy import select

from fieldkit.office.database import Writing
from fieldkit.office.devices.enrol import Caller
from fieldkit.office.exchange.intake import (
    SentBatch,
    event_row,
    fold_events,
    number_results,
    read_chain_head,
    read_present,
    read_repeats,
    repeated,
    write_chain_head,
    write_fork,
    write_judged,
    write_receipt,
)
from fieldkit.office.exchange.judge_batch import KnownEvent, Present, judge_events
from fieldkit.office.exchange.permissions import Sender
from fieldkit.office.ledger.documents import Key, load
from fieldkit.office.ledger.incoming_events import arrivals
from fieldkit.office.ledger.ledger import Ledger
from fieldkit.office.tables import conflicts, devices, events, receipts
from fieldkit.sync.client.send_events import make_batch
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import Head, Outcome, Rejected, Result, from_wire
from tests.sync.exchange import Laptop, World, job, note, spoilt


def _sent(here: World, laptop: Laptop, after: int = 0) -> SentBatch:
    device = laptop.store.exchange.device.read()
    own = laptop.store.exchange.outbox.own(device["epoch"], after, 100)
    batch = make_batch(device["id"], device["epoch"], own)
    caller = Caller(batch.device, laptop.person, laptop.role, b"")
    found = arrivals(batch, map(from_wire, batch.events), laptop.role)
    return SentBatch(caller, batch, found, here.office.now_ms)


def test_a_head_is_read_as_it_was_written(here: World) -> None:
    batch = _one_job(here).batch
    with here.office.db.writing() as writing:
        assert read_chain_head(writing.conn, batch.device, batch.epoch) == Head()
        for head in (Head(count=3, hash="a"), Head(count=5, hash="b")):
            write_chain_head(writing.conn, batch, head)
            assert read_chain_head(writing.conn, batch.device, batch.epoch) == head


def _one_job(here: World) -> SentBatch:
    anna = here.laptop("anna")
    anna.act(job())
    return _sent(here, anna)


def test_what_is_there_under_the_sequences_of_a_batch_is_read_up_to_the_head(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, spoilt(request.record))
    anna.sync(here.wire)
    anna.act(note(request.record))
    batch = _sent(here, anna).batch
    with here.office.db.reading() as conn:
        known = read_repeats(conn, batch, Head(count=2))
    assert [from_wire(text) for text in batch.events[:2]] == [event.raw for event in known]
    assert [(event.status.value, event.position) for event in known] == [
        ("applied", 1),
        ("rejected", None),
    ]
    assert known[1].reason == Rejected.OFFICE_ONLY


def test_what_was_set_aside_and_what_a_correction_names_are_read(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    wrong, waits = anna.act(request, spoilt(request.record), note(request.record))[1:]
    anna.sync(here.wire)
    fixed = anna.act(spoilt(request.record).model_copy(update={"replaces": wrong.id}))[0]
    anna.sync(here.wire)
    anna.act(note(request.record, replaces=wrong.id))
    sent = _sent(here, anna, after=4)
    with here.office.db.reading() as conn:
        present = read_present(conn, sent.batch.device, sent.arrivals, every_id=False)
    key = Key("job", request.record)
    assert list(present.rejected) == [fixed.id]
    assert [waiting.id for waiting in present.held] == [waits.id]
    assert present.records == {wrong.id: key}
    assert present.replaced_by == {wrong.id: fixed.id}


def test_ids_of_the_batch_are_looked_up_only_on_demand(here: World) -> None:
    anna = here.laptop("anna")
    request = anna.act(job())[0]
    anna.sync(here.wire)
    sent = _sent(here, anna)
    with here.office.db.reading() as conn:
        device, new = sent.batch.device, sent.arrivals
        assert not read_present(conn, device, new, every_id=False).records
        assert list(read_present(conn, device, new, every_id=True).records) == [request.id]


def test_folding_gives_positions_and_flushing_writes_rows_and_documents(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, note(request.record), spoilt(request.record))
    sent = _sent(here, anna)
    with here.office.db.writing() as writing:
        judged, writing.entry = judge_events(sent.arrivals, Present(), writing.entry)
        ledger = Ledger(here.office, writing)
        found = [arrival.event for arrival in sent.arrivals if arrival.event]
        sender = Sender.read(writing.conn, sent.caller, here.clock(), found)
        positions = fold_events(ledger, sender, sent, judged)
        ledger.flush()
        results = number_results(writing, judged, positions)
    assert positions == [1, 2, None]
    assert [result.position for result in results] == [1, 2, None]
    with here.office.db.reading() as conn:
        stored = conn.scalars(select(events.c.id).order_by(events.c.entry)).all()
        (document,) = load(conn, [Key("job", request.record)]).values()
    assert list(stored) == [arrival.id for arrival in sent.arrivals]
    assert document.position == 2


def test_a_row_says_what_was_judged(here: World) -> None:
    sent = _one_job(here)
    (one,), _ = judge_events(sent.arrivals, Present(), 10)
    row = event_row(sent, one, 7)
    assert (row.entry, row.turn, row.seq, row.position) == (11, 11, 1, 7)
    assert (row.id, row.raw, row.status) == (one.arrival.id, one.arrival.raw, "applied")
    assert (row.device, row.received_at) == (sent.batch.device, sent.now_ms)


def test_provisional_positions_become_final_in_turn(here: World) -> None:
    sent = _one_job(here)
    judged, _ = judge_events(sent.arrivals, Present(), 0)
    with here.office.db.writing() as writing:
        ahead = Writing(writing.conn)
        position = ahead.next_position()
        ahead.take_turn()
        assert [one.position for one in number_results(ahead, judged, [position])] == [1]


def test_a_cancelled_turn_changes_no_counter(here: World) -> None:
    with here.office.db.writing() as writing:
        writing.next_position()
        writing.cancel()
    with here.office.db.writing() as writing:
        assert writing.next_position() == 1


@pytest.mark.parametrize(
    ("status", "expected", "position"),
    [
        (Outcome.APPLIED, Outcome.DUPLICATE, 4),
        (Outcome.HELD, Outcome.HELD, None),
        (Outcome.REJECTED, Outcome.REJECTED, None),
    ],
)
def test_a_repeat_gets_the_answer_of_before(
    status: Outcome, expected: Outcome, position: int | None
) -> None:
    result = repeated(KnownEvent(b"", status, 4, "why"))
    assert (result.status, result.position) == (expected, position)
    assert result.reason == ("" if status is Outcome.APPLIED else "why")


def test_the_evidence_of_a_fork_is_kept_once_and_the_device_marked(here: World) -> None:
    sent = _one_job(here)
    with here.office.db.writing() as writing:
        for _ in range(2):
            denied = write_fork(writing.conn, sent, sent.arrivals[0])
            assert (denied.status, denied.values) == (409, {"seq": 1})
        kept = writing.conn.execute(select(conflicts.c.reason, conflicts.c.raw)).all()
        marked = writing.conn.scalar(select(devices.c.forked_at))
    assert [tuple(row) for row in kept] == [("forked", sent.arrivals[0].raw)]
    assert marked == sent.now_ms


def test_a_correction_is_noted_at_the_event_that_it_replaces(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    wrong = anna.act(request, spoilt(request.record))[1]
    anna.sync(here.wire)
    fixed = anna.act(note(request.record, replaces=wrong.id))[0]
    sent = _sent(here, anna, after=2)
    with here.office.db.writing() as writing:
        present = read_present(writing.conn, sent.batch.device, sent.arrivals, every_id=True)
        judged, _ = judge_events(sent.arrivals, present, writing.entry)
        write_judged(writing.conn, sent, judged)
        replaced_by = select(events.c.replaced_by).where(events.c.id == wrong.id)
        assert writing.conn.scalar(replaced_by) == fixed.id


def test_a_refilled_event_gets_its_sequence(here: World) -> None:
    sent = _one_job(here)
    (arrival,) = sent.arrivals
    assert arrival.event is not None
    with here.office.db.writing() as writing:
        ledger = Ledger(here.office, writing)
        position = ledger.append(arrival.event, arrival.raw)
        ledger.flush()
        numbers = select(events.c.seq, events.c.position)
        assert writing.conn.execute(numbers).all() == [(None, position)]
        present = read_present(writing.conn, sent.batch.device, sent.arrivals, every_id=True)
        judged, _ = judge_events(sent.arrivals, present, writing.entry)
        write_judged(writing.conn, sent, judged)
        assert writing.conn.execute(numbers).all() == [(1, position)]


def test_other_bytes_under_a_known_id_are_kept_apart(here: World) -> None:
    sent = _one_job(here)
    key = sent.arrivals[0].key
    taken = Present(records={sent.arrivals[0].id: key})
    with here.office.db.writing() as writing:
        judged, _ = judge_events(sent.arrivals, taken, writing.entry)
        write_judged(writing.conn, sent, judged)
        kept = writing.conn.execute(select(conflicts.c.reason, conflicts.c.raw)).all()
    assert [tuple(row) for row in kept] == [(Rejected.SAME_ID, sent.arrivals[0].raw)]


def test_a_receipt_is_signed_and_what_it_states_is_stored(here: World) -> None:
    sent = _one_job(here)
    head = Head(count=1, hash=sent.arrivals[0].hash)
    results = [Result(status=Outcome.APPLIED, position=1)]
    with here.office.db.writing() as writing:
        receipt = write_receipt(here.office, writing, sent, head, results)
        stated = (receipts.c.device, receipts.c.nonce, receipts.c["count"], receipts.c.signature)
        stored = writing.conn.execute(select(*stated)).all()
        assert receipt.office_epoch == writing.epoch
    assert (receipt.head, receipt.results) == (head, results)
    assert receipt.answers(sent.batch, keys.signing_public(here.office.keys.sign))
    assert [tuple(row) for row in stored] == [
        (sent.batch.device, sent.batch.nonce, 1, receipt.signature)
    ]
