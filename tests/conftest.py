"""Options of the test run, and what every test needs."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--soak` runs the long forms, `--quick` only proves that the benchmarks run."""
    parser.addoption("--soak", action="store_true", help="run the long forms")
    parser.addoption("--quick", action="store_true", help="benchmarks: one small round each")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long forms unless they are asked for."""
    if config.getoption("--soak"):
        return
    long = [item for item in items if item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]
