"""What the office's people are told when they mistype."""

import json
import socket
from pathlib import Path

import pytest

from fieldkit.domain.core.event import Act, Role
from fieldkit.office.desk.acting_as import acting
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.http.serve import serving
from fieldkit.office.office import open_office
from fieldkit.services.home.ids import uuid7
from tests.cli.test_publish import Shell, shell

__all__ = ["shell"]


def test_a_port_that_is_none_is_wrong_usage(shell: Shell) -> None:
    code, _, err = shell("office", "serve", "--port", "84711")
    assert (code, "65535" in err) == (2, True)


def test_a_job_is_sent_only_to_somebody_who_is_known(shell: Shell) -> None:
    card = ["--set", "name=Test Customer", "--set", "phone=000-0000"]
    buyer = json.loads(shell("office", "customer", "new", *card, "--json")[1])["id"]
    shell(
        "office",
        "product",
        "new",
        "--set",
        "serial_confirmed=true",
        "--set",
        "serial=C1",
        "--set",
        "model=QL-C24",
    )
    form = ["--customer", buyer, "--product", "C1", "--set", "symptom=dead"]
    number = json.loads(shell("office", "job", "new", *form, "--json")[1])["number"]
    code, _, err = shell("office", "dispatch", number, "zoe")
    assert (code, "Nobody here is called zoe" in err) == (2, True)
    assert shell("office", "technician", "zoe", "--area", "north")[0] == 0
    assert "zoe is sent" in shell("office", "dispatch", number, "zoe")[1]
    assert number in shell("office", "jobs", "--technician", "zoe", "--status", "dispatched")[1]
    assert shell("office", "jobs", "--status", "nonsense")[0] == 2


def test_a_laptop_is_shut_out_by_the_id_that_status_prints(shell: Shell, tmp_path: Path) -> None:
    shell("init", "--person", "anna", "--protect", "file")
    with open_office(tmp_path / "office", uuid7) as office, serving(office) as url:
        code_word = create_enrolment(office, "anna", Role.TECHNICIAN)
        assert shell("sync", "--enrol", code_word, "--office", url)[0] == 0
        printed = shell("office", "status")[1].split()[0]
        for wrong in ("nosuch", "%", ""):
            assert shell("office", "revoke", wrong)[0] == 2
        assert shell("sync")[0] == 0
        assert "anna is shut out" in shell("office", "revoke", printed[:20])[1]
        code, _, err = shell("sync")
        assert (code, "shut this device out" in err) == (3, True)
        assert printed in shell("office", "status")[1]


