"""A thief with the disk: no byte of any file of a home folder in use tells who a customer is."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldkit.cli.app import run
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.upkeep import archive_jobs
from fieldkit.services.jobs import attachments, job_commands
from fieldkit.store.care.backup import back_up
from fieldkit.store.care.plain_export import export_plain
from fieldkit.store.care.salvage import salvage
from fieldkit.store.home.home import Home
from tests.store.homes import (
    ADDRESS,
    NAME,
    NOW,
    PHONE,
    acknowledge,
    cancelled,
    new_home,
    one_job,
    opened,
)

SECRETS = (NAME, PHONE, ADDRESS, "typed and not submitted", "in the photograph")

WORKER = """
import sys
from pathlib import Path
from fieldkit.store.home.home import Home
from tests.store.homes import one_job, opened
with opened(Home(Path(sys.argv[1]))) as session:
    while True:
        job = one_job(session)
        session.store.drafts.save(job.id, "diagnose", {"note": "typed and not submitted"})
        print(job.id, flush=True)
"""


def spellings(text: str) -> Iterator[bytes]:
    """The ways in which a text may lie in a file."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        yield text.encode(encoding)
    yield json.dumps(text)[1:-1].encode()
    yield json.dumps(json.dumps(text))[1:-1].encode()


def leaks(*places: Path) -> list[str]:
    """Which files tell what."""
    files = [file for place in places for file in (place.rglob("*") if place.is_dir() else [place])]
    return [
        f"{file.name}: {text}"
        for file in files
        if file.is_file()
        for content in [file.read_bytes()]
        for text in SECRETS
        if any(spelling in content for spelling in spellings(text))
    ]


def crash(home: Home) -> None:
    """Work in another process, killed in the middle of it."""
    command = [sys.executable, "-c", WORKER, str(home.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        for _ in range(5):
            assert worker.stdout.readline()
        worker.send_signal(signal.SIGKILL)


def test_no_file_of_a_home_in_use_tells_who_a_customer_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, backup = new_home(tmp_path / "home"), tmp_path / "backup.tar"
    photo = tmp_path / "elsewhere" / "photo.txt"
    photo.parent.mkdir()
    photo.write_text("in the photograph " * 1000, encoding="utf-8")
    with opened(home) as session:
        job = attachments.attach_file(session, one_job(session).id, photo)
        session.store.drafts.save(job.id, "diagnose", {"note": "typed and not submitted"})
        job_commands.do_step(session, job.id, "note", {"text": f"{NAME}, {ADDRESS}"})
        for _ in range(3):
            cancelled(session, one_job(session))
        acknowledge(session)
        back_up(session.store, backup)
        assert leaks(home.folder, backup) == []  # while it is open, with its log
    with opened(home, days=400) as session:
        assert archive_jobs(session, 365) == 3
        assert leaks(home.folder) == []
    crash(home)
    assert (home.folder / "store.db-wal").stat().st_size > 0
    assert leaks(home.folder) == []
    monkeypatch.setenv("FIELDKIT_HOME", str(home.folder))
    assert run(["job", "show", job.number]) == 0
    assert NAME in capsys.readouterr().out  # the words that are looked for are the right ones
    assert run(["job", "do", job.number, "note", "--set", f"wrong={NAME}"]) == 2
    assert run(["job", "show", NAME]) != 0
    salvage(home, uuid7, NOW)
    assert leaks(home.folder, backup) == []
    with opened(home) as session:
        export_plain(session.store, tmp_path / "export.json")
    assert {found.partition(": ")[2] for found in leaks(tmp_path / "export.json")} >= {
        NAME, PHONE, ADDRESS,
    }  # fmt: skip
