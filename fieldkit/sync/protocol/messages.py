"""What laptop and office say to each other: models of the wire, and what both compute alike.

Version 1, JSON over HTTP under `/v1`; `docs/protocol.md` describes it step by step.
"""

import json
from enum import StrEnum
from functools import cached_property
from typing import Annotated, NamedTuple

from pydantic import AwareDatetime, ConfigDict, Field, JsonValue, StringConstraints

from fieldkit.domain.core.base_model import Model
from fieldkit.domain.core.event import canonical, digest
from fieldkit.sync.protocol import keys

PROTOCOL = 1
"""The version of the protocol: the number in the path."""
NONCE_HEADER = "Fieldkit-Nonce"
"""Request: the value that the answer's signature must cover."""
SIGNATURE_HEADER = "Fieldkit-Signature"
"""Request: the device's signature of the body. Answer: the office's, over nonce and body."""

MAX_BATCH_EVENTS = 2000
"""The most events of one batch: the office writes it in one transaction, for which others wait."""
MAX_SET_ASIDE = 500
"""The most refused and held events that one summary tells of; the next one tells of others."""
MAX_CODE_NUMBER = 10**8
"""No honest laptop comes so far with the numbers of its telephone codes."""
MAX_BODY_BYTES = 16 * 1024 * 1024
"""The largest body, unpacked: it is held in memory whole."""
PACK_FROM = 512
"""Bytes from which a body is packed: smaller ones hardly shrink, and fit in one packet."""
MAX_ATTACHMENT_BYTES = 32 * 1024 * 1024
"""The largest attachment: more than any photograph or scan of a page has."""
MAX_PART_BYTES = 1024 * 1024
"""The most bytes of an attachment in one request, which is held in memory whole."""
OFFSET_HEADER = "Upload-Offset"
"""Where in an attachment the bytes of a request begin, or how many of them are there."""
LENGTH_HEADER = "Upload-Length"
"""The size of a whole attachment, in bytes."""
SHA256 = r"^[0-9a-f]{64}$"
"""A SHA-256 in hex."""
CLOCK_TOLERANCE_S = 300
"""A clock that is further off than this, which none is that a network sets, is reported; nothing
is refused for it."""

PRINTED = r"^[^\x00-\x1f]*$"
"""Text without control characters, which not every database takes."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=PRINTED)]
Key = Annotated[str, StringConstraints(max_length=64)]


class Message(Model):
    """Base of what is said. Fields of a newer version are passed over."""

    model_config = ConfigDict(defer_build=False)  # FastAPI takes no model that is not built


class Head(Message):
    """How far a chain of events goes: their number and the SHA-256 of the last one's bytes."""

    count: int = Field(default=0, ge=0, lt=2**63)
    hash: Key = ""


class HeadState(StrEnum):
    """What the office has of one epoch of a device, beside what the laptop has."""

    EQUAL = "equal"
    BEHIND = "behind"
    AHEAD = "ahead"
    FORKED = "forked"


def compare(laptop: Head, office: Head, office_hash: str) -> HeadState:
    """Compare two heads; `office_hash` is the office's hash at the laptop's count.

    BEHIND: the office lacks events. AHEAD: the laptop lost its last events. FORKED: different
    events under the same number, so two laptops go by one name. Where the laptop has more,
    a fork shows only when its events arrive.
    """
    if laptop.count > office.count:
        return HeadState.BEHIND
    if office_hash != laptop.hash:
        return HeadState.FORKED
    return HeadState.EQUAL if laptop.count == office.count else HeadState.AHEAD


