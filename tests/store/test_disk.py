"""A real full disk, a read-only file system, and permissions that are taken away."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldkit.cli.app import run
from fieldkit.domain.core.errors import Fault
from fieldkit.services.home.upkeep import archive_jobs
from fieldkit.services.jobs import job_commands
from fieldkit.store.home.home import Home
from tests.store.homes import acknowledge, cancelled, new_home, one_job, opened

SMALL, ROOMY = "3m", "12m"


def _mount(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], capture_output=True).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    if not _mount("-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(place)):
        pytest.skip("mounting a file system needs the rights of root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def _note_until_full(home: Home) -> tuple[str, int]:
    """Add notes to a job until the disk is full; the job and how many were acknowledged."""
    with opened(home) as session:
        job = one_job(session)
        for count in range(10_000):
            try:
                job_commands.do_step(session, job.id, "note", {"text": f"{count} " + "x" * 3000})
            except Fault as error:
                if error.key != "store.full":
                    raise
                return job.id, count
    raise AssertionError("the disk never was full")


def test_a_full_disk_loses_nothing_and_room_lets_the_work_go_on(disk: Path) -> None:
    home = new_home(disk / "home")
    job, count = _note_until_full(home)
    assert count > 10
    assert _mount("-o", f"remount,size={ROOMY}", str(disk))
    with opened(home) as session:
        assert len(job_commands.job(session, job).notes) == count
        job_commands.do_step(session, job, "note", {"text": "there is room again"})
        assert len(job_commands.job(session, job).notes) == count + 1


def test_a_read_only_file_system_is_said_and_nothing_is_touched(disk: Path) -> None:
    home = new_home(disk / "home")
    with opened(home) as session:
        job = one_job(session)
    before = home.store.read_bytes()
    assert _mount("-o", "remount,ro", str(disk))
    with pytest.raises(Fault) as told, opened(home) as session:
        job_commands.do_step(session, job.id, "note", {"text": "not to be written"})
    assert told.value.key.startswith("store.")
    assert _mount("-o", "remount,rw", str(disk))
    assert home.store.read_bytes() == before
    with opened(home) as session:
        assert job_commands.job(session, job.id).notes == ()


def _files(home: Home) -> dict[str, bytes]:
    """All that is in a home, except the lock file, which has no content."""
    files = [path for path in home.folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {str(path.relative_to(home.folder)): path.read_bytes() for path in files}


def _fill(disk: Path, room: int) -> None:
    """Fill the disk but for this many bytes."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    free = os.statvfs(disk)
    filler.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - room)))


def test_a_salvage_that_has_no_room_says_so_and_leaves_everything_as_it_was(
    disk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _mount("-o", f"remount,size={ROOMY}", str(disk))
    home = new_home(disk / "home")
    with opened(home) as session:
        for _ in range(3):
            cancelled(session, one_job(session))
        acknowledge(session)
    with opened(home, 400) as session:
        assert archive_jobs(session, 1) == 3
        jobs = [one_job(session) for _ in range(3)]
    for file in (home.store, home.archive):
        damaged = bytearray(file.read_bytes())
        damaged[-2000] ^= 1
        file.write_bytes(damaged)
    monkeypatch.setenv("FIELDKIT_HOME", str(home.folder))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    before, room = _files(home), 0
    while True:  # with ever more room, so that it ends at each of its steps
        _fill(disk, room)
        code = run(["store", "salvage"])
        said = capsys.readouterr()
        if "were kept" in said.out:
            break
        assert code == 3
        assert "is full" in said.err, (room, said)
        assert _files(home) == before, room
        room += 1 << 15
    assert room > 10 << 16
    assert (home.folder / "store.db.replaced-1").read_bytes() == before["store.db"]
    assert (home.folder / "archive.db.replaced-1").read_bytes() == before["archive.db"]
    kept = {name.replace(".replaced-1", "") for name in _files(home)}
    assert kept == set(before)
    (disk / "filler").unlink()
    with opened(home) as session:
        assert {job.id for job in jobs} <= {row.id for row in job_commands.list_jobs(session)}


WORK_WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.services.jobs import job_commands
from fieldkit.store.home.home import Home
from tests.store.homes import opened
home = Home(Path(sys.argv[1]))
with opened(home) as session:  # whatever is imported late is imported while it can be read
    job_commands.do_step(session, sys.argv[2], "note", {"text": "with rights"})
for file in [home.folder, *home.folder.rglob("*")]:
    os.chmod(file, int(sys.argv[3], 8) if file.is_dir() else 0o444)
os.setgid(65534); os.setuid(65534)
try:
    with opened(home) as session:
        print("seen", job_commands.job(session, sys.argv[2]).id)
        job_commands.do_step(session, sys.argv[2], "note", {"text": "not to be written"})
except FieldkitError as error:
    print(error.key)
"""


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root gives up rights")
@pytest.mark.parametrize(
    ("folders", "said"),
    [("755", "seen {job}\nstore.read_only\n"), ("700", "config.unreadable\n")],
    ids=["only_read", "closed"],
)
def test_lost_permissions_are_said_and_nothing_is_lost(
    tmp_path: Path, folders: str, said: str
) -> None:
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        job = one_job(session)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        os.chmod(folder, 0o755)
    command = [sys.executable, "-c", WORK_WITHOUT_RIGHTS, str(home.folder), job.id, folders]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.stderr == ""
    assert told.stdout == said.format(job=job.id)
    for file in [home.folder, *home.folder.rglob("*")]:
        os.chmod(file, 0o700 if file.is_dir() else 0o600)
    with opened(home) as session:
        job_commands.do_step(session, job.id, "note", {"text": "with rights again"})
        said_there = [note.text for note in job_commands.job(session, job.id).notes]
        assert said_there == ["with rights", "with rights again"]
