"""Files of other versions: an older one is brought up to date once, a newer one is refused."""

from pathlib import Path

import pytest

from fieldkit.domain.core.errors import Fault
from fieldkit.services.day.today import is_open
from fieldkit.services.home.upkeep import scrub
from fieldkit.services.jobs import job_commands
from fieldkit.store.home import keys
from fieldkit.store.home.home import Home
from fieldkit.store.records.ledger import place
from fieldkit.store.records.migrations import SCHEMA
from fieldkit.store.tinysqlite import NotIndexedError, TinySQLite
from fieldkit.store.tinysqlite.reading import StoredDocument
from tests.store.homes import acknowledge, documents, new_home, one_job, opened, waiting_events


def write_schema_1(home: Home) -> None:
    """Rewrite a store as schema 1 kept it: events under integers, the outbox by sequence, and
    documents as an older version folded them."""
    key = keys.unlock(home.folder)
    first = {"events": ["record", "type", "status"], "jobs": ["status", "number"]}
    db = TinySQLite.open(home.store, key=key, indexes=first, schema=SCHEMA)
    with db.transaction():
        rows = db.table("events").all()
        waiting = [row.doc_id for row in db.table("outbox")]
        db.drop_table("events")
        db.drop_table("outbox")
        for row in rows:
            epoch, seq = place(row.pop("turn"))
            db.table("events").insert(dict(row) | {"id": row.doc_id, "epoch": epoch, "seq": seq})
            if row.doc_id in waiting:
                db.table("outbox").put(StoredDocument({"seq": seq}, doc_id=row.doc_id))
        db.table("jobs").update({"number": "as it was"})
        db.schema = 1
    db.close()


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        one_job(session)
        acknowledge(session)
        one_job(session)
    return home


def test_an_older_store_is_brought_up_to_date_after_a_backup(home: Home) -> None:
    with opened(home) as session:
        before, waiting = documents(session), waiting_events(session.store, 100)
    write_schema_1(home)
    older = home.store.read_bytes()
    kept = home.folder / "store.db.schema-1"
    for _ in range(2):  # the second time there is nothing to do
        with opened(home) as session:
            assert documents(session) == before
            assert waiting_events(session.store, 100) == waiting
            assert scrub(session).ok
    with TinySQLite.open(kept, key=keys.unlock(home.folder), schema=1) as copy:
        assert copy.schema == 1
        assert len(copy.table("events")) == 6
    home.store.write_bytes(older)  # the backup's promise: it can be done again
    Path(f"{home.store}-commits").unlink()
    with opened(home) as session:
        assert documents(session) == before


def test_an_index_that_is_declared_no_more_is_dropped(home: Home) -> None:
    """Nobody fills it any more: a job that is worked on would not match it."""
    write_schema_1(home)
    key = keys.unlock(home.folder)
    with TinySQLite.open(home.store, key=key, schema=1) as db:
        assert len(db.table("jobs").ordered("status")) == 2
    for _ in range(2):
        with opened(home) as session:
            job = next(filter(is_open, job_commands.list_jobs(session)))
            job_commands.do_step(session, job.id, "cancel", {"reason": "not needed"})
            one_job(session)
            assert scrub(session).ok
            assert session.store.ledger.jobs_numbered(job.number) == [job.id]
            with pytest.raises(NotIndexedError):
                session.store.db.table("jobs").ordered("status")
    assert not (home.folder / f"store.db.schema-{SCHEMA}").exists()


def test_a_migration_that_fails_changes_nothing(home: Home) -> None:
    write_schema_1(home)
    key = keys.unlock(home.folder)
    with TinySQLite.open(home.store, key=key, schema=1) as db:
        first = db.table("events").all()[0]
        good = first["raw"]
        db.table("events").update({"raw": "{}"}, doc_ids=[first.doc_id])
    with pytest.raises(ValueError, match="validation"), opened(home):
        pass
    with TinySQLite.open(home.store, key=key, schema=1) as db:
        assert db.schema == 1
        assert len(db.table("events")) == 6
        db.table("events").update({"raw": good}, doc_ids=[first.doc_id])
    with opened(home) as session:
        assert len(job_commands.list_jobs(session)) == 2


def test_a_newer_store_is_refused_untouched(home: Home) -> None:
    key = keys.unlock(home.folder)
    with TinySQLite.open(home.store, key=key, schema=SCHEMA + 1) as db:
        db.schema = SCHEMA + 1
    before = home.store.read_bytes()
    with pytest.raises(Fault, match="newer"), opened(home):
        pass
    assert home.store.read_bytes() == before
