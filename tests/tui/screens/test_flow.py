"""One paid repair from the call to the invoice, with the keyboard alone, on 80 by 24."""

import pytest

from fieldkit.domain.job.model import Status
from fieldkit.i18n import Lang, say
from fieldkit.services.jobs import job_commands, records
from tests.tui.conftest import Desk, Hand

WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "name": "Li Hua",
        "address": "12 Garden Road",
        "symptom": "Lights on, will not drive",
        "work": "Controller replaced, test ride done",
        "component": "controller",
        "cause": "wear",
        "praise": "Came on time",
    },
    "zh": {
        "name": "李华",
        "address": "花园路12号",
        "symptom": "灯亮但不走车",
        "work": "更换控制器,试车正常",
        "component": "控制器",
        "cause": "磨损",
        "praise": "很准时",
    },
}


async def register(hand: Hand, words: dict[str, str]) -> None:
    await hand.press("f4", "enter")
    await hand.type(words["name"])
    await hand.press("enter")
    await hand.type("000-000-001")
    await hand.press("enter")
    await hand.type(words["address"])
    await hand.press("ctrl+s", "enter")
    await hand.type("C24-2203-00017")
    await hand.press("enter")
    await hand.type("C24")
    await hand.press("enter")
    await hand.type("2022-3-20")
    await hand.press("ctrl+s")
    await hand.type(words["symptom"])
    await hand.press("ctrl+s")


async def diagnose(hand: Hand, words: dict[str, str]) -> None:
    await hand.press("enter", "enter", "down")
    await hand.type(words["component"])
    await hand.press("enter")
    await hand.type(words["cause"])
    await hand.press("enter", "enter", "enter", "ctrl+s", "ctrl+s")


async def until_signed(hand: Hand, words: dict[str, str]) -> None:
    await hand.press("enter")  # decide
    await hand.press("enter", "ctrl+s")  # quote
    await hand.press("enter", "ctrl+s")  # accept
    await hand.press("enter")  # repair
    await hand.type(words["work"])
    await hand.press("ctrl+s")
    await hand.press("enter", "ctrl+s")  # warranty card
    await hand.press("enter", "space", "ctrl+s")  # sign


@pytest.mark.parametrize("lang", ["zh"])
async def test_a_paid_repair_from_the_call_to_the_invoice(desk: Desk, lang: Lang) -> None:
    words = WORDS[lang]
    async with desk.app() as hand:
        await register(hand, words)
        assert words["symptom"] in hand.screen()
        await hand.press("enter", "ctrl+s")  # dispatch
        await hand.press("enter", "ctrl+s")  # appointment
        await hand.press("enter", "ctrl+a", "ctrl+s")  # arrive, the checklist ticked
        await diagnose(hand, words)
        await until_signed(hand, words)
        assert say("verdict.paid", lang) in hand.screen()
        await hand.press("enter", "ctrl+s")  # pay
        await hand.press("enter", "ctrl+s")  # invoice
        await hand.press("enter")  # survey
        await hand.type("5545")
        await hand.type(words["praise"])
        await hand.press("ctrl+s")
        await hand.press("enter", "ctrl+s")  # complete
        assert say("status.completed", lang) in hand.screen()

    session = desk.open()
    (row,) = job_commands.list_jobs(session)
    job = job_commands.job(session, row.id)
    assert job.status is Status.COMPLETED
    assert job.customer is not None
    assert job.customer.name == words["name"]
    assert job.arrival is not None
    assert len(job.arrival.checklist) == len(session.catalogue.checklists["arrival"])
    assert job.decision is not None
    assert [line.charge for line in job.decision.lines] == ["paid"]
    assert job.payment is not None
    assert job.payment.amount_fen == job.payable_fen > 0
    assert job.signature is not None
    assert job.signature.consent
    assert job.invoice is not None
    assert job.survey is not None
    assert (job.survey.attitude, job.survey.punctuality) == (5, 4)
    assert session.store.drafts.steps(job.id) == set()


async def test_the_documents_are_ticked_at_the_sale_and_named_at_the_delivery(desk: Desk) -> None:
    session = desk.open()
    listed = session.catalogue.checklists["handover_documents"]
    job = desk.job(serial="C24-2203-00018", kind="delivery_installation")
    job_commands.do_step(session, job.id, "dispatch", {"technician": session.person})
    job_commands.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
    job_commands.do_step(session, job.id, "arrive", {})
    async with desk.app() as hand:
        await hand.press("enter", "f2")
        assert f"Hand over with the product: {listed[0].name.en}" in hand.screen()
        await hand.press("escape", "escape", "f4", "down", "enter")
        await hand.type("C24-2203-00455")
        await hand.press("enter", *["shift+tab"] * 2, "ctrl+a")
        assert hand.screen().count("[x]") == len(listed)
        await hand.press("ctrl+s")
    made = records.product(session, "C24-2203-00455")
    assert made.documents == tuple(paper.code for paper in listed)


async def test_a_doubtful_serial_is_asked_back_and_kept_or_corrected(desk: Desk) -> None:
    desk.job(serial="C24-2203-00018")
    async with desk.app() as hand:
        await hand.press("f4", "down", "enter")
        await hand.type("hello")
        await hand.press("enter", "ctrl+s", "enter")  # the model is missing
        await hand.type("C24")
        await hand.press("enter", "ctrl+s")
        assert "C24-####-#####" in hand.screen()
        await hand.press("escape")  # it is to be corrected
        assert records.find_product(desk.open(), "hello") is None
        await hand.press("ctrl+s", "enter")  # it is right as it was typed
        kept = records.product(desk.open(), "hello")
    assert kept.serial == "HELLO"
    assert [mark.key for mark in kept.attention] == ["serial_kept"]
