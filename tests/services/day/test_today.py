"""Under which heading a job is listed, what is due, and how things stand."""

from datetime import datetime
from pathlib import Path

import pytest

from fieldkit.services.day.today import Section, promises, section
from fieldkit.services.exchange.link_state import status_bar_state
from fieldkit.services.home.trade import Trade
from fieldkit.services.jobs import job_commands, records
from fieldkit.services.jobs.job_rows import JobRow, job_row
from fieldkit.services.jobs.undo import last_undoable, undo_into_draft
from tests.services.homes import TECHNICIAN, home_at

NOON = datetime(2026, 11, 5, 12)
ROW = JobRow(
    id="1", number="", status="scheduled", kind="repair", customer="", address="", product="",
    appointment="", promised="", technician="", hazards=(), attention=0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("status", "appointment", "heading"),
    [
        ("registered", "", "unplanned"),
        ("scheduled", "2026-11-05 09:00", "today"),
        ("scheduled", "2026-11-06 09:00", "later"),
        ("scheduled", "2026-11-04 09:00", "missed"),
        ("taken_in", "2026-11-04 09:00", "working"),
        ("completed", "2026-11-05 09:00", "closed"),
        ("cancelled", "", "closed"),
    ],
)
def test_the_heading_of_a_job(status: str, appointment: str, heading: Section) -> None:
    assert section(ROW._replace(status=status, appointment=appointment), NOON) == heading


@pytest.mark.parametrize(
    ("now", "heading"),
    [
        ("2026-11-04 21:00", "today"),
        ("2026-11-05 00:30", "today"),
        ("2026-11-05 02:00", "today"),
        ("2026-11-05 02:01", "missed"),
    ],
)
def test_a_visit_over_midnight_is_not_missed_before_it_is_over(now: str, heading: Section) -> None:
    agreed = {"on": "2026-11-04", "time_from": "22:00", "time_to": "02:00"}
    row = job_row({"id": "1", "status": "scheduled", "appointment": agreed})
    assert (row.appointment, row.until) == ("2026-11-04 22:00", "2026-11-05 02:00")
    assert section(row, datetime.fromisoformat(now)) == heading


def test_promises_undo_and_how_things_stand(tmp_path: Path) -> None:
    with home_at(tmp_path, "2026-11-05 08:45") as session:
        buyer = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
        bike = {"serial": "C24-2505-00001", "model": "QL-C24", "customer": buyer.id}
        records.register_product(session, bike | {"serial_confirmed": True})
        job = job_commands.register_job(session, {"symptom": "no power"}, buyer.id, bike["serial"])
        job_commands.do_step(session, job.id, "dispatch", {"technician": TECHNICIAN})
        job_commands.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
        assert job_commands.list_jobs(session)[0].appointment == "2026-11-05 09:00"
        assert last_undoable(session, job.id)[0] == "appoint"
        assert undo_into_draft(session, job.id) == "appoint"
        assert job_commands.form_values(session, job_commands.job(session, job.id), "appoint") == {
            "on": "2026-11-05", "time_from": "09:00", "time_to": "12:00", "fault_confirmed": "",
        }  # fmt: skip
        job_commands.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
        job_commands.do_step(session, job.id, "arrive", {})
        line = {"component": "controller", "cause": "wear"}
        job_commands.do_step(session, job.id, "diagnose", {"lines": [line]})
        taken = {"reason": "parts", "condition": "clean", "promised_on": "2026-11-08"}
        job_commands.do_step(session, job.id, "take_in", taken)
        assert [row.promised for row in promises(session)] == ["2026-11-08"]

        now = status_bar_state(session)
        assert (now.person, now.rules) == (TECHNICIAN, 1)
        assert (now.exchange.unsent, now.exchange.last_sync) == (10, None)
        session.trade = Trade(pack_folder=tmp_path / "none")
        assert status_bar_state(session).rules is None
