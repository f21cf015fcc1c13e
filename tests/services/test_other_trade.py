"""Washing machines: another trade is other rules and another catalogue, and no other code."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldkit.cli.app import run
from fieldkit.domain.core.errors import BadInput
from fieldkit.rules import Decider, load_pack, read_case
from fieldkit.rules.analysis.findings import analyse
from fieldkit.rules.loading.trade_values import unlike_values
from fieldkit.services.home.session import Session
from fieldkit.services.home.trade import Trade
from fieldkit.services.jobs import job_commands, records
from tests.services.homes import TECHNICIAN, home_at

FOLDER = Path(__file__).parents[1] / "other_trade"
MACHINE = {"serial": "WM8-2601-00001", "model": "WM-8", "purchase_date": "2026-02-01"}
PUMP = {"component": "pump", "part": "W-PUMP", "cause": "manufacturing"}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-11-05 09:00") as opened:
        opened.trade = Trade(FOLDER / "rules", FOLDER / "data", folder_decides=True)
        yield opened
        opened.trade.decider.close()


def test_its_pack_loads_and_has_no_holes() -> None:
    pack = load_pack(FOLDER / "rules")
    assert analyse(pack) == []
    assert pack.facts["component"].values == ("drum_motor", "pump", "door_seal", "service")
    own = {"hazard.sparks", "modification.hose_extended", "transport_bolts_left_in"}
    assert own <= pack.facts.keys()
    assert not {"hazard.smoke", "opened", "charger"} & pack.facts.keys()


def test_its_forms_offer_what_its_rules_know_and_a_difference_is_told() -> None:
    own = Trade(FOLDER / "rules", FOLDER / "data").catalogue
    values = load_pack(FOLDER / "rules").values
    assert unlike_values(own, values) == []
    told = unlike_values(Trade().catalogue, values)
    assert [each.partition(":")[0] for each in told] == [
        "component", "cause", "hazard", "modification", "finding", "charger",
    ]  # fmt: skip
    assert "pump" in told[0]


def test_its_values_decide_and_those_of_electric_bicycles_are_unknown() -> None:
    pack = load_pack(FOLDER / "rules")
    facts: dict[str, Any] = {
        "record": "job", "job_kind": "repair", "proof": "invoice_and_card",
        "purchase_date": "2026-02-01", "report_date": "2026-11-05", "hazards": ["hot_plug"],
        "lines": [{"line": 1, "component": "drum_motor", "cause": "manufacturing",
                   "transport_bolts_left_in": True}],
    }  # fmt: skip
    with Decider(pack, {}) as decider:
        today = pack.effective_from.replace(year=2026, month=11, day=5)
        decision = decider.decide(read_case(facts), today)
        assert decision.agreed
        assert (decision.lines[0].coverage_rule, decision.lines[0].charge) == ("bolts", "paid")
        assert decision.instructions == ("pull_the_plug",)
        steady = decider.decide(read_case(facts | {"temperature_rising": False}), today)
        assert steady.instructions == ()
        with pytest.raises(BadInput) as caught:
            decider.decide(read_case(facts | {"hazards": ["smoke"], "charger": "original"}), today)
    assert [problem.path for problem in caught.value.problems] == ["hazards.0", "charger"]


def test_a_job_goes_from_the_request_to_the_quote(session: Session) -> None:
    buyer = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
    records.register_product(session, {"serial_confirmed": True, "customer": buyer.id, **MACHINE})
    request = {"symptom": "does not drain", "reported_on": "2026-11-05"}
    job = job_commands.register_job(session, request, buyer.id, MACHINE["serial"])
    job_commands.do_step(session, job.id, "dispatch", {"technician": TECHNICIAN})
    job_commands.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
    job_commands.do_step(session, job.id, "arrive", {})
    scaled = {"component": "drum_motor", "cause": "limescale", "labour_minutes": 20}
    found = {"lines": [PUMP, scaled], "hazards": ["flood"]}
    job_commands.do_step(session, job.id, "diagnose", found)
    decision = job_commands.do_step(session, job.id, "decide", {}).decision
    assert decision is not None
    assert [line.charge for line in decision.lines] == ["free", "paid"]
    assert decision.lines[0].because.zh == "排水泵保修至2028年2月1日。免费。"
    assert decision.instructions == ("close_the_tap",)
    job_commands.do_step(
        session, job.id, "diagnose", {"lines": [PUMP | {"cause": "foreign_object"}]}
    )
    job_commands.do_step(session, job.id, "decide", {})
    quoted = job_commands.do_step(session, job.id, "quote", {})
    assert quoted.payable_fen == 12_000 + 40 * 200 + 5_000


def test_decide_on_the_command_line_by_a_home_of_that_trade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.yaml").write_text(f"rules: {FOLDER / 'rules'}\ndata: {FOLDER / 'data'}\n")
    monkeypatch.setenv("FIELDKIT_HOME", str(home))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    document = tmp_path / "job.json"
    product = {"id": "p", "serial": MACHINE["serial"], "purchase_date": "2026-02-01"}
    line = PUMP | {"findings": ["transport_bolts_left_in"]}
    document.write_text(json.dumps({"product": product, "diagnosis": {"lines": [line]}}))
    assert run(["decide", str(document), "--on", "2026-11-05"]) == 0
    assert "The drain pump is covered until 1 Feb 2028." in capsys.readouterr().out
    document.write_text(json.dumps({"product": product, "diagnosis": {"lines": [
        PUMP | {"component": "pomp"}]}}))  # fmt: skip
    assert run(["decide", str(document), "--on", "2026-11-05"]) == 2
    assert "pump" in capsys.readouterr().err
