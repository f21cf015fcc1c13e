"""What cannot be read now is named, left out and not called damaged; the rest is done."""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import apsw
import pytest

from fieldkit.cli.app import run
from fieldkit.domain.core.errors import Fault
from fieldkit.services.home.doctor import examine
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.upkeep import archive_jobs, last_check, scrub, scrub_due
from fieldkit.store.care.backup import back_up, restore
from fieldkit.store.home.home import Home
from fieldkit.store.tinysqlite import connection
from tests.store.care.test_in_use import with_photos
from tests.store.homes import acknowledge, cancelled, new_home, one_job, opened


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with work in hand, a photo and an archived job, which the command line works on."""
    made, _ = with_photos(tmp_path)
    with opened(made) as session:
        cancelled(session, one_job(session))
        acknowledge(session)
    with opened(made, 1000) as session:
        assert archive_jobs(session, 365) == 1
    monkeypatch.setenv("FIELDKIT_HOME", str(made.folder))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    return made


def _names(backup: Path) -> set[str]:
    with tarfile.open(backup) as tar:
        return {name.partition("/")[0] for name in tar.getnames()}


def test_a_backup_leaves_a_damaged_archive_out_and_says_so(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = bytearray(home.archive.read_bytes())
    for place in range(50, len(content), 4096):
        content[place] ^= 1
    home.archive.write_bytes(content)
    backup = tmp_path / "backup.tar"
    assert run(["store", "backup", str(backup)]) == 1
    assert "archive.db: the key is right, but the first page is damaged" in capsys.readouterr().out
    assert _names(backup) == {"key.json", "store.db", "attachments", "backup.json"}
    other = Home(tmp_path / "other")
    other.folder.mkdir()
    shutil.copyfile(home.folder / "key.secret", other.folder / "key.secret")
    restore(other, backup, uuid7)
    with opened(other) as session:
        assert scrub(session).ok


@pytest.mark.parametrize("why", ["in use", "unread"])
def test_a_backup_leaves_an_archive_out_that_cannot_be_read_now(
    home: Home,
    tmp_path: Path,
    why: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(connection, "LOCK_PATIENCE", 0.2)
    backup = tmp_path / "backup.tar"
    with opened(home) as session:
        key = session.store.key
    kept = home.archive.with_name("kept")
    if why == "in use":
        holder = connection.connect(home.archive, key)
        holder.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").fetchall()
    else:
        home.archive.rename(kept)
        home.archive.mkdir()
    try:
        assert run(["store", "backup", str(backup)]) == (75 if why == "in use" else 3)
        said = capsys.readouterr().out
        assert ("was in use" if why == "in use" else "could not be read") in said
        assert "damage" not in said
        assert _names(backup) == {"key.json", "store.db", "attachments", "backup.json"}
    finally:
        if why == "in use":
            holder.close()
        else:
            home.archive.rmdir()
            kept.rename(home.archive)
    assert run(["store", "backup", str(backup)]) == 0
    assert "archive.db" in _names(backup)


def test_an_attachment_that_cannot_be_read_is_no_alarm(home: Home, tmp_path: Path) -> None:
    """The check, `doctor` and the backup say what it is."""
    with opened(home) as session:
        (path,) = session.store.attachments.files()
        path.unlink()
        path.mkdir()  # EISDIR on reading
        assert not scrub(session).ok
        last = last_check(session.store)
        assert (last.damages, last.unread) == (0, 1)
        assert scrub_due(session)
    found = {one.key: one.level for one in examine(home, None)}
    assert found["check_unread"] == "warning"
    assert "check_bad" not in found
    backup = tmp_path / "backup.tar"
    assert run(["store", "backup", str(backup)]) == 3
    assert _names(backup) == {"key.json", "store.db", "archive.db", "backup.json"}


FAILING: list[int] = []
"""From which byte on reading fails, if anything is in it."""


class _FailingFile(apsw.VFSFile):
    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 # SQLite's name
        if FAILING and offset >= FAILING[0]:
            raise apsw.IOError("read failed")
        return super().xRead(amount, offset)


class _FailingDisk(apsw.VFS):
    def __init__(self) -> None:
        super().__init__("failing", "unix")

    def xOpen(self, name: object, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _FailingFile("unix", name, flags)  # type: ignore[arg-type]  # as SQLite gives it


@pytest.mark.skipif(os.name != "posix", reason="the name of the disk")
def test_an_error_of_the_disk_ends_a_command_with_3(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    usual, disk = apsw.vfs_names()[0], _FailingDisk()
    name = "multipleciphers-failing"
    apsw.Connection(":memory:", vfs=name).close()  # the encryption makes its own when first asked
    apsw.set_default_vfs(name)
    try:
        assert run(["store", "check"]) == 0
        FAILING.append(home.store.stat().st_size - 4 * 4096)
        capsys.readouterr()
        assert run(["store", "check"]) == 3
        said = capsys.readouterr()
        FAILING[:] = [0]
        assert run(["job", "list"]) == 3
        listed = capsys.readouterr()
    finally:
        FAILING.clear()
        apsw.set_default_vfs(usual)
        disk.unregister()
    assert "could not be read" in said.out + said.err
    for text in (said.out + said.err, listed.err):
        assert "damage" not in text
        assert "Traceback" not in text
    assert run(["store", "check"]) == 0


def test_a_backup_that_cannot_be_read_is_not_called_damaged(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "backup.tar").mkdir()
    assert run(["store", "restore", str(tmp_path / "backup.tar")]) == 3
    said = capsys.readouterr().err
    assert "cannot be read (Is a directory)" in said
    (tmp_path / "short.tar").write_bytes(b"no backup")
    with pytest.raises(Fault, match=r"backup\.damaged"):
        restore(home, tmp_path / "short.tar", uuid7)


def test_attachments_of_another_key_are_set_aside_by_a_restore(tmp_path: Path) -> None:
    words = "korrekte Batterie"
    other = new_home(tmp_path / "other", words)
    with opened(other, passphrase=words) as session:
        one_job(session)
        back_up(session.store, tmp_path / "backup.tar")
    home, _ = with_photos(tmp_path, 3)
    before = {path.name for path in home.attachments.glob("??/*")}
    restore(home, tmp_path / "backup.tar", uuid7, words)
    assert list(home.attachments.glob("??/*")) == []
    assert {path.name for path in home.folder.glob("attachments.replaced-1/??/*")} == before
    with opened(home, passphrase=words) as session:
        assert back_up(session.store, tmp_path / "again.tar")[1] == []
    assert "attachments" not in _names(tmp_path / "again.tar")


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_folders_of_an_earlier_version_are_closed(home: Home) -> None:
    for folder in (home.folder, home.attachments, home.papers):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
    with opened(home):
        pass
    assert home.attachments.stat().st_mode & 0o777 == 0o700
    assert home.papers.stat().st_mode & 0o777 == 0o700
    assert "folder_open" in {one.key for one in examine(home, None)}
    home.folder.chmod(0o700)
    assert "folder_open" not in {one.key for one in examine(home, None)}


@pytest.mark.skipif(os.name != "posix", reason="a process is forked")
def test_two_checks_at_the_same_time_find_nothing_wrong(home: Home) -> None:
    command = [sys.executable, "-m", "fieldkit", "--home", str(home.folder), "store", "check"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for each in running:
        said, _ = each.communicate(timeout=120)
        assert each.returncode == 0, said
