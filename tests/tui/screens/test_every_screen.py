"""Every screen of the app is whole at 80 by 24 in both languages, and none is forgotten here."""

import importlib
import pkgutil

import pytest

from fieldkit.tui import screens
from fieldkit.tui.screens.base import BaseScreen
from tests.tui.conftest import Desk
from tests.tui.pictures import LANGS, whole
from tests.tui.screens.test_day_screens import day

WAYS: dict[str, list[str]] = {
    "TodayScreen": [],
    "HelpScreen": ["f1"],
    "PickScreen": ["ctrl+p"],
    "DueScreen": ["f3"],
    "FiltersScreen": ["f6", "f5"],
    "DayEndScreen": ["f10"],
    "ComplaintsScreen": ["ctrl+g"],
    "ComplaintScreen": ["ctrl+g", "enter"],
    "DontsScreen": ["ctrl+g", "f3"],
    "BlockersScreen": ["ctrl+l"],
    "HistoryScreen": ["ctrl+t"],
    "PricesScreen": ["ctrl+o"],
    "VanScreen": ["ctrl+n"],
    "JobScreen": ["enter"],
    "VerdictScreen": ["enter", "f3"],
    "PapersScreen": ["enter", "f4"],
    "CustomerVerdictScreen": ["enter", "f5"],
    "FormScreen": ["enter", "f2"],
}
"""The keys that lead from the first screen to each."""

ELSEWHERE = frozenset({"BaseScreen", "CustomerScreen", "FilesScreen", "SignInScreen"})
"""Bases of screens, and screens that have a test of their own."""


@pytest.mark.parametrize("lang", LANGS)
async def test_every_screen_is_whole_at_80_by_24(desk: Desk) -> None:
    day(desk)
    async with desk.app() as hand:
        for name, keys in WAYS.items():
            await hand.press(*keys)
            assert type(hand.app.screen).__name__ == name
            whole(hand)
            while type(hand.app.screen).__name__ != "TodayScreen":
                await hand.press("escape")
            await hand.press("escape")


def test_no_screen_is_forgotten() -> None:
    for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)
    found = {kind.__name__ for kind in _below(BaseScreen)} | {BaseScreen.__name__}
    assert found - ELSEWHERE == set(WAYS)


def _below(kind: type[object]) -> set[type[object]]:
    direct = set(kind.__subclasses__())
    return direct.union(*(_below(one) for one in direct))
