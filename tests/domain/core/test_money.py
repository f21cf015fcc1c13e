"""Amounts are whole fen, and halves are rounded up."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.domain.core.money import percent_of


@pytest.mark.parametrize(
    ("fen", "percent", "expected"),
    [(7000, 50, 3500), (7001, 50, 3501), (1, 50, 1), (1, 49, 0), (999, 33, 330), (0, 100, 0)],
)
def test_halves_are_rounded_up(fen: int, percent: int, expected: int) -> None:
    assert percent_of(fen, percent) == expected


@given(fen=st.integers(0, 10**9), percent=st.integers(0, 100))
def test_it_is_what_decimal_arithmetic_gives(fen: int, percent: int) -> None:
    exact = Decimal(fen) * percent / 100
    assert percent_of(fen, percent) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize(("fen", "percent"), [(-1, 50), (100, -1)])
def test_negative_amounts_are_refused(fen: int, percent: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        percent_of(fen, percent)
