"""Money in fen (1 CNY = 100 fen), always an int; a float never holds an amount."""

from __future__ import annotations

from dataclasses import dataclass


def percent_of(fen: int, percent: int) -> int:
    """`percent` of a non-negative amount, rounded half up to the fen.

    >>> percent_of(7001, 50)
    3501
    """
    if fen < 0 or percent < 0:
        raise ValueError("amounts and percentages are not negative")
    return (fen * percent + 50) // 100


def tax_in(gross_fen: int, percent: int) -> int:
    """The tax that a price includes, rounded half up to the fen; of a reduction the same, less.

    >>> tax_in(11300, 13)
    1300
    """
    if gross_fen < 0:
        return -tax_in(-gross_fen, percent)
    return (2 * gross_fen * percent + 100 + percent) // (2 * (100 + percent))


@dataclass(frozen=True, slots=True)
class PartPrice:
    """One entry of the price list: the part's price in fen and the labour to fit it in minutes."""

    sku: str
    price_fen: int
    labour_minutes: int
