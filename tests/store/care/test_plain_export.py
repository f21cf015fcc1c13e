"""Export and import: everything but the device itself, readable by anybody's TinyDB."""

import json
from io import StringIO
from pathlib import Path

import pytest
import tinydb

from fieldkit.domain.core.errors import Fault
from fieldkit.services.home.upkeep import scrub
from fieldkit.services.jobs import job_commands
from fieldkit.store.care import plain_reading
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


def test_a_file_that_breaks_off_or_is_harmed_changes_nothing(tmp_path: Path) -> None:
    whole, file = tmp_path / "export.json", tmp_path / "harmed.json"
    with opened(new_home(tmp_path / "home")) as session:
        one_job(session)
        export_plain(session.store, whole)
    text = whole.read_text(encoding="utf-8")
    harmed = [text[: len(text) * part // 7] for part in range(7)]
    harmed += [text.rstrip()[:-1], text + "{}", text.replace("},", "}", 1)]
    harmed += [text.replace('"_id"', '"id"', 1), text.replace('"record":"', '"record":', 1)]
    with opened(new_home(tmp_path / "other")) as session:
        before = documents(session), len(session.store.db.table("settings"))
        for each in harmed:
            assert each != text
            file.write_text(each, encoding="utf-8")
            with pytest.raises(Fault, match=r"export\.wrong"):
                import_plain(session.store, file)
            assert (documents(session), len(session.store.db.table("settings"))) == before
        file.write_bytes(text.encode()[:-9] + b"\xff")
        with pytest.raises(Fault, match=r"export\.wrong"):
            import_plain(session.store, file)


@pytest.mark.parametrize("piece", [1, 7, 1 << 16])
def test_a_file_is_read_document_by_document_however_it_is_laid_out(
    monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(plain_reading, "_PIECE", piece)
    tables = {"a": {"1": {"x": [1, 2.5, None], "y": "}{,:"}, "2": {"é": "欧\\阳"}}, "b": {}}
    every = [(table, i, one) for table, rows in tables.items() for i, one in rows.items()]
    for indent, separators in ((None, (",", ":")), (3, (" , ", " : "))):
        text = json.dumps(tables, indent=indent, separators=separators, ensure_ascii=False)
        assert list(plain_reading.documents(StringIO(text))) == every
    assert list(plain_reading.documents(StringIO(" {} "))) == []
