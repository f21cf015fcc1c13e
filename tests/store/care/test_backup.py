"""Backup while in use, restore with a new epoch, and what a restore refuses."""

import io
import json
import shutil
import tarfile
import threading
from pathlib import Path

import pytest

from fieldkit.domain.core.errors import Fault
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.upkeep import scrub
from fieldkit.services.jobs import attachments, job_commands
from fieldkit.store.care import backup
from fieldkit.store.care.backup import back_up, restore
from fieldkit.store.files.packs import PackFiles
from fieldkit.store.home import keys
from fieldkit.store.home.home import Home
from tests.store.homes import acknowledge, documents, new_home, one_job, opened, waiting_events


def test_a_backup_brings_everything_back_in_a_new_epoch(tmp_path: Path) -> None:
    home, file = new_home(tmp_path / "home"), tmp_path / "backup.tar"
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"photograph")
    with opened(home) as session:
        job = attachments.attach_file(session, one_job(session).id, photo)
        before, device = documents(session), session.store.exchange.device.read()
        unsent = [event.raw for event in waiting_events(session.store, 100)]
        back_up(session.store, file)
        job_commands.do_step(session, job.id, "note", {"text": "after the backup"})
    done = restore(home, file, uuid7)
    assert done.aside is not None
    assert done.aside.exists()
    with opened(home) as session:
        assert documents(session) == before
        now = session.store.exchange.device.read()
        assert (now["id"], now["seq"], now["head"]) == (device["id"], 0, "")
        assert now["epoch"] != device["epoch"]
        job_commands.do_step(session, job.id, "note", {"text": "goes on"})
        pending = waiting_events(session.store, 100)
        assert [event.raw for event in pending[:-1]] == unsent
        assert (pending[-1].epoch, pending[-1].seq) == (now["epoch"], 1)
        old, present = session.store.exchange.outbox.chains()
        assert (old.epoch, old.count, old.waiting) == (device["epoch"], device["seq"], 1)
        assert (present.epoch, present.count, present.waiting) == (now["epoch"], 1, 1)
        attachments.save_attachment(session, job.id, "photo.jpg", tmp_path / "out.jpg")
        assert scrub(session).ok


def test_a_backup_brings_the_rule_packs_that_decided(tmp_path: Path) -> None:
    home, file = new_home(tmp_path / "home", "three plain words"), tmp_path / "backup.tar"
    kept = {f"{number:064x}": bytes([number]) * 40 for number in range(1, 4)}
    with opened(home, passphrase="three plain words") as session:
        for sha256, raw in kept.items():
            PackFiles(home.packs).keep(sha256, raw)
        back_up(session.store, file)
    for other in (home, Home(tmp_path / "other")):
        files = PackFiles(other.packs)
        files.drop_all_but([f"{1:064x}"])
        restore(other, file, uuid7, "three plain words")
        assert files.hashes() == kept.keys()
        assert {sha256: files.read(sha256) for sha256 in kept} == kept


