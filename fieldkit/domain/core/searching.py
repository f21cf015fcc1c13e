"""Finding by words: however something is written, what is typed finds it.

Texts are searched folded: capitals, accents and full width are no difference (`ÖZIL` finds
`Özil`). Numbers are searched by their letters and digits alone as well, so that they are found with
and without dashes, spaces and brackets (`13800138000` finds `+86 138 0013 8000`).
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby

from fieldkit.domain.core.phone import apart
from fieldkit.domain.core.serial import plain_digit


def folded(text: str) -> str:
    """The text in small letters of usual width, without accents and without signs that nobody
    sees."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return apart.translate(_LETTERS)


class _Letters(dict[int, str]):
    """What stands for each letter of a folded text, found when it first occurs; it has no
    accents. What joins or parts letters unseen (a zero-width space, a soft hyphen) is nothing."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        unseen = unicodedata.combining(letter) or unicodedata.category(letter) == "Cf"
        found = self[code] = "" if unseen else plain_digit(letter)
        return found


_LETTERS = _Letters()


def search_text(fields: Iterable[str]) -> str:
    """What is looked through for the words of a query: each field on a line, then the numbers."""
    given = folded("\n".join(filter(None, fields)))
    return "\n".join([given, *_numbers(given)])


def query_words(query: str) -> list[tuple[str, ...]]:
    """The words of a query, each with all forms of which one must be in a `search_text`.

    A number may be one word or several; it may begin with the zero that is dialled inside a country
    and left out behind its code, or with that code, which what is searched may lack.
    """
    text, extension = apart(query)
    found: list[tuple[str, ...]] = [(extension,)] if extension else []
    for is_number, run in groupby(folded(text).split(), _in_number):
        words = list(run)
        whole = _dialled("".join(words)) if is_number else ()
        found += [tuple(dict.fromkeys((*_forms(word), *whole))) for word in words]
    return found


def holds_words(text: str, words: Iterable[Iterable[str]]) -> bool:
    """Whether a `search_text` holds every word of a query in one of its forms."""
    return all(any(form in text for form in forms) for forms in words)


def _in_number(word: str) -> bool:
    """Whether a word may be a part of a telephone number."""
    return _IN_NUMBER.fullmatch(word) is not None and not _DAY.match(word)


def _dialled(number: str) -> tuple[str, ...]:
    """The digits of a telephone number that was typed as one word or several, also without the code
    of its country, which has one to three digits."""
    digits = "".join(filter(str.isdecimal, number))
    abroad = number.lstrip("(").startswith(("+", "00"))
    digits = digits.lstrip("0") if abroad else digits
    cut = [digits[code:] for code in range(4 if abroad else 1)]
    forms = [form for each in cut for form in (each, each.lstrip("0"))]
    return tuple(form for form in forms if len(form) >= _TRUNK)


def _forms(word: str) -> tuple[str, ...]:
    forms = [word, *_numbers(word)]
    if forms[-1].isdecimal() and len(forms[-1]) >= _TRUNK:
        forms.append(forms[-1].lstrip("0"))
    return tuple(dict.fromkeys(filter(None, forms)))


_TRUNK = 7
"""Digits of a telephone number with the zero of its area."""
_IN_NUMBER = re.compile(r"[+()\d./-]*\d[()\d./-]*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:$|[t ]\d\d:\d\d)")
_SHORTEST = 4
"""Letters and digits of a number. In shorter words a sign is what it is: `5_` is no 5."""


class _Bare(dict[int, str | None]):
    """What stands for each letter of a number, found when it first occurs; it has no signs."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        found = self[code] = letter if letter.isalnum() or letter == "\n" else None
        return found


_BARE = _Bare()


def _numbers(folded_lines: str) -> list[str]:
    """The letters and digits of each line that has digits and is no day."""
    bare = folded_lines.translate(_BARE).split("\n")
    return [
        number
        for line, number in zip(folded_lines.split("\n"), bare, strict=True)
        if len(number) >= _SHORTEST and not number.isalpha() and not _DAY.match(line)
    ]
