"""Screens as plain text in both languages, and at two sizes where they differ; none is clipped."""

from syrupy.assertion import SnapshotAssertion

from fieldkit.i18n import Lang, say
from fieldkit.services.jobs import job_commands
from tests.tui.conftest import Desk
from tests.tui.forms.test_signature_pad import ready_to_sign
from tests.tui.pictures import busy_day, check, in_each_language_and_once_large


@in_each_language_and_once_large
async def test_the_screens_of_a_day(desk: Desk, lang: Lang, screen_file: SnapshotAssertion) -> None:
    busy_day(desk)
    async with desk.app() as hand:
        check(hand, screen_file, "list")
        assert say("screen.danger", lang) in hand.screen()
        await hand.press("enter")
        check(hand, screen_file, "job")
        assert "…" not in hand.screen()
        await hand.press("f3")
        check(hand, screen_file, "verdict")
        await hand.press("escape", "f2")
        check(hand, screen_file, "quote")
        await hand.press("escape", "escape", "down", "enter")
        check(hand, screen_file, "danger")
        await hand.press("f1")
        check(hand, screen_file, "help")
        await hand.press("escape", "escape", "ctrl+p")
        check(hand, screen_file, "palette")
        await hand.press("escape", "f3")
        check(hand, screen_file, "due")


@in_each_language_and_once_large
async def test_the_screens_of_a_new_job(desk: Desk, screen_file: SnapshotAssertion) -> None:
    async with desk.app() as hand:
        check(hand, screen_file, "empty")
        await hand.press("f4")
        check(hand, screen_file, "customer")
        await hand.press("enter", "ctrl+s")
        check(hand, screen_file, "wrong")


@in_each_language_and_once_large
async def test_the_forms_of_a_visit(desk: Desk, screen_file: SnapshotAssertion) -> None:
    job, session = desk.job(hazards=["smoke"]), desk.open()
    job_commands.do_step(session, job.id, "dispatch", {"technician": session.person})
    job_commands.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
    async with desk.app() as hand:
        await hand.press("enter", "enter", "space")
        check(hand, screen_file, "arrive")
        await hand.press("ctrl+s", "enter")
        check(hand, screen_file, "diagnose")
        await hand.press("enter")
        check(hand, screen_file, "row")
        await hand.press("enter")
        check(hand, screen_file, "components")


@in_each_language_and_once_large
async def test_the_signature_pad(desk: Desk, screen_file: SnapshotAssertion) -> None:
    job = ready_to_sign(desk)
    strokes = [[4, 14, 10, 4, 16, 18, 22, 6], [30, 10, 60, 12, 64, 20]]
    desk.open().store.drafts.save(job.id, "sign", {"strokes": strokes})
    async with desk.app() as hand:
        await hand.press("enter", "f2")
        check(hand, screen_file, "sign")
