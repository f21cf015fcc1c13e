"""The units of the schedulers: each as its own scheduler reads it; only one is ever installed."""

import os
import plistlib
import re
import shlex
import shutil
import stat
import subprocess
import sys
from datetime import time
from pathlib import Path
from xml.etree import ElementTree
from zipapp import create_archive

import pytest
from ruamel.yaml import YAML

from fieldkit.cli.app import run
from fieldkit.domain.core.errors import Fault
from fieldkit.services.exchange.nightly import (
    Scheduler,
    current_scheduler,
    install,
    nightly_command,
    remove,
    units,
)
from fieldkit.shipped import shipped

COMMAND = ["/opt/a b/python", "--home", '/home/l"i/50% <safe> & $sound', "sync", "--nightly"]
AT = time(21, 5)
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")


def text(scheduler: Scheduler) -> str:
    return "\n".join(unit.text for unit in units(scheduler, COMMAND, AT))


def test_the_cron_line_runs_the_command_as_it_is() -> None:
    line = text(Scheduler.CRON).strip()
    found = re.fullmatch(r"5 21 \* \* \* (.*) # fieldkit-sync", line)
    assert found is not None
    said = found[1].replace(r"\%", "%")  # cron itself takes the backslash away
    assert shlex.split(said) == COMMAND
    assert "%" not in found[1].replace(r"\%", "")


def test_the_plist_is_one() -> None:
    read = plistlib.loads(text(Scheduler.LAUNCHD).encode())
    assert read["ProgramArguments"] == COMMAND
    assert read["StartCalendarInterval"] == {"Hour": 21, "Minute": 5}
    assert read["Label"] == "fieldkit-sync"


def test_the_task_of_windows_is_one() -> None:
    said = text(Scheduler.WINDOWS)
    task = ElementTree.fromstring(said.encode("utf-16"))
    names = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert task.findtext(".//t:Command", namespaces=names) == COMMAND[0]
    arguments = task.findtext(".//t:Arguments", namespaces=names)
    assert arguments == subprocess.list2cmdline(COMMAND[1:])
    assert task.findtext(".//t:StartBoundary", namespaces=names) == "2026-01-01T21:05:00"
    assert task.findtext(".//t:MultipleInstancesPolicy", namespaces=names) == "IgnoreNew"


def test_the_timer_says_when_and_the_service_what() -> None:
    service, timer = units(Scheduler.SYSTEMD, COMMAND, AT)
    assert "OnCalendar=*-*-* 21:05:00" in timer.text
    assert "Persistent=true" in timer.text
    started = next(line for line in service.text.splitlines() if line.startswith("ExecStart="))
    words = shlex.split(started.removeprefix("ExecStart=").replace("%%", "%").replace("$$", "$"))
    assert words == COMMAND


def verified(folder: Path, *names: str) -> None:
    """systemd itself reads the units, and has nothing to say about them."""
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(folder / name) for name in names)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in ran.stderr.splitlines() if "fieldkit" in line]
    assert (ran.returncode, said) == (0, [])


@needs_systemd
def test_systemd_takes_the_timer(tmp_path: Path) -> None:
    for unit in units(Scheduler.SYSTEMD, nightly_command(tmp_path / "a b 50%"), AT):
        (tmp_path / unit.name).write_text(unit.text)
    verified(tmp_path, "fieldkit-sync.service", "fieldkit-sync.timer")


@needs_systemd
def test_systemd_takes_the_office(tmp_path: Path) -> None:
    said = (shipped("sync") / "office" / "fieldkit-office.service").read_text()
    assert "/opt/fieldkit/bin/fieldkit office serve" in said
    here = said.replace("/opt/fieldkit/bin/fieldkit", sys.executable)
    (tmp_path / "fieldkit-office.service").write_text(here)
    verified(tmp_path, "fieldkit-office.service")


