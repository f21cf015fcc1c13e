"""Consoles and files of any encoding: what is printed loses letters at most, never the command."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fieldkit import systems
from fieldkit.cli.app import run
from fieldkit.cli.start import require_terminal
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.event import Act, Author, Role
from fieldkit.systems import System
from tests.services.homes import home_at
from tests.sync.exchange import world

CONSOLES = {
    "gbk": {"PYTHONIOENCODING": "gbk"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "utf-8": {"LANG": "C", "LC_ALL": "C"},  # Python takes UTF-8 where no language is set
}
"""The encoding that is written in, and what the environment says. TERM is not set in any."""


def printed(folder: Path, encoding: str, *arguments: str, script: str = "") -> tuple[int, bytes]:
    """The exit code of a command, or of a script, and the bytes that it printed into a file; the
    home is in this folder."""
    unset = ("TERM", "PYTHONIOENCODING", "PYTHONUTF8", "LANG", "LC_ALL", "LC_CTYPE")
    environ = {name: value for name, value in os.environ.items() if name not in unset} | {
        "FIELDKIT_HOME": str(folder / "home"),
        "FIELDKIT_LANG": "zh",
        **CONSOLES[encoding],
    }
    command = [sys.executable, *(["-c", script] if script else ["-m", "fieldkit", *arguments])]
    with (folder / "out").open("wb") as out:
        run = subprocess.run(command, env=environ, stdout=out, stderr=subprocess.PIPE, timeout=120)
    return run.returncode, (folder / "out").read_bytes() + run.stderr


@pytest.mark.parametrize("encoding", ["gbk", "cp1252"])
def test_the_demo_day_is_played_into_a_file(encoding: str, tmp_path: Path) -> None:
    code, shown = printed(tmp_path, encoding, "demo", "--no-tui")
    assert code == 0, shown
    assert ("\N{FULLWIDTH YEN SIGN}" if encoding == "gbk" else "¥") in shown.decode(encoding)


DAY = """
import contextlib, io, json, sys
from fieldkit.cli.app import run

def record(*words):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert run([*words, "--json"]) == 0, said.getvalue()
    return json.loads(said.getvalue())

def fieldkit(line, *words):
    code = run([*line.split(), *words])
    assert code == 0, (line, code)

fieldkit("--help")
fieldkit("init --person 王磊 --protect file")
fieldkit("doctor")
customer = record("customer", "register", "--set", "name=李娜 é", "--set", "phone=000-0001")
bought = "--set purchase_date=2025-03-20 --set serial_confirmed=true"
fieldkit(f"product register --set model=QL-C24 {bought} --set serial=C1")
job = record("job", "new", "--customer", customer["id"], "--product", "C1", "--set", "symptom=没电")
job = job["number"]
for step in (
    "dispatch --set technician=王磊", "appoint", 'arrive --set checklist=["uniform"]',
    'diagnose --set lines=[{"component":"wearing","cause":"wear","part":"P-PAD"}]', "decide",
    "quote", "accept", "repair --set work_done=新刹车片", "enter_card", "sign --set consent=true",
    "pay",
):
    fieldkit(f"job do {job} {step}")
for line in (
    "job list", f"job show {job}", f"customer show {customer['id']}", "product show C1", "van show",
    "people list", "rules check", f"rules explain {job}", "store check", "sync rejected",
    "sync schedule --print --for cron", "job do --help", "customer list", "customer duplicates",
    "job list --all", "rules history",
):
    fieldkit(line)
