"""What becomes of the events of a batch, without a database."""

from typing import Any

import pytest

from fieldkit.domain.core.event import Event
from fieldkit.office.errors import Denied
from fieldkit.office.exchange.judge_batch import (
    DividedBatch,
    Fork,
    KnownEvent,
    Present,
    RefilledEvent,
    WaitingEvent,
    is_regular,
    judge_chain,
    judge_events,
)
from fieldkit.office.ledger.documents import Key
from fieldkit.office.ledger.incoming_events import Arrival
from fieldkit.sync.protocol.messages import Head, Outcome, Rejected

LAST = 100
JOB, OTHER = Key("job", "job-0001"), Key("job", "job-0002")


def _arrival(
    name: str, key: Key = JOB, replaces: str | None = None, reason: str = "", seq: int = 1
) -> Arrival:
    values: dict[str, Any] = {
        "id": name, "record": key.record, "type": "job.note_added", "at": "2026-03-02T08:00:00Z",
        "offset": 0, "by": "anna", "role": "technician", "device": "laptop", "epoch": "first",
        "base": 0, "seq": seq, "prev": "before", "data": {"text": name}, "replaces": replaces,
    }  # fmt: skip
    event = Event.model_validate(values)
    return Arrival(seq, name, name.encode(), f"hash of {name}", event, key, event.type, reason)


def _rejected(name: str, turn: int, key: Key = JOB) -> WaitingEvent:
    return WaitingEvent(turn, name, key, turn, None)


def _held(name: str, turn: int, key: Key = JOB) -> WaitingEvent:
    return WaitingEvent(turn, name, key, turn, _arrival(name, key).event)


def _known(raw: bytes) -> KnownEvent:
    return KnownEvent(raw, Outcome.APPLIED, 7, "")


# -- the chain -------------------------------------------------------------------------------


def test_a_batch_that_skips_events_is_a_hole_from_what_is_there() -> None:
    answer = judge_chain(5, [_arrival("event-05")], Head(count=3, hash="x"), [])
    assert isinstance(answer, Denied)
    assert (answer.status, answer.reason, answer.values) == (409, "hole", {"count": 3})


def test_an_event_that_does_not_follow_on_the_head_asks_for_one_event_of_overlap() -> None:
    answer = judge_chain(4, [_arrival("event-04")], Head(count=3, hash="other"), [])
    assert isinstance(answer, Denied)
    assert (answer.reason, answer.values) == ("hole", {"count": 2})


def test_the_first_event_of_all_with_a_wrong_link_is_rejected_and_not_asked_for_again() -> None:
    answer = judge_chain(1, [_arrival("event-01")], Head(), [])
    assert isinstance(answer, DividedBatch)
    assert [arrival.reason for arrival in answer.new] == [Rejected.BROKEN_CHAIN]


def test_an_event_that_follows_on_the_head_is_new() -> None:
    arrival = _arrival("event-04")
    assert judge_chain(4, [arrival], Head(count=3, hash="before"), []) == DividedBatch(
        [], [arrival]
    )


def test_repeats_are_divided_from_what_is_new() -> None:
    old, new = _arrival("event-03"), _arrival("event-04")
    known = [_known(old.raw)]
    assert judge_chain(3, [old, new], Head(count=3, hash="x"), known) == DividedBatch(known, [new])


def test_other_bytes_under_a_known_sequence_are_a_fork() -> None:
    arrival = _arrival("event-03")
    answer = judge_chain(3, [arrival], Head(count=3, hash="x"), [_known(b"different")])
    assert answer == Fork(arrival)


# -- new events ------------------------------------------------------------------------------


def test_an_honest_batch_counts_and_is_numbered_on() -> None:
    judged, last = judge_events([_arrival("event-01"), _arrival("event-02")], Present(), LAST)
    assert [(one.status, one.entry, one.turn) for one in judged] == [
        (Outcome.APPLIED, LAST + 1, LAST + 1),
        (Outcome.APPLIED, LAST + 2, LAST + 2),
    ]
    assert last == LAST + 2
    assert is_regular(judged)


def test_after_a_rejected_event_its_record_waits_and_no_other() -> None:
    wrong = _arrival("event-01", reason=Rejected.WRONG_ROLE)
    judged, _ = judge_events(
        [wrong, _arrival("event-02"), _arrival("event-03", OTHER)], Present(), LAST
    )
    assert [one.status.value for one in judged] == ["rejected", "held", "applied"]
    assert judged[0].reason == Rejected.WRONG_ROLE


