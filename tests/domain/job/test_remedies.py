"""Exchange, refund and approval: the branches of the flow that somebody else has a say in."""

import pytest

from fieldkit.domain.core.errors import BadInput, Reason, Refused
from fieldkit.domain.core.event import Role
from fieldkit.domain.core.job_codes import JobKind
from fieldkit.domain.job.model import Status
from fieldkit.domain.job.steps import next_step
from tests.domain.build import (
    SUPERVISOR,
    Walk,
    decision,
    events_of,
    nexts,
    verdict,
    why,
)

CHOICE = ("refund", "exchange_bike", "repair")


# -- exchange and refund ---------------------------------------------------------------------------


def choice_walk(kind: JobKind = JobKind.REPAIR) -> Walk:
    lines = (verdict(1, "free", "customer_choice"), verdict(2, "paid"))
    walk = Walk(kind, decision=decision(*lines, approval="outlet_head", options=CHOICE))
    walk.to("decide")
    return walk


def test_an_exchange_is_approved_first_and_costs_the_customer_nothing() -> None:
    walk = choice_walk()
    assert nexts(walk.job) == ["choose_remedy"]
    walk.do("choose_remedy", {"remedy": "exchange_bike"})
    assert walk.job.payable_fen == 0
    assert why(walk.job, "exchange") == "needs_approval"
    assert why(walk.job, "quote") == "not_in_this_job"
    assert nexts(walk.job) == ["request_approval"]
    walk.do("request_approval")
    assert nexts(walk.job) == ["answer_approval"]
    walk.finish()
    assert events_of(walk)[6:] == [
        "remedy_chosen", "approval_requested", "approval_answered", "exchanged", "old_received",
        "card_entered", "signed", "surveyed", "completed",
    ]  # fmt: skip
    retired, new = walk.beside[0], walk.beside[1]
    assert (retired.record, retired.type) == ("SN100", "product.exchanged")
    assert (new.record, new.type) == ("SN200", "product.registered")
    assert new.data["warranty_from"] == "2026-11-05"


def test_a_refund_takes_the_old_product_back() -> None:
    walk = choice_walk(JobKind.EXCHANGE_REFUND)
    walk.do("take_in")
    walk.do("choose_remedy", {"remedy": "refund"})
    job = walk.finish()
    assert job.refund is not None
    assert job.old_product is not None
    assert job.hand_back is None
    assert job.promised_on is None


def test_the_repair_of_a_choice_needs_no_approval_of_an_exchange() -> None:
    walk = choice_walk()
    walk.do("choose_remedy", {"remedy": "repair"})
    assert nexts(walk.job) == ["quote"]
    walk.finish()
    assert walk.job.approvals == ()
    assert walk.job.payment is not None
    assert walk.job.payment.amount_fen == 13_000


def test_after_a_refused_exchange_the_customer_may_take_the_repair() -> None:
    walk = choice_walk()
    walk.do("choose_remedy", {"remedy": "exchange_bike"})
    walk.do("request_approval")
    walk.do("answer_approval", {"answer": "refused"})
    assert why(walk.job, "exchange") == "refused_approval"
    assert nexts(walk.job) == ["request_approval"]
    walk.do("choose_remedy", {"remedy": "repair"})
    assert walk.finish().repair is not None


def test_who_asks_for_an_exchange_that_is_not_due_gets_the_repair_that_is() -> None:
    walk = Walk(JobKind.EXCHANGE_REFUND, decision=decision(verdict(), options=("repair",)))
    walk.to("arrive")
    assert why(walk.job, "choose_remedy") == "needs_step"
    walk.to("decide")
    assert why(walk.job, "choose_remedy") == "not_in_this_job"
    assert nexts(walk.job) == ["repair"]


def test_only_an_offered_remedy_can_be_chosen() -> None:
    walk = Walk(decision=decision(verdict(), options=("exchange_bike", "repair")))
    walk.to("decide")
    with pytest.raises(Refused) as refused:
        walk.do("choose_remedy", {"remedy": "refund"})
    assert refused.value.reason == Reason("not_offered", {"remedy": "refund"})


# -- approval -----------------------------------------------------------------------------------


def test_a_job_with_an_open_request_is_not_repaired() -> None:
    walk = Walk(decision=decision(verdict(1, "goodwill"), approval="supervisor"))
    walk.to("decide")
    assert why(walk.job, "quote") == "needs_approval"
    walk.do("request_approval")
    assert why(walk.job, "quote") == "needs_approval"
    walk.do("answer_approval", role=Role.SUPERVISOR, by=SUPERVISOR)
    walk.to("accept")
    assert walk.job.payable_fen == 5_000


