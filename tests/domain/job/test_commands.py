"""Commands: what a person enters becomes events, or is refused with a reason."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from fieldkit.domain.core.decision import FollowUpCall
from fieldkit.domain.core.errors import BadInput, Reason, Refused
from fieldkit.domain.core.event import Act, Role
from fieldkit.domain.core.job_codes import Answer, JobKind
from fieldkit.domain.job.commands import amend, perform, register, undo
from fieldkit.domain.job.fold import JOB
from fieldkit.domain.job.model import Status
from fieldkit.domain.job.suggestions import suggest
from tests.domain.build import (
    SUPERVISOR,
    Walk,
    customer,
    decision,
    product,
    verdict,
)


def paid_at(step: str) -> Walk:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to(step)
    return walk


def problems(error: pytest.ExceptionInfo[BadInput]) -> list[tuple[str, str]]:
    return [(problem.path, problem.key) for problem in error.value.problems]


# -- undo ------------------------------------------------------------------------------------


def test_undo_takes_back_the_last_step_and_again_the_one_before() -> None:
    walk = paid_at("accept")
    for status in (Status.QUOTED, Status.DECIDED, Status.DIAGNOSED):
        walk.record(undo(walk.job, walk.events, walk.context()))
        assert walk.job.status is status
    assert walk.finish().status is Status.COMPLETED


@pytest.mark.parametrize("step", ["sign", "pay", "invoice", "dispatch"])
def test_what_binds_others_is_not_taken_back(step: str) -> None:
    walk = paid_at(step)
    with pytest.raises(Refused) as refused:
        undo(walk.job, walk.events, walk.context())
    assert refused.value.reason == Reason("protected", {"step": step})


def test_a_custody_receipt_is_not_taken_back() -> None:
    walk = paid_at("arrive")
    walk.do("take_in")
    with pytest.raises(Refused) as refused:
        undo(walk.job, walk.events, walk.context())
    assert refused.value.reason.key == "protected"


def test_nobody_takes_back_what_somebody_else_did_or_the_registration() -> None:
    walk = paid_at("accept")
    with pytest.raises(Refused) as refused:
        undo(walk.job, walk.events, walk.context(by="zhou"))
    assert refused.value.reason.key == "nothing_to_undo"
    fresh = Walk()
    with pytest.raises(Refused):
        undo(fresh.job, fresh.events, fresh.context(by="chen"))


def test_what_this_version_does_not_know_is_not_taken_back() -> None:
    walk = paid_at("accept")
    walk.record([Act(record=walk.id, type="job.drone_sent")])
    with pytest.raises(Refused) as refused:
        undo(walk.job, walk.events, walk.context())
    assert refused.value.reason.key == "protected"


@pytest.mark.parametrize(("last", "key"), [("complete", "completed"), ("cancel", "cancelled")])
def test_a_closed_job_is_neither_undone_nor_amended(last: str, key: str) -> None:
    walk = paid_at("accept")
    if last == "cancel":
        walk.do("cancel")
    else:
        walk.finish()
    with pytest.raises(Refused) as undoing:
        undo(walk.job, walk.events, walk.context())
    with pytest.raises(Refused) as amending:
        amend(walk.job, "appointment", {"time_from": "08:00"}, walk.context())
    assert undoing.value.reason.key == amending.value.reason.key == key


# -- amend -----------------------------------------------------------------------------------


def test_an_amendment_carries_only_what_changed() -> None:
    walk = paid_at("arrive")
    same = walk.job.appointment
    assert same is not None
    values = {"on": same.on, "time_from": same.time_from, "time_to": "18:00"}
    acts = amend(walk.job, "appointment", values, walk.context())
    assert [act.data for act in acts] == [{"step": "appointment", "changes": {"time_to": "18:00"}}]
    walk.record(acts)
    assert walk.job.appointment is not None
    assert walk.job.appointment.time_to == "18:00"
    assert amend(walk.job, "appointment", values, walk.context()) == []


def test_an_amendment_may_clear_a_field() -> None:
    walk = paid_at("arrive")
    walk.record(amend(walk.job, "arrival", {"distance_km": None}, walk.context()))
    assert walk.job.arrival is not None
    assert walk.job.arrival.distance_km is None
    assert walk.job == JOB.fold(walk.id, walk.events)


def test_an_amended_diagnosis_is_decided_again() -> None:
    walk = paid_at("accept")
    line = {"component": "display", "cause": "manufacturing"}
    walk.record(amend(walk.job, "diagnosis", {"lines": [line]}, walk.context()))
    assert walk.next() == "decide"
    assert walk.job.diagnosis is not None
    assert [found.line for found in walk.job.diagnosis.lines] == [1]


def test_what_was_judged_is_not_amended_after_the_work_but_words_are() -> None:
    walk = paid_at("repair")
    with pytest.raises(Refused) as refused:
        amend(walk.job, "arrival", {"distance_km": 40}, walk.context())
    assert refused.value.reason.key == "work_begun"
    assert amend(walk.job, "diagnosis", {"findings": "burnt"}, walk.context())


@pytest.mark.parametrize("part", ["signature", "payment", "quote", "status", "repair", "no_such"])
def test_only_a_recorded_part_that_may_be_corrected_is_amended(part: str) -> None:
    walk = paid_at("accept")
    with pytest.raises(Refused) as refused:
        amend(walk.job, part, {"name": "x"}, walk.context())
    assert refused.value.reason == Reason("nothing_to_amend", {"step": part})


@pytest.mark.parametrize(
    ("part", "changes", "problem"),
    [
        ("request", {"reported_on": "2026-11-06"}, ("reported_on", "in_future")),
        ("appointment", {"time_from": "12:00"}, ("time_to", "ends_before_start")),
        ("card", {"on": "2026-11-06"}, ("on", "in_future")),
        ("repair", {"parts": [{"part": "P-XYZ"}]}, ("parts.0.part", "unknown_part")),
    ],
)
def test_a_correction_is_checked_like_the_step(
    part: str, changes: dict[str, Any], problem: tuple[str, str]
) -> None:
    walk = paid_at("enter_card")
    with pytest.raises(BadInput) as bad:
        amend(walk.job, part, changes, walk.context())
    assert problems(bad) == [problem]


@pytest.mark.parametrize("field", ["number", "customer", "owner", "stamp", "no_such"])
def test_what_the_program_fills_in_is_not_amended(field: str) -> None:
    walk = paid_at("accept")
    with pytest.raises(BadInput) as bad:
        amend(walk.job, "request", {field: "x"}, walk.context())
    assert problems(bad) == [(field, "unknown_field")]


def test_fields_of_a_newer_version_do_not_stand_in_the_way_of_an_amendment() -> None:
    walk = paid_at("dispatch")
    made = {"on": "2026-11-05", "window": "wide"}
    walk.record([Act(record=walk.id, type="job.appointment_made", data=made)])
    walk.record(amend(walk.job, "appointment", {"time_to": "18:00"}, walk.context()))
    assert walk.job.appointment is not None
    assert walk.job.appointment.model_extra == {"window": "wide"}


# -- what a form cannot check alone ------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "key", "values", "problem"),
    [
        ("dispatch", "appoint", {"on": "2026-11-04"}, ("on", "in_past")),
        ("dispatch", "appoint", {"time_from": "12:00"}, ("time_to", "ends_before_start")),
        ("arrive", "take_in", {"promised_on": "2026-11-04"}, ("promised_on", "in_past")),
        ("arrive", "carry_forward", {"until": "2026-11-04"}, ("until", "in_past")),
        ("decide", "quote", {"valid_until": "2026-11-04"}, ("valid_until", "in_past")),
        ("repair", "enter_card", {"on": "2026-11-06"}, ("on", "in_future")),
        ("enter_card", "sign", {"consent": False}, ("consent", "needed_without_strokes")),
        ("sign", "pay", {"amount_fen": 13_001}, ("amount_fen", "more_than_owed")),
        ("invoice", "survey", {"skill": None}, ("attitude", "scores_or_declined")),
        ("accept", "fetch_part", {"part": "P-XYZ"}, ("part", "unknown_part")),
        ("accept", "repair", {"parts": [{"part": "P-XYZ"}]}, ("parts.0.part", "unknown_part")),
    ],
)
def test_a_form_that_cannot_be_right_is_named_by_field(
    after: str, key: str, values: dict[str, Any], problem: tuple[str, str]
) -> None:
    walk = paid_at(after)
    before = walk.job
    with pytest.raises(BadInput) as bad:
        walk.do(key, values)
    assert problems(bad) == [problem]
    assert walk.job is before


def test_a_product_is_handed_back_between_the_day_it_was_taken_in_and_today() -> None:
    walk = paid_at("accept")
    walk.do("take_in", {"promised_on": "2026-11-09"})
    walk.now += timedelta(days=2)
    walk.do("repair")
    for day, key in (("2026-11-04", "before_take_in"), ("2026-11-08", "in_future")):
        with pytest.raises(BadInput) as bad:
            walk.do("hand_back", {"on": day})
        assert problems(bad) == [("on", key)]
    walk.do("hand_back", {"on": "2026-11-07"})
    assert walk.beside[-1].data == {"start": "2026-11-05", "end": "2026-11-07"}


def test_a_product_is_not_exchanged_for_itself() -> None:
    walk = Walk(decision=decision(verdict(), options=("exchange_bike",)))
    walk.to("choose_remedy")
    with pytest.raises(BadInput) as bad:
        walk.do("exchange", {"new_serial": "sn100"})
    assert problems(bad) == [("new_serial", "old_serial")]


def test_a_report_is_not_of_tomorrow_and_is_of_today_unless_given() -> None:
    ctx = Walk().context()
    form = {"symptom": "dead", "reported_on": "2026-11-06"}
    with pytest.raises(BadInput) as bad:
        register(form, customer(), product(), ctx.new_id(), ctx)
    assert problems(bad) == [("reported_on", "in_future")]
    [act] = register({"symptom": "dead"}, customer(), product(), ctx.new_id(), ctx)
    assert act.data["reported_on"] == "2026-11-05"
    assert act.data["owner"] == "li"


def test_an_unknown_step_and_a_second_registration_are_refused() -> None:
    walk = Walk()
    for key in ("teleport", "register"):
        with pytest.raises(Refused) as refused:
            perform(walk.job, key, {}, walk.context())
        assert refused.value.reason == Reason("unknown_step", {"step": key})


def test_the_rules_must_have_spoken_before_a_decision_is_recorded() -> None:
    walk = Walk()
    walk.to("diagnose")
    with pytest.raises(Refused) as refused:
        walk.do("decide")
    assert refused.value.reason == Reason("no_decision")


# -- approval by telephone -----------------------------------------------------------------------


def test_a_technician_needs_the_code_for_this_request_and_a_supervisor_none() -> None:
    walk = Walk(decision=decision(verdict(1, "goodwill"), approval="supervisor"))
    walk.to("decide")
    walk.do("request_approval", {"amount_fen": 12_000})
    with pytest.raises(BadInput) as bad:
        walk.do("answer_approval", {"code": "guessed"})
    assert problems(bad) == [("code", "wrong_code")]
    assert walk.do("answer_approval").approved
    other = Walk(decision=decision(verdict(1, "goodwill"), approval="supervisor"))
    other.to("request_approval")
    job = other.do("answer_approval", {"code": ""}, role=Role.SUPERVISOR, by=SUPERVISOR)
    assert job.approved


def test_a_refusal_leaves_open_lines_open_and_an_approval_settles_them() -> None:
    walk = Walk(decision=decision(verdict(1, "needs_supervisor"), approval="supervisor"))
    walk.to("request_approval")
    refusal = {"answer": "refused", "charge": None}
    with pytest.raises(BadInput) as bad:
        walk.do("answer_approval", {"charge": None}, role=Role.SUPERVISOR, by=SUPERVISOR)
    assert problems(bad) == [("charge", "missing")]
    job = walk.do("answer_approval", refusal, role=Role.SUPERVISOR, by=SUPERVISOR)
    assert job.approval_answer is not None
    assert job.approval_answer.answer is Answer.REFUSED


# -- what follows beside the job -------------------------------------------------------------------


def test_a_blocker_is_resolved_by_its_event_or_the_oldest_is() -> None:
    walk = paid_at("arrive")
    for text in ("no stock", "no van", "no key"):
        job = walk.do("log_blocker", {"text": text})
    last = job.open_blockers[-1].stamp
    assert last is not None
    walk.do("resolve_blocker", {"blocker": last.event})
    assert [one.text for one in walk.job.open_blockers] == ["no stock", "no van"]
    walk.do("resolve_blocker")
    assert [one.text for one in walk.job.open_blockers] == ["no van"]
    with pytest.raises(Refused, match="nothing_blocked"):
        walk.do("resolve_blocker", {"blocker": last.event})


def test_a_repair_is_followed_up_with_its_customer() -> None:
    call = FollowUpCall(kind="repair_hours", after="service", hours=3)
    decided = decision(verdict(1, "paid")).model_copy(update={"follow_ups": (call,)})
    walk = Walk(decision=decided)
    walk.finish()
    [planned] = [event for event in walk.beside if event.type == "follow_up.planned"]
    due = datetime.fromisoformat(planned.data["due"])
    assert due == planned.at + timedelta(hours=3)
    assert planned.data == {
        "reason": "repair_hours",
        "due": planned.data["due"],
        "job": walk.id,
        "customer": "c-1",
        "customer_name": "Zhao",
        "product": "SN100",
        "assigned_to": "li",
    }


def test_a_run_in_service_is_noted_and_a_delivery_leaves_no_history() -> None:
    run_in = Walk(JobKind.RUN_IN_SERVICE, decision=decision())
    run_in.finish()
    delivery = Walk(JobKind.DELIVERY)
    delivery.finish()
    assert [event.data for event in run_in.beside] == [{"entries": [], "run_in_done": True}]
    assert delivery.beside == []


def test_a_complaint_becomes_a_record_of_its_own_also_after_the_job() -> None:
    walk = paid_at("complete")
    job = walk.do("open_complaint")
    opened = walk.beside[-1]
    assert opened.type == "complaint.recorded"
    assert opened.record == job.complaints[0].complaint
    assert opened.data["text"] == "came late"
    assert opened.data["customer"] == "c-1"


def test_what_a_form_suggests_can_be_submitted() -> None:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to("dispatch")
    while walk.job.status is not Status.COMPLETED:
        key = walk.next()
        assert key is not None
        walk.do(key, suggest(walk.job, key, walk.context().today))
    assert walk.job.payment is not None
    assert walk.job.repair is not None
    assert [used.part for used in walk.job.repair.parts] == ["P-CTL350"]
