"""What the papers say, when they are refused, and when a signature no longer counts."""

from collections.abc import Callable

import pytest

from fieldkit.documents.make_paper import build_paper
from fieldkit.documents.model import Paper, PaperKind
from fieldkit.domain.core.decision import LineDecision
from fieldkit.domain.core.errors import Refused
from fieldkit.domain.core.job_codes import JobKind
from fieldkit.domain.job.commands import amend
from fieldkit.domain.job.model import Job
from fieldkit.i18n import LANGS, Lang, say_error
from tests.documents.build import (
    LINES,
    STROKES,
    basis,
    credited,
    html_text,
    invoiced,
    mixed,
    pdf_pages,
    signed,
    squeezed,
    taken_in,
    visit,
)
from tests.domain.build import Walk, decision, verdict


def _paper(kind: PaperKind, job: Job, lang: Lang = "en") -> Paper:
    return build_paper(kind, basis(job, lang))


def _says(paper: Paper, *texts: str) -> None:
    """Both files say each of the texts."""
    page, sheets = squeezed(html_text(paper)), "".join(pdf_pages(paper))
    lacking = [text for text in texts if squeezed(text) not in page]
    lacking += [text for text in texts if squeezed(text) not in sheets]
    assert lacking == []


def _silent(paper: Paper, text: str) -> None:
    assert squeezed(text) not in squeezed(html_text(paper))
    assert squeezed(text) not in "".join(pdf_pages(paper))


def test_the_report_explains_every_line_in_english() -> None:
    job = signed(strokes=STROKES).job
    _says(
        _paper(PaperKind.REPORT, job),
        "Service report", job.number, "Zhao", "000-0000-0199", "Heron Court", "Outlet Yuewan",
        "Qinglu C24", "SN100",
        "does not start", "Power transistor", "Cause: Manufacturing", "(P-CTL350) × 1",
        "Free", "¥100.00", "¥30.00", "Paid", "¥130.00", "Because.", "squeals",
        "Warranty of this item until 10 Feb 2027.",
        "Rule coverage/in-term, charge/rule-free; pack default, revision 7",
        "charge/rule-paid", "Call-out: The way is eight kilometres.", "call_out/far-away",
        "Call-out¥29.00", "Customer pays¥159.00", "controller replaced",
        "controller replaced (entered 5 Nov 2026)", "Signed 5 Nov 2026, 09:",
    )  # fmt: skip


def test_the_report_explains_every_line_in_chinese() -> None:
    job = signed().job
    _says(
        _paper(PaperKind.REPORT, job, "zh"),
        "服务报告", "青鹭电动自行车有限公司",
        "投诉电话", "控制器", "原因：制造质量", "免费", "收费",
        "因为。", "本项保修至2027年2月10日。", "规则包 default 第7版", "上门费：路程八公里。",
        "顾客应付¥159.00", "2026年11月5日 09:", "经本人同意输入姓名",
    )  # fmt: skip


def test_a_part_that_was_sold_has_its_own_guarantee_and_one_fitted_free_the_later_end() -> None:
    """The repair is of 5 Nov 2026; the warranty of the sold part's line ended long before, and the
    free part's ends in ten days, or next year."""
    sold = _with_guarantee(verdict(2, "paid"), "2024-01-31")
    for end, told in (("2026-11-15", "3 Feb 2027"), ("2027-11-15", "15 Nov 2027")):
        free = _with_guarantee(verdict(1, "free"), end)
        paper = _paper(PaperKind.REPORT, signed(visit(decision(free, sold))).job)
        kind = "The part is guaranteed" if end == "2026-11-15" else "Warranty of this item"
        _says(paper, f"{kind} until {told}.", "The part is guaranteed until 3 Feb 2027.")
        _silent(paper, "until 31 Jan 2024")


