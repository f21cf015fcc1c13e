"""What the keys do: search, language, refusals, errors, help, palette, live redraw, failure."""

from pathlib import Path

import pytest
from textual import events

from fieldkit.services.jobs import job_commands
from fieldkit.services.jobs.job_commands import NEW
from fieldkit.tui.crash_report import Crash
from fieldkit.tui.forms.score import Score
from fieldkit.tui.screens.day.today import TodayScreen
from fieldkit.tui.screens.job.job import JobScreen
from tests.tui.conftest import Desk


async def test_typing_narrows_the_list_over_number_customer_address_product_and_status(
    desk: Desk,
) -> None:
    one = desk.job("Li Hua", "C24-2203-00017")
    desk.job("王芳", "C24-2203-00018")
    async with desk.app() as hand:
        for text, name in [
            ("00018", "王芳"), ("王", "王芳"), ("li h", "Li Hua"), (one.number[-4:], "Li Hua"),
        ]:  # fmt: skip
            await hand.type(text)
            assert "1 of 2" in hand.screen()
            assert name in hand.screen()
            await hand.press("escape")
        await hand.type("registered garden")
        assert "2 of 2" in hand.screen()
        await hand.type(" nowhere")
        assert "Nothing found. Esc clears the search." in hand.screen()


async def test_the_language_changes_at_once_and_keeps_what_was_typed(desk: Desk) -> None:
    job = desk.job()
    async with desk.app() as hand:
        await hand.press("enter", "enter", "down")
        await hand.type("bring a ladder")
        await hand.press("f8")
        assert "备注" in hand.screen()
        assert "bring a ladder" in hand.screen()
        await hand.type("!")
        await hand.press("escape")
        assert "下一步" in hand.screen()
        await hand.press("escape")
        assert "今日工单" in hand.screen()
    assert desk.open().lang == "zh"
    assert desk.open().store.drafts.load(job.id, "dispatch")["note"] == "bring a ladder!"


async def test_a_wrong_field_is_named_where_it_stands_and_nothing_is_lost(desk: Desk) -> None:
    async with desk.app() as hand:
        await hand.press("f4", "enter")
        await hand.type("Li Hua")
        await hand.press("enter")
        await hand.type("12")
        await hand.press("tab")
        assert "! is no telephone number" in hand.screen()
        await hand.press("ctrl+s")
        assert "Not saved yet: 1 to correct" in hand.told()
        assert hand.app.focused is not None
        assert hand.app.focused.id == "field-phone"
        await hand.type("345678")
        await hand.press("ctrl+s")
        assert "New job › Li Hua › Product" in hand.screen()
        assert desk.open().store.drafts.load(NEW, "customer") == {}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2026-02-30", "is not a date"),
        ("2026-11-06", "must not be after today"),
        ("1889-01-01", "must be at least 1990-01-01"),
    ],
)
async def test_an_impossible_day_of_purchase_is_refused(desk: Desk, typed: str, told: str) -> None:
    desk.job()
    async with desk.app() as hand:
        await hand.press("f4", "down", "enter", "enter")
        await hand.type("C24-2203-00018")
        await hand.press("enter")
        await hand.type("C24")
        await hand.press("enter")
        await hand.type(typed)
        await hand.press("ctrl+s")
        assert told in hand.screen()
        assert typed in hand.screen()


async def test_a_step_that_is_not_allowed_says_why(desk: Desk) -> None:
    desk.job()
    async with desk.app() as hand:
        await hand.press("enter", "down")
        assert "“Dispatch” comes first." in hand.screen()
        await hand.press("enter")
        assert "“Dispatch” comes first." in hand.told()
        await hand.press("f3")
        assert "There is no verdict yet" in hand.told()
        await hand.press("f6")
        assert "There is no step of yours that can be taken back." in hand.told()


