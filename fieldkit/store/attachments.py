"""Attachments: files kept by the hash of their content, encrypted, checked on every read.

`attachments/ab/<name>` in the home folder is one sealed file (see `sealed`); its name is a keyed
hash of the content's SHA-256, so that the folder does not tell which known files it holds. The
same content is kept once. A file is there, whole and on the disk, before an event names it.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from fieldkit.domain.errors import Fault
from fieldkit.store.sealed import chunks, derived, seal, unseal, unwritable, written
from fieldkit.store.tinysqlite.storage import sync_folder


@dataclass(frozen=True)
class Kept:
    """What was kept: the SHA-256 of the content in hex, and its size in bytes."""

    sha256: str
    size: int


class Attachments:
    """The attachments of one home folder."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = derived(key, "attachments")
        self._names = derived(key, "attachment names")

    def add(self, source: BinaryIO) -> Kept:
        """Keep what `source` gives. A damaged copy of the same content is replaced.

        Raises `Fault` (`store.full`, `store.unwritable`); nothing is kept then.
        """
        content = _Measured(chunks(source))
        incoming = self._folder / f"{secrets.token_hex(8)}.incoming"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with written(incoming) as file:
                seal(content, file, self._key)
            place = self.path(content.hash.hexdigest())
            place.parent.mkdir(exist_ok=True)
            incoming.replace(place)
            sync_folder(place.parent)
        except OSError as error:
            raise unwritable(error) from error
        return Kept(content.hash.hexdigest(), content.size)

    def path(self, sha256: str) -> Path:
        """Where the content with this hash is kept."""
        name = blake2b(sha256.encode(), key=self._names, digest_size=32).hexdigest()
        return self._folder / name[:2] / name

    def has(self, sha256: str) -> bool:
        """Whether it is here; it may be damaged."""
        return self.path(sha256).exists()

    def read(self, sha256: str) -> Iterator[bytes]:
        """The content, piece by piece; it is good only when the last piece has come.

        Raises `Fault` (`attachment.missing`, `attachment.damaged`).
        """
        found = hashlib.sha256()
        try:
            with self.path(sha256).open("rb") as file:
                for piece in unseal(file, self._key):
                    found.update(piece)
                    yield piece
        except FileNotFoundError:
            raise Fault("attachment.missing") from None
        except (OSError, ValueError):
            raise Fault("attachment.damaged") from None
        if found.hexdigest() != sha256:
            raise Fault("attachment.damaged")

    def save(self, sha256: str, target: Path) -> None:
        """Write the content to a file, which appears only if all of it is good."""
        with written(target) as file:
            for piece in self.read(sha256):
                file.write(piece)

    def files(self) -> list[Path]:
        """All files that are kept."""
        return sorted(path for path in self._folder.glob("??/*") if path.suffix != ".new")


class _Measured(Iterator[bytes]):
    """Passes pieces on and notes their hash and size."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.hash = hashlib.sha256()
        self.size = 0

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        self.hash.update(piece)
        self.size += len(piece)
        return piece
