"""`evolve` is total: whatever a merge delivers, nothing raises and nothing is lost."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.domain.core.event import Act, Event, RecordKind
from fieldkit.domain.job.fold import JOB
from fieldkit.domain.job.model import Job, Status
from fieldkit.domain.record_kinds import MACHINES, fold
from tests.domain.build import Walk, decision, verdict
from tests.domain.exploring import garbage, merges, walks


def done(*keys: str) -> Walk:
    """A paid job on which these steps were done after the quote."""
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to("quote")
    for key in keys:
        walk.do(key)
    return walk


def act(walk: Walk, type_: str, data: dict[str, Any], replaces: str | None = None) -> Event:
    """Record an event past the commands, as another device may have sent it."""
    return walk.record([Act(record=walk.id, type=type_, data=data, replaces=replaces)])[0]


# -- any sequence ----------------------------------------------------------------------------


@given(events=merges())
@settings(max_examples=120, deadline=None)
def test_no_merge_makes_a_fold_raise_and_the_document_can_be_stored(events: list[Event]) -> None:
    job = JOB.fold("job", events)
    assert Job.model_validate_json(job.model_dump_json()) == job


@given(events=merges())
@settings(max_examples=80, deadline=None)
def test_events_make_together_what_they_make_one_by_one(events: list[Event]) -> None:
    one_by_one = Job(id="job")
    for event in events:
        one_by_one = JOB.evolve(one_by_one, event)
    assert JOB.advance(Job(id="job"), events) == one_by_one


@given(events=merges(), data=st.data())
@settings(max_examples=50, deadline=None)
def test_a_doubled_event_counts_once(events: list[Event], data: st.DataObject) -> None:
    doubled = [*events, *data.draw(st.lists(st.sampled_from(events), max_size=5))]
    assert JOB.fold("job", doubled) == JOB.fold("job", events)


@given(events=merges())
@settings(max_examples=50, deadline=None)
def test_every_event_is_either_counted_or_void(events: list[Event]) -> None:
    job = JOB.fold("job", events)
    first = {event.id: event for event in reversed(events)}
    assert job.events == len(first.keys() - JOB.voided(first.values()))


@pytest.mark.parametrize("kind", RecordKind)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_no_record_minds_garbage_or_events_of_another_kind(
    kind: RecordKind, data: st.DataObject
) -> None:
    machine = MACHINES[kind]
    types = st.sampled_from((*machine.events, "customer.amended", "job.arrived", "nothing.known"))
    events = data.draw(st.lists(garbage(types), min_size=1, max_size=8))
    document = machine.fold("record", events)
    assert document.events == len(events)
    assert machine.document.model_validate_json(document.model_dump_json()) == document


def test_a_kind_of_record_that_this_version_lacks_has_no_document() -> None:
    assert fold("robot", "r-1", []) is None


@given(walk=walks())
@settings(max_examples=20, deadline=None)
def test_events_survive_their_bytes(walk: Walk) -> None:
    again = [Event.from_bytes(event.to_bytes()) for event in walk.events]
    assert [event.to_bytes() for event in again] == [event.to_bytes() for event in walk.events]
    assert JOB.fold(walk.id, again) == walk.job


# -- what this version does not know -----------------------------------------------------------


def test_an_unknown_type_is_kept_by_name() -> None:
    walk = done()
    event = act(walk, "job.drone_sent", {"height": 12})
    assert [(kept.event, kept.type) for kept in walk.job.unknown] == [(event.id, "job.drone_sent")]
    assert walk.job.attention == ()


def test_a_known_type_that_cannot_be_read_is_kept_and_flagged() -> None:
    walk = done()
    event = act(walk, "job.repaired", {"work_done": {"no": "text"}})
    assert walk.job.repair is None
    assert [kept.event for kept in walk.job.unknown] == [event.id]
    assert [(mark.key, mark.event) for mark in walk.job.attention] == [("unreadable", event.id)]


def test_fields_of_a_newer_version_are_kept() -> None:
    walk = Walk()
    event = walk.stamp(
        Act(record=walk.id, type="job.dispatched", data={"technician": "li", "van": "B-7"}),
        walk.context().author,
    )
    newer = event.model_copy(update={"schema_version": 9})
    job = JOB.fold(walk.id, [*walk.events, newer])
    assert job.dispatch is not None
    assert job.dispatch.model_extra == {"van": "B-7"}
    again = Job.model_validate_json(job.model_dump_json())
    assert again.dispatch == job.dispatch


def test_an_event_with_a_moment_without_zone_is_set_aside_as_unreadable() -> None:
    walk = done()
    naive = walk.events[-1].model_copy(update={"id": "n", "at": walk.now.replace(tzinfo=None)})
    job = JOB.fold(walk.id, [naive.model_copy(update={"offset": 10**9})])
    assert [mark.key for mark in job.attention] == ["unreadable"]


# -- undo and replacement ------------------------------------------------------------------------


def test_an_undone_event_counts_as_if_it_had_not_been_made() -> None:
    walk = done("accept")
    act(walk, "job.step_undone", {"event": walk.events[-1].id})
    before = JOB.fold(walk.id, walk.events[:-2])
    assert walk.job == before.model_copy(update={"events": before.events + 1})
    assert walk.job.status is Status.QUOTED


@pytest.mark.parametrize(("last", "part"), [("sign", "signature"), ("pay", "payment")])
def test_a_signature_and_a_payment_are_never_undone(last: str, part: str) -> None:
    walk = done("accept")
    walk.to(last)
    act(walk, "job.step_undone", {"event": walk.events[-1].id})
    assert getattr(walk.job, part) is not None


def test_a_custody_receipt_is_never_undone() -> None:
    walk = done("take_in")
    act(walk, "job.step_undone", {"event": walk.events[-1].id})
    assert walk.job.custody is not None


def test_an_undo_is_not_undone_but_a_rejected_one_is_replaced() -> None:
    walk = done("accept")
    undo = act(walk, "job.step_undone", {"event": walk.events[-1].id})
    act(walk, "job.step_undone", {"event": undo.id})
    assert walk.job.acceptance is None
    act(walk, "job.note_added", {"text": "the undo was rejected"}, replaces=undo.id)
    assert walk.job.acceptance is not None


def test_a_replacement_counts_instead_also_when_it_is_folded_first() -> None:
    walk = done("accept")
    rejected = walk.events[-1]
    right = act(walk, "job.accepted", {"by_name": "Qian"}, replaces=rejected.id)
    for order in (walk.events, [*walk.events[:-2], right, rejected]):
        job = JOB.fold(walk.id, order)
        assert job.acceptance is not None
        assert job.acceptance.by_name == "Qian"


def test_only_a_signature_replaces_a_signature() -> None:
    walk = done("accept")
    walk.to("sign")
    signed = walk.events[-1].id
    act(walk, "job.note_added", {"text": "forget it"}, replaces=signed)
    assert walk.job.signature is not None
    act(walk, "job.signed", {"name": "Qian", "consent": True}, replaces=signed)
    assert walk.job.signature.name == "Qian"


def test_events_that_replace_each_other_in_a_circle_all_stand() -> None:
    walk = done()
    first, second, third = (act(walk, "job.note_added", {"text": text}) for text in "abc")
    circle = [
        first.model_copy(update={"replaces": third.id}),
        second.model_copy(update={"replaces": first.id}),
        third.model_copy(update={"replaces": second.id}),
        walk.events[0].model_copy(update={"replaces": walk.events[0].id}),
    ]
    assert JOB.voided(circle) == set()
    assert [note.text for note in JOB.fold(walk.id, circle).notes] == ["a", "b", "c"]


def test_a_document_is_only_extended_by_events_that_take_nothing_back() -> None:
    walk = done("accept")
    note = walk.stamp(Act(record=walk.id, type="job.note_added", data={}), walk.context().author)
    assert JOB.extends([note])
    assert not JOB.extends([note, note.model_copy(update={"replaces": "x"})])
    assert not JOB.extends([note.model_copy(update={"type": "job.step_undone"})])
