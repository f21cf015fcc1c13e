"""A backup taken while the office serves, and an office that comes back from it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from fieldkit.office.backup import backup, begin_epoch, restore
from fieldkit.office.desk.desk import list_jobs
from fieldkit.office.errors import OfficeFault
from fieldkit.office.office import init_office
from fieldkit.office.tables import office
from tests.office.history import read_history
from tests.sync.exchange import World, job, note


def epoch(here: World) -> str:
    with here.office.db.reading() as conn:
        return str(conn.scalar(select(office.c.epoch)))


def test_a_restored_office_is_filled_again_by_the_laptops(here: World) -> None:
    anna = here.laptop("anna")
    request, late = job(), job()
    anna.act(request)
    anna.sync(here.wire)
    file = here.folder / "office.bak"
    backup(here.office, file)
    anna.act(note(request.record, "after the backup"), late)
    anna.sync(here.wire)
    before = epoch(here)
    kept = restore(here.office, file).kept
    assert kept is not None
    assert epoch(here) != before
    assert [found.id for found in list_jobs(here.office)] == [request.record]
    with closing(sqlite3.connect(kept)) as old:
        assert old.execute("SELECT count(*) FROM events").fetchone() == (3,)
    here.restart()
    anna.sync(here.wire)
    assert {found.id for found in list_jobs(here.office)} == {request.record, late.record}
    assert len(read_history(here.office, "job", request.record)) == 2
    assert anna.sync(here.wire).clean


def test_a_backup_is_for_its_owner_and_never_writes_over_another(here: World) -> None:
    file = here.folder / "office.bak"
    backup(here.office, file)
    assert file.stat().st_mode & 0o077 == 0
    was = file.read_bytes()
    with pytest.raises(OfficeFault, match="backup_exists"):
        backup(here.office, file)
    with pytest.raises(OfficeFault, match="backup_write"):
        backup(here.office, here.folder / "missing" / "office.bak")
    assert file.read_bytes() == was
    assert list(here.folder.glob("*.part")) == []


def test_a_backup_is_one_file_that_needs_no_others_beside_it(here: World) -> None:
    file = here.folder / "office.bak"
    backup(here.office, file)
    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert list(here.folder.glob("office.bak?*")) == []


@pytest.mark.parametrize("kind", ["missing", "text", "cut", "damaged", "other", "version"])
def test_what_is_no_backup_changes_nothing(here: World, kind: str) -> None:
    anna = here.laptop("anna")
    anna.act(job())
    anna.sync(here.wire)
    file = here.folder / "office.bak"
    backup(here.office, file)
    _spoil(file, kind)
    before = epoch(here)
    with pytest.raises(OfficeFault, match="backup_read"):
        restore(here.office, file)
    assert epoch(here) == before
    assert len(list_jobs(here.office)) == 1
    assert not (here.folder / "office" / "restoring.db").exists()


def _spoil(file: Path, kind: str) -> None:
    if kind == "missing":
        file.unlink()
    elif kind == "text":
        file.write_text("not a database, though quite long enough to be taken for one " * 20)
    elif kind == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    elif kind == "damaged":
        _lose_an_index(file)
    elif kind == "other":
        file.unlink()
        with closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE office (epoch TEXT)")
            other.commit()
    else:
        with closing(sqlite3.connect(file)) as other:
            other.execute("UPDATE alembic_version SET version_num = '0000'")
            other.commit()


def _lose_an_index(file: Path) -> None:
    """All tables can still be read."""
    with closing(sqlite3.connect(file)) as other:
        (page_size,) = other.execute("PRAGMA page_size").fetchone()
        found = "SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'events'"
        (page,) = other.execute(found).fetchone()
    content = bytearray(file.read_bytes())
    content[(page - 1) * page_size : page * page_size] = bytes(page_size)
    file.write_bytes(content)


def test_an_epoch_can_be_begun_by_hand(here: World) -> None:
    anna = here.laptop("anna")
    anna.act(job())
    anna.sync(here.wire)
    assert begin_epoch(here.office).epoch == epoch(here)
    assert anna.sync(here.wire).sent == 0


def test_only_its_owner_looks_into_an_offices_folder(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        init_office(tmp_path / "a" / "office")
    finally:
        os.umask(before)
    folder = tmp_path / "a" / "office"
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, folder / "office.json")}
    assert modes == {"office": 0o700, "office.json": 0o600}
