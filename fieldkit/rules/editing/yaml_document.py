"""A pack file as a document that can be changed and written again: values, comments, blank lines.

What `tree` reads for its meaning is read here for its looks. Every comment belongs to the entry or
item that it stands above or beside; a list or mapping in brackets that holds a comment is opened
to lines, so that the comment keeps its place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fieldkit.rules.loading.yaml_tree import Plain, parse, scalar
from fieldkit.rules.model.pack import Position
from fieldkit.rules.model.problems import Report

_BREAKS = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_COMMENT = re.compile(r"#[^\n\r\x85\u2028\u2029]*")


@dataclass(slots=True)
class Element:
    """A value and its looks. `above` are the comment lines before it ("" is a blank line),
    `beside` the comment at the end of its first line; `flow` is written in brackets, and with
    `under` on the line below its key. `raw` is a number as it was written."""

    value: Plain | list[Element] | dict[str, Element]
    flow: bool = False
    under: bool = False
    raw: str = ""
    above: list[str] = field(default_factory=list)
    beside: str = ""
    start: int = -1
    end: int = -1

    @property
    def entries(self) -> dict[str, Element]:
        """The entries of a mapping, empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def listed(self) -> list[Element]:
        """The items of a list, empty for anything else."""
        return self.value if isinstance(self.value, list) else []


@dataclass(slots=True)
class YamlDocument:
    """A whole file: its value, and the comments after the last entry."""

    root: Element
    below: list[str] = field(default_factory=list)


def read_document(data: bytes, name: str, report: Report) -> YamlDocument | None:
    """The document in `data`; None, with every problem noted, where it is not good YAML."""
    if parse(data, name, report) is None or report.has_file(name):
        return None
    text = data.decode("utf-8-sig")
    return _Reader(text).document()


class _Reader:
    """Reads a text that `yaml_tree.parse` accepts."""

    def __init__(self, text: str) -> None:
        from ruamel.yaml import YAML

        self._text = text
        self._events = YAML(typ="safe", pure=True).parse(text)
        self._starts = [0, *(match.end() for match in _BREAKS.finditer(text))]
        self._comments = dict(self._find_comments())
        self._own: list[Element] = []

    def document(self) -> YamlDocument:
        """The document with its comments attached."""
        root = Element(None)
        for event in self._events:
            if hasattr(event, "anchor"):
                root = self._element(event)
        self._open_commented(root)
        self._collect(root, top=True)
        document = YamlDocument(root)
        self._attach(document)
        return document

    # -- values ----------------------------------------------------------------------------

    def _element(self, event: Any) -> Element:
        kind = type(event).__name__
        start = event.start_mark.index
        if kind == "ScalarEvent":
            plain = event.style is None
            plain_value = scalar(event.value, plain, Position("", 1, 1), Report())
            return Element(plain_value, raw=event.value, start=start, end=event.end_mark.index)
        flow = bool(event.flow_style)
        if kind == "SequenceStartEvent":
            items, end = self._until("SequenceEndEvent")
            return Element(items, flow, start=start, end=end)
        rest, end = self._until("MappingEndEvent")
        entries: dict[str, Element] = {}
        for key, value in zip(rest[::2], rest[1::2], strict=True):
            value.under = value.flow and self._line(value.start) > self._line(key.start)
            value.start = key.start
            entries[str(key.value)] = value
        return Element(entries, flow, start=start, end=end)

    def _until(self, last: str) -> tuple[list[Element], int]:
        items: list[Element] = []
        for event in self._events:
            if type(event).__name__ == last:
                return items, event.end_mark.index
            items.append(self._element(event))
        raise AssertionError("the parser closes what it opens")

    # -- comments --------------------------------------------------------------------------

    def _find_comments(self) -> Iterator[tuple[int, str]]:
        """The comments by their place: what lies between the tokens and is no space."""
        from ruamel.yaml import YAML

        end = 0
        for token in YAML(typ="safe", pure=True).scan(self._text):
            yield from self._comments_in(end, token.start_mark.index)
            end = max(end, token.end_mark.index)
            if getattr(token, "style", None) in ("|", ">"):
                header = _BREAKS.search(self._text, token.start_mark.index)
                head_end = header.start() if header else len(self._text)
                yield from self._comments_in(token.start_mark.index, head_end)
        yield from self._comments_in(end, len(self._text))

    def _comments_in(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        for match in _COMMENT.finditer(self._text, start, max(start, end)):
            yield match.start(), match.group().rstrip()

    def _open_commented(self, element: Element) -> None:
        """Open what is in brackets and holds a comment."""
        children = [*element.entries.values(), *element.listed]
        if element.flow and children:
            first = min(child.start for child in children)
            element.flow = not any(first < mark < element.end for mark in self._comments)
        for child in children:
            self._open_commented(child)

    def _collect(self, element: Element, *, top: bool = False) -> None:
        """The elements that have a line of their own, in the order of the text."""
        if not top:
            self._own.append(element)
        if not element.flow:
            for child in (*element.entries.values(), *element.listed):
                self._collect(child)

    def _attach(self, document: YamlDocument) -> None:
        left = dict(self._comments)
        first_on_line: dict[int, Element] = {}
        for element in self._own:
            first_on_line.setdefault(self._line(element.start), element)
        for line, element in first_on_line.items():
            element.above = self._lines_above(line, left)
        marks = [element.start for element in self._own]
        for mark, comment in left.items():
            place = bisect_right(marks, mark)
            alone = not self._text[self._starts[self._line(mark)] : mark].strip()
            before = self._own[place - 1] if place else None
            if not alone and before is not None and not before.beside:
                before.beside = comment
            elif place < len(self._own):
                self._own[place].above.insert(0, comment)
            else:
                blank = self._blank(self._line(mark) - 1) and document.below[-1:] != [""]
                document.below += ["", comment] if blank and alone else [comment]

    def _lines_above(self, line: int, left: dict[int, str]) -> list[str]:
        """The comments and blank lines right above a line; they are taken from `left`."""
        found: list[str] = []
        while line > 0:
            line -= 1
            start, text = self._starts[line], self._row(line)
            mark = start + len(text) - len(text.lstrip())
            if mark in left and text.strip():
                found.insert(0, left.pop(mark))
            elif self._blank(line):
                if found[:1] != [""]:
                    found.insert(0, "")
            else:
                return found
        return found[1:] if found[:1] == [""] else found

    def _line(self, index: int) -> int:
        return bisect_right(self._starts, index) - 1

    def _row(self, line: int) -> str:
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)
        return self._text[self._starts[line] : end]

    def _blank(self, line: int) -> bool:
        return line >= 0 and not self._row(line).strip()
