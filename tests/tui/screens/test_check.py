"""The daily check runs behind the screens."""

import pytest

from fieldkit.services.home.upkeep import scrub_due
from fieldkit.store.care.scrub import TROUBLES
from fieldkit.tui import app
from tests.tui.conftest import Desk, Hand


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "CHECK_AFTER", 0.05)


async def checked(hand: Hand) -> None:
    """Wait until the check has noted how it ended."""
    store = hand.app.session.store
    for _ in range(400):
        await hand.pilot.pause(0.05)
        if store.setting(TROUBLES) is not None:
            await hand.app.workers.wait_for_complete()
            await hand.settle()
            return
    raise AssertionError("no check")


async def test_damage_is_told_and_the_work_goes_on(desk: Desk) -> None:
    job = desk.job()
    desk.open().store.db.table("jobs").update({"number": "X"}, doc_ids=[job.id])
    async with desk.app() as hand:
        await checked(hand)
        assert "found damaged data" in hand.told()
        await hand.press("enter")
        assert "Dispatch" in hand.screen()
    assert scrub_due(desk.open())


async def test_a_good_store_is_checked_in_silence(desk: Desk) -> None:
    desk.job()
    async with desk.app() as hand:
        await checked(hand)
        assert hand.told() == ""
    assert not scrub_due(desk.open())
