"""Back the office's database up to a file, and restore it in a new epoch.

A backup is one SQLite file, made while the office serves. `office.json` with the private keys is
not in it: keep a copy of that file elsewhere, once. By the new epoch the laptops see that a
restored office may lack events that they have, and send them again.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from sqlalchemy import make_url, update

from fieldkit.office import tables
from fieldkit.office.database import BUSY_TIMEOUT_MS
from fieldkit.office.errors import OfficeFault
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import note
from fieldkit.office.people.office_people import RESERVED
from fieldkit.office.people.standing import Revived, note_revived, standing
from fieldkit.systems import replace_file


def backup(office: Office, file: Path) -> None:
    """Copy the database to a new file, as it is at one moment.

    Raises `OfficeFault`: `backup_postgres`, `backup_exists`, `backup_write`.
    """
    _needs_sqlite(office)
    if file.exists():
        raise OfficeFault("backup_exists", file=str(file))
    unfinished = file.with_name(file.name + ".part")
    try:
        unfinished.unlink(missing_ok=True)
        with _sqlite_of(office) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        unfinished.chmod(0o600)
        replace_file(unfinished, file)
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise OfficeFault("backup_write", file=str(file)) from error


@dataclass(frozen=True)
class RestoredOffice:
    """A new epoch. `kept` is where the database before it is (None where this program did not
    touch it); `revived` is what might not be done before the restore, and may be done again."""

    epoch: str
    revived: list[Revived]
    kept: Path | None = None


def restore(office: Office, file: Path, by: str = RESERVED) -> RestoredOffice:
    """Restore a backup in a new epoch.

    The change is atomic: a reader sees the old database or the new one. Raises
    `OfficeFault`: `backup_postgres`; `backup_read` if the file is no whole backup of this version.
    """
    _needs_sqlite(office)
    epoch = token_hex(8)
    with office.db.reading() as conn:
        before = standing(conn, office.now_ms)
    kept = office.home / f"before-restore-{office.clock():%Y%m%d-%H%M%S}.db"
    backup(office, kept)
    prepared = office.home / "restoring.db"
    try:
        shutil.copyfile(file, prepared)
        prepared.chmod(0o600)
        with closing(sqlite3.connect(prepared)) as source, _sqlite_of(office) as target:
            _check(source, target)
            source.execute("UPDATE office SET epoch = ?", (epoch,))
            source.commit()
            source.backup(target)
    except (OSError, sqlite3.Error) as error:
        raise OfficeFault("backup_read", file=str(file)) from error
    finally:
        prepared.unlink(missing_ok=True)
    with office.db.writing() as writing:
        note(office, writing, by, "restored", kept.name)
        revived = note_revived(office, writing, by, before)
    return RestoredOffice(epoch, revived, kept)


def begin_epoch(office: Office, by: str = RESERVED) -> RestoredOffice:
    """Begin a new epoch, after PostgreSQL's own tools have restored an older state."""
    epoch = token_hex(8)
    with office.db.writing() as writing:
        writing.conn.execute(update(tables.office).values(epoch=epoch))
        note(office, writing, by, "new_epoch", epoch)
        revived = note_revived(office, writing, by)
    return RestoredOffice(epoch, revived)


def _check(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Check that a file is a whole office database of the present one's version."""
    if source.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        raise sqlite3.DatabaseError("not whole")
    version = "SELECT version_num FROM alembic_version"
    if source.execute(version).fetchall() != target.execute(version).fetchall():
        raise sqlite3.DatabaseError("another version")
    if len(source.execute("SELECT epoch FROM office").fetchall()) != 1:
        raise sqlite3.DatabaseError("not of an office")


def _needs_sqlite(office: Office) -> None:
    if office.db.engine.dialect.name != "sqlite":
        raise OfficeFault("backup_postgres")


@contextmanager
def _sqlite_of(office: Office) -> Iterator[sqlite3.Connection]:
    """A connection of its own to the office's database, for SQLite's backup interface."""
    name = make_url(office.db.engine.url).database or ""
    with closing(sqlite3.connect(name, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
        yield connection
