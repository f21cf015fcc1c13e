"""Whether a new pack could decide a case otherwise than an old one, found with as little work as
possible.

When no rule of either pack sees a difference between the facts of a case under the one and under
the other, and each table that means something else now says the same of them, then everything comes
out the same, and nothing has to be judged.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from fieldkit.domain.core.warranty import Term, claim_until, term_end
from fieldkit.rules.deciding.compiled import Compiled
from fieldkit.rules.deciding.facts import ASKED_FOR, CaseFacts, expiry, run_in_end, term_for
from fieldkit.rules.deciding.stages import tables_of
from fieldkit.rules.impact.changed_rules import Incomparable, Suspects, rule_key
from fieldkit.rules.impact.repricing import PERCENTS, VISIT, VISIT_RATES, Rates
from fieldkit.rules.impact.stored_record import StoredDecision
from fieldkit.rules.model.case import SERVICE
from fieldkit.rules.model.pack import Component, Facts, Pack, Rule, Table, Value


class Comparison:
    """Two packs: the old one (with the one that judged what was due on that day) and the new.

    `rates`: the rates of each, where they differ in nothing else and no rule can see one but in
    sums.
    """

    def __init__(
        self, old: Pack, old_today: Pack, new: Pack, holidays: Collection[date], compiled: Compiled
    ) -> None:
        self.old, self._new, self._holidays = old, new, holidays
        self.old_tables = tables_of(old, old_today)
        self._other_params = {name for name in ASKED_FOR if old.number(name) != new.number(name)}
        self._other_values = old.values.emergencies != new.values.emergencies or any(
            old.values.codes(name) != new.values.codes(name) for name in old.values.names
        )
        self._view = _View([*self.old_tables, *new.tables])
        self._other_components, self._terms = self._compared(new)
        asked = [ASKED_FOR[name] for name in self._other_params - {RUN_IN}]
        service = SERVICE in self._other_components or SERVICE in self._terms
        self._of_any_case = self._other_values or service or None in asked
        self._asked = [each for each in asked if each is not None]
        if RUN_IN in self._other_params:
            self._asked.append(("job_kind", "run_in_service"))
        pairs = [pair for pair in zip(self.old_tables, new.tables, strict=False) if _of_jobs(*pair)]
        self._changed = {a.name: b for a, b in pairs if _meaning(a) != _meaning(b)}
        names = [table.name for table in self.old_tables]
        self._comparable = names == [table.name for table in new.tables]
        self._suspects = self._all_suspects(compiled) if self._comparable else []
        self.rates = self._rates(new)

    def _all_suspects(self, compiled: Compiled) -> list[Suspects]:
        """The rules that only one pack has, by table."""
        try:
            return [
                Suspects(old, self._changed[old.name], self.old_tables[:number], compiled)
                for number, old in enumerate(self.old_tables)
                if old.name in self._changed
            ]
        except Incomparable:
            self._comparable = False
            return []

    def _compared(self, new: Pack) -> tuple[set[str], dict[str, Term]]:
        """The components of which other facts are made, and the new terms of those of which
        nothing but the length of the term is another one."""
        others, terms = set(), {}
        dated = self._view.measures("covered_until") or self._view.measures("claim_until")
        for key, each in self.old.components.items():
            now = new.components.get(key)
            if now is not None and _derivation(now) == _derivation(each):
                continue
            if dated or now is None or _derivation(now)[1:] != _derivation(each)[1:]:
                others.add(key)
            else:
                terms[key] = now.term
        return others, terms

    def _rates(self, new: Pack) -> tuple[Rates, Rates] | None:
        """The rates of the packs, where only they differ."""
        same_facts = not (self._other_components or self._terms or self._other_values)
        if not (same_facts and self._comparable and self._other_params <= {RATE, INCLUDED}):
            return None
        visits = [table for table in self.old_tables if not VISIT.isdisjoint(table.outputs)]
        percents = [table for table in self.old_tables if not PERCENTS.isdisjoint(table.outputs)]
        plain = all(table.hit != "collect" for table in percents)
        if not plain or len(visits) != 1 or self._view.reads(_COUNTED | VISIT_RATES):
            return None
        (visit,) = visits
        then = self._changed.get(visit.name, visit)
        if self._changed.keys() - {visit.name} or _unpriced(visit) != _unpriced(then):
            return None
        rates = _rates_of(self.old, visit), _rates_of(new, then)
        return rates if rates[0].minute_fen and rates[0] != rates[1] else None

    def same_rules(self, sums: Mapping[str, Iterable[tuple[int, int]]]) -> bool:
        """Whether no rule sees a difference of the sums before and after, given as pairs."""
        return not any(
            self._view.sees(name, *pair) for name, pairs in sums.items() for pair in pairs
        )

    def makes_others(self, stored: StoredDecision) -> bool:
        """Whether the new pack may make other facts of a case than the old one, in a way that
        could matter."""
        if self._of_any_case or (RUN_IN in self._other_params and self._other_run_in(stored)):
            return True
        if any(stored.has_recorded(*each) for each in self._asked):
            return True
        if not (self._other_components or self._terms):
            return False
        components = {line["component"] for line in stored.recorded.get("lines", ())}
        if not self._other_components.isdisjoint(components):
            return True
        return not components.isdisjoint(self._terms) and not self._ends_by_term(stored)

    def _other_run_in(self, stored: StoredDecision) -> bool:
        """Whether the other term of the run-in makes a vehicle be in time, or late."""
        job, start = stored.job_facts, stored.job_facts.get("start_date")
        if not isinstance(start, date):
            return False
        if stored.has_recorded("run_in_booked_on"):
            return True
        end = run_in_end(start, self._new)
        return job["run_in_in_time"] != (stored.report_date <= claim_until(end, self._holidays))

    def _ends_by_term(self, stored: StoredDecision) -> bool:
        """Whether the lines with another term are covered by it, and nothing else plays a part."""
        return not stored.has_any(_BESIDE_TERM) and all(
            facts.get("covered_by") == "term"
            for facts in stored.line_facts.values()
            if facts["component"] in self._terms
        )

    def with_new_terms(self, stored: StoredDecision) -> CaseFacts:
        """The facts of a decision with the ends of warranty by the new terms, as the new pack
        makes them unless it `makes_others`."""
        use, start = stored.job_facts.get("use"), stored.job_facts.get("start_date")
        if not self._terms or not isinstance(start, date):
            return stored.case_facts
        lines = []
        for line in stored.case_facts.lines:
            if term := self._terms.get(str(line.facts["component"])):
                ends = {"term": term_end(start, term_for(use, term))}
                now = expiry(ends, stored.report_date, self._holidays)
                line = replace(line, facts=line.facts | now)
            lines.append(line)
        return replace(stored.case_facts, lines=tuple(lines))

    def sees_difference(self, old: CaseFacts, new: CaseFacts) -> bool:
        """Whether some rule may see a difference of the facts that the packs make of one case."""
        return old is not new and self._view.sees_difference(old, new)

    def suspects(self, stored: StoredDecision) -> bool:
        """Whether the new rules may decide otherwise on the same facts; if not, they certainly do
        not."""
        return not self._comparable or any(each.concern(stored) for each in self._suspects)


RATE, INCLUDED, RUN_IN = "labour_fen_per_minute", "call_out_included_km", "run_in_days"
_COUNTED = frozenset({"part_price_fen", "labour_price_fen", "extra_km"})  # into amounts
_BY_SIZE = frozenset({"at_least", "at_most", "above", "below", "between"})


_BESIDE_TERM = frozenset(  # what an end of cover is made of beside start and term
    {
        "part_fitted_free_on",
        "part_sold_on",
        "previous_repair_date",
        "repair_periods",
        "parts_waiting_periods",
        "refurbished",
    }
)


class _View:
    """What rules can see of facts: of a number that is only asked for its size, between which
    boundaries it lies; of one that is only asked for its presence, whether it is there."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._exact, self._seen = set(_COUNTED), set(_COUNTED)
        self._read: set[str] = set()
        bounds: dict[str, set[Any]] = {}
        for condition in (c for table in tables for rule in table.rules for c in rule.when):
            self._seen.add(condition.fact)
            self._read.add(condition.fact)
            if condition.operator in _BY_SIZE:
                value = condition.value
                ends = value if isinstance(value, tuple) else (value,)
                bounds.setdefault(condition.fact, set()).update(ends)
            elif condition.operator != "present":
                self._exact.add(condition.fact)
        self._bounds = {fact: sorted(ends) for fact, ends in bounds.items()}

    def measures(self, fact: str) -> bool:
        """Whether some rule asks for more of a fact than its presence."""
        return fact in self._exact or fact in self._bounds

    def reads(self, facts: Collection[str]) -> bool:
        """Whether some rule asks for one of the facts."""
        return not self._read.isdisjoint(facts)

    def sees_difference(self, old: CaseFacts, new: CaseFacts) -> bool:
        """Whether some rule may see a difference."""
        if len(old.lines) != len(new.lines):
            return True
        pairs = zip(old.lines, new.lines, strict=True)
        return self._sees_any(old.facts, new.facts) or any(
            a.line != b.line or self._sees_any(a.facts, b.facts) for a, b in pairs
        )

    def _sees_any(self, old: Facts, new: Facts) -> bool:
        if old == new:
            return False
        return any(self.sees(name, old.get(name), new.get(name)) for name in {**old, **new})

    def sees(self, name: str, old: Value | None, new: Value | None) -> bool:
        """Whether some rule may see the difference of two values of a fact."""
        if old == new or name not in self._seen:
            return False
        if old is None or new is None or name in self._exact:
            return True
        bounds: list[Any] = self._bounds.get(name, [])
        return _between(bounds, old) != _between(bounds, new)


