"""Text in PDF: which font sets which letter, how wide it is, and where a line may end.

Latin letters are set in Helvetica, all others in STSong-Light: both are known to every PDF
reader, so that no font is shipped or embedded. Letters beyond the Basic Multilingual Plane have
no place in that font and are set as 〓, the printers' mark for a missing letter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

LATIN, LATIN_BOLD, CHINESE = "Helvetica", "Helvetica-Bold", "STSong-Light"

_CLOSING = "，。、；：！？）》〉」』】”’％…,.;:!?)]%"
_OPENING = "（《〈「『【“‘([¥"
_TOKEN = re.compile(r" |[⺀-￯]|[^ ⺀-￯]+")


@dataclass(frozen=True)
class Style:
    """How a text is set. Lengths in points; `colour` as a hex triple."""

    size: float = 9
    leading: float = 12.5
    colour: str = "#1b2a33"
    bold: bool = False
    align: str = "left"
    before: float = 0


@cache
def fonts_ready() -> None:
    """Make the Chinese font known to reportlab."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))


def is_latin(letter: str) -> bool:
    """Whether Helvetica sets this letter; punctuation that both scripts have goes with Chinese."""
    return letter <= "ÿ" or letter in "–€"


def clean(text: str) -> str:
    """The text with what the fonts cannot set replaced."""
    return "".join("〓" if c > "\uffff" else " " if c < " " else c for c in text)


def runs(text: str, bold: bool) -> Iterator[tuple[str, str]]:
    """The text in pieces of one font each: (font, piece)."""
    for latin, letters in groupby(text, is_latin):
        yield (LATIN_BOLD if bold else LATIN) if latin else CHINESE, "".join(letters)


def text_width(text: str, style: Style) -> float:
    """The width in points."""
    pieces = runs(text, style.bold)
    return float(sum(pdfmetrics.stringWidth(piece, font, style.size) for font, piece in pieces))


def wrapped(text: str, style: Style, width: float) -> list[str]:
    """The lines of a text. Line breaks are kept; a line ends at a space or between Chinese
    letters, never before closing or after opening punctuation unless nothing else is left."""
    fonts_ready()
    return [
        line for given in text.splitlines() for line in _wrapped_line(clean(given), style, width)
    ] or [""]


def _wrapped_line(text: str, style: Style, width: float) -> Iterator[str]:
    line = ""
    for token in _unbreakable(text):
        if text_width((line + token).rstrip(), style) <= width:
            line += token
            continue
        if line.strip():
            yield line.rstrip()
        line = token.lstrip()
        while text_width(line, style) > width and len(line) > 1:
            head = _fitting(line, style, width)
            yield head
            line = line[len(head) :]
    yield line.rstrip()


def _fitting(text: str, style: Style, width: float) -> str:
    """As many letters as fit, at least one."""
    for count in range(len(text) - 1, 1, -1):
        if text_width(text[:count], style) <= width:
            return text[:count]
    return text[:1]


def _unbreakable(text: str) -> Iterator[str]:
    """The text in pieces between which a line may end."""
    piece = ""
    for token in _TOKEN.findall(text):
        if piece and token[0] not in _CLOSING and piece[-1] not in _OPENING:
            yield piece
            piece = ""
        piece += token
    if piece:
        yield piece
