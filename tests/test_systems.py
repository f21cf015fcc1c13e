"""What differs between operating systems; those that no test runs on are simulated."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit import systems
from fieldkit.i18n import default_lang
from fieldkit.services.exchange.nightly import nightly_command
from fieldkit.store.home.process_lock import LOCK_NAME
from fieldkit.systems import (
    System,
    copy_on_desktop,
    open_on_desktop,
    portable_name,
    replace_file,
    take_lock,
)

FIELDKIT = Path(systems.__file__).parent


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """This process takes its system for Windows."""
    monkeypatch.setattr(systems, "SYSTEM", System.WINDOWS)
    return monkeypatch


def test_no_other_module_asks_for_the_system() -> None:
    asks = ("sys.platform", "os.name", "platform.system", "startfile", "msvcrt", "import fcntl")
    own = {
        "systems.py",
        "store/tinysqlite/store_file.py",  # stands on its own
        "tui/crash_report.py",  # names it
    }
    found = {
        str(path.relative_to(FIELDKIT))
        for path in FIELDKIT.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in asks)
    }
    assert found == own


# -- terminal and language -----------------------------------------------------------------


def test_a_shell_of_windows_needs_no_term(windows: pytest.MonkeyPatch) -> None:
    assert systems.usable_terminal({})
    assert not systems.usable_terminal({"TERM": "dumb"})


def test_elsewhere_a_terminal_has_a_name() -> None:
    assert not systems.usable_terminal({})
    assert systems.usable_terminal({"TERM": "xterm-256color"})


@pytest.mark.parametrize(
    ("code", "lang"), [(0x0804, "zh"), (0x0C04, "zh"), (0x0409, "en"), (0x0407, "en"), (1, "en")]
)
def test_the_language_of_a_windows_that_sets_no_lang(
    windows: pytest.MonkeyPatch, code: int, lang: str
) -> None:
    import ctypes

    kernel = SimpleNamespace(GetUserDefaultUILanguage=lambda: code)
    windows.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    assert default_lang({}) == lang
    assert default_lang({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert default_lang({"FIELDKIT_LANG": "en", "LANG": "zh_CN.UTF-8"}) == "en"


# -- locks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("system", ["windows", "linux"])
@pytest.mark.parametrize(
    ("first", "second", "gets"),
    [("shared", "shared", True), ("shared", "alone", False), ("alone", "shared", False),
     ("alone", "alone", False)],
)  # fmt: skip
def test_locks_of_two_processes(
    tmp_path: Path, system: str, first: str, second: str, gets: bool
) -> None:
    def holds(how: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.lock_holder", str(tmp_path / LOCK_NAME), how, system],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=FIELDKIT.parent,
        )  # fmt: skip

    with holds(first) as one:
        assert one.stdout is not None
        assert one.stdout.readline() == "True\n"
        with holds(second) as two:
            assert two.communicate("")[0] == f"{gets}\n"
        one.communicate("")
    with holds("alone") as after:
        assert after.communicate("")[0] == "True\n"


def test_one_handle_does_not_exclude_itself(tmp_path: Path) -> None:
    handle = os.open(tmp_path / LOCK_NAME, os.O_RDWR | os.O_CREAT)
    assert take_lock(handle, exclusive=False)
    assert take_lock(handle, exclusive=True)
    os.close(handle)


# -- programs ------------------------------------------------------------------------------


def test_the_nightly_run_opens_no_window(windows: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("python.exe", "pythonw.exe", "lonely.exe"):
        (tmp_path / name).touch()
    windows.setattr(sys, "executable", str(tmp_path / "python.exe"))
    assert nightly_command(tmp_path)[0] == str(tmp_path / "pythonw.exe")
    windows.setattr(sys, "executable", str(tmp_path / "lonely.exe"))
    assert nightly_command(tmp_path)[0] == str(tmp_path / "lonely.exe")


# -- files ---------------------------------------------------------------------------------


def held_for(times: int) -> Callable[[Path, Path], Path]:
    """`Path.replace` while a virus scanner has the file open for the first `times`."""
    tries = iter(range(times))
    real = Path.replace

    def replace(draft: Path, target: Path) -> Path:
        if next(tries, None) is not None:
            raise PermissionError(errno.EACCES, "in use")
        return real(draft, target)

    return replace


def test_a_file_that_a_scanner_holds_is_replaced_when_it_lets_go(
    windows: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "new").write_text("new")
    windows.setattr(Path, "replace", held_for(3))
    replace_file(tmp_path / "new", tmp_path / "there")
    assert (tmp_path / "there").read_text() == "new"


def test_a_file_that_stays_held_is_an_error_and_elsewhere_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Path, "replace", held_for(1))
    with pytest.raises(PermissionError):
        replace_file(tmp_path / "new", tmp_path / "there")
    monkeypatch.setattr(systems, "SYSTEM", System.WINDOWS)
    monkeypatch.setattr(systems, "_REPLACE_S", 0.1)
    monkeypatch.setattr(Path, "replace", held_for(10_000))
    with pytest.raises(PermissionError):
        replace_file(tmp_path / "new", tmp_path / "there")


def test_a_folder_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        systems.make_private_folder(tmp_path / "a" / "home")
        os.umask(0o777)
        systems.make_private_folder(tmp_path / "b")
    finally:
        os.umask(before)
    assert (tmp_path / "a" / "home").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o700


def test_a_folder_on_windows_gets_an_access_list(
    windows: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[list[str]] = []
    windows.setenv("USERNAME", "li.wei")
    windows.setenv("USERDOMAIN", "LAPTOP")
    windows.setattr(subprocess, "run", lambda command, **_: asked.append(command))
    systems.make_private_folder(tmp_path / "home")
    systems.make_private_folder(tmp_path / "home")  # there already: left as its owner made it
    rights = ["/inheritance:r", "/grant:r", "LAPTOP\\li.wei:(OI)(CI)F"]
    assert asked == [["icacls", str(tmp_path / "home"), *rights]]


def test_modes_count_only_where_they_mean_something(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text("")
    file.chmod(0o644)
    assert systems.others_may_read(file)
    monkeypatch.setattr(systems, "SYSTEM", System.WINDOWS)
    assert not systems.others_may_read(file)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("report-261105-CJB68-zh.pdf", "report-261105-CJB68-zh.pdf"),
        ("工单 1: 车把?*.pdf", "工单 1- 车把--.pdf"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("C:\\Users\\x", "C--Users-x"),
        ("nul", "-nul"),
        ("Com1.pdf", "-Com1.pdf"),
        ("common.pdf", "common.pdf"),
        ("end. ", "end"),
        ("a\nb\x07", "a-b-"),
        ("...", "-"),
        ("", "-"),
    ],
)
def test_names_that_every_system_takes(text: str, name: str) -> None:
    assert portable_name(text) == name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_portable_name_is_one_name_and_stays(text: str) -> None:
    name = portable_name(text)
    assert name not in ("", ".", "..")
    assert not set(name) & set('<>:"/\\|?*\0')
    assert len(name.encode()) <= 255 or len(name) <= 81
    assert portable_name(name) == name


# -- opening -------------------------------------------------------------------------------


def opener(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """An `xdg-open` that is found first, on a machine with a desktop; answers what it was given."""
    program = folder / "xdg-open"
    program.write_text(f'#!/bin/sh\necho "$1" > {folder}/opened\n{script}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.setenv("DISPLAY", ":0")
    return folder / "opened"


@pytest.mark.parametrize(
    ("script", "shown"), [("exit 0", True), ("exit 3", False), ("exec sleep 5", True)]
)
def test_an_opener_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, shown: bool
) -> None:
    monkeypatch.setattr(systems, "_OPENER_S", 0.3)
    opened = opener(tmp_path, monkeypatch, script)
    assert open_on_desktop(tmp_path / "a.pdf") is shown
    assert opened.read_text().strip() == str(tmp_path / "a.pdf")


def test_without_a_desktop_nothing_takes_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opener(tmp_path, monkeypatch, "exit 0")
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not open_on_desktop(tmp_path / "a.pdf")
    assert not opened.exists()


def test_a_windows_without_a_program_for_it(windows: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def startfile(path: Path) -> None:
        if path.suffix != ".pdf":
            raise OSError(1155, "No application is associated with the specified file")

    windows.setattr(os, "startfile", startfile, raising=False)
    assert open_on_desktop(tmp_path / "a.pdf")
    assert not open_on_desktop(tmp_path / "a.heic")


def _clipboard(folder: Path, name: str, code: int = 0) -> Path:
    """A program of that name in a folder, which keeps what it is given beside it."""
    program, kept = folder / name, folder / f"{name}.kept"
    program.write_text(f"#!/bin/sh\n/bin/cat > '{kept}'\nexit {code}\n")
    program.chmod(0o755)
    return kept


def test_a_text_is_copied_by_the_desktops_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    wayland, x11 = {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, {"DISPLAY": ":0"}
    assert not copy_on_desktop("李娜 1", wayland)
    refusing, kept = _clipboard(tmp_path, "wl-copy", 1), _clipboard(tmp_path, "xclip")
    assert not copy_on_desktop("李娜 1", {})
    assert not copy_on_desktop("李娜 1", {**x11, "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"})
    assert not kept.exists()
    assert copy_on_desktop("李娜 1", wayland)
    assert (refusing.read_text(), kept.read_text()) == ("李娜 1", "李娜 1")


def test_the_clipboard_of_windows_takes_utf_16(tmp_path: Path, windows: pytest.MonkeyPatch) -> None:
    windows.setenv("PATH", str(tmp_path))
    kept = _clipboard(tmp_path, "clip")
    assert copy_on_desktop("李娜", {})
    assert kept.read_bytes().decode("utf-16") == "李娜"
