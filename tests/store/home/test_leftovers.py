"""What a killed run leaves is removed by the next one, and what a live one works with is not."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fieldkit.cli.app import run
from fieldkit.services.home.ids import uuid7
from fieldkit.services.jobs import attachments
from fieldkit.store.care.backup import back_up, restore
from fieldkit.store.care.plain_export import export_plain
from fieldkit.store.care.salvage import salvage
from fieldkit.store.home.atomic_files import names_in
from fieldkit.store.home.home import Home
from tests.store.homes import NOW, new_home, one_job, opened

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows keeps open files by itself")

IN_THE_MIDDLE = """
import sys, time
from contextlib import ExitStack
from pathlib import Path
from fieldkit.store.files.attachments import Attachments
from fieldkit.store.home.atomic_files import drafted, private_folder
from fieldkit.store.home.home import Home
from fieldkit.store.home.papers import make_papers, showing_papers
from fieldkit.store.home.process_lock import WORK, workroom
home, target = Home(Path(sys.argv[1])), Path(sys.argv[2])
with ExitStack() as stack:
    for room in (workroom(home.folder), workroom(target.parent, f"{target.name}.{WORK}")):
        (stack.enter_context(room) / "store.db").write_bytes(b"half")
    private_folder(home.attachments)
    private_folder(home.packs)
    for folder in (home.folder, home.attachments, home.packs):
        stack.enter_context(drafted(folder, "config.yaml")).file.write(b"half")
    stack.enter_context(drafted(target.parent, target.name)).file.write(b"half")
    stack.enter_context(showing_papers(home))
    (make_papers(home) / "0123456789ab.jpg").write_bytes(b"an opened photo")
    print("ready", flush=True)
    time.sleep(600)
"""


@contextmanager
def in_the_middle(home: Home, target: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that writes into a home folder and to a target, until it is killed."""
    command = [sys.executable, "-c", IN_THE_MIDDLE, str(home.folder), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
            yield worker
        finally:
            worker.send_signal(signal.SIGKILL)


def half_made(home: Home, target: Path) -> set[str]:
    """What is there of files and rooms that are not finished, and of papers in the clear."""
    beside = {name for name in names_in(target.parent) if name.startswith(f"{target.name}.")}
    inside = {
        str(path.relative_to(home.folder))
        for path in home.folder.rglob("*")
        if path.name.endswith((".new", ".incoming")) or path.name.startswith("work-")
    }
    return beside | inside | {f"papers/{name}" for name in names_in(home.papers)}


def _opened(home: Home, target: Path) -> None:
    with opened(home):
        pass


def _salvaged(home: Home, target: Path) -> None:
    salvage(home, uuid7, NOW)


def _restored(home: Home, target: Path) -> None:
    restore(home, target.with_name("good.tar"), uuid7)


@pytest.mark.parametrize("next_run", [_opened, _salvaged, _restored])
def test_the_next_run_removes_what_a_killed_one_left_and_spares_a_live_one(
    tmp_path: Path, next_run: Callable[[Home, Path], None]
) -> None:
    home, target = new_home(tmp_path / "home"), tmp_path / "backup.tar"
    with opened(home) as session:
        one_job(session)
        back_up(session.store, tmp_path / "good.tar")
    with in_the_middle(home, target):
        at_work = half_made(home, target)
        assert len(at_work) == 7
        next_run(home, target)
        assert half_made(home, target) == at_work
    (home.folder / "attachments" / "ab.incoming").write_bytes(b"of an earlier version")
    next_run(home, target)
    left = half_made(home, target)
    assert {name for name in left if not name.startswith("papers/")} == {
        name for name in at_work if name.startswith("backup.tar.")
    }
    with opened(home):
        assert not [name for name in half_made(home, target) if name.startswith("papers/")]


@pytest.mark.parametrize("write", [back_up, export_plain])
def test_what_a_killed_backup_left_beside_its_target_goes_with_the_next_one_there(
    tmp_path: Path, write: Callable[..., object]
) -> None:
    home, target = new_home(tmp_path / "home"), tmp_path / "backup.tar"
    with opened(home) as session:
        one_job(session)
        other = tmp_path / "backup.tar.mine"
        other.write_bytes(b"of the person")
        with in_the_middle(home, target):
            at_work = half_made(home, target)
            write(session.store, target)
            assert at_work <= half_made(home, target)
        write(session.store, target)
        beside = {path.name for path in tmp_path.iterdir()}
    assert beside == {"home", "backup.tar", "backup.tar.mine"}


def test_an_opened_attachment_goes_with_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, photo = new_home(tmp_path / "home"), tmp_path / "photo.jpg"
    photo.write_bytes(b"photograph")
    monkeypatch.setenv("FIELDKIT_HOME", str(home.folder))
    with opened(home) as session:
        job = attachments.attach_file(session, one_job(session).id, photo)
        shown = attachments.show_attachment(session, job.id, job.attachments[0].sha256)
        assert shown.read_bytes() == b"photograph"
    assert run(["job", "list"]) == 0
    capsys.readouterr()
    assert names_in(home.papers) == []
