"""Reasons name what decided: how the last covered day came about, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fieldkit.domain.core.decision import Text
from fieldkit.domain.core.money import PartPrice
from fieldkit.rules import Decider, Pack
from tests.rules.conftest import TODAY
from tests.rules.deciding.test_decider import CONTROLLER, change_rule, job

PLAIN_EN, PLAIN_ZH = "This is counted so", "计算依据"
FOLLOW_UP = "quality-call"


def reasons(decider: Decider, line: dict[str, Any], **changes: Any) -> Text:
    """Why a line of a job costs what it costs."""
    return decider.decide(job(lines=[line], **changes), TODAY).lines[0].because


@pytest.mark.parametrize(
    ("changes", "line", "en", "zh"),
    [
        (
            {"use": "commercial_rental", "purchase_date": "2025-12-09"}, {},
            "6 months instead of 12, because of its use (Commercial: rental).",
            "因用途（营运：租赁），保修期由12个月减半为6个月。",
        ),
        (
            {"repair_periods": [["2026-03-10", "2026-03-30"], ["2026-04-01", "2026-04-02"]]}, {},
            "21 days added for the time in repair or waiting for parts.",
            "因修理或等待配件顺延21天。",
        ),
        (
            {"proof": "none", "purchase_date": None, "manufacture_date": "2026-01-05"}, {},
            "from 5 Apr 2026, 90 days after it was made, because there is no proof of purchase.",
            "无购买凭证，自出厂后第90天（2026年4月5日）起算。",
        ),
        (
            {"second_owner": True, "invoice_handed_over": False, "purchase_date": None,
             "manufacture_date": "2026-01-05"}, {},
            "from 5 Apr 2026, 90 days after it was made, because the invoice was not handed over.",
            "发票未随产品转交，自出厂后第90天（2026年4月5日）起算。",
        ),
        (
            {"exchanged_on": "2026-06-01"}, {},
            "from the exchange on 1 Jun 2026.",
            "自换货之日2026年6月1日起算。",
        ),
        (
            {"refurbished": True, "refurbished_months": 9, "use": "company"}, {},
            "a term of 9 months, because it was sold as refurbished; "
            "5 months instead of 9, because of its use (Company).",
            "翻新品，保修期9个月；因用途（单位自用），保修期由9个月减半为5个月。",
        ),
        (
            {"purchase_date": "2025-08-01"}, {"part_fitted_free_on": "2026-08-01"},
            "the part that was fitted free on 1 Aug 2026 has a guarantee of 90 days.",
            "2026年8月1日免费更换的配件保用90天。",
        ),
        (
            {"purchase_date": "2025-08-01"}, {"part_sold_on": "2026-07-01"},
            "the part that was sold on 1 Jul 2026 has a guarantee of 90 days.",
            "2026年7月1日售出的配件保用90天。",
        ),
        (
            {"purchase_date": "2025-08-01"},
            {"previous_repair_date": "2026-10-05", "same_fault": True},
            "the repair of 5 Oct 2026 must hold 30 days.",
            "2026年10月5日的修理须保用30天。",
        ),
    ],
)  # fmt: skip
def test_a_reason_says_how_the_last_covered_day_came_about(
    decider: Decider, changes: dict[str, Any], line: dict[str, Any], en: str, zh: str
) -> None:
    said = reasons(decider, CONTROLLER | line, **changes)
    assert said.en.endswith(f"{PLAIN_EN}: {en}")
    assert said.zh.endswith(f"{PLAIN_ZH}：{zh}")


def test_a_holiday_is_named_where_it_decides(pack: Pack, prices: dict[str, PartPrice]) -> None:
    holidays = {date(2026, 10, day) for day in range(1, 8)}
    with Decider(pack, prices, holidays) as decider:
        late = {"purchase_date": "2025-10-01"}
        during = reasons(decider, CONTROLLER, report_date="2026-10-04", **late)
        before = reasons(decider, CONTROLLER, report_date="2026-10-01", **late)
        after = decider.decide(
            job(report_date="2026-10-10", customer_tier="vip", **late), TODAY
        ).lines[0]
    told = "the last day is a public holiday, so the last day to report is 8 Oct 2026."
    assert during.en.startswith("The controller is in warranty")
    assert during.en.endswith(told)
    assert during.zh.endswith("截止日为法定节假日，报修期限顺延至2026年10月8日。")
    assert PLAIN_EN not in before.en
    assert "2 days too late" in after.because.en
    assert after.because.en.endswith(told)


def test_the_plain_case_and_what_is_not_about_dates_need_no_words(decider: Decider) -> None:
    assert PLAIN_EN not in reasons(decider, CONTROLLER).en
    misused = CONTROLLER | {"cause": "misuse"}
    assert PLAIN_EN not in reasons(decider, misused, use="commercial_rental").en


def test_a_sentence_is_filled_by_the_pack_of_its_own_table(decider: Decider, pack: Pack) -> None:
    """The pack of today has a param that the pack of the day of the report lacks."""
    params = dict(pack.params)
    params["new_days"] = replace(pack.params["overdue_days"], name="new_days", value=41)
    because = Text(en="Within {$new_days} days.", zh="{$new_days}天内。")
    today = change_rule(replace(pack, params=params), "follow_up", FOLLOW_UP, because=because)
    found = decider.decide(job(), TODAY, today)
    assert [hit.because.en for hit in found.hits if hit.rule == FOLLOW_UP] == ["Within 41 days."]
