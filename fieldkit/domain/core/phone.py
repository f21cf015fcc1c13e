"""Telephone numbers as people write them: with the code of a country, an area, an extension."""

import re
import unicodedata

LEAST, MOST = 5, 20
"""Digits of a number without its extension: from a short local one to one with every code."""
LONGEST = 40
"""Characters of a number as it is written."""

_NUMBER = re.compile(
    r"(?P<number>[+(]?[\d() ./-]+?)"
    r"(?:[ ,;(]*(?:转|轉|分机|分機|extension|ext\.?|x|#)[ .:=]*(?P<extension>\d{1,7})\)?)?"
)  # fmt: skip


def is_phone(text: str) -> bool:
    """Whether it can be a telephone number: digits of any width with signs between, and perhaps
    an extension behind `转`, `分机`, `ext`, `x` or `#`."""
    parts = _parts(text)
    return parts is not None and LEAST <= sum(map(str.isdecimal, parts["number"])) <= MOST


def apart(text: str) -> tuple[str, str]:
    """A number without its extension, and that, both as written but in usual letters; any other
    text as it is, and ""."""
    if not is_phone(text) or (parts := _parts(text)) is None:
        return text, ""
    return parts["number"], parts["extension"] or ""


def e164(text: str, region: str) -> str:
    """A number as it is dialled from anywhere, with its extension: `+8657188880000;ext=802`.

    `region` is the country (ISO 3166, `CN`) whose code is meant where none is written. "" for what
    no country's plan of numbers has: a short number, or one that nobody has.
    """
    parts = _parts(text)
    if parts is None:
        return ""
    import phonenumbers  # 20 ms, and no list needs it

    try:
        number = phonenumbers.parse(parts["number"], region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    dialled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{dialled};ext={parts['extension']}" if parts["extension"] else dialled


def is_region(code: str) -> bool:
    """Whether a country has a plan of numbers, by its code."""
    import phonenumbers

    return code in phonenumbers.SUPPORTED_REGIONS


def _parts(text: str) -> re.Match[str] | None:
    """`number` and `extension` of what is written like a telephone number, in usual letters."""
    plain = "".join(map(_usual, unicodedata.normalize("NFKC", text))).strip().casefold()
    return _NUMBER.fullmatch(plain) if len(text) <= LONGEST else None


def _usual(letter: str) -> str:
    kind = unicodedata.category(letter)
    return "-" if kind == "Pd" else " " if kind == "Zs" else letter
