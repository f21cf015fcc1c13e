"""What is in use, or not given by the disk, is not called damaged; what is lost is named."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import apsw
import pytest

from fieldkit.cli.app import run
from fieldkit.domain.core.errors import Fault
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.upkeep import archive_jobs, scrub, scrub_due
from fieldkit.services.jobs import attachments
from fieldkit.store.care.backup import back_up, restore
from fieldkit.store.home.home import Home
from fieldkit.store.records.device import start_epoch
from fieldkit.store.tinysqlite import TinySQLite, connection, maintenance
from tests.store.homes import acknowledge, cancelled, new_home, one_job, opened, waiting_events

HOLD = """
import sys, time
from pathlib import Path
from fieldkit.store.home.home import Home
from tests.store.homes import opened
with opened(Home(Path(sys.argv[1]))) as session:
    store = session.store.db if sys.argv[2] == "writer" else session.store.db.reader()
    with store.transaction():
        len(store.table("events"))
        print("ready", flush=True)
        time.sleep(600)
"""


def with_photos(folder: Path, count: int = 1, words: str | None = None) -> tuple[Home, list[str]]:
    """A home with photos that the office does not have, and their digests."""
    home = new_home(folder / "home", words)
    digests = []
    with opened(home, passphrase=words) as session:
        for number in range(count):
            photo = folder / f"{number}.jpg"
            photo.write_bytes(b"photograph" + bytes([number]))
            job = attachments.attach_file(session, one_job(session).id, photo)
            digests.append(job.attachments[0].sha256)
    return home, digests


@pytest.mark.skipif(os.name != "posix", reason="SIGSTOP")
@pytest.mark.parametrize("kind", ["writer", "reader"])
def test_a_stopped_process_that_holds_the_store_is_no_damage(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(connection, "LOCK_PATIENCE", 1.0)
    monkeypatch.setattr(maintenance, "_PATIENCE", 1.0)
    home, _ = with_photos(tmp_path)
    monkeypatch.setenv("FIELDKIT_HOME", str(home.folder))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    command = [sys.executable, "-c", HOLD, str(home.folder), kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "ready\n"
            if kind == "reader":
                with opened(home) as session:
                    one_job(session)  # so that the reader stands in the way of the log
            holder.send_signal(signal.SIGSTOP)
            assert run(["store", "check"]) == 75
            said = capsys.readouterr()
            assert "tried again" in said.out
            assert "damage" not in said.out + said.err
            with opened(home) as session:
                assert scrub_due(session)
        finally:
            holder.kill()
    assert run(["store", "check"]) == 0


class _Unread(apsw.VFSFile):
    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 # SQLite's name
        if FAILING and offset >= 8 * 4096:
            raise apsw.IOError("read failed")
        return super().xRead(amount, offset)


class _UnreadVFS(apsw.VFS):
    def __init__(self) -> None:
        super().__init__("unread", "")

    def xOpen(self, name: object, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _Unread("", name, flags)  # type: ignore[arg-type]  # as SQLite gives it


FAILING: list[bool] = []


def test_what_the_disk_does_not_give_is_no_damage(tmp_path: Path) -> None:
    vfs = _UnreadVFS()
    with TinySQLite.open(tmp_path / "db", key=bytes(32), vfs="multipleciphers-unread") as db:
        for number in range(200):
            db.table("rows").insert({"n": number, "text": "x" * 500})
        assert db.check().ok
        FAILING.append(True)
        try:
            report = db.check()
        finally:
            FAILING.clear()
        assert report.unread
        assert report.problems == ()
        assert not report.ok
        assert db.check().ok
    vfs.unregister()


def test_attachments_are_counted_and_named_by_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, digests = with_photos(tmp_path, 3)
    monkeypatch.setenv("FIELDKIT_HOME", str(home.folder))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    with opened(home) as session:
        session.store.transfers.at_office(digests[:1])
        report = scrub(session)
        assert (report.ok, report.attachments) == (True, 3)
    shutil.rmtree(home.attachments)
    assert run(["store", "check"]) == 1
    said = capsys.readouterr().out
    assert said.count("is missing, and the office does not have it") == 2
    assert "salvage" not in said
    assert run(["store", "backup", str(tmp_path / "backup.tar")]) == 1
    assert capsys.readouterr().out.count("is missing") == 2
    with opened(home) as session:
        assert scrub(session).attachments == 0
        session.store.transfers.at_office(digests)
        assert scrub(session).ok  # the next sync fetches what is asked for


def test_an_attachment_that_cannot_be_read_is_not_called_damaged(tmp_path: Path) -> None:
    home, (digest,) = with_photos(tmp_path)
    with opened(home) as session:
        path = session.store.attachments.path(digest)
        path.unlink()
        path.mkdir()  # EISDIR on reading
        report = scrub(session)
        assert [one.key for one in report.troubles] == ["attachment_unreadable"]
        assert report.damages == 0
        count, troubles = back_up(session.store, tmp_path / "backup.tar")
        assert (count > 1, len(troubles)) == (True, 1)


def test_a_restore_mends_a_damaged_attachment_and_leaves_a_whole_one(tmp_path: Path) -> None:
    home, (damaged, whole) = with_photos(tmp_path, 2)
    with opened(home) as session:
        kept = session.store.attachments
        kept.path(whole).write_bytes(b"rot")
        back_up(session.store, tmp_path / "backup.tar")
        (tmp_path / "1.jpg").write_bytes(b"photograph" + bytes([1]))
        with (tmp_path / "1.jpg").open("rb") as file:
            kept.add(file)
        kept.path(damaged).write_bytes(b"rot")
    restore(home, tmp_path / "backup.tar", uuid7)
    with opened(home) as session:
        assert scrub(session).troubles == ()


def test_after_a_backup_of_another_key_there_are_backups(tmp_path: Path) -> None:
    words = "korrekte Batterie"
    other = new_home(tmp_path / "other", words)
    with opened(other, passphrase=words) as session:
        back_up(session.store, tmp_path / "backup.tar")
    home, _ = with_photos(tmp_path)
    with opened(home) as session:
        cancelled(session, one_job(session))
        acknowledge(session)
    with opened(home, 1000) as session:
        assert archive_jobs(session, 0) == 1
    restore(home, tmp_path / "backup.tar", uuid7, words)
    assert (home.folder / "archive.db.replaced-1").exists()
    with opened(home, passphrase=words) as session:
        assert back_up(session.store, tmp_path / "again.tar")[1] == []
        assert scrub(session).ok


def test_a_new_epoch_comes_after_the_old_one_whatever_the_clock(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        one_job(session)
        store, old = session.store, session.store.exchange.device.read()["epoch"]
        long_ago = uuid7().replace(uuid7()[:8], "01000000")
        with store.writing():
            start_epoch(store.db, lambda: long_ago)
        new = store.exchange.device.read()["epoch"]
        assert new > old
        one_job(session)
        epochs = [event.epoch for event in waiting_events(store, 100)]
        assert epochs == sorted(epochs)
        assert (epochs[0], epochs[-1]) == (old, new)
        assert [chain.epoch for chain in store.exchange.outbox.chains()] == [old, new]


@pytest.mark.skipif(
    os.name != "posix" or os.getuid() != 0, reason="mounting needs the rights of root"
)
def test_a_full_or_read_only_disk_can_be_listed_and_backed_up_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting is not possible here")
    try:
        home, _ = with_photos(disk)
        monkeypatch.setenv("FIELDKIT_HOME", str(home.folder))
        monkeypatch.setenv("FIELDKIT_LANG", "en")
        with suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
            while file.write(bytes(4096)) == 4096:
                pass
        for state, sentence in (("full", "is full"), ("read-only", "can only be read")):
            if state == "read-only":
                subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            for command in (
                ["job", "list", "--all"],
                ["store", "backup", str(tmp_path / f"{state}.tar")],
                ["store", "export", str(tmp_path / f"{state}.json")],
                ["store", "check"],
            ):
                assert run(command) == 0, (state, command, capsys.readouterr())
                assert sentence in capsys.readouterr().err
        restored = Home(tmp_path / "restored")
        restored.folder.mkdir()
        shutil.copyfile(home.folder / "key.secret", restored.folder / "key.secret")
        restore(restored, tmp_path / "full.tar", uuid7)
        with opened(restored) as session:
            assert scrub(session).ok
        assert not [path for path in tmp_path.iterdir() if "work-" in path.name]
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        with pytest.raises(Fault, match=r"store\.full"):
            new_home(disk / "another")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
