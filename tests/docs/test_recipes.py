"""Each recipe of docs/recipes.md is played: applied to a copy of the project, and run there.

A block marked `diff FILE` changes a file: its lines with ` ` and `-` must stand there exactly once,
and those with ` ` and `+` take their place; `@@` parts two changes. A block marked with a language
and a `FILE` is a new file. The commands of a `console` block must end well.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.test_paths import NAMED, ROOT, defined

PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COPIED = ("fieldkit", "rules", "data", "sync", "tests", "docs")


_ENVIRON = {
    "FIELDKIT_LANG": "en",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_ADDOPTS": "-p pytest_asyncio.plugin -p syrupy -p _hypothesis_pytestplugin",
}
"""Of pytest's plugins only those that the tests of recipes need: loading all takes twice as long
as most of these tests."""


@dataclass(frozen=True)
class Recipe:
    """A section of the page: its blocks as kind, file and text, and the files that it lists."""

    title: str
    blocks: list[tuple[str, str, str]]
    listed: list[str]

    @property
    def commands(self) -> list[str]:
        """What is typed."""
        blocks = "".join(text for kind, _, text in self.blocks if kind == "console")
        return re.findall(r"^\$ (.+)$", blocks, re.MULTILINE)

    @property
    def changed(self) -> list[str]:
        """The files that the blocks change or make, in their order."""
        made = [command.split(" > ")[1] for command in self.commands if " > " in command]
        return [file for kind, file, _ in self.blocks if kind != "console"] + made


def recipes() -> list[Recipe]:
    """The sections of the page."""
    parts = re.split(r"^## (.+)$", PAGE, flags=re.MULTILINE)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [
        Recipe(title, _BLOCK.findall(body), re.findall(r"^\| `([^`]+)` \|", body, re.MULTILINE))
        for title, body in pairs
    ]


def changed(text: str, block: str) -> str:
    """A text after the changes of a `diff` block."""
    for hunk in block.split("@@\n"):
        lines = hunk.splitlines(keepends=True)
        assert all(line[0] in " +-\n" for line in lines), hunk
        old, new = ("".join(line[1:] or line for line in lines if line[0] != left) for left in "+-")
        assert text.count(old) == 1, f"{text.count(old)} times:\n{old}"
        text = text.replace(old, new)
    return text


def apply(recipe: Recipe, folder: Path) -> None:
    """Change the files of a copy as the recipe says."""
    for kind, name, block in recipe.blocks:
        if kind == "diff":
            text = (folder / name).read_text(encoding="utf-8")
            (folder / name).write_text(changed(text, block), encoding="utf-8")
        elif kind != "console":
            assert not (folder / name).exists(), name
            (folder / name).write_text(block, encoding="utf-8")


def run(folder: Path, *command: str) -> str:
    """What a command prints in the copy. It must end well."""
    environ = os.environ | _ENVIRON | {"PYTHONPATH": str(folder), "FIELDKIT_HOME": str(folder)}
    done = subprocess.run([sys.executable, *command], cwd=folder, env=environ, text=True,
                          encoding="utf-8", capture_output=True)  # fmt: skip
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
    return done.stdout


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.title)
def test_a_recipe_works(recipe: Recipe, tmp_path: Path) -> None:
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    apply(recipe, tmp_path)
    python = [name for name in recipe.changed if name.endswith(".py")]
    run(tmp_path, "-m", "ruff", "check", *python)
    run(tmp_path, "-m", "ruff", "format", "--check", *python)
    for command in recipe.commands:
        typed, _, target = command.partition(" > ")
        python_, *words = shlex.split(typed)
        assert python_ == "python"
        said = run(tmp_path, *words)
        if target:
            (tmp_path / target).write_text(said, encoding="utf-8")
        elif words[:2] == ["-m", "pytest"]:
            assert re.search(r"\b\d+ passed|^\.+ *\[100%\]", said, re.MULTILINE), said


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.title)
def test_a_recipe_lists_every_file_that_it_touches(recipe: Recipe) -> None:
    assert sorted(recipe.listed) == sorted(recipe.changed)
    assert any("pytest" in command for command in recipe.commands)


def test_what_the_page_names_is_there_or_made_by_it() -> None:
    made = {file for recipe in recipes() for file in recipe.changed}
    named = NAMED.findall(PAGE)
    assert [file for file, _ in named if not (ROOT / file).exists() and file not in made] == []
    assert [(file, name) for file, name in named if name and name not in defined(file)] == []


def test_there_are_four() -> None:
    assert [recipe.title for recipe in recipes()] == ["A step", "A fact", "A screen", "A message"]


def test_a_change_whose_place_is_gone_is_noticed() -> None:
    assert changed("a\nb\nc\n", " a\n-b\n+x\n+y\n") == "a\nx\ny\nc\n"
    assert changed("a\n\nc\n", "+b\n \n c\n") == "a\nb\n\nc\n"
    for text in ("a\nc\n", "a\nb\na\nb\n"):
        with pytest.raises(AssertionError):
            changed(text, " a\n-b\n")
