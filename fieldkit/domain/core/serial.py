"""Serial numbers: how they are compared, and how they are written.

People type them with spaces, dashes of every kind, letters of full width or none of these, and
scanners add characters that nobody sees. Two serials are the same when their letters and digits
are, whatever stands between.
"""

import re
import unicodedata

_SPACE = re.compile(r"[^\w./+#-]|_")


def serial_key(serial: str) -> str:
    """What serials are compared by: their letters and digits alone, in capitals (`C24230500417`).

    "" for a text that has none.
    """
    return "".join(plain_digit(letter) for letter in _capitals(serial) if letter.isalnum())


def tidy_serial(serial: str) -> str:
    """A serial as it is written where no model says otherwise: in capitals, with plain dashes, and
    without spaces and what nobody sees. The same serial always, if it is given once more."""
    dashed = "".join(_dash(letter) for letter in _capitals(serial))
    return "".join(map(plain_digit, _SPACE.sub("", dashed)))


def _capitals(text: str) -> str:
    return text.upper() if text.isascii() else unicodedata.normalize("NFKC", text).upper()


def _dash(letter: str) -> str:
    """Hyphens and dashes of all kinds are one; so is the minus sign."""
    return "-" if unicodedata.category(letter) == "Pd" or letter == "\u2212" else letter


def plain_digit(letter: str) -> str:
    """A letter as it is; digits of other scripts as 0 to 9."""
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