def _between(bounds: list[Any], value: int | str | date) -> tuple[int, int]:
    return bisect_left(bounds, value), bisect_right(bounds, value)


def _derivation(component: Component) -> tuple[Any, ...]:
    """Everything of a component that facts are made with."""
    some = component.term != Term()
    return component.term, some, component.remedy, component.system, component.main


def _rates_of(pack: Pack, visit: Table) -> Rates:
    visits = {
        rule.id: (_fen(rule, "call_out_base_fen"), _fen(rule, "call_out_km_fen"))
        for rule in visit.all_rules
    }
    return Rates(pack.number(RATE), pack.number(INCLUDED), visit.name, visits)


def _fen(rule: Rule, name: str) -> int:
    value = rule.then.get(name)
    return value if isinstance(value, int) else 0


def _unpriced(table: Table) -> tuple[Any, ...]:
    """Everything of a table that outcomes depend on but the rates of a visit."""

    def free(rule: Rule) -> Rule:
        rates = dict.fromkeys(VISIT_RATES & rule.then.keys(), 0)
        return replace(rule, then={**rule.then, **rates})

    rules = tuple(free(rule) for rule in table.rules)
    otherwise = table.otherwise and free(table.otherwise)
    return [rule.id for rule in rules], _meaning(replace(table, rules=rules, otherwise=otherwise))


def _of_jobs(old: Table, new: Table) -> bool:
    """Whether one of two versions of a table says something of jobs or their lines."""
    return not {old.for_each, new.for_each}.isdisjoint(("job", "line"))


def _meaning(table: Table) -> tuple[Any, ...]:
    """Everything of a table that outcomes depend on; not names, reasons, sources or places."""
    rules = [(rule_key(rule), dict(rule.then)) for rule in table.rules]
    outputs = {name: (each.type, each.values, each.many) for name, each in table.outputs.items()}
    otherwise = table.otherwise and dict(table.otherwise.then)
    return table.for_each, table.hit, outputs, rules, otherwise