def test_a_port_in_use_is_not_told_as_served(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, out, err = shell("office", "serve", "--port", taken.getsockname()[1])
    assert (code, out, "cannot listen" in err) == (3, "", True)


@pytest.mark.parametrize("option", ["--cert", "--key"])
def test_half_a_certificate_does_not_serve_in_the_clear(
    shell: Shell, tmp_path: Path, option: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that a server would end at once
        port = taken.getsockname()[1]
        code, out, err = shell("office", "serve", "--port", port, option, tmp_path / "half.pem")
    assert (code, out, "--cert and --key go together" in err) == (2, "", True)


def test_the_desk_finds_a_caller_by_the_telephone_number(shell: Shell) -> None:
    card = ["--set", "name=Test Customer", "--set", "phone=000-0000"]
    buyer = json.loads(shell("office", "customer", "new", *card, "--json")[1])["id"]
    shell("office", "product", "new", "--set", "serial_confirmed=true",
          "--set", "serial=C1", "--set", "model=QL-C24",
          "--set", f"customer={buyer}")  # fmt: skip
    code, out, _ = shell("office", "find", "000-0000")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["Customer", buyer],
        ["Product", "C1"],
    ]
    rows = json.loads(shell("office", "find", "c1", "--json")[1])
    assert [(row["kind"], row["record"]) for row in rows] == [("product", "C1")]
    assert "office customer new" in shell("office", "find", "nobody")[1]


def test_what_holds_jobs_up_is_listed_until_it_is_over(shell: Shell) -> None:
    card = ["--set", "name=Test Customer", "--set", "phone=000-0000"]
    buyer = json.loads(shell("office", "customer", "new", *card, "--json")[1])["id"]
    shell(
        "office",
        "product",
        "new",
        "--set",
        "serial_confirmed=true",
        "--set",
        "serial=C1",
        "--set",
        "model=QL-C24",
    )
    form = ["--customer", buyer, "--product", "C1", "--set", "symptom=dead"]
    number = json.loads(shell("office", "job", "new", *form, "--json")[1])["number"]
    assert "Nothing holds a job up." in shell("office", "blockers")[1]
    do = ["office", "job", "do", number]
    shell(*do, "log_blocker", "--set", "department=it", "--set", "text=no prices")
    shell(*do, "order_part", "--set", "part=P-HAL", "--set", "expected_on=2100-01-02")
    listed = shell("office", "blockers")[1]
    assert "IT department: no prices" in listed
    assert "Hall sensor set × 1 · expected 2 Jan 2100" in listed
    assert shell(*do, "resolve_blocker", "--set", "how=restarted")[0] == 0
    (left,) = json.loads(shell("office", "blockers", "--json")[1])
    assert (left["part"], left["quantity"], left["department"]) == ("P-HAL", 1, "")
    shell(*do, "fetch_part", "--set", "part=P-HAL")
    assert json.loads(shell("office", "blockers", "--json")[1]) == []


def test_wrong_fields_are_told_with_the_names_that_set_takes(shell: Shell) -> None:
    code, _, err = shell(
        "office",
        "product",
        "new",
        "--set",
        "serial_confirmed=true",
        "--set",
        "serial=C1",
        "--set",
        "model=NOPE",
    )
    assert (code, "NOPE" in err, "(field names: model)" in err) == (2, True, True)


def test_calls_are_listed_and_recorded(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell("office", "calls")[1] == "No call is open.\n"
    plan = {"reason": "recovery_call", "due": "2026-03-02T12:00:00+00:00", "not_by": "anna",
            "customer_name": "Olga", "assigned_to": "outlet"}  # fmt: skip
    with open_office(tmp_path / "office", uuid7) as office, acting(office, "mei") as desk:
        desk.emit([Act(record="C-12345678", type="follow_up.planned", data=plan)])
    listed = shell("office", "calls")[1]
    assert listed.startswith("C-12345678  2 Mar 2026")
    assert listed.endswith("Olga  Outlet  not by anna\n")
    monkeypatch.setenv("FIELDKIT_LANG", "zh")
    assert "不得由 anna 回访" in shell("office", "calls")[1]
    assert "outcome" in shell("office", "calls", "done", "C-12345678", "--fields")[1]
    done = ["office", "calls", "done", "C-12345678", "--set", "outcome=satisfied"]
    assert "回访已记录" in shell(*done)[1]
    assert shell(*done)[0] == 1
    assert json.loads(shell("office", "calls", "--json")[1]) == []


def test_codes_are_listed_and_withdrawn_and_a_laptop_let_in_again(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell("office", "codes")[1] == "No code is open.\n"
    shell("office", "enrol", "--person", "zoe")
    (one,) = json.loads(shell("office", "codes", "--json")[1])
    assert shell("office", "codes")[1].startswith(f"{one['mark']}  zoe  Technician")
    assert shell("office", "codes", "withdraw", "nothing")[0] == 2
    shell("office", "backup", str(tmp_path / "kept"))
    monkeypatch.setenv("FIELDKIT_LANG", "zh")
    assert "已收回" in shell("office", "codes", "withdraw", one["mark"])[1]
    assert "登记码，属于: zoe" in shell("office", "restore", str(tmp_path / "kept"))[1]
    assert "因备份而恢复的权限  code zoe" in shell("office", "audit")[1]
    assert shell("office", "revoke", "nosuch", "--undo")[0] == 2
