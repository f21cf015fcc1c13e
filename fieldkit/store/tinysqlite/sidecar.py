"""The counter kept beside the file: how many commits have been acknowledged.

``NAME-commits`` is 40 bytes: magic, the number of commits (little-endian), a check value of
the key, CRC-32 of all that. It is written after each commit and not synced, so it never runs
ahead of what is durable, and it may be older than the file or missing. When the file is behind
it, commits that were acknowledged are gone: a damaged record in SQLite's log looks to SQLite
like the torn end of the log, and everything after it is dropped without a word.
"""

from __future__ import annotations

import hashlib
import logging
import os
import struct
import zlib
from pathlib import Path

from .errors import UnreadableError
from .private_file import open_private

_log = logging.getLogger(__name__)

_BODY = struct.Struct("<8sQ16s")
_CRC = struct.Struct("<I")
_MAGIC = b"tsqlite1"


def key_check(key: bytes | None) -> bytes:
    """16 bytes that differ from key to key and reveal nothing about it."""
    if key is None:
        return bytes(16)
    return hashlib.blake2b(b"tinysqlite key check", key=key, digest_size=16).digest()


class Sidecar:
    """The counter file of the store at ``path``."""

    def __init__(self, path: Path, key: bytes | None) -> None:
        self.path = path.with_name(path.name + "-commits")
        self._check = key_check(key)
        self._file: int | None = None

    def read(self) -> tuple[int, bool] | None:
        """Commits acknowledged and whether the key is the one that made them, or None.

        Raises UnreadableError: without the counter nobody knows whether commits are missing.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnreadableError(self.path, error) from error
        if len(data) != _BODY.size + _CRC.size or not data.startswith(_MAGIC):
            return None
        body = data[: _BODY.size]
        if _CRC.unpack(data[_BODY.size :])[0] != zlib.crc32(body):
            return None
        _, commits, check = _BODY.unpack(body)
        return commits, check == self._check

    def write(self, commits: int) -> None:
        """Note that ``commits`` commits are durable.

        A failure is only logged: the commits are safe, and an old number is never wrong.
        """
        try:
            self._write(commits)
        except OSError as error:
            _log.warning("the commit counter was not written: %s", type(error).__name__)

    def _write(self, commits: int) -> None:
        if self._file is None:
            self._file = open_private(self.path, os.O_RDWR)
        body = _BODY.pack(_MAGIC, commits, self._check)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, body + _CRC.pack(zlib.crc32(body)))

    def close(self) -> None:
        """Close the file; a later write opens it again."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
