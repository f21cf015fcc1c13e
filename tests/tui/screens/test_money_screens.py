"""What a customer pays, on the screens: the bill, a deposit, a part of it, the rest on account, the
invoice and its credit note."""

from typing import Any

from syrupy.assertion import SnapshotAssertion

from fieldkit.i18n import Lang
from fieldkit.services.jobs import job_commands
from fieldkit.tui.screens.job.job import JobScreen
from tests.tui.conftest import Desk, Hand, stage
from tests.tui.pictures import check, in_each_language

TYPED: dict[str, dict[str, Any]] = {
    "deposit": {"amount_fen": "50", "method": "cash"},
    "sign": {"name": "Li Hua", "consent": True},
    "pay": {"amount_fen": "100", "method": "alipay"},
    "pay_later": {"terms": "on_account", "account": "A-17", "due_on": "2026-11-30"},
    "invoice": {"title": "Heron", "tax_id": "9131"},
    "credit_invoice": {"reason": "9132"},
}


@stage
def half_fitted(desk: Desk) -> str:
    """A repair of which one of two quoted pads was not fitted; what comes is typed already."""
    job, session = desk.job(), desk.open()
    lines = [
        {"component": "controller", "cause": "wear", "part": "P-CTL350"},
        {"component": "wearing", "cause": "wear", "part": "P-PAD", "quantity": 2},
    ]
    used = [{"part": "P-CTL350"}, {"part": "P-PAD"}]
    steps: list[tuple[str, dict[str, Any]]] = [
        ("dispatch", {"technician": session.person}),
        ("appoint", {"on": "2026-11-05"}),
        ("arrive", {}),
        ("diagnose", {"lines": lines}),
        ("decide", {}),
        ("quote", {}),
        ("accept", {"by_name": "Li Hua"}),
        ("repair", {"work_done": "P-CTL350, P-PAD", "parts": used}),
        ("enter_card", {"on": "2026-11-05", "content": "P-CTL350"}),
    ]
    for key, values in steps:
        job_commands.do_step(session, job.id, key, values)
    for key, values in TYPED.items():
        session.store.drafts.save(job.id, key, values)
    return job.id


@in_each_language
async def test_the_screens_of_money(desk: Desk, lang: Lang, screen_file: SnapshotAssertion) -> None:
    half_fitted(desk)
    async with desk.app() as hand:
        shown = ("f5", "f8") if lang == "en" else ("f5",)  # the customer reads Chinese
        await hand.press("enter", *shown)
        check(hand, screen_file, "bill")
        await hand.press("escape")
        for key in TYPED:
            await _open(hand, key)
            check(hand, screen_file, key)
            await hand.press("ctrl+s")
        check(hand, screen_file, "job")
        await hand.press(*shown)
        check(hand, screen_file, "owed")
        await hand.press("escape")
        await hand.press("f4")
        check(hand, screen_file, "papers")


async def _open(hand: Hand, key: str) -> None:
    """Open the form of a step, wherever it stands among the others."""
    screen = hand.app.screen
    assert isinstance(screen, JobScreen), (key, hand.told())
    screen.action_do(key)
    await hand.settle()
