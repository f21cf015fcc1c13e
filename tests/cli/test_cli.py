"""The command line as its users meet it: what is printed, what is kept, the exit codes."""

import json
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from fieldkit import __version__
from fieldkit.cli.app import run
from fieldkit.shipped import shipped_rules


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of a technician, named by FIELDKIT_HOME."""
    folder = tmp_path / "home"
    monkeypatch.setenv("FIELDKIT_HOME", str(folder))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    monkeypatch.delenv("FIELDKIT_PASSPHRASE", raising=False)
    assert run(["init", "--person", "wang.lei", "--protect", "file"]) == 0
    return folder


Shell = Any


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
def customer(shell: Shell) -> str:
    code, out, _ = shell(
        "customer", "register", "--set", "name=Li Na", "--set", "phone=000-0001", "--json"
    )
    assert code == 0
    return str(json.loads(out)["id"])


@pytest.fixture
def job(shell: Shell, customer: str) -> str:
    product = ["serial=C24-2501-00001", "model=QL-C24", "purchase_date=2025-03-20"]
    assert shell("product", "register", *_sets(product))[0] == 0
    request = ["symptom=no display", "reported_on=2026-03-20", "distance_km=4"]
    code, out, _ = shell(
        "job", "new", "--customer", customer, "--product", "c24-2501-00001", *_sets(request),
        "--json",
    )  # fmt: skip
    assert code == 0
    return str(json.loads(out)["number"])


def _sets(values: list[str]) -> list[str]:
    return [word for value in values for word in ("--set", value)]


def test_version_is_answered_before_anything_heavy_is_imported() -> None:
    look = (
        "import sys; sys.argv = ['fieldkit', '--version']\n"
        "from fieldkit.__main__ import main; main()\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}"
        " & {'textual', 'pydantic', 'typer', 'click', 'tinydb', 'durable', 'fastapi'}))"
    )
    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert ran.stdout == f"fieldkit {__version__}\n[]\n"


def test_listing_jobs_imports_neither_textual_nor_the_engine_nor_the_office(home: Path) -> None:
    look = (
        "import sys\n"
        "from fieldkit.cli.app import run\n"
        "assert run(['job', 'list']) == 0\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}"
        " & {'textual', 'durable', 'fastapi', 'sqlalchemy', 'httpx2', 'ruamel', 'uvicorn',"
        " 'phonenumbers'}))"
    )
    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_job_is_done_step_by_step(shell: Shell, job: str) -> None:
    steps: list[tuple[str, list[str]]] = [
        ("dispatch", ["technician=wang.lei"]),
        ("appoint", []),
        ("arrive", ['checklist=["uniform"]']),
        ("diagnose", ['lines=[{"component": "wearing", "cause": "wear", "part": "P-PAD"}]']),
        ("decide", []),
        ("quote", []),
        ("accept", []),
        ("repair", ["work_done=new pads"]),
        ("enter_card", []),
        ("sign", ["consent=true"]),
        ("pay", []),
        ("invoice", []),
        ("survey", ["declined=true"]),
        ("complete", []),
    ]
    for step, values in steps:
        code, _, err = shell("job", "do", job, step, *_sets(values))
        assert (code, err) == (0, ""), step
    code, out, _ = shell("job", "show", job, "--json")
    document = json.loads(out)
    assert document["status"] == "completed"
    assert document["payment"]["amount_fen"] == 5500  # pads 15 + 20 minutes + call-out 20
    assert document["decision"]["lines"][0]["rule"]


def test_a_step_that_is_not_allowed_says_why_and_changes_nothing(shell: Shell, job: str) -> None:
    before = shell("job", "show", job, "--json")[1]
    code, out, err = shell("job", "do", job, "repair", "--set", "work_done=x")
    assert code == 1
    assert out == ""
    assert "comes first" in err
    assert len(err.splitlines()) == 1
    assert shell("job", "show", job, "--json")[1] == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["product", "show", "nobody-knows"], "NOBODY-KNOWS"),
        (["job", "show", "261105-ABCD"], "261105-ABCD"),
        (["product", "register", *_sets(["serial=x", "model=QL-C24", "purchase_date=2026-02-30"])],
         "date"),
        (["product", "register", *_sets(["serial=x", "model=QL-ZZ"])], "QL-ZZ"),
        (["product", "register", *_sets(["serial=x", "model=QL-C24", "colour=red"])], "colour"),
        (["product", "register", "--set", "serial"], "serial"),
        (["customer", "register", *_sets(["name=Li", "phone=abc"])], "phone"),
        (["decide", "no-such-file.json"], "no-such-file.json"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line_and_exit_code_2(
    shell: Shell, arguments: list[str], told: str
) -> None:
    code, _, err = shell(*arguments)
    assert code == 2
    assert told.lower() in err.lower()
    assert "Traceback" not in err


def test_negative_distance_and_unknown_part_are_named_in_chinese(
    shell: Shell, job: str, customer: str
) -> None:
    code, _, err = shell(
        "--lang", "zh", "job", "new", "--customer", customer, "--product", "C24-2501-00001",
        *_sets(["symptom=x", "distance_km=-4"]),
    )  # fmt: skip
    assert code == 2
    assert "单程距离" in err
    for step, values in (("dispatch", ["technician=wang.lei"]), ("appoint", []), ("arrive", [])):
        assert shell("job", "do", job, step, *_sets(values))[0] == 0
    line = 'lines=[{"component": "wearing", "cause": "wear", "part": "P-XYZ"}]'
    code, _, err = shell("--lang", "zh", "job", "do", job, "diagnose", "--set", line)
    assert code == 2
    assert "P-XYZ" in err
    assert "目录" in err


def test_without_a_home_it_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "nowhere"))
    assert run(["job", "list"]) == 3
    assert "fieldkit init" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("text", ["lang: [", "lang: fr", "no_such_entry: 1", "\x01"])
def test_a_broken_configuration_is_one_clear_line(shell: Shell, home: Path, text: str) -> None:
    (home / "config.yaml").write_text(text)
    code, _, err = shell("job", "list")
    assert code == 2
    assert "config.yaml" in err
    assert len(err.splitlines()) == 1
    (home / "config.yaml").unlink()
    assert shell("job", "list")[0] == 0


def test_a_broken_rules_file_names_the_place_and_keeps_the_job(
    shell: Shell, home: Path, job: str
) -> None:
    (home / "rules").mkdir()
    (home / "rules" / "pack.yaml").write_text("pack: [\n")
    (home / "config.yaml").write_text("rules: rules\n")
    for step, values in (("dispatch", ["technician=wang.lei"]), ("appoint", []), ("arrive", [])):
        assert shell("job", "do", job, step, *_sets(values))[0] == 0
    line = 'lines=[{"component": "wearing", "cause": "wear", "part": "P-PAD"}]'
    assert shell("job", "do", job, "diagnose", "--set", line)[0] == 0
    code, _, err = shell("job", "do", job, "decide")
    assert code in (2, 3)
    assert "pack.yaml" in err
    assert "Traceback" not in err
    assert json.loads(shell("job", "show", job, "--json")[1])["status"] == "diagnosed"


def test_a_store_from_a_newer_version_is_refused_and_untouched(shell: Shell, home: Path) -> None:
    from fieldkit.store.home import keys
    from fieldkit.store.records.migrations import SCHEMA
    from fieldkit.store.tinysqlite import TinySQLite

    with TinySQLite.open(home / "store.db", key=keys.unlock(home), schema=SCHEMA + 1) as db:
        db.schema = SCHEMA + 1
    code, _, err = shell("job", "list")
    assert code == 3
    assert "newer" in err
    assert len(err.splitlines()) == 1


def test_decide_takes_a_job_document_and_recorded_facts(
    shell: Shell, tmp_path: Path, job: str
) -> None:
    facts = {
        "record": "job", "job_kind": "repair", "proof": "invoice_and_card", "use": "household",
        "customer_tier": "regular", "service_mode": "home_visit", "distance_km": 4,
        "purchase_date": "2026-02-10", "report_date": "2026-11-05",
        "lines": [{"line": 1, "component": "controller", "part": "P-CTL350",
                   "cause": "manufacturing"}],
    }  # fmt: skip
    recorded = tmp_path / "facts.json"
    recorded.write_text(json.dumps(facts))
    document = tmp_path / "job.json"
    document.write_text(
        json.dumps(
            {
                "customer": {"id": "c", "tier": "regular"},
                "product": {"id": "p", "serial": "C24-2509-00007", "purchase_date": "2026-02-10"},
                "request": {"number": "1", "symptom": "x", "reported_on": "2026-11-05",
                            "distance_km": 4},
                "diagnosis": {"lines": [{"component": "controller", "part": "P-CTL350",
                                         "cause": "manufacturing"}]},
            }
        )
    )  # fmt: skip
    for file in (recorded, document):
        code, out, _ = shell("decide", str(file), "--on", "2026-11-05", "--json")
        assert code == 0
        decision = json.loads(out)
        assert decision["lines"][0]["charge"] == "free"
        assert decision["lines"][0]["covered_until"] == "2027-02-10"
        assert decision["total_fen"] == 0


def test_decide_takes_the_facts_of_a_scenario(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps({"id": "W01", "title": "t", "facts": FACTS, "expect": {}}))
    code, out, _ = shell("decide", str(file), "--json")
    assert code == 0
    assert json.loads(out)["lines"][0]["charge"] == "paid"


def test_decide_prints_what_is_done_and_what_may_be_chosen(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    early = {"purchase_date": "2026-10-30", "report_date": "2026-11-05", "use": "household"}
    line = {"line": 1, "component": "controller", "part": "P-CTL350", "cause": "manufacturing"}
    proof = {"record": "job", "proof": "invoice_and_card", "lines": [line]}
    file.write_text(json.dumps(proof | early))
    told = shell("decide", str(file))[1]
    assert "Remedy: The customer chooses." in told
    assert "The customer may choose: Refund, Exchange the bike, Repair" in told
    assert "Needs approval: Outlet head" in told
    clearance = {"clearance_goods": True, "purchase_date": "2026-10-10"}
    file.write_text(json.dumps(proof | early | clearance))
    told = shell("decide", str(file))[1]
    assert "clearance goods" in told
    assert "covered until" not in told


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ('{"kind": "repairr"}', "Kind of job: must be one of 'repair'"),
        ('{"diagnossis": {}}', "there is no field “diagnossis”. Nearest: diagnosis."),
        ('{"id": "x", "expect": {}}', "there is no field “expect”."),
        ('{"product": {"serial": "x", "purchased": "2026-01-01"}}', "is not a field"),
        ('{"diagnosis": {"lines": [{"component": "x", "cause": "y", "prt": 1}]}}', "(row 1)"),
        ('{"product": {"serial": "x", "purchase_date": "9999-01-01"}}', "must lie between"),
        ("[" * 100_000, "is not JSON: line 1."),
        ('{"record": "job", "temperature_c": ' + "9" * 5_000 + "}", "is not JSON: line 1."),
        ('{"record": null}', "Known are: job, complaint, survey."),
    ],
)
def test_decide_answers_a_wrong_document_in_plain_words(
    shell: Shell, tmp_path: Path, document: str, told: str
) -> None:
    file = tmp_path / "job.json"
    file.write_text(document, encoding="utf-8")
    code, out, err = shell("decide", str(file))
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_decide_answers_in_chinese_with_chinese_marks(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "job.json"
    document = {
        "product": {"serial": "x", "purchase_date": "2026-02-10"},
        "diagnosis": {"lines": [{"component": "controller", "cause": "manufacturing"}]},
    }
    file.write_text(json.dumps(document))
    _, out, _ = shell("--lang", "zh", "decide", str(file), "--on", "2026-11-05")
    told = out.splitlines()[3].strip()
    assert told.startswith("（保修至 2027年2月10日；coverage/")
    assert told.endswith("）")
    assert not set(",;:()") & set(told)


@pytest.mark.parametrize("command", ["decide", "demo"])
def test_a_wrong_day_is_told_in_the_language_of_the_rest(
    shell: Shell, tmp_path: Path, command: str
) -> None:
    where = [str(tmp_path / "job.json")] if command == "decide" else ["--no-tui"]
    code, _, err = shell("--lang", "zh", command, *where, "--on", "5.11.26")
    assert (code, err) == (2, "“5.11.26”不是日期。未执行任何操作；请写成例如 2026-11-05。\n")


def test_decide_needs_no_ids_and_takes_the_mark_that_some_editors_write(
    shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "job.json"
    document = {
        "customer": {"tier": "vip"},
        "product": {"serial": "x", "purchase_date": "2026-02-10"},
        "diagnosis": {"lines": [{"component": "controller", "cause": "manufacturing"}]},
    }
    file.write_text(json.dumps(document), encoding="utf-8-sig")
    code, out, _ = shell("decide", str(file), "--on", "2026-11-05", "--json")
    assert (code, json.loads(out)["lines"][0]["charge"]) == (0, "free")


def test_decide_says_what_a_survey_card_sets_in_motion(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "card.json"
    for score, told in ((5, "The customer is satisfied"), (1, "calls the customer")):
        file.write_text(json.dumps({"record": "survey", "attitude": score}))
        code, out, _ = shell("decide", str(file))
        assert (code, told in out) == (0, True)


FACTS = {
    "record": "job", "job_kind": "repair", "proof": "invoice_and_card", "service_mode": "outlet",
    "customer_tier": "vip", "purchase_date": "2025-09-20", "report_date": "2026-10-21",
    "lines": [{"line": 1, "component": "display", "part": "P-DSP", "cause": "manufacturing"}],
}  # fmt: skip
"""A display 31 days past the end of its warranty."""


def _generous(folder: Path) -> Path:
    """The shipped pack with goodwill for 45 days."""
    copytree(shipped_rules(), folder)
    params = folder / "params.yaml"
    text = params.read_text()
    changed = text.replace("goodwill_days:\n  {value: 30", "goodwill_days:\n  {value: 45")
    assert changed != text
    params.write_text(changed)
    return folder


def test_decide_goes_by_the_pack_that_is_named_else_by_that_of_the_home(
    shell: Shell, home: Path, tmp_path: Path
) -> None:
    recorded = tmp_path / "facts.json"
    recorded.write_text(json.dumps(FACTS))

    def charge(*more: str) -> str:
        """What is decided; what is explained is the same."""
        told = []
        for command in (("decide",), ("rules", "explain")):
            code, out, _ = shell(*command, str(recorded), "--on", "2026-11-05", "--json", *more)
            assert code == 0
            told.append(str(json.loads(out)["lines"][0]["charge"]))
        assert told[0] == told[1]
        return told[0]

    assert charge() == "paid"
    generous = _generous(tmp_path / "generous")
    assert charge("--pack", str(generous)) == "goodwill"
    (home / "config.yaml").write_text(f"rules: {generous}\n")
    assert charge() == "goodwill"
    assert charge("--pack", str(shipped_rules())) == "paid"


def test_decide_names_a_folder_without_a_pack(shell: Shell, tmp_path: Path) -> None:
    recorded = tmp_path / "facts.json"
    recorded.write_text(json.dumps(FACTS))
    code, _, err = shell("decide", str(recorded), "--pack", str(tmp_path))
    assert (code, str(tmp_path) in err, len(err.splitlines())) == (2, True, 1)


def test_doctor_says_what_protects_the_store(shell: Shell, home: Path) -> None:
    code, out, _ = shell("doctor", "--json")
    assert code == 0
    levels = {item["key"]: item["level"] for item in json.loads(out)}
    assert levels["rules"] == "ok"
    assert levels["protection_key_file"] == "warning"


def test_doctor_tells_which_keys_of_the_settings_cannot_be_had(shell: Shell, home: Path) -> None:
    config = home / "config.yaml"
    config.write_text("keys: {app.sync: f5, app.help: f11}", encoding="utf-8")
    _, said, _ = shell("doctor")
    assert "Keys of your own in config.yaml: 1" in said
    assert "“f5” cannot be the key of app.sync: today.filters has it" in said
    config.write_text("keys: [f5]", encoding="utf-8")
    code, said, _ = shell("doctor")
    assert (code, "Settings: " in said) == (1, True)


def test_the_app_is_refused_without_a_terminal(shell: Shell) -> None:
    code, _, err = shell()
    assert code == 2
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "wrong",
    [["nosuch"], ["job", "list", "--nosuch"], ["job", "show"], ["--lang", "fr", "doctor"],
     ["sync", "--enrol", "x"], ["office", "dispatch", "x", "y", "--auto"]],
)  # fmt: skip
def test_wrong_usage_is_told_with_exit_code_2(shell: Shell, wrong: list[str]) -> None:
    code, out, err = shell(*wrong)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


def test_a_customer_who_is_merged_is_listed_once(shell: Shell) -> None:
    ids = []
    for name in ("Lena", "lena"):
        card = ("--set", f"name={name}", "--set", "phone=13800138000", "--json")
        ids.append(json.loads(shell("customer", "register", *card)[1])["id"])
    assert shell("customer", "merge", ids[1], ids[0])[0] == 0
    for words in ((), ("lena",)):
        listed = shell("customer", "list", *words)[1].splitlines()
        assert listed == [f"{ids[0]}  Lena  13800138000"]
    assert shell("customer", "merge", ids[1], ids[0], "--undo")[0] == 0
    assert len(shell("customer", "list")[1].splitlines()) == 2


def test_customers_are_listed_by_words(shell: Shell) -> None:
    for name, phone in (("Özil", "+86 138 0013 8000"), ("Li Na", "000-0001")):
        shell("customer", "register", "--set", f"name={name}", "--set", f"phone={phone}")
    for typed in ("13800138000", "ÖZIL", "ozil"):
        assert [line.split()[1] for line in shell("customer", "list", typed)[1].splitlines()] == [
            "Özil"
        ]
    assert shell("customer", "list", "nobody") == (0, "", "")


def test_init_names_the_command_that_opens_the_home_that_was_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my home"
    for lang in ("en", "zh"):
        where = folder / lang
        made = ["--home", str(where), "--lang", lang, "init", "--person", "li", "--protect", "file"]
        assert run(made) == 0
        assert capsys.readouterr().out.rstrip().endswith(f"fieldkit --home '{where}'")
