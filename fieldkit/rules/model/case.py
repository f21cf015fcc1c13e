"""What people recorded about a job, a complaint or a survey, in the values that the rules know.

A `Case` holds observations only: every derived fact (days, ends of warranty, started kilometres)
is made from it in `deciding/facts.py`. What was not recorded is None, which is not the same as no.
`note` and `complaint_text` are for people; no rule can read them. Components, causes, hazards,
modifications and findings are codes of the trade: which of them there are the pack says (`values`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from fieldkit.domain.core.base_model import OpenModel, StrictModel
from fieldkit.domain.core.errors import BadInput, FieldProblem
from fieldkit.domain.core.job_codes import SERVICE as SERVICE
from fieldkit.rules.model.spelling import closest

Record = Literal["job", "complaint", "survey"]
JobKind = Literal[
    "repair",
    "run_in_service",
    "periodic_maintenance",
    "delivery_installation",
    "training",
    "inspection",
    "exchange_refund",
]
Proof = Literal["invoice_and_card", "none", "altered_card"]
Use = Literal[
    "household", "commercial_delivery", "commercial_rental", "company", "group_purchase", "public"
]
CustomerTier = Literal["regular", "loyal", "vip"]
ServiceMode = Literal["home_visit", "outlet", "remote", "outsourced"]
ComplaintClass = Literal["product_quality", "service", "suggestion"]
ComplaintCause = Literal["contract", "transport", "product", "staff", "other", "unknown"]
DelayCause = Literal["repairer", "parts", "customer", "other"]

Code = Annotated[str, Field(min_length=1, max_length=60)]
Flag = StrictBool | None
Score = Annotated[StrictInt, Field(ge=1, le=5)] | None
Days = Annotated[StrictInt, Field(ge=0, le=36_500)] | None


def _written(value: object) -> object:
    """A day as it was written: a number would be taken for seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and value.isdigit()):
        raise PydanticCustomError("date_type", "a date is written with year, month and day")
    return value


def _within_reach(day: date) -> date:
    """Far enough from both ends of the calendar, whatever terms and pauses are added."""
    if not _FIRST <= day <= _LAST:
        limits = {"first": _FIRST, "last": _LAST}
        raise PydanticCustomError("case.out_of_reach", "out of the calendar's reach", limits)
    return day


_FIRST, _LAST = date(1900, 1, 1), date(2200, 12, 31)  # years added to them are dates, too
Day = Annotated[date, BeforeValidator(_written), AfterValidator(_within_reach)]
Period = tuple[Day, Day]


class CaseLine(OpenModel):
    """One fault or service on a job: the component, what was found, and its history.

    `part` is the article that is fitted (None: repaired without a part). Capacity is a whole
    percentage of the nominal one. The history fields are None where no history is at hand.
    Further fields are findings: yes or no to what was seen on the component (`opened: true`).
    """

    __pydantic_extra__: dict[str, Flag]

    line: Annotated[StrictInt, Field(ge=1, le=999)]
    component: Code
    part: str | None = None
    quantity: Annotated[StrictInt, Field(ge=1, le=99)] = 1
    labour_minutes: Annotated[StrictInt, Field(ge=0, le=6_000)] | None = None
    cause: Code | None = None
    note: str | None = None
    measured_capacity_percent: Annotated[StrictInt, Field(ge=0, le=150)] | None = None
    charge_cycles: Annotated[StrictInt, Field(ge=0, le=100_000)] | None = None
    # its history
    previous_repair_date: Day | None = None
    previous_repair_paid: Flag = None
    same_fault: Flag = None
    failed_warranty_repairs: Annotated[StrictInt, Field(ge=0, le=99)] | None = None
    part_fitted_free_on: Day | None = None
    part_sold_on: Day | None = None

    @property
    def findings(self) -> dict[str, bool]:
        """What was looked for on the component, and whether it was seen."""
        return {code: seen for code, seen in self.__pydantic_extra__.items() if seen is not None}


