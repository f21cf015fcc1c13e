"""Both happened: what becomes of a job that two sides worked on without knowing it."""

from typing import Any

import pytest

from fieldkit.domain.core.event import Act, Author, Role
from fieldkit.domain.job.model import Job, Status
from tests.domain.build import DESK, SUPERVISOR, Walk, decision, verdict

OFFICE = (DESK, Role.DESK)
OTHER = ("zhou", Role.TECHNICIAN)


def arrives(walk: Walk, type_: str, data: dict[str, Any], who: tuple[str, Role]) -> Job:
    """An event that another side made comes in by sync."""
    author = Author(by=who[0], role=who[1], at=walk.now)
    walk.record([Act(record=walk.id, type=type_, data=data)], author)
    return walk.job


def flags(job: Job) -> list[str]:
    return [mark.key for mark in job.attention]


def at(step: str) -> Walk:
    """A paid job as far as this step."""
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to(step)
    return walk


def test_cancelled_by_the_office_and_completed_by_the_technician_is_completed_and_flagged() -> None:
    before, after = at("survey"), at("complete")
    complete = after.events[-1]
    arrives(before, "job.cancelled", {"reason": "customer called"}, OFFICE)
    assert before.job.status is Status.CANCELLED
    job = arrives(before, "job.completed", complete.data, ("li", Role.TECHNICIAN))
    late = arrives(after, "job.cancelled", {"reason": "customer called"}, OFFICE)
    for merged in (job, late):
        assert merged.status is Status.COMPLETED
        assert flags(merged) == ["completed_although_cancelled"]


def test_a_flag_goes_when_the_office_has_resolved_it() -> None:
    walk = at("complete")
    arrives(walk, "job.cancelled", {"reason": "customer called"}, OFFICE)
    job = arrives(walk, "job.conflict_resolved", {"flag": "completed_although_cancelled"}, OFFICE)
    assert flags(job) == []


def test_a_job_reassigned_after_arrival_stays_with_whoever_arrived_and_is_flagged() -> None:
    walk = at("arrive")
    job = arrives(walk, "job.dispatched", {"technician": "zhou"}, OFFICE)
    assert job.technician == "li"
    assert flags(job) == ["reassigned_after_arrival"]
    assert job.attention[0].params == {"technician": "zhou"}


def test_whoever_arrives_at_a_reassigned_job_has_it_and_it_is_flagged() -> None:
    walk = at("appoint")
    arrives(walk, "job.dispatched", {"technician": "zhou"}, OFFICE)
    job = arrives(walk, "job.arrived", {}, ("li", Role.TECHNICIAN))
    assert job.technician == "li"
    assert flags(job) == ["arrived_not_assigned"]


def test_edits_of_different_fields_merge_and_of_the_same_field_the_later_shows() -> None:
    walk = at("appoint")
    for changes in ({"time_from": "10:00"}, {"on": "2026-11-06"}, {"time_from": "11:00"}):
        arrives(walk, "job.amended", {"step": "appointment", "changes": changes}, OFFICE)
    made = walk.job.appointment
    assert made is not None
    assert (made.on.isoformat(), made.time_from, made.time_to) == ("2026-11-06", "11:00", "12:00")


def test_a_field_that_the_rules_judge_asks_for_a_new_decision_and_words_do_not() -> None:
    walk = at("accept")
    words = {"step": "diagnosis", "changes": {"findings": "burnt"}}
    assert arrives(walk, "job.amended", words, OFFICE).acceptance is not None
    distance = {"step": "request", "changes": {"distance_km": 30}}
    job = arrives(walk, "job.amended", distance, OFFICE)
    assert (job.decision, job.quote, job.acceptance) == (None, None, None)
    assert job.request is not None
    assert job.request.distance_km == 30


def test_the_kind_and_the_place_of_a_job_are_amended_with_the_request() -> None:
    walk = at("dispatch")
    job = arrives(walk, "job.amended", {"step": "request", "changes": {"mode": "remote"}}, OFFICE)
    assert job.mode == "remote"


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("job.amended", {"step": "diagnosis", "changes": {"lines": []}}),
        ("job.diagnosed", {"findings": "something else"}),
        ("job.declined", {"reason": "too dear"}),
    ],
)
def test_what_the_work_was_begun_on_stands_and_the_change_is_kept_aside(
    type_: str, data: dict[str, Any]
) -> None:
    walk = at("repair")
    before = walk.job
    job = arrives(walk, type_, data, OTHER)
    assert (job.diagnosis, job.decision, job.quote) == (
        before.diagnosis, before.decision, before.quote,
    )  # fmt: skip
    assert job.decline is None
    assert [kept.data for kept in job.aside] == [data]
    assert flags(job) == ["changed_after_work"]


