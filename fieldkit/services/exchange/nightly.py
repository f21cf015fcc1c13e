"""The nightly exchange, started by the platform's own scheduler.

The units are templates in `sync/units`; only the current platform's is ever installed.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape
from zipfile import is_zipfile

from fieldkit.domain.core.errors import Fault
from fieldkit.shipped import shipped
from fieldkit.systems import SYSTEM, System, windowless

_NAME = "fieldkit-sync"
_WAIT_S = 30
"""For an answer of the system's scheduler, before it is given up."""


class Scheduler(StrEnum):
    """What starts programs at a time of day."""

    SYSTEMD = "systemd"
    CRON = "cron"
    LAUNCHD = "launchd"
    WINDOWS = "windows"


@dataclass(frozen=True)
class Unit:
    """A file for a scheduler: its name and text."""

    name: str
    text: str


def nightly_command(home: Path) -> list[str]:
    """What the scheduler starts: this program, with `sync --nightly` for this home folder."""
    program, *rest = _program()
    return [windowless(program), *rest, "--home", str(home.absolute()), "sync", "--nightly"]


def _program() -> list[str]:
    """How this program is started again: as it is packed, or by its Python.

    A packed program (PyInstaller's, or a zip of shiv) is no module that its Python could find.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable]
    if is_zipfile(sys.argv[0]):
        return [sys.executable, str(Path(sys.argv[0]).absolute())]
    return [sys.executable, "-P", "-m", "fieldkit"]  # -P: never from the folder it is started in


def units(scheduler: Scheduler, command: Sequence[str], at: time) -> list[Unit]:
    """The files that start the command at that local time every day."""
    return [Unit(name, _fill(scheduler, name, command, at)) for name in _FILES[scheduler]]


_FILES: dict[Scheduler, tuple[str, ...]] = {
    Scheduler.SYSTEMD: (f"{_NAME}.service", f"{_NAME}.timer"),
    Scheduler.CRON: ("crontab",),
    Scheduler.LAUNCHD: (f"{_NAME}.plist",),
    Scheduler.WINDOWS: (f"{_NAME}.xml",),
}


def _fill(scheduler: Scheduler, name: str, command: Sequence[str], at: time) -> str:
    """A template with its values, escaped as the scheduler reads them."""
    values = {"time": f"{at:%H:%M}", "hour": str(at.hour), "minute": str(at.minute)}
    if scheduler is Scheduler.SYSTEMD:
        values["command"] = " ".join(map(_systemd_word, command))
    elif scheduler is Scheduler.CRON:
        values["command"] = shlex.join(command).replace("%", r"\%")
    elif scheduler is Scheduler.LAUNCHD:
        words = [f"<string>{escape(word)}</string>" for word in command]
        values["arguments"] = "\n    ".join(words)
        values["log"] = escape(str(Path.home() / "Library" / "Logs" / f"{_NAME}.log"))
    else:
        values["program"] = escape(command[0])
        values["arguments"] = escape(subprocess.list2cmdline(command[1:]))
    template = (shipped("sync") / "units" / name).read_text(encoding="utf-8")
    return Template(template).substitute(values)


def _systemd_word(word: str) -> str:
    """One argument in quotes; systemd would replace `%` and `$` in it."""
    quoted = word.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + quoted.replace("%", "%%").replace("$", "$$") + '"'


def current_scheduler() -> Scheduler:
    """The scheduler of this platform. Raises `Fault` if there is none that we know."""
    if SYSTEM is System.MACOS:
        return Scheduler.LAUNCHD
    if SYSTEM is System.WINDOWS:
        return Scheduler.WINDOWS
    if shutil.which("systemctl") and os.environ.get("XDG_RUNTIME_DIR"):
        return Scheduler.SYSTEMD
    if shutil.which("crontab"):
        return Scheduler.CRON
    raise Fault("schedule.none")


def install(command: Sequence[str], at: time) -> Scheduler:
    """Install the units of the current platform in place of earlier ones; answers which.

    Raises `Fault`: `schedule.none`, `schedule.failed`.
    """
    scheduler = current_scheduler()
    made = units(scheduler, command, at)
    if scheduler is Scheduler.SYSTEMD:
        _install_systemd(made)
    elif scheduler is Scheduler.CRON:
        _install_cron(made[0])
    elif scheduler is Scheduler.LAUNCHD:
        _install_launchd(made[0])
    else:
        _install_windows(made[0])
    return scheduler


def remove() -> Scheduler:
    """Take the units of the current platform away; answers which. Nothing happens where there are
    none. Raises `Fault` as `install` does."""
    scheduler = current_scheduler()
    if scheduler is Scheduler.SYSTEMD:
        if any((_systemd_folder() / name).exists() for name in _FILES[scheduler]):
            _run("systemctl", "--user", "disable", "--now", f"{_NAME}.timer")
            for name in _FILES[scheduler]:
                _unlink(_systemd_folder() / name)
            _run("systemctl", "--user", "daemon-reload")
    elif scheduler is Scheduler.CRON:
        _install_cron(None)
    elif scheduler is Scheduler.LAUNCHD:
        _start(["launchctl", "bootout", f"{_launchd_domain()}/{_NAME}"])
        _unlink(_launchd_file())
    elif _start(["schtasks", "/Query", "/TN", _NAME]).returncode == 0:
        _run("schtasks", "/Delete", "/TN", _NAME, "/F")
    return scheduler


def _systemd_folder() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(config) / "systemd" / "user"


def _install_systemd(made: Sequence[Unit]) -> None:
    for unit in made:
        _write(_systemd_folder() / unit.name, unit.text)
    _run("systemctl", "--user", "daemon-reload")
    _run("systemctl", "--user", "enable", "--now", f"{_NAME}.timer")


def _install_cron(unit: Unit | None) -> None:
    """Our line takes the place of the one before, or none does; all others stay."""
    listed = _start(["crontab", "-l"])
    lines = listed.stdout.splitlines() if listed.returncode == 0 else []
    kept = [line for line in lines if not line.rstrip().endswith(f"# {_NAME}")]
    if unit is not None or kept != lines:
        ours = [unit.text.strip()] if unit else []
        _run("crontab", "-", typed="".join(f"{line}\n" for line in [*kept, *ours]))


def _launchd_file() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / _FILES[Scheduler.LAUNCHD][0]


def _launchd_domain() -> str:
    return f"gui/{os.getuid()}"


def _install_launchd(unit: Unit) -> None:
    _write(_launchd_file(), unit.text)
    # refused where there is none yet
    _start(["launchctl", "bootout", f"{_launchd_domain()}/{_NAME}"])
    _run("launchctl", "bootstrap", _launchd_domain(), str(_launchd_file()))


def _install_windows(unit: Unit) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / unit.name
        path.write_text(unit.text, encoding="utf-16")
        _run("schtasks", "/Create", "/TN", _NAME, "/XML", str(path), "/F")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Fault("schedule.failed", program=str(path)) from error


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise Fault("schedule.failed", program=str(path)) from error


def _run(*command: str, typed: str = "") -> None:
    if _start(list(command), typed).returncode != 0:
        raise Fault("schedule.failed", program=command[0])


def _start(command: list[str], typed: str = "") -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, input=typed, capture_output=True, text=True, check=False, timeout=_WAIT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Fault("schedule.failed", program=command[0]) from error
