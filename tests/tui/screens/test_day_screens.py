"""The screens beside the jobs: the end of the day, complaints, history, papers, the customer."""

from datetime import timedelta
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from fieldkit.domain.core.event import Act
from fieldkit.i18n import Lang
from fieldkit.services.day import follow_ups
from fieldkit.services.day.history import older_visits
from fieldkit.services.jobs import complaints, correct_records, job_commands
from fieldkit.services.jobs.blockers import list_blockers
from fieldkit.store.home.papers import clear_papers
from fieldkit.tui.text.big_digits import big
from tests.tui.conftest import LARGE, NOW, Desk, stage
from tests.tui.pictures import busy_day, check, in_each_language_and_once_large

TEXTS: dict[Lang, dict[str, str]] = {
    "en": {"rude": "The technician came late and was rude.", "wait": "No controller in stock"},
    "zh": {"rude": "技师迟到，态度生硬。", "wait": "控制器缺货"},
}


@stage
def day(desk: Desk) -> str:
    """A busy day with a complaint, a blocker and a late call; answers the decided job."""
    words = TEXTS[desk.lang]
    job, session = busy_day(desk), desk.open()
    job_commands.do_step(
        session, job, "log_blocker", {"department": "parts_supply", "text": words["wait"]}
    )
    complaint = {"text": words["rude"], "complaint_class": "service", "cause": "other"}
    customer = job_commands.job(session, job).customer
    assert customer is not None
    complaints.record_complaint(session, complaint | {"customer": customer.id})
    due = NOW - timedelta(hours=1)
    call: dict[str, Any] = {"reason": "quality_call", "due": due, "customer_name": customer.name}
    follow_ups.plan(session, call | {"customer": customer.id})
    return job


@in_each_language_and_once_large
async def test_the_screens_beside_the_jobs(desk: Desk, screen_file: SnapshotAssertion) -> None:
    day(desk)
    async with desk.app() as hand:
        await hand.press("f10")
        check(hand, screen_file, "day_end")
        await hand.press("escape", "ctrl+g")
        check(hand, screen_file, "complaints")
        await hand.press("enter")
        check(hand, screen_file, "complaint")
        await hand.press("f2")
        check(hand, screen_file, "complaint_step")
        await hand.press("escape", "f3")
        check(hand, screen_file, "donts")
        await hand.press("escape", "escape", "f4", "enter")
        check(hand, screen_file, "new_complaint")
        await hand.press("escape", "escape", "ctrl+l")
        check(hand, screen_file, "blockers")
        await hand.press("escape", "ctrl+t")
        check(hand, screen_file, "history")
        await hand.press("escape", "ctrl+o")
        check(hand, screen_file, "prices")
        await hand.press("escape", "f3")
        check(hand, screen_file, "calls")
        await hand.press("f4")
        check(hand, screen_file, "move")
        await hand.press("escape", "escape", "enter", "f4")
        check(hand, screen_file, "papers")
        await hand.press("escape", "f5")
        check(hand, screen_file, "customer")


async def test_a_complaint_is_recorded_and_its_next_step_done(desk: Desk) -> None:
    desk.job()
    async with desk.app() as hand:
        await hand.press("ctrl+g")
        assert "No complaint is recorded here. F4 records one." in hand.screen()
        await hand.press("f4", "down", "enter")
        assert "Do not argue" in hand.screen()
        await hand.type("Rude and late")
        await hand.press("ctrl+s")
        assert "Complaint · Li Hua" in hand.screen()
        assert "Answer by" in hand.screen()
        await hand.press("f2", "space", "ctrl+s")
        (row,) = complaints.list_complaints(desk.open())
        assert (row.name, row.next_step) == ("Li Hua", "assigned")
        assert "> next" in hand.screen()
        await hand.press("down", "enter")
        assert "comes first" in hand.told()


async def test_a_call_is_moved_to_a_later_moment_with_a_reason(desk: Desk) -> None:
    session = desk.open()
    due = NOW - timedelta(hours=1)
    call = follow_ups.plan(
        session, {"reason": "quality_call", "due": due, "customer_name": "Li Hua"}
    )
    async with desk.app() as hand:
        await hand.press("f3", "f4")
        await hand.type("11-05")
        await hand.press("tab", "tab")
        await hand.type("not at home")
        await hand.press("ctrl+s")
        assert "must not be before 09:30" in hand.screen()
        await hand.type("1000")
        await hand.press("shift+tab", "backspace", "1", "1", "ctrl+s")
    moved = follow_ups.due(desk.open(), NOW.date() + timedelta(days=400))
    assert [one.id for one in moved] == [call.id]


