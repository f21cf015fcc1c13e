"""Strokes drawn in braille: two dots across and four down in each cell of the terminal."""

from collections.abc import Iterable, Sequence

ACROSS, DOWN = 2, 4
"""Dots in a cell; a terminal's cell is about twice as high as wide, so dots are about square."""

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot in the Unicode block that starts at U+2800, by row and column."""

Stroke = Sequence[float]
"""x, y, x, y …, in dots; y points down."""


def draw(strokes: Iterable[Stroke], columns: int, rows: int) -> list[str]:
    """The strokes as lines of text, `rows` of `columns` cells; what lies outside is left out.
    An empty cell is a space."""
    cells = [[0] * columns for _ in range(rows)]
    for stroke in strokes:
        for x, y in _dots(stroke):
            if 0 <= x < columns * ACROSS and 0 <= y < rows * DOWN:
                cells[y // DOWN][x // ACROSS] |= _DOTS[y % DOWN][x % ACROSS]
    return ["".join(chr(0x2800 + bits) if bits else " " for bits in row) for row in cells]


def _dots(stroke: Stroke) -> Iterable[tuple[int, int]]:
    """Every dot on the lines between the points; one point is one dot."""
    points = list(zip(stroke[::2], stroke[1::2], strict=False))
    for (x, y), (to_x, to_y) in zip(points, points[1:] or points, strict=False):
        steps = max(1, round(max(abs(to_x - x), abs(to_y - y))))
        for step in range(steps + 1):
            yield round(x + (to_x - x) * step / steps), round(y + (to_y - y) * step / steps)
