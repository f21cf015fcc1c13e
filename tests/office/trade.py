"""The shipped catalogue and rules, loaded once for all tests of the office."""

from functools import cache

from fieldkit.cli.office.base import opened_trade
from fieldkit.office.trade_rules import TradeRules


@cache
def shipped_trade() -> TradeRules:
    """What `fieldkit office` uses. The engines are freed with the process."""
    return opened_trade().__enter__()
