"""Conditions and outcomes as a person writes them in a cell of a spreadsheet.

    vip        any of vip, loyal        not vip        none of vip, loyal
    >= 30      <= $goodwill_days        > 0; < 90      between 0 and 7
    present    absent                   true           2026-11-05

An empty cell asks nothing. Text that could be taken for something else stands in double quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

Atom = bool | int | str
Test = tuple[str, "Atom | tuple[Atom, ...]"]

_SIGNS = {"at_least": ">=", "at_most": "<=", "above": ">", "below": "<"}
_READ_SIGNS = {">=": "at_least", "<=": "at_most", "≥": "at_least", "≤": "at_most",
               ">": "above", "<": "below"}  # fmt: skip
_SAFE = re.compile(r"[A-Za-z_$][\w$%/+. -]*\Z", re.ASCII)
_INT = re.compile(r"[-+]?[0-9]{1,15}\Z")
_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})\Z")
_SIGN = re.compile(r"(>=|<=|≥|≤|>|<)\s*(.*)", re.DOTALL)
_BETWEEN = re.compile(
    r'between(?:\s+("(?:[^"\\]|\\.)*"|.*?)\s+and\s+(.*)|\s.*|\Z)', re.DOTALL | re.IGNORECASE
)
_WORDS = re.compile(r"(any of|none of|not|is)(?:\s+(.*)|\Z)", re.DOTALL | re.IGNORECASE)
_RESERVED = re.compile(
    r"(true|false|null|present|absent|(is|not|any of|none of|one of|list of|between)(\s.*)?"
    r"|.*\sand\s.*)\Z",
    re.IGNORECASE | re.DOTALL,
)


class Unreadable(Exception):
    """A cell that means nothing; `key` names the sentence `sheet.<key>`."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(key, text)
        self.key = key
        self.text = text


# -- writing -------------------------------------------------------------------------------


def write_atom(value: Atom) -> str:
    """One value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    day = _DAY.match(value) is not None and read_atom(value) == value
    safe = _SAFE.match(value) and not _RESERVED.match(value) and value == value.strip()
    return value if safe or day else json.dumps(value, ensure_ascii=False)


def write_atoms(values: Sequence[Atom]) -> str:
    """Several values; none at all is `[]`."""
    return ", ".join(write_atom(value) for value in values) or "[]"


def write_tests(tests: Sequence[Test]) -> str:
    """The conditions on one fact."""
    return "; ".join(_write_test(operator, value) for operator, value in tests)


def _write_test(operator: str, value: Atom | tuple[Atom, ...]) -> str:
    values = value if isinstance(value, tuple) else (value,)
    if operator == "present":
        return "present" if value else "absent"
    if operator == "between" and len(values) == 2:
        return f"between {write_atom(values[0])} and {write_atom(values[1])}"
    if operator in _SIGNS:
        return f"{_SIGNS[operator]} {write_atoms(values)}"
    word = {"is": "", "is_not": "not ", "any_of": "any of ", "none_of": "none of "}[operator]
    return f"{word}{write_atoms(values)}"


# -- reading -------------------------------------------------------------------------------


def read_atom(text: str) -> Atom:
    """One value. Raises `Unreadable`."""
    text = text.strip()
    if text.startswith('"'):
        return _unquoted(text)
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if _INT.match(text):
        return int(text)
    if day := _DAY.match(text):
        year, month, number = day.groups()
        return f"{year}-{int(month):02}-{int(number):02}"
    if not text or '"' in text:
        raise Unreadable("no_value", text)
    return text


def read_atoms(text: str) -> tuple[Atom, ...]:
    """Values with commas between. Raises `Unreadable`."""
    if text.strip() == "[]":
        return ()
    return tuple(read_atom(part) for part in _split(text.replace("，", ","), ","))


def read_tests(text: str) -> tuple[Test, ...]:
    """The conditions of a cell; none for an empty one. Raises `Unreadable`."""
    if not text.strip():
        return ()
    return tuple(_read_test(part.strip()) for part in _split(text.replace("；", ";"), ";"))


def _read_test(text: str) -> Test:
    if text.lower() in ("present", "absent"):
        return "present", text.lower() == "present"
    if match := _SIGN.match(text):
        return _READ_SIGNS[match[1]], read_atom(match[2])
    if match := _BETWEEN.match(text):
        return "between", (read_atom(match[1] or ""), read_atom(match[2] or ""))
    if match := _WORDS.match(text):
        word, rest = match[1].lower(), match[2] or ""
        if word in ("any of", "none of"):
            return word.replace(" ", "_"), read_atoms(rest)
        return ("is_not" if word == "not" else "is"), read_atom(rest)
    atoms = read_atoms(text)
    return ("is", atoms[0]) if len(atoms) == 1 else ("any_of", atoms)


def _split(text: str, mark: str) -> Iterator[str]:
    """The parts between marks that stand outside quotes."""
    part, quoted, escaped = "", False, False
    for letter in text:
        if letter == mark and not quoted:
            yield part
            part = ""
            continue
        if letter == '"' and not escaped:
            quoted = not quoted
        escaped = letter == "\\" and quoted and not escaped
        part += letter
    yield part


def _unquoted(text: str) -> str:
    try:
        value = json.loads(text, strict=False)
    except ValueError:
        value = None
    if not isinstance(value, str):
        raise Unreadable("bad_quotes", text)
    return value
