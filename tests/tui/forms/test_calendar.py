"""The calendar of a date field, and what is copied."""

from datetime import date

import pytest
from syrupy.assertion import SnapshotAssertion

from fieldkit.services.jobs import job_commands
from fieldkit.tui.screens.calendar import CalendarScreen
from tests.tui.conftest import Desk
from tests.tui.pictures import LANGS


def _dispatched(desk: Desk) -> str:
    job, session = desk.job(), desk.open()
    job_commands.do_step(session, job.id, "dispatch", {"technician": session.person})
    return job.id


@pytest.mark.parametrize("lang", LANGS)
async def test_the_calendar(desk: Desk, screen_file: SnapshotAssertion) -> None:
    _dispatched(desk)
    async with desk.app() as hand:
        await hand.press("enter", "f2", "f4", "right", "right")
        assert hand.screen() == screen_file(name="calendar")


@pytest.mark.parametrize(
    ("keys", "day"),
    [
        ([], "2026-11-05"),
        (["right", "down"], "2026-11-13"),
        (["left", "up", "pagedown"], "2026-11-28"),
        (["pagedown", "pagedown", "pagedown"], "2027-02-05"),
        (["pageup", "home"], "2026-11-05"),
    ],
)
async def test_a_day_is_chosen_with_few_keys_and_the_next_field_follows(
    desk: Desk, keys: list[str], day: str
) -> None:
    job = _dispatched(desk)
    async with desk.app() as hand:
        await hand.press("enter", "f2", "f4", *keys, "enter")
        assert day in hand.screen()
        assert hand.app.screen.focused is not None
        assert hand.app.screen.focused.id == "field-time_from"
        await hand.press("ctrl+s")
    made = job_commands.job(desk.open(), job).appointment
    assert made is not None
    assert made.on.isoformat() == day


async def test_escape_leaves_the_day_and_only_date_fields_have_a_calendar(desk: Desk) -> None:
    _dispatched(desk)
    async with desk.app() as hand:
        await hand.press("enter", "f2")
        assert "F4 Calendar" in hand.screen()
        await hand.press("f4", "down", "escape")
        assert "2026-11-05" in hand.screen()
        await hand.press("tab")
        assert "F4 Calendar" not in hand.screen()
        await hand.press("f4")
        assert not isinstance(hand.app.screen, CalendarScreen)


async def test_the_mouse_goes_to_a_day_and_takes_it(desk: Desk) -> None:
    _dispatched(desk)
    async with desk.app() as hand:
        await hand.press("enter", "f2", "f4")
        # The third week of the month, its second day: Tuesday the 10th.
        await hand.pilot.click("#month", offset=(6, 4))
        await hand.settle()
        assert "[10]" in hand.screen()
        await hand.pilot.click("#month", offset=(6, 4))
        await hand.settle()
        assert "2026-11-10" in hand.screen()


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(1990, 1, 5), -1, date(1990, 1, 1)),
        (date(2100, 12, 5), 1, date(2100, 12, 31)),
    ],
)
async def test_a_month_further_is_the_same_day_or_the_last_that_there_is(
    desk: Desk, start: date, months: int, end: date
) -> None:
    async with desk.app() as hand:
        screen = CalendarScreen("", start, start, "en")
        taken: list[date | None] = []
        hand.app.push_screen(screen, taken.append)
        await hand.settle()
        screen.action_turn(months)
        await hand.press("enter")
    assert taken == [end]


@pytest.mark.parametrize(("text", "copied"), [("", "261105-"), ("gard", "12 Garden Road")])
async def test_what_a_job_says_is_copied_and_pasted_into_a_field(
    desk: Desk, text: str, copied: str
) -> None:
    desk.job()
    async with desk.app() as hand:
        await hand.press("ctrl+y")
        await hand.type(text)
        await hand.press("enter")
        assert hand.app.clipboard.startswith(copied)
        assert f"to copy: {copied}" in hand.told()  # no desktop program takes it here
        await hand.press("enter", "ctrl+y", "escape", "escape", "ctrl+v")
        assert copied in hand.screen()


async def test_without_a_job_there_is_nothing_to_copy(desk: Desk) -> None:
    async with desk.app() as hand:
        await hand.press("ctrl+y")
        assert "nothing to copy" in hand.told()
