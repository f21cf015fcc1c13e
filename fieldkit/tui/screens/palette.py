"""The palette: everything that can be done here, found by typing."""

from typing import Any

from fieldkit.i18n import has
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.screens.pick import Codes, PickScreen
from fieldkit.tui.text.options import Option
from fieldkit.tui.widgets.bars import key_name


def open_palette(screen: BaseScreen[Any]) -> None:
    """Offer the actions of a screen, and on a job its steps, too."""
    found = screen.more_actions()
    for binding in screen.own_keys():
        about = f"help.{binding.description.removeprefix('key.')}"
        if has(about) and binding.action != "app.palette":
            name = screen.t(binding.description)
            more = f"{key_name(binding.key)} · {screen.t(about)}"
            found.append(Option(binding.action, name, more, f"{name}\n{more}"))

    def run(codes: Codes | None) -> None:
        if codes is not None:
            screen.call_later(screen.run_action, codes[0])

    screen.app.push_screen(PickScreen(screen.t("screen.palette"), found), run)
