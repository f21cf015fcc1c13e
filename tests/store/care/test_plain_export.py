"""Export and import: everything but the device itself, readable by anybody's TinyDB."""

import json
from pathlib import Path

import pytest
import tinydb

from fieldkit.domain.core.errors import Fault
from fieldkit.services.home.upkeep import scrub
from fieldkit.services.jobs import job_commands
from fieldkit.store.care.plain_export import export_plain, import_plain
from tests.store.homes import acknowledge, documents, new_home, one_job, opened, waiting_events


def test_what_was_exported_is_imported_equal(tmp_path: Path) -> None:
    file, again = tmp_path / "export.json", tmp_path / "again.json"
    with opened(new_home(tmp_path / "home")) as session:
        first = one_job(session)
        acknowledge(session)
        unsent = one_job(session)
        session.store.drafts.save(first.id, "note", {"text": "half"})
        session.store.exchange.device.save_identity({"sign": "the private key"})
        session.store.set("people", {"wang.lei": {"salt": "00", "hash": "of the PIN"}})
        count = export_plain(session.store, file)
        before = documents(session)
    text = file.read_text(encoding="utf-8")
    assert "the private key" not in text
    assert "of the PIN" not in text
    with opened(new_home(tmp_path / "other")) as session:
        session.store.set("person", "somebody")
        assert import_plain(session.store, file) == count
        assert documents(session) == before
        assert session.person == "wang.lei"
        assert session.store.drafts.load(first.id, "note") == {"text": "half"}
        device = session.store.exchange.device.read()
        pending = waiting_events(session.store, 100)
        assert [(one.epoch, one.seq) for one in pending] == [
            (device["epoch"], seq) for seq in (1, 2, 3)
        ]
        assert job_commands.job(session, unsent.number) == unsent
        export_plain(session.store, again)
        assert scrub(session).ok
    one, two = (json.loads(path.read_text(encoding="utf-8")) for path in (file, again))
    for table in ("jobs", "customers", "products", "drafts", "settings"):
        assert one[table] == two[table]


def test_plain_tinydb_opens_an_export(tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    with opened(new_home(tmp_path / "home")) as session:
        job = one_job(session)
        export_plain(session.store, file)
    with tinydb.TinyDB(file) as db:
        (found,) = db.table("jobs").search(tinydb.where("number") == job.number)
        assert found["_id"] == found["id"] == job.id
        assert len(db.table("events")) == 3


def test_a_home_with_records_and_a_foreign_file_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    with opened(new_home(tmp_path / "home")) as session:
        one_job(session)
        before = documents(session)
        export_plain(session.store, file)
        with pytest.raises(Fault, match="not_empty"):
            import_plain(session.store, file)
        assert documents(session) == before
    with opened(new_home(tmp_path / "other")) as session:
        for text in ("", "{}", "[]", '{"export": {"1": {"format": "other"}}}'):
            file.write_text(text, encoding="utf-8")
            with pytest.raises(Fault, match=r"export\.wrong"):
                import_plain(session.store, file)
        with pytest.raises(Fault, match=r"export\.missing"):
            import_plain(session.store, tmp_path / "none.json")
        assert job_commands.list_jobs(session) == []
