"""Finding by typing: what holds every word that was typed, then what nearly does.

However something is written, it is found: see `fieldkit.domain.core.searching`. A text to search in
has each field on a line, so that a number is one whatever its spaces.

A row nearly holds a word when the letters of the word stand in it in their order, with at most
two others between each pair and no space: a left-out letter or Chinese character is forgiven.
"""

import re
from collections.abc import Sequence
from functools import cached_property

from fieldkit.domain.core.searching import holds_words, query_words, search_text

_GAP = r"[^\s]{0,2}?"
_SHORTEST = 3
"""Fewer Latin letters than this are nearly in everything, so they must stand there as typed."""


class Search:
    """Texts to search in, each folded once: when something is searched for, as the first screen
    waits for none of it."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._given = texts

    @cached_property
    def _texts(self) -> list[str]:
        return [search_text(text.split("\n")) for text in self._given]

    def find(self, query: str) -> tuple[list[int], list[int]]:
        """The indices of the texts that hold every word, and of the others that nearly do."""
        words = query_words(query)
        if not words:
            return list(range(len(self._given))), []
        texts = self._texts
        exact: Sequence[int] = range(len(texts))
        for typed, *others in words:
            exact = [
                at
                for at in exact
                if typed in texts[at] or (others and any(form in texts[at] for form in others))
            ]
        held = set(exact)
        nearly: Sequence[int] = [at for at in range(len(texts)) if at not in held]
        for typed, *_ in words:
            test = _nearly(typed).search
            nearly = [at for at in nearly if test(texts[at])]
        return list(exact), list(nearly)


def holds(text: str, query: str) -> bool:
    """Whether a text holds every word of a query."""
    return holds_words(search_text(text.split("\n")), query_words(query))


def _nearly(word: str) -> re.Pattern[str]:
    if len(word) < _SHORTEST and word.isascii():
        return re.compile(re.escape(word))
    return re.compile(_GAP.join(map(re.escape, word)))
