"""What differs between Linux, macOS and Windows: each difference stands here once, with its reason.

Everything else is the same everywhere. `fieldkit.store.tinysqlite`, which could be published on its
own, keeps the one difference that it needs. What was written for a system on which no test has run
is tried by tests that set `SYSTEM`.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from threading import Thread


class System(StrEnum):
    """An operating system as far as fieldkit minds; every other Unix is taken for Linux."""

    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"


SYSTEM = {"win32": System.WINDOWS, "darwin": System.MACOS}.get(sys.platform, System.LINUX)
"""The one that this process runs on."""

_PLACES = 64
"""Processes that may share a lock on Windows: far more than a laptop starts."""

_OPENER_S = 1.0
"""For an opener to fail in; one that is still there then has shown the file."""

_REPLACE_S = 2.0
"""For a virus scanner or a reader to let go of a file: they hold it for milliseconds."""


def usable_terminal(environ: Mapping[str, str]) -> bool:
    """Whether TERM names a terminal that can do more than print.

    No shell of Windows sets TERM; elsewhere a terminal without a name can do nothing.
    """
    unnamed = "" if SYSTEM is System.WINDOWS else "dumb"
    return (environ.get("TERM") or unnamed) != "dumb"


def system_language() -> str:
    """The language that the system itself is set to, such as `zh_CN`; empty where the environment
    says it. Windows sets no LANG."""
    if SYSTEM is not System.WINDOWS:
        return ""
    import ctypes
    import locale

    kernel: object = getattr(ctypes, "windll").kernel32  # noqa: B009  # only there has ctypes it
    code: int = getattr(kernel, "GetUserDefaultUILanguage")()  # noqa: B009
    return locale.windows_locale.get(code, "")


def windowless(program: str) -> str:
    """The form of a program that a scheduler starts in the background.

    On Windows a console program would open its window for as long as it runs; the one without has
    the same name with a `w` (`python.exe`, `pythonw.exe`), and stands beside it if there is one.
    """
    silent = Path(program).with_stem(f"{Path(program).stem}w")
    return str(silent) if SYSTEM is System.WINDOWS and silent.exists() else program


def take_lock(handle: int, exclusive: bool) -> bool:
    """Lock an open file, shared or alone, until its handle is closed; False while another process
    has it. A crash cannot leave the lock behind: it is the system's.

    Raises `OSError` on a file system without locks.
    """
    if SYSTEM is System.WINDOWS:
        return _lock_places(handle, exclusive)
    import fcntl

    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_places(handle: int, exclusive: bool) -> bool:
    """Python has no shared lock on Windows: who shares takes one byte of many, who wants the file
    alone takes all of them. The bytes need not be there."""
    msvcrt = import_module("msvcrt")
    wanted = [(0, _PLACES)] if exclusive else [(place, 1) for place in range(_PLACES)]
    for first, count in wanted:
        os.lseek(handle, first, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, count)
        except PermissionError:  # another process has it
            continue
        return True
    return False


def replace_file(draft: Path, target: Path) -> None:
    """Put a file in the place of another, whole. Raises `OSError`.

    On Windows a file cannot be replaced while any program has it open, so a moment's reader is
    waited for.
    """
    until = time.monotonic() + _REPLACE_S
    while True:
        try:
            draft.replace(target)
        except PermissionError:
            if SYSTEM is not System.WINDOWS or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it, into which only its owner can look. Raises `OSError`.

    The mode says nothing on Windows: there the folder gets an access list of one name, which what
    is made in it inherits.
    """
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if SYSTEM is System.WINDOWS:
        owner = f"{os.environ.get('USERDOMAIN', '.')}\\{os.environ['USERNAME']}"
        rights = ["/inheritance:r", "/grant:r", f"{owner}:(OI)(CI)F"]
        subprocess.run(["icacls", str(folder), *rights], capture_output=True, check=False)
    else:
        folder.chmod(0o700)  # whatever the umask took away


def others_may_read(path: Path) -> bool:
    """Whether the mode of a file lets others read it; on Windows the folder's access list decides,
    and a mode means nothing."""
    return SYSTEM is not System.WINDOWS and bool(path.stat().st_mode & 0o077)


def open_on_desktop(path: Path) -> bool:
    """Open a file with the desktop's program for it; False where there is none that shows it.

    On a machine without a desktop a text browser would take the terminal from the app, so only the
    desktop's own opener is asked. May take a second: it is waited whether the opener fails.
    """
    try:
        if SYSTEM is System.WINDOWS:
            getattr(os, "startfile")(path)  # noqa: B009  # only there has os it
            return True
        opener = shutil.which("open" if SYSTEM is System.MACOS else "xdg-open")
        if opener is None or not (SYSTEM is System.MACOS or _has_desktop(os.environ)):
            return False
        started = subprocess.Popen(
            [opener, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:  # no program for this kind of file, or one that cannot be started
        return False
    try:
        return started.wait(_OPENER_S) == 0
    except subprocess.TimeoutExpired:
        Thread(target=started.wait, daemon=True).start()  # so that none is left behind as a zombie
        return True


def copy_on_desktop(text: str, environ: Mapping[str, str]) -> bool:
    """Put a text on the desktop's clipboard by its own program; False where none took it.

    Over ssh the programs that are here reach the clipboard of another machine.
    """
    if environ.get("SSH_CONNECTION"):
        return False
    for words in _clipboard_programs(environ):
        program = shutil.which(words[0])
        if program is None:
            continue
        # clip.exe takes UTF-16 and nothing else for Chinese
        content = text.encode("utf-16" if SYSTEM is System.WINDOWS else "utf-8")
        try:
            done = subprocess.run(
                [program, *words[1:]],
                input=content,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_OPENER_S,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return True
    return False


def _clipboard_programs(environ: Mapping[str, str]) -> list[list[str]]:
    if SYSTEM is System.WINDOWS:
        return [["clip"]]
    if SYSTEM is System.MACOS:
        return [["pbcopy"]]
    wayland = [["wl-copy"]] if environ.get("WAYLAND_DISPLAY") else []
    x11 = [["xclip", "-selection", "clipboard"], ["xsel", "-ib"]] if environ.get("DISPLAY") else []
    return wayland + x11


def _has_desktop(environ: Mapping[str, str]) -> bool:
    return any(map(environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def portable_name(text: str) -> str:
    """A name that every system takes for a file, as near to a text as it can be.

    Windows knows no `< > : " / \\ | ? *`, no name that ends with a dot or a space, and keeps the
    names of its old devices (`NUL`, `COM1`) for itself, whatever stands behind their dot.
    """
    kept = "".join("-" if letter in '<>:"/\\|?*' or ord(letter) < 32 else letter for letter in text)
    name = kept[-_LONGEST_NAME:].strip(" .") or "-"
    return f"-{name}" if name.split(".")[0].rstrip().upper() in _DEVICES else name


_LONGEST_NAME = 80
"""Letters: a file's name has 255 bytes at most, three for each Chinese letter."""

_DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))]
)
