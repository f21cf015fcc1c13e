"""The one layout of pack files: order of entries, indents, quotes, blank lines.

    table, for_each, hit, outputs, rules (id, when, then, because, source), otherwise

Two spaces an indent; sentences and sources in double quotes, other values without where they can
do without; never two blank lines. The order of tables, rules, conditions and lists is meaning, or
what a person reads first, and stays; so does the choice between brackets and lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from fieldkit.rules.editing.yaml_document import Element, YamlDocument, read_document
from fieldkit.rules.loading.pack_head import HEAD_ENTRIES, HEAD_FILE
from fieldkit.rules.loading.trade_values import FILE, SECTIONS
from fieldkit.rules.loading.yaml_tree import scalar
from fieldkit.rules.model.pack import Position
from fieldkit.rules.model.problems import Report

_TABLE = ("table", "for_each", "hit", "outputs", "rules", "otherwise")
_RULE = ("id", "when", "then", "because", "source")
_TEXTS = ("en", "zh")
_PARAM = ("value", "unit", "source")
_COMPONENT = ("name", "months", "days", "none", "remedy", "system", "main", "source")
_QUOTED = frozenset({"en", "zh", "source"})
_PLAIN = re.compile(r"[A-Za-z0-9$_](?:[\w.$/%+ -]*[\w%+])?\Z", re.ASCII)


def format_file(data: bytes, name: str, report: Report) -> str | None:
    """The text of a pack file in its one layout; None, with the problems noted, for bad YAML."""
    document = read_document(data, name, report)
    return None if document is None else write_document(document, name)


def write_document(document: YamlDocument, name: str) -> str:
    """The text of a document, its entries in the order of the kind of file that `name` is."""
    _arrange(document.root, name)
    lines = [*_block(document.root, "", first=True), *document.below]
    while lines and not lines[0]:
        del lines[0]
    return "\n".join(lines) + "\n"


# -- order ---------------------------------------------------------------------------------


def _arrange(root: Element, name: str) -> None:
    if name == HEAD_FILE:
        _order(root, HEAD_ENTRIES)
    elif name == "params.yaml":
        for param in root.entries.values():
            _order(param, _PARAM)
    elif name == "terms.yaml":
        for listed in root.entries.values():
            for component in listed.entries.values():
                _order(component, _COMPONENT)
                _order(component.entries.get("name"), _TEXTS)
    elif name == FILE:
        _order(root, SECTIONS)
        for listed in root.entries.values():
            for value in listed.entries.values():
                _order(value, _TEXTS)
    else:
        _arrange_table(root)


def _arrange_table(root: Element) -> None:
    _order(root, _TABLE)
    outputs = list(root.entries["outputs"].entries) if "outputs" in root.entries else []
    rules = root.entries["rules"].listed if "rules" in root.entries else []
    for rule in [*rules, *(e for key, e in root.entries.items() if key == "otherwise")]:
        _order(rule, _RULE)
        _order(rule.entries.get("then"), outputs)
        _order(rule.entries.get("because"), _TEXTS)


def _order(element: Element | None, keys: Sequence[str]) -> None:
    """Put the entries of a mapping in this order, unknown ones last."""
    if element is None or not isinstance(element.value, dict):
        return
    entries = element.value
    known = {key: entries[key] for key in keys if key in entries}
    element.value = known | {key: entry for key, entry in entries.items() if key not in known}


# -- lines ---------------------------------------------------------------------------------


def _block(element: Element, indent: str, *, first: bool) -> list[str]:
    """The lines of a value that does not stand on the line of its key."""
    if element.flow or not isinstance(element.value, dict | list) or not element.value:
        return [f"{indent}{_inline(element)}"]
    lines: list[str] = []
    for key, entry in element.entries.items():
        lines += _above(entry.above, indent, first=not lines and first)
        lines += _entry(key, entry, indent)
    for item in element.listed:
        lines += _above(item.above, indent, first=not lines and first)
        lines += _item(item, indent)
    return lines


def _entry(key: str, entry: Element, indent: str) -> list[str]:
    head = _key(key, f"\n{indent}", indent)
    beside = f"  {entry.beside}" if entry.beside else ""
    if _is_block(entry):
        return [head + beside, *_block(entry, f"{indent}  ", first=True)]
    if entry.under and "\n" not in head:
        return [head + beside, f"{indent}  {_inline(entry, key)}"]
    return [f"{head} {_inline(entry, key)}{beside}"]


def _item(item: Element, indent: str) -> list[str]:
    beside = f"  {item.beside}" if item.beside else ""
    if not _is_block(item):
        return [f"{indent}- {_inline(item)}{beside}"]
    first = next(iter((*item.entries.values(), *item.listed)))
    moved, first.above = first.above, []
    lines = _block(item, f"{indent}  ", first=True)
    lines[0] = f"{indent}- {lines[0].lstrip()}"
    notes = [item.beside] if item.beside else []
    return [*_above([*notes, *moved], indent, first=True), *lines]


def _above(above: Iterable[str], indent: str, *, first: bool) -> Iterator[str]:
    """Comment lines at an indent; no blank line at the beginning, and never two."""
    blank = first
    for line in above:
        if line or not blank:
            yield f"{indent}{line}" if line else ""
        blank = not line


def _is_block(element: Element) -> bool:
    return isinstance(element.value, dict | list) and bool(element.value) and not element.flow


# -- values --------------------------------------------------------------------------------


def _inline(element: Element, key: str = "") -> str:
    """A value on one line."""
    value = element.value
    if isinstance(value, dict):
        inner = (f"{_key(name)} {_inline(entry, name)}" for name, entry in value.items())
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_inline(item) for item in value)}]"
    if isinstance(value, str):
        return _quoted(value) if key in _QUOTED else _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return element.raw
    return "null" if value is None else str(value)


def _key(name: str, then: str = " ", indent: str = "") -> str:
    """A key with its colon; YAML wants a mark before one of more than 1,024 characters."""
    text = _text(name)
    return f"{indent}{text}:" if len(text) < 1_000 else f"{indent}? {text}{then}:"


def _text(text: str) -> str:
    """A text without quotes where it is safely read as the same text, else with them."""
    if _PLAIN.match(text) and scalar(text, True, Position("", 1, 1), Report()) == text:
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    named = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    if letter in named:
        return named[letter]
    if letter.isprintable():
        return letter
    code = ord(letter)
    mark, width = ("x", 2) if code < 0x100 else ("u", 4) if code < 0x10000 else ("U", 8)
    return f"\\{mark}{code:0{width}x}"
