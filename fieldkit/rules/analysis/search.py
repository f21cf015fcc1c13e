"""Looking for a case inside one box and outside others.

A *box* gives each variable a set of values, as bits; it holds where every variable lies in its
set. A *clause* is the outside of a box: one variable, at least, lies in its set. The search takes
boxes away from a box, depth first, and stops at the first part that is left; what it answers is
again a box, every point of which is such a case. It ends always: work is counted, and a question
that costs too much is given up with `Cut`, never answered wrongly.
"""

from __future__ import annotations

from collections.abc import Sequence

Clause = tuple[tuple[int, int], ...]
Domains = list[int]


class Cut(Exception):
    """The question was given up: its share of the work is used up."""


class Work:
    """How much may be done: clauses looked at, for one question and for all of them."""

    def __init__(self, each: int, total: int) -> None:
        self._each = each
        self._left = total
        self._now = 0

    def begin(self) -> None:
        """Start a question."""
        self._now = min(self._each, self._left)

    def spend(self, clauses: int) -> None:
        """Count work; raises `Cut` when it is too much."""
        self._now -= clauses
        self._left -= clauses
        if self._now < 0:
            raise Cut


def search(domains: Sequence[int], clauses: Sequence[Clause], work: Work) -> Domains | None:
    """A box inside `domains` in which every clause holds throughout; None where there is none."""
    work.begin()
    if not all(domains):
        return None
    stack: list[tuple[Domains, Sequence[Clause]]] = [(list(domains), clauses)]
    while stack:
        here, open_clauses = stack.pop()
        left = _narrow(here, open_clauses, work)
        if left is None:
            continue
        if not left:
            return here
        variable, allowed = _choice(here, left)
        other = here.copy()
        other[variable] &= ~allowed
        here[variable] &= allowed
        stack.append((other, left))
        stack.append((here, left))
    return None


def _narrow(domains: Domains, clauses: Sequence[Clause], work: Work) -> list[Clause] | None:
    """Draw every forced conclusion. Answers the clauses still open, None for a contradiction."""
    while True:
        work.spend(len(clauses) + 1)
        forced = False
        left: list[Clause] = []
        for clause in clauses:
            alive: list[tuple[int, int]] = []
            for literal in clause:
                inside = domains[literal[0]] & literal[1]
                if inside == domains[literal[0]]:
                    break
                if inside:
                    alive.append(literal)
            else:
                if not alive:
                    return None
                if len(alive) == 1:
                    variable, allowed = alive[0]
                    domains[variable] &= allowed
                    forced = True
                else:
                    left.append(tuple(alive))
        if not forced:
            return left
        clauses = left


def _choice(domains: Domains, clauses: Sequence[Clause]) -> tuple[int, int]:
    """The variable that most clauses speak of, and values of it that decide many at once."""
    counts: dict[int, int] = {}
    for clause in clauses:
        for variable, _ in clause:
            counts[variable] = counts.get(variable, 0) + 1
    chosen = max(counts, key=counts.__getitem__)
    allowed = domains[chosen]
    for clause in clauses:
        for variable, mask in clause:
            if variable == chosen and allowed & mask:
                allowed &= mask
    return chosen, allowed
