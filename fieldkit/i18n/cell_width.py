"""How many cells a text takes in a terminal: a Chinese character takes two."""

from unicodedata import category, east_asian_width

_NO_WIDTH = frozenset({"Mn", "Me", "Cf", "Cc"})


def _cells(letter: str) -> int:
    if letter.isascii():
        return int(letter.isprintable())
    if category(letter) in _NO_WIDTH:
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1


def width(text: str) -> int:
    """The cells that a text of one line takes."""
    return sum(map(_cells, text))


def fit(text: str, cells: int) -> str:
    """The text in exactly so many cells: padded with spaces, or cut with an ellipsis."""
    if cells < 1:
        return ""
    room = cells - width(text)
    if room >= 0:
        return text + " " * room
    kept, used = "", 0
    for letter in text:
        if used + _cells(letter) > cells - 1:
            break
        kept, used = kept + letter, used + _cells(letter)
    return kept + "…" + " " * (cells - 1 - used)
