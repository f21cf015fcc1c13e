"""Everybody gets what concerns her, all of it, in an order that never goes back."""

from datetime import UTC, datetime

import pytest

from fieldkit.domain.core.event import Act, Role
from fieldkit.office.desk.conflicts import resolve
from fieldkit.office.desk.desk import dispatch
from fieldkit.office.exchange import feed
from fieldkit.services.home.ids import uuid7
from fieldkit.sync.protocol.messages import Cursor
from tests.sync.exchange import World, customer, job, note, product


def follow_up(job_id: str = "", assigned_to: str = "") -> Act:
    due = datetime(2026, 3, 5, 9, tzinfo=UTC).isoformat()
    data = {"reason": "after_repair", "due": due, "job": job_id, "assigned_to": assigned_to}
    return Act(record=uuid7(), type="follow_up.planned", data=data)


def complaint(job_id: str) -> Act:
    return Act(
        record=uuid7(),
        type="complaint.recorded",
        data={"job": job_id, "text": "rude", "channel": ""},
    )


def test_a_technician_gets_her_jobs_with_all_that_belongs_to_them_and_nothing_else(
    here: World,
) -> None:
    desk, anna = here.laptop("mei", Role.DESK), here.laptop("anna")
    mine, other = customer(), customer()
    one, two = job("SN1", mine.record), job("SN2", other.record)
    call, complained = follow_up(one.record), complaint(one.record)
    foreign = follow_up(two.record)
    desk.act(mine, other, product("SN1"), product("SN2"), one, two, call, complained, foreign)
    desk.sync(here.wire)
    assert anna.sync(here.wire).received == 0
    dispatch(here.office, one.record, "anna")
    anna.sync(here.wire)
    assert set(anna.documents()) == {
        mine.record, "SN1", one.record, call.record, complained.record,
    }  # fmt: skip


def test_what_is_granted_late_comes_with_its_past(here: World) -> None:
    """The cursor has long passed the job's first events when the job becomes hers."""
    desk, anna = here.laptop("mei", Role.DESK), here.laptop("anna")
    old = job("SN1")
    desk.act(product("SN1"), old, note(old.record, "early"))
    desk.sync(here.wire)
    new = job()
    anna.act(new)
    anna.sync(here.wire)
    assert set(anna.documents()) == {new.record}
    dispatch(here.office, old.record, "anna")
    anna.sync(here.wire)
    assert set(anna.documents()) == {new.record, "SN1", old.record}
    desk.sync(here.wire)
    assert anna.documents()[old.record] == desk.documents()[old.record]


def test_a_record_that_joins_a_job_later_comes_with_its_past(here: World) -> None:
    desk, anna = here.laptop("mei", Role.DESK), here.laptop("anna")
    bike = product("SN1")
    desk.act(bike)
    desk.sync(here.wire)
    request = job("SN1")
    anna.act(request)
    anna.sync(here.wire)
    assert "SN1" not in anna.documents()  # naming a record grants nothing
    resolve(here.office, request.record, "names_not_given", "it is the customer's")
    anna.sync(here.wire)
    assert anna.documents()["SN1"]["model"] == "M1"


def test_a_follow_up_goes_to_whom_it_is_assigned(here: World) -> None:
    desk, anna = here.laptop("mei", Role.DESK), here.laptop("anna")
    call = follow_up(assigned_to="anna")
    desk.act(call)
    desk.sync(here.wire)
    anna.sync(here.wire)
    assert set(anna.documents()) == {call.record}


def test_a_second_laptop_of_the_same_person_gets_the_same(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, note(request.record))
    anna.sync(here.wire)
    spare = here.laptop("anna", name="spare")
    spare.sync(here.wire)
    assert spare.documents() == anna.documents()


def test_a_dispatched_job_brings_the_products_history(here: World) -> None:
    desk, anna = here.laptop("mei", Role.DESK), here.laptop("anna")
    entry = {"job": "earlier", "on": "2026-01-10", "component": "battery"}
    served = Act(record="SN1", type="product.serviced", data={"entries": [entry]})
    request = job("SN1")
    desk.act(product("SN1"), served, request)
    desk.sync(here.wire)
    dispatch(here.office, request.record, "anna")
    anna.sync(here.wire)
    brought = anna.documents()[request.record]["product"]
    assert brought["history_known"] is True
    assert [item["component"] for item in brought["history"]] == ["battery"]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_of_any_size_skip_and_repeat_nothing(
    here: World, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when grants come between the pages."""
    monkeypatch.setattr(feed, "PAGE_EVENTS", size)
    desk, anna = here.laptop("mei", Role.DESK), here.laptop("anna")
    jobs = [job(f"SN{number}") for number in range(4)]
    for number, request in enumerate(jobs):
        desk.act(product(f"SN{number}"), request, note(request.record), note(request.record))
    desk.sync(here.wire)
    expected = 0
    waiting = list(jobs)

    def grant_another(_: object) -> None:
        nonlocal expected
        if waiting:
            dispatch(here.office, waiting.pop().record, "anna")
            expected += 5

    grant_another(None)
    received = 0
    while waiting:
        received += anna.sync(here.wire, grant_another).received
    received += anna.sync(here.wire).received
    assert received == expected == 20
    desk.sync(here.wire)
    assert anna.documents() == desk.documents()


@pytest.mark.parametrize("cursor", ["", "nonsense", "other:5:5:ff", "a:b:c:d", "x" * 200])
def test_a_cursor_that_is_not_the_offices_begins_anew(here: World, cursor: str) -> None:
    desk, boss = here.laptop("mei", Role.DESK), here.laptop("boss", Role.SUPERVISOR)
    desk.act(job(), job())
    desk.sync(here.wire)
    boss.store.exchange.feed.apply([], cursor)
    assert boss.sync(here.wire).received == 2


def test_a_cursor_whose_hash_does_not_fit_begins_anew(here: World) -> None:
    """The office's history is not the one that was read: everything is compared again."""
    desk, boss = here.laptop("mei", Role.DESK), here.laptop("boss", Role.SUPERVISOR)
    desk.act(job(), job())
    desk.sync(here.wire)
    boss.sync(here.wire)
    known = Cursor.read(boss.store.exchange.feed.cursor())
    assert known is not None
    before = boss.documents()
    boss.store.exchange.feed.apply([], str(known._replace(hash="0" * 64)))
    assert boss.sync(here.wire).received == 2
    assert boss.documents() == before
    assert boss.store.exchange.feed.cursor() == str(known)