def test_of_two_completions_the_first_stands_and_all_of_the_second_is_kept_aside() -> None:
    first, second = at("complete"), at("complete")
    for event in second.events[3:]:
        arrives(first, event.type, event.data | {"note": "by zhou"}, OTHER)
    job = first.job
    assert job.completion is not None
    assert job.completion.stamp is not None
    assert job.completion.stamp.by == "li"
    assert [kept.type for kept in job.aside] == [event.type for event in second.events[3:]]
    assert {kept.by for kept in job.aside} == {"zhou"}
    assert set(flags(job)) == {"recorded_after_completion", "recorded_twice"}


def test_the_first_of_two_payments_stands() -> None:
    walk = at("pay")
    job = arrives(walk, "job.paid", {"amount_fen": 1}, OTHER)
    assert job.payment is not None
    assert job.payment.amount_fen == 13_000
    assert [kept.data for kept in job.aside] == [{"amount_fen": 1}]
    assert flags(job) == ["recorded_twice"]


def test_a_quote_that_was_answered_stands_when_another_comes_in() -> None:
    walk = at("accept")
    job = arrives(walk, "job.quoted", {"total_fen": 99_000, "pack_revision": 8}, OFFICE)
    assert job.payable_fen == 13_000
    assert job.quote is not None
    assert job.quote.pack_revision == 7


def test_an_answer_to_an_earlier_request_does_not_approve_a_new_decision() -> None:
    walk = Walk(decision=decision(verdict(1, "needs_supervisor")))
    walk.to("request_approval")
    asked = walk.events[-1].id
    walk.do("diagnose")
    walk.to("request_approval")
    late = {"request": asked, "answer": "approved", "by_name": "Wang", "charge": "free"}
    job = arrives(walk, "job.approval_answered", late, (SUPERVISOR, Role.SUPERVISOR))
    assert not job.approved
    assert job.open_approval is not None
    assert job.decision is not None
    assert job.decision.lines[0].charge == "needs_supervisor"


def test_the_first_of_two_answers_counts_and_another_one_is_flagged() -> None:
    walk = Walk(decision=decision(verdict(1, "needs_supervisor")))
    walk.to("answer_approval")
    asked = walk.job.approvals[-1].stamp
    assert asked is not None
    no = {"request": asked.event, "answer": "refused", "by_name": "Wang"}
    job = arrives(walk, "job.approval_answered", no, (SUPERVISOR, Role.SUPERVISOR))
    assert job.approved
    assert flags(job) == ["answered_twice"]


def test_a_request_registered_twice_keeps_the_first() -> None:
    walk = at("dispatch")
    again = walk.events[0].data | {"number": "OTHER", "kind": "training"}
    job = arrives(walk, "job.registered", again, OFFICE)
    assert (job.number, job.kind) == (walk.events[0].data["number"], "repair")
    assert flags(job) == ["registered_twice"]


@pytest.mark.parametrize("cancelled_first", [True, False])
def test_a_cancellation_that_did_not_know_of_the_work_waits(cancelled_first: bool) -> None:
    done = at("repair")
    repair = done.events[-1]
    walk = at("accept") if cancelled_first else done
    arrives(walk, "job.cancelled", {"reason": "customer called", "knew_work": False}, OFFICE)
    if cancelled_first:
        assert walk.job.status is Status.CANCELLED
        arrives(walk, "job.repaired", repair.data, ("li", Role.TECHNICIAN))
    assert (walk.job.status, flags(walk.job)) == (Status.REPAIRED, ["cancelled_although_worked"])
    assert walk.job.repair is not None
    job = arrives(walk, "job.conflict_resolved", {"flag": "cancelled_although_worked"}, OFFICE)
    assert (job.status, flags(job)) == (Status.CANCELLED, [])


@pytest.mark.parametrize("knew", [{}, {"knew_work": True}])
def test_who_knew_of_the_work_cancels_at_once(knew: dict[str, Any]) -> None:
    walk = at("repair")
    job = arrives(walk, "job.cancelled", {"reason": "customer called", **knew}, OFFICE)
    assert (job.status, flags(job)) == (Status.CANCELLED, [])
