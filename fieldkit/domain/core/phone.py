"""Telephone numbers as people write them: with the code of a country, an area, an extension."""

import re
import unicodedata

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

LEAST, MOST = 5, 20
"""Digits of a number without its extension: from a short local one to one with every code."""
LONGEST = 40
"""Characters of a number as it is written."""

_NUMBER = re.compile(
    r"[+(]?[\d() ./-]+?"
    r"(?:[ ,;]*(?:转|轉|分机|分機|extension|ext\.?|x|#)[ .:=]*\d{1,7})?"
)  # fmt: skip
_EXTENSION = re.compile(r"[^\d() ./+-]")
_FIRST_FORM = re.compile(r"[0-9+() -]{5,20}")


def is_phone(text: str) -> bool:
    """Whether it can be a telephone number: digits of any width with signs between, and perhaps
    an extension behind `转`, `分机`, `ext`, `x` or `#`."""
    plain = "".join(map(_usual, unicodedata.normalize("NFKC", text))).strip().casefold()
    if len(text) > LONGEST or not _NUMBER.fullmatch(plain):
        return False
    number = _EXTENSION.split(plain, maxsplit=1)[0]
    return LEAST <= sum(map(str.isdecimal, number)) <= MOST


def checked_phone(text: str, info: ValidationInfo) -> str:
    """A number as it was typed; what was recorded by the first check is taken as it stands.

    Raises `PydanticCustomError`.
    """
    typed = bool(info.context and info.context.get("typed"))
    if is_phone(text):
        return text.strip() if typed else text
    if not typed and _FIRST_FORM.fullmatch(text):
        return text
    raise PydanticCustomError("phone_form", "no telephone number")


def _usual(letter: str) -> str:
    kind = unicodedata.category(letter)
    return "-" if kind == "Pd" else " " if kind == "Zs" else letter