def test_a_backup_is_whole_while_another_thread_writes(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    with opened(home) as session:
        job = one_job(session)
        stop = threading.Event()

        def write() -> None:
            while not stop.is_set():
                job_commands.do_step(session, job.id, "note", {"text": "busy"})

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(3):
                back_up(session.store, tmp_path / f"{number}.tar")
        finally:
            stop.set()
            writer.join()
    for number in range(3):
        other = Home(tmp_path / f"other-{number}")
        other.folder.mkdir()
        shutil.copyfile(home.folder / keys.SECRET_NAME, other.folder / keys.SECRET_NAME)
        restore(other, tmp_path / f"{number}.tar", uuid7)
        with opened(other) as session:
            assert scrub(session).ok


def test_a_passphrase_opens_a_backup_on_another_computer(tmp_path: Path) -> None:
    home, file = new_home(tmp_path / "home", "right words"), tmp_path / "backup.tar"
    with opened(home, passphrase="right words") as session:
        one_job(session)
        before = documents(session)
        back_up(session.store, file)
    other = Home(tmp_path / "other")
    with pytest.raises(Fault, match="other_key"):
        restore(other, file, uuid7, "wrong words")
    assert not other.store.exists()
    assert restore(other, file, uuid7, "right words").aside is None
    with opened(other, passphrase="right words") as session:
        assert documents(session) == before


def test_a_damaged_or_foreign_file_changes_nothing(tmp_path: Path) -> None:
    home, file = new_home(tmp_path / "home"), tmp_path / "backup.tar"
    with opened(home) as session:
        one_job(session)
        back_up(session.store, file)
    good = file.read_bytes()
    with tarfile.open(file) as tar:
        places = [tar.getmember("store.db").offset_data + 5000, tar.getmember("key.json").offset]
    before = home.store.read_bytes()
    broken = [
        good[: len(good) // 2],
        b"",
        b"no archive at all",
        good.replace(b"store.db", b"../re.db"),
    ]
    broken += [good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :] for place in places]
    for content in broken:
        file.write_bytes(content)
        with pytest.raises(Fault, match=r"backup\.damaged"):
            restore(home, file, uuid7)
    with pytest.raises(Fault, match=r"backup\.missing"):
        restore(home, tmp_path / "none.tar", uuid7)
    stranger = new_home(tmp_path / "stranger", "three plain words")
    with opened(stranger, passphrase="three plain words") as session:
        back_up(session.store, file)
    with pytest.raises(Fault, match="other_key"):
        restore(home, file, uuid7)
    assert home.store.read_bytes() == before
    assert not list(home.folder.glob("work-*"))


def test_a_backup_whose_seal_is_not_of_its_key_is_damaged(tmp_path: Path) -> None:
    """Also where no other key is at hand that could be the right one."""
    home, file = new_home(tmp_path / "home", "three plain words"), tmp_path / "backup.tar"
    with opened(home, passphrase="three plain words") as session:
        one_job(session)
        back_up(session.store, file)
    with tarfile.open(file) as tar:
        entries = {entry.name: (entry, tar.extractfile(entry)) for entry in tar}
        content = {name: read.read() for name, (_, read) in entries.items() if read}
    sealed = json.loads(content["backup.json"])
    (seal,) = [
        name for name, value in sealed.items() if isinstance(value, str) and len(value) == 64
    ]
    sealed[seal] = "0" * 64
    content["backup.json"] = json.dumps(sealed).encode()
    with tarfile.open(file, "w") as tar:
        for name, raw in content.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(raw)
            tar.addfile(entry, io.BytesIO(raw))
    other = Home(tmp_path / "other")
    with pytest.raises(Fault, match=r"backup\.damaged"):
        restore(other, file, uuid7, "three plain words")
    assert not other.store.exists()


def test_a_backup_of_a_newer_version_is_told_from_a_damaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, file = new_home(tmp_path / "home"), tmp_path / "backup.tar"
    with opened(home) as session, monkeypatch.context() as later:
        later.setitem(backup._FORMAT, "version", backup._VERSION + 1)
        back_up(session.store, file)
    before = home.store.read_bytes()
    with pytest.raises(Fault, match=r"store\.newer"):
        restore(home, file, uuid7)
    assert home.store.read_bytes() == before


def test_a_store_in_use_is_not_replaced(tmp_path: Path) -> None:
    home, file = new_home(tmp_path / "home"), tmp_path / "backup.tar"
    with opened(home) as session:
        back_up(session.store, file)
        with pytest.raises(Fault, match="in_use"):
            restore(home, file, uuid7)
    restore(home, file, uuid7)


def test_what_waits_in_an_ended_epoch_can_go_on_in_the_present_one(tmp_path: Path) -> None:
    home, file = new_home(tmp_path / "home"), tmp_path / "backup.tar"
    with opened(home) as session:
        one_job(session)
        acknowledge(session)
        job = one_job(session)
        back_up(session.store, file)
    restore(home, file, uuid7)
    with opened(home) as session:
        exchange = session.store.exchange
        old = exchange.outbox.chains()[0]
        waiting = [event for event in waiting_events(session.store, 100) if event.seq > old.waiting]
        assert exchange.outbox.carry_over(old.epoch, old.waiting) == len(waiting) > 0
        present = exchange.device.read()
        carried = [
            one for one in waiting_events(session.store, 100) if one.epoch == present["epoch"]
        ]
        assert [one.seq for one in carried] == list(range(1, len(waiting) + 1))
        assert exchange.outbox.own(present["epoch"], 0, 100) == carried
        assert job_commands.job(session, job.id) == job
        assert scrub(session).ok
