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


def written_as(serial: str, pattern: str) -> str:
    """The serial in the form of a pattern; "" if it does not fit.

    In a pattern `#` is a digit, `@` a letter, other letters and digits are themselves, and the
    rest stands between (`C24-####-#####`).
    """
    left = list(serial_key(serial))
    written = ""
    for mark in pattern.upper():
        if mark not in "#@" and not mark.isalnum():
            written += mark
            continue
        if not left or not _fits(left[0], mark):
            return ""
        written += left.pop(0)
    return "" if left else written


def _fits(letter: str, mark: str) -> bool:
    if mark == "#":
        return letter.isdecimal()
    return letter.isalpha() if mark == "@" else letter == mark


_MISTAKEN = {"O": "0", "0": "O", "I": "1", "1": "I", "B": "8", "8": "B"}
"""Letters and digits that are read for each other."""
_MOST_MISTAKEN = 10
"""In so many places, from the first on, all of them may be mistaken at once."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def keys_like(key: str) -> list[str]:
    """The keys that a slip makes of one, the likeliest first: letters that are read for digits, in
    any number of places; then one sign that is another, too many or left out."""
    found = [""]
    places = 0
    for letter in key:
        other = _MISTAKEN.get(letter, "") if places < _MOST_MISTAKEN else ""
        places += bool(other)
        found = [begun + each for begun in found for each in (letter, other) if each]
    cuts = [(key[:at], key[at:]) for at in range(len(key) + 1)]
    found += [before + each + after[1:] for before, after in cuts if after for each in _LETTERS]
    found += [before + after[1:] for before, after in cuts if after]
    found += [before + each + after for before, after in cuts for each in _LETTERS]
    return [like for like in dict.fromkeys(found) if like and like != key]
