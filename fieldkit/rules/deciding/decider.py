"""The live decision: facts, both engines on every table, and the record of it all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fieldkit.domain.core.decision import (
    ComplaintDecision,
    ConditionHit,
    Deadlines,
    Decision,
    Escalation,
    FollowUpCall,
    Hit,
    LineDecision,
    Outcome,
    Scalar,
    Text,
)
from fieldkit.domain.core.money import PartPrice
from fieldkit.rules.deciding.cover_chain import cover_chain, guarantee_days
from fieldkit.rules.deciding.facts import CaseFacts, Known, derive
from fieldkit.rules.deciding.second_engine import engine_fault
from fieldkit.rules.deciding.stages import (
    Judged,
    JudgedLine,
    TableHit,
    judge,
    options_of,
    tables_of,
)
from fieldkit.rules.loading.sentences import fill
from fieldkit.rules.model import semantics
from fieldkit.rules.model.case import Case, CaseLine
from fieldkit.rules.model.outputs import DUES
from fieldkit.rules.model.pack import Condition, Facts, Pack, Rule, Table, Value

if TYPE_CHECKING:
    from fieldkit.rules.deciding.durable_engine import Engine

_LOG = logging.getLogger(__name__)
_FAULT = Text(
    en="The program could not decide this with certainty; a supervisor decides.",
    zh="系统无法确定，由主管决定。",
)


class Decider:
    """Decides cases by a pack, with both engines. Safe to use from several threads; close it."""

    def __init__(
        self, pack: Pack, prices: Mapping[str, PartPrice], holidays: Collection[date] = frozenset()
    ) -> None:
        self._pack = pack
        self._prices = prices
        self._holidays = holidays
        self._engines: dict[str, Engine] = {}
        self._lock = threading.Lock()

    def decide(self, case: Case, today: date, today_pack: Pack | None = None) -> Decision:
        """The decision on a case. `today_pack` is the pack in force today, where it is not the
        one in force on the day of the report.

        `FieldkitError` for a part that the price list lacks. Nothing else is raised: where the
        engines differ or one fails, every line needs the supervisor and the record says so. Where
        durable_rules cannot be loaded the reference decides alone (`engine_missing`).
        """
        now = today_pack or self._pack
        facts = derive(case, self._pack, self._prices, self._holidays, today)
        tables = tables_of(self._pack, now)
        watch = _Watch(self, self._pack, now)
        judged = judge(facts, tables, watch.evaluate)
        reports = watch.reports + judged.faults
        if reports:
            _LOG.error("rules of pack %s: %s", self._pack.sha256[:12], "; ".join(reports))
        decision = record_of(case, facts, judged, self._pack, now, reports)
        return decision.model_copy(update={"engine_missing": True}) if engine_fault() else decision

    def close(self) -> None:
        """Free the engines."""
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()

    def __enter__(self) -> Decider:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def engine_of(self, pack: Pack) -> Engine:
        """The engine of a pack, built when it is first needed."""
        from fieldkit.rules.deciding.durable_engine import Engine

        with self._lock:
            engine = self._engines.get(pack.sha256)
            if engine is None:
                engine = self._engines[pack.sha256] = Engine(pack.tables)
            return engine

    def drop_engine(self, pack: Pack) -> None:
        """Drop a failed engine without freeing it; its state is undefined."""
        with self._lock:
            self._engines.pop(pack.sha256, None)


class _Watch:
    """Evaluates by the reference and lets durable_rules check it, noting every difference."""

    def __init__(self, decider: Decider, pack: Pack, today_pack: Pack) -> None:
        self._decider = decider
        self._packs = {id(table): pack for table in pack.tables}
        self._packs |= {id(table): today_pack for table in today_pack.tables}
        self.reports: list[str] = []

    def evaluate(self, table: Table, facts: Facts) -> tuple[int, ...]:
        meant = semantics.evaluate(table, facts)
        if engine_fault():
            return meant
        pack = self._packs[id(table)]
        try:
            found = self._decider.engine_of(pack).evaluate(table, facts)
        except Exception as error:  # an engine of C code: whatever it raises must not stop the work
            self._decider.drop_engine(pack)
            self.reports.append(f"{table.name}: engine failed ({type(error).__name__}: {error})")
            return meant
        if found != meant:
            self.reports.append(f"{table.name}: reference {meant}, engine {found}")
        return meant


def scalar(value: Value) -> Scalar:
    """A fact as the record keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def recorded_outcome(rule: Rule) -> dict[str, Outcome]:
    """What a rule gives, as the record keeps it."""
    then = rule.then.items()
    return {name: value if isinstance(value, tuple) else scalar(value) for name, value in then}


