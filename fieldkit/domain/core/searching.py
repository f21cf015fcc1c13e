"""Finding by words: however something is written, what is typed finds it.

Texts are searched folded: capitals, accents and full width are no difference (`ÖZIL` finds
`Özil`). Numbers are searched by their letters and digits alone as well, so that they are found with
and without dashes, spaces and brackets (`13800138000` finds `+86 138 0013 8000`).
"""

import unicodedata
from collections.abc import Iterable

from fieldkit.domain.core.serial import plain_digit


def folded(text: str) -> str:
    """The text in small letters of usual width, without accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(plain_digit(each) for each in apart if not unicodedata.combining(each))


def search_text(fields: Iterable[str]) -> str:
    """What is looked through for the words of a query: each field on a line, then the numbers."""
    given = [folded(field) for field in fields if field]
    return "\n".join([*given, *filter(None, map(_number, given))])


def query_words(query: str) -> list[tuple[str, ...]]:
    """The words of a query, each with all forms of which one must be in a `search_text`.

    A number may begin with the zero that is dialled inside a country and left out behind its
    code.
    """
    return [_forms(word) for word in folded(query).split()]


def holds(text: str, query: str) -> bool:
    """Whether a `search_text` holds every word of a query."""
    return all(any(form in text for form in forms) for forms in query_words(query))


def _forms(word: str) -> tuple[str, ...]:
    number = _number(word)
    forms = [word, number]
    if number.isdecimal() and len(number) >= _TRUNK:
        forms.append(number.lstrip("0"))
    return tuple(dict.fromkeys(filter(None, forms)))


_TRUNK = 7
"""Digits of a telephone number with the zero of its area."""
_SHORTEST = 4
"""Letters and digits of a number. In shorter words a sign is what it is: `5_` is no 5."""


def _number(text: str) -> str:
    """The letters and digits of a text that has digits; "" for others."""
    bare = text if text.isalnum() else "".join(filter(str.isalnum, text))
    is_number = len(bare) >= _SHORTEST and any(map(str.isdigit, bare))
    return bare if is_number else ""
