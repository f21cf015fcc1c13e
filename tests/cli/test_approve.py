"""Approval by telephone on the command line: both ends of the call."""

import json
from pathlib import Path

import pytest

from fieldkit.cli.app import run
from fieldkit.clock import local_now
from fieldkit.domain.core.event import Role
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.http.routes import build_app
from fieldkit.office.office import open_office
from fieldkit.services.exchange.sync_now import enrol_device, sync_now
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.session import open_session
from fieldkit.services.jobs.job_commands import do_step
from fieldkit.store.home.home import Home
from tests.sync.exchange import InProcess, job


def test_both_ends_of_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FIELDKIT_OFFICE", str(tmp_path / "office"))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    monkeypatch.delenv("FIELDKIT_PASSPHRASE", raising=False)
    assert run(["office", "init"]) == 0
    assert run(["init", "--person", "anna", "--protect", "file"]) == 0
    request = job(number="260302-TEST")
    data = {"approver": "supervisor", "reason": "goodwill", "amount_fen": 12_000}
    with open_session(Home(tmp_path / "home"), {}) as session:
        with open_office(tmp_path / "office", uuid7, local_now) as office:
            code = create_enrolment(office, "anna", Role.TECHNICIAN)
            enrol_device(session, "http://office.test", code, InProcess(build_app(office)))
            sync_now(session, transport=InProcess(build_app(office)))
        session.store.ledger.commit([request], session.author())
        assert run(["job", "challenge", request.record]) == 1
        do_step(session, request.record, "request_goodwill", data)
    capsys.readouterr()

    assert run(["job", "challenge", request.record, "--json"]) == 0
    challenge = json.loads(capsys.readouterr().out)["challenge"]
    assert challenge.startswith("260302-TEST/0/12000/1/")
    assert run(["approve", challenge]) == 0
    said = capsys.readouterr().out
    assert "anna asks for job 260302-TEST: the company gives up ¥120.00" in said
    assert run(["approve", challenge, "--json"]) == 0
    given = json.loads(capsys.readouterr().out)
    assert f"read out: {given['code'][:4]}-{given['code'][4:]}" in said

    assert run(["approve", challenge, "--charge", "free"]) == 1
    assert run(["approve", challenge[:-1]]) == 2
    assert run(["approve", challenge, "--charge", "half"]) == 2
    assert capsys.readouterr().err.count("\n") == 3

    answer = ["job", "do", request.record, "answer_approval", "--set", "answer=approved",
              "--set", "by_name=boss", "--set"]  # fmt: skip
    assert run([*answer, "code=00000000"]) == 2
    assert run([*answer, f"code={given['code']}"]) == 0
    with open_session(Home(tmp_path / "home"), {}) as session:
        session.store.exchange.phone_codes.use(100)
        do_step(session, request.record, "request_goodwill", data)
    capsys.readouterr()
    for lang, word in (("en", "answered through sync"), ("zh", "同步答复")):
        monkeypatch.setenv("FIELDKIT_LANG", lang)
        assert run(["job", "challenge", request.record]) == 1
        assert word in capsys.readouterr().err
