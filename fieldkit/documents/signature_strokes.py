"""A drawn signature, fitted into its box."""

from fieldkit.documents.model import Strokes

Line = tuple[tuple[float, float], ...]


def fitted(strokes: Strokes, width: float, height: float) -> tuple[Line, ...]:
    """The strokes as lines of points inside `width` × `height`, y downwards, in their own
    proportions; a stroke of one point is a line to itself."""
    lines = [tuple(zip(stroke[::2], stroke[1::2], strict=False)) for stroke in strokes]
    lines = [line if len(line) > 1 else line * 2 for line in lines if line]
    if not lines:
        return ()
    xs = [x for line in lines for x, _ in line]
    ys = [y for line in lines for _, y in line]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    scale = min(width / wide if wide else height, height / high if high else width)
    scale = min(scale, width) if wide or high else 1.0
    left, top = (width - wide * scale) / 2, (height - high * scale) / 2
    return tuple(
        tuple(
            (round(left + (x - min(xs)) * scale, 2), round(top + (y - min(ys)) * scale, 2))
            for x, y in line
        )
        for line in lines
    )
