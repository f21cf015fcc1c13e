"""The QR code of a paper, as squares."""

Squares = tuple[tuple[bool, ...], ...]


def qr_squares(payload: str) -> Squares:
    """The rows of the code, True for dark; without the quiet zone around it."""
    import segno  # only for a paper that is set

    matrix = segno.make(payload, error="m", micro=False).matrix
    return tuple(tuple(bool(square) for square in row) for row in matrix)
