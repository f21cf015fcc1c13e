"""A rejected event holds up its own record until it is corrected, and nothing else."""

import pytest

from fieldkit.domain.core.event import Act, Event, Role
from fieldkit.domain.job.model import Job
from fieldkit.office.desk.desk import dispatch, read_record
from fieldkit.sync.protocol.messages import Outcome, Receipt, to_wire
from tests.office.history import read_history
from tests.sync.client.test_repeats import batch, channel, own, send
from tests.sync.exchange import World, job, note, spoilt


def texts(here: World, record: str) -> list[str]:
    """The notes of a job at the office, in order."""
    document = read_record(here.office, "job", record)
    assert isinstance(document, Job)
    return [noted.text for noted in document.notes]


def test_other_records_go_on_and_a_correction_releases_what_was_held(here: World) -> None:
    anna = here.laptop("anna")
    bad, good = job(), job()
    anna.act(bad, good)
    refused = anna.act(spoilt(bad.record))[0]
    anna.act(note(bad.record, "held"), note(good.record, "goes on"))
    report = anna.sync(here.wire)
    assert (report.applied, report.rejected, report.held, report.unsent) == (3, 1, 1, 0)
    assert texts(here, good.record) == ["goes on"]
    assert texts(here, bad.record) == []
    assert [row.reason for row in anna.store.exchange.receipts.rejected()] == ["office_only"]

    anna.act(note(bad.record, "still held"))
    assert anna.sync(here.wire).held == 1

    anna.act(note(bad.record, "instead", replaces=refused.id))
    report = anna.sync(here.wire)
    assert (report.applied, report.received) == (1, 2)
    assert texts(here, bad.record) == ["instead", "held", "still held"]
    assert anna.documents()[bad.record] == read_record(here.office, "job", bad.record).model_dump(
        mode="json", exclude_defaults=True
    )
    positions = anna.store.ledger.positions(bad.record)
    assert len(positions) == 4


def test_a_correction_of_another_record_takes_nobodys_place(here: World) -> None:
    anna = here.laptop("anna")
    one, other = job(), job()
    anna.act(one, other)
    wrong = anna.act(spoilt(one.record))[0]
    anna.act(note(one.record, "held"), note(other.record, "elsewhere", replaces=wrong.id))
    anna.sync(here.wire)
    assert wrong.id in {row.event for row in anna.store.exchange.receipts.rejected()}
    anna.act(note(one.record, "instead", replaces=wrong.id))
    anna.sync(here.wire)
    assert texts(here, one.record) == ["instead", "held"]


def test_each_correction_of_what_was_not_rejected_is_parked(here: World) -> None:
    anna = here.laptop("anna")
    one, other = job(), job()
    counted = anna.act(other, one)[0]
    twice = [anna.act(note(one.record, "wrong", replaces=counted.id))[0].id for _ in range(2)]
    anna.sync(here.wire)
    assert [row.event for row in anna.store.exchange.receipts.rejected()] == twice