def test_a_cover_that_holds_and_does_not_pay_is_not_printed() -> None:
    excluded = verdict(1, "paid").model_dump() | {
        "covered_until": "2027-10-10", "claim_until": "2027-10-10",
    }  # fmt: skip
    walk = Walk(decision=decision(verdict(1).model_validate(excluded)))
    walk.to("arrive")
    walk.do("diagnose", {"lines": LINES[:1], "findings": "water"})
    _silent(_paper(PaperKind.REPORT, signed(walk).job), "10 Oct 2027")


def _with_guarantee(line: LineDecision, end: str) -> LineDecision:
    said = {"covered_until": end, "claim_until": end, "facts": {"guarantee_days": 90}}
    return LineDecision.model_validate(line.model_dump() | said)


@pytest.mark.parametrize("lang", LANGS)
def test_the_invoice_names_buyer_seller_payment_and_the_amount(lang: Lang) -> None:
    job = invoiced(title="Heron Couriers", tax_id="91310000TEST")
    paper = _paper(PaperKind.INVOICE, job, lang)
    _says(paper, f"INV-{job.number}", "Heron Couriers", "91310000TEST", "00000000QINGLU0000")
    _says(paper, "¥159.00", "charge/rule-paid", "微信支付" if lang == "zh" else "WeChat Pay")


def test_a_chinese_invoice_writes_the_amount_in_capital_numerals() -> None:
    job = invoiced()
    _says(_paper(PaperKind.INVOICE, job, "zh"), "金额大写：人民币壹佰伍拾玖元整")
    _silent(_paper(PaperKind.INVOICE, job, "en"), "人民币")


def test_the_receipt_says_what_we_took_and_when_it_comes_back() -> None:
    walk = taken_in()
    walk.do("change_promise", {"promised_on": "2026-11-09", "reason": "part late"})
    _says(
        _paper(PaperKind.RECEIPT, walk.job),
        "Custody receipt", f"CR-{walk.job.number}", "scratched", "one key", "bike 2", "bench test",
        "Promised for5 Nov 2026", "9 Nov 2026, because: part late", "Return part", "____",
        "Loan unit due back bike 2",
    )  # fmt: skip


def test_the_return_part_is_filled_in_once_the_product_is_back() -> None:
    walk = taken_in()
    walk.to("hand_back")
    paper = _paper(PaperKind.RECEIPT, walk.job)
    _says(paper, "Condition at the return works", "Received by Zhao")
    _silent(paper, "____")


def test_a_report_shows_what_the_customer_chose_and_got() -> None:
    walk = Walk(JobKind.EXCHANGE_REFUND, decision=decision(verdict(1), options=("exchange_bike",)))
    walk.finish()
    _says(_paper(PaperKind.REPORT, walk.job), "Exchange the product", "SN200", "complete")


def test_a_declined_quote_leaves_nothing_to_pay_for() -> None:
    walk = visit()
    walk.to("quote")
    walk.do("decline")
    _says(
        _paper(PaperKind.REPORT, walk.job),
        "Not carried out-¥159.00", "Customer pays¥0.00", "Quote decline", "too dear",
    )  # fmt: skip


def test_the_quote_stands_whatever_is_decided_later() -> None:
    job = signed().job
    dearer = mixed().model_copy(update={"lines": (verdict(1, "paid"), verdict(2, "paid"))})
    later = job.model_copy(update={"decision": dearer})
    _says(_paper(PaperKind.REPORT, later), "Parts and labour¥130.00", "Customer pays¥159.00")


# -- signatures ----------------------------------------------------------------------------


def test_a_change_after_the_signature_shows_the_report_as_superseded() -> None:
    walk = signed(strokes=STROKES)
    before = _paper(PaperKind.REPORT, walk.job)
    _silent(before, "Superseded")
    walk.record(amend(walk.job, "repair", {"work_done": "rewired"}, walk.context()))
    after = _paper(PaperKind.REPORT, walk.job)
    _says(after, "Superseded", "the earlier version, not to this one", "rewired")
    _says(after, "Signed 5 Nov 2026, 09:10, for an earlier version")
    assert after.digest != before.digest


