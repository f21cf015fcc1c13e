"""How many keys a whole paid repair takes, on 80 by 24.

Free text is what only this case can know: name, telephone, address, serial number, day of
purchase, what is wrong, what was done, what the customer adds. Everything else counts:
choosing from a list and what is typed to find it, arrows, scores, consent, saving.
"""

import pytest

from fieldkit.domain.job.model import Status
from fieldkit.i18n import Lang, say
from fieldkit.services.jobs import job_commands
from tests.tui.conftest import Desk
from tests.tui.screens.test_flow import WORDS

MOST = 40


@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_a_whole_paid_repair_takes_few_keys(desk: Desk, lang: Lang) -> None:
    words = WORDS[lang]
    async with desk.app() as hand:
        await hand.press("f4")
        await hand.type(words["name"])
        await hand.press("enter")  # nobody of this name: a new customer
        await hand.type("000-000-001")
        await hand.press("enter")
        await hand.type(words["address"])
        await hand.press("ctrl+s")
        await hand.type("C24-2203-00017")
        await hand.press("enter")  # a new product; its serial number says the model
        await hand.press("down", "down")
        await hand.type("2022-3-20")
        await hand.press("ctrl+s")
        await hand.type(words["symptom"])
        await hand.press("f2")  # the request
        await hand.press("f2")  # dispatched to oneself
        await hand.press("f2")  # the appointment
        await hand.press("ctrl+a", "f2")  # the arrival checklist
        await hand.press("enter")  # a fault line
        assert say("label.fault", lang) in hand.screen()
        await hand.press("enter", "enter")  # the fault that sounds like the request
        await hand.press("enter", *words["cause"][:2], "enter", "ctrl+s")  # why
        await hand.press("f2")  # the diagnosis; the rules decide
        assert say("verdict.paid", lang) in hand.screen()
        await hand.press("f2", "f2")  # the quote
        await hand.press("f2")  # the customer agrees
        await hand.type(words["work"])
        await hand.press("f2")  # the repair
        await hand.press("f2")  # the warranty card
        await hand.press("space", "f2")  # the typed name stands for the signature
        await hand.press("f2")  # paid
        await hand.press("f2")  # invoiced
        await hand.press(*"5545")
        await hand.type(words["praise"])
        await hand.press("f2")  # the survey card
        await hand.press("f2")  # completed
        assert say("status.completed", lang) in hand.screen()
        assert hand.pressed <= MOST

    session = desk.open()
    (row,) = job_commands.list_jobs(session)
    job = job_commands.job(session, row.id)
    assert job.status is Status.COMPLETED
    assert job.arrival is not None
    assert len(job.arrival.checklist) == len(session.catalogue.checklists["arrival"])
    assert job.diagnosis is not None
    (line,) = job.diagnosis.lines
    assert (line.component, line.part, line.cause) == ("controller", "P-CTL350", "wear")
    assert job.decision is not None
    assert [verdict.charge for verdict in job.decision.lines] == ["paid"]
    assert job.acceptance is not None
    assert job.signature is not None
    assert job.signature.consent
    assert job.payment is not None
    assert job.payment.amount_fen == job.payable_fen > 0
    assert job.invoice is not None
    assert job.survey is not None
    assert (job.survey.attitude, job.survey.punctuality) == (5, 4)
    assert session.store.drafts.steps(job.id) == set()
