"""Where two versions of a table could say something else of a decision, read from its record.

What the tables before said stands in the record, so nothing has to be judged: only those rules are
tried that one version alone has. A decision that a rule made which is gone or gives something else
now, and one for which a rule holds that is new, may turn out otherwise; every other one does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from fieldkit.rules.deciding.compiled import Compiled
from fieldkit.rules.deciding.facts import Known
from fieldkit.rules.impact.stored_record import StoredDecision
from fieldkit.rules.model.outputs import SUMS
from fieldkit.rules.model.pack import Facts, Rule, Table


class Suspects:
    """The rules that only one of two versions of a table has, for decisions by the old one.

    `before` are the tables that run before it. Raises `Incomparable` where the versions differ
    in more than rules.
    """

    def __init__(self, old: Table, new: Table, before: Sequence[Table], compiled: Compiled) -> None:
        if _frame(old) != _frame(new):
            raise Incomparable
        self._table, self._compiled = old, compiled
        gone, come, self._places = _unmatched(old, new)
        self._gone = frozenset(gone)
        self._new_places = [new.rules.index(rule) for rule in come]
        self._before = {table.name for table in before if table.hit != "collect"}
        given = {name for table in before for name in table.outputs}
        final = FINAL if given >= _SUMMED else frozenset()
        self._trial = _trial(old, come, SUMS.keys() - final)
        self._aggregates = {
            fact: (name, value)
            for table in before
            for name, facts in table.aggregates.items()
            for value, fact in facts.items()
            if fact in self._trial.facts
        }

    def concern(self, stored: StoredDecision) -> bool:
        """Whether the new version may say something else of this decision."""
        hits = [hit for hit in stored.hits if hit.table == self._table.name]
        if any(hit.rule in self._gone for hit in hits):
            return True
        if not self._trial.rules:
            return False
        decided_by = {hit.line: hit.rule for hit in hits}
        for line, facts in self._seen(stored):
            found = self._compiled.evaluate(self._trial, facts)
            # Under `first` a new rule says nothing after the one that decided.
            if found:
                decided_at = self._places.get(decided_by.get(line, ""), _LAST)
                if self._new_places[found[0]] < decided_at:
                    return True
        return False

    def _seen(self, stored: StoredDecision) -> Iterator[tuple[int | None, Facts]]:
        """What the table saw of each line, or of the job, as far as the trial asks."""
        job: Known = {
            "call_out_fen": stored.call_out_fen,
            "total_fen": stored.total_fen,
            "concession_fen": stored.concession_fen,
            **stored.job_facts,
        }
        lines = {number: dict(facts) for number, facts in stored.line_facts.items()}
        for hit in stored.hits:
            if hit.table not in self._before:
                continue
            about = job if hit.line is None else lines[hit.line]
            for name, value in hit.outcome.items():
                if not isinstance(value, tuple):
                    about[name] = value
        for fact, (name, said) in self._aggregates.items():
            job[fact] = any(line.get(name) == said for line in lines.values())
        if self._table.for_each == "job":
            yield None, job
            return
        for number, line in lines.items():
            yield number, job | line


_SUMMED = frozenset({"call_out_payable_percent", "customer_pays_part_percent"})
"""What tables have given when all sums are final."""


_LAST = 10**9
"""After all rules: the place of `otherwise`."""


class Incomparable(Exception):
    """Two versions of a table differ in more than rules."""


FINAL = frozenset({"call_out_fen", "total_fen", "concession_fen"})
"""The sums that a record has as they were in the end."""


def rule_key(rule: Rule) -> tuple[Any, ...]:
    """What a rule asks."""
    return tuple((each.fact, each.operator, each.value) for each in rule.when)


def _frame(table: Table) -> tuple[Any, ...]:
    """What a table is beside its rules."""
    outputs = {name: (each.type, each.values, each.many) for name, each in table.outputs.items()}
    return table.name, table.for_each, table.hit, outputs, table.otherwise is None


def _unmatched(old: Table, new: Table) -> tuple[list[str], list[Rule], Mapping[str, int]]:
    """The ids of old rules that are gone or give something else, and the rules that ask something
    new. The others are the same in the same order: by id the place where each now is, if only one
    rule decides."""
    gone: list[str] = []
    come: list[Rule] = []
    places: dict[str, int] = {}
    before, after = ([repr(rule_key(rule)) for rule in table.rules] for table in (old, new))
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += [rule.id for rule in old.rules[i:j]]
            come += new.rules[k:m]
            continue
        pairs = zip(old.rules[i:j], new.rules[k:m], strict=True)
        gone += [a.id for a, b in pairs if dict(a.then) != dict(b.then)]
        places |= {rule.id: k + place for place, rule in enumerate(old.rules[i:j])}
    if old.otherwise and new.otherwise and dict(old.otherwise.then) != dict(new.otherwise.then):
        gone.append(old.otherwise.id)
    return gone, come, places if old.hit == "first" else {}


def _trial(table: Table, rules: Iterable[Rule], without: Collection[str]) -> Table:
    """A table of some rules without their conditions on some facts."""
    wide = (
        replace(rule, when=tuple(each for each in rule.when if each.fact not in without))
        for rule in rules
    )
    return replace(table, hit="first", rules=tuple(wide), otherwise=None)
