"""The first screen: sorting by key and by mouse, saved filters, what is due, what is missing."""

import asyncio
from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from fieldkit.domain.core.event import Act
from fieldkit.i18n import Lang, say
from fieldkit.services.day import follow_ups
from fieldkit.services.day.saved_filters import saved_filters
from fieldkit.services.day.today import missing
from fieldkit.services.jobs import job_commands, job_rows
from fieldkit.tui.screens.day import today
from fieldkit.tui.text.search import Search
from fieldkit.tui.widgets.column_titles import ColumnTitles
from tests.tui.conftest import NOW, Desk, Hand
from tests.tui.pictures import busy_day, check, in_each_language_and_once_large, whole


def order(hand: Hand, *names: str) -> list[str]:
    """The names in the order in which the screen shows them."""
    lines = hand.screen().splitlines()
    # The names of the list, not of the preview below it.
    shown = [line for line in lines[: len(lines) - 7] if any(name in line for name in names)]
    return [name for line in shown for name in names if name in line]


async def test_the_list_is_sorted_by_each_column_and_turned_round(desk: Desk) -> None:
    busy_day(desk)
    names = ("Li Hua", "Zhang Wei", "Chen Jing", "Sun Li")
    async with desk.app() as hand:
        assert order(hand, *names) == list(names)
        await hand.press("f6", "f6", "f6")
        assert order(hand, *names) == ["Chen Jing", "Li Hua", "Sun Li", "Zhang Wei"]
        assert "Customer ^" in hand.screen()
        assert "Today (2)" not in hand.screen()
        await hand.press("ctrl+r")
        assert order(hand, *names) == ["Zhang Wei", "Sun Li", "Li Hua", "Chen Jing"]
        assert "Customer v" in hand.screen()
        await hand.press("f6", "f6", "f6")
        assert order(hand, *names)[0] == "Zhang Wei"  # danger first
        await hand.press("f6")
        assert "Today (2)" in hand.screen()


async def test_a_click_on_a_title_sorts_a_second_turns_and_a_third_lists_by_day(desk: Desk) -> None:
    busy_day(desk)
    names = ("Li Hua", "Zhang Wei", "Chen Jing", "Sun Li")
    async with desk.app() as hand:
        titles = hand.app.screen.query_one(ColumnTitles)
        column = hand.screen().splitlines()[titles.region.y].index("Customer")
        for first in ("Chen Jing", "Zhang Wei", "Li Hua"):
            await hand.pilot.click(offset=(column + 2, titles.region.y))
            await hand.settle()
            assert order(hand, *names)[0] == first


async def test_a_filter_is_saved_under_a_name_used_again_and_forgotten(desk: Desk) -> None:
    busy_day(desk)
    async with desk.app() as hand:
        await hand.press("f5")
        assert "No filter is saved" in hand.told()
        await hand.type("decided")
        await hand.press("f6", "f6", "f6", "f5", "enter")
        await hand.type(" jobs")
        await hand.press("ctrl+s")
        (kept,) = saved_filters(desk.open())
        assert (kept.name, kept.text, kept.sort) == ("decided jobs", "decided", "customer")
        await hand.press("escape", "escape")
        assert "4 of 4" in hand.screen()
    async with desk.app() as hand:
        await hand.press("f5", "enter")
        assert "2 of 4" in hand.screen()
        assert "Customer ^" in hand.screen()
        await hand.press("f5", "end", "down", "down")
        assert "decided jobs" in hand.screen()
        await hand.press("f6", "escape")
        assert saved_filters(desk.open()) == []


async def test_what_is_nearly_spelt_so_comes_after_what_is(desk: Desk) -> None:
    busy_day(desk)
    async with desk.app() as hand:
        await hand.type("zhng")
        assert "Similar (1)" in hand.screen()
        assert "1 of 4" in hand.screen()
        assert "Zhang Wei" in hand.screen()


