"""Digits five lines high, to be read from a distance."""

from fieldkit.i18n import width

_FONT = {
    "0": ("111", "101", "101", "101", "111"),
    "1": ("010", "110", "010", "010", "111"),
    "2": ("111", "001", "111", "100", "111"),
    "3": ("111", "001", "111", "001", "111"),
    "4": ("101", "101", "111", "001", "001"),
    "5": ("111", "100", "111", "001", "111"),
    "6": ("111", "100", "111", "101", "111"),
    "7": ("111", "001", "001", "001", "001"),
    "8": ("111", "101", "111", "101", "111"),
    "9": ("111", "101", "111", "001", "111"),
    "¥": ("101", "101", "010", "111", "010"),
    "-": ("000", "000", "111", "000", "000"),
    "+": ("000", "010", "111", "010", "000"),
    ".": ("0", "0", "0", "0", "1"),
    ",": ("0", "0", "0", "1", "1"),
    " ": ("0", "0", "0", "0", "0"),
    "(": ("1", "1", "1", "1", "1"),
    ")": ("1", "1", "1", "1", "1"),
}
_HEIGHT = 5  # lines, of the font


def big(text: str, cells: int) -> list[str]:
    """The figures in lines of at most so many cells, in full blocks as wide as there is room.

    A text with other letters, or too long for any size, comes back as it is.
    """
    if any(letter not in _FONT for letter in text):
        return [text]
    for scale in (2, 1):
        lines = [_line(text, row, scale) for row in range(_HEIGHT)]
        if width(lines[0]) <= cells:
            return lines
    return [text]


def _line(text: str, row: int, scale: int) -> str:
    dots = "0".join(_FONT[letter][row] for letter in text)
    return "".join(("█" if dot == "1" else " ") * scale for dot in dots)
