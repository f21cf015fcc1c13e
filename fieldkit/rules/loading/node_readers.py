"""Small readers of nodes: each gives the value or notes the problem and gives None."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal, overload

from fieldkit.domain.core.decision import Text
from fieldkit.rules.loading.yaml_tree import Node
from fieldkit.rules.model.problems import Report
from fieldkit.rules.model.spelling import closest, confusable

LANGUAGES = ("en", "zh")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,60}\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


@overload
def fields(
    node: Node,
    report: Report,
    known: Sequence[str] | None,
    required: Sequence[str] = ...,
    *,
    pairs: Literal[True],
) -> dict[str, tuple[Node, Node]]: ...


@overload
def fields(
    node: Node,
    report: Report,
    known: Sequence[str] | None,
    required: Sequence[str] = ...,
    *,
    pairs: Literal[False] = ...,
) -> dict[str, Node]: ...


def fields(
    node: Node,
    report: Report,
    known: Sequence[str] | None,
    required: Sequence[str] = (),
    *,
    pairs: bool = False,
) -> dict[str, Node] | dict[str, tuple[Node, Node]]:
    """The entries of a mapping whose keys are `known` (None: any); `required` must be there.
    With `pairs` also the nodes of the keys."""
    if not isinstance(node.value, dict):
        report.add(node.at, "expected_mapping")
        return {}
    good: dict[str, tuple[Node, Node]] = {}
    slips: set[str | None] = set()
    for name, (key, value) in node.value.items():
        letter = confusable(name)
        if letter is not None:
            report.add(key.at, "confusable", name=name, letter=f"U+{ord(letter):04X}")
            slips.update(required)
        elif known is not None and name not in known:
            report.unknown(key.at, "unknown_key", name, known)
            slips.add(closest(name, known))
        else:
            good[name] = (key, value)
    for name in required:
        if name not in node.value and name not in slips:
            report.add(node.at, "missing_key", name=name)
    return good if pairs else {name: value for name, (_, value) in good.items()}


def as_text(node: Node | None, report: Report) -> str | None:
    """Text that is not empty."""
    if node is None:
        return None
    if node.text is None or not node.text.strip():
        report.add(node.at, "expected_text")
        return None
    return node.text


def as_one_of(node: Node | None, values: Sequence[str], report: Report) -> str | None:
    """One of these texts."""
    text = as_text(node, report)
    if node is not None and text is not None and text not in values:
        report.unknown(node.at, "unknown_value", text, values)
        return None
    return text


def as_name(node: Node | None, report: Report) -> str | None:
    """An identifier: lower-case ASCII letters, digits, `_` and `-`."""
    text = as_text(node, report)
    if node is None or text is None:
        return None
    letter = confusable(text)
    if letter is not None:
        report.add(node.at, "confusable", name=text, letter=f"U+{ord(letter):04X}")
        return None
    if not _NAME.match(text):
        report.add(node.at, "bad_name", name=text)
        return None
    return text


def as_int(node: Node | None, report: Report, low: int, high: int) -> int | None:
    """A whole number from `low` to `high`."""
    if node is None:
        return None
    if isinstance(node.value, bool) or not isinstance(node.value, int):
        report.add(node.at, "expected_int")
        return None
    if not low <= node.value <= high:
        report.add(node.at, "out_of_range", value=node.value, low=low, high=high)
        return None
    return node.value


def as_bool(node: Node | None, report: Report) -> bool | None:
    """true or false."""
    if node is None:
        return None
    if not isinstance(node.value, bool):
        report.add(node.at, "expected_bool")
        return None
    return node.value


def parse_date(text: object) -> date | None:
    """The date of an ISO text `YYYY-MM-DD`, or None."""
    if not isinstance(text, str) or not _DATE.match(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def as_date(node: Node | None, report: Report) -> date | None:
    """An ISO date."""
    if node is None:
        return None
    day = parse_date(node.value)
    if day is None:
        report.add(node.at, "bad_date", value=node.value if node.text else "")
    return day


def as_texts(node: Node | None, report: Report, beside: Sequence[str] = ()) -> Text | None:
    """A sentence in every language of the product; `beside` are other entries it may have."""
    if node is None:
        return None
    if not isinstance(node.value, dict):
        report.add(node.at, "expected_languages")
        return None
    parts = fields(node, report, (*LANGUAGES, *beside))
    for language in LANGUAGES:
        if language not in node.value:
            report.add(node.at, "missing_language", language=language)
    en, zh = as_text(parts.get("en"), report), as_text(parts.get("zh"), report)
    return Text(en=en, zh=zh) if en and zh else None
