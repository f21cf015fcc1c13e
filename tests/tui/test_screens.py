"""Every screen as plain text, at two sizes and in both languages; nothing is clipped."""

from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from fieldkit.i18n import Lang, say, width
from fieldkit.services import jobs
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.widgets.bars import key_name
from tests.tui.conftest import LARGE, SMALL, Desk, Hand

SIZES = [SMALL, LARGE]
LANGS: list[Lang] = ["en", "zh"]


class PlainText(SingleFileSnapshotExtension):
    """One readable file a screen."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def screen_file(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(PlainText)


def check(hand: Hand, expected: SnapshotAssertion, name: str) -> None:
    """As expected, no line wider than the terminal, the keys of the bar whole."""
    text = hand.screen()
    columns, rows = hand.app.size
    lines = text.splitlines()
    assert len(lines) == rows
    assert max(map(width, lines)) <= columns
    screen = hand.app.screen
    assert isinstance(screen, BaseScreen)
    for binding in screen.shown_keys():
        if binding.action == "app.language":
            assert "F8" in lines[-1]
            continue
        named = f"{key_name(binding.key)} {say(binding.description, hand.app.lang)}"
        assert named in lines[-1]
    assert text == expected(name=name)


def busy_day(desk: Desk, lang: Lang) -> str:
    """Four jobs in different states; answers the id of the one that is decided."""
    names = ["Li Hua", "Zhang Wei", "Chen Jing", "Sun Li"] if lang == "en" else [
        "李华", "张伟", "陈静", "孙丽"]  # fmt: skip
    session = desk.open()
    made = []
    for number, name in enumerate(names):
        hazards = ["heat", "swelling"] if number == 1 else []
        job = desk.job(name, f"C24-2203-0001{number}", hazards=hazards)
        made.append(job)
        jobs.do_step(session, job.id, "dispatch", {"technician": session.person})
    for number, day in enumerate(["2026-11-05", "2026-11-05", "2026-11-07"]):
        hours = {"time_from": f"{13 + number}:00", "time_to": f"{14 + number}:30"}
        jobs.do_step(session, made[number].id, "appoint", {"on": day, **hours})
    for number, part in enumerate(["P-CTL350", "P-BAT-LI24"]):
        component = ["controller", "battery_lithium"][number]
        line = {"component": component, "cause": ["wear", "manufacturing"][number], "part": part}
        jobs.do_step(session, made[number].id, "arrive", {"distance_km": 8})
        jobs.do_step(session, made[number].id, "diagnose", {"lines": [line]})
        jobs.do_step(session, made[number].id, "decide", {})
    return made[0].id


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("lang", LANGS)
async def test_the_screens_of_a_day(
    make_desk: Callable[[Lang], Desk],
    lang: Lang,
    size: tuple[int, int],
    screen_file: SnapshotAssertion,
) -> None:
    desk = make_desk(lang)
    busy_day(desk, lang)
    async with desk.app(size) as hand:
        check(hand, screen_file, "list")
        assert say("screen.danger", lang) in hand.screen()
        await hand.press("enter")
        check(hand, screen_file, "job")
        assert "…" not in hand.screen()
        await hand.press("f3")
        check(hand, screen_file, "verdict")
        await hand.press("escape", "f2")
        check(hand, screen_file, "quote")
        await hand.press("escape", "escape", "down", "enter")
        check(hand, screen_file, "danger")
        await hand.press("f1")
        check(hand, screen_file, "help")
        await hand.press("escape", "escape", "ctrl+p")
        check(hand, screen_file, "palette")
        await hand.press("escape", "f3")
        check(hand, screen_file, "due")


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("lang", LANGS)
async def test_the_screens_of_a_new_job(
    make_desk: Callable[[Lang], Desk],
    lang: Lang,
    size: tuple[int, int],
    screen_file: SnapshotAssertion,
) -> None:
    desk = make_desk(lang)
    async with desk.app(size) as hand:
        check(hand, screen_file, "empty")
        await hand.press("f4")
        check(hand, screen_file, "customer")
        await hand.press("enter", "ctrl+s")
        check(hand, screen_file, "wrong")


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("lang", LANGS)
async def test_the_forms_of_a_visit(
    make_desk: Callable[[Lang], Desk],
    lang: Lang,
    size: tuple[int, int],
    screen_file: SnapshotAssertion,
) -> None:
    desk = make_desk(lang)
    job, session = desk.job(hazards=["smoke"]), desk.open()
    jobs.do_step(session, job.id, "dispatch", {"technician": session.person})
    jobs.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
    async with desk.app(size) as hand:
        await hand.press("enter", "enter", "space")
        check(hand, screen_file, "arrive")
        await hand.press("ctrl+s", "enter")
        check(hand, screen_file, "diagnose")
        await hand.press("enter")
        check(hand, screen_file, "row")
        await hand.press("enter")
        check(hand, screen_file, "components")
