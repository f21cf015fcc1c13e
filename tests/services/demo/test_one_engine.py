"""With durable_rules unimportable the demo day gives the same verdicts, and says why one engine
is missing; papers, explanations and doctor say so too, and how to mend it."""

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from fieldkit.domain.core.kinds import Role
from fieldkit.i18n import Lang, say
from fieldkit.services.exchange.link_state import ExchangeState, StatusBarState
from fieldkit.tui.text.status_line import status_line

TOP = Path(__file__).parents[3]
WITHOUT = TOP / "tests" / "without_engine"


def fieldkit(home: Path, *words: str, engine: bool = False) -> str:
    """What a command says; with `engine` False, where durable_rules cannot be imported."""
    env = {**os.environ, "FIELDKIT_HOME": str(home), "PYTHONUTF8": "1"}
    if not engine:
        env["PYTHONPATH"] = str(WITHOUT)
    command = [sys.executable, "-m", "fieldkit", *words]
    done = subprocess.run(
        command, cwd=TOP, env=env, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _without_random(text: str) -> list[str]:
    """The lines without numbers of jobs and fingerprints of papers, which differ each time."""
    masked = re.sub(r"\b\d{6}-[0-9A-Z]{5}\b|\b(?:[0-9A-F]{4} ){3}[0-9A-F]{4}\b", "#", text)
    return [" ".join(line.split()) for line in masked.splitlines()]


def test_the_demo_day_gives_the_same_verdicts_and_says_why(tmp_path: Path) -> None:
    lang: Lang = "zh"
    words = ("--lang", lang, "demo", "--no-tui", "--on", "2026-11-20")
    both = fieldkit(tmp_path, *words, engine=True)
    one = _without_random(fieldkit(tmp_path, *words))
    told = say("cli.engine_missing", lang)
    assert one.count(told) >= 10
    assert sorted(line for line in one if line != told) == sorted(_without_random(both))


def test_a_decision_is_recorded_explained_and_examined_so(tmp_path: Path) -> None:
    facts = tmp_path / "job.json"
    facts.write_text(json.dumps({
        "record": "job", "job_kind": "repair", "report_date": "2026-11-05",
        "purchase_date": "2026-03-05", "proof": "invoice_and_card", "use": "household",
        "lines": [{"line": 1, "component": "controller", "cause": "manufacturing"}],
    }))  # fmt: skip
    decided = json.loads(fieldkit(tmp_path, "decide", str(facts), "--json"))
    assert (decided["engine_missing"], decided["agreed"]) == (True, True)
    assert decided["lines"][0]["charge"] == "free"
    found = json.loads(fieldkit(tmp_path, "doctor", "--json"))
    rules = next(each for each in found if each["key"].startswith("rules"))
    assert (rules["level"], rules["key"]) == ("warning", "rules_one_engine")
    for word in ("undefined symbol: PyEval_CallObject", "PyObject_CallObject pip install"):
        assert word in rules["text"]
    whole = json.loads(fieldkit(tmp_path, "decide", str(facts), "--json", engine=True))
    assert whole["engine_missing"] is None
    whole["engine_missing"] = True
    assert whole == decided


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_status_bar_says_that_one_engine_decides(lang: Lang) -> None:
    now = StatusBarState(
        "Wang Min", Role.TECHNICIAN, 3, ExchangeState(True, 12, 0, 0, 0, None, False)
    )
    one = status_line(now, "", date(2026, 11, 20), lang, 80, one_engine=True)
    assert say("screen.one_engine", lang) in "".join(text for text, _ in one)
    both = status_line(now, "", date(2026, 11, 20), lang, 80)
    assert say("screen.one_engine", lang) not in "".join(text for text, _ in both)


@pytest.mark.parametrize(("lang", "said"), [("en", "2 refused"), ("zh", "被拒 2")])
def test_the_status_bar_says_what_the_office_refuses_and_holds(lang: Lang, said: str) -> None:
    link = ExchangeState(True, 0, 2, 3, 1, None, True)
    now = StatusBarState("Wang Min", Role.TECHNICIAN, 3, link)
    line = "".join(text for text, _ in status_line(now, "", date(2026, 11, 20), lang, 120))
    assert said in line
    assert say("screen.held", lang, count=4) in line