def _scalars(facts: Facts) -> dict[str, Scalar]:
    return {name: scalar(value) for name, value in facts.items()}


def record_of(
    case: Case,
    facts: CaseFacts,
    judged: Judged,
    pack: Pack,
    today_pack: Pack,
    reports: Sequence[str],
) -> Decision:
    """The record of what the tables said. With `reports` of a fault nothing is charged and every
    line needs the supervisor."""
    recorded = {line.line: line for line in case.lines}
    dated = case.model_copy(update={"report_date": facts.report_date})
    lines = tuple(
        _line(line, own.facts, judged.facts, dated, recorded.get(line.line), pack, bool(reports))
        for line, own in zip(judged.lines, facts.lines, strict=True)
    )
    approval: Any = judged.facts.get("approval", "none")
    if reports and facts.record == "job" and approval == "none":
        approval = "supervisor"
    actions = [rule.then for rule in judged.rows]
    packs = {id(table): today_pack for table in today_pack.tables}
    open_complaint = judged.facts.get("open_complaint", "none")
    return Decision(
        record=case.record,
        pack=pack.ref,
        today_pack=today_pack.ref,
        report_date=facts.report_date,
        today=facts.today,
        recorded=case.model_dump(mode="json", exclude_defaults=True, exclude=_PRIVATE),
        facts=_scalars(facts.facts),
        hits=tuple(_hit(hit, packs.get(id(hit.table), pack)) for hit in judged.hits),
        lines=lines,
        call_out_fen=0 if reports else judged.call_out_fen,
        total_fen=0 if reports else judged.total_fen,
        concession_fen=judged.conceded_fen,
        remedy_options=options_of(judged.lines),
        approval=approval,
        escalations=_escalations(actions),
        instructions=_instructions(actions),
        complaint=_complaint(judged.facts),
        open_complaint=None if open_complaint == "none" else str(open_complaint),
        follow_ups=_follow_ups(judged.rows, facts),
        agreed=not reports,
        engine_report="; ".join(reports) or None,
    )


# Free text about people is not kept in the record.
_PRIVATE: Any = {"complaint_text": True, "lines": {"__all__": {"note"}}}


def _line(
    line: JudgedLine,
    own: Known,
    job: Known,
    case: Case,
    recorded: CaseLine | None,
    pack: Pack,
    in_doubt: bool,
) -> LineDecision:
    """`recorded` is the line as it was recorded; None of the one that a service is by itself."""
    facts = line.facts
    coverage, charge = line.rules.get("coverage"), line.rules.get("charge")
    known = {**job, **facts}
    decided = [rule for rule in (coverage, charge) if rule]
    reasons = [fill(rule.because, known, pack) for rule in decided]
    guaranteed = None
    if recorded is not None:
        reasons.append(cover_chain(case, recorded, known, pack, decided))
        guaranteed = guarantee_days(line.charge, recorded, pack)
    because = Text(
        en=" ".join(reason.en for reason in reasons if reason.en),
        zh="".join(reason.zh for reason in reasons),
    )
    verdict: Any = "needs_supervisor" if in_doubt else line.charge
    remedy: Any = facts.get("remedy", "none")
    last: Any = facts.get("covered_until")
    claim: Any = facts.get("claim_until")
    return LineDecision(
        line=line.line,
        charge=verdict,
        remedy=remedy,
        remedy_options=line.options,
        covered_until=last,
        claim_until=claim,
        part_fen=int(facts["part_price_fen"]),  # type: ignore[arg-type]  # money facts are int
        labour_fen=int(facts["labour_price_fen"]),  # type: ignore[arg-type]  # money facts are int
        part_payable_fen=0 if in_doubt else line.part_payable_fen,
        labour_payable_fen=0 if in_doubt else line.labour_payable_fen,
        customer_pays_fen=0 if in_doubt else line.payable_fen,
        coverage=str(facts.get("coverage", "unclear")),
        rule=charge.id if charge else "none",
        coverage_rule=coverage.id if coverage else "none",
        because=_FAULT if in_doubt else because,
        facts=_scalars(own) | ({"guarantee_days": guaranteed} if guaranteed else {}),
    )


