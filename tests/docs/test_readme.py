"""What README.md tells a new person to type is there, and so are the files that it points to."""

import re
from pathlib import Path

from tests.docs.commands import commands

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_WORD = re.compile(r"[a-z][a-z-]*")


def typed() -> list[tuple[str, ...]]:
    """The commands of the page, with `a | b` told as two."""
    blocks = "".join(re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL))
    found = re.findall(r"^fieldkit\b(.*?)(?: {2,}#.*)?$", blocks, re.MULTILINE)
    found += re.findall(r"`(?:\.venv/bin/)?fieldkit\b([^`]*)`", README)
    whole = []
    for line in found:
        group: tuple[str, ...] = ()
        for number, part in enumerate(line.split("|")):
            words = []
            for word in part.split():
                if not _WORD.fullmatch(word):
                    break
                words.append(word)
            if number == 0:
                group = tuple(words[:-1])
                whole.append(tuple(words))
            else:
                whole.append((*group, *words))
    return whole


def test_each_command_is_there() -> None:
    assert len(typed()) > 30
    assert [words for words in typed() if words not in commands()] == []


def test_each_file_is_there() -> None:
    linked = re.findall(r"\]\(([^)]+)\)", README)
    assert len(linked) > 8
    assert [name for name in linked if not (ROOT / name).exists()] == []
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)) <= targets
