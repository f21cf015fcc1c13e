"""Consoles and files of any encoding: what is printed loses letters at most, never the command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fieldkit import systems
from fieldkit.cli.start import require_terminal
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.systems import System

ENCODINGS = ("gbk", "cp1252", "ascii")


def printed(folder: Path, encoding: str, *arguments: str) -> tuple[int, bytes]:
    """The exit code of a command on a home in this folder, and the bytes that it printed."""
    environ = {name: value for name, value in os.environ.items() if name != "TERM"} | {
        "FIELDKIT_HOME": str(folder / "home"),
        "FIELDKIT_LANG": "zh",
        "PYTHONIOENCODING": encoding,
    }
    command = [sys.executable, "-m", "fieldkit", *arguments]
    with (folder / "out").open("wb") as out:
        run = subprocess.run(command, env=environ, stdout=out, stderr=subprocess.PIPE, timeout=120)
    return run.returncode, (folder / "out").read_bytes() + run.stderr


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_demo_day_is_played_into_a_file(encoding: str, tmp_path: Path) -> None:
    code, shown = printed(tmp_path, encoding, "demo", "--no-tui")
    assert code == 0, shown
    text = shown.decode(encoding)
    assert {"gbk": "\N{FULLWIDTH YEN SIGN}", "cp1252": "¥", "ascii": "?"}[encoding] in text


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_is_utf8(encoding: str, tmp_path: Path) -> None:
    assert printed(tmp_path, encoding, "init", "--person", "王磊", "--protect", "file")[0] == 0
    registered = ("customer", "register", "--set", "name=李娜 é", "--set", "phone=000-0001")
    code, shown = printed(tmp_path, encoding, *registered, "--json")
    assert code == 0, shown
    assert json.loads(shown.decode("utf-8"))["name"] == "李娜 é"


@pytest.mark.skipif(os.name != "posix", reason="closes the streams by a Unix shell")
def test_a_process_without_a_console_does_its_work(tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    init = [sys.executable, "-m", "fieldkit", "--home", home, "init", "--person", "a"]
    check = [sys.executable, "-m", "fieldkit", "--home", home, "store", "check"]
    for command in ([*init, "--protect", "file"], check):
        closed = ["sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', *command]
        assert subprocess.run(closed, timeout=60).returncode == 0
    assert (tmp_path / "home" / "store.db").exists()


@pytest.fixture
def unnamed_terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A terminal of which the environment says nothing."""
    monkeypatch.delenv("TERM", raising=False)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    return monkeypatch


def test_no_shell_of_windows_names_its_terminal(unnamed_terminal: pytest.MonkeyPatch) -> None:
    unnamed_terminal.setattr(systems, "SYSTEM", System.WINDOWS)
    require_terminal()


def test_elsewhere_a_terminal_without_a_name_is_refused(
    unnamed_terminal: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(FieldkitError, match="no_terminal"):
        require_terminal()
