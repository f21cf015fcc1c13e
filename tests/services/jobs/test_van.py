"""The van through a day: taken from, put back by an undo, short, ordered, and kept whatever is
archived, merged or opened anew."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldkit.domain.core.errors import BadInput
from fieldkit.domain.core.job_codes import Remedy, ServiceMode
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.step_events import RemedyChosen
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands, records, van
from fieldkit.services.jobs.blockers import list_blockers
from fieldkit.store.care.retention import archive_closed
from tests.services.homes import TECHNICIAN, home_at

HALL, CONTROLLER = "P-HAL", "P-CTL350"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-11-05 09:00") as opened:
        yield opened


def _load(session: Session, **parts: int) -> None:
    rows = [{"part": f"P-{sku}", "quantity": count} for sku, count in parts.items()]
    van.load_van(session, {"parts": rows})
    _later(session)


def _later(session: Session, **time: int) -> None:
    moment = session.clock() + timedelta(**(time or {"minutes": 1}))
    session.clock = lambda: moment


def _decided(session: Session, serial: str = "C24-2605-00001", part: str = HALL) -> Job:
    buyer = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
    bike = {"serial": serial, "model": "QL-C24", "purchase_date": "2026-06-01"}
    records.register_product(session, {"serial_confirmed": True, "customer": buyer.id, **bike})
    job = job_commands.register_job(session, {"symptom": "x"}, buyer.id, serial)
    job_commands.do_step(session, job.id, "dispatch", {"technician": TECHNICIAN})
    job_commands.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
    job_commands.do_step(session, job.id, "arrive", {})
    component = "controller" if part == CONTROLLER else "motor_hall_bearing"
    line = {"component": component, "part": part, "cause": "manufacturing"}
    job_commands.do_step(session, job.id, "diagnose", {"lines": [line]})
    return job_commands.do_step(session, job.id, "decide", {})


def _repair(session: Session, job: Job, **other: Any) -> Job:
    suggested = job_commands.form_values(session, job_commands.job(session, job.id), "repair")
    return job_commands.do_step(
        session, job.id, "repair", suggested | {"work_done": "fitted", **other}
    )


def _there(session: Session, sku: str = HALL) -> int:
    return van.stock(session)[sku].on_board


def test_a_repair_takes_its_parts_from_the_van_and_an_undo_puts_them_back(session: Session) -> None:
    _load(session, HAL=2, CTL350=1)
    job = _decided(session)
    _repair(session, job)
    assert (_there(session), _there(session, CONTROLLER)) == (1, 1)
    job_commands.undo_step(session, job.id)
    assert _there(session) == 2
    _repair(session, job)
    assert _there(session) == 1
    given = {"parts": [{"part": HALL}], "reason": "the first one broke while it was fitted"}
    job_commands.do_step(session, job.id, "give_away", given)
    job_commands.amend_step(session, job.id, "repair", {"parts": [{"part": HALL, "quantity": 2}]})
    assert _there(session) == 0


def test_parts_of_the_outlet_leave_the_van_as_it_is(session: Session) -> None:
    _load(session, HAL=2)
    job = _decided(session)
    job_commands.do_step(session, job.id, "fetch_part", {"part": HALL, "source": "outlet"})
    done = _repair(session, job)
    assert done.repair is not None
    assert [row.source for row in done.repair.parts] == ["outlet"]
    assert _there(session) == 2


def test_what_is_fetched_for_one_job_is_not_there_for_another(session: Session) -> None:
    _load(session, HAL=1)
    first, second = _decided(session), _decided(session, "C24-2605-00002")
    job_commands.do_step(session, first.id, "fetch_part", {"part": HALL})
    assert van.stock(session)[HALL].free == 0
    assert van.job_shortages(session, job_commands.job(session, first.id)) == []
    (short,) = van.job_shortages(session, second)
    assert (short.part, short.needed, short.there) == (HALL, 1, 0)
    job_commands.do_step(session, first.id, "return_part", {"part": HALL})
    assert van.job_shortages(session, second) == []
    _repair(session, first)
    assert van.stock(session)[HALL].free == 0


def test_a_job_that_is_short_orders_the_part_and_waits_until_it_has_come(session: Session) -> None:
    _load(session, CTL350=1)
    job = _decided(session)
    suggested = job_commands.form_values(session, job, "order_part")
    assert suggested == {"part": HALL, "quantity": 1}
    job = job_commands.do_step(
        session, job.id, "order_part", suggested | {"expected_on": "2026-11-09"}
    )
    assert job_commands.form_values(session, job, "carry_forward") == {"until": "2026-11-09"}
    assert job_commands.form_values(session, job, "take_in") == {"promised_on": "2026-11-09"}
    assert [row.awaits for row in job_commands.list_jobs(session)] == ["2026-11-09"]
    (row,) = list_blockers(session)
    assert (row.open, row.what.part, row.what.quantity) == (True, HALL, 1)

    _later(session, days=4)
    fetch = job_commands.form_values(session, job, "fetch_part")
    assert fetch == {"part": HALL, "quantity": 1, "source": "outlet"}
    job = job_commands.do_step(session, job.id, "fetch_part", fetch)
    assert job.awaited == ()
    assert van.job_shortages(session, job) == []
    assert [row.awaits for row in job_commands.list_jobs(session)] == [""]
    assert [row.open for row in list_blockers(session)] == [False]


@pytest.mark.parametrize("remedy", ["exchange_bike", "refund"])
def test_nothing_is_short_where_the_product_is_not_repaired(session: Session, remedy: str) -> None:
    _load(session, CTL350=1)
    job = _decided(session)
    assert [short.part for short in van.job_shortages(session, job)] == [HALL]
    replaced = job.model_copy(update={"remedy": RemedyChosen(remedy=Remedy(remedy))})
    assert van.job_shortages(session, replaced) == []


def test_work_at_the_outlet_does_not_wait_for_the_van(session: Session) -> None:
    _load(session, CTL350=1)
    job = _decided(session)
    assert van.job_shortages(session, job.model_copy(update={"mode": ServiceMode.OUTLET})) == []


def test_a_count_puts_the_van_right(session: Session) -> None:
    _load(session, HAL=2)
    _repair(session, _decided(session))
    _later(session)
    van.count_part(session, {"part": HALL, "quantity": 5})
    assert _there(session) == 5
    _later(session)
    _repair(session, _decided(session, "C24-2605-00002"))
    assert _there(session) == 4


def test_the_parts_of_archived_jobs_are_gone_as_well(session: Session) -> None:
    _load(session, HAL=2)
    job = _decided(session)
    _repair(session, job)
    job_commands.do_step(session, job.id, "cancel", {"reason": "sold"})
    _receive_all(session)
    assert archive_closed(session.store, datetime.fromisoformat("2026-11-06T00:00+08:00")) == 1
    assert _there(session) == 1


def _receive_all(session: Session) -> None:
    """As if the office had everything."""
    events = session.store.db.table("events")
    for place, row in enumerate(events.all(), start=1):
        events.update({"position": place}, doc_ids=[row.doc_id])


def test_nobody_elses_repairs_touch_this_van_and_hers_is_empty(session: Session) -> None:
    _load(session, HAL=2)
    job = _decided(session)
    session.store.set("person", "somebody else")
    _repair(session, job)
    assert van.stock(session) == {}
    assert van.job_shortages(session, job) == []
    session.store.set("person", TECHNICIAN)
    assert _there(session) == 2


def test_the_usual_load_fills_what_is_missing(session: Session) -> None:
    usual = van.usual_load(session)
    assert van.to_load(session) == usual
    _load(session, HAL=usual[HALL])
    assert HALL not in van.to_load(session)
    _repair(session, _decided(session))
    assert van.to_load(session)[HALL] == 1


@pytest.mark.parametrize("sku", ["P-NONE", "S-DIAG"])
def test_only_parts_are_loaded_and_counted(session: Session, sku: str) -> None:
    with pytest.raises(BadInput, match="part"):
        van.load_van(session, {"parts": [{"part": sku}]})
    with pytest.raises(BadInput, match="part"):
        van.count_part(session, {"part": sku, "quantity": 1})
