"""Every command that reads or makes a record prints it as JSON, too; the others say why not."""

import json
from collections.abc import Iterator
from typing import Any

from typer._click import Command
from typer.main import get_command

from fieldkit.cli.app import app
from tests.cli.test_publish import Shell, shell

__all__ = ["shell"]

WITHOUT_JSON = {
    "init": "makes a home",
    "demo": "shows a day to people",
    "job paper": "its output is a paper",
    "job save-file": "its output is a file",
    "office serve": "serves; its log is JSON",
    "office backup": "its output is a file",
    "office restore": "puts a file in place",
    "office new-epoch": "a step of a restore",
    "office upgrade": "changes tables",
    "office metrics": "Prometheus' own format",
    "office catalogue start": "its output is a folder",
    "rules fmt": "lays files out",
    "rules to-csv": "its output is a table",
    "rules from-csv": "changes a file",
    "rules save": "its output is a folder",
    "store backup": "its output is a file",
    "store restore": "puts a file in place",
    "store export": "its output is JSON, in a file",
    "store import": "puts a file in place",
    "store passphrase": "changes a key",
    "sync schedule": "tells the system's scheduler",
}


def commands(command: Command, path: str = "") -> Iterator[tuple[str, Command]]:
    below = getattr(command, "commands", {})
    if path and not (below and getattr(command, "no_args_is_help", False)):
        yield path, command
    for name, each in below.items():
        yield from commands(each, f"{path} {name}".strip())


def test_every_command_has_json_but_those_that_neither_read_nor_make_a_record() -> None:
    without = {
        path
        for path, command in commands(get_command(app))
        if not any("--json" in one.opts for one in command.params)
    }
    assert without == WITHOUT_JSON.keys()


def test_what_the_office_does_is_printed_as_json(shell: Shell) -> None:
    def done(*words: str) -> Any:
        code, out, err = shell(*words, "--json")
        assert code == 0, err
        return json.loads(out)

    office = ("office",)
    buyer = done(*office, "customer", "new", "--set", "name=Test", "--set", "phone=000-0000")["id"]
    done(
        *office,
        "product",
        "new",
        "--set",
        "serial_confirmed=true",
        "--set",
        "serial=C1",
        "--set",
        "model=QL-C24",
    )
    form = ("--customer", buyer, "--product", "C1", "--set", "symptom=dead")
    number = done(*office, "job", "new", *form)["number"]
    assert done(*office, "technician", "anna", "--area", "north")[0]["area"] == "north"
    do = (*office, "job", "do", number)
    assert done(*do, "note", "--set", "text=a word")["notes"][0]["text"] == "a word"
    assert done(*do, "cancel", "--set", "reason=duplicate")["status"] == "cancelled"
    said = ("--set", "text=late", "--set", "complaint_class=service", "--set", f"customer={buyer}")
    complaint = done(*office, "complaint", "new", *said)["id"]
    assert done(*office, "complaint", "show", complaint)["recorded"]["text"] == "late"
    judged = ("--set", "founded=true", "--set", "grade=general")
    do_next = (*office, "complaint", "do", complaint)
    assert done(*do_next, "judged", *judged)["judged"]["founded"] is True
    shown = shell(*office, "complaint", "show", complaint)[1]
    assert "[x] Judged" in shown
    assert "[>] Assigned  assigned" in shown


def test_what_a_laptop_does_is_printed_as_json(shell: Shell) -> None:
    def done(*words: str) -> Any:
        code, out, err = shell(*words, "--json")
        assert code == 0, err
        return json.loads(out)

    shell("init", "--person", "anna", "--protect", "file")
    assert done("van", "load", "P-HAL=2")[0]["on_board"] == 2
    assert done("van", "count", "P-HAL=1")[0]["on_board"] == 1
    assert done("people", "add", "bert")["name"] == "bert"
    assert done("people", "remove", "bert")["name"] == "bert"
    assert done("store", "archive") == {"count": 0, "days": 365}
    buyer = done("customer", "register", "--set", "name=Test", "--set", "phone=000-0000")["id"]
    done(
        "product",
        "register",
        "--set",
        "serial_confirmed=true",
        "--set",
        "serial=C1",
        "--set",
        "model=QL-C24",
    )
    form = ("--customer", buyer, "--product", "C1", "--set", "symptom=dead")
    number = done("job", "new", *form)["number"]
    done("job", "do", number, "dispatch", "--set", "technician=anna")
    changed = done("job", "amend", number, "request", "--set", "symptom=dead again")
    assert changed["request"]["symptom"] == "dead again"
    assert done("job", "undo", number)["id"] == changed["id"]
