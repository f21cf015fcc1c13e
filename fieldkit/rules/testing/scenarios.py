"""Scenarios: cases with the outcome that the pack must give, kept beside the rules in `tests/`.

A scenario is a case with what must come of it, or, with `table` and `facts`, a few facts with what
one table must say of them. A file has `scenarios` and may have `today`, `holidays` and `defaults`
(case fields that every scenario of the file starts from). `prices.yaml` holds the prices that the
scenarios count with, so that a new price list breaks no rule test. Amounts are in CNY, as people
write them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from fieldkit.domain.core.base_model import StrictModel
from fieldkit.domain.core.decision import Decision, Outcome
from fieldkit.domain.core.errors import BadInput, FieldProblem
from fieldkit.domain.core.money import PartPrice
from fieldkit.rules.loading.node_readers import as_date, as_int, as_text, fields, parse_date
from fieldkit.rules.loading.yaml_tree import Node, parse, read_file
from fieldkit.rules.model import semantics
from fieldkit.rules.model.case import Case, read_case
from fieldkit.rules.model.fact_vocabulary import FACTS
from fieldkit.rules.model.pack import Pack, Position, Value
from fieldkit.rules.model.problems import Report

PRICES = "prices.yaml"


def _fen(value: object) -> object:
    return int(Decimal(str(value)) * 100) if isinstance(value, int | float) else value


Amount = Annotated[int, BeforeValidator(_fen)]


class ExpectedLine(StrictModel):
    """What is expected of a line; what is left out is not compared."""

    line: int
    charge: str | None = None
    remedy: str | None = None
    coverage: str | None = None
    coverage_rule: str | None = None
    rule: str | None = None
    covered_until: date | None = None
    claim_until: date | None = None
    customer_pays: Amount | None = None


class ExpectedDecision(StrictModel):
    """What is expected of a decision; what is left out is not compared.

    `escalations` are `level department due`; `rules` maps a table to the ids of its rules that
    must have hit; `follow_ups` are kinds. `outcomes` names rules that must have hit, by table, with
    what they must have given: `{charge: {free: {customer_pays_part_percent: 0}}}`.
    """

    lines: tuple[ExpectedLine, ...] | None = None
    call_out: Amount | None = None
    total: Amount | None = None
    concession: Amount | None = None
    approval: str | None = None
    remedy_options: tuple[str, ...] | None = None
    escalations: tuple[str, ...] | None = None
    instructions: tuple[str, ...] | None = None
    open_complaint: str | None = None
    complaint: dict[str, str | int] | None = None
    follow_ups: tuple[str, ...] | None = None
    rules: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    outcomes: dict[str, dict[str, dict[str, Outcome]]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One case with its expected outcome."""

    id: str
    title: str
    case: Case
    today: date
    holidays: frozenset[date]
    expected: ExpectedDecision
    at: Position


class ExpectedOfTable(StrictModel):
    """What is expected of one table: the ids of the rules that decide, and what they give."""

    rules: tuple[str, ...]
    then: dict[str, Outcome] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableScenario:
    """Facts for one table with what it must say of them. What is not named is absent."""

    id: str
    title: str
    table: str
    facts: Mapping[str, Value]
    expected: ExpectedOfTable
    at: Position


@dataclass(frozen=True, slots=True)
class Suite:
    """The scenarios of a folder and the prices that they count with."""

    scenarios: tuple[Scenario, ...]
    prices: Mapping[str, PartPrice] = field(default_factory=dict)
    tables: tuple[TableScenario, ...] = ()

    def __len__(self) -> int:
        """How many scenarios there are, of both kinds."""
        return len(self.scenarios) + len(self.tables)


