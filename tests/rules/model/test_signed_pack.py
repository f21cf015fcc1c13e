"""Which signed packs are believed, and why each other one is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit import signatures
from fieldkit.i18n import LANGS, say_error
from fieldkit.rules.loading.loader import load_files
from fieldkit.rules.model.signed_pack import (
    KeyList,
    PackHead,
    PackRefused,
    SignedKeys,
    TrustedKey,
    check_new,
    claimed_revision,
    make_manifest,
    open_pack,
    pack_files,
    sign_keys,
    sign_pack,
    unsigned,
)
from tests.rules.conftest import FOLDER

FILES = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*.yaml")}
PACK = load_files(FILES)
MADE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Signer:
    """A root key, a pack key that it trusts, and what they sign."""

    root: bytes
    private: bytes

    @property
    def public(self) -> str:
        return signatures.b64(signatures.signing_public(self.private))

    @property
    def root_public(self) -> bytes:
        return signatures.signing_public(self.root)

    def keys(self, serial: int = 1, *trusted: str) -> SignedKeys:
        listed = trusted or (self.public,)
        entries = tuple(TrustedKey(key=key, name="supervisor") for key in listed)
        return sign_keys(KeyList(serial=serial, keys=entries), self.root)

    def sign(self, keys: SignedKeys | None = None) -> bytes:
        return sign_pack(make_manifest(PACK, FILES, MADE), FILES, self.private, keys or self.keys())


SIGNER = Signer(signatures.new_signing_key(), signatures.new_signing_key())
STRANGER = Signer(signatures.new_signing_key(), signatures.new_signing_key())
RAW = SIGNER.sign()


def altered(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The signed pack after somebody changed its JSON."""
    parts = json.loads(RAW)
    change(parts)
    return json.dumps(parts).encode()


def reason(raw: bytes, root: bytes = SIGNER.root_public, known: SignedKeys | None = None) -> str:
    with pytest.raises(PackRefused) as refused:
        open_pack(raw, root, known)
    for lang in LANGS:
        assert "{" not in say_error(refused.value, lang)
    return refused.value.reason


def test_a_signed_pack_comes_back_byte_for_byte() -> None:
    opened = open_pack(RAW, SIGNER.root_public)
    assert opened.files == FILES
    assert opened.signer == SIGNER.public
    assert opened.manifest.created == MADE
    assert load_files(opened.files) == PACK
    assert opened.manifest.head == PackHead(
        name=PACK.name, revision=PACK.revision, effective_from=PACK.effective_from,
        time_zone=PACK.time_zone, created=MADE, sha256=PACK.sha256,
    )  # fmt: skip
    assert claimed_revision(RAW) == PACK.revision


def test_a_changed_an_added_and_a_missing_file_are_told_apart() -> None:
    def change(parts: dict[str, Any]) -> None:
        parts["files"]["charge.yaml"] = parts["files"]["charge.yaml"].replace("paid", "free")

    assert reason(altered(change)) == "file_changed"
    assert reason(altered(lambda parts: parts["files"].update({"x.yaml": ""}))) == "file_added"
    assert reason(altered(lambda parts: parts["files"].pop("params.yaml"))) == "file_missing"


def test_a_changed_manifest_or_signature_is_forged() -> None:
    def later(parts: dict[str, Any]) -> None:
        parts["manifest"] = parts["manifest"].replace('"revision":1', '"revision":9')

    def own(parts: dict[str, Any]) -> None:
        stated = parts["manifest"].encode()
        parts["signature"] = signatures.sign(STRANGER.private, "pack", stated)

    def other_purpose(parts: dict[str, Any]) -> None:
        stated = parts["manifest"].encode()
        parts["signature"] = signatures.sign(SIGNER.private, "request", stated)

    assert [reason(altered(each)) for each in (later, own, other_purpose)] == ["forged"] * 3


def test_a_key_that_is_not_on_the_list_is_not_trusted() -> None:
    assert reason(STRANGER.sign(SIGNER.keys())) == "not_trusted"


def test_a_key_list_counts_only_with_the_signature_of_the_root() -> None:
    """Who signs a list for himself gains nothing, however right the rest is."""
    assert reason(STRANGER.sign()) == "keys_not_of_root"
    assert reason(RAW, STRANGER.root_public) == "keys_not_of_root"


def test_a_key_that_was_taken_off_the_list_does_not_come_back_with_an_old_list() -> None:
    replaced = SIGNER.keys(2, STRANGER.public)
    assert reason(RAW, known=replaced) == "not_trusted"
    new = STRANGER.sign(replaced)
    assert open_pack(new, SIGNER.root_public, known=SIGNER.keys()).keys == replaced


def test_a_pack_of_a_later_format_asks_for_an_update() -> None:
    text = json.dumps({"format": 2, "something": "new"})
    signature = signatures.sign(SIGNER.private, "pack", text.encode())
    later = altered(lambda parts: parts.update(manifest=text, signature=signature))
    assert reason(later) == "other_format"


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[1]", b"\xff\xfe", b"[" * 10_000, RAW[:-20], b'{"files": 3}']
)
def test_what_is_no_signed_pack_is_unreadable(raw: bytes) -> None:
    assert reason(raw) == "unreadable"
    with pytest.raises(PackRefused, match="unreadable"):
        claimed_revision(raw)


@given(st.integers(0, len(RAW) - 1), st.integers(0, 255))
def test_no_single_changed_byte_is_believed(at: int, byte: int) -> None:
    """Whatever byte is another: the pack is refused, or nothing of what it says has changed."""
    raw = RAW[:at] + bytes([byte]) + RAW[at + 1 :]
    try:
        opened = open_pack(raw, SIGNER.root_public)
    except PackRefused:
        return
    assert (opened.manifest, opened.files) == (make_manifest(PACK, FILES, MADE), FILES)


def test_an_unsigned_pack_is_kept_by_its_files() -> None:
    files = {name: FILES[name] for name in PACK.files}
    assert load_files(pack_files(unsigned(files))).sha256 == PACK.sha256
    assert pack_files(RAW) == FILES
    for raw in (b"", b"{}", b'{"files": []}', b"[]"):
        with pytest.raises(PackRefused, match="unreadable"):
            pack_files(raw)


# -- which packs may be installed --------------------------------------------------------------


def head(revision: int, sha256: str = "a", expires: date | None = None) -> PackHead:
    return PackHead(
        name="p", revision=revision, effective_from=date(2026, 1, 1), expires=expires,
        time_zone="Asia/Shanghai", created=MADE, sha256=sha256,
    )  # fmt: skip


def refused(new: PackHead, *installed: PackHead, now: datetime = MADE) -> str:
    with pytest.raises(PackRefused) as refused:
        check_new(new, installed, now)
    for lang in LANGS:
        assert "{" not in say_error(refused.value, lang)
    return refused.value.reason


def test_only_a_higher_revision_is_installed() -> None:
    check_new(head(2), [], MADE)
    check_new(head(3), [head(2, "b")], MADE)
    assert refused(head(1), head(2, "b")) == "older"
    assert refused(head(2, "a"), head(2, "b"), head(5, "c")) == "other_content"


def test_a_pack_can_be_installed_until_its_last_day_in_its_own_time_zone() -> None:
    last = head(2, expires=date(2026, 3, 31))
    end_of_day = datetime(2026, 3, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    check_new(last, [], end_of_day)
    assert refused(last, now=end_of_day + timedelta(minutes=1)) == "expired"
