"""The simulated office on PostgreSQL: each seed has a database of its own, copied whole."""

from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from fieldkit.office import backup
from tests.simulation.office import Office
from tests.simulation.world import World


class PostgresOffice(Office):
    """An office whose database is `name` of the server at `server`."""

    def __init__(self, world: World, home: Path, server: str, name: str) -> None:
        self.server, self.name = server, name
        super().__init__(world, home)

    def back_up(self) -> None:
        """Keep a copy of the database as it is."""
        self.stop()
        copy_database(self.server, self.name, f"{self.name}_kept")
        self.start()

    def restore(self) -> None:
        """Bring the last copy back, as PostgreSQL's own tools would."""
        self.stop()
        copy_database(self.server, f"{self.name}_kept", self.name)
        self.start()
        backup.begin_epoch(self.office)
        self.restored = True

    @property
    def has_backup(self) -> bool:
        """Whether there is a copy to bring back."""
        found = f"SELECT 1 FROM pg_database WHERE datname = '{self.name}_kept'"
        return bool(_run(self.server, found))


def copy_database(server: str, name: str, to: str) -> str:
    """A copy of a database that nobody uses now, in place of one of that name; its address."""
    _run(server, f"DROP DATABASE IF EXISTS {to}")
    _run(server, f"CREATE DATABASE {to} TEMPLATE {name}")
    return address(server, to)


def new_database(server: str, name: str) -> str:
    """An empty database; its address."""
    return copy_database(server, "template0", name)


def address(server: str, name: str) -> str:
    """The address of a database of a server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_databases(server: str, name: str) -> None:
    """The end of an office."""
    for each in (name, f"{name}_kept"):
        _run(server, f"DROP DATABASE IF EXISTS {each}")


def _run(server: str, statement: str) -> list[object]:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as conn:
            done = conn.execute(text(statement))
            return list(done.scalars()) if done.returns_rows else []
    finally:
        engine.dispose()
