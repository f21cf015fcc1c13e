"""`fieldkit rules explain`, `replay` and `impact`, on a home of generated jobs."""

import csv
import io
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fieldkit.cli.app import run
from fieldkit.cli.rules.impact import read_since
from fieldkit.clock import local_now
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.event import Act, Author, RecordKind, Role
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.http.serve import serving
from fieldkit.office.office import init_office, open_office
from fieldkit.services.demo.generated_home import fill_home
from fieldkit.services.exchange.sync_now import enrol_device, sync_now
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.session import init_home, open_session
from fieldkit.store.home.home import Home
from tests.rules.small import copy_of_default

Shell = Any


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with generated jobs, made by `fieldkit demo --jobs`."""
    folder = tmp_path_factory.mktemp("filled") / "home"
    assert run(["--home", str(folder), "demo", "--jobs", "90", "--seed", "4"]) == 0
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, named by FIELDKIT_HOME."""
    folder = tmp_path / "home"
    shutil.copytree(made, folder)
    monkeypatch.setenv("FIELDKIT_HOME", str(folder))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    return folder


@pytest.fixture
def shell(home: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Runs a command; answers exit code, what it printed, and what it said on stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def number(home: Path) -> str:
    """The number of a decided repair."""
    with open_session(Home(home), {}) as session:
        rows = session.store.ledger.rows(RecordKind.JOB)
    return next(str(row["number"]) for row in rows if row.get("decision", {}).get("lines"))


@pytest.fixture
def longer(tmp_path: Path) -> str:
    """The default pack with every term of 12 months made 18."""
    return str(copy_of_default(tmp_path, terms=("months: 12", "months: 18")))


# -- explain -------------------------------------------------------------------------------


def test_a_stored_job_is_explained(shell: Shell, number: str) -> None:
    code, out, err = shell("rules", "explain", number)
    assert (code, err) == (0, "")
    assert out.startswith("Decided by fieldkit-default revision 1 (")
    assert "Line 1: " in out
    assert "What would change it:" in out
    assert ", which needs “" in out
    code, out, _ = shell("rules", "explain", number, "--short")
    assert code == 0
    assert len(out.splitlines()) % 3 == 0
    code, out, _ = shell("rules", "explain", number, "--json")
    told = json.loads(out)
    assert told["whole"] is True
    coverage = next(step for step in told["steps"] if step["table"] == "coverage")
    assert coverage["hits"][0]["rule"]
    assert {"rule", "failed"} == set(coverage["missed"][0])
    assert {"en", "zh", "edits", "charge"} == set(told["lines"][0]["changes"][0])


def test_a_document_is_explained(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    line = {"line": 1, "component": "controller", "cause": "manufacturing"}
    document = {
        "record": "job", "job_kind": "repair", "proof": "invoice_and_card",
        "purchase_date": "2025-08-01", "report_date": "2026-11-05", "lines": [line],
    }  # fmt: skip
    file.write_text(json.dumps(document), encoding="utf-8")
    code, out, _ = shell("rules", "explain", str(file), "--on", "2026-11-22")
    assert code == 0
    assert "  free if the purchase date were on or after 2025-11-05" in out
    code, out, _ = shell("--lang", "zh", "rules", "explain", str(file), "--on", "2026-11-22")
    assert "  若购买日期在 2025-11-05 当天或之后，则免费" in out


def test_what_cannot_be_explained(shell: Shell, tmp_path: Path) -> None:
    code, _, err = shell("rules", "explain", "no-such-job")
    assert code == 2
    assert err
    code, _, err = shell("rules", "explain", str(tmp_path / "gone.json"))
    assert code == 2
    assert "gone.json" in err


# -- replay --------------------------------------------------------------------------------


def test_every_decision_comes_out_the_same(shell: Shell, number: str) -> None:
    code, out, _ = shell("rules", "replay", "--all")
    assert code == 0
    same, _, count, *_ = out.split()
    assert same == count
    assert int(count) > 70
    assert shell("rules", "replay", number)[:2] == (0, "1 of 1 decisions come out the same.\n")
    assert shell("rules", "replay")[0] == shell("rules", "replay", number, "--all")[0] == 2


def test_a_decision_that_is_not_what_its_pack_says(shell: Shell, home: Path) -> None:
    """One with another amount, and one by a pack that is not here."""
    with open_session(Home(home), {}) as session:
        ledger = session.store.ledger
        one, other = list(ledger.events_of_type("job.decided"))[:2]
        wrong = json.loads(json.dumps(one.data))
        wrong["decision"]["total_fen"] += 100
        lost = json.loads(json.dumps(other.data))
        lost["decision"]["pack"] |= {"revision": 7, "sha256": "0" * 64}
        author = Author(by=session.person, role=Role.TECHNICIAN, at=local_now())
        acts = [
            Act(record=one.record, type="job.decided", data=wrong),
            Act(record=other.record, type="job.decided", data=lost),
        ]
        ledger.commit(acts, author)
    code, out, _ = shell("rules", "replay", "--all")
    assert code == 1
    total = wrong["decision"]["total_fen"]
    assert f"{one.record}: total_fen: stored {total}, now {total - 100}" in out
    assert f"{other.record}: cannot be verified: pack revision 7 is not at hand" in out
    code, out, _ = shell("rules", "replay", "--all", "--json")
    told = json.loads(out)
    assert code == 1
    assert told["replayed"] - told["same"] == len(told["bad"]) == 2


# -- impact --------------------------------------------------------------------------------


def test_what_a_longer_term_would_have_changed(shell: Shell, longer: str) -> None:
    code, out, err = shell("rules", "impact", longer, "--since", "200d")
    assert (code, err) == (0, "")
    first = out.splitlines()[0]
    assert " jobs from " in first
    assert first.endswith("would have turned out differently.")
    assert "  Paid -> Free: " in out
    assert "  coverage: expired -> in-warranty: " in out
    code, out, _ = shell("rules", "impact", longer, "--since", "200d", "--json")
    told = json.loads(out)
    assert told["changed"] == len(told["each"]) > 3
    moved = sum(job["after_fen"] - job["before_fen"] for job in told["each"])
    assert moved == told["company_net_fen"] == sum(each["fen"] for each in told["causes"])
    assert moved == told["customers_more_fen"] - told["customers_less_fen"]
    code, out, _ = shell("rules", "impact", longer, "--since", "200d", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["number"] for row in rows} == {job["number"] for job in told["each"]}
    code, out, _ = shell("--lang", "zh", "rules", "impact", longer, "--since", "200d")
    assert "  收费 -> 免费：" in out


def test_only_the_days_asked_for(shell: Shell, longer: str) -> None:
    day = "2001-01-31"
    code, out, _ = shell("rules", "impact", longer, "--since", "30d", "--until", day)
    assert (code, out) == (0, f"No decision is stored from 2001-01-02 to {day}.\n")
    narrow = json.loads(shell("rules", "impact", longer, "--since", "30d", "--json")[1])
    wide = json.loads(shell("rules", "impact", longer, "--since", "120d", "--json")[1])
    assert 0 < narrow["jobs"] < wide["jobs"]


def test_the_last_decision_of_a_job_counts(shell: Shell, home: Path, longer: str) -> None:
    before = json.loads(shell("rules", "impact", longer, "--since", "200d", "--json")[1])
    changed = before["each"][0]["job"]
    with open_session(Home(home), {}) as session:
        author = Author(by=session.person, role=Role.TECHNICIAN, at=local_now())
        (event,) = [
            each for each in session.store.ledger.events_of_type("job.decided")
            if each.record == changed
        ]  # fmt: skip
        session.store.ledger.commit([Act(record=changed, type=event.type, data=event.data)], author)
    again = json.loads(shell("rules", "impact", longer, "--since", "200d", "--json")[1])
    assert again["jobs"] == before["jobs"]
    assert again["changed"] == before["changed"]
    with open_session(Home(home), {}) as session:
        doubled = list(session.store.ledger.events_of_type("job.decided"))[-1]
        undo = Act(record=changed, type="job.step_undone", data={"event": doubled.id})
        first = Act(record=changed, type="job.step_undone", data={"event": event.id})
        session.store.ledger.commit([undo, first], author)
    undone = json.loads(shell("rules", "impact", longer, "--since", "200d", "--json")[1])
    assert undone["jobs"] == before["jobs"] - 1


@pytest.mark.parametrize(("arguments", "words"), [
    (["no-such-pack"], "no-such-pack"),
    (["{}", "--since", "soon"], "soon"),
    (["{}", "--since", "2027-01-01", "--until", "2026-01-01"], "is after"),
    (["{}", "--json", "--csv"], "not both"),
])  # fmt: skip
def test_bad_input(shell: Shell, longer: str, arguments: list[str], words: str) -> None:
    code, out, err = shell("rules", "impact", *(each.format(longer) for each in arguments))
    assert (code, out) == (2, "")
    assert words in err


def test_spans_of_days() -> None:
    last = date(2026, 11, 22)
    assert read_since("90d", last) == date(2026, 8, 25)
    assert read_since("1d", last) == last
    assert read_since("2026-11-01", last) == date(2026, 11, 1)
    for wrong in ("0d", "90", "d", "99999d", "2026-02-30"):
        with pytest.raises(FieldkitError):
            read_since(wrong, last)


def test_a_home_is_never_filled_twice(home: Path, shell: Shell) -> None:
    code, _, err = shell("--home", str(home), "demo", "--jobs", "5")
    assert code == 3
    assert str(home) in err


def test_the_office_looks_at_all_jobs(
    tmp_path: Path, longer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, laptop = tmp_path / "office", Home(tmp_path / "laptop")
    init_home(laptop, "lu.zhixing", Role.TECHNICIAN, "en", method="file")
    init_office(folder)
    with open_office(folder, uuid7) as office, serving(office) as url:
        code = create_enrolment(office, "lu.zhixing", Role.TECHNICIAN)
        with open_session(laptop, {}) as session:
            enrol_device(session, url, code)
            fill_home(session, 25, 4)
            assert sync_now(session).unsent == 0
    told = []
    for where in (["--office", str(folder)], []):
        capsys.readouterr()
        home = ["--home", str(laptop.folder)]
        assert run([*home, "rules", "impact", longer, "--since", "200d", "--json", *where]) == 0
        told.append(json.loads(capsys.readouterr().out))
    at_office, on_laptop = told
    assert at_office["jobs"] > 20
    assert at_office["changed"] > 0
    each = {job["job"]: job for job in at_office.pop("each")}
    assert each == {job["job"]: job for job in on_laptop.pop("each")}
    assert at_office == on_laptop
