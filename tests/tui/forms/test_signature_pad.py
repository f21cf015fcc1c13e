"""The signature: drawn as strokes or typed with consent, and bound to what was signed."""

from typing import Any

import pytest
from textual.geometry import Offset

from fieldkit.domain.job.model import Job
from fieldkit.i18n import Lang, say
from fieldkit.services.jobs import job_commands
from fieldkit.tui.forms.signature_pad import COLUMNS, Pad
from fieldkit.tui.text.braille import draw
from tests.tui.conftest import LARGE, Desk, Hand, stage


@stage
def ready_to_sign(desk: Desk) -> Job:
    """A paid repair that only wants the customer's signature."""
    job, session = desk.job(), desk.open()
    line = {"component": "controller", "cause": "wear", "part": "P-CTL350"}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("dispatch", {"technician": session.person}),
        ("appoint", {"on": "2026-11-05"}),
        ("arrive", {}),
        ("diagnose", {"lines": [line]}),
        ("decide", {}),
        ("quote", {}),
        ("accept", {"by_name": "Li Hua"}),
        ("repair", {"work_done": "Controller replaced", "parts": [{"part": "P-CTL350"}]}),
        ("enter_card", {"on": "2026-11-05", "content": "Controller replaced"}),
    ]
    for key, values in steps:
        job = job_commands.do_step(session, job.id, key, values)
    return job


async def stroke(hand: Hand, *places: tuple[int, int]) -> None:
    """Press the button at the first place, move over the others, let go at the last."""
    await hand.pilot.mouse_down(Pad, offset=places[0])
    for place in places[1:]:
        await hand.pilot.hover(Pad, offset=place)
    await hand.pilot.mouse_up(Pad, offset=places[-1])
    await hand.settle()


def test_strokes_become_braille_dots() -> None:
    assert draw([(0, 0)], 2, 1) == ["⠁ "]
    assert draw([(0, 0, 3, 0)], 2, 1) == ["⠉⠉"]
    assert draw([(1, 0, 1, 7)], 2, 2) == ["⢸ ", "⢸ "]
    assert draw([(-5, -5, 99, 99)], 1, 1) == ["⠑"]
    assert draw([(), (3.0,)], 1, 1) == [" "]


async def test_a_signature_is_drawn_corrected_kept_and_bound(desk: Desk) -> None:
    job = ready_to_sign(desk)
    async with desk.app() as hand:
        await hand.press("enter", "f2")
        assert "draw here" in hand.screen()
        await stroke(hand, (2, 1), (6, 4), (10, 1))
        await stroke(hand, (12, 3), (20, 3))
        drafted = desk.open().store.drafts.load(job.id, "sign")["strokes"]
        assert len(drafted) == 2  # each stroke is saved as the button is let go
        assert any("⠀" < letter <= "⣿" for letter in hand.screen())
        await hand.press("backspace")
        assert len(hand.app.screen.query_one(Pad).read()) == 1
        await stroke(hand, (30, 2), (30, 10))  # far outside: it ends at the border
        await hand.press("ctrl+s")
    signed = job_commands.job(desk.open(), job.id).signature
    assert signed is not None
    assert not signed.consent
    first, second = signed.strokes
    assert first[0] < first[-2]
    assert first[3] > first[1]  # y points down
    assert max(second[1::2]) <= 24
    assert signed.digest


async def test_the_pad_can_be_cleared_and_nothing_but_strokes_or_consent_signs(desk: Desk) -> None:
    job = ready_to_sign(desk)
    async with desk.app() as hand:
        await hand.press("enter", "f2")
        await stroke(hand, (2, 1), (6, 4))
        await hand.press("delete", "ctrl+s")
        assert job_commands.job(desk.open(), job.id).signature is None
        pad = hand.app.screen.query_one(Pad)
        assert hand.app.screen.region.contains_point(pad.region.offset + Offset(COLUMNS - 1, 6))
        await hand.press("space", "ctrl+s")
    signed = job_commands.job(desk.open(), job.id).signature
    assert signed is not None
    assert (signed.consent, signed.strokes) == (True, ())


@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_a_later_change_shows_the_signature_as_superseded(desk: Desk, lang: Lang) -> None:
    job, session = ready_to_sign(desk), desk.open()
    job_commands.do_step(session, job.id, "sign", {"name": "Li Hua", "strokes": [[1, 1, 9, 9]]})
    async with desk.app(LARGE) as hand:
        await hand.press("enter")
        warned = say("screen.signed_earlier", lang)[:14]
        assert warned not in hand.screen()
        job_commands.amend_step(session, job.id, "repair", {"work_done": "Rewired"})
        hand.app._poll()
        await hand.settle()
        assert warned in hand.screen()
    assert job_commands.job(desk.open(), job.id).signature is not None


async def test_the_way_back_stays_in_the_key_bar_on_the_pad(desk: Desk) -> None:
    ready_to_sign(desk)
    async with desk.app() as hand:
        await hand.press("enter", "f2")
        await stroke(hand, (2, 1), (6, 4))
        assert isinstance(hand.app.focused, Pad)
        assert "Esc Back" in hand.screen().splitlines()[-1]
