"""YAML text as a tree of nodes with positions.

The text is composed, never constructed: no tag can make an object, an anchor is refused before it
could be expanded, and duplicate keys are seen. Scalars follow the YAML 1.2 core schema.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from fieldkit.rules.pack import Position
from fieldkit.rules.problems import Report

MAX_BYTES = 1_000_000
MAX_DEPTH = 12
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
    """The bytes of a pack file; None, with the problem noted, where it cannot be read."""
    start = Position(name, 1, 1)
    try:
        if path.stat().st_size > MAX_BYTES:
            report.add(start, "file_too_big", limit=MAX_BYTES)
            return None
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
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Position(name, mark.line + 1, mark.column + 1) if mark else start
        report.add(at, "not_yaml", why=(error.problem or "").strip())
        return None
    except (YAMLError, RecursionError, ValueError) as error:
        report.add(start, "not_yaml", why=type(error).__name__)
        return None
    if root is None:
        report.add(start, "file_empty")
        return None
    try:
        return _convert(root, name, report, set(), 0)
    except _TooDeep as deep:
        report.add(deep.at, "too_deep", limit=MAX_DEPTH)
        return None


class _TooDeep(Exception):
    def __init__(self, at: Position) -> None:
        self.at = at


def _convert(node: object, name: str, report: Report, seen: set[int], depth: int) -> Node:
    from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

    assert isinstance(node, ScalarNode | SequenceNode | MappingNode)
    at = Position(name, node.start_mark.line + 1, node.start_mark.column + 1)
    if node.anchor or id(node) in seen:
        report.unreadable(at, "anchor")
        return Node(None, at)
    if depth > MAX_DEPTH:
        raise _TooDeep(at)
    seen.add(id(node))
    if isinstance(node, ScalarNode):
        return Node(_scalar(node.value, node.style is None, at, report), at)
    if isinstance(node, SequenceNode):
        return Node([_convert(item, name, report, seen, depth + 1) for item in node.value], at)
    entries: dict[str, tuple[Node, Node]] = {}
    for key_node, value_node in node.value:
        key = _convert(key_node, name, report, seen, depth + 1)
        value = _convert(value_node, name, report, seen, depth + 1)
        text = key.value if isinstance(key.value, str) else None
        if text is None:
            report.add(key.at, "key_not_text")
        elif text in entries:
            report.add(key.at, "duplicate_key", name=text)
        else:
            entries[text] = (key, value)
    return Node(entries, at)


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


def _scalar(text: str, plain: bool, at: Position, report: Report) -> Plain:
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
