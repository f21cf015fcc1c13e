"""Every file of a home: unreadable, of wrong bytes, a folder in its place, made under any umask."""

import errno
import os
import random
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldkit.cli.app import run
from fieldkit.domain.core.errors import Fault, FieldkitError
from fieldkit.services.home.ids import uuid7
from fieldkit.services.jobs import attachments, job_commands
from fieldkit.store.care.backup import back_up, restore
from fieldkit.store.care.salvage import salvage
from fieldkit.store.home import keys
from fieldkit.store.home.file_locks import hold
from fieldkit.store.home.home import Home
from fieldkit.store.home.process_lock import workroom
from tests.store.homes import NOW, acknowledge, cancelled, new_home, one_job, opened

FILES = (
    "key.json", "key.secret", "store.db", "store.db-commits", "store.lock", "archive.db",
    "config.yaml", "catalogue.json", "attachments", "packs", "papers", "logs", "sending.lock",
)  # fmt: skip


@pytest.fixture(name="home", scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one of everything in it."""
    home = new_home(tmp_path_factory.mktemp("files") / "home")
    photo = home.folder.parent / "photo.jpg"
    photo.write_bytes(b"photograph")
    with opened(home) as session:
        attachments.attach_file(session, one_job(session).id, photo)
        cancelled(session, one_job(session))
        acknowledge(session)
    with opened(home, 1000) as session:
        from fieldkit.services.home.upkeep import archive_jobs

        assert archive_jobs(session, 0) == 1
        with session.store.exchange.sending():
            pass
    home.config.write_text("lang: en\n", encoding="utf-8")
    for folder in (home.packs, home.papers, home.logs):
        folder.mkdir(exist_ok=True)
    home.catalogue_cache.touch()
    return home


def _folder_in_its_place(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
        path.write_bytes(b"a file in the place of a folder")
    else:
        path.unlink(missing_ok=True)
        path.mkdir()
        (path / "inside").touch()


def _high_bits(path: Path) -> None:
    if not path.is_dir():
        path.write_bytes(bytes(byte | 0x80 for byte in path.read_bytes()) or b"\xff\xfe")


COMMANDS = (
    ("job", "list", "--all"), ("store", "check"), ("store", "backup", "{out}/backup.tar"),
    ("store", "export", "{out}/export.json"), ("doctor",), ("store", "archive"),
    ("init", "--person", "li"), ("sync",), ("store", "salvage"),
    ("store", "restore", "{out}/good.tar"),
)  # fmt: skip


@pytest.mark.parametrize("harm", [_folder_in_its_place, _high_bits], ids=["folder", "bytes"])
@pytest.mark.parametrize("name", FILES)
def test_no_file_of_the_home_makes_a_raw_error(
    tmp_path: Path,
    home: Home,
    name: str,
    harm: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The short form tries a third of the commands with each file, and each with some of them."""
    with opened(home) as session:
        back_up(session.store, tmp_path / "good.tar")
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    turn = FILES.index(name) + (harm is _high_bits)
    for number, command in enumerate(COMMANDS[turn % 3 :: 3]):
        copy = tmp_path / f"home-{number}"
        shutil.copytree(home.folder, copy)
        harm(copy / name)
        monkeypatch.setenv("FIELDKIT_HOME", str(copy))
        code = run([part.format(out=tmp_path) for part in command])
        said = capsys.readouterr().err
        assert code in (0, 1, 2, 3), (command, said)
        assert "unexpected" not in said.lower(), (command, said)
        assert "Traceback" not in said


@pytest.mark.parametrize("name", ["key.json", "key.secret"])
def test_no_flipped_bit_of_a_key_makes_a_raw_error(tmp_path: Path, name: str) -> None:
    key = keys.create_key(tmp_path, "file")
    path = tmp_path / name
    good = path.read_bytes()
    for place in range(len(good)):
        for bit in range(8):
            changed = bytearray(good)
            changed[place] ^= 1 << bit
            path.write_bytes(changed)
            try:
                assert keys.unlock(tmp_path) == key
            except FieldkitError:
                continue


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b"", b"null", b"3"]
)
def test_nonsense_for_a_key_is_a_damaged_key(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key.json").write_bytes(content)
    with pytest.raises(keys.KeyFileDamaged, match="damaged"):
        keys.unlock(tmp_path)


def test_a_passphrase_of_another_encoding_is_wrong_and_cannot_be_set(tmp_path: Path) -> None:
    keys.create_key(tmp_path, "passphrase", "korrekte Batterie")
    latin = os.fsdecode("schöne Wörter".encode("latin-1"))
    with pytest.raises(keys.Locked, match="passphrase_wrong"):
        keys.unlock(tmp_path, latin)
    with pytest.raises(keys.PassphraseRefused, match="letters"):
        keys.change_passphrase(tmp_path, "korrekte Batterie", latin)


@pytest.mark.parametrize(
    ("weak", "why"), [("a", "short"), ("1234567", "short"), ("aaaaaaaaaaaa", "alike")]
)
def test_a_passphrase_that_is_soon_guessed_is_refused(tmp_path: Path, weak: str, why: str) -> None:
    with pytest.raises(keys.PassphraseRefused, match=why):
        new_home(tmp_path / "new", weak)
    assert not (tmp_path / "new" / "key.json").exists()
    home = new_home(tmp_path / "home", "korrekte Batterie")
    with pytest.raises(keys.PassphraseRefused, match=why):
        keys.change_passphrase(home.folder, "korrekte Batterie", weak)
    with opened(home, passphrase="korrekte Batterie"):
        pass


def test_a_file_system_without_locks_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    home = new_home(tmp_path / "home")

    def refuse(handle: int, how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    for call in (lambda: opened(home).__enter__(), lambda: salvage(home, uuid7, NOW)):
        with pytest.raises(Fault, match=r"store\.no_locks"):
            call()


WORK = """
import os, sys
from pathlib import Path
from fieldkit.services.jobs import attachments, job_commands
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.upkeep import archive_jobs
from fieldkit.store.care.backup import back_up, restore
from fieldkit.store.home.home import Home
from tests.store.homes import NOW, acknowledge, cancelled, new_home, one_job, opened
os.umask(int(sys.argv[2], 8))
folder = Path(sys.argv[1])
home = new_home(folder / "home")
with opened(home) as session:
    job = attachments.attach_file(session, one_job(session).id, folder / "photo.jpg")
    cancelled(session, one_job(session))
    acknowledge(session)
    attachments.show_attachment(session, job.id, job.attachments[0].sha256)
    session.catalogue, session.decider
    archive_jobs(session, -400)
    import logging
    logging.getLogger("fieldkit.test").warning("a line")
    back_up(session.store, folder / "backup.tar")
    session.store.attachments.add_part("0" * 64, b"part")
    with session.store.exchange.sending():
        pass
restore(home, folder / "backup.tar", uuid7)
with opened(home) as session:
    one_job(session)
    os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no umask")
@pytest.mark.parametrize("umask", ["000", "022", "077", "777"])
def test_only_the_owner_can_enter_and_read_whatever_the_umask(tmp_path: Path, umask: str) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"photograph")
    command = [sys.executable, "-c", WORK, str(tmp_path), umask]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    found = [tmp_path / "home", tmp_path / "backup.tar", *(tmp_path / "home").rglob("*")]
    wrong = {
        str(path.relative_to(tmp_path)): oct(stat.S_IMODE(path.stat().st_mode))
        for path in found
        if stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    }
    assert wrong == {}
    assert len(found) > 15


INIT = """
import os, signal, sys
from pathlib import Path
from fieldkit.cli.app import run
import fieldkit.services.home.session
left = int(sys.argv[1])
def each_line(frame, event, argument):
    global left
    if "fieldkit" not in frame.f_code.co_filename:
        return None
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return each_line
sys.settrace(each_line)
code = run(["init", "--person", "li"])
sys.settrace(None)
print(left)
sys.exit(code)
"""


def _init(home: Path, line: int) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"FIELDKIT_HOME": str(home), "FIELDKIT_LANG": "en"}
    environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    command = [sys.executable, "-c", INIT, str(line)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def finish_broken_off(folder: Path, lines: list[int]) -> int:
    """Kill `init` at these lines of its code, and run it again; how often it was killed."""
    killed = 0
    for line in lines:
        home = folder / f"home-{line}"
        if (first := _init(home, line)).returncode == 0:
            again = _init(home, 0)
            assert "already" in again.stderr
            continue
        assert first.returncode == -9, first.stderr
        killed += 1
        second = _init(home, 0)
        assert second.returncode in (0, 3), second.stderr
        if second.returncode:  # it was killed after its last transaction
            assert "already" in second.stderr
        with opened(Home(home)) as session:
            assert session.person == "li"
            one_job(session)
        left = {path.name for path in home.iterdir()}
        assert not [name for name in left if name.endswith(".new") or name.startswith("work-")]
    return killed


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_making_that_was_broken_off_is_finished_by_the_next(tmp_path: Path) -> None:
    done = _init(tmp_path / "whole", 10**9)
    assert done.returncode == 0, done.stderr
    count = 10**9 - int(done.stdout.split()[-1])
    chance = random.Random(20261129)
    assert finish_broken_off(tmp_path, [count // 2, *chance.sample(range(1, count), 3)]) > 1


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_making_that_was_broken_off_anywhere_is_finished(tmp_path: Path) -> None:
    done = _init(tmp_path / "whole", 10**9)
    count = 10**9 - int(done.stdout.split()[-1])
    print(f"{finish_broken_off(tmp_path, list(range(1, count, 3)))} kills in {count} lines")


def test_a_new_key_takes_the_place_of_one_that_nothing_needs(tmp_path: Path) -> None:
    """The making was broken off after its key, and the passphrase is another one now."""
    keys.create_key(tmp_path / "home", "passphrase", "korrekte Batterie")
    home = new_home(tmp_path / "home", "andere Batterie")
    with opened(home, passphrase="andere Batterie") as session:
        assert job_commands.list_jobs(session) == []
    assert (home.folder / "key.json.replaced-1").exists()


def test_a_key_of_what_is_there_is_never_exchanged(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home", "korrekte Batterie")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"photograph")
    with opened(home, passphrase="korrekte Batterie") as session:
        attachments.attach_file(session, one_job(session).id, photo)
    before = (home.folder / "key.json").read_bytes()
    with pytest.raises(Fault, match=r"store\.exists"):
        new_home(home.folder, "andere Batterie")
    for path in home.folder.glob("store.db*"):
        path.unlink()
    with pytest.raises(keys.Locked):
        new_home(home.folder, "andere Batterie")
    assert (home.folder / "key.json").read_bytes() == before
    restore_from = tmp_path / "none.tar"
    with pytest.raises(Fault, match=r"backup\.missing"):
        restore(home, restore_from, uuid7)


def test_a_file_that_another_has_taken_the_place_of_is_not_held(tmp_path: Path) -> None:
    """Whoever clears leftovers away may have removed it between its making and its lock."""
    path = tmp_path / "work-1"
    path.touch()
    with path.open("rb") as file:
        assert hold(file.fileno(), path)
    with path.open("rb") as file:
        path.unlink()
        path.touch()
        assert not hold(file.fileno(), path)


def test_a_full_disk_in_a_workroom_is_told_as_one(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"store\.full"), workroom(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []
