"""Formatting: one layout, every comment kept, every value as it was, and nothing to do twice."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from fieldkit.rules import load_pack
from fieldkit.rules.editing.formatter import format_file
from fieldkit.rules.loading.yaml_tree import Node, parse
from fieldkit.rules.model.problems import Report
from tests.rules.conftest import FOLDER
from tests.rules.test_fuzz import damage
from tests.soak import Soak

FILES = sorted(FOLDER.glob("*.yaml"))


def values(data: bytes, name: str) -> Any:
    """What a file says, without its looks; None for a file that is no good YAML."""
    report = Report()
    root = parse(data, name, report)
    return None if root is None or report else _plain(root)


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(value) for key, (_, value) in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(item) for item in node.value]
    return node.value


def comments(text: str) -> Counter[str]:
    """Every comment of a text: what is between the tokens and no space."""
    found: Counter[str] = Counter()
    end = 0
    for token in [*YAML(typ="safe", pure=True).scan(text), None]:
        start = token.start_mark.index if token else len(text)
        heads = re.findall("#[^\n\r\x85\u2028\u2029]*", text[end : max(end, start)])
        if token and getattr(token, "style", None) in ("|", ">"):
            head = re.split("[\n\r\x85\u2028\u2029]", text[start:], maxsplit=1)[0]
            heads += re.findall("#.*", head)
        found.update(comment.rstrip() for comment in heads)
        end = max(end, token.end_mark.index) if token else end
    return found


def form(text: str, name: str = "table.yaml") -> str:
    """The text in its one layout."""
    made = format_file(text.encode(), name, Report())
    assert made is not None
    return made


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_default_pack_is_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert form(text, path.name) == text


def test_entries_are_put_in_order_with_their_comments() -> None:
    text = """
rules:
-   source: "x"   # where from
    # what it needs
    when:   {a: 1}
    id:  one
    because: {zh: 二, en: 'two'}
    then:
        b: yes


        # why a
        a:   007

  # the second


- id: "two"
table: t
outputs: {a: int, b: [yes, no]}
# the end
"""
    assert (
        form(text)
        == """\
table: t
outputs: {a: int, b: [yes, no]}
rules:
  - id: one
    # what it needs
    when: {a: 1}
    then:
      # why a
      a: 7
      b: yes
    because: {en: "two", zh: "二"}
    source: "x"  # where from

  # the second

  - id: two
# the end
"""
    )


def test_brackets_with_a_comment_inside_are_opened() -> None:
    text = "table: t\nrules:\n  - id: a\n    when: {a: 1,  # one\n      b: [2, 3]}\n    # last\n"
    assert form(text) == (
        "table: t\nrules:\n  - id: a\n    when:\n      a: 1  # one\n      b: [2, 3]\n# last\n"
    )


@pytest.mark.parametrize(
    "value",
    ["'007'", "'true'", "'null'", "'1.5'", "''", "'a: b'", "'# no'", "'- x'", "'\"'", '"\\u2028x"',
     "|\n  two\n  lines\n", ">\n  folded\n  lines\n", "'{x}'", "'$goodwill_days'", "1e3", "~", "+5",
     "'2026-11-05'", "'x '", "'\\'", '"\\0"', "'保修'", "-3", "0x1F", "1_000", ".5"],
)  # fmt: skip
def test_every_value_stays_what_it_was(value: str) -> None:
    text = f"table: t\nhit: {value}\n"
    made = form(text)
    assert values(made.encode(), "t.yaml") == values(text.encode(), "t.yaml") != None  # noqa: E711  # a value, not a failure
    assert form(made) == made


def test_a_key_too_long_for_yaml_s_plain_form() -> None:
    key = f"? {'a' * 1_500}"
    for text in (f"{key}\n: {{b: 1}}\n", f"{key}\n:\n  [1]\n", f"- {key}\n  :\n    b: 1 # x\n"):
        assert check_one(text.encode(), "t.yaml")


def check_one(data: bytes, name: str) -> bool:
    """Format a file, good or not. Answers whether it was good."""
    report = Report()
    made = format_file(data, name, report)
    assert (made is None) == bool(report)
    if made is None:
        return False
    assert values(made.encode(), name) == values(data, name)
    assert form(made, name) == made
    assert comments(made) == comments(data.decode("utf-8-sig"))
    return True


def untidy(text: str, rng: random.Random) -> str:
    """The same text with other spaces, blank lines, comments and indents."""
    lines = []
    for line in text.splitlines():
        if rng.random() < 0.1:
            lines.append(rng.choice(["", " " * rng.randint(1, 9), "# note", f"{' ' * 7}#  note  "]))
        body = line.lstrip()
        if rng.random() < 0.1 and body and not body.startswith("#"):
            line += rng.choice(["  ", "  # beside", " # beside  "])
        lines.append(line)
    return rng.choice(["\n", "\r\n"]).join(lines)


def fuzz(rounds: int, seed: int) -> tuple[int, int]:
    """Format untidy and damaged files of the default pack; how many were good of each."""
    rng = random.Random(seed)
    texts = [(path.name, path.read_text(encoding="utf-8")) for path in FILES]
    texts = [(name, text) for name, text in texts if len(text) < 5_000]
    tidy = damaged = 0
    for _ in range(rounds):
        name, text = rng.choice(texts)
        tidy += check_one(untidy(text, rng).encode(), name)
        bad = damage(text, rng).encode("utf-8", "surrogatepass")
        damaged += check_one(bad, name)
    return tidy, damaged


def test_untidy_and_damaged_files() -> None:
    tidy, damaged = fuzz(25, seed=3)
    assert tidy == 25
    assert 0 < damaged < 25


@pytest.mark.slow
def test_ten_thousand_untidy_and_damaged_files(soak: Soak) -> None:
    files = soak.count(10_000)
    tidy, damaged = fuzz(files, soak.seed)
    print(
        f"{tidy:,} untidy files formatted alike; of as many damaged ones {damaged:,} still could be"
    )
    assert tidy == files
    assert files / 10 < damaged < files


def test_a_formatted_pack_loads_to_the_same_rules(tmp_path: Path) -> None:
    for path in FILES:
        text = untidy(path.read_text(encoding="utf-8"), random.Random(path.name))
        (tmp_path / path.name).write_text(form(text, path.name), encoding="utf-8")
    before, after = load_pack(FOLDER), load_pack(tmp_path)
    for old, new in zip(before.tables, after.tables, strict=True):
        assert [(r.id, r.then, r.because, r.source) for r in old.rules] == [
            (r.id, r.then, r.because, r.source) for r in new.rules
        ]
        assert [[(c.fact, c.operator, c.value) for c in r.when] for r in old.rules] == [
            [(c.fact, c.operator, c.value) for c in r.when] for r in new.rules
        ]
    assert (before.params, before.components) == (after.params, after.components)
