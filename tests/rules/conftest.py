"""The default pack and its scenarios, loaded once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from fieldkit.domain.core.money import PartPrice
from fieldkit.rules import Decider, Pack, load_pack
from fieldkit.rules.testing.scenarios import Suite, load_suite

FOLDER = Path(__file__).parents[2] / "rules" / "ebike"
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The default pack."""
    return load_pack(FOLDER)


@pytest.fixture(scope="session")
def suite() -> Suite:
    """The scenarios beside the default pack."""
    return load_suite(FOLDER / "tests")


@pytest.fixture(scope="session")
def prices(suite: Suite) -> dict[str, PartPrice]:
    """The prices that the scenarios count with."""
    return dict(suite.prices)


@pytest.fixture(scope="session")
def decider(pack: Pack, prices: dict[str, PartPrice]) -> Iterator[Decider]:
    """Decides by the default pack, with no holidays."""
    with Decider(pack, prices) as made:
        yield made
