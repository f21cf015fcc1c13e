"""Where the shipped folders are: `rules/` and `data/` with a folder for each trade, and `sync/`.

A wheel carries them inside the package; a checkout has them at its top level.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


USUAL_TRADE = "ebike"
"""The trade of a home that names none: homes were made before there was another."""


def shipped(name: str) -> Path:
    """The folder `name` (`rules`, `data` or `sync`) that came with this copy of fieldkit."""
    packed = _PACKAGE / "shipped" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def shipped_rules(trade: str = USUAL_TRADE) -> Path:
    """The rule pack of a trade that came with this copy of fieldkit."""
    return shipped("rules") / trade


def shipped_data(trade: str = USUAL_TRADE) -> Path:
    """The catalogue, holidays and demo day of a trade that came with this copy of fieldkit."""
    return shipped("data") / trade
