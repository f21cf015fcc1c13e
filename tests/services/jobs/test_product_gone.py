"""What becomes of the calls and of new jobs when a product was exchanged or refunded; what a part
that was sold is worth when it fails."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from fieldkit.cli.app import run
from fieldkit.domain.job.model import Job
from fieldkit.services.day.today import due_calls
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands, records
from tests.services.homes import code_for, home_at

SERIAL = "C24-2610-00777"
BIKE = {"serial": SERIAL, "model": "QL-C24"}
TECHNICIAN = "陆知行"


@pytest.fixture(name="session")
def _session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-11-02 09:00") as opened:
        yield opened


def move_to(session: Session, day: str) -> None:
    moment = datetime.fromisoformat(f"{day}T09:00:00+08:00")
    session.clock = lambda: moment


def bought(session: Session, **more: Any) -> str:
    """A customer whose bicycle was registered when she bought it; her id."""
    buyer = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
    records.register_product(session, {"customer": buyer.id, **BIKE, **more})
    return buyer.id


def visited(session: Session, buyer: str, *lines: dict[str, Any]) -> Job:
    """A job up to the verdict, with the product's history as the office sends it along."""
    request = {"symptom": "x", "distance_km": 2}
    job = job_commands.register_job(session, request, buyer, SERIAL)
    told = records.product(session, SERIAL).model_copy(update={"history_known": True})
    for key, values in (
        ("dispatch", {"technician": TECHNICIAN, "product": told.model_dump(mode="json")}),
        ("appoint", {"on": session.today.isoformat()}),
        ("arrive", {}),
        ("diagnose", {"lines": list(lines)}),
        ("decide", {}),
    ):
        job = job_commands.do_step(session, job.id, key, values)
    return job


def finish(session: Session, job: Job, **steps: dict[str, Any]) -> Job:
    """The steps given, then what is left of a job."""
    for key, values in steps.items():
        given = job_commands.form_values(session, job, key) | values
        job = job_commands.do_step(session, job.id, key, given)
    return job


MOTOR = {"component": "motor_brushless", "cause": "manufacturing", "part": "P-MOT400"}


def replaced(session: Session, remedy: str) -> Job:
    """A new bicycle whose motor failed on day 3, exchanged or refunded."""
    job = visited(session, bought(session, purchase_date="2026-11-02"), MOTOR)
    ask = {"approver": "outlet_head", "amount_fen": 280_000, "reason": "day 0"}
    job = finish(session, job, choose_remedy={"remedy": remedy}, request_approval=ask)
    answer = {"answer": "approved", "by_name": "顾远山", "code": code_for(session, job)}
    job = finish(session, job, answer_approval=answer)
    if remedy == "refund":
        return finish(session, job, refund={"amount_fen": 280_000})
    return finish(session, job, exchange={"new_serial": "C24-2611-00001"})


def reasons(session: Session) -> list[tuple[str, str]]:
    return [(call.reason, call.product) for call in due_calls(session)]


def test_nobody_is_reminded_of_the_run_in_of_a_refunded_product(session: Session) -> None:
    replaced(session, "refund")
    assert reasons(session) == []


def test_after_an_exchange_the_run_in_of_the_new_product_is_due(session: Session) -> None:
    replaced(session, "exchange_bike")
    assert reasons(session) == [("run_in_reminder", "C24-2611-00001")]
    [call] = due_calls(session)
    assert call.due.date().isoformat() == "2026-11-23"


def test_a_new_job_on_an_exchanged_product_names_the_new_one(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    job = replaced(session, "exchange_bike")
    buyer = job.customer.id if job.customer else ""
    home = str(session.store.home.folder)
    session.close()
    about = ["--customer", buyer, "--product", SERIAL, "--set", "symptom=x"]
    for lang, said in (("en", "C24-2611-00001"), ("zh", "C24-2611-00001")):
        assert run(["--home", home, "--lang", lang, "job", "new", *about]) == 0
        assert said in capsys.readouterr().err


def test_a_sold_battery_that_fails_after_19_days_is_free(session: Session) -> None:
    """Sold and fitted under another number than was diagnosed, by a program that kept that."""
    buyer = bought(session, purchase_date="2021-03-01", manufacture_date="2021-02-01")
    first = {"component": "battery_lithium", "cause": "wear", "part": "P-BAT-LI24"}
    job = visited(session, buyer, first)
    assert job.payable_fen == 129_500 + 2_000
    job = finish(
        session, job, quote={}, accept={}, repair={"work_done": "x"}, enter_card={},
        sign={"consent": True}, pay={}, invoice={}, survey={"declined": True}, complete={},
    )  # fmt: skip
    [entry] = records.product(session, SERIAL).history
    assert [(one.part, one.sold) for one in entry.parts] == [("P-BAT-LI24", True)]
    move_to(session, "2026-11-21")
    again = visited(session, buyer, {**first, "cause": "manufacturing"})
    assert again.decision is not None
    assert [line.charge for line in again.decision.lines] == ["free"]
    assert again.payable_fen == 0


def test_two_lines_of_one_visit_do_not_give_away_a_bicycle(session: Session) -> None:
    buyer = bought(session, purchase_date="2026-03-01")
    lines = [{**MOTOR, "fault": "E09"}, {**MOTOR, "fault": "E09", "part": ""}]
    job = visited(session, buyer, *lines)
    finish(
        session, job, repair={"work_done": "x"}, enter_card={}, sign={"consent": True},
        survey={"declined": True}, complete={},
    )  # fmt: skip
    move_to(session, "2026-11-12")
    again = visited(session, buyer, {**MOTOR, "fault": "E09"})
    assert again.decision is not None
    assert again.decision.remedy_options == ()
    assert again.decision.lines[0].remedy != "exchange_bike"
