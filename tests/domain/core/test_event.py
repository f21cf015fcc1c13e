"""The event envelope: canonical bytes, the chain, the local clock."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from fieldkit.domain.core.event import Author, Event, Role, canonical, digest
from tests.domain.build import CHINA, MORNING, Walk, decision, verdict

ENVELOPE: dict[str, Any] = {
    "id": "e-1", "record": "r-1", "type": "job.note_added", "at": "2026-11-05T01:00:00Z",
    "by": "li", "role": "technician", "device": "d1", "data": {"text": "锁 \U0001f6b2"},
}  # fmt: skip


def test_bytes_do_not_depend_on_the_order_of_fields_and_are_plain_utf_8() -> None:
    turned = dict(reversed(ENVELOPE.items()))
    first, second = Event.model_validate(ENVELOPE), Event.model_validate(turned)
    assert first.to_bytes() == second.to_bytes()
    assert "锁 \U0001f6b2".encode() in first.to_bytes()
    assert b": " not in first.to_bytes()
    assert canonical({"b": "锁", "a": [1, None]}) == '{"a":[1,null],"b":"锁"}'.encode()


def test_bytes_are_read_back_to_the_same_bytes() -> None:
    event = Event.model_validate(ENVELOPE | {"data": {"changes": {"distance_km": None}}})
    again = Event.from_bytes(event.to_bytes())
    assert again == event
    assert again.to_bytes() == event.to_bytes()
    assert again.data == {"changes": {"distance_km": None}}


def test_fields_that_a_newer_version_added_to_the_envelope_are_kept() -> None:
    raw = canonical(ENVELOPE | {"schema_version": 2, "shift": {"van": 7}})
    event = Event.from_bytes(raw)
    assert event.model_extra == {"shift": {"van": 7}}
    assert json.loads(event.to_bytes())["shift"] == {"van": 7}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_json_is_neither_written_nor_read(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"x": value})
    text = json.dumps(ENVELOPE | {"data": {"deep": [{"x": value}]}})
    with pytest.raises(ValidationError):
        Event.from_bytes(text)


@pytest.mark.parametrize(
    "broken", [b"", b"{", b"[]", b'{"id": "e-1"}', canonical(ENVELOPE | {"at": "2026-11-05T01:00"})]
)
def test_bytes_that_are_no_event_are_refused(broken: bytes) -> None:
    with pytest.raises(ValidationError):
        Event.from_bytes(broken)


def test_each_event_of_a_device_is_linked_to_the_one_before() -> None:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.finish()
    chain = sorted([*walk.events, *walk.beside], key=lambda event: event.seq)
    assert [event.seq for event in chain] == list(range(1, len(chain) + 1))
    links = ["", *(digest(event.to_bytes()) for event in chain)]
    assert [event.prev for event in chain] == links[:-1]
    changed = chain[0].model_copy(update={"by": "zhou"})
    assert digest(changed.to_bytes()) != chain[1].prev


def test_the_local_moment_is_on_the_clock_of_whoever_acted() -> None:
    event = Event.model_validate(ENVELOPE | {"offset": 480})
    assert event.local_at == MORNING
    assert event.local_at.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize("offset", [10**9, 24 * 60, -(10**9)])
@pytest.mark.parametrize("at", [datetime.min, datetime.max, datetime(2026, 11, 5)])
def test_a_senseless_offset_or_moment_does_not_raise(at: datetime, offset: int) -> None:
    event = Event.model_validate(ENVELOPE | {"at": at.replace(tzinfo=UTC), "offset": offset})
    assert event.local_at == event.at
    near = event.model_copy(update={"offset": 480 if at.year > 1 else -480})
    assert near.local_at == near.at


def test_an_author_acts_at_a_moment_with_its_offset() -> None:
    author = Author(by="li", role=Role.TECHNICIAN, at=MORNING)
    assert (author.offset, author.utc) == (480, MORNING.astimezone(UTC))
    west = MORNING.astimezone(timezone(-timedelta(hours=3, minutes=30)))
    assert Author(by="li", role=Role.TECHNICIAN, at=west).offset == -210
    with pytest.raises(ValidationError):
        Author(by="li", role=Role.TECHNICIAN, at=MORNING.replace(tzinfo=None))
    assert MORNING.tzinfo is CHINA