@pytest.mark.parametrize(
    ("query", "exact", "nearly"),
    [
        ("controller", [0], []),
        ("contoler", [], [0]),
        ("东城区", [1], []),
        ("东区", [], [1]),
        ("li", [2], []),
        ("lh", [], []),
        ("13800138000", [3], []),
        ("013800138000", [3], []),
        ("138 0013", [3], []),
        ("c24230500417", [4], []),
        ("ｃ24‑2305–00417", [4], []),
        ("2026-11", [4], []),
        ("202611", [], [4]),
        ("ozil", [5], []),
        ("ÖZIL", [5], []),
        ("özil", [5], []),
        ("emile", [5], []),
        ("ÉMILE", [5], []),
        ("CONTROLLER bad", [], []),
        ("", [0, 1, 2, 3, 4, 5], []),
    ],
)
def test_substrings_come_first_and_near_matches_after(
    query: str, exact: list[int], nearly: list[int]
) -> None:
    search = Search(
        [
            "Controller 48 V",
            "王芳\n东城区8号",
            "Li Hua",
            "+86 138 0013 8000\nQiao",
            "C24-2305-00417\n2026-11-05 09:00",
            "Özil\nÉmile",
        ]
    )
    assert search.find(query) == (exact, nearly)


def test_what_is_missing_is_what_the_path_still_asks_for(desk: Desk) -> None:
    decided = busy_day(desk)
    session = desk.open()
    assert missing(session, decided)[:3] == ["quote", "accept", "repair"]
    job = job_commands.job(session, decided)
    job_commands.do_step(session, job.id, "cancel", {"reason": "sold"})
    assert missing(session, decided) == []


@in_each_language_and_once_large
async def test_a_morning_with_calls_and_a_late_promise(
    desk: Desk, lang: Lang, screen_file: SnapshotAssertion
) -> None:
    job, session = busy_day(desk), desk.open()
    names = {"en": ["Qin Banxia", "Mo Li"], "zh": ["秦半夏", "莫黎"]}[lang]
    for name, hours in zip(names, (-1, 5), strict=True):
        due = NOW + timedelta(hours=hours)
        follow_ups.plan(session, {"reason": "quality_call", "due": due, "customer_name": name})
    taken = {"reason": "parts", "condition": "clean", "promised_on": "2026-11-03"}
    session.clock = lambda: NOW - timedelta(days=2)
    job_commands.do_step(session, job, "take_in", taken)
    async with desk.app() as hand:
        assert names[0] in hand.screen()
        assert say("screen.of_them_late", lang, count=1) in hand.screen()
        check(hand, screen_file, "due")
        await hand.press("f6", "f6", "f6")
        check(hand, screen_file, "sorted")
        await hand.press("f5")
        check(hand, screen_file, "filters")
        await hand.press("enter")
        whole(hand)


async def test_a_job_that_was_closed_too_long_ago_for_the_list_is_found_by_typing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_rows, "AT_HAND", 1)
    monkeypatch.setattr(today, "FURTHER_AFTER", 0.01)
    for number, name in enumerate(("Anna Lin", "Bea Lin", "Cai Lin")):
        job = desk.job(name, f"C24-2203-0001{number}")
        with desk.open() as session:
            job_commands.do_step(session, job.id, "cancel", {"reason": "sold"})
    async with desk.app() as hand:
        listed = order(hand, "Anna Lin", "Bea Lin", "Cai Lin")
        assert len(listed) == 1
        (older, *_) = {"Anna Lin", "Bea Lin", "Cai Lin"} - set(listed)
        await hand.type(older)
        await asyncio.sleep(0.1)
        await hand.settle()
        assert order(hand, older)


async def test_a_name_with_a_line_break_breaks_no_line(desk: Desk) -> None:
    desk.job()
    session = desk.open()
    card = {"id": "C1", "name": "Li\nFAKE", "phone": "138", "address": "12\nFAKE"}
    request = {"number": "N1\nFAKE", "reported_on": "2026-11-05", "symptom": "x\nFAKE",
               "customer": card}  # fmt: skip
    act = Act(record="J1", type="job.registered", data=request)
    session.store.ledger.commit([act], session.author())
    async with desk.app() as hand:
        whole(hand)
        assert "FAKE" in hand.screen()
        await hand.type("FAKE")
        await hand.press("enter")
        whole(hand)
        assert not [line for line in hand.screen().splitlines() if line.strip().startswith("FAKE")]
