"""What a parcel and its answer say; both sides of the exchange through files use it.

A file is `FIELDKIT PARCEL 1\\n`, the length of its head (8 bytes, big-endian), the head, and the
body. The head is a sealed message (`sealing`): a `Parcel` or a `ParcelAnswer`. The body is the
contents of the attachments that the head lists, one after the other, sealed in chunks
(`fieldkit.chunked`) by the key that the head gives, so a file of any size passes through little
memory. Each attachment is known by its SHA-256.
"""

import secrets
from collections.abc import Iterable, Iterator
from typing import Annotated, BinaryIO

from pydantic import AwareDatetime, Field

from fieldkit import chunked
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import (
    MAX_SET_ASIDE,
    Batch,
    CatalogueFile,
    CodeHashes,
    CodesHeld,
    FeedPage,
    Key,
    Message,
    PackFile,
    PackIndex,
    Receipt,
    Refusal,
    Result,
)
from fieldkit.sync.protocol.sealed_messages import MAX_SEALED, SignedContent, seal, unseal

MAGIC = b"FIELDKIT PARCEL 1\n"
PARCEL, ANSWER = "parcel", "parcel answer"
_LENGTH_BYTES = 8  # of the length of the head


class Enclosed(Message):
    """An attachment in the body of a file, and its size in bytes."""

    sha256: Key
    size: int = Field(ge=0)


class Enclosing(Message):
    """A head: `enclosed` are the attachments of the body in their order, `key` opens it."""

    key: Key = ""
    enclosed: list[Enclosed] = Field(default_factory=list)


class EnclosedPack(PackFile):
    """A signed rule pack and the hash by which it is asked for."""

    sha256: Key


class EnclosedPacks(Message):
    """The office's shelf of rule packs: its tag, what `PackIndex` says, the packs that the laptop
    does not have, and the office's moment, by which they are in force or have expired."""

    tag: str
    at: AwareDatetime
    index: PackIndex
    files: list[EnclosedPack] = Field(default_factory=list)


class Parcel(Enclosing):
    """What a laptop has to say: its unsent events, how far it has read the feed, the catalogue
    that it has, and the attachments that it encloses and wants.

    `shelf` is the tag of the rule packs that it has dealt with, None from one that takes none;
    `packs` the hashes of those that it has; `set_aside` and `phone_codes` are those of a summary.
    """

    device: str
    epoch: str
    nonce: str
    cursor: str
    batches: list[Batch]
    wanted: list[Key] = Field(default_factory=list)
    catalogue: str = ""
    shelf: str | None = None
    packs: list[Key] = Field(default_factory=list)
    set_aside: Annotated[list[Key], Field(max_length=MAX_SET_ASIDE)] = Field(default_factory=list)
    phone_codes: CodesHeld | None = None


class BatchAnswer(Message):
    """The answer to one batch: a receipt, or why the office took nothing of it."""

    receipt: Receipt | None = None
    refusal: Refusal | None = None


class ParcelAnswer(Enclosing):
    """The office's answer: one for each batch, the feed from the parcel's cursor on, which
    attachments of this laptop it still lacks, its catalogue and its rule packs if they are
    others, and what a summary says of events that were set aside and of telephone codes."""

    device: str
    nonce: str
    answers: list[BatchAnswer]
    pages: list[FeedPage] = Field(default_factory=list)
    lacking: list[Key] = Field(default_factory=list)
    catalogue: CatalogueFile | None = None
    shelf: EnclosedPacks | None = None
    set_aside: dict[str, Result] = Field(default_factory=dict)
    phone_codes: list[CodeHashes] = Field(default_factory=list)


def new_key() -> str:
    """A key for one body, as a head names it."""
    return keys.b64(secrets.token_bytes(32))


def write(
    out: BinaryIO,
    head: Enclosing,
    purpose: str,
    signing: bytes,
    recipient: bytes,
    contents: Iterable[bytes],
) -> None:
    """Write a file; `contents` are the bytes of what the head encloses."""
    sealed = seal(head.model_dump_json(), purpose, signing, recipient)
    out.write(MAGIC + len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)
    chunked.seal(iter(contents), out, keys.unb64(head.key))


def read_head(file: BinaryIO, purpose: str, private: bytes) -> SignedContent:
    """The head of a file, whose writer must still be checked; the file then stands at its body.

    Raises `ValueError`.
    """
    if file.read(len(MAGIC)) != MAGIC:
        raise ValueError("not a parcel")
    length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
    if not 0 < length <= MAX_SEALED:
        raise ValueError("not a parcel")
    return unseal(file.read(length), purpose, private)


class Contents:
    """The body of a file, opened by the key of its head. All of it is checked first, so that
    nothing is taken of a file that is damaged anywhere. Raises `ValueError`."""

    def __init__(self, file: BinaryIO, head: Enclosing) -> None:
        key = keys.unb64(head.key)
        begin = file.tell()
        found = sum(map(len, chunked.unseal(file, key)))
        if found != sum(each.size for each in head.enclosed):
            raise ValueError("not what the head encloses")
        file.seek(begin)
        self._pieces = chunked.unseal(file, key)
        self._rest = b""

    def parts(self, each: Enclosed) -> Iterator[tuple[int, bytes]]:
        """The next attachment, part by part: where each begins, and its bytes. To be read to
        its end before the one after it."""
        at = 0
        while at < each.size:
            self._rest = self._rest or next(self._pieces)
            part, self._rest = self._rest[: each.size - at], self._rest[each.size - at :]
            yield at, part
            at += len(part)
