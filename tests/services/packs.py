"""Packs for tests: the default pack under other revisions and days, signed by a test's keys."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from fieldkit import signatures
from fieldkit.rules.loading.loader import load_files
from fieldkit.rules.model.signed_pack import (
    KeyList,
    SignedKeys,
    TrustedKey,
    make_manifest,
    sign_keys,
    sign_pack,
)
from fieldkit.shipped import shipped_rules

FOLDER = shipped_rules()
MADE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def pack_files(
    revision: int, effective_from: str = "2026-03-01", expires: str = "", goodwill_days: int = 30
) -> dict[str, bytes]:
    """The default pack's files with another head, and goodwill for another number of days."""
    files = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml")}
    head = files["pack.yaml"].replace("revision: 1", f"revision: {revision}", 1)
    days = f"effective_from: {effective_from}" + (f"\nexpires: {expires}" if expires else "")
    files["pack.yaml"] = head.replace("effective_from: 2025-01-01", days, 1)
    was = "goodwill_days:\n  {value: 30,"
    assert was in files["params.yaml"]
    changed = was.replace("30", str(goodwill_days))
    files["params.yaml"] = files["params.yaml"].replace(was, changed)
    return {name: text.encode() for name, text in files.items()}


@dataclass(frozen=True)
class Publisher:
    """An office's root key and a pack key that it trusts."""

    root: bytes = field(default_factory=signatures.new_signing_key)
    private: bytes = field(default_factory=signatures.new_signing_key)

    @property
    def root_public(self) -> str:
        """The public root key, as enrolment gives it."""
        return signatures.b64(signatures.signing_public(self.root))

    def keys(self, serial: int = 1) -> SignedKeys:
        """The list with the one key."""
        key = signatures.b64(signatures.signing_public(self.private))
        trusted = (TrustedKey(key=key, name="office"),)
        return sign_keys(KeyList(serial=serial, keys=trusted), self.root)

    def sign(
        self, revision: int, effective_from: str = "2026-03-01", expires: str = "",
        goodwill_days: int = 30,
    ) -> bytes:  # fmt: skip
        """A signed pack."""
        files = pack_files(revision, effective_from, expires, goodwill_days)
        manifest = make_manifest(load_files(files), files, MADE)
        return sign_pack(manifest, files, self.private, self.keys())