class Outcome(StrEnum):
    """What became of an event at the office."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    HELD = "held"
    REJECTED = "rejected"


class Rejected(StrEnum):
    """Why an event cannot count: `sync.reason.<reason>` names the sentence."""

    UNREADABLE = "unreadable"
    WRONG_ENVELOPE = "wrong_envelope"
    BROKEN_CHAIN = "broken_chain"
    WRONG_RECORD = "wrong_record"
    WRONG_ROLE = "wrong_role"
    OFFICE_ONLY = "office_only"
    NOT_PLAIN = "not_plain"
    SAME_ID = "same_id"
    NOT_PERMITTED = "not_permitted"
    WRONG_AUTHOR = "wrong_author"
    DISMISSED = "dismissed"


class Result(Message):
    """What became of one event: `position` where it counts, `reason` where it was rejected.

    The reason is one of `Rejected`, or one that a newer office knows.
    """

    status: Outcome
    position: int | None = None
    reason: str = ""


# -- summary ---------------------------------------------------------------------------------


class CodesHeld(Message):
    """The telephone codes that a laptop can still use: those after `after` up to `upto`, which the
    office gave in this epoch of it; "" where none of them can be used any more."""

    office_epoch: Key = ""
    after: int = Field(default=0, ge=0, le=MAX_CODE_NUMBER)
    upto: int = Field(default=0, ge=0, le=MAX_CODE_NUMBER)


class CodeHashes(Message):
    """A number of a telephone code, and the hash of its code for each outcome."""

    number: int = Field(ge=1)
    hashes: dict[str, str]


class SyncAsk(Message):
    """The laptop's summary: its chains by epoch, its cursor, its clock, which of its events it
    believes to be set aside, and its telephone codes (None from one that takes none)."""

    epoch: Name
    heads: Annotated[dict[Name, Head], Field(max_length=64)]
    cursor: Annotated[str, StringConstraints(max_length=200)] = ""
    time: AwareDatetime
    set_aside: Annotated[list[Key], Field(max_length=MAX_SET_ASIDE)] = Field(default_factory=list)
    phone_codes: CodesHeld | None = None


class OfficeHead(Head):
    """What the office has of one epoch, and how that compares."""

    state: HeadState


NOTHING = OfficeHead(state=HeadState.BEHIND)
"""What the office has of an epoch that it does not know."""


class SyncAnswer(Message):
    """The office's summary. `news`: the feed has something beyond the cursor.

    `clock_skew_s` is how far the laptop's clock is ahead, in seconds; `cursor_fits` is false
    where the office has lost what the laptop had read; `token_due`: the laptop should ask for a
    new token; `attachments` is how many of this device's attachments have not come; `packs` is the
    tag of the shelf of rule packs, `catalogue` of the catalogue, "" while nothing is published.
    `set_aside` has what became of the events that were asked for, and of this device's others that
    are refused or held; `people` are those whom the office knows to work here; `phone_codes` are
    telephone codes that the laptop lacks, a few with each summary.
    """

    office_epoch: str
    heads: dict[str, OfficeHead]
    position: int
    news: bool
    clock_skew_s: int
    cursor_fits: bool = True
    token_due: bool = False
    attachments: int = 0
    packs: str = ""
    catalogue: str = ""
    set_aside: dict[str, Result] = Field(default_factory=dict)
    people: list[str] = Field(default_factory=list)
    phone_codes: list[CodeHashes] = Field(default_factory=list)


# -- events ----------------------------------------------------------------------------------


class Batch(Message):
    """Consecutive events of one epoch of a device; `first` is the sequence of the first.

    `events` are the stored bytes as `to_wire` makes them. The body is signed by the device.
    """

    device: Name
    epoch: Name
    first: int = Field(ge=1, lt=2**63)
    nonce: Name
    events: list[str] = Field(min_length=1, max_length=MAX_BATCH_EVENTS)


class Receipt(Message):
    """The office's signed answer to a batch: one result an event, in the batch's order.

    `head` is the office's head of that epoch afterwards. The signature covers the nonce of
    the batch, so that no old receipt passes for a new one.
    """

    device: str
    epoch: str
    nonce: str
    office_epoch: str
    head: Head
    results: list[Result]
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """What the signature covers; the results go in by their hash."""
        stated = self.model_dump(mode="json", exclude={"signature", "results"})
        return canonical(stated | {"results": self.results_hash})

    @cached_property
    def results_hash(self) -> str:
        """SHA-256 over the results, positions included."""
        listed = [[result.status, result.position, result.reason] for result in self.results]
        return digest(canonical({"results": listed}))

    def signed(self, private: bytes) -> "Receipt":
        """The same with the office's signature."""
        return self.model_copy(
            update={"signature": keys.sign(private, "receipt", self.signed_bytes())}
        )

    def answers(self, batch: Batch, office_key: bytes) -> bool:
        """Whether this is the office's own answer to exactly this batch."""
        return (
            (self.device, self.epoch, self.nonce) == (batch.device, batch.epoch, batch.nonce)
            and len(self.results) == len(batch.events)
            and keys.verify(office_key, "receipt", self.signed_bytes(), self.signature)
        )


