"""`fieldkit store` and the files of jobs, as people meet them."""

import json
from pathlib import Path

import pytest

from fieldkit.cli.app import run
from fieldkit.store.home.home import Home
from tests.store.homes import NAME, acknowledge, cancelled, new_home, one_job, opened

LONG_AGO = -300
"""Days from the day of the other tests; the commands go by the day on which they are given."""


@pytest.fixture(name="home")
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with one job, named by FIELDKIT_HOME."""
    home = new_home(tmp_path / "home")
    with opened(home, LONG_AGO) as session:
        one_job(session)
    monkeypatch.setenv("FIELDKIT_HOME", str(home.folder))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    monkeypatch.delenv("FIELDKIT_PASSPHRASE", raising=False)
    return home.folder


def number(capsys: pytest.CaptureFixture[str]) -> str:
    """The number of the first job."""
    capsys.readouterr()
    assert run(["job", "list", "--all", "--json"]) == 0
    return str(json.loads(capsys.readouterr().out)[0]["number"])


def test_backup_and_restore(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home.parent / "backup.tar"
    assert run(["store", "backup", str(file)]) == 0
    assert "key.secret" in capsys.readouterr().out
    ref = number(capsys)
    assert run(["job", "do", ref, "note", "--set", "text=later"]) == 0
    assert run(["store", "restore", str(file)]) == 0
    assert "store.db.replaced-1" in capsys.readouterr().out
    assert run(["job", "show", ref, "--json"]) == 0
    assert json.loads(capsys.readouterr().out).get("notes") == []
    assert run(["store", "restore", str(home / "config.yaml")]) == 3


def test_export_says_that_it_is_readable(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home.parent / "export.json"
    assert run(["store", "export", str(file)]) == 0
    assert "in the clear" in capsys.readouterr().out
    assert NAME in file.read_text(encoding="utf-8")
    assert run(["store", "import", str(file)]) == 3
    assert "has records already" in capsys.readouterr().err


def test_check_and_salvage(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["store", "check"]) == 0
    assert "All is as it was written" in capsys.readouterr().out
    store = home / "store.db"
    content = bytearray(store.read_bytes())
    for page in range(8, 12):
        content[page * 4096 + 100] ^= 1
    store.write_bytes(content)
    assert run(["store", "check"]) in (1, 3)
    capsys.readouterr()
    assert run(["store", "salvage"]) == 1
    said = capsys.readouterr().out
    assert "fieldkit sync" in said
    assert NAME not in said
    assert run(["doctor"]) == 0
    capsys.readouterr()
    assert run(["store", "salvage", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["lost"] is False


def test_archived_jobs_are_listed_and_shown(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from fieldkit.services.jobs import job_commands
    from fieldkit.store.home.home import Home

    with opened(Home(home), LONG_AGO) as session:
        cancelled(session, job_commands.job(session, job_commands.list_jobs(session)[0].id))
        acknowledge(session)
    assert run(["store", "archive", "--older-than", "0"]) == 0
    ref = number(capsys)
    assert run(["job", "show", ref]) == 0
    assert NAME in capsys.readouterr().out
    assert run(["job", "do", ref, "note", "--set", "text=late"]) == 1
    assert "archive" in capsys.readouterr().err


def test_a_file_is_attached_and_written_out(
    home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"photograph")
    ref = number(capsys)
    assert run(["job", "attach", ref, str(photo)]) == 0
    assert "photo.jpg, 10 bytes" in capsys.readouterr().out
    assert run(["job", "save-file", ref, "photo.jpg", str(tmp_path / "out.jpg")]) == 0
    assert (tmp_path / "out.jpg").read_bytes() == b"photograph"
    (tmp_path / "out.jpg").write_bytes(b"another")
    assert run(["job", "save-file", ref, "photo.jpg", str(tmp_path / "out.jpg")]) == 2
    assert "--replace" in capsys.readouterr().err
    assert (tmp_path / "out.jpg").read_bytes() == b"another"
    again = ["job", "save-file", ref, "photo.jpg", str(tmp_path / "out.jpg"), "--replace"]
    assert run(again) == 0
    assert (tmp_path / "out.jpg").read_bytes() == b"photograph"
    assert run(["job", "save-file", ref, "none.jpg", str(tmp_path / "out2.jpg")]) == 2
    assert run(["job", "attach", ref, str(tmp_path / "none.jpg")]) == 2


def test_a_passphrase_locks_the_store_and_nothing_is_sent(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIELDKIT_NEW_PASSPHRASE", "right words")
    before = (home / "store.db").read_bytes()
    assert run(["store", "passphrase"]) == 0
    assert (home / "store.db").read_bytes() == before
    capsys.readouterr()
    assert run(["sync"]) == 1
    assert "Locked, nothing sent." in capsys.readouterr().err
    monkeypatch.setenv("FIELDKIT_PASSPHRASE", "wrong words")
    assert run(["job", "list"]) == 1
    monkeypatch.setenv("FIELDKIT_PASSPHRASE", "right words")
    assert run(["job", "list"]) == 0
    monkeypatch.setenv("FIELDKIT_NEW_PASSPHRASE", "other words")
    assert run(["store", "passphrase"]) == 0
    assert run(["job", "list"]) == 1


@pytest.mark.parametrize("page", range(1, 6))
@pytest.mark.parametrize("name", ["store.db", "archive.db"])
def test_a_damaged_first_page_of_either_file_is_told_in_a_sentence_and_mended(
    home: Path, capsys: pytest.CaptureFixture[str], name: str, page: int
) -> None:
    with opened(Home(home), LONG_AGO) as session:
        cancelled(session, one_job(session))
        acknowledge(session)
    assert run(["store", "archive", "--older-than", "0"]) == 0
    content = bytearray((home / name).read_bytes())
    content[(page - 1) * 4096 + 1000] ^= 1
    damaged = bytes(content)
    in_archive = name == "archive.db"
    commands = {
        ("store", "check"): (1,) if in_archive else (1, 3),
        ("store", "backup", str(home.parent / "backup.tar")): (1, 3),
        ("job", "list", "--all"): (0,) if in_archive else (0, 3),
        ("job", "show", "260101-XXXXX"): (2, 3),
        ("doctor",): (1,) if in_archive else (0, 1),  # the check before it has found something
    }
    for command, codes in commands.items():
        (home / name).write_bytes(damaged)
        capsys.readouterr()
        assert run([*command]) in codes, command
        assert "Something went wrong" not in capsys.readouterr().err, command
    (home / name).write_bytes(damaged)
    assert run(["store", "salvage"]) in (0, 1)
    assert ("archive.db.replaced-1" in capsys.readouterr().out) == in_archive
    assert run(["store", "check"]) == 0
    assert run(["job", "list", "--all"]) == 0
    assert NAME in capsys.readouterr().out
