"""Did you mean: the likely spelling of a name, and letters that only look like Latin ones."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable


def closest(word: object, known: Iterable[str]) -> str | None:
    """The known name most like `word`, if one is near enough to be a slip of the pen."""
    if not isinstance(word, str):
        return None
    folded = unicodedata.normalize("NFKC", word[:80]).strip().lower().replace("-", "_")
    names = {name.lower(): name for name in known}
    if folded in names:
        return names[folded]
    found = difflib.get_close_matches(folded, names, n=1, cutoff=0.7)
    return names[found[0]] if found else None


def confusable(name: str) -> str | None:
    """The first character of an identifier that is not plain ASCII, or None.

    Identifiers of a pack are ASCII, so that a Cyrillic `а` cannot pass for a Latin one.
    """
    return next(
        (letter for letter in name if not letter.isascii() or not letter.isprintable()), None
    )
