"""Whose command it is, at the office: by token, in whatever way it is given."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete

from fieldkit.i18n import say_moment
from fieldkit.office.office import open_office
from fieldkit.office.people.office_people import office_people, person_tokens
from fieldkit.services.home.ids import uuid7
from fieldkit.systems import SYSTEM, System
from tests.cli.test_people import typed
from tests.cli.test_publish import Shell, shell

__all__ = ["shell", "typed"]

CARD = ("office", "customer", "new", "--set", "name=Test Customer", "--set", "phone=000-0000")


def token_of(shell: Shell, name: str, *roles: str) -> str:
    options = [word for role in roles for word in ("--role", role)]
    assert shell("office", "person", "add", name, *options)[0] == 0
    made: dict[str, Any] = json.loads(shell("office", "person", "token", name, "--json")[1])
    return str(made["token"])


def last_act(shell: Shell) -> tuple[str, str]:
    (newest,) = json.loads(shell("office", "audit", "--last", 1, "--json")[1])
    return newest["by"], newest["act"]


def test_the_first_person_is_made_with_the_office_and_her_token_is_kept(
    shell: Shell, tmp_path: Path
) -> None:
    kept = tmp_path / "office" / "administrator.token"
    assert SYSTEM is System.WINDOWS or kept.stat().st_mode & 0o077 == 0
    assert shell(*CARD)[0] == 0
    assert last_act(shell) == ("administrator", "customer.registered")
    (first,) = json.loads(shell("office", "person", "list", "--json")[1])
    assert first["name"] == "administrator"
    assert len(first["roles"]) == 6


def test_the_token_says_who_it_is_and_another_name_is_refused(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(shell, "mei", "supervisor", "desk")
    monkeypatch.setenv("FIELDKIT_OFFICE_TOKEN", token)
    code, _, err = shell("office", "approve", "J1", "--by", "路人甲")
    assert (code, "The token is that of mei, and --by names 路人甲" in err) == (1, True)
    assert shell(*CARD, "--by", "mei")[0] == 0
    assert last_act(shell) == ("mei", "customer.registered")
    code, _, err = shell("office", "enrol", "--person", "lu")
    assert (code, "Who may: administrator, manager" in err) == (1, True)
    assert shell("--lang", "zh", "office", "person", "add", "x")[2].startswith("mei 无权办理此事")


def test_who_is_no_supervisor_approves_nothing_either_way(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELDKIT_OFFICE_TOKEN", token_of(shell, "dan", "desk", "administrator"))
    for words in (("office", "approve", "J1"), ("approve", "ABC")):
        code, _, err = shell(*words)
        assert (code, "dan may not do this here (approve)" in err) == (1, True)


@pytest.mark.parametrize(
    ("words", "roles"),
    [
        (CARD, "desk"),
        (("office", "dispatch", "J1", "lu"), "dispatcher"),
        (("office", "technician", "lu"), "dispatcher"),
        (("office", "job", "new", "--customer", "c", "--product", "p"), "desk"),
        (("office", "job", "do", "J1", "note"), "desk"),
        (("office", "complaint", "new"), "department"),
        (("office", "complaint", "do", "C", "judged"), "department"),
        (("office", "resolve", "J1", "flag", "--note", "x"), "desk"),
        (("office", "told", "J1", "L1", "desk"), "department"),
        (("office", "enrol", "--person", "lu"), "administrator"),
        (("office", "revoke", "d1"), "administrator"),
        (("office", "restore", "file"), "administrator"),
        (("office", "new-epoch"), "administrator"),
        (("office", "person", "roles", "mei", "desk"), "administrator"),
        (("office", "person", "disable", "mei"), "administrator"),
        (("rules", "rollback"), "supervisor"),
        (("rules", "trust", "fkp:x", "--name", "mei"), "administrator"),
        (("rules", "distrust", "office"), "administrator"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_each_command_that_changes_something_wants_a_role(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], roles: str
) -> None:
    with_role, without = token_of(shell, "mei", roles), token_of(shell, "dan")
    office = ("--office", os.environ["FIELDKIT_OFFICE"]) if words[0] == "rules" else ()
    monkeypatch.setenv("FIELDKIT_OFFICE_TOKEN", without)
    assert "dan may not do this here" in shell(*words, *office)[2]
    monkeypatch.setenv("FIELDKIT_OFFICE_TOKEN", with_role)
    assert "may not do this" not in shell(*words, *office)[2]


def test_a_token_in_a_file_is_used_unless_others_can_read_it(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "my token"
    file.write_text(token_of(shell, "mei", "desk") + "\n")
    file.chmod(0o600)
    monkeypatch.setenv("FIELDKIT_OFFICE_TOKEN_FILE", str(file))
    assert shell(*CARD)[0] == 0
    assert last_act(shell)[0] == "mei"
    if SYSTEM is not System.WINDOWS:
        file.chmod(0o640)
        code, _, err = shell(*CARD)
        assert (code, "Others can read the token" in err) == (2, True)
    file.unlink()
    code, _, err = shell(*CARD)
    assert (code, "cannot be read" in err) == (2, True)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_office_without_people_says_what_to_do_and_its_first_person_is_made(
    shell: Shell, tmp_path: Path, lang: str
) -> None:
    (tmp_path / "office" / "administrator.token").unlink()
    with open_office(tmp_path / "office", uuid7) as office, office.db.writing() as writing:
        writing.conn.execute(delete(person_tokens))
        writing.conn.execute(delete(office_people))
    code, _, err = shell("--lang", lang, *CARD)
    assert (code, "fieldkit office person add" in err) == (1, True)
    assert shell("office", "jobs")[0] == 0
    said = shell("office", "person", "add", "anna", "--role", "desk")[1]
    assert "anna is the first person of this office" in said
    assert shell(*CARD)[0] == 0
    assert last_act(shell)[0] == "anna"


def test_without_a_token_the_password_gives_one(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str]
) -> None:
    token_of(shell, "mei", "desk")
    typed.append("correct horse")
    assert shell("office", "person", "password", "mei")[0] == 0
    (tmp_path / "office" / "administrator.token").unlink()
    code, _, err = shell(*CARD)
    assert (code, "FIELDKIT_OFFICE_TOKEN" in err) == (1, True)
    typed.append("wrong horse!")
    assert shell("office", "person", "token", "mei")[0] == 1
    typed.append("correct horse")
    token = json.loads(shell("office", "person", "token", "mei", "--json")[1])["token"]
    monkeypatch.setenv("FIELDKIT_OFFICE_TOKEN", token)
    assert shell(*CARD)[0] == 0


def test_a_lost_token_of_an_administrator_is_replaced_by_the_keys_and_noted(
    shell: Shell, tmp_path: Path
) -> None:
    token_of(shell, "mei", "desk")
    (tmp_path / "office" / "administrator.token").unlink()
    code, _, err = shell("office", "person", "token", "mei", "--recover")
    assert (code, "mei is no administrator" in err) == (2, True)
    assert shell("office", "person", "token", "administrator", "--recover")[0] == 0
    assert last_act(shell) == ("office", "person_token")


def test_the_log_is_checked_on_the_command_line(shell: Shell, tmp_path: Path) -> None:
    from fieldkit.office.people.audit_log import audit

    shell(*CARD)
    code, out, _ = shell("office", "audit", "--verify")
    assert (code, "whole: 3 entries" in out) == (0, True)
    with open_office(tmp_path / "office", uuid7) as office, office.db.writing() as writing:
        writing.conn.execute(delete(audit).where(audit.c.number == 2))
    code, out, _ = shell("office", "audit", "--verify")
    assert (code, "Entry 2 of the audit log" in out) == (1, True)
    listed = shell("office", "audit")[1].splitlines()
    assert len(listed) == 2
    (newest,) = json.loads(shell("office", "audit", "--last", 1, "--json")[1])
    at = datetime.fromtimestamp(newest["at"] / 1000, ZoneInfo("Asia/Shanghai"))
    assert say_moment(at, "en") in listed[0]  # the company's time, wherever the machine is
    assert "administrator  customer.registered" in listed[0]