def test_a_refused_concession_leaves_the_full_price() -> None:
    walk = Walk(
        decision=decision(verdict(1, "goodwill"), approval="supervisor", concession_fen=12_000)
    )
    walk.to("request_approval")
    job = walk.do("answer_approval", {"answer": "refused", "reason": "not a customer of ours"})
    assert nexts(job) == ["quote"]
    assert job.decision is not None
    assert job.decision.lines[0].because.en == "not a customer of ours"
    assert (job.decision.approval, job.decision.concession_fen) == ("none", 0)
    walk.finish()
    assert walk.job.payable_fen == 13_000


@pytest.mark.parametrize("charge", ["pending", "needs_supervisor"])
@pytest.mark.parametrize(
    ("settled", "fen", "work"),
    [("free", 0, True), ("paid", 13_000, True), ("not_a_defect", 0, False)],
)
def test_an_answer_settles_the_lines_that_the_rules_left_open(
    charge: str, settled: str, fen: int, work: bool
) -> None:
    line = verdict(1, "pending") if charge == "pending" else verdict(1, "needs_supervisor")
    walk = Walk(decision=decision(line))
    walk.to("decide")
    walk.do("request_approval")
    with pytest.raises(BadInput):
        walk.do("answer_approval", {"charge": None})
    walk.do("answer_approval", {"charge": settled})
    job = walk.finish()
    assert (job.payable_fen, job.repair is not None) == (fen, work)


def test_an_answer_leaves_the_lines_that_the_rules_decided() -> None:
    walk = Walk(decision=decision(verdict(1, "needs_supervisor"), verdict(2, "paid")))
    walk.to("request_approval")
    job = walk.do("answer_approval", {"charge": "free"})
    assert job.decision is not None
    assert [line.charge for line in job.decision.lines] == ["free", "paid"]
    assert job.payable_fen == 13_000


def test_pending_waits_and_is_decided_again_after_a_new_diagnosis() -> None:
    walk = Walk(decision=decision(verdict(1, "pending")))
    walk.to("decide")
    assert next_step(walk.job) is None
    assert why(walk.job, "repair") == "pending"
    assert why(walk.job, "sign") == "needs_step"
    assert why(walk.job, "take_in") is None
    walk.decision = decision(verdict(1, "free"))
    walk.do("diagnose")
    assert nexts(walk.job) == ["decide"]
    assert walk.finish().status is Status.COMPLETED


def test_a_new_diagnosis_needs_a_new_decision_approval_quote_and_consent() -> None:
    walk = choice_walk()
    walk.do("choose_remedy", {"remedy": "exchange_bike"})
    walk.do("request_approval")
    walk.do("answer_approval")
    job = walk.do("diagnose")
    assert (job.decision, job.remedy, job.quote, job.acceptance) == (None, None, None, None)
    assert not job.approved
    walk.to("decide")
    walk.do("choose_remedy", {"remedy": "exchange_bike"})
    assert why(walk.job, "exchange") == "needs_approval"


def test_a_quote_stands_when_prices_or_rules_change_after_it() -> None:
    """Decided again: the customer pays what she was quoted, and what she agreed to."""
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to("accept")
    before = walk.job
    newer = decision(verdict(1, "free"))
    walk.decision = newer.model_copy(
        update={"pack": newer.pack.model_copy(update={"revision": 8}), "total_fen": 0}
    )
    job = walk.do("decide")
    assert job.decision is not None
    assert (job.decision.pack.revision, job.decision.total_fen) == (8, 0)
    assert (job.quote, job.acceptance) == (before.quote, before.acceptance)
    assert job.quote is not None
    assert (job.quote.pack_revision, job.payable_fen) == (7, 13_000)
    assert why(job, "quote") == "already_done"
    assert nexts(job) == ["repair"]
    assert walk.finish().payable_fen == 13_000


def test_until_the_customer_answers_a_newer_verdict_can_be_quoted() -> None:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to("quote")
    newer = decision(verdict(1, "paid"))
    walk.decision = newer.model_copy(update={"total_fen": 9_000, "call_out_fen": 0})
    assert walk.do("decide").payable_fen == 13_000
    assert walk.do("quote").payable_fen == 9_000


def test_a_new_decision_needs_a_new_approval_and_a_new_choice() -> None:
    walk = choice_walk()
    walk.do("choose_remedy", {"remedy": "exchange_bike"})
    walk.do("request_approval")
    walk.do("answer_approval")
    job = walk.do("decide")
    assert (job.remedy, job.approvals, job.approved) == (None, (), False)


def test_what_the_work_was_begun_on_is_not_changed() -> None:
    walk = Walk(decision=decision(verdict(1, "paid")))
    walk.to("repair")
    for key in ("diagnose", "decide", "quote", "accept", "decline"):
        assert why(walk.job, key) in {"work_begun", "already_done"}
