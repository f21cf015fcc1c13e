"""The decision record: what the rules decided, from which facts, by which rules, and why.

It is kept apart from the job document and is never changed. Amounts are int fen. Facts and
conditions are stored as JSON scalars (a date as ISO text), so that a record survives JSON
unchanged and can be replayed by `fieldkit.rules.deciding.replay`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import JsonValue, ValidationError

from fieldkit.domain.core.base_model import StrictModel

Scalar = bool | int | str
Outcome = bool | int | str | tuple[str, ...]

Charge = Literal["free", "paid", "goodwill", "not_a_defect", "pending", "needs_supervisor"]
Remedy = Literal[
    "replace_part",
    "replace_refurbished",
    "repair",
    "maintenance",
    "service",
    "customer_choice",
    "exchange_bike",
    "refund",
    "take_back",
    "none",
]
Approval = Literal["none", "supervisor", "outlet_head"]
Grade = Literal["general", "major", "urgent"]
Level = Literal["L1", "L2", "L3", "E"]


class Text(StrictModel):
    """A sentence for people in every language of the product."""

    en: str
    zh: str

    def say(self, lang: Literal["en", "zh"]) -> str:
        """The sentence in one language."""
        return self.zh if lang == "zh" else self.en


class PackRef(StrictModel):
    """Which rule pack: name, revision and SHA-256 over its files (hex)."""

    name: str
    revision: int
    sha256: str


class ConditionHit(StrictModel):
    """One condition of the rule that hit, with the value that was there (None: absent)."""

    fact: str
    operator: str
    expected: Scalar | tuple[Scalar, ...]
    actual: Scalar | None = None


class Hit(StrictModel):
    """One rule that decided: of which table, for which line (None: the whole record)."""

    table: str
    for_each: Literal["line", "job", "complaint", "survey"]
    line: int | None = None
    rule: str
    conditions: tuple[ConditionHit, ...]
    outcome: dict[str, Outcome]
    because: Text
    source: str


class LineDecision(StrictModel):
    """The verdict on one line. `part_fen` and `labour_fen` are the full price, the `payable`
    amounts what is left for the customer, `customer_pays_fen` their sum. Beside the facts stands
    `guarantee_days`: for how long the part that is fitted has a guarantee of its own."""

    line: int
    charge: Charge
    remedy: Remedy
    remedy_options: tuple[str, ...] = ()
    covered_until: date | None = None
    claim_until: date | None = None
    part_fen: int
    labour_fen: int
    part_payable_fen: int
    labour_payable_fen: int
    customer_pays_fen: int
    coverage: str
    rule: str
    coverage_rule: str
    because: Text
    facts: dict[str, Scalar]


class Escalation(StrictModel):
    """Who must know: L1 outlet head, L2 a department, L3 executives, E emergency services."""

    level: Level
    department: str
    due: Literal["at_once", "2h", "same_day", "24h"]


class Deadlines(StrictModel):
    """Limits of a complaint: hours (`_h`) and working days (`_wd`) from the moment it is made."""

    reply_h: int
    interim_wd: int | None = None
    solve_h: int | None = None
    solve_wd: int | None = None


class ComplaintDecision(StrictModel):
    """Where a complaint goes, how grave it is, and by when it must be answered and solved."""

    department: str
    grade: Grade
    deadlines: Deadlines


class FollowUpCall(StrictModel):
    """A call to make: `hours` or `days` after the event `after` (`purchase`, `returned`, `service`
    or `survey`). `due` is set where that day is already known."""

    kind: str
    after: str
    hours: int | None = None
    days: int | None = None
    due: date | None = None


class Decision(StrictModel):
    """Everything that was decided about one job, complaint or survey.

    `recorded` is the case as people recorded it, without free text. `facts` are the facts of the
    record as a whole; each line carries its own. Coverage and charge
    come from `pack`, the one in force on `report_date`; what is due from now on comes from
    `today_pack`. `agreed` is False when the two engines differed or one failed: every charge is
    then `needs_supervisor`, and `engine_report` says what happened, without customer data.
    `engine_missing` is True where durable_rules could not be loaded and the reference decided
    alone; it is left out otherwise, so that older versions read the record.
    """

    record: Literal["job", "complaint", "survey"]
    pack: PackRef
    today_pack: PackRef
    report_date: date
    today: date
    recorded: dict[str, JsonValue]
    facts: dict[str, Scalar]
    hits: tuple[Hit, ...]
    lines: tuple[LineDecision, ...] = ()
    call_out_fen: int = 0
    total_fen: int = 0
    concession_fen: int = 0
    remedy_options: tuple[str, ...] = ()
    approval: Approval = "none"
    escalations: tuple[Escalation, ...] = ()
    instructions: tuple[str, ...] = ()
    complaint: ComplaintDecision | None = None
    open_complaint: str | None = None
    follow_ups: tuple[FollowUpCall, ...] = ()
    agreed: bool = True
    engine_report: str | None = None
    engine_missing: Literal[True] | None = None

    def told_until(self, line: LineDecision) -> date | None:
        """The last covered day of a line, where it explains the verdict: beside what is paid
        although the cover has not ended it would promise what it does not give."""
        still_open = line.claim_until is not None and self.report_date <= line.claim_until
        return None if line.charge == "paid" and still_open else line.covered_until


def recorded_decision(record: Mapping[str, Any] | None) -> Decision | None:
    """A decision as an event carries it; None for none, and for one that cannot be read."""
    if not record:
        return None
    try:
        return Decision.model_validate(record)
    except ValidationError:
        return None
