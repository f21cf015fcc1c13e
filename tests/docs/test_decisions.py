"""The index of docs/decisions.md names every decision, and leads to it."""

import re

from tests.docs.test_paths import ROOT

TEXT = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
INDEX, DECISIONS = TEXT.split("\n\n## ", 1)


def anchor(heading: str) -> str:
    """What a heading is called in a link."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_index_is_complete_and_in_order() -> None:
    headings = re.findall(r"^(###?) (.+)$", f"## {DECISIONS}", re.MULTILINE)
    listed = re.findall(r"^( *)- \[(.+)\]\(#(.+)\)$", INDEX, re.MULTILINE)
    assert [("  " * (len(marks) - 2), name, anchor(name)) for marks, name in headings] == listed
    assert len({link for *_, link in listed}) == len(listed) > 50


def test_each_decision_says_why() -> None:
    for part in re.split(r"^### ", DECISIONS, flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n\n")
        assert len(text.split()) > 8, heading


def test_it_leads_to_the_words_and_the_rooms() -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert {"glossary.md", "architecture.md"} <= set(linked)
    assert [name for name in linked if not (ROOT / "docs" / name).exists()] == []
