"""Every screen as plain text, at two sizes and in both languages; nothing is clipped."""

from collections.abc import Callable

from syrupy.assertion import SnapshotAssertion

from fieldkit.i18n import Lang, say
from fieldkit.services.jobs import job_commands
from tests.tui.conftest import Desk
from tests.tui.forms.test_signature_pad import ready_to_sign
from tests.tui.pictures import busy_day, check, in_each_size_and_language


@in_each_size_and_language
async def test_the_screens_of_a_day(
    make_desk: Callable[[Lang], Desk],
    lang: Lang,
    size: tuple[int, int],
    screen_file: SnapshotAssertion,
) -> None:
    desk = make_desk(lang)
    busy_day(desk, lang)
    async with desk.app(size) as hand:
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


@in_each_size_and_language
async def test_the_screens_of_a_new_job(
    make_desk: Callable[[Lang], Desk],
    lang: Lang,
    size: tuple[int, int],
    screen_file: SnapshotAssertion,
) -> None:
    desk = make_desk(lang)
    async with desk.app(size) as hand:
        check(hand, screen_file, "empty")
        await hand.press("f4")
        check(hand, screen_file, "customer")
        await hand.press("enter", "ctrl+s")
        check(hand, screen_file, "wrong")


@in_each_size_and_language
async def test_the_forms_of_a_visit(
    make_desk: Callable[[Lang], Desk],
    lang: Lang,
    size: tuple[int, int],
    screen_file: SnapshotAssertion,
) -> None:
    desk = make_desk(lang)
    job, session = desk.job(hazards=["smoke"]), desk.open()
    job_commands.do_step(session, job.id, "dispatch", {"technician": session.person})
    job_commands.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
    async with desk.app(size) as hand:
        await hand.press("enter", "enter", "space")
        check(hand, screen_file, "arrive")
        await hand.press("ctrl+s", "enter")
        check(hand, screen_file, "diagnose")
        await hand.press("enter")
        check(hand, screen_file, "row")
        await hand.press("enter")
        check(hand, screen_file, "components")


@in_each_size_and_language
async def test_the_signature_pad(
    make_desk: Callable[[Lang], Desk],
    lang: Lang,
    size: tuple[int, int],
    screen_file: SnapshotAssertion,
) -> None:
    desk = make_desk(lang)
    job = ready_to_sign(desk)
    strokes = [[4, 14, 10, 4, 16, 18, 22, 6], [30, 10, 60, 12, 64, 20]]
    desk.open().store.drafts.save(job.id, "sign", {"strokes": strokes})
    async with desk.app(size) as hand:
        await hand.press("enter", "f2")
        check(hand, screen_file, "sign")
