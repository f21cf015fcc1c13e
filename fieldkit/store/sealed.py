"""Encryption of files of any size, in chunks, so that none has to be in memory.

A sealed file is `FKSEAL1\\n`, 16 random bytes, then chunks of 256 KiB of plain text, each sealed
by ChaCha20-Poly1305 (RFC 8439) and 16 bytes longer for it. Each file has a key of its own,
HKDF-SHA256 of the data key with the random bytes as salt. The nonce of a chunk is its number
(11 bytes, big-endian) and a byte that is 1 in the last chunk, so chunks can be neither changed,
moved, doubled nor cut off unseen.
"""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fieldkit.domain.errors import Fault
from fieldkit.store.tinysqlite.storage import sync_folder

CHUNK = 256 * 1024
_MAGIC = b"FKSEAL1\n"
_SALT = 16
_TAG = 16


def derived(key: bytes, purpose: str, salt: bytes = b"") -> bytes:
    """32 bytes for one purpose, from the data key."""
    return HKDF(SHA256(), 32, salt or None, f"fieldkit {purpose}".encode()).derive(key)


def seal(source: Iterator[bytes], target: BinaryIO, key: bytes) -> None:
    """Write what `source` gives, sealed by `key`."""
    salt = secrets.token_bytes(_SALT)
    cipher = ChaCha20Poly1305(derived(key, "file", salt))
    target.write(_MAGIC + salt)
    number = 0
    waiting = next(source, b"")
    for chunk in source:
        target.write(cipher.encrypt(_nonce(number, False), waiting, None))
        number, waiting = number + 1, chunk
    target.write(cipher.encrypt(_nonce(number, True), waiting, None))


def unseal(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The chunks of a sealed file. Raises `ValueError` at the first that is not as written."""
    head = source.read(len(_MAGIC) + _SALT)
    if len(head) != len(_MAGIC) + _SALT or not head.startswith(_MAGIC):
        raise ValueError("not a sealed file")
    cipher = ChaCha20Poly1305(derived(key, "file", head[len(_MAGIC) :]))
    number = 0
    sealed = source.read(CHUNK + _TAG)
    while True:
        following = source.read(CHUNK + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), sealed, None)
        except InvalidTag:
            raise ValueError("the file was changed") from None
        if not following:
            return
        number, sealed = number + 1, following


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """What is in a file, piece by piece."""
    return iter(lambda: file.read(CHUNK), b"")


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A new file that appears under its name complete and on the disk, or not at all.

    Raises `Fault` (`store.full`, `store.unwritable`).
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise unwritable(error) from error
    finally:
        draft.unlink(missing_ok=True)


def unwritable(error: OSError) -> Fault:
    """What a person is told when a file could not be written."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return Fault("store.full" if full else "store.unwritable", why=error.strerror)
