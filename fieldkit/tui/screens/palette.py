"""The palette: everything that can be done here, found by typing."""

from typing import Any

from fieldkit.tui.options import Option
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.screens.pick import Codes, PickScreen
from fieldkit.tui.widgets.bars import key_name


def open_palette(screen: BaseScreen[Any]) -> None:
    """Offer the actions of a screen, and on a job its steps, too."""
    bindings = {binding.action: binding for binding in screen.own_keys()}
    bindings.pop("app.palette", None)
    found = [
        Option(action, screen.t(binding.description), key_name(binding.key))
        for action, binding in bindings.items()
    ]
    found += screen.more_actions()

    def run(codes: Codes | None) -> None:
        if codes is not None:
            screen.call_later(screen.run_action, codes[0])

    screen.app.push_screen(PickScreen(screen.t("key.palette"), found), run)
