"""Rule packs and the decisions they give.

    pack = load_pack(folder)
    with Decider(pack, prices, holidays) as decider:
        decision = decider.decide(case, today)

YAML and the rule engine are imported only when a pack is loaded or a decision is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fieldkit.rules.case import Case, CaseLine, read_case

if TYPE_CHECKING:
    from fieldkit.rules.decide import Decider
    from fieldkit.rules.holidays import load_holidays
    from fieldkit.rules.loader import load_pack
    from fieldkit.rules.pack import Pack
    from fieldkit.rules.problems import PackError, Problem
    from fieldkit.rules.replaying import replay

__all__ = [
    "Case",
    "CaseLine",
    "Decider",
    "Pack",
    "PackError",
    "Problem",
    "load_holidays",
    "load_pack",
    "read_case",
    "replay",
]
_HOMES = {
    "Decider": "decide",
    "Pack": "pack",
    "PackError": "problems",
    "Problem": "problems",
    "load_holidays": "holidays",
    "load_pack": "loader",
    "replay": "replaying",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"fieldkit.rules.{_HOMES[name]}"), name)
