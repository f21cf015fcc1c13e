"""The pages for whoever installs: the same commands in both languages, and each of them exists."""

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from fieldkit.cli.app import app

DOCS = Path(__file__).parents[2] / "docs"
PAGES = (DOCS / "install.md", DOCS / "install.zh.md")


def commands(page: Path) -> list[list[str]]:
    """The words of every command line of the page, without comments."""
    blocks = re.findall(r"```(?:sh|powershell)\n(.*?)```", page.read_text("utf-8"), re.S)
    return [
        words
        for block in blocks
        for line in block.splitlines()
        if (words := shlex.split(line.replace("\\", "/"), comments=True))
    ]


def test_both_pages_say_the_same() -> None:
    english, chinese = PAGES

    def shape(page: Path) -> list[list[str]]:
        return [[word for word in words if word.isascii() and not word.isupper()]
                for words in commands(page)]  # fmt: skip

    assert shape(english) == shape(chinese)
    heads = [len(re.findall(r"^## ", page.read_text("utf-8"), re.M)) for page in PAGES]
    assert heads[0] == heads[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_is_there_with_its_options(page: Path) -> None:
    for words in commands(page):
        if words[0] != "fieldkit":
            continue
        command = get_command(app)
        for word in words[1:]:
            if word.startswith("--"):
                options = {name for param in command.params for name in param.opts}
                assert word in options, words
            else:
                command = getattr(command, "commands", {}).get(word, command)
        assert command is not get_command(app), words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8"))
    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []
