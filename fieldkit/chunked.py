"""Encryption of content of any size, in chunks, so that none has to be in memory.

Sealed content is `FKSEAL1\\n`, 16 random bytes, then chunks of 256 KiB of plain text, each sealed
by ChaCha20-Poly1305 (RFC 8439) and 16 bytes longer for it. Each has a key of its own, HKDF-SHA256
of the given key with the random bytes as salt. The nonce of a chunk is its number (11 bytes,
big-endian) and a byte that is 1 in the last chunk, so chunks can be neither changed, moved,
doubled nor cut off unseen.
"""

import secrets
from collections.abc import Iterator
from typing import IO, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 256 * 1024  # bytes: little memory, and beside them a tag is nothing
_MAGIC = b"FKSEAL1\n"
_SALT = 16  # bytes, by chance: so that each file has a key of its own
_TAG = 16  # bytes, of ChaCha20-Poly1305


def derived(key: bytes, purpose: str, salt: bytes = b"") -> bytes:
    """32 bytes for one purpose, from another key."""
    return HKDF(SHA256(), 32, salt or None, f"fieldkit {purpose}".encode()).derive(key)


def seal(source: Iterator[bytes], target: BinaryIO, key: bytes) -> None:
    """Write what `source` gives, in pieces of any size, sealed by `key`."""
    source = _cut(source)
    salt = secrets.token_bytes(_SALT)
    cipher = ChaCha20Poly1305(derived(key, "file", salt))
    target.write(_MAGIC + salt)
    number = 0
    waiting = next(source, b"")
    for chunk in source:
        target.write(cipher.encrypt(_nonce(number, False), waiting, None))
        number, waiting = number + 1, chunk
    target.write(cipher.encrypt(_nonce(number, True), waiting, None))


def _cut(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks, of which only the last may be shorter."""
    rest = b""
    for piece in pieces:
        rest = rest + piece if rest else piece
        while len(rest) >= CHUNK:
            yield rest[:CHUNK]
            rest = rest[CHUNK:]
    if rest:
        yield rest


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
