"""The exchange through files, and what the office refused, as people use them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldkit.cli.app import run
from fieldkit.clock import local_now
from fieldkit.domain.core.event import Act, Author, Role
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.http.serve import serving
from fieldkit.office.office import open_office
from fieldkit.services.home.ids import uuid7
from fieldkit.store.home.home import Home
from fieldkit.store.store import open_store

Shell = Callable[..., tuple[int, str, str]]


@pytest.fixture(name="shell")
def _shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """Runs a command on a laptop that is enrolled at an office."""
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FIELDKIT_OFFICE", str(tmp_path / "office"))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    assert run(["init", "--person", "anna", "--protect", "file"]) == 0
    assert run(["office", "init"]) == 0
    with open_office(tmp_path / "office", uuid7) as office, serving(office) as url:
        code = create_enrolment(office, "anna", Role.TECHNICIAN)
        assert run(["sync", "--enrol", code, "--office", url]) == 0

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def record(folder: Path, *acts: Act) -> None:
    with open_store(Home(folder / "home"), uuid7) as store:
        author = Author(by="anna", role=Role.TECHNICIAN, at=local_now())
        store.ledger.commit(acts, author)


def exchange_by_file(shell: Shell, folder: Path) -> int:
    assert shell("sync", "--to-file", str(folder / "out"))[0] == 0
    assert shell("office", "import", str(folder / "out"))[0] == 0
    return shell("sync", "--from-file", str(folder / "out.answer"))[0]


def test_a_day_without_a_network_goes_by_file(shell: Shell, tmp_path: Path) -> None:
    data = {"name": "Test Customer", "phone": "000 0000"}
    record(tmp_path, Act(record=uuid7(), type="customer.registered", data=data))
    code, out, _ = shell("sync", "--to-file", str(tmp_path / "out"))
    assert (code, out.startswith("1 events and 0 attachments are in")) == (0, True)
    assert exchange_by_file(shell, tmp_path) == 0
    code, _, err = shell("office", "import", str(tmp_path / "out.answer"))
    assert (code, "cannot be used" in err) == (3, True)
    assert shell("sync", "--from-file", str(tmp_path / "missing"))[0] == 3


def test_what_was_refused_is_listed_corrected_and_withdrawn(shell: Shell, tmp_path: Path) -> None:
    job = uuid7()
    asked = {"number": "261122-0001", "reported_on": "2026-11-22", "symptom": "dead"}
    spoilt = {"received_on": "2026-11-22"}
    record(
        tmp_path,
        Act(record=job, type="job.registered", data=asked),
        Act(record=job, type="job.submitted", data=spoilt),
    )
    assert shell("sync", "rejected")[0] == 0
    assert exchange_by_file(shell, tmp_path) == 1
    code, out, _ = shell("sync", "rejected", "--json")
    refused = json.loads(out)[0]
    assert (code, refused["type"], refused["reason"]) == (1, "job.submitted", "office_only")
    assert "Only the office may record this." in shell("sync", "rejected")[1]
    assert shell("sync", "correct", refused["event"])[0] == 0
    assert exchange_by_file(shell, tmp_path) == 1
    again = json.loads(shell("sync", "rejected", "--json")[1])[0]
    assert again["event"] != refused["event"]
    assert shell("sync", "withdraw", refused["event"], "--why", "gone")[0] == 2
    assert shell("sync", "withdraw", again["event"], "--why", "a mistake")[0] == 0
    assert exchange_by_file(shell, tmp_path) == 0
    assert shell("sync", "rejected")[0] == 0


def test_what_is_held_is_told_on_both_sides_until_the_office_settles_it(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = uuid7()
    asked = {"number": "261122-0001", "reported_on": "2026-11-22", "symptom": "dead"}
    record(
        tmp_path,
        Act(record=job, type="job.registered", data=asked),
        Act(record=job, type="job.submitted", data={"received_on": "2026-11-22"}),
        Act(record=job, type="job.note_added", data={"text": "behind it"}),
    )
    assert shell("office", "held")[:2] == (0, "Nothing is refused or held.\n")
    assert exchange_by_file(shell, tmp_path) == 1
    code, out, _ = shell("office", "held")
    assert (code, "261122-0001  job.submitted  anna, laptop" in out) == (1, True)
    assert "refused: Only the office may record this. Held behind it: 1" in out
    refused, held = json.loads(shell("office", "held", "--json")[1])
    assert (held["behind"], refused["holds"]) == (refused["event"], 1)
    assert "refuses 1 and holds 1 behind them" in shell("doctor")[1]
    assert "Held at the office until these are corrected: 1" in shell("sync", "rejected")[1]
    assert shell("sync", "--to-file", str(tmp_path / "out"))[0] == 0
    assert shell("office", "import", str(tmp_path / "out"))[0] == 0
    assert (
        "refuses 1 of this device's records"
        in shell("sync", "--from-file", str(tmp_path / "out.answer"))[1]
    )
    assert shell("office", "held", "release", refused["event"])[0] == 1
    assert shell("office", "held", "dismiss", "nothing")[0] == 2
    monkeypatch.setenv("FIELDKIT_LANG", "zh")
    assert f"{refused['event']} 已作废" in shell("office", "held", "dismiss", refused["event"])[1]
    assert "作废拒收或暂缓的记录" in shell("office", "audit")[1]
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    assert shell("office", "held")[0] == 0
    assert exchange_by_file(shell, tmp_path) == 0
    assert shell("sync", "rejected")[0] == 0
    assert "refuses" not in shell("doctor")[1]
