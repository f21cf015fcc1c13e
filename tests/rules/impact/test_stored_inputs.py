"""What a stored decision was judged by, taken from its record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fieldkit.domain.core.money import PartPrice
from fieldkit.rules import Decider, Pack, read_case
from fieldkit.rules.impact.stored_inputs import case_of, prices_of
from tests.rules.conftest import TODAY


@pytest.mark.parametrize("quantity", [1, 3])
def test_a_record_gives_back_the_prices_it_counted_with(
    decider: Decider, pack: Pack, prices: dict[str, PartPrice], quantity: int
) -> None:
    part = "P-CTL350"
    line = {"line": 1, "component": "controller", "part": part, "quantity": quantity}
    case = read_case({"record": "job", "report_date": date(2026, 11, 5), "lines": [line]})
    decision = decider.decide(case, TODAY)
    assert case_of(decision) == case
    assert prices_of(decision, case, pack) == {part: prices[part]}
    # Without the pack a minute counts as one fen, so that the sum of the labour is the same.
    rate = pack.number("labour_fen_per_minute")
    minutes = prices[part].labour_minutes * rate
    assert prices_of(decision, case, None) == {part: replace(prices[part], labour_minutes=minutes)}