class Case(StrictModel):
    """A whole record. Which fields matter depends on `record`; see the module's docstring.

    `repair_periods` and `parts_waiting_periods` are (handed over, returned) pairs of earlier
    stays. `taken_back_on`, `promised_date` and `returned_on` are of this job.
    """

    record: Record
    today: Day | None = None
    report_date: Day | None = None
    customer_tier: CustomerTier | None = None

    # job
    job_kind: JobKind | None = None
    service_mode: ServiceMode | None = None
    distance_km: Annotated[float, Field(ge=0, le=2_000, strict=True)] | None = None
    lines: tuple[CaseLine, ...] = ()
    hazards: tuple[Code, ...] = ()
    temperature_c: Annotated[StrictInt, Field(ge=-60, le=1_500)] | None = None
    temperature_rising: Flag = None
    outlet_cannot_solve: Flag = None
    waits_for_part: Flag = None
    taken_back_on: Day | None = None
    promised_date: Day | None = None
    returned_on: Day | None = None
    delay_cause: DelayCause | None = None
    repair_days_by_repairer: Days = None
    parts_waiting_days: Days = None
    same_model_available: Flag = None
    run_in_already_done: Flag = None
    run_in_booked_on: Day | None = None

    # product
    proof: Proof | None = None
    purchase_date: Day | None = None
    manufacture_date: Day | None = None
    use: Use | None = None
    second_owner: Flag = None
    invoice_handed_over: Flag = None
    serial_mismatch: Flag = None
    clearance_goods: Flag = None
    refurbished: Flag = None
    refurbished_months: Annotated[StrictInt, Field(ge=1, le=120)] | None = None
    exchanged_on: Day | None = None
    modifications: tuple[Code, ...] = ()
    measured_speed_kmh: Annotated[StrictInt, Field(ge=0, le=300)] | None = None
    mileage_km: Annotated[StrictInt, Field(ge=0, le=1_000_000)] | None = None
    charger: Code | None = None
    repair_periods: tuple[Period, ...] = ()
    parts_waiting_periods: tuple[Period, ...] = ()
    recall_id: str | None = None
    serial_in_recall: Flag = None
    recall_component: Code | None = None

    # complaint
    complaint_class: ComplaintClass | None = None
    complaint_text: str | None = None
    cause: ComplaintCause | None = None
    threat_to_publish: Flag = None
    threat_to_authority: Flag = None

    # survey
    attitude: Score = None
    skill: Score = None
    punctuality: Score = None
    service_item: Score = None
    submitted: Day | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        for first, then in _ORDERED:
            before, after = getattr(self, first), getattr(self, then)
            if before is not None and after is not None and before > after:
                raise _disorder("case.too_early", then, {"field": first, "limit": before})
        for name in ("repair_periods", "parts_waiting_periods"):
            for start, end in getattr(self, name):
                if start > end:
                    raise _disorder("case.ends_early", name, {"limit": start})
        numbers = [line.line for line in self.lines]
        if len(set(numbers)) != len(numbers):
            raise _disorder("case.same_number", "line", {})
        return self


def _disorder(
    kind: Literal["case.too_early", "case.ends_early", "case.same_number"],
    at: str,
    params: dict[str, object],
) -> PydanticCustomError:
    """What two fields together make wrong; `at` is the one to look at."""
    return PydanticCustomError(kind, "{at}: out of order", {"at": at, **params})


_ORDERED = (
    ("manufacture_date", "purchase_date"),
    ("purchase_date", "report_date"),
    ("manufacture_date", "report_date"),
    ("taken_back_on", "promised_date"),
    ("taken_back_on", "returned_on"),
)


def read_case(data: Mapping[str, Any]) -> Case:
    """A `Case` from data of people or files; `BadInput` names each bad field of it.

    Keys of the problems: `case.unknown_field`, `case.unknown_value` (with `suggestion`),
    `case.no_such_field`, `case.no_such_value` (with what is `allowed`) where nothing is near,
    and else what pydantic calls it, as in every form.
    """
    try:
        return Case.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        raise BadInput([_problem(detail) for detail in details]) from None


def _is_slip(name: str) -> bool:
    """Whether a key of a line, which is no yes or no, looks like one of its fields misspelt."""
    return name not in CaseLine.model_fields and closest(name, CaseLine.model_fields) is not None


def unknown_field(path: str, name: str, known: Iterable[str]) -> FieldProblem:
    """A name that no field has, with the likely one."""
    if near := closest(name, known):
        return FieldProblem(path, "case.unknown_field", {"name": name, "suggestion": near})
    return FieldProblem(path, "case.no_such_field", {"name": name})


def unknown_value(path: str, value: object, allowed: Iterable[str]) -> FieldProblem:
    """A value that is none of those allowed, with the likely one, else with all of them."""
    listed = list(allowed)
    if near := closest(value, listed):
        return FieldProblem(path, "case.unknown_value", {"value": value, "suggestion": near})
    params: dict[str, object] = {"value": value, "allowed": ", ".join(listed)}
    return FieldProblem(path, "case.no_such_value", params)


def _printable(value: object) -> object:
    """A limit as it can be put into a sentence."""
    return f"{value:g}" if isinstance(value, float) else value


def _problem(detail: ErrorDetails) -> FieldProblem:
    steps = [str(part) for part in detail["loc"]]
    params = {name: _printable(value) for name, value in detail.get("ctx", {}).items()}
    path = str(params.pop("at", ".".join(steps) or "record"))
    name = steps[-1] if steps else ""
    model = CaseLine if steps[:1] == ["lines"] and len(steps) > 2 else Case
    if detail["type"] == "extra_forbidden" or (model is CaseLine and _is_slip(name)):
        return unknown_field(path, name, model.model_fields)
    if detail["type"] == "literal_error":
        return unknown_value(
            path, detail["input"], re.findall(r"'([^']+)'", str(params["expected"]))
        )
    return FieldProblem(path, detail["type"], params)
