"""What commands print, on terminals and into files of any encoding: nothing fails for a letter."""

import codecs
import io
import os
import sys

_ALIKE = {"¥": "\N{FULLWIDTH YEN SIGN}"}
"""What stands for a letter where only the other one is known: GBK has the wide sign alone."""


def _nearest(error: UnicodeError) -> tuple[str | bytes, int]:
    """What is written for letters that the encoding lacks: one alike, else a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_known(letter, error.encoding) for letter in lacking), error.end


def _known(letter: str, encoding: str) -> str:
    try:
        _ALIKE.get(letter, "?").encode(encoding)
    except UnicodeEncodeError:
        return "?"
    return _ALIKE.get(letter, "?")


def write_in_any_encoding() -> None:
    """Let this process print every letter: the streams' encodings stay, what they lack is replaced.

    Consoles and redirected output of Windows are in cp936 or cp1252, those of `LANG=C` in ASCII.
    A process without a console (`pythonw`, closed streams) has nowhere to print, and goes on.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # until the end
    codecs.register_error("nearest", _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="nearest")


def write_utf8() -> None:
    """Print in UTF-8 from here on, whatever the console's encoding is: JSON is for programs."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict")
