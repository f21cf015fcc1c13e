"""What a paper says: sections, rows and amounts as finished text, without layout."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from fieldkit.i18n import Lang, say

Strokes = tuple[tuple[float, ...], ...]
"""A signature: each stroke is x, y, x, y ... with y downwards, in units of its own."""


class PaperKind(StrEnum):
    """Which paper."""

    RECEIPT = "receipt"
    REPORT = "report"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True)
class Fact:
    """A label and what is said under it."""

    label: str
    text: str


@dataclass(frozen=True)
class Facts:
    """Facts under a heading."""

    heading: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Cards:
    """Groups of facts side by side."""

    cards: tuple[Facts, ...]


@dataclass(frozen=True)
class Prose:
    """Free text under a heading; line breaks are kept."""

    heading: str
    text: str


@dataclass(frozen=True)
class Checklist:
    """A list of which each item is ticked or not."""

    heading: str
    items: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, its share of the width, whether it holds amounts, and
    whether it is what the reader looks for."""

    title: str
    share: int
    amount: bool = False
    strong: bool = False


@dataclass(frozen=True)
class TableRow:
    """A row: its cells, reasons for people below them, and the source in small print."""

    cells: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    fine: str = ""


@dataclass(frozen=True)
class PaperTable:
    """Rows under the titles of their columns, which stand on each page anew."""

    heading: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class Totals:
    """Amounts that lead to the last one, with the reasons below and an amount in words."""

    parts: tuple[Fact, ...]
    total: Fact
    reasons: tuple[str, ...] = ()
    fine: str = ""


@dataclass(frozen=True)
class Notice:
    """What the reader must not overlook."""

    heading: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Box:
    """A place to sign: whose it is, who signed and when, and the strokes; empty to sign by hand."""

    caption: str
    name: str = ""
    when: str = ""
    strokes: Strokes = ()


@dataclass(frozen=True)
class Signing:
    """Places to sign, side by side."""

    heading: str
    text: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Tear:
    """The line at which the part below is torn off."""

    text: str


@dataclass(frozen=True)
class Fine:
    """Small print."""

    texts: tuple[str, ...]


Block = Cards | Prose | Checklist | PaperTable | Totals | Notice | Signing | Tear | Fine


@dataclass(frozen=True)
class Paper:
    """A paper in one language. `number` is the job's; `reference` that of the paper itself."""

    kind: PaperKind
    lang: Lang
    number: str
    issuer: str
    contact: str
    title: str
    reference: str
    blocks: tuple[Block, ...]

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over everything that the paper says."""
        said = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def payload(self) -> str:
        """What the QR code holds: `FIELDKIT:<job number>:<KIND>:<LANG>:<SHA-256>`.

        All in the letters of the alphanumeric mode, which keeps the code small.
        """
        return f"FIELDKIT:{self.number}:{self.kind}:{self.lang}:{self.digest}".upper()

    @property
    def running_title(self) -> str:
        """What stands at the foot of each page."""
        return f"{self.title} {self.reference}"

    @property
    def fingerprint(self) -> str:
        """The beginning of the digest, for people to compare with the QR code."""
        short = self.digest[:16].upper()
        grouped = " ".join(short[at : at + 4] for at in range(0, 16, 4))
        return say("paper.fingerprint", self.lang, digest=grouped)

    def texts(self) -> Iterator[str]:
        """Every text of the paper, in order; what is empty is left out."""
        yield from (self.issuer, self.contact, self.title, self.reference, self.fingerprint)
        for block in self.blocks:
            yield from _texts(asdict(block))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (value,) if value else ()
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
