"""What a parcel and its answer say; both sides of the exchange through files use it."""

from pydantic import Field

from fieldkit.sync.protocol import Batch, FeedPage, Message, Receipt, Refusal

MAGIC = b"FIELDKIT PARCEL 1\n"
PARCEL, ANSWER = "parcel", "parcel answer"


class Parcel(Message):
    """What a laptop has to say: its unsent events, and how far it has read the feed."""

    device: str
    epoch: str
    nonce: str
    cursor: str
    batches: list[Batch]


class BatchAnswer(Message):
    """The answer to one batch: a receipt, or why the office took nothing of it."""

    receipt: Receipt | None = None
    refusal: Refusal | None = None


class ParcelAnswer(Message):
    """The office's answer: one for each batch, and the feed from the parcel's cursor on."""

    device: str
    nonce: str
    answers: list[BatchAnswer]
    pages: list[FeedPage] = Field(default_factory=list)
