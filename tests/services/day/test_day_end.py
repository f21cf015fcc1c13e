"""The end of the day: each loose end is found once, under its own heading, and then settled."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldkit.domain.core.event import Act, Author, Role
from fieldkit.services.day import follow_ups
from fieldkit.services.day.day_end import DayEnd, end_of_day
from fieldkit.services.day.today import due_calls
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import complaints, job_commands, records
from fieldkit.services.jobs.blockers import list_blockers
from tests.services.homes import TECHNICIAN, home_at

FORMS: dict[str, dict[str, Any]] = {
    "dispatch": {"technician": TECHNICIAN},
    "appoint": {"on": "2026-11-05", "time_from": "09:00", "time_to": "10:00"},
    "arrive": {},
    "diagnose": {"lines": [{"component": "controller", "cause": "wear", "part": "P-CTL350"}]},
    "decide": {},
    "quote": {},
    "accept": {"by_name": "何青禾", "consent": "spoken"},
    "repair": {"work_done": "new controller"},
    "enter_card": {"content": "new controller"},
    "sign": {"name": "何青禾", "consent": True},
    "pay": {"method": "cash"},
    "invoice": {"title": "何青禾"},
    "survey": {"declined": True},
    "complete": {},
}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-11-05 09:30") as opened:
        yield opened


def _job(session: Session, until: str, serial: str = "C24-2203-00001") -> str:
    """A job of a bike out of warranty, done up to and with a step."""
    buyer = records.register_customer(session, {"name": "何青禾", "phone": "000-0000-0101"})
    bike = {"serial": serial, "model": "QL-C24", "customer": buyer.id,
            "purchase_date": "2022-03-20"}  # fmt: skip
    records.register_product(session, bike | {"serial_confirmed": True})
    job = job_commands.register_job(session, {"symptom": "no power"}, buyer.id, serial)
    for step, values in FORMS.items():
        suggested = job_commands.form_values(session, job_commands.job(session, job.id), step)
        job_commands.do_step(session, job.id, step, suggested | values)
        if step == until:
            break
    return job.id


def test_what_was_flagged_is_named_with_its_sentence(session: Session) -> None:
    (serial, job_id) = ("C24-2203-00001", _job(session, "complete"))
    first = job_commands.job(session, job_id)
    office = Author(by="desk", role=Role.DESK, at=session.clock())
    other = {"serial": serial, "model": "QL-C24", "customer": "someone else"}
    data = {"flag": "number_taken", "cause": first.id, "what": [first.number]}
    session.store.ledger.commit(
        [
            Act(record=serial, type="product.registered", data=other),
            Act(record=job_id, type="job.flagged", data=data),
        ],
        office,
    )
    found = {one.record_id: one for one in end_of_day(session).loose if one.concern == "flagged"}
    assert {record: one.flag and one.flag.key for record, one in found.items()} == {
        serial: "product_registered_twice",
        job_id: "number_taken",
    }
    assert (found[serial].title, found[serial].who) == (serial, "何青禾")
    data = {"flag": "product_registered_twice", "note": "hers"}
    done = Act(record=serial, type="product.conflict_resolved", data=data)
    session.store.ledger.commit([done], office)
    assert serial not in {one.record_id for one in end_of_day(session).loose}


def _concerns(end: DayEnd) -> list[tuple[str, str]]:
    return [(one.concern, one.step) for one in end.loose if one.concern != "unsent"]


@pytest.mark.parametrize(
    ("until", "concerns"),
    [
        ("appoint", []),
        ("arrive", [("unfinished", "diagnose")]),
        ("accept", [("unfinished", "repair")]),
        ("enter_card", [("unsigned", "sign")]),
        ("sign", [("uninvoiced", "pay")]),
        ("pay", [("uninvoiced", "invoice")]),
        ("invoice", [("unfinished", "survey")]),
        ("complete", []),
    ],
)
def test_a_job_is_named_once_with_the_step_that_settles_it(
    session: Session, until: str, concerns: list[tuple[str, str]]
) -> None:
    _job(session, until)
    assert _concerns(end_of_day(session)) == concerns


def test_a_missed_visit_and_a_job_carried_forward(session: Session) -> None:
    missed = _job(session, "appoint")
    begun = _job(session, "diagnose", "C24-2203-00002")
    session.clock = lambda: datetime.fromisoformat("2026-11-05T18:00:00+08:00")
    assert _concerns(end_of_day(session)) == [("overdue", "arrive"), ("unfinished", "decide")]
    job_commands.do_step(session, begun, "carry_forward", {"reason": "part", "until": "2026-11-06"})
    job_commands.do_step(session, missed, "appoint", {"on": "2026-11-06"})
    assert _concerns(end_of_day(session)) == []


def test_a_product_in_custody_is_to_be_given_back_and_then_overdue(session: Session) -> None:
    job = _job(session, "diagnose")
    taken = {"reason": "parts", "condition": "clean", "promised_on": "2026-11-06"}
    job_commands.do_step(session, job, "take_in", taken)
    assert _concerns(end_of_day(session)) == [("unreturned", "hand_back")]
    session.clock = lambda: datetime.fromisoformat("2026-11-07T09:00:00+08:00")
    assert ("overdue", "hand_back") in _concerns(end_of_day(session))


def test_a_completed_job_is_to_be_at_the_office_the_same_day(session: Session) -> None:
    _job(session, "complete")
    assert _concerns(end_of_day(session)) == []
    session.clock = lambda: datetime.fromisoformat("2026-11-06T00:00:00+08:00")
    late = [one for one in end_of_day(session).loose if one.concern == "overdue"]
    assert [(one.step, str(one.day)) for one in late if one.kind.value == "job"] == [
        ("submit", "2026-11-05")
    ]


def test_a_late_call_and_a_late_complaint_are_overdue(session: Session) -> None:
    call = {"reason": "quality_call", "due": session.clock() - timedelta(hours=1)}
    follow_ups.plan(session, call)
    complaints.record_complaint(session, {"text": "Rude.", "complaint_class": "service",
                                          "cause": "other"})  # fmt: skip
    assert [one.kind.value for one in end_of_day(session).loose if one.concern == "overdue"] == [
        "follow_up"
    ]
    session.clock = lambda: datetime.fromisoformat("2026-12-05T09:00:00+08:00")
    late = [one for one in end_of_day(session).loose if one.concern == "overdue"]
    assert sorted(one.kind.value for one in late) == ["complaint", "follow_up"]


def test_what_was_made_today_and_what_the_office_has(session: Session) -> None:
    today = session.clock
    session.clock = lambda: today() - timedelta(days=1)
    _job(session, "complete")
    session.clock = today
    before = end_of_day(session).office
    assert (before.made_today, before.completed, before.complete) == (0, 1, 0)
    job = _job(session, "dispatch", "C24-2203-00002")
    after = end_of_day(session)
    assert (after.office.made_today, after.office.confirmed_today) == (4, 0)
    unsent = {one.title: one.count for one in after.loose if one.concern == "unsent"}
    assert unsent[job_commands.job(session, job).number] == 2
    assert sum(unsent.values()) == after.office.exchange.unsent


def test_blockers_of_all_jobs_the_open_ones_first(session: Session) -> None:
    for number, department in enumerate(("parts_supply", "it"), start=1):
        job = _job(session, "dispatch", f"C24-2203-0000{number}")
        job_commands.do_step(
            session, job, "log_blocker", {"department": department, "text": "waits"}
        )
    job_commands.do_step(session, job, "cancel", {"reason": "sold"})
    rows = list_blockers(session)
    assert [(row.what.department, row.open, row.days) for row in rows] == [
        ("parts_supply", True, 0), ("it", False, 0),
    ]  # fmt: skip


def test_a_completed_repair_plans_the_calls_of_the_next_hours_and_days(session: Session) -> None:
    _job(session, "complete")
    after = {call.reason: call.due - session.clock() for call in due_calls(session)}
    assert after == {
        "quality_call": timedelta(hours=3),
        "satisfaction_call": timedelta(days=1),
        "riding_call": timedelta(days=3),
    }
