"""What is due when: from decisions, promises, appointments, complaints and follow-ups."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from fieldkit.domain.complaints.model import Complaint
from fieldkit.domain.core.decision import ComplaintDecision, Deadlines, Decision, Escalation
from fieldkit.domain.core.form import Stamp
from fieldkit.domain.core.work_calendar import WorkCalendar
from fieldkit.domain.due_dates import (
    Duty,
    complaint_duties,
    duties_of,
    follow_up_duties,
    job_duties,
)
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.step_events import Decided
from fieldkit.domain.records.follow_up import FollowUp, FollowUpDone
from tests.domain.build import CHINA, MORNING, Walk, decision, verdict

AT_ONCE = Escalation(level="E", department="emergency_services", due="at_once")
SAME_DAY = Escalation(level="L2", department="quality", due="same_day")
IN_A_DAY = Escalation(level="L1", department="outlet", due="24h")


def job(**values: Any) -> Job:
    """A job whose decision, made in the morning, asks that three be told."""
    decided = decision(verdict()).model_copy(update={"escalations": (AT_ONCE, SAME_DAY, IN_A_DAY)})
    stamp = Stamp(event="e-1", at=MORNING, by="li")
    told = {"decision": decided, "decided": Decided(stamp=stamp)}
    return Job.model_validate({"id": "j-1", **told, **values})


def test_each_escalation_has_its_moment() -> None:
    found = {duty.level: duty.due for duty in job_duties(job(), MORNING)}
    assert found["E"] == MORNING
    assert found["L2"].date() == MORNING.date()
    assert found["L1"] == MORNING + timedelta(hours=24)
    late = [duty.level for duty in job_duties(job(), MORNING) if duty.overdue(found["L2"])]
    assert late == ["E"]


def test_what_was_told_is_not_due_and_a_closed_job_still_owes_it() -> None:
    told = [{"level": "E", "department": "emergency_services"}]
    found = job_duties(job(told=told, status="submitted"), MORNING)
    assert [duty.who for duty in found] == ["quality", "outlet"]


def test_a_visit_is_due_when_its_window_is_over_and_moves_with_the_job() -> None:
    walk = Walk()
    walk.to("dispatch")
    walk.do("appoint", {"on": "2026-11-05", "time_from": "22:00", "time_to": "02:00"})
    assert _visit(walk.job) == datetime(2026, 11, 6, 2, 0, tzinfo=CHINA)
    walk.do("carry_forward", {"until": "2026-11-09"})
    assert _visit(walk.job) == datetime(2026, 11, 9, 23, 59, 59, 999999, tzinfo=CHINA)
    walk.do("arrive")
    assert _visit(walk.job) is None
    walk.do("carry_forward", {"until": "2026-11-10"})
    walk.do("appoint", {"on": "2026-11-11"})
    assert _visit(walk.job) == datetime(2026, 11, 11, 12, 0, tzinfo=CHINA)


def _visit(job: Job) -> datetime | None:
    return next((duty.due for duty in job_duties(job, MORNING) if duty.kind == "visit"), None)


def test_a_promise_is_due_until_the_end_of_its_day_and_moves() -> None:
    custody = {"reason": "x", "condition": "x", "promised_on": "2026-11-06"}
    promise = job(custody=custody, decision=None)
    (duty,) = job_duties(promise, MORNING)
    assert duty.kind == "promise"
    assert not duty.overdue(datetime(2026, 11, 6, 23, 0, tzinfo=CHINA))
    assert duty.overdue(datetime(2026, 11, 7, 0, 0, tzinfo=CHINA))
    moved = [{"promised_on": "2026-11-09", "reason": "part"}]
    (later,) = job_duties(job(custody=custody, promises=moved, decision=None), MORNING)
    assert later.due.date() == date(2026, 11, 9)
    returned = {"condition": "good", "received_by": "Zhao", "on": "2026-11-06"}
    assert job_duties(job(custody=custody, hand_back=returned, decision=None), MORNING) == []


def test_a_visit_and_an_approval_are_due_while_the_job_is_open() -> None:
    stamp = {"event": "e-2", "at": MORNING, "by": "li"}
    values = {
        "decision": None,
        "appointment": {"on": "2026-11-05", "time_from": "10:00", "time_to": "12:00"},
        "approvals": [{"approver": "supervisor", "reason": "x", "stamp": stamp}],
        "dispatch": {"technician": "li"},
    }
    noon = datetime(2026, 11, 5, 12, 0, tzinfo=CHINA)
    assert job_duties(job(**values), MORNING) == [
        Duty("approval", "j-1", "supervisor", MORNING),
        Duty("visit", "j-1", "li", noon),
    ]
    assert job_duties(job(**values, status="cancelled"), MORNING) == []


def test_a_completed_job_is_due_at_the_office_the_same_day() -> None:
    stamp = {"event": "e-2", "at": MORNING, "by": "li"}
    done = {"decision": None, "dispatch": {"technician": "li"}, "completion": {"stamp": stamp},
            "status": "completed"}  # fmt: skip
    (duty,) = job_duties(job(**done), MORNING)
    assert (duty.kind, duty.who) == ("submit", "li")
    assert not duty.overdue(datetime(2026, 11, 5, 23, 59, tzinfo=CHINA))
    assert duty.overdue(datetime(2026, 11, 6, 0, 0, tzinfo=CHINA))
    received = {"received_on": "2026-11-05"}
    assert job_duties(job(**done, submission=received), MORNING) == []


def complaint(hours: dict[str, int], **values: Any) -> Complaint:
    """A complaint of the morning, routed by the rules."""
    routed = ComplaintDecision(
        department="quality", grade="major", deadlines=Deadlines(reply_h=2, **hours)
    )
    record = Decision.model_validate(
        decision().model_dump() | {"record": "complaint", "complaint": routed}
    )
    stamp = {"event": "e-1", "at": MORNING, "by": "chen"}
    recorded = {"text": "late", "decision": record.model_dump(mode="json"), "stamp": stamp}
    return Complaint.model_validate({"id": "c-1", "recorded": recorded, **values})


def test_a_complaint_has_its_deadlines_in_hours_and_working_days() -> None:
    """Thursday morning; the day after the weekend is a holiday here."""
    found = complaint_duties(complaint({"interim_wd": 1, "solve_wd": 3}), MORNING)
    assert [(duty.kind, duty.due.date().isoformat()) for duty in found] == [
        ("reply", "2026-11-05"), ("interim", "2026-11-06"), ("solve", "2026-11-10"),
    ]  # fmt: skip
    assert found[0].due == MORNING + timedelta(hours=2)
    closed = WorkCalendar(holidays=frozenset({date(2026, 11, 9)}))
    late = complaint_duties(complaint({"solve_wd": 2}), MORNING, closed)[-1]
    assert late.due.date() == date(2026, 11, 10)
    made_up = WorkCalendar(workdays=frozenset({date(2026, 11, 7)}))
    sooner = complaint_duties(complaint({"solve_wd": 2}), MORNING, made_up)[-1]
    assert sooner.due.date() == date(2026, 11, 7)


def test_a_complaint_whose_decision_cannot_be_read_has_no_deadlines() -> None:
    """A laptop may send anything; the lists of the office go on."""
    recorded = {
        "text": "late",
        "decision": {"lines": 7},
        "stamp": {"event": "e-1", "at": MORNING, "by": "eve"},
    }
    found = Complaint.model_validate({"id": "c-1", "recorded": recorded})
    assert complaint_duties(found, MORNING) == []


def test_the_steps_of_a_complaint_settle_its_deadlines() -> None:
    hours = {"interim_wd": 1, "solve_h": 24}
    steps: dict[str, Any] = {"judged": {"founded": True}}
    kinds = [duty.kind for duty in complaint_duties(complaint(hours, **steps), MORNING)]
    assert kinds == ["interim", "solve"]
    steps |= {"assigned": {"department": "after_sales", "person": "wang"}}
    steps |= {"investigated": {"findings": "x"}, "proposed": {"solution": "x"}}
    (duty,) = complaint_duties(complaint(hours, **steps), MORNING)
    assert (duty.kind, duty.who, duty.due) == ("solve", "wang", MORNING + timedelta(hours=24))
    assert complaint_duties(complaint(hours, **steps, told={}), MORNING) == []


def test_a_follow_up_is_due_until_it_is_done() -> None:
    due = MORNING + timedelta(days=3)
    planned = FollowUp.model_validate(
        {"id": "f-1", "due": due, "planned": {"reason": "x", "due": due, "assigned_to": "li"}}
    )
    assert follow_up_duties(planned) == [Duty("follow_up", "f-1", "li", due)]
    done = planned.model_copy(update={"done": FollowUpDone(outcome="reached")})
    assert duties_of(done, MORNING) == []


@pytest.mark.parametrize("document", [Job(id="x"), Complaint(id="x"), FollowUp(id="x"), None])
def test_an_empty_record_owes_nothing(document: Any) -> None:
    assert duties_of(document, MORNING) == []