async def test_a_blocker_is_logged_of_a_job(desk: Desk) -> None:
    desk.job()
    async with desk.app() as hand:
        await hand.press("ctrl+l", "f4", "enter", "p")
        await hand.type("arts supply")
        await hand.press("enter")
        await hand.type("no controller")
        await hand.press("ctrl+s")
        assert "no controller" in hand.screen()
    (row,) = list_blockers(desk.open())
    assert (row.what.department, row.what.text) == ("parts_supply", "no controller")


async def test_history_finds_by_serial_and_customer_what_others_did_too(desk: Desk) -> None:
    job, session = desk.job("Li Hua", "C24-2203-00017"), desk.open()
    entry = {"job": "somewhere", "on": "2025-04-01", "component": "controller", "paid": True}
    act = Act(record="C24-2203-00017", type="product.serviced", data={"entries": [entry]})
    session.store.ledger.commit([act], session.author())
    desk.job("Wang Fang", "C24-2203-00018")
    async with desk.app() as hand:
        await hand.press("ctrl+t")
        assert "3 of 3" in hand.screen()
        await hand.type("00017")
        assert "2 of 3" in hand.screen()
        assert "elsewhere" in hand.screen()
        await hand.press("down", "enter")
        assert "not on this laptop" in hand.told()
        await hand.press("up", "enter")
        assert job.number in hand.screen()
        await hand.press("f10")
        assert "2 of 3" in hand.screen()


async def test_history_is_found_by_who_was_merged_and_what_was_exchanged(desk: Desk) -> None:
    old, session = desk.job("Li Hua", "C24-2203-00017"), desk.open()
    other = desk.job("Wang Fang", "C24-2303-00018")
    assert old.customer is not None
    assert other.customer is not None
    correct_records.merge_customers(session, old.customer.id, other.customer.id)
    data = {"on": "2026-11-01", "by_serial": "C24-2303-00019", "successor": "C24-2303-00019"}
    act = Act(record="C24-2203-00017", type="product.exchanged", data=data)
    session.store.ledger.commit([act], session.author())
    for typed, found in (
        ("Wang Fang", {old.id, other.id}),
        ("Li Hua", {old.id}),
        ("c24 2303 00019", {old.id}),
        ("C24-2203-00017", {old.id}),
    ):
        assert {one.job_id for one in older_visits(session, typed)} == found, typed
    async with desk.app() as hand:
        await hand.press("ctrl+t")
        await hand.type("Wang Fang")
        assert "2 of 2" in hand.screen()


async def test_papers_say_why_there_is_none_and_where_the_file_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    busy_day(desk)
    async with desk.app(LARGE) as hand:
        await hand.press("enter", "f4")
        await hand.type("receipt pdf")
        assert "“Take the product in” comes first." in hand.screen()
        await hand.press("enter")
        assert list(desk.home.papers.glob("*")) == []
        await hand.press("escape")
        await hand.type("report html")
        await hand.press("enter")
        (made,) = desk.home.papers.glob("*.html")
        assert "Li Hua" in made.read_text(encoding="utf-8")
        assert made.name in hand.screen()
    clear_papers(desk.home)
    assert list(desk.home.papers.glob("*")) == []


async def test_the_verdict_turned_to_the_customer_speaks_her_language_and_shows_no_internals(
    desk: Desk,
) -> None:
    busy_day(desk)
    async with desk.app(LARGE) as hand:
        await hand.press("enter", "f5")
        text = hand.screen()
        assert "您应付" in text  # the customer's papers are in Chinese
        assert "█" in text
        for internal in ("otherwise", "unsent", "Wang Min", "P-CTL350", "^P"):
            assert internal not in text
        await hand.press("f8")
        assert "You pay" in hand.screen()
        await hand.press("escape")
        assert hand.app.lang == "en"


@pytest.mark.parametrize(
    ("text", "cells", "wide"),
    [("¥209.00", 80, 50), ("¥209.00", 30, 25), ("¥209.00", 10, 7), ("soon", 80, 4)],
)
def test_large_figures_are_as_large_as_there_is_room(text: str, cells: int, wide: int) -> None:
    lines = big(text, cells)
    assert {len(line) for line in lines} == {wide}
    assert len(lines) == (5 if wide > len(text) else 1)
