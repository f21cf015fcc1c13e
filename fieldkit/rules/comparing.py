"""Whether a new pack could decide a case otherwise than an old one, told with as little work as
possible.

When no rule of either pack can tell the facts of a case under the one from those under the other,
and each table that means something else now says the same of them, then everything comes out the
same. So only the changed tables and those whose outcomes they read have to be judged.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from fieldkit.domain.warranty import Term
from fieldkit.rules.case import SERVICE
from fieldkit.rules.compiled import Compiled
from fieldkit.rules.contract import SUMS
from fieldkit.rules.facts import ASKED_FOR, CaseFacts
from fieldkit.rules.judge import judge, tables_of
from fieldkit.rules.pack import Component, Facts, Pack, Rule, Table, Value
from fieldkit.rules.repricing import PERCENTS, VISIT, VISIT_RATES, Rates
from fieldkit.rules.vocabulary import FACTS


class Comparison:
    """Two packs: the old one (with the one that judged what was due on that day) and the new.

    `rates`: the rates of each, where they differ in nothing else and no rule can see one but in
    sums. `same_tables`: the rules mean the same, so only other facts could make a difference.
    """

    def __init__(self, old: Pack, old_today: Pack, new: Pack, compiled: Compiled) -> None:
        self.old = old
        self.old_tables = tables_of(old, old_today)
        self._other_params = {name for name in ASKED_FOR if old.number(name) != new.number(name)}
        self._other_terms = {
            key
            for key, each in old.components.items()
            if key not in new.components or _derivation(each) != _derivation(new.components[key])
        }
        self._other_values = old.values.emergencies != new.values.emergencies or any(
            old.values.codes(name) != new.values.codes(name) for name in old.values.names
        )
        self._compiled = compiled
        self._view = _View([*self.old_tables, *new.tables])
        self._only_longer = self._lasts_longer(new)
        self._marks = self._asked_for()
        names = [table.name for table in self.old_tables]
        self._comparable = names == [table.name for table in new.tables]
        pairs = zip(self.old_tables, new.tables, strict=False)
        self._changed = {a.name: b for a, b in pairs if _meaning(a) != _meaning(b)}
        self._needed = _needed(self.old_tables, self._changed)
        self._suspects = [
            (table.for_each, _suspects(table, self._changed[table.name]))
            for table in self.old_tables
            if table.name in self._changed
        ]
        self.same_tables = self._comparable and not self._changed
        self.rates = self._rates(new)

    def _asked_for(self) -> list[str]:
        """What a recorded case must contain, some of it, for both to make other facts of it."""
        marks = [ASKED_FOR[name] for name in self._other_params]
        if self._other_values or SERVICE in self._other_terms:
            return [""]
        return marks + [f'"component":"{key}"' for key in self._other_terms]

    def _lasts_longer(self, new: Pack) -> bool:
        """Whether all that other facts are made with are terms that last longer, and no rule asks
        until when."""
        if self._other_params or self._other_values:
            return False
        pairs = [(self.old.components[key], new.components[key]) for key in self._other_terms]
        return (
            all(_derivation(replace(b, term=a.term)) == _derivation(a) for a, b in pairs)
            and all(_longer(a.term, b.term) for a, b in pairs)
            and not self._view.measures("covered_until")
            and not self._view.measures("claim_until")
        )

    def _rates(self, new: Pack) -> tuple[Rates, Rates] | None:
        """The rates of the packs, where only they differ."""
        same_facts = not self._other_terms and not self._other_values
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
        """Whether no rule can tell the sums before from those after, given as pairs."""
        return not any(
            self._view.sees(name, *pair) for name, pairs in sums.items() for pair in pairs
        )

    def makes_others(self, recorded: str) -> bool:
        """Whether the new pack may make other facts of a case, given as JSON, than the old one."""
        return any(mark in recorded for mark in self._marks)

    def still_open(self, lines: Iterable[Mapping[str, Any]]) -> bool:
        """Whether other terms make no difference to the lines of a record, because each was still
        covered by a term that now lasts longer."""
        return self._only_longer and all(
            facts.get("claim_open") is True and facts.get("covered_by") == "term"
            for facts in (line["facts"] for line in lines)
            if facts["component"] in self._other_terms
        )

    def may_differ(self, old: CaseFacts, new: CaseFacts) -> bool:
        """Whether the packs may decide otherwise of the facts that they made of one case; if not,
        they certainly do not."""
        if not self._comparable or (old is not new and self._view.can_tell(old, new)):
            return True
        return self._suspected(old) and self._differs(old)

    def _suspected(self, facts: CaseFacts) -> bool:
        """Whether some rule that only one of the packs has might hold."""
        for for_each, table in self._suspects:
            if table is None:
                return True
            if for_each != "line":
                if self._compiled.evaluate(table, facts.facts):
                    return True
            elif any(
                self._compiled.evaluate(table, facts.facts | line.facts) for line in facts.lines
            ):
                return True
        return False

    def _differs(self, facts: CaseFacts) -> bool:
        differs = False

        def evaluate(table: Table, given: Facts) -> tuple[int, ...]:
            nonlocal differs
            hits = self._compiled.evaluate(table, given)
            other = self._changed.get(table.name)
            if other is not None and not differs:
                told = self._compiled.evaluate(other, given)
                differs = _outcomes(table, hits) != _outcomes(other, told)
            return hits

        judge(facts, self._needed, evaluate)
        return differs


RATE, INCLUDED = "labour_fen_per_minute", "call_out_included_km"
_COUNTED = frozenset({"part_price_fen", "labour_price_fen", "extra_km"})  # into amounts
_BY_SIZE = frozenset({"at_least", "at_most", "above", "below", "between"})


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

    def can_tell(self, old: CaseFacts, new: CaseFacts) -> bool:
        """Whether some rule may see a difference."""
        if len(old.lines) != len(new.lines):
            return True
        pairs = zip(old.lines, new.lines, strict=True)
        return self._tells(old.facts, new.facts) or any(
            a.line != b.line or self._tells(a.facts, b.facts) for a, b in pairs
        )

    def _tells(self, old: Facts, new: Facts) -> bool:
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
    return component.term, component.remedy, component.system, component.main


def _longer(old: Term, new: Term) -> bool:
    """Whether the new term ends no earlier than the old one, counted alike from any start."""
    same_unit = bool(old.months) == bool(new.months) and bool(old.days) == bool(new.days)
    return same_unit and new.months >= old.months and new.days >= old.days


def _rates_of(pack: Pack, visit: Table) -> Rates:
    rules = (*visit.rules, *((visit.otherwise,) if visit.otherwise else ()))
    visits = {
        rule.id: (_fen(rule, "call_out_base_fen"), _fen(rule, "call_out_km_fen")) for rule in rules
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


def _meaning(table: Table) -> tuple[Any, ...]:
    """Everything of a table that outcomes depend on; not names, reasons, sources or places."""
    rules = [_rule(rule) for rule in table.rules]
    outputs = {name: (each.type, each.values, each.many) for name, each in table.outputs.items()}
    otherwise = table.otherwise and dict(table.otherwise.then)
    return table.for_each, table.hit, outputs, rules, otherwise


def _rule(rule: Rule) -> tuple[Any, ...]:
    return [(each.fact, each.operator, each.value) for each in rule.when], dict(rule.then)


def _suspects(old: Table, new: Table) -> Table | None:
    """The rules that only one of two versions of a table has, or has in another place, without
    the conditions that no record answers: where none of them holds, both say the same.

    None where the versions differ in more than rules.
    """
    if _meaning(replace(old, rules=())) != _meaning(replace(new, rules=())):
        return None
    before, after = ([repr(_rule(rule)) for rule in table.rules] for table in (old, new))
    only: list[Rule] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            only += [*old.rules[i:j], *new.rules[k:m]]
    wide = [
        replace(rule, when=tuple(c for c in rule.when if c.fact in FACTS and c.fact not in SUMS))
        for rule in only
    ]
    return replace(old, hit="first", rules=tuple(wide), otherwise=None)


def _outcomes(table: Table, hits: tuple[int, ...]) -> list[Any]:
    if hits or table.otherwise is None:
        return [table.rules[index].then for index in hits]
    return [table.otherwise.then]


def _needed(tables: Sequence[Table], changed: Collection[str]) -> list[Table]:
    """The changed tables and all whose outcomes they read, directly or not, in their order."""
    needed: list[Table] = []
    read: set[str] = set()
    for table in reversed(tables):
        if table.name in changed or any(_sets(table, fact) for fact in read):
            needed.append(table)
            read.update(table.facts)
    return needed[::-1]


_SUMMED = frozenset(name for names in SUMS.values() for name in names)
_SUMMED_TOO = frozenset({"customer_pays_labour_percent", "call_out_base_fen", "call_out_km_fen"})


def _sets(table: Table, fact: str) -> bool:
    if fact in SUMS:
        return not (_SUMMED | _SUMMED_TOO).isdisjoint(table.outputs)
    _, _, rest = fact.partition("any_line.")
    name = rest.partition(".")[0] if rest else fact
    return name in table.outputs
