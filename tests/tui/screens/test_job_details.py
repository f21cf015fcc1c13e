"""The right half of the job screen, as lines."""

from typing import Any

import pytest

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.job_codes import Remedy
from fieldkit.domain.job.step_events import Refunded, RemedyChosen
from fieldkit.domain.records.customer_product import Tier
from fieldkit.i18n import Lang
from fieldkit.services.jobs import job_commands
from fieldkit.tui.screens.job.job_details import Details
from tests.domain.build import Walk
from tests.tui.conftest import Desk


@pytest.mark.parametrize(("lang", "label"), [("en", "Case owner"), ("zh", "首问责任人")])
def test_who_took_the_call_is_named_beside_who_is_sent(lang: Lang, label: str) -> None:
    walk = Walk()
    owner = walk.job.request.owner if walk.job.request else ""

    def shown() -> list[str]:
        lines = Details(walk.job, Catalogue(), lang).lines(60)
        text = ["".join(part for part, _ in line) for line in lines]
        return [line.split()[-1] for line in text if label in line]

    walk.do("dispatch", {"technician": owner})
    assert shown() == []
    walk.do("dispatch", {"technician": "zhou"})
    assert shown() == [owner]


@pytest.mark.parametrize(("lang", "tier"), [("en", "VIP"), ("zh", "贵宾")])
def test_the_tier_of_a_customer_stands_beside_the_name(lang: Lang, tier: str) -> None:
    job = Walk().job
    assert job.customer is not None
    for given, shown in (("vip", True), ("regular", False)):
        who = job.customer.model_copy(update={"tier": Tier(given)})
        lines = Details(job.model_copy(update={"customer": who}), Catalogue(), lang).lines(60)
        assert any(f"{who.name} · {tier}" in part for line in lines for part, _ in line) is shown


async def test_the_key_bar_offers_the_undo_while_there_is_something_to_undo(desk: Desk) -> None:
    job, session = desk.job(), desk.open()
    async with desk.app() as hand:
        await hand.press("enter")
        assert "F6 Undo" not in hand.screen()
        job_commands.do_step(session, job.id, "dispatch", {"technician": session.person})
        job_commands.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
        hand.app.refresh_screen()
        await hand.settle()
        assert "F6 Undo" in hand.screen()
        await hand.press("f6", "enter", "f6")
        assert "F6 Undo" not in hand.screen()


def test_the_remedy_that_was_chosen_and_what_became_of_it_is_shown() -> None:
    walk = Walk()
    chosen = {
        "remedy": RemedyChosen(remedy=Remedy.REFUND, note="no second try"),
        "refund": Refunded(amount_fen=269_900),
    }
    lines = Details(walk.job.model_copy(update=chosen), Catalogue(), "en").lines(60)
    shown = ["".join(part for part, _ in line).split() for line in lines]
    assert ["Chosen", "Refund"] in shown
    assert ["Note", "no", "second", "try"] in shown
    assert ["Refunded", "¥2,699.00", "·", "Bank", "transfer"] in shown


async def test_the_hand_back_says_what_goes_back_and_what_comes_back(desk: Desk) -> None:
    job, session = desk.job(), desk.open()
    taken = {"reason": "bench", "condition": "one scratch", "promised_on": "2026-11-08"}
    line = {"component": "controller", "cause": "wear", "part": "P-CTL350"}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("dispatch", {"technician": session.person}),
        ("appoint", {"on": "2026-11-05"}),
        ("arrive", {}),
        ("take_in", {**taken, "accessories": "one key", "loan_unit": "bike 2"}),
        ("diagnose", {"lines": [line]}),
        ("decide", {}),
        ("quote", {}),
        ("accept", {"by_name": "Li Hua"}),
        ("repair", {"work_done": "Controller replaced", "parts": [{"part": "P-CTL350"}]}),
    ]
    for key, values in steps:
        job = job_commands.do_step(session, job.id, key, values)
    async with desk.app() as hand:
        await hand.press("enter", "f2")
        shown = hand.screen()
    for told in ("Take back the loan unit: bike 2.", "one key.", "taken in: one scratch"):
        assert told in shown
