"""The sync key, against a real office on loopback."""

import asyncio
from pathlib import Path

from fieldkit.domain.event import Role
from fieldkit.office.enrol import create_enrolment
from fieldkit.office.serve import serving
from fieldkit.services.exchange import enrol_device
from tests.sync.exchange import world
from tests.tui.conftest import NOW, Desk, Hand


async def until(hand: Hand, text: str) -> None:
    """Wait until the screen says so."""
    for _ in range(200):
        await hand.pilot.pause(0.05)
        if text in hand.screen():
            return
    raise AssertionError(hand.screen())


async def test_the_day_is_sent_while_the_app_goes_on(desk: Desk, tmp_path: Path) -> None:
    desk.job()
    with world(tmp_path / "office") as there:
        there.clock.now = NOW
        code = create_enrolment(there.office, "Wang Min", Role.TECHNICIAN)
        with serving(there.office) as url:
            await asyncio.to_thread(lambda: enrol_device(desk.open(), url, code))
            async with desk.app() as hand:
                assert "3 unsent" in hand.screen()
                await hand.press("f9", "enter")
                assert "Li Hua" in hand.screen()
                await until(hand, "Online · 0 unsent · synced 09:30")
                assert "Synced: 3 sent" in hand.told()
        exchange = desk.open().store.exchange
        exchange.save_identity(exchange.identity() | {"url": "ftp://nowhere"})
        async with desk.app() as hand:
            await hand.press("f9")
            await until(hand, "Offline · 0 unsent")
            assert hand.told()
            await hand.press("enter")
            assert "> next    Dispatch" in hand.screen()
