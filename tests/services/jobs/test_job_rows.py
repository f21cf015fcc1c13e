"""The rows of the list of jobs."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fieldkit.domain.core.event import Role
from fieldkit.domain.job.model import Job
from fieldkit.services.jobs import job_commands, records
from fieldkit.services.jobs.job_rows import job_row, list_jobs
from tests.domain.build import MORNING, Walk
from tests.services.homes import TECHNICIAN, home_at

TAKEN_IN = {"reason": "parts", "condition": "clean", "promised_on": "2026-11-08"}
LATER = {"promised_on": "2026-11-12", "reason": "parts"}


@pytest.mark.parametrize(
    ("parts", "promised"),
    [
        ({}, ""),
        ({"custody": TAKEN_IN}, "2026-11-08"),
        ({"custody": TAKEN_IN, "promises": [LATER]}, "2026-11-12"),
        ({"promises": [LATER]}, ""),
        ({"custody": TAKEN_IN, "hand_back": {"condition": "clean", "received_by": "Li", "on":
         "2026-11-07"}}, ""),
        ({"custody": TAKEN_IN, "exchange": {"new_serial": "C24-1", "on": "2026-11-07"}}, ""),
        ({"custody": TAKEN_IN, "refund": {"amount_fen": 0}}, ""),
    ],
)  # fmt: skip
def test_a_product_is_promised_until_it_is_back_or_gone(
    parts: dict[str, Any], promised: str
) -> None:
    """As the job itself says it."""
    assert job_row({"id": "1", **parts}).promised == promised
    day = Job.model_validate({"id": "1", **parts}).promised_on
    assert (day.isoformat() if day else "") == promised


def test_the_list_says_what_each_document_says(tmp_path: Path) -> None:
    """It is read from what the store keeps ready for it."""
    with home_at(tmp_path, "2026-11-05 08:45") as session:
        buyer = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
        bike = records.register_product(
            session,
            {
                "serial_confirmed": True,
                "serial": "C24-2505-00001",
                "model": "QL-C24",
                "customer": buyer.id,
            },
        )
        job_commands.register_job(session, {"symptom": "no power"}, buyer.id, bike.id)
        danger = {"symptom": "smoke", "hazards": ["battery_swollen"]}
        first = job_commands.register_job(session, danger, buyer.id, bike.id)
        job_commands.do_step(session, first.id, "dispatch", {"technician": TECHNICIAN})
        documents = session.store.db.table("jobs").all()
        rows = list_jobs(session)
    assert {row.id: row for row in rows} == {doc["id"]: job_row(doc) for doc in documents}
    assert {row.technician for row in rows} == {"", TECHNICIAN}


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=3), timedelta(days=365)])
def test_the_list_names_who_has_the_job_as_the_job_does(ahead: timedelta) -> None:
    """Also after it was carried forward and somebody else was sent, and with a clock ahead."""
    walk = Walk()
    walk.to("appoint")
    walk.now = MORNING + ahead
    seen = []
    walk.do("arrive")
    seen.append(_technicians(walk.job))
    walk.do("carry_forward", {"until": walk.now.date() + timedelta(days=1)})
    walk.now = MORNING + timedelta(hours=1)
    seen.append(_technicians(walk.job))
    walk.do("dispatch", {"technician": "zhou"}, Role.DESK, "chen")
    seen.append(_technicians(walk.job))
    walk.do("arrive", by="zhou")
    seen.append(_technicians(walk.job))
    assert seen == [("li", "li"), ("li", "li"), ("zhou", "zhou"), ("zhou", "zhou")]


def _technicians(job: Job) -> tuple[str, str]:
    return job.technician, job_row(job.model_dump(mode="json", exclude_defaults=True)).technician


def test_a_job_is_listed_under_the_day_to_which_it_was_carried_forward(tmp_path: Path) -> None:
    with home_at(tmp_path, "2026-11-05 08:45") as session:
        buyer = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
        bike = records.register_product(
            session,
            {
                "serial_confirmed": True,
                "serial": "C24-2505-00001",
                "model": "QL-C24",
                "customer": buyer.id,
            },
        )
        job = job_commands.register_job(session, {"symptom": "no power"}, buyer.id, bike.id).id
        first = {"on": "2026-11-05", "time_from": "13:00", "time_to": "14:00"}
        again = {"on": "2026-11-08", "time_from": "15:00", "time_to": "16:00"}
        steps: list[tuple[str, dict[str, Any], str]] = [
            ("dispatch", {"technician": TECHNICIAN}, ""),
            ("appoint", first, "2026-11-05 13:00"),
            ("carry_forward", {"reason": "no part", "until": "2026-11-09"}, "2026-11-09 09:00"),
            ("appoint", again, "2026-11-08 15:00"),
        ]
        now = session.clock()
        for number, (step, values, day) in enumerate(steps):
            session.clock = partial(datetime.__add__, now, timedelta(minutes=number))
            job_commands.do_step(session, job, step, values)
            assert list_jobs(session)[0].appointment == day
