"""A fresh office for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.exchange import World, world


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made
