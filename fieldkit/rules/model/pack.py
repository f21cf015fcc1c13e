"""A rule pack in memory: checked, typed and immutable. Made by `loading/loader.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from fieldkit.domain.core.decision import PackRef, Text
from fieldkit.domain.core.local_time import CallingHours
from fieldkit.domain.core.warranty import Term

Value = bool | int | str | date
Facts = Mapping[str, Value]
FactType = Literal["int", "bool", "enum", "date", "money"]
ForEach = Literal["line", "job", "complaint", "survey"]
Scope = Literal["job", "line", "complaint", "survey"]
HitPolicy = Literal["first", "unique", "collect"]
OPERATORS = (
    "is",
    "is_not",
    "any_of",
    "none_of",
    "at_least",
    "at_most",
    "above",
    "below",
    "between",
    "present",
)


@dataclass(frozen=True, slots=True)
class Position:
    """Where something stands in a pack: file name, line and column from 1."""

    file: str
    line: int
    col: int


@dataclass(frozen=True, slots=True)
class Condition:
    """`fact operator value`; the value of `any_of`, `none_of` and `between` is a tuple."""

    fact: str
    operator: str
    value: Value | tuple[Value, ...]
    at: Position


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table; all its conditions must hold. Also the `otherwise` of a table."""

    id: str
    when: tuple[Condition, ...]
    then: Mapping[str, Value | tuple[str, ...]]
    because: Text
    source: str
    at: Position


@dataclass(frozen=True, slots=True)
class Output:
    """What a table may set: a value of `type`, or with `many` a list of enum values."""

    name: str
    type: FactType
    values: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True)
class Table:
    """An ordered list of rules over one kind of record."""

    name: str
    for_each: ForEach
    hit: HitPolicy
    outputs: Mapping[str, Output]
    rules: tuple[Rule, ...]
    otherwise: Rule | None
    at: Position

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """Its rules and, last, `otherwise` where there is one."""
        return self.rules if self.otherwise is None else (*self.rules, self.otherwise)

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The facts that its conditions read, each once, in order of first use."""
        return tuple(dict.fromkeys(c.fact for rule in self.rules for c in rule.when))

    @cached_property
    def aggregates(self) -> Mapping[str, Mapping[Value, str]]:
        """The facts of a job that sum up a line table: `any_line.charge.free` by the output that
        it is about and the value that some line must have."""
        if self.for_each != "line" or self.hit == "collect":
            return {}
        named: dict[str, Mapping[Value, str]] = {}
        for name, output in self.outputs.items():
            if output.type == "enum" and not output.many:
                named[name] = {value: f"any_line.{name}.{value}" for value in output.values}
            elif output.type == "bool":
                named[name] = {True: f"any_line.{name}"}
        return named


@dataclass(frozen=True, slots=True)
class FactDef:
    """One fact. `low` and `high` bound a number; `always` means that it is never absent."""

    name: str
    type: FactType
    scope: Scope
    means: Text
    unit: str = ""
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    always: bool = False


@dataclass(frozen=True, slots=True)
class Values:
    """The values of the trade: their names by list (`component`, `cause` ...) and code.

    `emergencies` says of a hazard when it is one: `always`, or `while_rising`.
    """

    names: Mapping[str, Mapping[str, Text]]
    emergencies: Mapping[str, str]

    def codes(self, section: str) -> tuple[str, ...]:
        """The codes of a list, in the order of the file."""
        return tuple(self.names[section])

    def emergency(self, when: str) -> frozenset[str]:
        """The hazards that are an emergency `always`, or `while_rising`."""
        return frozenset(code for code, each in self.emergencies.items() if each == when)


@dataclass(frozen=True, slots=True)
class Component:
    """The warranty term of a component, its remedy, and what it belongs to."""

    key: str
    name: Text
    term: Term
    remedy: str
    system: str
    main: bool
    source: str


@dataclass(frozen=True, slots=True)
class Param:
    """A number of the policy with its unit (`fen` is money)."""

    name: str
    value: int
    unit: str
    source: str


@dataclass(frozen=True)
class Pack:
    """A whole pack. `today_tables` are those judged by the pack in force today rather than on the
    day of the report. `calling_hours`: None where it says nothing of them. `facts` are all that its
    rules may read. `sha256` covers every file of the pack by name and content."""

    name: str
    revision: int
    effective_from: date
    expires: date | None
    time_zone: str
    calling_hours: CallingHours | None
    tables: tuple[Table, ...]
    today_tables: frozenset[str]
    components: Mapping[str, Component]
    params: Mapping[str, Param]
    values: Values
    facts: Mapping[str, FactDef]
    sha256: str
    files: tuple[str, ...] = field(default=())

    @property
    def ref(self) -> PackRef:
        """What a decision record keeps of the pack."""
        return PackRef(name=self.name, revision=self.revision, sha256=self.sha256)

    def number(self, name: str) -> int:
        """The value of a param."""
        return self.params[name].value

    @cached_property
    def nothing_seen(self) -> Facts:
        """The facts of a case without hazards and modifications: each is false."""
        sections = ("hazard", "modification")
        return {f"{name}.{code}": False for name in sections for code in self.values.codes(name)}
