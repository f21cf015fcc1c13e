"""Finding by typing: what holds every word that was typed, then what nearly does.

A row nearly holds a word when the letters of the word stand in it in their order, with at most
two others between each pair and no space: a left-out letter or Chinese character is forgiven.
"""

import re
from collections.abc import Sequence

_GAP = r"[^\s]{0,2}?"
_SHORTEST = 3
"""Fewer Latin letters than this are nearly in everything, so they must stand there as typed."""


class Search:
    """Texts to search in, each casefolded once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [text.casefold() for text in texts]

    def find(self, query: str) -> tuple[list[int], list[int]]:
        """The indices of the texts that hold every word, and of the others that nearly do."""
        words = query.casefold().split()
        if not words:
            return list(range(len(self._texts))), []
        texts = self._texts
        exact: Sequence[int] = range(len(texts))
        for word in words:
            exact = [at for at in exact if word in texts[at]]
        held = set(exact)
        nearly: Sequence[int] = [at for at in range(len(texts)) if at not in held]
        for word in words:
            test = _nearly(word).search
            nearly = [at for at in nearly if test(texts[at])]
        return list(exact), list(nearly)


def holds(text: str, query: str) -> bool:
    """Whether a text holds every word of a query."""
    text = text.casefold()
    return all(word in text for word in query.casefold().split())


def _nearly(word: str) -> re.Pattern[str]:
    if len(word) < _SHORTEST and word.isascii():
        return re.compile(re.escape(word))
    return re.compile(_GAP.join(map(re.escape, word)))
