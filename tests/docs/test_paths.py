"""What the pages name is there: files, folders, and the classes and functions in them."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_OTHERS = {"rules", "requirements", "recipes"}
"""Pages with tests of their own: one works on a pack, one names tests by their rooms, one makes
files."""
FOUND = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES = [page for page in FOUND if page.stem not in _OTHERS]
NAMED = re.compile(r"`((?:fieldkit|tests|sync|rules|data|docs)/[\w/.-]+)(?:::([\w.]+))?`")
_KINDS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_names_is_there(page: Path) -> None:
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert [path for path, _ in named if not (ROOT / path).exists()] == []
    assert [f"{path}::{name}" for path, name in named if name and name not in defined(path)] == []


WORDS = {
    "act", "event", "fold", "epoch", "position", "hole", "fork", "projection", "outbox", "verdict",
    "decision", "case", "fact",
}  # fmt: skip
"""Those that nobody can do without."""


def test_the_glossary_says_where_each_word_lives() -> None:
    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ")][2:]
    assert {row.split(" | ")[0].removeprefix("| ") for row in rows} >= WORDS
    assert [row for row in rows if not NAMED.search(row)] == []


def defined(path: str) -> set[str]:
    """The classes and functions that stand at the top of a module, and `Class.method`."""
    found = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        if isinstance(node, _KINDS):
            found.add(node.name)
            found |= {f"{node.name}.{item.name}" for item in node.body if isinstance(item, _KINDS)}
    return found
