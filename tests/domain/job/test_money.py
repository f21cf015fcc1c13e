"""Money: what is charged was quoted, what is given away was somebody's to give, and nothing that
was recorded of it is overwritten."""

from typing import Any

import pytest

from fieldkit.domain.core.errors import BadInput, Refused
from fieldkit.domain.core.event import Act, Role
from fieldkit.domain.core.money import tax_in
from fieldkit.domain.job.bill import bill_of
from fieldkit.domain.job.commands import amend, perform
from fieldkit.domain.job.filled_values import superseded
from fieldkit.domain.job.fold import JOB
from fieldkit.domain.job.model import Job, Status
from fieldkit.domain.job.steps import next_step
from fieldkit.domain.records.customer_product import PRODUCT
from tests.domain.build import DESK, SUPERVISOR, Walk, decision, events_of, product, verdict, why

LINES = [
    {"component": "controller", "cause": "manufacturing", "part": "P-CTL350"},
    {"component": "wearing", "cause": "wear", "part": "P-PAD"},
]


def at(step: str, *charges: Any, call_out: int = 2_000, limit: int = 10_000) -> Walk:
    """A job whose lines are judged so, up to a step."""
    lines = [verdict(number, one) for number, one in enumerate(charges or ("paid",), start=1)]
    walk = Walk(decision=decision(*lines, call_out_fen=call_out))
    walk.goodwill_limit_fen = limit
    walk.to("arrive")
    walk.do("diagnose", {"lines": LINES[: len(lines)]})
    while walk.next() and not done(walk, step):
        walk.do(walk.next() or "")
    return walk


def done(walk: Walk, step: str) -> bool:
    return any(event.type == f"job.{step}" for event in walk.events)


