"""YAML text as a tree of nodes with positions.

The tree is built from the parser's events: no tag can make an object, an anchor is refused before
it could be expanded, duplicate keys are seen, and limits stop the work at once. Scalars follow the
YAML 1.2 core schema.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fieldkit.rules.model.pack import Position
from fieldkit.rules.model.problems import Report

# A file made to hang or to fill the memory is stopped by these; packs in use stay far below.
MAX_BYTES = 1_000_000  # of one file, many times the largest of the shipped pack
MAX_DEPTH = 12  # twice that of a rule; the reader calls itself for each
MAX_NODES = 120_000  # of one file: a dense one has to end soon, too
Plain = str | int | bool | float | None


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, a list of nodes, or a mapping from key to (key's node, value's node)."""

    value: Plain | list[Node] | dict[str, tuple[Node, Node]]
    at: Position

    @property
    def items(self) -> dict[str, tuple[Node, Node]]:
        """The entries of a mapping, empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def text(self) -> str | None:
        """The value if it is text."""
        return self.value if isinstance(self.value, str) else None


def read_file(path: Path, name: str, report: Report) -> bytes | None:
    """The bytes of a pack file; None, with the problem noted, where it cannot be read.

    It must lie in its folder itself. A pipe or a device could be read for ever, so it is refused.
    """
    start = Position(name, 1, 1)
    try:
        found = path.stat()
        if not path.resolve().is_relative_to(path.parent.resolve()):
            report.add(start, "file_outside")
        elif not stat.S_ISREG(found.st_mode):
            report.add(start, "not_a_file")
        elif found.st_size > MAX_BYTES:
            report.add(start, "file_too_big", limit=MAX_BYTES)
        else:
            return path.read_bytes()
    except FileNotFoundError:
        report.add(start, "file_missing")
    except OSError as error:
        report.add(start, "file_unreadable", why=error.strerror or type(error).__name__)
    return None


def parse(data: bytes, name: str, report: Report) -> Node | None:
    """The tree of one YAML document; None, with the problem noted, where the text is no YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    start = Position(name, 1, 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report.add(Position(name, line, 1), "not_utf8")
        return None
    try:
        root = _Builder(YAML(typ="safe", pure=True).parse(text), name, report).document()
    except _TooMuch as error:
        report.add(error.at, error.key, limit=error.limit)
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Position(name, mark.line + 1, mark.column + 1) if mark else start
        why = (error.problem or "").strip()
        report.add(at, "tab") if "'\\t'" in why else report.add(at, "not_yaml", why=why)
        return None
    except (YAMLError, ValueError) as error:
        report.add(start, "not_yaml", why=type(error).__name__)
        return None
    if root is None and not report.has_file(name):
        report.add(start, "file_empty")
    return root


class _TooMuch(Exception):
    def __init__(self, at: Position, key: str, limit: int | None = None) -> None:
        self.at, self.key, self.limit = at, key, limit


class _Builder:
    """Builds nodes from the parser's events and stops as soon as a limit is passed."""

    def __init__(self, events: Iterator[Any], name: str, report: Report) -> None:
        self._events = events
        self._name = name
        self._report = report
        self._count = 0

    def document(self) -> Node | None:
        """The only document of the text, None if there is none."""
        root: Node | None = None
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent" and root is not None:
                self._report.add(self._at(event), "one_document")
                return None
            if kind not in _FRAME:
                root = self._node(event, 0)
        return root

    def _at(self, event: Any) -> Position:
        return Position(self._name, event.start_mark.line + 1, event.start_mark.column + 1)

    def _node(self, event: Any, depth: int) -> Node:
        at, kind = self._at(event), type(event).__name__
        self._count += 1
        if self._count > MAX_NODES:
            raise _TooMuch(at, "file_too_long", MAX_NODES)
        if depth > MAX_DEPTH:
            raise _TooMuch(at, "too_deep", MAX_DEPTH)
        if event.anchor:
            raise _TooMuch(at, "anchor")
        if kind == "AliasEvent":
            return Node(None, at)
        if event.tag is not None:
            self._report.unreadable(at, "tag")
        if kind == "ScalarEvent":
            plain = event.style is None
            return Node(scalar(event.value, plain, at, self._report), at)
        if kind == "SequenceStartEvent":
            return Node(list(self._rest("SequenceEndEvent", depth)), at)
        return Node(self._entries(depth), at)

    def _rest(self, end: str, depth: int) -> Iterator[Node]:
        for event in self._events:
            if type(event).__name__ == end:
                return
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> dict[str, tuple[Node, Node]]:
        entries: dict[str, tuple[Node, Node]] = {}
        rest = self._rest("MappingEndEvent", depth)
        for key in rest:
            value = next(rest)
            if key.text is None:
                self._report.add(key.at, "key_not_text")
            elif key.text in entries:
                self._report.add(key.at, "duplicate_key", name=key.text)
            else:
                entries[key.text] = (key, value)
        return entries


_FRAME = {"StreamStartEvent", "StreamEndEvent", "DocumentStartEvent", "DocumentEndEvent"}
_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, bool | None] = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
    "null": None,
    "Null": None,
    "NULL": None,
    "~": None,
    "": None,
}


def scalar(text: str, plain: bool, at: Position, report: Report) -> Plain:
    """The value of a scalar; only one without quotes can be other than text."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        report.unreadable(at, "half_character")
        return None
    if not plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        if len(text) > 16:
            report.unreadable(at, "number_too_big", limit="1e15")
            return None
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text
