"""The van on the screen: loading, counting, what stands beside a part, what a job is short of."""

from syrupy.assertion import SnapshotAssertion

from fieldkit.services.jobs import job_commands, van
from fieldkit.services.jobs.blockers import list_blockers
from tests.tui.conftest import LARGE, Desk, stage
from tests.tui.pictures import check, in_each_language_and_once_large


@stage
def _short(desk: Desk) -> str:
    """A decided job that needs a front brake cable; the van has but a rear one."""
    session, job = desk.open(), desk.job()
    van.load_van(session, {"parts": [{"part": "P-BCB-R"}, {"part": "P-HAL", "quantity": 2}]})
    job_commands.do_step(session, job.id, "dispatch", {"technician": session.person})
    job_commands.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
    job_commands.do_step(session, job.id, "arrive", {})
    line = {"component": "wearing", "part": "P-BCB-F", "cause": "wear"}
    job_commands.do_step(session, job.id, "diagnose", {"lines": [line]})
    job_commands.do_step(session, job.id, "decide", {})
    return job.id


@in_each_language_and_once_large
async def test_the_screens_of_the_van(desk: Desk, screen_file: SnapshotAssertion) -> None:
    order = {"part": "P-BCB-F", "expected_on": "2026-11-09"}
    job = _short(desk)
    job_commands.do_step(desk.open(), job, "order_part", order)
    async with desk.app() as hand:
        check(hand, screen_file, "waits")
        await hand.press("ctrl+n")
        check(hand, screen_file, "van")
        await hand.press("f4")
        check(hand, screen_file, "load")
        await hand.press("escape", "escape", "enter", "f2")
        check(hand, screen_file, "short")
        await hand.press("escape", "escape", "ctrl+l")
        check(hand, screen_file, "on_order")


async def test_the_usual_load_comes_on_board_with_two_keys_and_a_part_is_counted(
    desk: Desk,
) -> None:
    session = desk.open()
    async with desk.app() as hand:
        await hand.press("ctrl+n")
        assert "F4 loads it; the usual load is filled in." in hand.screen()
        await hand.press("f4", "ctrl+s")
        assert {sku: item.on_board for sku, item in van.stock(session).items()} == (
            van.usual_load(session)
        )
        await hand.type("hall")
        await hand.press("enter", "backspace")
        await hand.type("7")
        await hand.press("ctrl+s")
        assert van.stock(session)["P-HAL"].on_board == 7
        assert "  7  of 3" in hand.screen()


async def test_the_list_of_parts_says_how_many_are_in_the_van_and_what_could_be_taken_instead(
    desk: Desk,
) -> None:
    _short(desk)
    async with desk.app(LARGE) as hand:
        await hand.press("enter", "ctrl+p")
        await hand.type("fetch a part")
        await hand.press("enter")
        await hand.type("cable")
        assert "van 0, instead P-BCB-R" in hand.screen()
        await hand.press("escape")
        await hand.type("hall")
        assert "van 2" in hand.screen()


async def test_a_blocker_is_over_and_a_part_on_order_has_come(desk: Desk) -> None:
    job, session = _short(desk), desk.open()
    job_commands.do_step(session, job, "log_blocker", {"department": "it", "text": "no prices"})
    job_commands.do_step(session, job, "order_part", {"part": "P-BCB-F"})
    async with desk.app() as hand:
        await hand.press("ctrl+l", "f6")
        await hand.type("restarted")
        await hand.press("ctrl+s")
        assert [(row.open, row.what.how) for row in list_blockers(session)] == [
            (True, ""), (False, "restarted"),
        ]  # fmt: skip
        await hand.press("f6", "ctrl+s")
        assert [row.open for row in list_blockers(session)] == [False, False]
        await hand.press("f6")
        assert "holds nothing up any more" in hand.told()
        await hand.press("down")
        assert "Resolved 5 Nov 2026, 09:30 by Wang Min: restarted" in hand.screen()
