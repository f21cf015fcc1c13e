"""A sample of the mutants of a package, the same for the same seed and program."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.changes import Change, changes, compiles

PACKAGES = ("domain", "rules", "store", "sync", "office")


@dataclass(frozen=True)
class Mutant:
    """A module, as `fieldkit/domain/money.py`, with one change of it."""

    module: str
    change: Change

    def __str__(self) -> str:
        change = self.change
        old, new = (" ".join(text.split()) for text in (change.old, change.new))
        return f"{self.module}:{change.line} {change.kind}: {_short(old)} -> {_short(new)}"


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:157]}..."


def sample(top: Path, package: str, seed: int, count: int) -> list[Mutant]:
    """So many mutants of `fieldkit/PACKAGE` under `top`, each at another place of the text.

    A place is drawn first and then one of its changes, so that a place with many changes counts
    as much as another. Migrations are left out: they are history, and nobody changes them.
    """
    places: dict[tuple[str, int, int], list[Change]] = defaultdict(list)
    sources = {}
    for file in sorted((top / "fieldkit" / package).rglob("*.py")):
        module = file.relative_to(top).as_posix()
        if "/migrations/" not in module:
            sources[module] = file.read_bytes()
            for change in changes(sources[module]):
                places[module, change.start, change.end].append(change)
    rng = random.Random(f"{package} {seed}")
    order = sorted(places)
    rng.shuffle(order)
    drawn: list[Mutant] = []
    while order and len(drawn) < count:
        place = order.pop()
        mutant = Mutant(place[0], rng.choice(places[place]))
        if compiles(mutant.change.applied(sources[mutant.module])):
            drawn.append(mutant)
    return drawn
