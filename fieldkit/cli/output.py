"""What commands print, on terminals and into files of any encoding: nothing fails for a letter."""

import codecs
import io
import os
import sys

from fieldkit.domain.core.plain_text import escaped, one_line

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


class _PlainStream(io.TextIOWrapper):
    """A stream of text to which no control character comes but line breaks and tabs."""

    def write(self, text: str, /) -> int:
        """Write a text; a carriage return at its beginning goes back over a line of our own."""
        back = "\r" if text.startswith("\r") else ""
        super().write(back + escaped(text[len(back) :]))
        return len(text)


def print_plain() -> None:
    """Let this process print no escape sequence that somebody hid in a name or a note.

    The app draws by the streams that were there before. For the start of a process alone: the
    streams stay.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            plain = _PlainStream(
                stream.buffer,
                encoding=stream.encoding,
                errors=stream.errors,
                line_buffering=stream.line_buffering,
                write_through=stream.write_through,
            )
            setattr(sys, name, plain)


def print_line(text: str) -> None:
    """Print one line, whatever breaks somebody hid in a name or a number: each would make a line
    of its own in a list."""
    print(one_line(text))


def write_utf8() -> None:
    """Print in UTF-8 from here on, whatever the console's encoding is: JSON is for programs."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict")
