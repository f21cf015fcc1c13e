"""Where two versions of a table could say something else of a decision, told by its record.

What the tables before said stands in the record, so nothing has to be judged: only those rules are
tried that one version alone has. A decision that a rule made which is gone or gives something else
now, and one for which a rule holds that is new, may turn out otherwise; every other one does not.
The new rules are first tried without their conditions on what other tables said, which costs less
to read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from fieldkit.rules.deciding.compiled import Compiled
from fieldkit.rules.deciding.facts import Known
from fieldkit.rules.impact.stored_record import Written
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
        self._gone = _decided_by(old, gone) if gone else None
        self._new_places = [new.rules.index(rule) for rule in come]
        self._before = {table.name for table in before if table.hit != "collect"}
        self._aggregates = {
            fact: (name, value)
            for table in before
            for name, facts in table.aggregates.items()
            for value, fact in facts.items()
        }
        given = {name for table in before for name in table.outputs}
        final = FINAL if given >= _SUMMED else frozenset()
        self._given = frozenset(given | self._aggregates.keys())
        self._wide = _trial(old, come, SUMS.keys() - final | self._given)
        self._exact = _trial(old, come, SUMS.keys() - final)

    def concern(self, written: Written) -> bool:
        """Whether the new version may say something else of this decision."""
        if self._gone is not None and self._gone.search(written.hits_text):
            return True
        evaluate = self._compiled.evaluate
        if not any(evaluate(self._wide, facts) for _, facts in self._seen(self._wide, written)):
            return False
        name = self._table.name
        hits = {hit.get("line"): hit["rule"] for hit in written.hits if hit["table"] == name}
        for line, facts in self._seen(self._exact, written):
            found = evaluate(self._exact, facts)
            # Under `first` a new rule says nothing after the one that decided.
            if found and self._new_places[found[0]] < self._places.get(hits.get(line, ""), _LAST):
                return True
        return False

    def _seen(self, trial: Table, written: Written) -> Iterator[tuple[int | None, Facts]]:
        """What the table saw of each line, or of the job, as far as the trial asks."""
        if not trial.rules:
            return
        read = frozenset(trial.facts)
        of_job = self._table.for_each == "job"
        job: Known = {} if read.isdisjoint(FINAL) else dict(written.sums)
        if of_job and read <= FINAL:
            yield None, job
            return
        job.update(written.job)
        if of_job and read.isdisjoint(self._given):
            yield None, job
            return
        lines = {line.line: dict(line.facts) for line in written.facts.lines}
        if not read.isdisjoint(self._given):
            self._give(read, written, job, lines)
        if of_job:
            yield None, job
            return
        for number, line in lines.items():
            yield number, job | line

    def _give(
        self,
        read: Collection[str],
        written: Written,
        job: Known,
        lines: Mapping[int, Known],
    ) -> None:
        """Add what the tables before said."""
        for hit in written.hits:
            if hit["table"] in self._before:
                about = job if hit.get("line") is None else lines[hit["line"]]
                about.update(hit["outcome"])
        for fact in read & self._aggregates.keys():
            name, value = self._aggregates[fact]
            job[fact] = any(line.get(name) == value for line in lines.values())


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


def _decided_by(table: Table, rules: Iterable[str]) -> re.Pattern[str]:
    """Finds a hit of one of the rules in the hits of a record."""
    ids = "|".join(map(re.escape, rules))
    head = f'"table":"{re.escape(table.name)}","for_each":"{table.for_each}"'
    return re.compile(rf'{head}(?:,"line":\w+)?,"rule":"(?:{ids})"')
