"""Signing in where people share the laptop, and locking the app."""

from syrupy.assertion import SnapshotAssertion

from fieldkit.services.home.people import add_person, set_pin
from fieldkit.tui.screens.job.job import JobScreen
from tests.tui.conftest import Desk
from tests.tui.pictures import check, in_each_language_and_once_large

NAMES = {"en": ("Wang Min", "Chen Jing"), "zh": ("王敏", "陈静")}


def share(desk: Desk) -> None:
    """A colleague without a PIN; the person of the home has 4711."""
    session = desk.open()
    owner, colleague = NAMES[desk.lang]
    add_person(session, colleague)
    set_pin(session, owner, "4711")


@in_each_language_and_once_large
async def test_the_screen(desk: Desk, screen_file: SnapshotAssertion) -> None:
    share(desk)
    async with desk.app() as hand:
        await hand.type("4711")
        check(hand, screen_file, "sign_in")


async def test_nothing_is_seen_before_she_has_signed_in(desk: Desk) -> None:
    desk.job("Li Hua")
    share(desk)
    async with desk.app() as hand:
        for key in ("escape", "f2", "f12", "enter"):
            await hand.press(key)
            assert "Li Hua" not in hand.screen()
        await hand.type("4712")
        await hand.press("enter")
        assert "not hers" in hand.told()
        await hand.type("4711")
        assert "4711" not in hand.screen()
        await hand.press("enter")
        assert "Li Hua" in hand.screen()
        assert "Wang Min" in hand.screen().splitlines()[-2]


async def test_what_is_recorded_names_who_signed_in(desk: Desk) -> None:
    job = desk.job("Li Hua")
    share(desk)
    async with desk.app() as hand:
        await hand.press("down", "f2", "enter", "enter")
        await hand.press("ctrl+s")
    session = desk.open()
    assert session.store.ledger.history(job.id)[-1].by == "Chen Jing"


async def test_a_locked_form_goes_on_for_her_alone(desk: Desk) -> None:
    job = desk.job("Li Hua")
    share(desk)
    async with desk.app() as hand:
        await hand.type("4711")
        await hand.press("enter", "enter", "enter")
        assert type(hand.app.screen).__name__ == "FormScreen"
        await hand.type("Sun Li")
        await hand.press("f12")
        drafts = desk.open().store.drafts
        assert drafts.load(job.id, "dispatch")["technician"] == "Wang MinSun Li"
        await hand.type("4711")
        await hand.press("enter")
        assert "Sun Li" in hand.screen()
        await hand.press("f12", "down", "enter")
        assert type(hand.app.screen).__name__ == "TodayScreen"
        assert len(hand.app.screen_stack) == 2
        assert "Chen Jing" in hand.screen().splitlines()[-2]
        assert "Hello, Chen Jing." in hand.told()


async def test_where_one_person_works_nobody_is_asked(desk: Desk) -> None:
    desk.job("Li Hua")
    async with desk.app() as hand:
        assert "Li Hua" in hand.screen()
        await hand.press("f12")
        assert "Nobody signs in here" in hand.told()
        assert "Li Hua" in hand.screen()


async def test_a_list_of_people_made_meanwhile_asks_who_goes_on(desk: Desk) -> None:
    desk.job("Li Hua")
    async with desk.app() as hand:
        await hand.press("enter")
        share(desk)
        hand.app._poll()
        await hand.settle()
        assert "Who works now?" in hand.screen()
        await hand.press("f1")
        assert "Empty what was typed." in hand.screen()
        await hand.press("escape")
        await hand.type("4711")
        await hand.press("enter")
        assert isinstance(hand.app.screen, JobScreen)  # she goes on where she was
        await hand.press("f12")
        assert "Who works now?" in hand.screen()