def test_the_compose_file_has_the_shape_of_one() -> None:
    """Every top key and service key is one of the Compose specification that is used here."""
    file = shipped("sync") / "office" / "compose.yaml"
    said = YAML(typ="safe", pure=True).load(file.read_text())
    assert set(said) == {"name", "services", "volumes"}
    allowed = {"image", "build", "restart", "environment", "volumes", "healthcheck", "depends_on",
               "ports"}  # fmt: skip
    services = said["services"]
    for service in services.values():
        assert set(service) <= allowed
        assert set(service["healthcheck"]) == {"test", "interval", "timeout", "retries"}
        named = [mount.split(":")[0] for mount in service["volumes"]]
        assert set(named) <= set(said["volumes"])
    assert services["office"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert services["office"]["ports"] == ["127.0.0.1:8440:8440"]
    assert "${FIELDKIT_DB_PASSWORD:?" in services["db"]["environment"]["POSTGRES_PASSWORD"]
    build = services["office"]["build"]
    assert (file.parent / build["context"] / build["dockerfile"]).resolve().is_file()


# -- installing ------------------------------------------------------------------------------


def _program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture(name="bare")
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Linux machine without any scheduler; the test adds the one that it wants."""
    if sys.platform != "linux":
        pytest.skip("the schedulers of Linux")
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    return programs


def test_without_a_scheduler_nothing_is_changed(bare: Path) -> None:
    with pytest.raises(Fault, match=r"schedule\.none"):
        current_scheduler()


def test_systemd_gets_both_files_and_is_told(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(bare, "systemctl", f'echo "$@" >> {tmp_path}/said')
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert install(COMMAND, AT) is Scheduler.SYSTEMD
    folder = tmp_path / ".config" / "systemd" / "user"
    assert {path.name for path in folder.iterdir()} == {
        "fieldkit-sync.service", "fieldkit-sync.timer",
    }  # fmt: skip
    assert (tmp_path / "said").read_text().splitlines() == [
        "--user daemon-reload", "--user enable --now fieldkit-sync.timer",
    ]  # fmt: skip


def test_cron_keeps_every_other_line_and_has_ours_once(bare: Path, tmp_path: Path) -> None:
    table = tmp_path / "table"
    table.write_text("0 5 * * * other # mine\n")
    cat = shutil.which("cat", path=os.defpath)
    _program(bare, "crontab", f'if [ "$1" = -l ]; then {cat} {table}; else {cat} > {table}; fi')
    for at in (AT, time(6, 30)):
        assert install(COMMAND, at) is Scheduler.CRON
    lines = table.read_text().splitlines()
    assert lines[0] == "0 5 * * * other # mine"
    assert [line[:7] for line in lines[1:]] == ["30 6 * "]


def test_what_was_scheduled_is_taken_away_and_nothing_else(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "table"
    table.write_text("0 5 * * * other # mine\n")
    cat = shutil.which("cat", path=os.defpath)
    _program(bare, "crontab", f'if [ "$1" = -l ]; then {cat} {table}; else {cat} > {table}; fi')
    install(COMMAND, AT)
    for _ in range(2):
        assert run(["sync", "schedule", "--remove"]) == 0
        assert table.read_text() == "0 5 * * * other # mine\n"

    _program(bare, "systemctl", f'echo "$@" >> {tmp_path}/said')
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    install(COMMAND, AT)
    (tmp_path / "said").unlink()
    for _ in range(2):
        assert remove() is Scheduler.SYSTEMD
    assert list((tmp_path / ".config" / "systemd" / "user").iterdir()) == []
    assert (tmp_path / "said").read_text().splitlines() == [
        "--user disable --now fieldkit-sync.timer", "--user daemon-reload",
    ]  # fmt: skip


def test_a_scheduler_that_refuses_is_named(bare: Path) -> None:
    _program(bare, "crontab", "exit 1")
    with pytest.raises(Fault, match=r"schedule\.failed"):
        install(COMMAND, AT)


# -- the command -----------------------------------------------------------------------------


def test_print_installs_nothing(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--home", "/somewhere", "sync", "schedule", "--at", "06:30", "--print"]
    assert run([*arguments, "--for", "launchd"]) == 0
    read = plistlib.loads(capsys.readouterr().out.encode())
    assert read["ProgramArguments"][-4:] == ["--home", "/somewhere", "sync", "--nightly"]
    assert run(arguments) == 3
    assert "--print --for" in capsys.readouterr().err


def test_a_packed_program_starts_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyInstaller's folder has no Python, and a zip of shiv no module that Python would find."""
    usual = nightly_command(tmp_path)
    assert usual[:-4] == [sys.executable, "-P", "-m", "fieldkit"]
    packed = tmp_path / "fieldkit.pyz"
    create_archive(shipped("sync"), packed, main="nightly:main")
    with monkeypatch.context() as here:
        here.setattr(sys, "argv", [str(packed)])
        assert nightly_command(tmp_path) == [sys.executable, str(packed), *usual[-4:]]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert nightly_command(tmp_path) == [sys.executable, *usual[-4:]]


@pytest.mark.parametrize(
    "wrong", [["--at", "25:00"], ["--at", "soon"], ["--for", "cron"], ["--remove", "--print"]]
)
def test_wrong_usage_is_told(wrong: list[str]) -> None:
    assert run(["sync", "schedule", *wrong]) == 2
