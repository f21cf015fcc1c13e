"""The keys and the theme of `config.yaml`, what is said about wrong ones, and docs/keys.md."""

import re
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.i18n import LANGS, Lang, has, say, say_error
from fieldkit.i18n.texts.screens.key_names import USUAL_KEYS
from fieldkit.tui.key_reference import cheat_sheet
from fieldkit.tui.keymap import ANYWHERE, bindings, key_uses, override_keys
from fieldkit.tui.widgets.bars import written_key
from tests.tui.conftest import Desk
from tests.tui.pictures import busy_day

PAGE = Path(__file__).parents[2] / "docs" / "keys.md"


def test_the_page_of_keys_is_made_from_the_keys() -> None:
    assert PAGE.read_text(encoding="utf-8") == cheat_sheet(), (
        "run: python -m fieldkit.tui.key_reference > docs/keys.md"
    )


def test_each_key_has_a_name_a_place_and_a_description() -> None:
    for use in key_uses():
        assert has(use.description)
        assert has(f"place.{use.place}"), use.place
    for binding in bindings():
        assert binding.id, binding


def test_no_key_means_two_things_at_one_place() -> None:
    """Keys that move and edit belong to whatever has the focus; all others mean one thing."""
    anywhere = [use for use in key_uses() if use.place in ANYWHERE]
    for use in key_uses():
        for other in (*anywhere, *(one for one in key_uses() if one.place == use.place)):
            both = {key for key in use.keys if key in other.keys} if other != use else set()
            assert not [key for key in both if key[:1] == "f" or key.startswith("ctrl+")], both


@pytest.mark.parametrize(
    ("wishes", "granted", "problems"),
    [
        ({}, {}, []),
        ({"app.sync": "F11"}, {"app.sync": "f11"}, []),
        ({"app.sync": "f11, f14"}, {"app.sync": "f11,f14"}, []),
        ({"today.due": "f4", "today.new_job": "f3"},
         {"today.due": "f4", "today.new_job": "f3"}, []),
        ({"job.papers": "f11", "today.due": "f11"},
         {"job.papers": "f11", "today.due": "f11"}, []),
        ({"today.print": "f11"}, {}, ["keys.name"]),
        ({"app.sync": "f99"}, {}, ["keys.key"]),
        ({"app.sync": ""}, {}, ["keys.key"]),
        ({"app.sync": "s"}, {}, ["keys.key"]),
        ({"app.sync": "space"}, {}, ["keys.key"]),
        ({"app.sync": "ctrl+i"}, {}, ["keys.key"]),
        ({"today.sort": "ctrl+k"}, {}, ["keys.key"]),
        ({"today.due": "f4"}, {}, ["keys.clash"]),
        ({"app.sync": "f5"}, {}, ["keys.clash"]),
        ({"app.sync": "escape"}, {}, ["keys.clash"]),
        ({"form.save": "enter"}, {}, ["keys.key"]),
        ({"today.due": "f4", "today.new_job": "f11", "app.help": "f11"},
         {"today.due": "f4", "today.new_job": "f11"}, ["keys.clash"]),
    ],
)  # fmt: skip
def test_what_can_be_granted_is_and_the_rest_is_told(
    wishes: dict[str, str], granted: dict[str, str], problems: list[str]
) -> None:
    keymap, told = override_keys(wishes)
    assert keymap == granted
    assert [error.key for error in told] == problems
    for error in told:
        for lang in LANGS:
            assert not re.search(r"[\[{]", say_error(error, lang))


def test_a_wish_that_stands_on_a_refused_one_is_refused_too() -> None:
    keymap, told = override_keys({"today.due": "f4", "today.new_job": "f1"})
    assert keymap == {}
    assert {str(error.params["name"]) for error in told} == {"today.due", "today.new_job"}


def _configure(desk: Desk, text: str) -> None:
    desk.home.config.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("lang", LANGS)
async def test_own_keys_work_and_stand_in_the_bar_the_help_and_the_palette(
    desk: Desk, lang: Lang
) -> None:
    _configure(desk, "keys:\n  today.due: f11\n  app.help: f13\n  screen.back: f14\n")
    async with desk.app() as hand:
        bar = hand.screen().splitlines()[-1]
        assert f"F11 {say('key.due', lang)}" in bar
        assert f"F13 {say('key.help', lang)}" in bar
        await hand.press("f3", "f1")
        assert type(hand.app.screen).__name__ == "TodayScreen"
        await hand.press("f11")
        assert type(hand.app.screen).__name__ == "DueScreen"
        await hand.press("f14", "f13")
        assert re.search(rf"F11 +{say('help.due', lang)}", hand.screen())
        await hand.press("f14", "ctrl+p")
        assert "F11 ·" in hand.screen()
        await hand.press("f14")
        await hand.type("x")
        await hand.press("f14", "f4")
        assert type(hand.app.screen).__name__ == "PickScreen"
        assert hand.told() == ""


@pytest.mark.parametrize("lang", LANGS)
async def test_a_wrong_key_is_told_at_the_start_and_the_usual_one_works(
    desk: Desk, lang: Lang
) -> None:
    _configure(desk, "keys: {app.sync: f5, app.print: f11}")
    async with desk.app() as hand:
        for error in (
            FieldkitError("keys.clash", name="app.sync", pressed="f5", other="today.filters"),
            FieldkitError("keys.name", name="app.print"),
        ):
            assert say_error(error, lang) in hand.told()
        await hand.press("f6", "f5")
        assert type(hand.app.screen).__name__ == "FiltersScreen"


async def test_the_theme_of_the_settings_comes_before_the_chosen_one(desk: Desk) -> None:
    _configure(desk, "theme: light")
    desk.open().store.set("theme", "high-contrast")
    async with desk.app() as hand:
        assert hand.app.theme == "light"
        await hand.press("f7")
        assert hand.app.theme == "high-contrast"


@pytest.mark.parametrize("lang", LANGS)
async def test_sixteen_colours_keep_every_word_readable(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-16color")
    busy_day(desk)
    async with desk.app() as hand:
        assert hand.app.theme == "high-contrast"
        for keys in ([], ["enter"], ["f3"], ["escape", "f2"], ["f1"]):
            await hand.press(*keys)
            for strip in hand.app.screen._compositor.render_strips():
                for text, style, _ in strip:
                    if text.strip() and style and style.color and style.bgcolor:
                        assert _sixteen(style.color) != _sixteen(style.bgcolor), (keys, text)


def _sixteen(colour: Color) -> int | None:
    return colour.downgrade(ColorSystem.STANDARD).number


def test_sentences_name_the_usual_keys_as_they_are() -> None:
    """Each name is a binding's, and what stands for it is that binding's first key."""
    first = {use.name: written_key(use.keys[0]) for use in key_uses()}
    assert USUAL_KEYS.items() <= first.items()


@pytest.mark.parametrize("lang", LANGS)
async def test_sentences_name_the_keys_that_are_bound(desk: Desk, lang: Lang) -> None:
    async with desk.app() as hand:
        assert say("empty.jobs", lang) in " ".join(hand.screen().split())
        assert "F4" in say("empty.jobs", lang)
    _configure(desk, "keys: {today.new_job: f14}")
    async with desk.app() as hand:
        assert "F14" in say("empty.jobs", lang)
        assert "F14" in hand.screen()
    (desk.home.folder / "config.yaml").unlink()
    async with desk.app():
        assert "F4" in say("empty.jobs", lang)