def test_a_correction_that_is_rejected_can_be_corrected(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    first = anna.act(spoilt(request.record))[0]
    anna.act(note(request.record, "held"))
    anna.sync(here.wire)
    second = spoilt(request.record).model_copy(update={"replaces": first.id})
    anna.act(second)
    assert anna.sync(here.wire).rejected == 1
    anna.act(note(request.record, "right at last", replaces=first.id))
    anna.sync(here.wire)
    assert texts(here, request.record) == ["right at last", "held"]


def test_two_rejections_of_one_record_are_corrected_in_any_order(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    one = anna.act(spoilt(request.record))[0]
    anna.act(note(request.record, "between"))
    two = anna.act(spoilt(request.record))[0]
    anna.act(note(request.record, "after"))
    anna.sync(here.wire)
    anna.act(note(request.record, "for two", replaces=two.id))
    assert anna.sync(here.wire).held == 1
    anna.act(note(request.record, "for one", replaces=one.id))
    anna.sync(here.wire)
    assert texts(here, request.record) == ["for one", "between", "for two", "after"]
    assert anna.sync(here.wire).clean
    assert [noted["text"] for noted in anna.documents()[request.record]["notes"]] == texts(
        here, request.record
    )


def test_a_repeat_tells_the_same_of_held_and_rejected_events(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, spoilt(request.record), note(request.record))
    first = send(here, anna, 1, own(anna))
    again = send(here, anna, 1, own(anna))
    assert [result.status for result in first.results[1:]] == [Outcome.REJECTED, Outcome.HELD]
    assert again.results[1:] == first.results[1:]


def test_another_laptop_is_not_held_up(here: World) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    request = job()
    anna.act(request, spoilt(request.record))
    anna.sync(here.wire)
    dispatch(here.office, request.record, "bert")
    bert.act(note(request.record, "from bert"))
    assert bert.sync(here.wire).applied == 1
    assert texts(here, request.record) == ["from bert"]


@pytest.mark.parametrize(
    "raw", [b"not an event", b"\xff\xfe\x00", b"{}", b"base64:", b'{"id":"\\u0000"}', b"[" * 99999]
)
def test_unreadable_bytes_take_their_number_and_hold_up_nothing(here: World, raw: bytes) -> None:
    anna = here.laptop("anna")
    said = batch(anna, 1, [raw, raw])
    assert said.events == [to_wire(raw)] * 2
    results = send(here, anna, 1, [raw, raw]).results
    assert [result.reason for result in results] == ["unreadable", "unreadable"]
    assert send(here, anna, 1, [raw, raw]).head.count == 2


def test_a_technician_cannot_act_as_a_supervisor(here: World) -> None:
    anna = here.laptop("anna")
    anna.role = Role.SUPERVISOR
    anna.act(job())
    anna.sync(here.wire)
    assert [row.reason for row in anna.store.exchange.receipts.rejected()] == ["wrong_role"]


def test_a_correction_must_stay_with_its_record(here: World) -> None:
    anna = here.laptop("anna")
    one, two = job(), job()
    events = anna.act(one, two)
    anna.act(note(two.record, replaces=events[0].id))
    anna.sync(here.wire)
    assert [row.reason for row in anna.store.exchange.receipts.rejected()] == ["wrong_record"]


def test_a_replaced_event_no_longer_counts(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    wrong = anna.act(note(request.record, "wrong"))[0]
    anna.sync(here.wire)
    anna.act(note(request.record, "right", replaces=wrong.id))
    anna.sync(here.wire)
    assert texts(here, request.record) == ["right"]
    assert len(read_history(here.office, "job", request.record)) == 3


def test_the_same_id_with_other_bytes_is_kept_apart(here: World) -> None:
    """Another laptop's event claims an id that is taken: both are kept, one counts."""
    anna, bert = here.laptop("anna"), here.laptop("bert")
    request = job()
    first = anna.act(request)[0]
    anna.sync(here.wire)
    bert.act(job())
    mine = Event.from_bytes(own(bert)[0])
    claimed = mine.model_copy(update={"id": first.id}).to_bytes()
    results = channel(here, bert).post("/v1/events", batch(bert, 1, [claimed]), Receipt).results
    assert [result.reason for result in results] == ["same_id"]
    assert [event.by for event in read_history(here.office, "job", request.record)] == ["anna"]


def test_events_of_a_newer_version_are_kept_and_handed_on(here: World) -> None:
    """Unknown types, and unknown kinds of record, count like any other."""
    anna, boss = here.laptop("anna"), here.laptop("boss", Role.SUPERVISOR)
    request = job()
    anna.act(request, Act(record=request.record, type="job.levitated", data={"height_cm": 3}))
    assert anna.sync(here.wire).applied == 2
    boss.sync(here.wire)
    unknown = boss.documents()[request.record]["unknown"]
    assert [item["type"] for item in unknown] == ["job.levitated"]


def test_a_text_that_a_terminal_would_obey_is_refused_and_corrected(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    refused = anna.act(note(request.record, "seen \x1b]0;owned\x07"))[0]
    anna.sync(here.wire)
    assert [row.reason for row in anna.store.exchange.receipts.rejected()] == ["not_plain"]
    anna.act(note(request.record, "seen", replaces=refused.id))
    assert anna.sync(here.wire).clean
    assert texts(here, request.record) == ["seen"]
