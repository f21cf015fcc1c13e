"""Rows of the lists inside forms: a fault line, a part used, a line of a quote."""

from typing import Annotated

from pydantic import Field

from fieldkit.domain.core.form import Code, Count, Day, FormRow, Percent, Text, Ui, Yes
from fieldkit.domain.core.job_codes import PartSource


class FaultLine(FormRow):
    """One thing to be decided: a component, what is wrong, why, and the part it needs.

    `findings` are codes of what was seen on the component (opened, deep discharged ...);
    `measured_capacity_percent` is a reading in percent of the nominal value.
    `labour_minutes` is for work that takes another time than the part is listed with;
    `costs_nothing` says why work without part and labour is free, where the rules would charge.
    `same_fault` and `previous_repair_*` may be left out: they are then read from the
    product's history, and stay absent where that is not known.
    """

    line: Annotated[int, Ui("int", hidden=True)] = 0
    fault: Annotated[Code, Ui("choice", "fault")] = ""
    component: Annotated[Code, Field(min_length=1), Ui("choice", "component")]
    cause: Annotated[Code, Field(min_length=1), Ui("choice", "cause")]
    part: Annotated[Code, Ui("choice", "part")] = ""
    quantity: Count = 1
    labour_minutes: Annotated[int, Field(ge=0, le=6000), Ui("int")] | None = None
    findings: Annotated[tuple[Code, ...], Ui("many", "finding")] = ()
    measured_capacity_percent: Percent | None = None
    charge_cycles: Annotated[int, Field(ge=0, le=100_000), Ui("int")] | None = None
    same_fault: Yes | None = None
    previous_repair_date: Day | None = None
    previous_repair_paid: Yes | None = None
    costs_nothing: Text | None = None
    note: Text = ""


class PartUse(FormRow):
    """A part that was fitted: SKU, quantity, serials of old and new; `source` is where it was
    taken from, the van unless it says otherwise."""

    part: Annotated[Code, Field(min_length=1), Ui("choice", "part")]
    quantity: Count = 1
    source: Annotated[PartSource, Ui("choice", "enum")] | None = None
    old_serial: Text = ""
    new_serial: Text = ""


class QuoteLine(FormRow):
    """One line of a quote, in fen, with the rule that decided it, and the tax that its prices
    include. `with_part_fen` is what of `pays_fen` falls away with the part: its price, and the
    labour that the catalogue lists for fitting it. None: an earlier program quoted it."""

    line: int
    component: str = ""
    part: str = ""
    charge: str
    part_fen: int
    labour_fen: int
    pays_fen: int
    rule: str = ""
    quantity: int | None = None
    tax_percent: int | None = None
    with_part_fen: int | None = None
