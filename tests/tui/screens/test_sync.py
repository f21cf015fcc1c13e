"""The sync key, against a real office on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fieldkit.cli.office.base import opened_trade
from fieldkit.domain.core.event import Act, Role
from fieldkit.office.desk.desk import dispatch, register_customer, register_job, register_product
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.http.serve import serving
from fieldkit.office.publishing.catalogue import publish_catalogue
from fieldkit.services.exchange.sync_now import enrol_device, sync_now
from fieldkit.services.home.trade import Trade
from fieldkit.services.jobs import job_commands
from fieldkit.sync.client.transport import HttpTransport
from tests.sync.exchange import World, world
from tests.tui.conftest import NOW, Desk, Hand


async def until(hand: Hand, text: str) -> None:
    """Wait until the screen says so."""
    for _ in range(200):
        await hand.pilot.pause(0.05)
        if text in hand.screen():
            return
    raise AssertionError(hand.screen())


async def ended(hand: Hand) -> None:
    """Wait until no sync runs."""
    for _ in range(200):
        await hand.pilot.pause(0.05)
        if hand.app.progress is None:
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
                await hand.press("escape", "f10")
                assert "The office has 3 of today's 3 entries." in hand.screen()
                assert "Nothing is open, and the office has everything." in hand.screen()
        exchange = desk.open().store.exchange
        exchange.device.save_identity(exchange.device.identity() | {"url": "ftp://nowhere"})
        async with desk.app() as hand:
            await hand.press("f9")
            await ended(hand)
            assert "Offline · 0 unsent" in hand.screen()
            assert hand.told()
            await hand.press("enter")
            assert "> next    Dispatch" in hand.screen()


@asynccontextmanager
async def enrolled(desk: Desk, folder: Path) -> AsyncIterator[tuple[World, str]]:
    """An office on loopback at which this home is enrolled, and its address."""
    with world(folder) as there:
        there.clock.now = NOW
        code = create_enrolment(there.office, "Wang Min", Role.TECHNICIAN)
        with serving(there.office) as url:
            await asyncio.to_thread(lambda: enrol_device(desk.open(), url, code))
            yield there, url


async def test_a_new_catalogue_is_used_without_a_restart(desk: Desk, tmp_path: Path) -> None:
    desk.job()
    shipped = Trade().catalogue
    renamed = tuple(
        model.model_copy(update={"name": model.name.model_copy(update={"en": "Heron 24 Mk II"})})
        if model.code == "QL-C24"
        else model
        for model in shipped.models
    )
    async with enrolled(desk, tmp_path / "office") as (there, _), desk.app() as hand:
        await hand.press("enter")
        assert "Mk II" not in hand.screen()
        newer = shipped.model_copy(update={"revision": 2, "models": renamed})
        publish_catalogue(there.office, newer, "mei")
        await hand.press("f9")
        await until(hand, "Heron 24 Mk II")


def dispatched(there: World, url: str) -> str:
    """A job that the office sends to Wang Min, with a repair that a colleague had recorded."""
    office = there.office
    card = {"name": "Zhao Lei", "phone": "000-000-009", "address": "3 Mill Lane"}
    buyer = register_customer(office, card)
    bike = {"serial": "C24-1", "model": "QL-C24", "customer": buyer}
    with opened_trade() as trade:
        register_product(office, bike | {"serial_confirmed": True}, trade)
    before = [{"job": "", "on": "2026-09-01", "component": "controller", "part": "",
               "fitted": True, "under_warranty": True}]  # fmt: skip
    colleague = there.laptop("colleague", Role.SUPERVISOR, enrolled=False)
    colleague.act(Act(record="C24-1", type="product.serviced", data={"entries": before}))
    with HttpTransport(url) as wire:
        colleague.enrol(wire, create_enrolment(office, "colleague", Role.SUPERVISOR))
        colleague.sync(wire)
    job = register_job(office, {"symptom": "dead", "reported_on": "2026-11-05"}, buyer, "C24-1")
    dispatch(office, job.id, "Wang Min")
    return job.id


async def test_a_dispatched_job_appears_with_its_history_while_the_app_is_open(
    desk: Desk, tmp_path: Path
) -> None:
    """Another process, such as the nightly exchange, fetches it."""
    async with enrolled(desk, tmp_path / "office") as (there, url), desk.app() as hand:
        assert "Zhao Lei" not in hand.screen()
        job = dispatched(there, url)
        await asyncio.to_thread(lambda: sync_now(desk.open()))
        await until(hand, "Zhao Lei")
        await hand.press("enter")
        assert "1 Sep 2026 Controller" in hand.screen()
        product = job_commands.job(desk.open(), job).product
        assert product is not None
        assert (product.history_known, len(product.history)) == (True, 1)


async def test_a_running_sync_is_stopped_and_goes_on_later(desk: Desk, tmp_path: Path) -> None:
    desk.job()
    with world(tmp_path / "office") as there:
        there.clock.now = NOW
        code = create_enrolment(there.office, "Wang Min", Role.TECHNICIAN)
        with serving(there.office) as url:
            await asyncio.to_thread(lambda: enrol_device(desk.open(), url, code))
            async with desk.app() as hand:
                await hand.press("f10")
                assert "F9 sends what is unsent." in hand.screen()
                hand.app.action_sync()
                hand.app.action_sync()
                await ended(hand)
                assert "Last exchange: never synced" in hand.screen()
                await hand.press("f9")
                await until(hand, "Nothing is open, and the office has everything.")
                await ended(hand)


async def test_a_sync_that_waits_for_the_network_is_stopped_at_once(
    desk: Desk, tmp_path: Path
) -> None:
    """The tries at an office that is gone take over a minute; whoever stops does not wait."""
    desk.job()
    with world(tmp_path / "office") as there:
        there.clock.now = NOW
        code = create_enrolment(there.office, "Wang Min", Role.TECHNICIAN)
        with serving(there.office) as url:
            await asyncio.to_thread(lambda: enrol_device(desk.open(), url, code))
    async with desk.app() as hand:
        await hand.press("f9")
        await hand.pilot.pause(0.7)  # the first tries have failed
        assert hand.app.progress is not None
        await hand.press("f9")
        await ended(hand)
        await hand.press("f9")  # and whoever leaves
        await hand.pilot.pause(0.7)
    session = desk.open()
    for _ in range(40):
        with session.store.exchange.sending() as alone:
            if alone:
                return
        await asyncio.sleep(0.1)
    raise AssertionError("the sync goes on although the app was left")
