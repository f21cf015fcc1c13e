"""The recorded inputs that may be otherwise, and cases with some of them changed.

What a line *is* (its component, its part, the kind of job) is no such input: with another one it
would be another case. Nor are amounts, which change no verdict of who pays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from pydantic import ValidationError

from fieldkit.rules.model import case as recorded
from fieldkit.rules.model.case import Case
from fieldkit.rules.model.pack import Values

Choice = str | bool


@dataclass(frozen=True, slots=True)
class Input:
    """One recorded field; `line` is the number of its line, None for the job's own."""

    field: str
    line: int | None = None

    def value(self, case: Case) -> Any:
        """What the case has recorded, or None."""
        if self.line is None:
            return getattr(case, self.field)
        found = next((line for line in case.lines if line.line == self.line), None)
        return None if found is None else getattr(found, self.field, None)

    def put(self, case: Case, value: Any) -> Case | None:
        """The case with another value here; None where that cannot be recorded."""
        try:
            if self.line is None:
                return Case.model_validate({**case.__dict__, self.field: value})
            lines = tuple(
                line.model_copy(update={self.field: value}) if line.line == self.line else line
                for line in case.lines
            )
            return case.model_copy(update={"lines": lines})
        except ValidationError:
            return None


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one input: to one of `values`; or to a value from `low` to `high` (None: no
    limit on that side, both None: any value); or, of a set, one of `added` put in or one of
    `removed` taken out."""

    input: Input
    values: tuple[Choice, ...] = ()
    low: date | int | None = None
    high: date | int | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def is_range(self) -> bool:
        """Whether it is a change to a range of dates or numbers."""
        return not (self.values or self.added or self.removed)


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "proof": get_args(recorded.Proof),
    "use": get_args(recorded.Use),
    "customer_tier": get_args(recorded.CustomerTier),
    "service_mode": get_args(recorded.ServiceMode),
}
_FLAGS = (
    "second_owner",
    "invoice_handed_over",
    "serial_mismatch",
    "clearance_goods",
    "refurbished",
    "waits_for_part",
    "run_in_already_done",
    "temperature_rising",
)
_LINE_FLAGS = ("same_fault", "previous_repair_paid")
_SETS = (("hazards", "hazard"), ("modifications", "modification"))
_NUMBERS = ("temperature_c", "measured_speed_kmh", "mileage_km")
_LINE_NUMBERS = ("measured_capacity_percent", "charge_cycles", "failed_warranty_repairs")
DATES = ("purchase_date", "report_date", "manufacture_date", "run_in_booked_on")
# What happened to a product is changed only where it was recorded that it happened.
_EVENTS = ("exchanged_on",)
_LINE_EVENTS = ("previous_repair_date", "part_fitted_free_on", "part_sold_on")


def dates(case: Case, line: int) -> Iterator[Input]:
    """The days that may be otherwise, the most telling first."""
    yield from (Input(name) for name in DATES)
    events = [Input(name) for name in _EVENTS] + [Input(name, line) for name in _LINE_EVENTS]
    yield from (event for event in events if event.value(case) is not None)


def numbers(line: int) -> Iterator[Input]:
    """The measurements and counts."""
    yield from (Input(name, line) for name in _LINE_NUMBERS)
    yield from (Input(name) for name in _NUMBERS)


def choices(case: Case, line: int, trade: Values) -> Iterator[tuple[Input, tuple[Choice, ...]]]:
    """The inputs with a few possible values, each with those that it does not have."""
    of_line = (*trade.codes("finding"), *_LINE_FLAGS)
    flags = [Input(name) for name in _FLAGS] + [Input(name, line) for name in of_line]
    if case.serial_in_recall is not None:
        flags.append(Input("serial_in_recall"))
    every: list[tuple[Input, tuple[Choice, ...]]] = [
        *((Input(name), values) for name, values in _CHOICES.items()),
        (Input("charger"), trade.codes("charger")),
        (Input("cause", line), trade.codes("cause")),
        *((flag, (True, False)) for flag in flags),
    ]
    for found, values in every:
        now = found.value(case)
        yield found, tuple(value for value in values if value != now)


def sets(case: Case, trade: Values) -> Iterator[tuple[Input, str, tuple[str, ...]]]:
    """The sets, each member with what the set would be with it put in or taken out."""
    for name, section in _SETS:
        members = trade.codes(section)
        found = Input(name)
        now: tuple[str, ...] = found.value(case)
        for member in members:
            without = tuple(other for other in now if other != member)
            yield found, member, without if member in now else (*now, member)
