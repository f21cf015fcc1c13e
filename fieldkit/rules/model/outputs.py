"""The outputs that the program acts on, by kind of record: their types and the values it knows.

A pack may have other outputs for its own tables to read. Those named here must have these types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from fieldkit.domain.core.decision import Approval, Charge, Grade, Remedy
from fieldkit.rules.model.pack import FactType

OPTIONS = ("refund", "exchange_bike", "repair")
LEVELS = ("L1", "L2", "L3", "E")
DEPARTMENTS = ("outlet", "after_sales", "quality", "freight", "executives", "emergency_services")
DUES = ("at_once", "2h", "same_day", "24h")
ESCALATIONS = tuple(f"{a} {b} {c}" for a in LEVELS for b in DEPARTMENTS for c in DUES)
EVENTS = ("purchase", "returned", "service", "survey")
Namespace = Literal["job", "complaint", "survey"]


@dataclass(frozen=True, slots=True)
class ExpectedOutput:
    """What an output must be. `values` (of an enum) may be fewer in the pack; empty: any."""

    type: FactType
    values: tuple[str, ...] = ()
    many: bool = False
    low: int = 0
    high: int = 1_000_000_000
    for_each: str = ""
    required: bool = False


_PERCENT = ExpectedOutput("int", high=100, for_each="line", required=True)
_HOURS = ExpectedOutput("int", high=10_000)
_COMPLAINT = {
    "complaint_department": ExpectedOutput("enum", DEPARTMENTS),
    "complaint_grade": ExpectedOutput("enum", get_args(Grade)),
    "reply_hours": _HOURS,
    "interim_workdays": _HOURS,
    "solve_workdays": _HOURS,
    "solve_hours": _HOURS,
}
_ACTIONS = {
    "escalate": ExpectedOutput("enum", ESCALATIONS, many=True),
    "instructions": ExpectedOutput("enum", many=True),
    "open_complaint": ExpectedOutput("enum", ("none", "product_quality", "service", "suggestion")),
    "follow_up": ExpectedOutput("enum"),
    "follow_up_after": ExpectedOutput("enum", EVENTS),
    "follow_up_hours": _HOURS,
    "follow_up_days": _HOURS,
}
CONTRACT: Mapping[Namespace, Mapping[str, ExpectedOutput]] = {
    "job": {
        "coverage": ExpectedOutput("enum", for_each="line", required=True),
        "charge": ExpectedOutput("enum", get_args(Charge), for_each="line", required=True),
        "remedy": ExpectedOutput("enum", get_args(Remedy), for_each="line", required=True),
        "remedy_options": ExpectedOutput("enum", OPTIONS, many=True, for_each="line"),
        "customer_pays_part_percent": _PERCENT,
        "customer_pays_labour_percent": _PERCENT,
        "call_out_base_fen": ExpectedOutput("money", for_each="job", required=True),
        "call_out_km_fen": ExpectedOutput("money", for_each="job", required=True),
        "call_out_payable_percent": ExpectedOutput("int", high=100, for_each="job", required=True),
        "call_out_conceded": ExpectedOutput("bool", for_each="job", required=True),
        "approval": ExpectedOutput("enum", get_args(Approval), for_each="job", required=True),
        **_ACTIONS,
        **_COMPLAINT,
    },
    "complaint": {**_ACTIONS, **_COMPLAINT},
    "survey": dict(_ACTIONS),
}

# Sums that the program works out between tables, and the outputs after which they are known.
SUMS: Mapping[str, tuple[str, ...]] = {
    "sum.payable_fen": ("charge", "customer_pays_part_percent", "customer_pays_labour_percent"),
    "sum.conceded_fen": ("charge", "customer_pays_part_percent", "customer_pays_labour_percent"),
    "call_out_fen": ("call_out_base_fen", "call_out_km_fen", "call_out_payable_percent"),
    "concession_fen": ("charge", "customer_pays_part_percent", "call_out_conceded"),
    "total_fen": ("customer_pays_part_percent", "call_out_payable_percent"),
}


def namespace(for_each: str) -> Namespace:
    """Outputs of job and line tables share one set of names."""
    if for_each == "complaint":
        return "complaint"
    return "survey" if for_each == "survey" else "job"
