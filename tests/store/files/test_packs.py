"""Packs on disk: whole or not at all, by hash."""

from pathlib import Path

import pytest

from fieldkit.domain.core.errors import Fault
from fieldkit.store.files.packs import PackFiles

A, B = "a" * 64, "b" * 64


def test_a_pack_is_read_back_byte_for_byte(tmp_path: Path) -> None:
    files = PackFiles(tmp_path / "packs")
    assert (files.read(A), files.has(A), files.hashes()) == (None, False, set())
    files.keep(A, b"\x00pack\r\n")
    assert (files.read(A), files.has(A), files.hashes()) == (b"\x00pack\r\n", True, {A})


def test_only_what_is_needed_stays(tmp_path: Path) -> None:
    files = PackFiles(tmp_path)
    for sha256 in (A, B):
        files.keep(sha256, sha256.encode())
    (tmp_path / "notes.txt").write_text("mine")
    files.drop_all_but({B, "c" * 64})
    assert files.hashes() == {B}
    assert (tmp_path / "notes.txt").exists()


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = PackFiles(tmp_path)
    files.keep(A, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Fault, match="No space left"):
        files.keep(A, b"new")
    assert files.read(A) == b"old"
    assert [path.name for path in tmp_path.iterdir()] == [f"{A}.fkpack"]


@pytest.mark.parametrize("name", ["", "../x", "A" * 64, "a" * 63])
def test_only_a_hash_names_a_pack(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a hash"):
        PackFiles(tmp_path).keep(name, b"")