"""


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii", "utf-8"])
def test_the_commands_of_a_day_print_into_a_file(encoding: str, tmp_path: Path) -> None:
    code, shown = printed(tmp_path, encoding, script=DAY)
    assert code == 0, shown.decode(encoding, "replace")
    strictly = "replace" if encoding == "ascii" else "strict"  # Click takes ASCII for UTF-8
    assert ("李娜" if encoding in ("gbk", "utf-8") else "??") in shown.decode(encoding, strictly)


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
def test_json_is_utf8(encoding: str, tmp_path: Path) -> None:
    assert printed(tmp_path, encoding, "init", "--person", "王磊", "--protect", "file")[0] == 0
    registered = ("customer", "register", "--set", "name=李娜 é", "--set", "phone=000-0001")
    code, shown = printed(tmp_path, encoding, *registered, "--json")
    assert code == 0, shown
    assert json.loads(shown.decode("utf-8"))["name"] == "李娜 é"


EVIL = "\x1b]0;owned\x07\x9b2J\u202egpj"


def test_no_escape_sequence_of_an_older_record_is_printed(tmp_path: Path) -> None:
    with home_at(tmp_path, "2026-11-22 09:00") as session:
        card = {"name": f"Li {EVIL}", "phone": "13800138000", "address": EVIL}
        author = Author(by=session.person, role=Role.TECHNICIAN, at=session.clock())
        act = Act(record="C1", type="customer.registered", data=card)
        session.store.ledger.commit([act], author)
    for command in (
        ["customer", "list"],
        ["customer", "show", "C1"],
        ["customer", "list", "--json"],
    ):
        code, shown = printed(tmp_path, "utf-8", *command)
        assert code == 0
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown.decode()), shown
    assert f"Li {EVIL}" in [one["name"] for one in json.loads(shown)]


LISTS = (
    "find FAKE", "jobs", "technicians", "status", "blockers", "conflicts", "escalations", "audit",
    "customer duplicates", "correction list", "complaint list", "catalogue list", "person list",
)  # fmt: skip
"""What the office lists; each ends with 0, or with 1 where somebody has to look."""


def test_a_line_of_a_list_is_one_line_whatever_a_laptop_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = "Li\nFAKE"
    card = {"id": "C1", "name": broken, "phone": "13800138000\nFAKE", "address": broken}
    bike = {"id": "B1", "serial": "B1\nFAKE", "model": broken, "customer": "C1"}
    request = {"number": broken, "reported_on": "2026-03-02", "symptom": broken,
               "customer": card, "product": bike}  # fmt: skip
    acts = [
        Act(record="C1", type="customer.registered", data=card),
        Act(record="C2", type="customer.registered", data=card),
        Act(record="B1", type="product.registered", data=bike),
        Act(record="J1", type="job.registered", data=request),
        Act(record="J1", type="job.dispatched", data={"technician": broken}),
        Act(record="K1", type="complaint.recorded", data={"text": broken}),
    ]
    with home_at(tmp_path, "2026-11-22 09:00") as session:
        author = Author(by=session.person, role=Role.TECHNICIAN, at=session.clock())
        session.store.ledger.commit(acts, author)
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "home"))
    with world(tmp_path / "sent") as here:
        eve = here.laptop("eve")
        eve.act(*acts)
        eve.sync(here.wire)
        folder = here.folder / "office"
    capsys.readouterr()
    here_too = ("job list", "job show J1", "customer list", "customer duplicates",
                "customer show C1", "product show B1", "van show")  # fmt: skip
    for line in here_too:
        assert run(line.split()) == 0, line
    for line in LISTS:
        assert run(["office", *line.split(), "--folder", str(folder)]) in (0, 1), line
    shown = capsys.readouterr().out
    assert "FAKE" in shown
    assert [line for line in shown.splitlines() if line.strip().startswith("FAKE")] == []


def test_a_secret_that_nobody_can_type_is_asked_for_in_the_environment(tmp_path: Path) -> None:
    init = [sys.executable, "-m", "fieldkit", "--home", str(tmp_path / "home"), "init"]
    command = [*init, "--person", "a", "--protect", "passphrase"]
    environ = {k: v for k, v in os.environ.items() if k != "FIELDKIT_PASSPHRASE"}
    run = subprocess.run(
        command, env=environ | {"FIELDKIT_LANG": "en"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.returncode == 2
    assert "There is no terminal to ask for it: Passphrase." in run.stderr
    assert "GetPassWarning" not in run.stderr
    assert not (tmp_path / "home").exists()


def test_an_argument_with_an_escape_sequence_is_refused(tmp_path: Path) -> None:
    code, shown = printed(tmp_path, "utf-8", "init", "--person", "a\x1b[2J", "--protect", "file")
    assert code == 2
    assert b"\x1b" not in shown
    assert b"\\u001b[2J" in shown
    assert not (tmp_path / "home").exists()


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