def test_a_survey_or_payment_after_the_signature_changes_nothing_that_was_signed() -> None:
    walk = signed()
    walk.finish()
    _silent(_paper(PaperKind.REPORT, walk.job), "Superseded")


# -- refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "job", "why"),
    [
        (PaperKind.RECEIPT, lambda: visit().job, "“Take the product in” comes first."),
        (PaperKind.REPORT, lambda: visit().job, "“Decide” comes first."),
        (PaperKind.REPORT, lambda: Walk(JobKind.DELIVERY).job, "“Repair” comes first."),
        (PaperKind.INVOICE, lambda: Walk(JobKind.DELIVERY).job, "There is nothing to pay."),
        (PaperKind.INVOICE, lambda: signed().job, "“Take the payment” comes first."),
        (PaperKind.INVOICE, lambda: signed().to("pay"), "“Invoice” comes first."),
        (
            PaperKind.INVOICE,
            lambda: signed(visit(decision(verdict(1), verdict(2)))).job,
            "There is nothing to pay.",
        ),
    ],
)
def test_a_paper_is_refused_where_the_job_is_not_so_far(
    kind: PaperKind, job: Callable[[], Job], why: str
) -> None:
    with pytest.raises(Refused) as refused:
        _paper(kind, job())
    assert say_error(refused.value, "en") == why


# -- tax, corrections, part payments -------------------------------------------------------------


def test_the_invoice_shows_net_tax_and_gross_of_every_line() -> None:
    """130.00 and a call-out of 29.00, at 13 % in the price."""
    job = invoiced(official_number="25312000000012345678")
    _says(
        _paper(PaperKind.INVOICE, job),
        "Tax rate", "13 %", "¥115.04", "¥14.96", "¥130.00", "¥25.66", "¥3.34", "¥29.00",
        "¥140.70", "¥18.30", "¥159.00", "25312000000012345678",
    )  # fmt: skip


def test_a_credit_note_names_the_invoice_its_official_numbers_and_the_reason() -> None:
    job = credited()
    numbers = ("011002600111", "20260001", "20260002", "91310000WRONG")
    said = (f"INV-{job.number}", *numbers, "税号有误")
    for lang in LANGS:
        _says(_paper(PaperKind.CREDIT_NOTE, job, lang), f"CN-{job.number}", "-¥159.00", *said)
    _says(_paper(PaperKind.INVOICE, job), f"INV-{job.number}-2", "91310000RIGHT")


def test_the_invoice_of_a_job_on_account_says_what_is_owed() -> None:
    walk = visit()
    while walk.next() != "repair":
        walk.do(walk.next() or "")
    walk.do("deposit", {"amount_fen": 5_000, "method": "cash"})
    walk = signed(walk)
    walk.do("pay_later", {"terms": "on_account", "due_on": "2026-12-01"})
    job = walk.do("invoice")
    _says(_paper(PaperKind.INVOICE, job), "Deposit", "¥50.00", "Still owed", "¥109.00",
          "On account", "1 Dec 2026")  # fmt: skip


def test_papers_say_which_line_was_not_wanted_and_what_was_given_away() -> None:
    walk = visit(decision(verdict(1, "paid"), verdict(2, "paid"), call_out_fen=2_900))
    walk.to("quote")
    walk.do("accept", {"lines": ["2"]})
    walk.do("repair")
    walk.do("give_away", {"amount_fen": 1_000, "parts": [], "reason": "waited an hour"})
    walk = signed(walk)
    job = walk.job
    assert job.payable_fen == 14_900
    _says(_paper(PaperKind.REPORT, job), "Not wanted by the customer", "waited an hour",
          "-¥130.00", "-¥10.00", "¥149.00")  # fmt: skip