def wrong(walk: Walk, key: str, values: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as problems:
        walk.do(key, values)
    return [(one.path, one.key) for one in problems.value.problems]


def refused(walk: Walk, key: str, values: dict[str, Any] | None = None) -> str:
    with pytest.raises(Refused) as reason:
        walk.do(key, values or {})
    return reason.value.reason.key


# -- a paid line has a price ---------------------------------------------------------------------


def free_of_price(walk: Walk, **line: Any) -> None:
    nothing = {"part_fen": 0, "labour_fen": 0, "part_payable_fen": 0, "labour_payable_fen": 0,
               "customer_pays_fen": 0}  # fmt: skip
    walk.decision = decision(verdict(1, "paid").model_copy(update=nothing))
    walk.do("diagnose", {"lines": [{"component": "controller", "cause": "wear", **line}]})


def test_a_paid_line_without_part_and_labour_is_not_decided() -> None:
    walk = Walk()
    walk.to("arrive")
    free_of_price(walk)
    assert refused(walk, "decide") == "unpriced_line"
    assert walk.next() == "decide"
    free_of_price(walk, costs_nothing="a screw was tightened")
    assert walk.do("decide").payable_fen == 0
    assert walk.finish().status is Status.COMPLETED


def test_a_supervisor_does_not_charge_for_nothing() -> None:
    nothing = {"part_fen": 0, "labour_fen": 0}
    line = verdict(1, "needs_supervisor").model_copy(update=nothing)
    walk = Walk(decision=decision(line, approval="supervisor"))
    walk.to("request_approval")
    values = {"answer": "approved", "by_name": "W", "charge": "paid"}
    with pytest.raises(BadInput) as problems:
        walk.do("answer_approval", values, Role.SUPERVISOR, SUPERVISOR)
    assert problems.value.problems[0].key == "nothing_to_charge"


# -- what is fitted beyond the quote -------------------------------------------------------------


@pytest.mark.parametrize(
    "used",
    [
        [{"part": "P-CTL350", "quantity": 999}],
        [{"part": "P-CTL350"}, {"part": "P-PAD"}],
        [{"part": "P-CTL350"}, {"part": "P-CTL350"}],
        [{"part": "P-BAT24"}],
    ],
)
def test_what_is_fitted_beyond_the_quote_is_refused(used: list[dict[str, Any]]) -> None:
    walk = at("accepted")
    assert wrong(walk, "repair", {"parts": used}) == [("parts", "beyond_quote")]


def test_it_is_quoted_again_or_given_away() -> None:
    walk = at("accepted", limit=20_000)
    used = {"parts": [{"part": "P-CTL350"}, {"part": "P-PAD"}]}
    walk.do("give_away", {"parts": [{"part": "P-PAD"}], "amount_fen": 0, "reason": "squeaked"})
    assert walk.do("repair", used).payable_fen == 15_000
    again = at("accepted")
    again.decision = decision(verdict(1, "paid"), verdict(2, "paid"))
    again.do("diagnose", {"lines": LINES})
    for key in ("decide", "quote", "accept"):
        again.do(key)
    assert again.do("repair", used).payable_fen == 26_000


def test_a_correction_of_the_repair_adds_nothing_that_was_not_quoted() -> None:
    walk = at("repaired")
    changes = {"parts": [{"part": "P-CTL350", "quantity": 2}]}
    with pytest.raises(BadInput, match="parts"):
        amend(walk.job, "repair", changes, walk.context())


# -- what was quoted and not fitted ---------------------------------------------------------------


def quoted_pair(**line: Any) -> Walk:
    """A job with two of a part quoted at 200.00, their labour of 60.00 and a call-out of 20.00."""
    pays = {"part_fen": 20_000, "labour_fen": 6_000, "part_payable_fen": 20_000,
            "labour_payable_fen": 6_000, "customer_pays_fen": 26_000}  # fmt: skip
    judged = verdict(1, "paid").model_copy(update=pays)
    walk = Walk(decision=decision(judged, call_out_fen=2_000))
    walk.to("arrive")
    walk.do("diagnose", {"lines": [{**LINES[1], "quantity": 2, **line}]})
    walk.to("accept")
    return walk


@pytest.mark.parametrize(
    ("fitted", "line", "pays"),
    [
        (2, {}, 28_000),
        (1, {}, 15_000),
        (0, {}, 2_000),
        (1, {"labour_minutes": 60}, 18_000),
        (0, {"labour_minutes": 60}, 8_000),
    ],
)
def test_the_bill_follows_what_was_fitted(fitted: int, line: dict[str, Any], pays: int) -> None:
    """Parts that were not fitted are not charged, nor the labour that is listed for fitting them;
    labour whose minutes were told stays."""
    walk = quoted_pair(**line)
    assert walk.job.payable_fen == 28_000
    used = [{"part": "P-PAD", "quantity": fitted}] if fitted else []
    walk.do("repair", {"parts": used})
    job = walk.finish()
    bill = bill_of(job)
    assert (job.payable_fen, job.paid_fen, bill.gross_fen) == (pays, pays, pays)
    assert bill.net_fen + bill.tax_fen == pays
    assert (bill.lines[0].unfitted, bill.lines[0].unfitted_fen) == (2 - fitted, 28_000 - pays)
    assert job.invoice is not None
    assert job.invoice.amount_fen == pays
    assert job.quote is not None
    assert job.quote.total_fen == 28_000
    assert job.attention == ()


def test_thirds_of_a_line_are_rounded_half_up_to_the_fen() -> None:
    walk = quoted_pair(quantity=3)
    assert walk.do("repair", {"parts": [{"part": "P-PAD", "quantity": 1}]}).unfitted_fen == {
        1: 17_333
    }
    assert walk.job.payable_fen == 28_000 - 17_333


def test_where_nothing_was_fitted_nothing_is_left_to_pay() -> None:
    walk = at("accepted", call_out=0)
    walk.do("repair", {"parts": []})
    assert why(walk.job, "pay") == "nothing_to_pay"
    assert walk.finish().payments == ()


def test_a_deposit_on_parts_that_were_not_fitted_was_too_much() -> None:
    walk = at("accepted", call_out=0)
    walk.do("deposit", {"amount_fen": 5_000})
    walk.do("repair", {"parts": []})
    job = walk.finish()
    assert [(mark.key, mark.params) for mark in job.attention] == [
        ("overpaid", {"over_fen": 5_000})
    ]
    assert walk.do("reverse_payment", {"reason": "given back"}).attention == ()


def test_more_than_was_signed_for_needs_a_new_consent() -> None:
    walk = at("accepted")
    walk.do("repair", {"parts": []})
    changes = {"parts": [{"part": "P-CTL350"}]}
    walk.record(amend(walk.job, "repair", changes, walk.context()))
    assert walk.job.payable_fen == 15_000
    walk.record(amend(walk.job, "repair", {"parts": []}, walk.context()))
    walk.to("sign")
    with pytest.raises(Refused) as reason:
        amend(walk.job, "repair", changes, walk.context())
    assert reason.value.reason.key == "dearer_than_signed"


def test_nothing_changes_behind_an_invoice() -> None:
    walk = at("invoiced")
    with pytest.raises(Refused) as reason:
        amend(walk.job, "repair", {"parts": []}, walk.context())
    assert reason.value.reason.key == "invoice_stands"
    walk.do("credit_invoice")
    walk.record(amend(walk.job, "repair", {"parts": []}, walk.context()))
    assert (walk.job.payable_fen, walk.job.paid_fen) == (2_000, 15_000)
    job = walk.finish()
    assert [mark.params for mark in job.attention] == [{"over_fen": 13_000}]


def test_a_quote_of_an_earlier_program_is_charged_as_it_was_given() -> None:
    walk = at("accepted")
    assert walk.job.quote is not None
    lines = [line.model_copy(update={"with_part_fen": None}) for line in walk.job.quote.lines]
    old = walk.job.model_copy(update={"quote": walk.job.quote.model_copy(update={"lines": lines})})
    walk.do("repair", {"parts": []})
    assert old.model_copy(update={"repair": walk.job.repair}).payable_fen == 15_000


def test_who_takes_only_what_is_free_pays_nothing() -> None:
    walk = at("quoted", "free", "paid", call_out=0)
    walk.do("accept", {"lines": ["1"]})
    assert walk.job.payable_fen == 0
    assert walk.finish().status is Status.COMPLETED


# -- goodwill -------------------------------------------------------------------------------------


def test_a_technician_gives_away_up_to_the_limit_of_the_rules_with_a_reason() -> None:
    walk = at("repaired", limit=3_000)
    assert wrong(walk, "give_away", {"amount_fen": 1_000, "reason": "", "parts": []}) == [
        ("reason", "string_too_short")
    ]
    walk.do("give_away", {"amount_fen": 2_000, "parts": [], "reason": "came late"})
    assert walk.job.payable_fen == 13_000
    [given] = walk.job.given
    assert (given.reason, given.worth_fen, given.limit_fen) == ("came late", 2_000, 3_000)
    over = {"amount_fen": 1_001, "parts": [], "reason": "x"}
    assert refused(walk, "give_away", over) == "beyond_goodwill"
    walk.do("give_away", over | {"amount_fen": 1_000})
    assert walk.finish().paid_fen == 12_000


def test_what_the_rules_conceded_counts_towards_the_limit() -> None:
    walk = Walk(decision=decision(verdict(1, "goodwill"), concession_fen=8_000))
    walk.goodwill_limit_fen = 10_000
    walk.to("repair")
    over = {"amount_fen": 2_001, "parts": [], "reason": "x"}
    assert refused(walk, "give_away", over) == "beyond_goodwill"
    walk.do("give_away", over | {"amount_fen": 2_000})


def test_more_is_asked_for_by_its_amount_and_a_supervisor_needs_to_ask_nobody() -> None:
    walk = at("repaired", limit=0)
    walk.do("request_goodwill", {"amount_fen": 5_000})
    assert refused(walk, "give_away", {"amount_fen": 500, "parts": []}) == "beyond_goodwill"
    assert walk.job.decision is not None
    before = walk.job.decision
    walk.do("answer_approval", {"answer": "approved"})
    assert walk.job.decision == before
    walk.do("give_away", {"amount_fen": 5_000, "parts": []})
    assert refused(walk, "give_away", {"amount_fen": 1, "parts": []}) == "beyond_goodwill"
    walk.do("give_away", {"amount_fen": 10_000, "parts": []}, Role.SUPERVISOR, SUPERVISOR)
    assert (walk.job.payable_fen, why(walk.job, "pay")) == (0, "nothing_to_pay")
    assert walk.finish().status is Status.COMPLETED


def test_a_refused_request_for_goodwill_changes_no_charge() -> None:
    walk = Walk(decision=decision(verdict(1, "goodwill")))
    walk.goodwill_limit_fen = 0
    walk.to("accept")
    walk.do("request_goodwill", {"amount_fen": 5_000})
    walk.do("answer_approval", {"answer": "refused"})
    assert walk.job.payable_fen == 5_000
    assert refused(walk, "give_away", {"amount_fen": 5_000, "parts": []}) == "beyond_goodwill"


def test_no_more_is_given_away_than_is_owed() -> None:
    walk = at("repaired", limit=10**8)
    over = {"amount_fen": 15_001, "parts": []}
    assert wrong(walk, "give_away", over) == [("amount_fen", "more_than_owed")]
    walk.to("sign")
    walk.do("give_away", {"amount_fen": 1, "parts": []})
    assert superseded(walk.job)


# -- what the customer takes ----------------------------------------------------------------------


def test_lines_are_accepted_singly() -> None:
    walk = at("quoted", "paid", "paid")
    assert wrong(walk, "accept", {"lines": ["3"]}) == [("lines", "not_quoted")]
    job = walk.do("accept", {"lines": ["2"]})
    assert job.payable_fen == 13_000 + 2_000
    assert [line.line for line in job.work_lines] == [2]
    assert wrong(walk, "repair", {"parts": [{"part": "P-CTL350"}]}) == [("parts", "beyond_quote")]
    walk.finish()
    assert walk.job.paid_fen == 15_000
    [line] = [one for one in bill_of(walk.job).lines if not one.taken]
    assert (line.line, line.gross_fen) == (1, 0)
    served = [event for event in walk.beside if event.type == "product.serviced"]
    assert [one["component"] for one in served[0].data["entries"]] == ["wearing"]


def test_after_a_decline_every_amount_is_nothing_and_no_paid_line_asks_for_work() -> None:
    walk = at("quoted", "paid")
    job = walk.do("decline")
    bill = bill_of(job)
    assert (job.payable_fen, bill.gross_fen, [line.gross_fen for line in bill.lines]) == (
        0, 0, [0, 0],
    )  # fmt: skip
    assert why(job, "repair") == "declined"


def test_who_changes_her_mind_pays_what_was_quoted() -> None:
    walk = at("quoted", "paid")
    walk.do("decline")
    job = walk.do("accept")
    assert job.payable_fen == bill_of(job).gross_fen == 15_000


def test_a_declined_paid_line_that_costs_nothing_is_no_work() -> None:
    nothing = {"part_payable_fen": 0, "labour_payable_fen": 0, "customer_pays_fen": 0}
    line = verdict(1, "paid").model_copy(update=nothing)
    walk = Walk(decision=decision(line, call_out_fen=2_000))
    walk.to("quote")
    assert why(walk.do("decline"), "repair") == "declined"


# -- payments -------------------------------------------------------------------------------------


def test_a_job_is_paid_in_parts_after_a_deposit() -> None:
    walk = at("accepted")
    walk.do("deposit", {"amount_fen": 5_000, "method": "cash"})
    walk.to("sign")
    assert walk.job.owed_fen == 10_000
    assert wrong(walk, "pay", {"amount_fen": 10_001}) == [("amount_fen", "more_than_owed")]
    assert wrong(walk, "pay", {"amount_fen": 0}) == [("amount_fen", "missing")]
    walk.do("pay", {"amount_fen": 4_000})
    assert (walk.next(), walk.job.status) == ("pay", Status.SIGNED)
    walk.do("pay", {"amount_fen": 6_000, "method": "card"})
    assert walk.job.status is Status.PAID
    assert (walk.job.owed_fen, why(walk.job, "pay")) == (0, "already_done")
    assert walk.finish().attention == ()


def test_a_signed_job_that_is_not_paid_is_completed_and_flagged_and_paid_later() -> None:
    walk = at("signed")
    walk.do("pay_later", {"terms": "later"})
    job = walk.finish()
    assert job.status is Status.COMPLETED
    [mark] = job.attention
    assert (mark.key, mark.params) == ("owed", {"owed_fen": 15_000})
    job = walk.do("pay", {"amount_fen": 5_000})
    assert [(mark.key, mark.params) for mark in job.attention] == [("owed", {"owed_fen": 10_000})]
    job = walk.do("pay", {"amount_fen": 10_000}, Role.DESK, DESK)
    assert (job.owed_fen, job.attention, job.status) == (0, (), Status.COMPLETED)
    job = walk.do("reverse_payment", {"reason": "the cheque was returned"}, Role.DESK, DESK)
    assert [(mark.key, mark.params) for mark in job.attention] == [("owed", {"owed_fen": 10_000})]
    assert job == JOB.fold(walk.id, walk.events)


def test_what_the_office_has_written_off_is_not_flagged_again() -> None:
    walk = at("signed")
    walk.do("pay_later", {"terms": "later"})
    walk.finish()
    settled = Act(record=walk.id, type="job.conflict_resolved", data={"flag": "owed"})
    walk.record([settled])
    assert walk.do("pay", {"amount_fen": 5_000}).attention == ()


def test_a_signed_job_that_is_not_paid_may_be_cancelled_and_a_paid_one_not() -> None:
    assert at("signed").do("cancel").status is Status.CANCELLED
    walk = at("paid")
    assert why(walk.job, "cancel") == "payment_stands"
    walk.do("reverse_payment")
    assert walk.do("cancel").status is Status.CANCELLED


def test_the_method_of_a_payment_is_corrected_by_its_reversal() -> None:
    walk = at("paid")
    walk.do("reverse_payment", {"reason": "it was cash"})
    assert (walk.job.payment, walk.job.owed_fen) == (None, 15_000)
    walk.do("pay", {"method": "cash"})
    job = walk.finish()
    assert job.payment is not None
    assert job.payment.method == "cash"
    [back] = job.reversals
    assert (back.paid.amount_fen, back.paid.method, back.reversal.reason) == (
        15_000, "wechat", "it was cash",
    )  # fmt: skip
    assert job == JOB.fold(walk.id, walk.events)


def test_the_payment_that_is_named_is_reversed() -> None:
    walk = at("signed")
    first = walk.do("pay", {"amount_fen": 5_000}).payment
    assert first is not None
    assert first.stamp is not None
    walk.do("pay", {"amount_fen": 10_000})
    job = walk.do("reverse_payment", {"payment": first.stamp.event})
    assert [one.amount_fen for one in job.payments] == [10_000]
    assert refused(walk, "reverse_payment", {"payment": "nonsense"}) == "no_payment"


def test_what_was_deposited_in_full_is_paid_once_it_is_signed_for() -> None:
    walk = at("accepted")
    assert walk.do("deposit", {"amount_fen": 15_000}).status is Status.ACCEPTED
    assert walk.to("sign").status is Status.PAID
    assert why(walk.job, "pay") == "already_done"
    assert walk.finish().paid_fen == 15_000


@pytest.mark.parametrize("last", ["complete", "pay"])
def test_what_is_owed_of_a_job_that_was_cancelled_elsewhere_is_the_same_however_it_is_folded(
    last: str,
) -> None:
    walk = at("signed")
    walk.do("pay_later", {"terms": "later"})
    if last == "complete":
        walk.to("survey")
    acts = perform(walk.job, last, {"amount_fen": 5_000} if last == "pay" else {}, walk.context())
    walk.record([Act(record=walk.id, type="job.cancelled", data={"reason": "x"})])
    walk.record(acts)
    assert walk.job == JOB.fold(walk.id, walk.events)


def test_the_same_payment_from_two_laptops_counts_once() -> None:
    walk = at("signed")
    twice = walk.stamp(walk_pay(walk), walk.context().author)
    walk.do("pay")
    job = JOB.evolve(walk.job, twice)
    assert job.paid_fen == 15_000
    assert [mark.key for mark in job.attention] == ["recorded_twice"]


def walk_pay(walk: Walk) -> Any:
    return perform(walk.job, "pay", {"amount_fen": 15_000}, walk.context())[0]


# -- invoices -------------------------------------------------------------------------------------


def test_an_invoice_has_net_and_tax_and_is_corrected_by_a_credit_note() -> None:
    walk = at("paid")
    walk.do("invoice", {"title": "Heron", "tax_id": "1"})
    wrong_one = walk.job.invoice
    assert wrong_one is not None
    assert wrong_one.net_fen is not None
    assert wrong_one.tax_fen == tax_in(13_000, 13) + tax_in(2_000, 13)
    assert wrong_one.net_fen + wrong_one.tax_fen == wrong_one.amount_fen == 15_000
    walk.do("official_invoice", {"official_code": "011001900111", "official_number": "12345678"})
    walk.do("credit_invoice", {"reason": "wrong tax number"})
    job = walk.do("invoice", {"title": "Heron", "tax_id": "2"})
    [note] = job.credited
    assert (note.note.number, note.note.invoice, note.note.amount_fen) == (
        f"CN-{job.number}", f"INV-{job.number}", 15_000,
    )  # fmt: skip
    assert (note.invoice.tax_id, note.invoice.official_number) == ("1", "12345678")
    assert job.invoice is not None
    assert (job.invoice.number, job.invoice.tax_id) == (f"INV-{job.number}-2", "2")
    assert job.official is None
    done_ = walk.finish()
    assert done_ == JOB.fold(walk.id, walk.events)
    assert why(done_, "credit_invoice") is None


@pytest.mark.parametrize(
    ("gross", "percent", "tax"), [(11_300, 13, 1_300), (1, 13, 0), (5, 13, 1), (100, 0, 0)]
)
def test_tax_is_in_the_price(gross: int, percent: int, tax: int) -> None:
    assert tax_in(gross, percent) == tax
    assert tax_in(-gross, percent) == -tax


# -- refunds --------------------------------------------------------------------------------------

CHOICE = ("refund", "exchange_bike", "repair")


def refunding(price: int | None = None, approval: Any = "outlet_head") -> Walk:
    """A job whose customer wants her money back."""
    lines = verdict(1, "free", "customer_choice")
    walk = Walk(
        decision=decision(lines, approval=approval, options=CHOICE),
        product=product(price_fen=price),
    )
    walk.to("decide")
    walk.do("choose_remedy", {"remedy": "refund"})
    return walk


def test_who_approves_a_refund_is_told_its_amount_and_no_more_is_refunded() -> None:
    walk = refunding()
    assert wrong(walk, "request_approval", {"amount_fen": 0}) == [("amount_fen", "missing")]
    walk.do("request_approval", {"amount_fen": 250_000})
    walk.do("answer_approval")
    assert wrong(walk, "refund", {"amount_fen": 99_999_00}) == [
        ("amount_fen", "more_than_refundable")
    ]
    assert wrong(walk, "refund", {"amount_fen": 0}) == [("amount_fen", "missing")]
    assert walk.do("refund", {"amount_fen": 250_000}).refund is not None


def test_without_an_approval_the_old_product_comes_first_and_the_price_is_the_limit() -> None:
    walk = refunding(price=200_000, approval="none")
    assert why(walk.job, "refund") == "old_product_first"
    assert walk.next() == "receive_old"
    walk.do("receive_old")
    assert wrong(walk, "refund", {"amount_fen": 200_001}) == [
        ("amount_fen", "more_than_refundable")
    ]
    walk.do("refund", {"amount_fen": 200_000})


def test_without_a_price_somebody_approves_an_amount() -> None:
    walk = refunding(approval="none")
    assert walk.next() == "request_approval"
    assert why(walk.job, "refund") == "needs_approval"


def test_a_refund_is_reversed_and_the_product_is_the_customers_again() -> None:
    walk = refunding()
    for key in ("request_approval", "answer_approval"):
        walk.do(key)
    walk.do("refund", {"amount_fen": 250_000})
    told = [event for event in walk.beside if event.record == "SN100"]
    assert PRODUCT.fold("SN100", told).retired_on is not None
    job = walk.do("reverse_refund", {"reason": "wrong account"})
    assert job.refund is None
    assert [one.refund.amount_fen for one in job.reversed_refunds] == [250_000]
    told = [event for event in walk.beside if event.record == "SN100"]
    assert PRODUCT.fold("SN100", told).retired_on is None
    walk.do("refund", {"amount_fen": 200_000})
    assert walk.finish().refund is not None
    assert events_of(walk).count("refunded") == 2


def test_a_refund_is_reversed_and_made_anew_after_completion() -> None:
    walk = refunding(price=200_000, approval="none")
    walk.do("receive_old")
    walk.do("refund", {"amount_fen": 200_000})
    job = walk.finish()
    assert (job.status, why(job, "refund")) == (Status.COMPLETED, "completed")
    job = walk.do("reverse_refund", {"reason": "wrong account"}, Role.DESK, DESK)
    assert [(mark.key, mark.params) for mark in job.attention] == [
        ("unrefunded", {"amount_fen": 200_000})
    ]
    told = [event for event in walk.beside if event.record == "SN100"]
    assert PRODUCT.fold("SN100", told).retired_on is None
    assert wrong(walk, "refund", {"amount_fen": 200_001}) == [
        ("amount_fen", "more_than_refundable")
    ]
    job = walk.do("refund", {"amount_fen": 190_000}, Role.DESK, DESK)
    assert (job.status, job.attention, why(job, "refund")) == (
        Status.COMPLETED, (), "already_done",
    )  # fmt: skip
    assert job == JOB.fold(walk.id, walk.events)


def test_every_amount_of_a_bill_adds_up() -> None:
    walk = at("repaired", "paid", "goodwill", limit=10**6)
    walk.do("give_away", {"amount_fen": 777, "parts": []})
    job: Job = walk.finish()
    bill = bill_of(job)
    assert bill.gross_fen == job.payable_fen == bill.net_fen + bill.tax_fen == job.paid_fen
    assert next_step(job) is None
