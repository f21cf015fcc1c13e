"""Without the extras a laptop works, and what needs one says in a sentence what to install."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXTRAS = (
    "alembic",
    "fastapi",
    "prometheus_client",
    "sqlalchemy",
    "starlette",
    "uvicorn",
    "psycopg",
)


def fieldkit(home: Path, *words: str, without: tuple[str, ...] = EXTRAS) -> tuple[int, str]:
    """The exit code of a command where those packages cannot be imported, and what it says."""
    script = (
        f"import sys; sys.modules.update(dict.fromkeys({without!r}))\n"
        "from fieldkit.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--home", str(home), *words],
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("command", ["demo --no-tui", "office init", "office serve", "approve X"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_needs_the_office_says_what_to_install(
    lang: str, command: str, tmp_path: Path
) -> None:
    code, said = fieldkit(tmp_path / "home", "--lang", lang, *command.split())
    assert (code, len(said.splitlines())) == (3, 1)
    assert 'pip install "fieldkit[office]"' in said
    assert {"en": "needs the extra", "zh": "附加组件"}[lang] in said
    assert not (tmp_path / "home").exists()


def test_an_office_on_postgresql_says_so_too(tmp_path: Path) -> None:
    command = ("office", "init", "--folder", str(tmp_path / "office"), "--database")
    url = "postgresql+psycopg://anna@127.0.0.1/fieldkit"
    code, said = fieldkit(tmp_path, *command, url, without=("psycopg",))
    assert (code, len(said.splitlines())) == (3, 1)
    assert 'pip install "fieldkit[postgres]"' in said
    assert not (tmp_path / "office").exists()


def test_a_laptop_needs_none(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert fieldkit(home, "init", "--person", "anna", "--protect", "file")[0] == 0
    code, said = fieldkit(home, "doctor")
    assert code == 0, said
    registered = ("customer", "register", "--set", "name=Test", "--set", "phone=000-0001")
    assert fieldkit(home, *registered)[0] == 0
    code, said = fieldkit(home, "sync")
    assert code == 3
    assert "not enrolled" in said
