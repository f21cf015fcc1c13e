"""A plain TinyDB file, read document by document: it may be larger than the memory."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

_PIECE = 1 << 16
"""Characters that are read at once, until a document is longer."""


def documents(file: TextIO) -> Iterator[tuple[str, str, Any]]:
    """Each document of TinyDB's JSON: its table, its id there, and itself.

    Raises `ValueError` where the file is anything else; what came before is not to be trusted.
    """
    text = _Text(file)
    for table in text.members():
        for doc_id in text.members():
            yield table, doc_id, text.value()
    text.end()


class _Text:
    """What is read of a file and not yet taken."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._decoder = json.JSONDecoder()
        self._text, self._at = "", 0

    def members(self) -> Iterator[str]:
        """The names in an object. After each its value must be taken."""
        self._take("{")
        if self._next() == "}":
            self._at += 1
            return
        while True:
            name = self.value()
            if not isinstance(name, str):
                raise ValueError("a name is missing")
            self._take(":")
            yield name
            sign = self._next()
            self._at += 1
            if sign == "}":
                return
            if sign != ",":
                raise ValueError("a comma is missing")

    def value(self) -> Any:
        """The next value, which is an object, a list or a text."""
        self._next()
        while True:
            try:
                found, self._at = self._decoder.raw_decode(self._text, self._at)
            except ValueError:
                if not self._more():
                    raise
            else:
                return found

    def end(self) -> None:
        """Nothing more may follow."""
        if self._next():
            raise ValueError("something follows the last table")

    def _take(self, sign: str) -> None:
        if self._next() != sign:
            raise ValueError(f"no {sign}")
        self._at += 1

    def _next(self) -> str:
        """The next sign that is no space; "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read on, as much again as is there: what is looked at twice is no more than that."""
        rest = self._text[self._at :]
        read = self._file.read(max(_PIECE, len(rest)))
        self._text, self._at = rest + read, 0
        return bool(read)
