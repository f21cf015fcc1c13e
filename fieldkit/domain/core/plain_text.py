"""Text that is only read: no control characters, and nothing that turns the direction of writing.

Both can make a terminal, a list or a paper say what nobody wrote: an escape sequence names the
window anew or paints over a line, an override shows `exe.gpj` as `jpg.exe`. They are refused
wherever text comes in, and escaped wherever it is printed, because data may be older than this
check.
"""

import re
from collections.abc import Mapping
from typing import Any

_LINES = "\n\t"
_NOT_PLAIN = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters
    "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"  # marks, embeddings, overrides and isolates
    "\u2028\u2029"  # separators, which some programs take for line breaks
    "\ud800-\udfff]"  # halves of pairs, which are no text
)
_BREAKS = re.compile(r"[\r\n\t\v\f\x85\u2028\u2029]+")


def is_plain(text: str) -> bool:
    """Whether a text of several lines holds nothing but letters, line breaks and tabs."""
    return text.isprintable() or all(found in _LINES for found in _NOT_PLAIN.findall(text))


def one_line(text: str) -> str:
    """Several lines, as they are pasted into a field of one, with a space for each break."""
    return text if text.isprintable() else _BREAKS.sub(" ", text)


def escaped(text: str, keep: str = _LINES) -> str:
    """The text with `\\u001b` in the place of what is not plain, as JSON and Python write it.

    `keep` are control characters that stay.
    """
    if text.isprintable():
        return text
    return _NOT_PLAIN.sub(lambda found: _escape(found[0], keep), text)


def without_controls(text: str) -> str:
    """The text without what is not plain, for a place that has no room for its escapes."""
    return text if text.isprintable() else _NOT_PLAIN.sub("", text)


def _escape(letter: str, keep: str) -> str:
    return letter if letter in keep else f"\\u{ord(letter):04x}"


def unplain_paths(values: Any, at: str = "") -> list[str]:
    """The paths of the texts inside JSON values that are not plain, names of fields included."""
    if isinstance(values, str):
        return [] if is_plain(values) else [at]
    if isinstance(values, Mapping):
        names = [f"{at}.{escaped(name)}".lstrip(".") for name in values if not is_plain(name)]
        return names + [
            path for name, value in values.items() for path in unplain_paths(value, _join(at, name))
        ]
    if isinstance(values, list | tuple):
        return [
            path for n, value in enumerate(values) for path in unplain_paths(value, _join(at, n))
        ]
    return []


def _join(at: str, step: object) -> str:
    return f"{at}.{step}" if at else f"{step}"
