"""A component with a serial number of its own is to have it, and stands in one product."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldkit.domain.core.errors import BadInput
from fieldkit.services.day.day_end import end_of_day
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands, records
from tests.services.homes import TECHNICIAN, home_at

BATTERY = "P-BAT-LI24"
LINE = {"component": "battery_lithium", "cause": "wear", "part": BATTERY}
FORMS: dict[str, dict[str, Any]] = {
    "dispatch": {"technician": TECHNICIAN},
    "appoint": {"on": "2026-11-05", "time_from": "09:00", "time_to": "10:00"},
    "arrive": {},
    "diagnose": {"lines": [LINE]},
    "decide": {},
    "quote": {},
    "accept": {"by_name": "何青禾", "consent": "spoken"},
}
AFTER: dict[str, dict[str, Any]] = {
    "enter_card": {"content": "new battery"},
    "sign": {"name": "何青禾", "consent": True},
    "pay": {"method": "cash"},
    "invoice": {"title": "何青禾"},
    "survey": {"declined": True},
    "complete": {},
}


@pytest.fixture(name="session")
def _session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-11-05 09:30") as opened:
        yield opened


def _do(session: Session, job: str, forms: dict[str, dict[str, Any]]) -> None:
    for step, values in forms.items():
        suggested = job_commands.form_values(session, job_commands.job(session, job), step)
        job_commands.do_step(session, job, step, suggested | values)


def _job(session: Session, serial: str) -> str:
    buyer = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
    bike = {"serial": serial, "model": "QL-C24", "customer": buyer.id,
            "purchase_date": "2022-03-20", "serial_confirmed": True}  # fmt: skip
    records.register_product(session, bike)
    job = job_commands.register_job(session, {"symptom": "no power"}, buyer.id, serial)
    _do(session, job.id, FORMS)
    return job.id


def _fit(session: Session, job: str, **values: Any) -> None:
    row = {"part": BATTERY} | {name: value for name, value in values.items() if name[0] != "c"}
    form = {"work_done": "new battery", "parts": [row], "serials_confirmed": "confirmed" in values}
    job_commands.do_step(session, job, "repair", form)


def _asked(session: Session, job: str, **values: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(BadInput) as refused:
        _fit(session, job, **values)
    return [
        (one.path, one.key, str(one.params.get("product", ""))) for one in refused.value.problems
    ]


def test_a_battery_has_its_serial_and_stands_in_one_product(session: Session) -> None:
    first, second = _job(session, "C24-2203-00001"), _job(session, "C24-2204-00001")
    _fit(session, first, new_serial="LI24-03127")
    _do(session, first, AFTER)
    (entry,) = records.product(session, "C24-2203-00001").history
    assert [(part.part, part.serial) for part in entry.parts] == [(BATTERY, "LI24-03127")]
    elsewhere = [("parts.0.new_serial", "part_serial_elsewhere", "C24-2203-00001")]
    assert _asked(session, second, new_serial="ｌｉ24 03127") == elsewhere
    _fit(session, second, new_serial="ｌｉ24 03127", confirmed=True)
    (mark,) = job_commands.job(session, second).attention
    assert (mark.key, mark.params["what"]) == (
        "component_elsewhere", "ｌｉ24 03127 (C24-2203-00001)",
    )  # fmt: skip
    flagged = [one.record_id for one in end_of_day(session).loose if one.concern == "flagged"]
    assert flagged == [second]


def test_work_goes_on_without_a_serial_and_it_is_seen(session: Session) -> None:
    job = _job(session, "C24-2203-00001")
    _fit(session, job)
    (mark,) = job_commands.job(session, job).attention
    assert (mark.key, mark.params["what"]) == ("component_without_serial", BATTERY)
    rows = [{"part": BATTERY, "new_serial": "LI24-03127"}]
    done = job_commands.amend_step(session, job, "repair", {"parts": rows})
    assert done.repair is not None
    assert done.repair.parts[0].new_serial == "LI24-03127"