async def test_help_lists_every_key_of_the_screen_and_the_palette_does_them(desk: Desk) -> None:
    desk.job()
    async with desk.app() as hand:
        await hand.press("enter")
        screen = hand.app.screen
        assert isinstance(screen, JobScreen)
        descriptions = {binding.description for binding in screen.own_keys()}
        assert {"key.next", "key.verdict", "key.undo", "key.back", "key.sync"} <= descriptions
        await hand.press("f1")
        assert "Do the step that comes next." in hand.screen()
        await hand.press("escape", "ctrl+p")
        await hand.type("add a note")
        await hand.press("enter")
        assert "› Add a note" in hand.screen()
        await hand.type("gate code 12")
        await hand.press("ctrl+s")
        assert "gate code 12" in hand.screen()


async def test_escape_empties_the_search_of_a_list_before_it_leaves_it(desk: Desk) -> None:
    async with desk.app() as hand:
        await hand.press("ctrl+p")
        await hand.type("theme")
        await hand.press("escape")
        assert "Everything that can be done here" in hand.screen()
        await hand.press("escape")
        assert "Today · Thu" in hand.screen()


async def test_what_another_process_writes_appears(desk: Desk) -> None:
    async with desk.app() as hand:
        assert "No jobs yet. F4 registers the first one." in hand.screen()
        desk.job()
        hand.app._poll()
        await hand.settle()
        assert "Li Hua" in hand.screen()


async def test_sync_on_a_device_that_is_not_enrolled_says_what_to_do(desk: Desk) -> None:
    async with desk.app() as hand:
        await hand.press("f9")
        assert "ask the office for a code" in hand.told()


async def test_the_theme_is_kept(desk: Desk) -> None:
    async with desk.app() as hand:
        await hand.press("f7", "f7")
        assert hand.app.theme == "high-contrast"
    async with desk.app() as hand:
        assert hand.app.theme == "high-contrast"


async def test_a_failure_leaves_a_report_without_customer_data(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.job("Li Hua")

    def fail(screen: TodayScreen) -> None:
        customer = job_commands.list_jobs(screen.session)[0].customer
        raise RuntimeError(f"no screen for {customer}")

    monkeypatch.setattr(TodayScreen, "action_due", fail)
    with pytest.raises(Crash) as caught:
        async with desk.app() as hand:
            await hand.press("f3")
    (report,) = desk.home.logs.iterdir()
    text = report.read_text(encoding="utf-8")
    assert "builtins.RuntimeError" in text
    assert "in fail" in text
    assert "Li Hua" not in text + str(caught.value)
    assert report.name in str(caught.value)


def test_a_report_that_cannot_be_written_is_no_second_failure(desk: Desk, tmp_path: Path) -> None:
    from fieldkit.tui.crash_report import crash
    from tests.tui.conftest import NOW

    blocked = tmp_path / "file"
    blocked.write_text("")
    assert "no report could be written" in crash(ValueError(), blocked / "logs", NOW, "en").sentence


async def test_scores_typed_ahead_answer_one_question_each(desk: Desk) -> None:
    job, session = desk.job(), desk.open()
    job_commands.do_step(session, job.id, "dispatch", {"technician": session.person})
    async with desk.app() as hand:
        await hand.press("enter")
        screen = hand.app.screen
        assert isinstance(screen, JobScreen)
        screen._open_form("survey")
        await hand.settle()
        for digit in "5435":
            hand.app.post_message(events.Key(digit, digit))
        await hand.settle()
        scores = [score.read() for score in hand.app.screen.query(Score)]
    assert scores == [5, 4, 3, 5]


async def test_what_was_wrong_with_a_field_goes_as_it_is_filled_in(desk: Desk) -> None:
    job, session = desk.job(), desk.open()
    job_commands.do_step(session, job.id, "dispatch", {"technician": session.person})
    job_commands.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
    job_commands.do_step(session, job.id, "arrive", {})
    async with desk.app() as hand:
        await hand.press("enter", "f2", "enter", "ctrl+s")
        assert hand.screen().count("! is needed.") == 2  # the component and the cause
        await hand.type("controller")
        await hand.press("enter")
        assert hand.screen().count("! is needed.") == 1
