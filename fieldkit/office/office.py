"""Create, open and upgrade an office: its folder with keys and settings, its database."""

import json
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from secrets import token_hex

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import exists, insert, select
from sqlalchemy.exc import ArgumentError, OperationalError

from fieldkit.clock import Clock, local_now
from fieldkit.office import tables
from fieldkit.office.database import Database
from fieldkit.office.errors import OfficeFault
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.credentials import Credentials
from fieldkit.systems import make_private_folder, replace_file

_SETTINGS = "office.json"


@dataclass(frozen=True)
class OfficeKeys:
    """The office's private keys. The root key signs the others; `pack` signs rule packs."""

    root: bytes
    sign: bytes
    seal: bytes
    pack: bytes

    @classmethod
    def new(cls) -> "OfficeKeys":
        """Fresh keys."""
        return cls(
            root=keys.new_signing_key(),
            sign=keys.new_signing_key(),
            seal=keys.new_sealing_key(),
            pack=keys.new_signing_key(),
        )

    @property
    def root_public(self) -> bytes:
        """The public root key."""
        return keys.signing_public(self.root)

    def credentials(self) -> Credentials:
        """The public keys that a device is given to trust."""
        return Credentials(
            sign=keys.b64(keys.signing_public(self.sign)),
            seal=keys.b64(keys.sealing_public(self.seal)),
            packs=[keys.b64(keys.signing_public(self.pack))],
        )


@dataclass(frozen=True)
class Office:
    """An open office, which every function of the office takes.

    `clock` returns an aware local time; `new_id` makes ids that sort by time (UUIDv7).
    """

    home: Path
    db: Database
    keys: OfficeKeys
    new_id: Callable[[], str]
    clock: Clock = local_now

    @property
    def now_ms(self) -> int:
        """Milliseconds since 1970 on the office's clock."""
        return int(self.clock().timestamp() * 1000)

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    def __enter__(self) -> "Office":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def init_office(home: Path, url: str = "") -> str:
    """Create an office in a folder: keys, settings, and the tables of its database.

    `url` is an SQLAlchemy URL; without one the database is `office.db` in the folder. Returns
    the root key's fingerprint. Raises `OfficeFault` if there is an office already.
    """
    path = home / _SETTINGS
    if path.exists():
        raise OfficeFault("office_exists", home=str(home))
    private = OfficeKeys.new()
    with closing(_database(home, url)) as database:
        make_private_folder(home)
        _migrate(database)
        _begin(database, home)
    named = {name: keys.b64(key) for name, key in asdict(private).items()}
    write_secret(path, json.dumps({"url": url, "keys": named}, indent=1))
    return keys.show_fingerprint(private.root_public)


def _begin(database: Database, home: Path) -> None:
    """Write the office's one row, unless an interrupted init left it behind."""
    with database.engine.connect().execution_options(writes=True) as conn, conn.begin():
        if conn.scalar(select(exists(select(tables.devices.c.id)))):
            raise OfficeFault("office_exists", home=str(home))
        if not conn.scalar(select(exists(select(tables.office.c.id)))):
            row = {"id": 1, "epoch": token_hex(8), "position": 0, "entry": 0}
            conn.execute(insert(tables.office).values(row))


def open_office(home: Path, new_id: Callable[[], str], clock: Clock = local_now) -> Office:
    """Open the office of a folder.

    Raises `OfficeFault`: there is none, its settings are unreadable, its database cannot be
    reached or is of another version.
    """
    url, private = _read_settings(home)
    database = _database(home, url)
    try:
        _check_schema(database)
    except OfficeFault:
        database.close()
        raise
    return Office(home, database, private, new_id, clock)


def upgrade_office(home: Path) -> None:
    """Migrate the tables to this version."""
    url, _ = _read_settings(home)
    with closing(_database(home, url)) as database:
        _migrate(database)


def _read_settings(home: Path) -> tuple[str, OfficeKeys]:
    try:
        settings = json.loads((home / _SETTINGS).read_text())
        named = {name: keys.unb64(key) for name, key in settings["keys"].items()}
        return settings["url"], OfficeKeys(**named)
    except FileNotFoundError as error:
        raise OfficeFault("office_missing", home=str(home)) from error
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise OfficeFault("office_settings", file=str(home / _SETTINGS)) from error


def write_secret(path: Path, text: str) -> None:
    """Write a new file atomically, readable by its owner only."""
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    replace_file(temporary, path)


def _database(home: Path, url: str) -> Database:
    try:
        return Database(url or f"sqlite:///{home / 'office.db'}")
    except ModuleNotFoundError as error:
        if error.name == "psycopg":  # an extra: the command line says how it is installed
            raise
        raise OfficeFault("database_url") from error
    except (ArgumentError, ImportError) as error:
        raise OfficeFault("database_url") from error


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _migrate(database: Database) -> None:
    config = _alembic()
    try:
        with database.engine.connect().execution_options(writes=True) as conn, conn.begin():
            config.attributes["connection"] = conn
            command.upgrade(config, "head")
    except OperationalError as error:
        raise OfficeFault("database") from error


@cache
def _newest_schema() -> str:
    """The version of the tables that this program needs."""
    return ScriptDirectory.from_config(_alembic()).get_current_head() or ""


def _check_schema(database: Database) -> None:
    wanted = _newest_schema()
    try:
        with database.reading() as conn:
            found = MigrationContext.configure(conn).get_current_revision()
    except OperationalError as error:
        raise OfficeFault("database") from error
    if found != wanted:
        raise OfficeFault("office_schema", found=found or "-", wanted=wanted)
