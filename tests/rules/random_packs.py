"""Random typed tables and facts for the engines to agree on."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from fieldkit.domain.core.decision import Text
from fieldkit.rules.model.pack import Condition, Output, Position, Rule, Table, Value

AT = Position("random.yaml", 1, 1)
NOTHING = Text(en="-", zh="-")
ENUM = ("red", "green", "blue", "schwarz", "grün")
DAY = date(2026, 11, 5)
TYPES = {
    "i0": "int",
    "i1": "int",
    "b0": "bool",
    "b1": "bool",
    "e0": "enum",
    "e1": "enum",
    "d0": "date",
}

ints = st.integers(-4, 4) | st.sampled_from([-36_500, 36_500, 1_000_000_000])
dates = st.integers(-3, 3).map(lambda days: DAY + timedelta(days=days))
_VALUES: dict[str, st.SearchStrategy[Value]] = {
    "int": ints,
    "bool": st.booleans(),
    "enum": st.sampled_from(ENUM),
    "date": dates,
}


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """One condition that the loader would let through."""
    fact = draw(st.sampled_from(sorted(TYPES)))
    kind = TYPES[fact]
    value = _VALUES[kind]
    allowed = ["is", "is_not", "present"]
    if kind != "bool":
        allowed += ["any_of", "none_of"]
    if kind in ("int", "date"):
        allowed += ["at_least", "at_most", "above", "below", "between"]
    operator = draw(st.sampled_from(allowed))
    operand: Value | tuple[Value, ...]
    if operator == "present":
        operand = draw(st.booleans())
    elif operator in ("any_of", "none_of"):
        operand = tuple(draw(st.lists(value, min_size=1, max_size=4, unique=True)))
    elif operator == "between":
        operand = tuple(sorted((draw(value), draw(value))))
    else:
        operand = draw(value)
    return Condition(fact, operator, operand, AT)


@st.composite
def tables(draw: st.DrawFn, name: str = "random", max_rules: int = 12) -> Table:
    """A table with random rules; some facts are tested twice in one rule."""
    rules = draw(st.lists(st.lists(conditions(), max_size=4), min_size=1, max_size=max_rules))
    hit = draw(st.sampled_from(["first", "collect", "unique"]))
    return make_table(name, rules, hit)


def make_table(name: str, rules: list[list[Condition]], hit: str = "first") -> Table:
    """A table from lists of conditions."""
    return Table(
        name=name,
        for_each="job",
        hit=hit,  # type: ignore[arg-type]  # one of the three
        outputs={"out": Output("out", "int")},
        rules=tuple(
            Rule(f"r{index}", tuple(when), {"out": index}, NOTHING, "test", AT)
            for index, when in enumerate(rules)
        ),
        otherwise=None,
        at=AT,
    )


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Value]:
    """Facts of the right types, any of them absent."""
    present = draw(st.sets(st.sampled_from(sorted(TYPES))))
    return {name: draw(_VALUES[TYPES[name]]) for name in sorted(present)}


# -- the same by a seed: for millions, where Hypothesis would take most of the time ----------

_POOLS: dict[str, tuple[Value, ...]] = {
    "int": (*range(-4, 5), -36_500, 36_500, 1_000_000_000),
    "bool": (False, True),
    "enum": ENUM,
    "date": tuple(DAY + timedelta(days=days) for days in range(-3, 4)),
}
_OPERATORS = {
    "bool": ("is", "is_not", "present"),
    "enum": ("is", "is_not", "present", "any_of", "none_of"),
    "int": (
        "is", "is_not", "present", "any_of", "none_of", "at_least", "at_most", "above", "below",
        "between",
    ),
}  # fmt: skip
_OPERATORS["date"] = _OPERATORS["int"]


def seeded_condition(rng: random.Random) -> Condition:
    """One condition that the loader would let through."""
    fact = rng.choice(sorted(TYPES))
    kind = TYPES[fact]
    pool, operator = _POOLS[kind], rng.choice(_OPERATORS[kind])
    operand: Value | tuple[Value, ...] = rng.choice(pool)
    if operator == "present":
        operand = rng.random() < 0.5
    elif operator in ("any_of", "none_of"):
        operand = tuple(rng.sample(pool, rng.randint(1, min(4, len(pool)))))
    elif operator == "between":
        ends: list[Any] = [rng.choice(pool), rng.choice(pool)]
        operand = tuple(sorted(ends))
    return Condition(fact, operator, operand, AT)


def seeded_table(rng: random.Random, max_rules: int = 12) -> Table:
    """A table with random rules."""
    rules = [
        [seeded_condition(rng) for _ in range(rng.randint(0, 4))]
        for _ in range(rng.randint(1, max_rules))
    ]
    return make_table("random", rules, rng.choice(["first", "collect", "unique"]))


def seeded_facts(rng: random.Random) -> dict[str, Value]:
    """Facts of the right types, each of them absent now and then."""
    return {name: rng.choice(_POOLS[kind]) for name, kind in TYPES.items() if rng.random() < 0.75}