def test_a_correction_takes_the_place_of_what_it_replaces_and_releases_what_waited() -> None:
    present = Present(
        rejected={"event-01": _rejected("event-01", 11)},
        held=[_held("event-04", 14), _held("event-03", 13), _held("event-05", 15, OTHER)],
    )
    (one,), _ = judge_events([_arrival("event-06", replaces="event-01")], present, LAST)
    assert (one.status, one.turn, one.replaces) == (Outcome.APPLIED, 11, "event-01")
    assert [waiting.id for waiting in one.releases] == ["event-03", "event-04"]


def test_only_what_stands_before_the_next_rejected_event_is_released() -> None:
    present = Present(
        rejected={
            name: _rejected(name, turn) for name, turn in [("event-01", 11), ("event-03", 13)]
        },
        held=[_held("event-02", 12), _held("event-04", 14)],
    )
    (one,), _ = judge_events([_arrival("event-06", replaces="event-01")], present, LAST)
    assert [waiting.id for waiting in one.releases] == ["event-02"]


def test_a_correction_that_is_rejected_too_keeps_the_place() -> None:
    present = Present(rejected={"event-01": _rejected("event-01", 11)})
    wrong = _arrival("event-02", replaces="event-01", reason=Rejected.WRONG_ROLE)
    right = _arrival("event-03", replaces="event-01")
    judged, _ = judge_events([wrong, right], present, LAST)
    assert [(one.status.value, one.turn, one.replaces) for one in judged] == [
        ("rejected", 11, "event-01"),
        ("applied", 11, "event-02"),
    ]


def test_a_correction_finds_its_place_through_corrections_of_earlier_batches() -> None:
    present = Present(
        rejected={"event-03": _rejected("event-03", 11)},
        replaced_by={"event-01": "event-02", "event-02": "event-03"},
    )
    (one,), _ = judge_events([_arrival("event-04", replaces="event-01")], present, LAST)
    assert (one.turn, one.replaces) == (11, "event-03")


def test_a_correction_on_another_record_is_rejected() -> None:
    present = Present(rejected={"event-01": _rejected("event-01", 11)}, records={"event-01": JOB})
    (one,), _ = judge_events([_arrival("event-02", OTHER, replaces="event-01")], present, LAST)
    assert (one.status, one.reason) == (Outcome.REJECTED, Rejected.WRONG_RECORD)
    assert one.replaces == ""


@pytest.mark.parametrize("twice", [True, False])
def test_an_id_that_is_taken_is_kept_under_its_number(twice: bool) -> None:
    present = Present() if twice else Present(records={"event-01": OTHER})
    judged, _ = judge_events([_arrival("event-01")] * (1 + twice), present, LAST)
    one = judged[-1]
    assert (one.status, one.reason) == (Outcome.REJECTED, Rejected.SAME_ID)
    assert one.kept_as == f"entry:{one.entry}"
    assert not is_regular(judged)


@pytest.mark.parametrize(
    ("name", "kept_as"), [("event-02", "event-02"), ("../event", "entry:101"), ("", "entry:101")]
)
def test_a_rejected_event_is_kept_under_its_id_where_it_has_one(name: str, kept_as: str) -> None:
    arrival = _arrival(name, reason=Rejected.UNREADABLE)
    (one,), _ = judge_events([arrival], Present(), LAST)
    assert (one.status, one.kept_as) == (Outcome.REJECTED, kept_as)


def test_a_refilled_event_gets_only_its_number_and_uses_no_entry() -> None:
    arrival = _arrival("event-01")
    present = Present(
        records={"event-01": JOB}, refilled={"event-01": RefilledEvent(42, 9, arrival.raw)}
    )
    judged, last = judge_events([arrival, _arrival("event-02")], present, LAST)
    assert [(one.status.value, one.entry, one.position) for one in judged] == [
        ("duplicate", 42, 9),
        ("applied", LAST + 1, None),
    ]
    assert last == LAST + 1


def test_other_bytes_under_the_id_of_a_refilled_event_are_rejected() -> None:
    present = Present(
        records={"event-01": JOB}, refilled={"event-01": RefilledEvent(42, 9, b"other")}
    )
    (one,), _ = judge_events([_arrival("event-01")], present, LAST)
    assert (one.status, one.reason) == (Outcome.REJECTED, Rejected.SAME_ID)


def test_judging_leaves_what_is_there_as_it_was() -> None:
    present = Present(
        rejected={"event-01": _rejected("event-01", 11)}, held=[_held("event-02", 12)]
    )
    judge_events([_arrival("event-03", replaces="event-01")], present, LAST)
    assert list(present.rejected) == ["event-01"]
    assert [waiting.id for waiting in present.held] == ["event-02"]
    assert not present.records
    assert not present.replaced_by
