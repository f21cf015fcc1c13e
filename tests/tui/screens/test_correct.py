"""What is wrong is put right in the app: from a job, a customer, a product, and the verdict."""

from typing import Any

import pytest

from fieldkit.domain.job.model import Job
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import correct_records, job_commands, records
from tests.tui.conftest import Desk
from tests.tui.pictures import whole

SERIAL = "C24-2604-00001"


def _undated(desk: Desk) -> tuple[Session, Job]:
    """A job about a product whose day of purchase nobody knows, decided."""
    session = desk.open()
    who = records.register_customer(session, {"name": "Li Hua", "phone": "138 0013 8000"})
    bike = {"serial": SERIAL, "model": "QL-C24", "customer": who.id}
    records.register_product(session, bike)
    job = job_commands.register_job(session, {"symptom": "dead"}, who.id, SERIAL).id
    line = {"component": "motor_hall_bearing", "part": "P-HAL", "cause": "manufacturing"}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("dispatch", {"technician": session.person}), ("appoint", {"on": "2026-11-05"}),
        ("arrive", {"distance_km": 4}), ("diagnose", {"lines": [line]}), ("decide", {}),
    ]  # fmt: skip
    for key, values in steps:
        job_commands.do_step(session, job, key, values)
    return session, job_commands.job(session, job)


@pytest.mark.parametrize("way", [["enter"], ["enter", "f3"]])
@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_the_verdict_that_lacks_the_day_of_purchase_asks_for_it_by_one_key(
    desk: Desk, way: list[str]
) -> None:
    session, job = _undated(desk)
    async with desk.app() as hand:
        await hand.press(*way)
        assert "^R" in hand.screen()
        await hand.press("ctrl+r")
        whole(hand)
        await hand.type("20260501")
        await hand.press("f10")
        assert str(records.product(session, SERIAL).purchase_date) == "2026-05-01"
        assert job_commands.job(session, job.id).decision is None


async def test_a_job_leads_to_what_can_be_corrected(desk: Desk) -> None:
    session, job = _undated(desk)
    async with desk.app() as hand:
        await hand.press("enter", "ctrl+b")
        whole(hand)
        for name in ("Her card", "The product", "A new owner", "Arrive"):
            assert name in hand.screen()
        await hand.type("card")
        await hand.press("enter", "end")
        await hand.type("x")
        await hand.press("f10")
        assert records.customers(session)[0].name == "Li Huax"
        now = job_commands.job(session, job.id)
        assert now.customer is not None
        assert now.customer.name == "Li Huax"
        assert "Li Huax" in hand.screen()


async def test_customers_and_products_are_corrected_from_the_first_screen(desk: Desk) -> None:
    session, _ = _undated(desk)
    async with desk.app() as hand:
        await hand.press("ctrl+b")
        whole(hand)
        await hand.type("C24")
        await hand.press("enter")
        assert "The product" in hand.screen()
        await hand.press("enter")
        whole(hand)
        await hand.press("escape")
    assert records.product(session, SERIAL).purchase_date is None


async def test_customers_are_merged_and_parted_in_the_app(desk: Desk) -> None:
    session, _ = _undated(desk)
    other = records.register_customer(session, {"name": "Li", "phone": "138 0013 8000"})
    async with desk.app() as hand:
        await hand.press("enter", "ctrl+b")
        await hand.type("same as")
        await hand.press("enter", "enter")
        (who,) = records.customers(session)
        assert who.id == other.id
        await hand.press("ctrl+b")
        await hand.type("undo")
        await hand.press("enter")
        assert len(records.customers(session)) == 2


async def test_who_is_registered_once_more_is_offered_for_merging(desk: Desk) -> None:
    session, _ = _undated(desk)
    async with desk.app() as hand:
        await hand.press("f4")
        await hand.type("Anna")
        await hand.press("enter")
        await hand.type("13800138000")
        await hand.press("f10")
        assert "No, somebody else" in hand.screen()
        whole(hand)
        await hand.press("enter")
        assert SERIAL in hand.screen()
    assert [one.name for one in records.customers(session)] == ["Li Hua"]


async def test_who_is_somebody_else_is_not_offered_again(desk: Desk) -> None:
    session, _ = _undated(desk)
    async with desk.app() as hand:
        await hand.press("f4")
        await hand.type("Anna")
        await hand.press("enter")
        await hand.type("13800138000")
        await hand.press("f10")
        await hand.type("somebody else")
        await hand.press("enter")
    anna = next(one for one in records.customers(session) if one.name == "Anna")
    assert len(anna.told_apart) == 1
    assert correct_records.duplicates_of(session, anna.id) == []
    assert correct_records.duplicates(session) == []
