"""From what is recorded on a job to the verdict: delays, a model that is gone, odd labour."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from fieldkit.domain.core.decision import Decision
from fieldkit.domain.job.model import Job
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands, records
from tests.services.homes import TECHNICIAN, home_at

CONTROLLER = {"component": "controller", "part": "P-CTL350", "cause": "manufacturing"}
BIKE = {"serial": "C24-2605-00007", "model": "QL-C24", "purchase_date": "2026-06-01"}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-08-03 09:00") as opened:
        yield opened


def _move_to(session: Session, day: str) -> None:
    moment = datetime.fromisoformat(f"{day}T09:00:00+08:00")
    session.clock = lambda: moment


def _visited(session: Session) -> Job:
    buyer = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
    records.register_product(session, {"serial_confirmed": True, "customer": buyer.id, **BIKE})
    request = {"symptom": "x", "reported_on": "2026-08-03"}
    job = job_commands.register_job(session, request, buyer.id, BIKE["serial"])
    job_commands.do_step(session, job.id, "dispatch", {"technician": TECHNICIAN})
    job_commands.do_step(session, job.id, "appoint", {"on": "2026-08-03"})
    return job_commands.do_step(session, job.id, "arrive", {})


def _decided(session: Session, job: Job) -> Decision:
    decision = job_commands.do_step(session, job.id, "decide", {}).decision
    assert decision is not None
    return decision


def _taken_in(session: Session) -> Job:
    job = _visited(session)
    job_commands.do_step(session, job.id, "diagnose", {"lines": [CONTROLLER]})
    assert _decided(session, job).remedy_options == ()
    kept = {"reason": "no part here", "condition": "clean", "promised_on": "2026-08-10"}
    return job_commands.do_step(session, job.id, "take_in", kept)


def _late(session: Session, job: Job, on: str, **why: Any) -> Decision:
    _move_to(session, on)
    moved = {"promised_on": on, "reason": "late", **why}
    job_commands.do_step(session, job.id, "change_promise", moved)
    return _decided(session, job)


def _whom(decision: Decision) -> list[str]:
    return [f"{one.level} {one.department}" for one in decision.escalations]


def test_a_repair_that_takes_more_than_30_days_by_our_fault_ends_in_an_exchange(
    session: Session,
) -> None:
    job = _taken_in(session)
    on_day_30 = _late(session, job, "2026-09-02", delay_cause="repairer")
    assert (on_day_30.lines[0].remedy, _whom(on_day_30)) == ("replace_part", [])
    after = _late(session, job, "2026-09-03")
    assert (after.lines[0].remedy, after.approval) == ("exchange_bike", "outlet_head")
    assert (after.remedy_options, _whom(after)) == (("exchange_bike",), ["L2 after_sales"])
    assert after.instructions == ("offer_exchange", "offer_loan_product")


def test_more_than_90_days_of_waiting_for_parts_end_in_an_exchange(session: Session) -> None:
    job = _taken_in(session)
    assert _late(session, job, "2026-11-01", delay_cause="parts").remedy_options == ()
    after = _late(session, job, "2026-11-02", delay_cause="parts")
    assert (after.remedy_options, _whom(after)) == (("exchange_bike",), [])


def test_what_the_customer_wished_is_no_delay_of_ours(session: Session) -> None:
    job = _taken_in(session)
    assert _late(session, job, "2026-12-20", delay_cause="customer").remedy_options == ()


def test_without_the_same_model_two_failed_repairs_end_in_a_refund(session: Session) -> None:
    job = _visited(session)
    events = [{"job": "", "on": day, "component": "controller", "under_warranty": True}
              for day in ("2026-06-20", "2026-07-10")]  # fmt: skip
    history = records.product(session, BIKE["serial"]).model_copy(update={"history_known": True})
    told = history.model_dump(mode="json") | {"history": events}
    job_commands.do_step(session, job.id, "dispatch", {"technician": TECHNICIAN, "product": told})
    found = {"lines": [CONTROLLER], "same_model_available": False}
    job_commands.do_step(session, job.id, "diagnose", found)
    assert _decided(session, job).remedy_options == ("refund",)
    job_commands.do_step(session, job.id, "diagnose", found | {"same_model_available": True})
    assert _decided(session, job).remedy_options == ("exchange_bike",)


def test_labour_that_is_recorded_is_charged_instead_of_the_listed_one(session: Session) -> None:
    job = _visited(session)
    worn = {"component": "wearing", "cause": "wear", "part": "P-PAD", "labour_minutes": 45}
    job_commands.do_step(session, job.id, "diagnose", {"lines": [worn]})
    line = _decided(session, job).lines[0]
    assert (line.part_fen, line.labour_fen, line.customer_pays_fen) == (1_500, 4_500, 6_000)


def test_what_the_outlet_cannot_solve_goes_to_the_leadership(session: Session) -> None:
    job = _visited(session)
    job_commands.do_step(session, job.id, "diagnose", {"lines": [CONTROLLER]})
    job_commands.do_step(session, job.id, "ask_help", {"question": "Which fault is it?"})
    assert _whom(_decided(session, job)) == []
    lost = {"question": "Nobody here knows.", "cannot_solve": True}
    job_commands.do_step(session, job.id, "ask_help", lost)
    decision = _decided(session, job)
    assert _whom(decision) == ["L3 executives"]
    assert decision.instructions == ("take_back_with_promise_date",)
