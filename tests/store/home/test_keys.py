"""The data key of a home folder: three ways to wrap it, and what each says when it cannot."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.store.home.keys import (
    KEY_NAME,
    SECRET_NAME,
    KeyFileDamaged,
    Locked,
    PassphraseRefused,
    Protection,
    change_passphrase,
    check_passphrase,
    create_key,
    describe,
    unlock,
)


class Drawer(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


NO_KEYRING: KeyringBackend = fail.Keyring()  # type: ignore[no-untyped-call] # keyring's own


@pytest.fixture(autouse=True)
def backend() -> Iterator[None]:
    """No test touches the keyring of whoever runs it."""
    before = keyring.get_keyring()
    keyring.set_keyring(NO_KEYRING)
    yield
    keyring.set_keyring(before)


@pytest.fixture
def drawer() -> Drawer:
    drawer = Drawer()
    keyring.set_keyring(drawer)
    return drawer


def files(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.iterdir()}


def test_a_passphrase_gives_the_key_back(tmp_path: Path) -> None:
    key = create_key(tmp_path, passphrase="korrekte Batterie 电池")
    assert len(key) == 32
    assert unlock(tmp_path, "korrekte Batterie 电池") == key
    assert describe(tmp_path) == Protection("passphrase")
    assert set(files(tmp_path)) == {KEY_NAME}


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    assert create_key(tmp_path / "a", "file") != create_key(tmp_path / "b", "file")


@pytest.mark.parametrize(
    ("given", "why"), [("wrong words", "wrong"), (None, "needed"), ("", "needed")]
)
def test_a_wrong_passphrase_says_so_and_touches_nothing(
    tmp_path: Path, given: str | None, why: str
) -> None:
    create_key(tmp_path, "passphrase", "right words")
    before = files(tmp_path)
    with pytest.raises(Locked) as caught:
        unlock(tmp_path, given)
    assert isinstance(caught.value, FieldkitError)
    assert caught.value.key == f"store_locked.passphrase_{why}"
    with pytest.raises(Locked):
        change_passphrase(tmp_path, given, "new words")
    assert files(tmp_path) == before


def test_changing_the_passphrase_only_wraps_anew(tmp_path: Path) -> None:
    key = create_key(tmp_path, "passphrase", "old words")
    change_passphrase(tmp_path, "old words", "new words")
    assert unlock(tmp_path, "new words") == key
    with pytest.raises(Locked):
        unlock(tmp_path, "old words")
    with pytest.raises(Locked):
        change_passphrase(tmp_path, "new words", "")
    assert unlock(tmp_path, "new words") == key


def test_a_key_file_is_for_the_owner_alone_and_comes_with_a_warning(tmp_path: Path) -> None:
    key = create_key(tmp_path, "file")
    assert unlock(tmp_path) == key
    assert stat.S_IMODE((tmp_path / SECRET_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / KEY_NAME).stat().st_mode) == 0o600
    assert describe(tmp_path) == Protection("file", warning="key_file")
    os.chmod(tmp_path / SECRET_NAME, 0o644)
    assert describe(tmp_path) == Protection("file", warning="open_permissions")


def test_a_key_file_can_be_exchanged_for_a_passphrase(tmp_path: Path) -> None:
    key = create_key(tmp_path, "file")
    change_passphrase(tmp_path, None, "new words")
    assert unlock(tmp_path, "new words") == key
    assert set(files(tmp_path)) == {KEY_NAME}


def test_the_keyring_keeps_the_secret_and_the_home_does_not(tmp_path: Path, drawer: Drawer) -> None:
    key = create_key(tmp_path)
    assert unlock(tmp_path) == key
    found = describe(tmp_path)
    assert (found.method, found.warning) == ("keyring", None)
    assert found.keyring
    (secret,) = drawer.kept.values()
    assert secret.encode() not in files(tmp_path)[KEY_NAME]
    change_passphrase(tmp_path, None, "new words")
    assert unlock(tmp_path, "new words") == key
    assert drawer.kept == {}


def test_without_a_keyring_auto_takes_a_key_file(tmp_path: Path) -> None:
    create_key(tmp_path)
    assert describe(tmp_path).method == "file"
    with pytest.raises(Locked) as caught:
        create_key(tmp_path / "other", "keyring")
    assert caught.value.key == "store_locked.keyring_unavailable"
    assert not (tmp_path / "other" / KEY_NAME).exists()


def test_a_keyring_that_is_gone_or_has_forgotten_says_which(tmp_path: Path, drawer: Drawer) -> None:
    create_key(tmp_path, "keyring")
    drawer.kept.clear()
    with pytest.raises(Locked, match="secret_missing"):
        unlock(tmp_path)
    keyring.set_keyring(NO_KEYRING)
    with pytest.raises(Locked, match="keyring_unavailable"):
        unlock(tmp_path)
    assert describe(tmp_path) == Protection("keyring", keyring=None)


def test_a_missing_key_file_says_so(tmp_path: Path) -> None:
    create_key(tmp_path, "file")
    (tmp_path / SECRET_NAME).unlink()
    with pytest.raises(Locked, match="secret_missing"):
        unlock(tmp_path)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    key = create_key(tmp_path, "file")
    with pytest.raises(KeyFileDamaged, match="exists"):
        create_key(tmp_path, "file")
    assert unlock(tmp_path) == key


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"version": 2}, "newer"),
        ({"format": "other"}, "damaged"),
        ({"method": "telepathy"}, "damaged"),
        ({"wrapped": "?"}, "damaged"),
        ({"salt": "AAAA!"}, "damaged"),
        ({"params": {"n": 2**40, "r": 8, "p": 1}}, "damaged"),
        ({"params": {"n": "many", "r": 8, "p": 1}}, "damaged"),
        ({"params": {"n": 3, "r": 8, "p": 1}}, "damaged"),
    ],
)
def test_a_damaged_or_newer_description_is_told_apart(
    tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    create_key(tmp_path, "passphrase", "right words")
    path = tmp_path / KEY_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(KeyFileDamaged) as caught:
        unlock(tmp_path, "right words")
    assert caught.value.key == f"key_file.{why}"


def test_no_description_and_no_json(tmp_path: Path) -> None:
    with pytest.raises(KeyFileDamaged, match="missing"):
        describe(tmp_path)
    (tmp_path / KEY_NAME).write_bytes(b"\xff{")
    with pytest.raises(KeyFileDamaged, match="damaged"):
        unlock(tmp_path, "x")


def test_a_changed_description_does_not_unwrap(tmp_path: Path) -> None:
    create_key(tmp_path, "file")
    path = tmp_path / KEY_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | {"note": "added"}))
    with pytest.raises(KeyFileDamaged, match="damaged"):
        unlock(tmp_path)


@pytest.mark.parametrize("letter", [0xD800, 0xDCFF, 0xDFFF])
def test_half_a_letter_is_no_letter_of_a_passphrase(letter: int) -> None:
    """The environment passes on bytes of another encoding so."""
    with pytest.raises(PassphraseRefused, match="letters"):
        check_passphrase(f"three plain words{chr(letter)}")
    check_passphrase("three plain words\ud7ff\ue000")