def load_suite(folder: Path) -> Suite:
    """The scenarios in the `*.yaml` files of a folder. `PackError` when one cannot be read."""
    report = Report()
    found: list[Scenario | TableScenario] = []
    prices: dict[str, PartPrice] = {}
    for path in sorted(folder.glob("*.yaml")):
        name = f"{folder.name}/{path.name}"
        data = read_file(path, name, report)
        node = parse(data, name, report) if data is not None else None
        if node is None:
            continue
        if path.name == PRICES:
            prices = _prices(node, report)
        else:
            found.extend(_scenarios(node, report))
    seen: set[str] = set()
    for scenario in found:
        if scenario.id in seen:
            report.add(scenario.at, "duplicate_rule", name=scenario.id)
        seen.add(scenario.id)
    report.raise_if_any()
    cases = tuple(each for each in found if isinstance(each, Scenario))
    tables = tuple(each for each in found if isinstance(each, TableScenario))
    return Suite(cases, prices, tables)


def _prices(node: Node, report: Report) -> dict[str, PartPrice]:
    prices = {}
    for sku, (_, entry) in fields(node, report, None, pairs=True).items():
        known = ("price_fen", "labour_minutes")
        parts = fields(entry, report, known, required=known)
        price = as_int(parts.get("price_fen"), report, 0, 100_000_000)
        minutes = as_int(parts.get("labour_minutes"), report, 0, 6_000)
        if price is not None and minutes is not None:
            prices[sku] = PartPrice(sku, price, minutes)
    return prices


def _scenarios(node: Node, report: Report) -> list[Scenario | TableScenario]:
    known = ("today", "holidays", "defaults", "scenarios")
    parts = fields(node, report, known, required=("today", "scenarios"))
    today = as_date(parts.get("today"), report)
    listed = parts["holidays"].value if "holidays" in parts else []
    days = {as_date(item, report) for item in listed} if isinstance(listed, list) else set()
    holidays = frozenset(day for day in days if day is not None)
    defaults = plain(parts["defaults"]) if "defaults" in parts else {}
    items = parts["scenarios"].value if "scenarios" in parts else []
    if today is None or not isinstance(items, list):
        return []
    found = (
        _table_scenario(item, report)
        if isinstance(item.value, dict) and "table" in item.value
        else _scenario(item, defaults, today, holidays, report)
        for item in items
    )
    return [scenario for scenario in found if scenario is not None]


def _table_scenario(node: Node, report: Report) -> TableScenario | None:
    known = ("id", "title", "table", "facts", "expect")
    parts = fields(node, report, known, required=known)
    id_, title, table = (as_text(parts.get(name), report) for name in known[:3])
    if id_ is None or title is None or table is None or not {"facts", "expect"} <= parts.keys():
        return None
    facts = plain(parts["facts"])
    if not isinstance(facts, dict):
        report.add(parts["facts"].at, "expected_mapping")
        return None
    try:
        expected = ExpectedOfTable.model_validate(plain(parts["expect"]))
    except ValidationError as error:
        _report_expect(error, parts["expect"], report)
        return None
    for name, value in facts.items():
        declared = FACTS.get(name)
        if declared is not None and declared.type == "date" and (day := parse_date(value)):
            facts[name] = day
    return TableScenario(id_, title, table, facts, expected, node.at)


def _report_expect(error: ValidationError, node: Node, report: Report) -> None:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(step) for step in first["loc"])
    problem = FieldProblem(where, first["type"], dict(first.get("ctx", {})))
    report.add(node.at, "bad_scenario", field=where, problem=problem)


def _scenario(
    node: Node, defaults: Any, today: date, holidays: frozenset[date], report: Report
) -> Scenario | None:
    known = ("id", "title", "today", "case", "expect")
    parts = fields(node, report, known, required=("id", "title", "case", "expect"))
    id_, title = as_text(parts.get("id"), report), as_text(parts.get("title"), report)
    day = as_date(parts["today"], report) if "today" in parts else today
    if id_ is None or title is None or day is None or not {"case", "expect"} <= parts.keys():
        return None
    recorded = plain(parts["case"])
    if not isinstance(recorded, dict) or not isinstance(defaults, dict):
        report.add(parts["case"].at, "expected_mapping")
        return None
    merged = {**(defaults if recorded.get("record", "job") == "job" else {}), **recorded}
    try:
        case = read_case({"record": "job", **merged})
        expected = ExpectedDecision.model_validate(plain(parts["expect"]))
    except BadInput as error:
        for problem in error.problems:
            report.add(parts["case"].at, "bad_scenario", field=problem.path, problem=problem)
        return None
    except ValidationError as error:
        _report_expect(error, parts["expect"], report)
        return None
    return Scenario(id_, title, case, day, holidays, expected, node.at)


