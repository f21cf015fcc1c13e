"""Screens as plain text: files to compare with, what is whole and what is clipped, a busy day."""

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from fieldkit.i18n import Lang, say, width
from fieldkit.services.jobs import job_commands
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.widgets.bars import key_name
from tests.tui.conftest import LARGE, SMALL, Desk, Hand, stage

LANGS: list[Lang] = ["en", "zh"]

in_each_language = pytest.mark.parametrize(
    ("lang", "size"), [pytest.param(lang, SMALL, id=f"{lang}-80x24") for lang in LANGS]
)
"""A test at 80x24, in English and in Chinese."""

in_each_language_and_once_large = pytest.mark.parametrize(
    ("lang", "size"),
    [*in_each_language.args[1], pytest.param("en", LARGE, id="en-120x40")],
)
"""The same, and in English at 120x40, for screens that show more, or otherwise, with more room."""


class PlainText(SingleFileSnapshotExtension):
    """One readable file a screen."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT


def whole(hand: Hand) -> str:
    """What is on the screen, with no line wider than the terminal and the keys of the bar whole."""
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
        named = f"{key_name(binding.key)} {say(binding.description, screen.lang)}"
        assert named in lines[-1]
    return text


def check(hand: Hand, expected: SnapshotAssertion, name: str) -> None:
    """Whole, and as expected."""
    assert whole(hand) == expected(name=name)


@stage
def busy_day(desk: Desk) -> str:
    """Four jobs in different states; answers the id of the one that is decided."""
    names = ["Li Hua", "Zhang Wei", "Chen Jing", "Sun Li"] if desk.lang == "en" else [
        "李华", "张伟", "陈静", "孙丽"]  # fmt: skip
    session = desk.open()
    made = []
    for number, name in enumerate(names):
        hazards = ["heat", "swelling"] if number == 1 else []
        job = desk.job(name, f"C24-2203-0001{number}", hazards=hazards)
        made.append(job)
        job_commands.do_step(session, job.id, "dispatch", {"technician": session.person})
    for number, day in enumerate(["2026-11-05", "2026-11-05", "2026-11-07"]):
        hours = {"time_from": f"{13 + number}:00", "time_to": f"{14 + number}:30"}
        job_commands.do_step(session, made[number].id, "appoint", {"on": day, **hours})
    for number, part in enumerate(["P-CTL350", "P-BAT-LI24"]):
        component = ["controller", "battery_lithium"][number]
        line = {"component": component, "cause": ["wear", "manufacturing"][number], "part": part}
        job_commands.do_step(session, made[number].id, "arrive", {"distance_km": 8})
        job_commands.do_step(session, made[number].id, "diagnose", {"lines": [line]})
        job_commands.do_step(session, made[number].id, "decide", {})
    return made[0].id
