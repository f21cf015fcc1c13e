"""The source archive holds what builds and tests."""

import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BY_ITSELF = {".gitignore", "pyproject.toml"}
"""What hatchling puts into every source archive."""


def test_everything_that_is_kept_is_in_the_source_archive() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    kept = subprocess.check_output(["git", "-C", str(ROOT), "ls-files"], text=True)
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    included = set(build["build"]["targets"]["sdist"]["include"])
    assert {line.partition("/")[0] for line in kept.splitlines()} - BY_ITSELF == included


def test_what_an_index_shows_points_to_no_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "](" not in (ROOT / project["readme"]).read_text(encoding="utf-8")
