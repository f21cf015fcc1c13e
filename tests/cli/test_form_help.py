"""What a step takes is told where it is asked for: its names, its fields, their choices."""

import json

import pytest

from fieldkit.domain.complaints.model import COMPLAINT_STEPS
from fieldkit.domain.job.fold import AMENDABLE
from fieldkit.domain.job.steps import BY_KEY
from tests.cli.test_cli import Shell, customer, home, job, shell
from tests.cli.test_publish import shell as office_shell

__all__ = ["customer", "home", "job", "office_shell", "shell"]


def test_an_unknown_step_names_those_that_can_be_done(shell: Shell, job: str) -> None:
    code, out, err = shell("job", "do", job, "forgotten")
    assert (code, out) == (1, "")
    assert "There is no step “forgotten”. Now it takes: dispatch (Dispatch), note" in err
    assert "arrive" not in err
    assert "现在可办理：dispatch（派工）、note" in shell("--lang", "zh", "job", "do", job, "x")[2]


def test_a_step_that_comes_later_names_those_that_can_be_done(shell: Shell, job: str) -> None:
    code, _, err = shell("job", "do", job, "arrive")
    assert (code, "Now it takes: dispatch (Dispatch)" in err) == (1, True)


def test_a_job_shows_the_name_of_the_step_that_is_next(shell: Shell, job: str) -> None:
    (line,) = [line for line in shell("job", "show", job)[1].splitlines() if "[>]" in line]
    assert line.split()[-1] == "dispatch"


def test_wrong_fields_say_how_to_see_them_all(shell: Shell, job: str) -> None:
    for words in (
        ("job", "do", job, "dispatch"),
        ("customer", "register"),
        ("product", "register"),
    ):
        code, _, err = shell(*words)
        assert (code, err.rstrip().endswith("--fields lists the fields.")) == (2, True)
        assert len(err.splitlines()) == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("step", [key for key in BY_KEY if key != "register"])
def test_each_step_lists_its_fields(shell: Shell, job: str, step: str, lang: str) -> None:
    code, out, err = shell("--lang", lang, "job", "do", job, step, "--fields")
    assert (code, err) == (0, "")
    assert "[cli." not in out
    assert "[label." not in out


def test_a_field_is_listed_with_label_kind_and_choices(shell: Shell, job: str) -> None:
    out = shell("job", "do", job, "diagnose", "--fields")[1]
    flat = " ".join(out.split())
    assert "hazards Hazards: JSON list" in flat
    assert "smoke (Smoke)" in flat
    assert "lines " in flat
    assert "component Component *: one of" in flat
    assert "* is needed" in flat
    listed = shell("job", "do", job, "appoint", "--fields")[1]
    assert "day, such as 2026-11-05" in listed


def test_nothing_is_done_when_fields_are_asked_for(shell: Shell, job: str) -> None:
    before = json.loads(shell("job", "show", job, "--json")[1])
    assert shell("job", "do", job, "note", "--set", "text=x", "--fields")[0] == 0
    assert json.loads(shell("job", "show", job, "--json")[1]) == before


def test_what_is_registered_lists_its_fields_without_anything_else(shell: Shell) -> None:
    assert "symptom" in shell("job", "new", "--fields")[1]
    assert "phone" in shell("customer", "register", "--fields")[1]
    listed = shell("product", "register", "--fields")[1]
    assert "QL-C24 (" in listed
    assert "  customer " in listed
    code, _, err = shell("job", "new")
    assert (code, "--customer is missing." in err) == (2, True)


def test_a_correction_names_the_parts_and_their_fields(shell: Shell, job: str) -> None:
    code, _, err = shell("job", "amend", job, "diagnosis")
    assert (code, "It has: request." in err) == (1, True)
    assert "request" in AMENDABLE
    assert "symptom" in shell("job", "amend", job, "request", "--fields")[1]


def test_the_desk_is_told_the_same(office_shell: Shell) -> None:
    said = office_shell
    for what in ("customer", "product", "job", "complaint"):
        code, out, _ = said("office", what, "new", "--fields")
        assert (code, "--set" in out) == (0, True)
        code, _, err = said("office", what, "new")
        assert (code, "missing" in err or "--fields" in err) == (2, True)
    who = ("--set", "name=Test", "--set", "phone=000-0000")
    buyer = json.loads(said("office", "customer", "new", *who, "--json")[1])["id"]
    said(
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
    form = ("--customer", buyer, "--product", "C1", "--set", "symptom=dead", "--json")
    number = json.loads(said("office", "job", "new", *form)[1])["number"]
    assert "Now it takes: dispatch" in said("office", "job", "do", number, "x")[2]
    assert "reason" in said("office", "job", "do", number, "cancel", "--fields")[1]
    text = ("--set", "text=late", "--set", "complaint_class=service", "--set", f"job={number}")
    complaint = json.loads(said("office", "complaint", "new", *text, "--json")[1])["id"]
    do = ("office", "complaint", "do", complaint)
    assert "Now it takes: judged (Judged)." in said(*do, "told")[2]
    assert "Now it takes: judged (Judged)." in said(*do, "x")[2]
    for step in COMPLAINT_STEPS[1:]:
        assert said(*do, step, "--fields")[0] == 0
