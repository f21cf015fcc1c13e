"""Rule packs and the decisions they give.

    pack = load_pack(folder)
    with Decider(pack, prices, holidays) as decider:
        decision = decider.decide(case, today)

Nothing is imported before it is used: the models not at start, YAML not before a pack is loaded,
the rule engine not before a decision is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fieldkit.rules.deciding.decider import Decider
    from fieldkit.rules.deciding.replay import replay
    from fieldkit.rules.loading.holidays import load_holidays
    from fieldkit.rules.loading.loader import load_pack
    from fieldkit.rules.model.case import Case, CaseLine, read_case
    from fieldkit.rules.model.pack import Pack
    from fieldkit.rules.model.problems import PackError, PackProblem

__all__ = [
    "Case",
    "CaseLine",
    "Decider",
    "Pack",
    "PackError",
    "PackProblem",
    "load_holidays",
    "load_pack",
    "read_case",
    "replay",
]
_HOMES = {
    "Case": "model.case",
    "CaseLine": "model.case",
    "Decider": "deciding.decider",
    "Pack": "model.pack",
    "PackError": "model.problems",
    "PackProblem": "model.problems",
    "load_holidays": "loading.holidays",
    "load_pack": "loading.loader",
    "read_case": "model.case",
    "replay": "deciding.replay",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"fieldkit.rules.{_HOMES[name]}"), name)
