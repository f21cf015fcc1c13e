"""The service flow: every job can be finished, step by step, and a refusal says why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.errors import BadInput, Reason, Refused
from fieldkit.domain.core.event import Role
from fieldkit.domain.core.job_codes import JobKind, ServiceMode
from fieldkit.domain.job.commands import perform
from fieldkit.domain.job.fold import JOB
from fieldkit.domain.job.model import Job, Status
from fieldkit.domain.job.steps import BY_KEY, State, actions, blocked, path
from fieldkit.domain.records.product_registration import Proof
from tests.domain.build import (
    Walk,
    decision,
    events_of,
    nexts,
    plausible,
    product,
    verdict,
    why,
)
from tests.domain.exploring import decisions, walks

# -- every job can be finished ---------------------------------------------------------------


@pytest.mark.parametrize("kind", JobKind)
@pytest.mark.parametrize("mode", ServiceMode)
@given(decided=decisions())
@settings(max_examples=8, deadline=None)
def test_every_job_has_one_next_step_until_it_is_completed(
    kind: JobKind, mode: ServiceMode, decided: Decision
) -> None:
    walk = Walk(kind, mode, decided)
    for _ in range(40):
        if walk.job.status is Status.COMPLETED:
            break
        if nexts(walk.job):
            assert len(nexts(walk.job)) == 1
            walk.do(nexts(walk.job)[0])
        else:
            assert (
                why(walk.job, "repair") == "pending"
                or why(walk.job, "quote") == "pending"
                or (why(walk.job, "choose_remedy") == "pending")
            )
            walk.do("request_approval")
    assert walk.job.status is Status.COMPLETED
    assert walk.job == JOB.fold(walk.id, walk.events)
    assert Job.model_validate_json(walk.job.model_dump_json()) == walk.job
    assert walk.job.attention == ()
    assert walk.do("submit").status is Status.SUBMITTED


@given(walk=walks())
@settings(max_examples=80, deadline=None)
def test_a_job_that_wandered_can_still_be_finished(walk: Walk) -> None:
    assert walk.job == JOB.fold(walk.id, walk.events)
    assert Job.model_validate_json(walk.job.model_dump_json()) == walk.job
    assert walk.job.aside == ()
    job = walk.finish()
    assert job.status is Status.COMPLETED
    assert not job.in_custody
    assert job.paid_fen >= job.payable_fen or job.deferral is not None
    assert not job.payments or job.paid_fen == job.payable_fen or job.deposits
    assert job == JOB.fold(walk.id, walk.events)


@given(walk=walks(), role=st.sampled_from(Role))
@settings(max_examples=60, deadline=None)
def test_commands_refuse_what_is_blocked_for_that_reason_and_nothing_else(
    walk: Walk, role: Role
) -> None:
    ctx = walk.context(role)
    for key, step in BY_KEY.items():
        if key == "register":
            continue
        reason = blocked(walk.job, step, role)
        if reason is None:
            assert perform(walk.job, key, plausible(walk.job, key, ctx), ctx)[0].type == step.event
            with pytest.raises(BadInput):
                perform(walk.job, key, {"no_such_field": 1}, ctx)
        else:
            with pytest.raises(Refused) as refused:
                perform(walk.job, key, plausible(walk.job, key, ctx), ctx)
            assert refused.value.reason == reason


def test_the_path_shows_who_did_what_and_why_not() -> None:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to("arrive")
    views = {view.step.key: view for view in path(walk.job)}
    assert views["arrive"].state is State.DONE
    assert views["arrive"].stamp is not None
    assert views["arrive"].stamp.by == "li"
    assert views["diagnose"].state is State.NEXT
    assert views["take_in"].state is State.OPEN
    assert views["repair"].why == Reason("needs_step", {"step": "decide"})
    assert views["submit"].why == Reason("by_office")
    assert {view.step.key: view.state for view in actions(walk.job)}["return_part"] is State.BLOCKED


def test_the_path_shows_when_each_step_was_done() -> None:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to("repair")
    done = {view.step.event: view.stamp for view in path(walk.job) if view.state is State.DONE}
    assert {event.type for event in walk.events} == done.keys()
    for event in walk.events:
        stamp = done[event.type]
        assert stamp is not None
        assert (stamp.event, stamp.at) == (event.id, event.at)


def test_the_path_shows_the_last_time_of_a_step_that_was_done_again() -> None:
    walk = Walk()
    walk.to("dispatch")
    for _ in range(2):
        walk.do("contact")
    views = {view.step.key: view for view in path(walk.job)}
    assert views["contact"].state is State.DONE
    assert views["contact"].stamp is not None
    assert views["contact"].stamp.event == walk.events[-1].id != walk.events[-2].id


def test_nobody_arrives_before_a_time_was_agreed_nor_judges_before_looking() -> None:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to("dispatch")
    assert why(walk.job, "arrive") == "needs_step"
    job = walk.do("appoint", {"on": "2026-11-05", "fault_confirmed": "hums when pushed"})
    assert job.appointment is not None
    assert job.appointment.fault_confirmed == "hums when pushed"
    walk.do("arrive")
    assert why(walk.job, "decide") == "needs_step"
    assert nexts(walk.job) == ["diagnose"]


# -- what a job has --------------------------------------------------------------------------


def test_a_free_job_needs_no_quote_and_no_payment() -> None:
    walk = Walk(decision=decision(verdict(1, "free")))
    walk.finish()
    assert events_of(walk) == [
        "registered", "dispatched", "appointment_made", "arrived", "diagnosed", "decided",
        "repaired", "card_entered", "signed", "surveyed", "completed",
    ]  # fmt: skip
    assert why(walk.job, "pay") == "completed"


def test_a_paid_job_is_quoted_before_and_paid_and_invoiced_after_the_work() -> None:
    walk = Walk(decision=decision(verdict(1, "paid"), call_out_fen=2_000))
    walk.to("decide")
    assert why(walk.job, "repair") == "needs_step"
    walk.finish()
    assert events_of(walk)[6:] == [
        "quoted", "accepted", "repaired", "card_entered", "signed", "paid", "invoiced",
        "surveyed", "completed",
    ]  # fmt: skip
    assert walk.job.payable_fen == 15_000
    assert walk.job.invoice is not None
    assert walk.job.invoice.amount_fen == 15_000


def test_a_remote_job_has_no_visit_no_card_and_no_signature() -> None:
    walk = Walk(mode=ServiceMode.REMOTE, decision=decision(verdict(1, "paid")))
    walk.to("dispatch")
    assert nexts(walk.job) == ["diagnose"]
    assert why(walk.job, "survey") == "needs_step"
    assert why(walk.job, "take_in") == "not_in_this_job"
    walk.to("accept")
    assert why(walk.job, "pay") == "needs_step"
    walk.finish()
    assert not {"arrived", "signed", "card_entered"} & set(events_of(walk))


def test_a_delivery_asks_no_rules() -> None:
    walk = Walk(JobKind.DELIVERY)
    walk.finish()
    assert events_of(walk)[3:] == [
        "arrived", "repaired", "card_entered", "signed", "surveyed", "completed",
    ]  # fmt: skip


def test_there_is_no_card_entry_without_a_card_nor_for_a_training() -> None:
    lost = Walk(decision=decision(verdict()), product=product(proof=Proof.NONE))
    lost.finish()
    training = Walk(JobKind.TRAINING)
    training.finish()
    assert lost.job.card is None
    assert training.job.card is None


def test_what_is_not_a_defect_is_explained_signed_and_completed() -> None:
    walk = Walk(decision=decision(verdict(1, "not_a_defect")))
    walk.to("decide")
    assert why(walk.job, "repair") == "not_in_this_job"
    assert why(walk.job, "pay") == "nothing_to_pay"
    assert nexts(walk.job) == ["sign"]
    assert walk.finish().status is Status.COMPLETED


def test_maintenance_is_done_even_if_no_line_needs_anything() -> None:
    walk = Walk(JobKind.MAINTENANCE, decision=decision(verdict(1, "not_a_defect")))
    assert walk.finish().repair is not None


# -- unreachable, carried forward, cancelled ---------------------------------------------------


def test_attempts_to_call_are_recorded_and_the_job_is_carried_forward() -> None:
    walk = Walk()
    walk.to("dispatch")
    for _ in range(3):
        walk.do("contact")
    assert nexts(walk.job) == ["appoint"]
    job = walk.do("carry_forward")
    assert [attempt.outcome for attempt in job.contacts] == ["no_answer"] * 3
    assert not job.carried_on
    assert nexts(job) == ["appoint"]


def test_a_job_that_was_carried_forward_is_arrived_at_again_by_whoever_is_sent() -> None:
    walk = Walk(decision=decision(verdict()))
    walk.to("arrive")
    assert why(walk.job, "arrive") == "already_done"
    walk.do("carry_forward")
    walk.do("dispatch", {"technician": "zhou"})
    assert walk.job.technician == "zhou"
    job = walk.do("arrive", {"distance_km": 9}, by="zhou")
    assert job.arrival is not None
    assert job.arrival.distance_km == 9
    assert job.attention == ()
    assert walk.finish().status is Status.COMPLETED


def test_a_cancelled_job_still_owes_the_customer_her_product() -> None:
    walk = Walk(decision=decision(verdict()))
    walk.to("arrive")
    walk.do("take_in")
    walk.do("cancel")
    assert walk.job.promised_on is not None
    assert nexts(walk.job) == ["hand_back"]
    assert why(walk.job, "repair") == "cancelled"
    job = walk.do("hand_back")
    assert job.status is Status.CANCELLED
    assert job.promised_on is None
    assert nexts(job) == []


def test_the_path_of_a_closed_job_shows_what_was_done_and_what_may_still_come() -> None:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.finish()
    shown = {view.step.key: view.state for view in path(walk.job)}
    assert "decline" not in shown
    assert "take_in" not in shown
    assert {key for key, state in shown.items() if state is not State.DONE} == {"submit"}
    cancelled = Walk()
    cancelled.to("arrive")
    cancelled.do("cancel")
    assert [view.step.key for view in path(cancelled.job)] == [
        "register", "dispatch", "appoint", "arrive", "survey", "submit",
    ]  # fmt: skip


def test_a_job_is_not_cancelled_once_the_customer_has_signed() -> None:
    walk = Walk(decision=decision(verdict()))
    walk.to("repair")
    assert why(walk.job, "cancel") is None
    walk.to("sign")
    assert why(walk.job, "cancel") == "signed_off"


# -- a declined quote --------------------------------------------------------------------------


def test_a_declined_quote_leaves_nothing_to_do_and_nothing_to_pay() -> None:
    walk = Walk(decision=decision(verdict(1, "paid"), call_out_fen=2_000))
    walk.to("quote")
    job = walk.do("decline")
    assert job.payable_fen == 0
    assert why(job, "repair") == "declined"
    assert why(job, "pay") == "nothing_to_pay"
    assert nexts(job) == ["sign"]
    walk.finish()
    assert "repaired" not in events_of(walk)
    assert "product.serviced" not in {event.type for event in walk.beside}


def test_the_customer_may_change_her_mind_before_the_work() -> None:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to("quote")
    walk.do("decline")
    accept = next(view for view in path(walk.job) if view.step.key == "accept")
    assert accept.state is State.OPEN
    job = walk.do("accept")
    assert job.decline is None
    assert job.payable_fen == 13_000
    assert why(job, "decline") == "already_done"


def test_the_free_line_of_a_mixed_job_is_repaired_although_the_paid_one_is_declined() -> None:
    walk = Walk(decision=decision(verdict(1, "free"), verdict(2, "paid")))
    walk.to("quote")
    walk.do("decline")
    assert nexts(walk.job) == ["repair"]
    job = walk.finish()
    assert job.payment is None
    serviced = next(event for event in walk.beside if event.type == "product.serviced")
    assert [entry["paid"] for entry in serviced.data["entries"]] == [False]


# -- taken in ------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_what_was_taken_in_is_handed_back_before_the_customer_signs(answer: str) -> None:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to("quote")
    walk.do("take_in")
    walk.do(answer)
    assert why(walk.job, "sign") == "needs_step"
    walk.to("hand_back")
    paused = [event for event in walk.beside if event.type == "product.paused"]
    assert [(event.record, event.data) for event in paused] == [
        ("SN100", {"start": "2026-11-05", "end": "2026-11-05"})
    ]
    assert walk.finish().status is Status.COMPLETED


def test_an_outlet_takes_a_product_in_before_it_is_diagnosed() -> None:
    walk = Walk(mode=ServiceMode.OUTLET, decision=decision(verdict()))
    walk.to("dispatch")
    walk.do("take_in")
    assert nexts(walk.job) == ["diagnose"]
    assert walk.finish().hand_back is not None


def test_nothing_is_taken_in_after_the_work_nor_handed_back_that_was_not_taken() -> None:
    walk = Walk(decision=decision(verdict()))
    walk.to("repair")
    assert why(walk.job, "take_in") == "work_begun"
    assert why(walk.job, "hand_back") == "product_with_customer"