def plain(node: Node) -> Any:
    """A node as plain lists, dicts and scalars."""
    if isinstance(node.value, dict):
        return {name: plain(value) for name, (_, value) in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that a decision gives otherwise than expected: `line 1 charge: free, not paid`."""

    what: str
    got: object
    expected: object

    def __str__(self) -> str:
        return f"{self.what}: {self.got}, not {self.expected}"


def mismatches(expected: ExpectedDecision, decision: Decision) -> list[Mismatch]:
    """What a decision gives otherwise than expected, in no more than one entry a field."""
    found: list[Mismatch] = []

    def compare(what: str, want: object, got: object) -> None:
        if want is not None and want != got:
            found.append(Mismatch(what, got, want))

    given = {line.line: line for line in decision.lines}
    if expected.lines is not None:
        compare("lines", [line.line for line in expected.lines], list(given))
    for line in expected.lines or ():
        if line.line not in given:
            continue
        for name, want in line.model_dump(exclude={"line", "customer_pays"}).items():
            compare(f"line {line.line} {name}", want, getattr(given[line.line], name))
        pays = given[line.line].customer_pays_fen
        compare(f"line {line.line} customer_pays", line.customer_pays, pays)
    compare("call_out", expected.call_out, decision.call_out_fen)
    compare("total", expected.total, decision.total_fen)
    compare("concession", expected.concession, decision.concession_fen)
    escalations = tuple(f"{e.level} {e.department} {e.due}" for e in decision.escalations)
    compare("escalations", expected.escalations, escalations)
    compare("follow_ups", expected.follow_ups, tuple(f.kind for f in decision.follow_ups))
    compare("open_complaint", expected.open_complaint, decision.open_complaint or "none")
    for name in ("approval", "remedy_options", "instructions"):
        compare(name, getattr(expected, name), getattr(decision, name))
    if expected.complaint is not None:
        compare("complaint", expected.complaint, _complaint(decision))
    for table, ids in expected.rules.items():
        hit = tuple(hit.rule for hit in decision.hits if hit.table == table)
        compare(f"rules of {table}", ids, hit)
    for table, rules in expected.outcomes.items():
        for rule, outcome in rules.items():
            deciding = [hit for hit in decision.hits if (hit.table, hit.rule) == (table, rule)]
            compare(f"{table} {rule}", True, bool(deciding))
            for name, want in outcome.items():
                for by in deciding:
                    compare(f"{table} {rule} {name}", want, by.outcome.get(name))
    return found


def table_mismatches(expected: TableScenario, pack: Pack) -> list[Mismatch]:
    """What a table of the pack says otherwise than expected. A fact that the table does not read
    is a slip of the scenario."""
    table = next((each for each in pack.tables if each.name == expected.table), None)
    if table is None:
        return [Mismatch("table", None, expected.table)]
    found = [
        Mismatch(f"{table.name} reads {name}", False, True)
        for name in expected.facts
        if name not in table.facts
    ]
    rules = [table.rules[index] for index in semantics.evaluate(table, expected.facts)]
    if not rules and table.otherwise is not None:
        rules = [table.otherwise]
    ids = tuple(rule.id for rule in rules)
    if ids != expected.expected.rules:
        found.append(Mismatch(f"rules of {table.name}", ids, expected.expected.rules))
    for name, want in expected.expected.then.items():
        got = [rule.then.get(name) for rule in rules] or [None]
        found += [Mismatch(name, each, want) for each in got if each != want]
    return found


def _complaint(decision: Decision) -> dict[str, str | int] | None:
    complaint = decision.complaint
    if complaint is None:
        return None
    deadlines = complaint.deadlines.model_dump(exclude_none=True)
    return {"department": complaint.department, "grade": complaint.grade, **deadlines}
