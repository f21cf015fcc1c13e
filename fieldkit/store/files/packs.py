"""Rule packs on disk: the bytes as they came, one file a pack, named by the pack's hash.

A file is there whole or not at all: it is written beside its place, made durable and renamed.
What a pack means, and whether it may be trusted, is not known here.
"""

import re
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from fieldkit.domain.core.errors import Fault
from fieldkit.store.home.atomic_files import private_folder, written

SUFFIX = ".fkpack"
INSTALLED = "packs"
"""The setting of the store that lists the installed packs."""

_HASH = re.compile(r"[0-9a-f]{64}\Z")


def is_pack_name(name: str) -> bool:
    """Whether a pack may be kept in a file of this name."""
    return name.endswith(SUFFIX) and bool(_HASH.match(name.removesuffix(SUFFIX)))


class PackFiles:
    """The packs that one home folder keeps."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, sha256: str, raw: bytes) -> None:
        """Keep a pack under its hash, in the place of what is there.

        Raises `Fault` (`pack.not_kept`) if the disk refuses; what was there is still there.
        """
        try:
            private_folder(self._folder)
            with written(self._path(sha256)) as file:
                file.write(raw)
        except Fault as fault:
            why = fault.params.get("why")
            raise Fault("pack.not_kept", folder=str(self._folder), why=why) from fault

    def has(self, sha256: str) -> bool:
        """Whether a pack is kept."""
        return self._path(sha256).exists()

    def read(self, sha256: str) -> bytes | None:
        """The bytes of a pack; None where it is not kept or its file cannot be read."""
        try:
            return self._path(sha256).read_bytes()
        except OSError:
            return None

    def hashes(self) -> set[str]:
        """The hashes of all packs that are kept."""
        return {path.stem for path in self._folder.glob(f"*{SUFFIX}") if _HASH.match(path.stem)}

    def copy_all(self, folder: Path) -> list[Path]:
        """Copy every pack that can be read into a new folder; the copies."""
        folder.mkdir()
        for sha256 in sorted(self.hashes()):
            raw = self.read(sha256)
            if raw is not None:
                (folder / f"{sha256}{SUFFIX}").write_bytes(raw)
        return sorted(folder.iterdir())

    def drop_all_but(self, needed: Collection[str]) -> None:
        """Let go of every pack that is not needed; one that cannot be removed stays."""
        for sha256 in self.hashes() - set(needed):
            with suppress(OSError):
                self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        if not _HASH.match(sha256):
            raise ValueError("not a hash")
        return self._folder / f"{sha256}{SUFFIX}"