# -- feed ------------------------------------------------------------------------------------


class FeedPage(Message):
    """A page of the feed: positions, event bytes and seals side by side, and where it ends.

    By its seal the office knows an event again, see `Refill`.
    """

    office_epoch: str
    positions: list[int]
    events: list[str]
    seals: list[str] = Field(default_factory=list)
    cursor: str
    more: bool


class Cursor(NamedTuple):
    """Where a reader of the feed is; `docs/protocol.md` explains place and position."""

    epoch: str
    place: int
    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.epoch}:{self.place}:{self.position}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor of its text; None if it is none."""
        parts = text.split(":")
        if len(parts) != 4 or not (_is_count(parts[1]) and _is_count(parts[2])):
            return None
        return cls(parts[0], int(parts[1]), int(parts[2]), parts[3])


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


# -- an office that was restored from a backup -------------------------------------------------


class Held(Message):
    """Ids of events: those that a laptop holds, and in the answer those that the office lacks."""

    ids: Annotated[list[Key], Field(max_length=MAX_BATCH_EVENTS)]


class Refill(Message):
    """Events that the office lost, in the order that they had there.

    `seals` has the office's own mark of each, "" for events of the asking device.
    """

    events: list[str] = Field(min_length=1, max_length=MAX_BATCH_EVENTS)
    seals: list[Key]


class Refilled(Message):
    """The position of each event; 0 for one that the office does not take back."""

    positions: list[int]


# -- attachments -----------------------------------------------------------------------------


class WantedAttachment(Message):
    """An attachment that the office lacks, and how many bytes of it are there already."""

    sha256: str
    offset: int


class Wants(Message):
    """The attachments that events of the asking device name and the office lacks."""

    wanted: list[WantedAttachment]


class Stored(Message):
    """How much of an attachment the office has. `complete`: all of it, with the right hash."""

    offset: int
    size: int
    complete: bool


# -- rule packs and the catalogue -------------------------------------------------------------


class SignedText(Message):
    """A text and its signature."""

    text: str
    signature: str


class PackIndex(Message):
    """What is on the shelf of rule packs.

    `keys` is the list of keys that may sign packs, signed by the root key; `packs` are the heads
    of the published packs, lowest revision first (`fieldkit.rules.model.signed_pack` has both
    as models).
    """

    keys: SignedText
    packs: list[dict[str, JsonValue]]


class PackFile(Message):
    """The bytes of a signed pack, which are text, exactly as they were published."""

    raw: str


class CatalogueFile(Message):
    """The catalogue as JSON text (`fieldkit.domain.core.catalogue.Catalogue`), exactly as it was
    published, and the SHA-256 of that text, which is also its tag."""

    sha256: str
    text: str


# -- refusals and bytes ----------------------------------------------------------------------


class Refusal(Message):
    """An error: `error.sync.<error>` names the sentence."""

    error: str
    params: dict[str, int | str] = Field(default_factory=dict)


_PACKED = "base64:"


def to_wire(raw: bytes) -> str:
    """Stored bytes as JSON text can carry them: as they are, or as base64 if they cannot."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return _PACKED + keys.b64(raw)
    return _PACKED + keys.b64(raw) if text.startswith(_PACKED) else text


def from_wire(text: str) -> bytes:
    """The stored bytes. Raises `ValueError`."""
    if text.startswith(_PACKED):
        return keys.unb64(text.removeprefix(_PACKED))
    return text.encode()


def event_id(raw: bytes) -> str:
    """The id that stored bytes claim; the hash of bytes that have none, or none to be kept."""
    try:
        claimed = json.loads(raw)["id"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return digest(raw)
    usable = isinstance(claimed, str) and 0 < len(claimed) <= 64 and claimed.isprintable()
    return claimed if usable else digest(raw)


def answer_bytes(nonce: str, status: int, body: bytes) -> bytes:
    """What the office signs of each of its answers, in `SIGNATURE_HEADER`."""
    return f"{nonce}\n{status}\n".encode() + body
