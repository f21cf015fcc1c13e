"""Rule packs and the decisions they give.

    pack = load_pack(folder)
    with Decider(pack, prices, holidays) as decider:
        decision = decider.decide(case, today)

YAML and the rule engine are imported only when a pack is loaded or a decision is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fieldkit.rules.model.case import Case, CaseLine, read_case

if TYPE_CHECKING:
    from fieldkit.rules.deciding.decider import Decider
    from fieldkit.rules.deciding.replay import replay
    from fieldkit.rules.loading.holidays import load_holidays
    from fieldkit.rules.loading.loader import load_pack
    from fieldkit.rules.model.pack import Pack
    from fieldkit.rules.model.problems import PackError, Problem

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
    "Decider": "deciding.decider",
    "Pack": "model.pack",
    "PackError": "model.problems",
    "Problem": "model.problems",
    "load_holidays": "loading.holidays",
    "load_pack": "loading.loader",
    "replay": "deciding.replay",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"fieldkit.rules.{_HOMES[name]}"), name)
