"""Signed rule packs: what is signed, by whom, and why a pack is refused.

A pack travels as one JSON file (`*.fkpack`):

    manifest   the exact text that was signed: name, revision, days, SHA-256 of each file
    key        the public key that signed it, base64url
    signature  Ed25519 over the manifest's bytes
    keys       the list of keys that may sign packs, itself signed by the office's root key
    files      the files by name, as text

Nothing in it is trusted before the whole chain holds: root key, key list, manifest, files.
The bytes are kept as they came, so that they can be verified again at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from fieldkit import signatures
from fieldkit.domain.core.base_model import StrictModel
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.event import canonical
from fieldkit.rules.model.pack import Pack

SUFFIX = ".fkpack"
"""How the name of a signed pack's file ends."""
MAX_BYTES = 4_000_000
"""The largest file that is read as a signed pack: as much as four files of a pack may have."""

M = TypeVar("M", bound=BaseModel)


class PackRefused(FieldkitError):
    """A signed pack that is not accepted; the one in use stays. `error.pack.<key>` says why."""

    exit_code = 1

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(f"pack.{key}", **params)
        self.reason = key


class PackHead(StrictModel):
    """Which pack, and for which days.

    `sha256` is the pack's own digest as `Pack.sha256`. `created` is the publisher's clock.
    `restores` is the revision whose content a rollback published again.
    """

    name: str
    revision: int = Field(ge=1)
    effective_from: date
    expires: date | None = None
    time_zone: str
    created: AwareDatetime
    sha256: str
    restores: int | None = None

    def day(self, moment: datetime) -> date:
        """The day of a moment in the pack's time zone."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()


class Manifest(PackHead):
    """What a signature stands for. `files` has the SHA-256 of each file, hex."""

    format: Literal[1] = 1
    files: dict[str, str]

    @property
    def head(self) -> PackHead:
        """The manifest without its files."""
        return PackHead.model_validate(self.model_dump(include=set(PackHead.model_fields)))


class TrustedKey(StrictModel):
    """A key that may sign packs, and whose it is."""

    key: str
    name: str


class KeyList(StrictModel):
    """The keys that may sign packs; a list with a higher `serial` takes the place of others."""

    serial: int = Field(ge=0)
    keys: tuple[TrustedKey, ...]

    def has(self, key: str) -> bool:
        """Whether a key may sign packs."""
        return any(trusted.key == key for trusted in self.keys)


class SignedKeys(StrictModel):
    """A key list as it travels: its exact text and the root key's signature."""

    text: str
    signature: str

    def read(self, root: bytes) -> KeyList:
        """The list. Raises `PackRefused` (`keys_not_of_root`) if the root did not sign it."""
        if not signatures.verify(root, "pack-keys", self.text.encode(), self.signature):
            raise PackRefused("keys_not_of_root")
        return _read(KeyList, self.text)


class SignedPack(StrictModel):
    """A pack as it travels."""

    manifest: str
    key: str
    signature: str
    keys: SignedKeys
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class OpenedPack:
    """A signed pack whose chain holds, and the newest key list that is known after it."""

    manifest: Manifest
    signer: str
    keys: SignedKeys
    files: Mapping[str, bytes]


def sign_keys(keys: KeyList, root: bytes) -> SignedKeys:
    """A key list signed by the office's private root key."""
    text = _text(keys)
    return SignedKeys(text=text, signature=signatures.sign(root, "pack-keys", text.encode()))


def make_manifest(
    pack: Pack, files: Mapping[str, bytes], created: datetime, restores: int | None = None
) -> Manifest:
    """The manifest of a loaded pack and all of its files, those of its tests included."""
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    return Manifest(**head_of(pack, created, restores).model_dump(), files=digests)


def head_of(pack: Pack, created: datetime, restores: int | None = None) -> PackHead:
    """The head of a loaded pack."""
    return PackHead(
        name=pack.name,
        revision=pack.revision,
        effective_from=pack.effective_from,
        expires=pack.expires,
        time_zone=pack.time_zone,
        created=created,
        sha256=pack.sha256,
        restores=restores,
    )


