"""What the benchmarks of the rules share."""

from collections.abc import Iterator

import pytest

from tests.benchmarks.page import Page


@pytest.fixture(scope="session")
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page of results. A full run that met its limits writes what it measured."""
    results = Page()
    yield results
    if not request.config.getoption("--quick") and not request.session.testsfailed:
        results.write()