def _hit(hit: TableHit, pack: Pack) -> Hit:
    return Hit(
        table=hit.table.name,
        for_each=hit.table.for_each,
        line=hit.line,
        rule=hit.rule.id,
        conditions=tuple(condition_hit(condition, hit.facts) for condition in hit.rule.when),
        outcome=recorded_outcome(hit.rule),
        because=fill(hit.rule.because, hit.facts, pack),
        source=hit.rule.source,
    )


def condition_hit(condition: Condition, facts: Facts) -> ConditionHit:
    """A condition as a record keeps it, with the value that was there."""
    actual, value = facts.get(condition.fact), condition.value
    expected = tuple(map(scalar, value)) if isinstance(value, tuple) else scalar(value)
    return ConditionHit(
        fact=condition.fact,
        operator=condition.operator,
        expected=expected,
        actual=None if actual is None else scalar(actual),
    )


def _escalations(actions: Iterable[Mapping[str, Any]]) -> tuple[Escalation, ...]:
    """Each level and department once, with its most urgent due, in the order of the tables."""
    soonest: dict[tuple[str, str], str] = {}
    for then in actions:
        for text in then.get("escalate", ()):
            level, department, due = text.split(" ")
            held = soonest.get((level, department), due)
            soonest[level, department] = min(held, due, key=DUES.index)
    rows: list[Any] = [(level, dept, due) for (level, dept), due in soonest.items()]
    return tuple(Escalation(level=a, department=b, due=c) for a, b, c in rows)


def _instructions(actions: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    listed = (text for then in actions for text in then.get("instructions", ()))
    return tuple(dict.fromkeys(listed))


def _complaint(facts: Known) -> ComplaintDecision | None:
    grade: Any = facts.get("complaint_grade")
    if grade is None:
        return None
    hours: Any = facts.get("reply_hours", 0)
    interim: Any = facts.get("interim_workdays")
    solve_h: Any = facts.get("solve_hours")
    solve_wd: Any = facts.get("solve_workdays")
    deadlines = Deadlines(reply_h=hours, interim_wd=interim, solve_h=solve_h, solve_wd=solve_wd)
    department = str(facts.get("complaint_department", "after_sales"))
    return ComplaintDecision(department=department, grade=grade, deadlines=deadlines)


def _follow_ups(rows: Iterable[Rule], case: CaseFacts) -> tuple[FollowUpCall, ...]:
    """The calls to make; one counted in days from the purchase has its date at once."""
    calls = []
    for rule in rows:
        kind: Any = rule.then.get("follow_up")
        if kind is None:
            continue
        after: Any = rule.then.get("follow_up_after", "service")
        hours: Any = rule.then.get("follow_up_hours")
        days: Any = rule.then.get("follow_up_days")
        start = case.facts.get("start_date")
        due = None
        if after == "purchase" and days is not None and isinstance(start, date):
            due = start + timedelta(days=days)
        calls.append(FollowUpCall(kind=kind, after=after, hours=hours, days=days, due=due))
    return tuple(calls)