def sign_pack(
    manifest: Manifest, files: Mapping[str, bytes], private: bytes, keys: SignedKeys
) -> bytes:
    """The bytes of a signed pack. The files must be UTF-8, which a checked pack's are."""
    text = _text(manifest)
    signed = SignedPack(
        manifest=text,
        key=signatures.b64(signatures.signing_public(private)),
        signature=signatures.sign(private, "pack", text.encode()),
        keys=keys,
        files={name: data.decode() for name, data in sorted(files.items())},
    )
    return signed.model_dump_json().encode()


def open_pack(raw: bytes, root: bytes, known: SignedKeys | None = None) -> OpenedPack:
    """What is in a signed pack, if the chain from the root key to each file holds.

    `known` is the newest key list seen so far: an older one in the pack cannot bring a key
    back that was taken off the list. Raises `PackRefused`: `unreadable`, `other_format`,
    `keys_not_of_root`, `not_trusted`, `forged`, `file_changed`, `file_added`, `file_missing`.
    """
    signed = _read(SignedPack, raw)
    keys = newer_keys(signed.keys, known, root)
    if not keys.read(root).has(signed.key):
        raise PackRefused("not_trusted", signer=signed.key)
    stated = signed.manifest.encode()
    if not signatures.verify(_key(signed.key), "pack", stated, signed.signature):
        raise PackRefused("forged")
    manifest = _read_manifest(signed.manifest)
    files = {name: text.encode() for name, text in signed.files.items()}
    _check_files(manifest, files)
    return OpenedPack(manifest, signed.key, keys, files)


def claimed_revision(raw: bytes) -> int:
    """The revision that a signed pack claims, unverified. Raises `PackRefused`."""
    return _read_manifest(_read(SignedPack, raw).manifest).revision


def newer_keys(offered: SignedKeys, known: SignedKeys | None, root: bytes) -> SignedKeys:
    """The newer of two key lists; the known one where both are of one age.

    Raises `PackRefused` (`keys_not_of_root`) if the root did not sign the offered one.
    """
    found = offered.read(root)
    if known is None or found.serial > known.read(root).serial:
        return offered
    return known


def pack_files(raw: bytes) -> dict[str, bytes]:
    """The files of a kept pack, signed or not. Raises `PackRefused` (`unreadable`).

    Only for packs kept by hash: whoever loads them compares the hash.
    """
    try:
        files = json.loads(raw)["files"]
        return {str(name): str(text).encode() for name, text in files.items()}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise PackRefused("unreadable") from error


def unsigned(files: Mapping[str, bytes]) -> bytes:
    """The bytes under which the files of an unsigned pack are kept by its hash."""
    return json.dumps({"files": {name: data.decode() for name, data in files.items()}}).encode()


def check_new(manifest: PackHead, installed: Iterable[PackHead], now: datetime) -> None:
    """Whether a pack may be installed beside those that are there.

    `now` is the best clock at hand. Raises `PackRefused`: `older`, `other_content` (the same
    revision with other files), `expired`.
    """
    newest = max((pack.revision for pack in installed), default=0)
    for pack in installed:
        if pack.revision == manifest.revision and pack.sha256 != manifest.sha256:
            raise PackRefused("other_content", revision=manifest.revision)
    if manifest.revision <= newest:
        raise PackRefused("older", revision=manifest.revision, newest=newest)
    today = manifest.day(now)
    if manifest.expires is not None and manifest.expires < today:
        raise PackRefused(
            "expired", revision=manifest.revision, expires=manifest.expires, today=today
        )


def _check_files(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    for name in sorted(manifest.files.keys() | files.keys()):
        if name not in files:
            raise PackRefused("file_missing", file=name)
        if name not in manifest.files:
            raise PackRefused("file_added", file=name)
        if hashlib.sha256(files[name]).hexdigest() != manifest.files[name]:
            raise PackRefused("file_changed", file=name)


def _read_manifest(text: str) -> Manifest:
    try:
        version = json.loads(text)["format"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise PackRefused("unreadable") from error
    if version != 1:
        raise PackRefused("other_format")
    return _read(Manifest, text)


def _read(model: type[M], raw: bytes | str) -> M:
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise PackRefused("unreadable") from error


def _key(text: str) -> bytes:
    try:
        return signatures.unb64(text)
    except ValueError as error:
        raise PackRefused("unreadable") from error


def _text(part: BaseModel) -> str:
    return canonical(part.model_dump(mode="json")).decode()
