"""Names of people: however one is typed, it is the same person."""

import unicodedata
from collections.abc import Iterable

from fieldkit.domain.core.plain_text import is_plain

RESERVED = "office"
"""The author of what the office does by itself; nobody may bear this name."""
LONGEST = 200


def person_key(name: str) -> str:
    """What names are compared by: capitals, width and spaces are no difference."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def is_name(name: str) -> bool:
    """Whether somebody can be called so."""
    key = person_key(name)
    plain = is_plain(name) and all(each.isprintable() or _is_space(each) for each in name)
    return plain and any(map(str.isalnum, key)) and len(name) <= LONGEST and key != RESERVED


def _is_space(letter: str) -> bool:
    return unicodedata.category(letter) == "Zs"


def known_as(name: str, people: Iterable[str]) -> str:
    """How the person of this name is written among people; "" if she is not there."""
    key = person_key(name)
    return next((known for known in people if key and person_key(known) == key), "")
