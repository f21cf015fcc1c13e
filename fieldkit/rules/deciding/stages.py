"""Running the tables of a pack over facts: the stages that every face of the rules shares.

Tables run in the order of the pack. Line tables run for every line and see the facts of the job;
job tables see aggregates of the lines (`any_line.charge.free`) and the sums. Rates and percentages
come from the tables, amounts are worked out here, in fen, rounded half up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fieldkit.domain.core.money import percent_of
from fieldkit.rules.deciding.facts import CaseFacts, Known
from fieldkit.rules.model.outputs import OPTIONS
from fieldkit.rules.model.pack import Facts, Pack, Rule, Table, Value

Evaluate = Callable[[Table, Facts], tuple[int, ...]]


@dataclass(slots=True)
class TableHit:
    """A rule that decided, for which line, and the facts it saw that tables had set before."""

    table: Table
    line: int | None
    rule: Rule
    facts: Facts


@dataclass(slots=True)
class JudgedLine:
    """What the tables said about one line, and its amounts in fen."""

    line: int
    facts: Known
    rules: dict[str, Rule] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    part_payable_fen: int = 0
    labour_payable_fen: int = 0

    @property
    def charge(self) -> str:
        """The charge, `needs_supervisor` where no rule gave one."""
        return str(self.facts.get("charge", "needs_supervisor"))

    @property
    def full_fen(self) -> int:
        """The full price of part and labour."""
        return _number(self.facts["part_price_fen"]) + _number(self.facts["labour_price_fen"])

    @property
    def payable_fen(self) -> int:
        """What is left for the customer."""
        return self.part_payable_fen + self.labour_payable_fen


@dataclass(slots=True)
class Judged:
    """The result of all tables. `faults` are gaps and ambiguities met on the way."""

    facts: Known
    lines: list[JudgedLine]
    hits: list[TableHit] = field(default_factory=list)
    rows: list[Rule] = field(default_factory=list)
    call_out_fen: int = 0
    conceded_fen: int = 0
    total_fen: int = 0
    faults: list[str] = field(default_factory=list)


def tables_of(pack: Pack, today_pack: Pack) -> list[Table]:
    """The tables to run: those of the report's pack, then today's for what is due from now on."""
    if pack is today_pack:
        return list(pack.tables)
    then = [table for table in pack.tables if table.name not in pack.today_tables]
    return then + [table for table in today_pack.tables if table.name in today_pack.today_tables]


def judge(case: CaseFacts, tables: Sequence[Table], evaluate: Evaluate) -> Judged:
    """Run the tables over the facts of a case. The facts given are not changed."""
    lines = [JudgedLine(line.line, dict(line.facts)) for line in case.lines]
    judged = Judged(dict(case.facts), lines)
    for table in tables:
        if table.for_each == "line":
            if case.record == "job":
                _run_line_table(table, judged, evaluate)
        elif table.for_each == case.record:
            rules = _decide(table, judged.facts, None, judged, evaluate)
            _set(judged.facts, table, rules)
            judged.rows.extend(rules)
            if "call_out_payable_percent" in table.outputs:
                _call_out(judged)
    judged.total_fen = judged.call_out_fen + sum(line.payable_fen for line in lines)
    return judged


def _run_line_table(table: Table, judged: Judged, evaluate: Evaluate) -> None:
    for line in judged.lines:
        rules = _decide(table, judged.facts | line.facts, line.line, judged, evaluate)
        _set(line.facts, table, rules)
        for rule in rules:
            line.rules.update(dict.fromkeys(table.outputs, rule))
            options = rule.then.get("remedy_options", ())
            if isinstance(options, tuple):
                line.options += options
    for name, facts in table.aggregates.items():
        judged.facts.update(dict.fromkeys(facts.values(), False))
        for line in judged.lines:
            seen = facts.get(line.facts.get(name, ""))
            if seen is not None:
                judged.facts[seen] = True
    if "customer_pays_part_percent" in table.outputs:
        _payables(judged)


def _decide(
    table: Table, facts: Facts, line: int | None, judged: Judged, evaluate: Evaluate
) -> list[Rule]:
    indexes = evaluate(table, facts)
    if table.hit == "unique" and len(indexes) > 1:
        ids = ", ".join(table.rules[index].id for index in indexes)
        judged.faults.append(f"{table.name}: rules {ids} hold together")
        indexes = indexes[:1]
    rules = [table.rules[index] for index in indexes]
    if not rules and table.otherwise is not None:
        rules = [table.otherwise]
    if not rules and table.hit != "collect":
        judged.faults.append(f"{table.name}: no rule decides")
    judged.hits.extend(TableHit(table, line, rule, facts) for rule in rules)
    return rules


def _set(facts: Known, table: Table, rules: Sequence[Rule]) -> None:
    """Outcomes that later tables may read become facts."""
    if table.hit == "collect":
        return
    for rule in rules:
        for name, value in rule.then.items():
            if not isinstance(value, tuple):
                facts[name] = value


def _number(value: Value | None) -> int:
    return value if isinstance(value, int) else 0


def _payables(judged: Judged) -> None:
    """Each line's part and labour, then the sums of the job."""
    payable = conceded = 0
    for line in judged.lines:
        facts = line.facts
        for kind in ("part", "labour"):
            full = _number(facts.get(f"{kind}_price_fen"))
            percent = _number(facts.get(f"customer_pays_{kind}_percent"))
            setattr(line, f"{kind}_payable_fen", percent_of(full, percent))
        payable += line.payable_fen
        if line.charge == "goodwill":
            conceded += line.full_fen - line.payable_fen
    judged.conceded_fen = conceded
    judged.facts["sum.payable_fen"] = payable
    judged.facts["sum.conceded_fen"] = conceded
    judged.facts["concession_fen"] = conceded
    judged.facts["total_fen"] = payable


def _call_out(judged: Judged) -> None:
    """The visit: base and started kilometres. A conceded waiver is a concession."""
    facts = judged.facts
    km = _number(facts.get("extra_km"))
    full = _number(facts.get("call_out_base_fen")) + km * _number(facts.get("call_out_km_fen"))
    judged.call_out_fen = percent_of(full, _number(facts.get("call_out_payable_percent")))
    if facts.get("call_out_conceded") is True:
        judged.conceded_fen += full - judged.call_out_fen
    facts["call_out_fen"] = judged.call_out_fen
    facts["concession_fen"] = judged.conceded_fen
    facts["total_fen"] = _number(facts.get("sum.payable_fen")) + judged.call_out_fen


def options_of(lines: Sequence[JudgedLine]) -> tuple[str, ...]:
    """What the customer may choose on any line, in the order of the policy."""
    offered = {option for line in lines for option in line.options}
    return tuple(option for option in OPTIONS if option in offered)
