"""Attachments: files kept by the hash of their content, encrypted, checked on every read.

`attachments/ab/<name>` in the home folder is one sealed file (see `sealed`); its name is a keyed
hash of the content's SHA-256, so that the folder does not show which known files it holds. The
same content is kept once. A file is there, whole and on the disk, before an event names it.

What comes from the office part by part waits in `attachments/incoming`, each part a sealed file,
until all of it is there and has the right hash.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from shutil import rmtree
from typing import BinaryIO

from fieldkit.chunked import chunks, derived, seal, unseal
from fieldkit.domain.core.errors import Fault
from fieldkit.store.home.atomic_files import drafted, private_folder, written


@dataclass(frozen=True)
class Kept:
    """What was kept: the SHA-256 of the content in hex, and its size in bytes."""

    sha256: str
    size: int


class Attachments:
    """The attachments of one home folder."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder = folder
        self._key = derived(key, "attachments")
        self._names = derived(key, "attachment names")

    def add(self, source: BinaryIO) -> Kept:
        """Keep what `source` gives. A damaged copy of the same content is replaced.

        Raises `Fault` (`store.full`, `store.unwritable`); nothing is kept then.
        """
        return self._keep(chunks(source), lambda _: True)

    def _keep(self, source: Iterator[bytes], is_right: Callable[[str], bool]) -> Kept:
        """Write content to a file that is found under its hash if that is right."""
        content = _Measured(source)
        private_folder(self.folder)
        with drafted(self.folder, "attachment") as draft:
            seal(content, draft.file, self._key)
            kept = Kept(content.hash.hexdigest(), content.size)
            if is_right(kept.sha256):
                place = self.path(kept.sha256)
                private_folder(place.parent)
                draft.place(place)
        return kept

    def path(self, sha256: str) -> Path:
        """Where the content with this hash is kept."""
        name = self._name(sha256)
        return self.folder / name[:2] / name

    def _name(self, sha256: str) -> str:
        return blake2b(sha256.encode(), key=self._names, digest_size=32).hexdigest()

    def has(self, sha256: str) -> bool:
        """Whether it is here; it may be damaged."""
        return self.path(sha256).exists()

    def read(self, sha256: str) -> Iterator[bytes]:
        """The content, piece by piece; it is good only when the last piece has come.

        Raises `Fault` (`attachment.missing`, `attachment.damaged`, `attachment.unreadable`).
        """
        found = hashlib.sha256()
        for piece in self._read(self.path(sha256)):
            found.update(piece)
            yield piece
        if found.hexdigest() != sha256:
            raise Fault("attachment.damaged")

    def _read(self, path: Path) -> Iterator[bytes]:
        try:
            with path.open("rb") as file:
                yield from unseal(file, self._key)
        except FileNotFoundError:
            raise Fault("attachment.missing") from None
        except OSError as error:
            raise Fault("attachment.unreadable", why=error.strerror) from None
        except ValueError:
            raise Fault("attachment.damaged") from None

    def is_whole(self, path: Path) -> bool:
        """Whether a file, here or unpacked from a backup, has the content that its name says."""
        found = hashlib.sha256()
        try:
            for piece in self._read(path):
                found.update(piece)
        except Fault:
            return False
        return self._name(found.hexdigest()) == path.name

    def checked_size(self, sha256: str) -> int:
        """The size in bytes; all of the content is read and checked. Raises `Fault` as `read`."""
        return sum(map(len, self.read(sha256)))

    def save(self, sha256: str, target: Path) -> None:
        """Write the content to a file, which appears only if all of it is good."""
        with written(target) as file:
            for piece in self.read(sha256):
                file.write(piece)

    # -- what comes in parts ---------------------------------------------------------------

    def begun(self, sha256: str) -> int:
        """How many bytes are here, from the beginning, of content that is coming."""
        return sum(size for size, _ in self._parts(sha256))

    def add_part(self, sha256: str, part: bytes) -> None:
        """Keep the next bytes of content that is coming. Raises `Fault` as `add` does."""
        folder = self._coming(sha256)
        for each in (self.folder, folder.parent, folder):
            private_folder(each)
        with written(folder / f"{self.begun(sha256):012d}-{len(part)}") as file:
            seal(iter([part]), file, self._key)

    def complete(self, sha256: str) -> bool:
        """Keep what has come. False, and it must come anew, if it is not what it should be."""
        parts = [path for _, path in self._parts(sha256)]
        try:
            kept = self._keep(chain.from_iterable(map(self._unsealed, parts)), sha256.__eq__)
        except ValueError:  # a part was damaged here
            self.drop_parts(sha256)
            return False
        self.drop_parts(sha256)
        return kept.sha256 == sha256

    def drop_parts(self, sha256: str) -> None:
        """Forget what has come of content."""
        rmtree(self._coming(sha256), ignore_errors=True)

    def _coming(self, sha256: str) -> Path:
        return self.folder / "incoming" / self._name(sha256)

    def _parts(self, sha256: str) -> Iterator[tuple[int, Path]]:
        """The parts that follow on each other: their sizes and files."""
        at = 0
        for path in sorted(self._coming(sha256).glob("*-*[0-9]")):
            start, _, size = path.name.partition("-")
            if int(start) != at:
                return
            at += int(size)
            yield int(size), path

    def _unsealed(self, path: Path) -> Iterator[bytes]:
        with path.open("rb") as file:
            yield from unseal(file, self._key)

    def files(self) -> list[Path]:
        """All files that are kept."""
        return sorted(self.folder.glob("??/*"))


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
