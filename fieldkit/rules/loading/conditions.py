"""Reading and checking of conditions: operators, types, units, ranges and params."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldkit.rules.loading.node_readers import as_bool, fields, parse_date
from fieldkit.rules.loading.yaml_tree import Node
from fieldkit.rules.model.outputs import SUMS, ExpectedOutput
from fieldkit.rules.model.pack import (
    OPERATORS,
    Condition,
    FactDef,
    FactType,
    Output,
    Param,
    Value,
)
from fieldkit.rules.model.problems import Report

_CHOICE = ("is", "is_not", "any_of", "none_of", "present")
ALLOWED: Mapping[FactType, tuple[str, ...]] = {
    "bool": ("is", "is_not", "present"),
    "enum": _CHOICE,
    "int": OPERATORS,
    "money": OPERATORS,
    "date": OPERATORS,
}


@dataclass(frozen=True, slots=True)
class Readable:
    """A fact or output as a condition sees it; `refusal` says why it must not be read here."""

    name: str
    type: FactType
    unit: str = ""
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    always: bool = False
    refusal: str = ""
    broken: bool = False
    params: dict[str, object] = field(default_factory=dict)

    @staticmethod
    def of_fact(fact: FactDef) -> Readable:
        """A fact of the vocabulary."""
        return Readable(
            fact.name, fact.type, fact.unit, fact.values, fact.low, fact.high, fact.always
        )

    @staticmethod
    def of_output(output: Output, expected: ExpectedOutput | None = None) -> Readable:
        """An output of a table, with the range that the program expects of it."""
        unit = "fen" if output.type == "money" else ""
        low, high = (expected.low, expected.high) if expected else (None, None)
        if output.type == "money" and expected is None:
            low = 0
        return Readable(output.name, output.type, unit, output.values, low, high)

    @staticmethod
    def unusable(name: str) -> Readable:
        """A name whose declaration is wrong: that was said where it is declared."""
        return Readable(name, "bool", broken=True)

    @staticmethod
    def refused(name: str, why: str, **params: object) -> Readable:
        """A name that exists but is not for this table."""
        return Readable(name, "bool", refusal=why, params=params)


@dataclass(frozen=True, slots=True)
class Readables:
    """All names as one table sees them.

    `broken` are outputs whose declaration is wrong, and `guess` says that a table could not be
    read at all: a name that may be theirs is no second mistake.
    """

    known: Mapping[str, Readable]
    broken: frozenset[str] = frozenset()
    guess: bool = False

    def get(self, name: str) -> Readable | None:
        """What is known of a name; None when it is unknown."""
        found = self.known.get(name)
        if found is None and (self.guess or self._of_broken(name)):
            return Readable.unusable(name)
        return found

    def names(self) -> list[str]:
        """The names that may be read."""
        return [name for name, entry in self.known.items() if not entry.refusal]

    def _of_broken(self, name: str) -> bool:
        aggregated = name.removeprefix("any_line.").split(".")[0]
        return not self.broken.isdisjoint((name, aggregated, *SUMS.get(name, ())))


def read_when(
    node: Node, readable: Readables, params: Mapping[str, Param | None], report: Report
) -> tuple[Condition, ...]:
    """The conditions of a rule, in order."""
    entries = fields(node, report, None, pairs=True)
    if isinstance(node.value, dict) and not node.value:
        report.add(node.at, "when_empty")
    found: list[Condition] = []
    for name, (key, value) in entries.items():
        fact = readable.get(name)
        if fact is None:
            report.unknown(key.at, "unknown_fact", name, readable.names())
        elif fact.broken:
            continue
        elif fact.refusal:
            report.add(key.at, fact.refusal, name=name, **fact.params)
        else:
            found.extend(_conditions(fact, value, params, report))
    return tuple(found)


def _conditions(
    fact: Readable, node: Node, params: Mapping[str, Param | None], report: Report
) -> list[Condition]:
    if isinstance(node.value, list):
        tests = {"any_of": (node, node)}
    elif isinstance(node.value, dict):
        tests = node.value
        if not tests:
            report.add(node.at, "no_operator", name=fact.name)
    else:
        tests = {"is": (node, node)}
    found = []
    for operator, (key, value) in tests.items():
        if operator not in OPERATORS:
            report.unknown(key.at, "unknown_operator", operator, OPERATORS)
        elif operator not in ALLOWED[fact.type]:
            report.add(key.at, "operator_type", operator=operator, name=fact.name, type=fact.type)
        else:
            expected = _operand(fact, operator, value, params, report)
            if expected is not None:
                found.append(Condition(fact.name, operator, expected, key.at))
    return found


def _operand(
    fact: Readable, operator: str, node: Node, params: Mapping[str, Param | None], report: Report
) -> Value | tuple[Value, ...] | None:
    if operator == "present":
        return as_bool(node, report)
    if operator not in ("any_of", "none_of", "between"):
        return read_value(node, fact, params, report)
    if not isinstance(node.value, list) or not node.value:
        report.add(node.at, "expected_list")
        return None
    items = [read_value(item, fact, params, report) for item in node.value]
    values = tuple(item for item in items if item is not None)
    if len(values) < len(items):
        return None
    if operator == "between":
        if len(values) != 2 or values[0] > values[1]:  # type: ignore[operator]  # one type, checked
            report.add(node.at, "bad_range")
            return None
        return values
    for index, item in enumerate(node.value):
        if values[index] in values[:index]:
            report.add(item.at, "duplicate_value", name=values[index])
    return values


def read_value(
    node: Node, fact: Readable, params: Mapping[str, Param | None], report: Report
) -> Value | None:
    """One value of the type of `fact`, in its range; `$name` stands for a param of its unit."""
    value = node.value
    if isinstance(value, str) and value.startswith("$"):
        return _param(node, value[1:], fact, params, report)
    if value is None:
        report.add(node.at, "null_value", name=fact.name)
        return None
    if fact.type == "enum":
        if isinstance(value, str) and value in fact.values:
            return value
        report.unknown(node.at, "unknown_enum", value if node.text else "", fact.values)
        return None
    if fact.type == "date":
        day = parse_date(value)
        if day is None:
            report.add(node.at, "bad_date", value=value if node.text else "")
        return day
    if fact.type == "bool":
        return as_bool(node, report)
    if isinstance(value, bool) or not isinstance(value, int):
        report.add(node.at, "wrong_type", name=fact.name, expected="int")
        return None
    return value if _in_range(value, fact, node, report) else None


def _param(
    node: Node, name: str, fact: Readable, params: Mapping[str, Param | None], report: Report
) -> Value | None:
    param = params.get(name)
    if name not in params:
        report.unknown(node.at, "unknown_param", name, list(params))
    if param is None:
        return None
    if fact.type not in ("int", "money"):
        report.add(node.at, "param_type", name=name, fact=fact.name)
        return None
    if fact.unit and param.unit != fact.unit:
        report.add(node.at, "wrong_unit", unit=param.unit, expected=fact.unit)
        return None
    return param.value if _in_range(param.value, fact, node, report) else None


def _in_range(value: int, fact: Readable, node: Node, report: Report) -> bool:
    low, high = fact.low, fact.high
    if (low is not None and value < low) or (high is not None and value > high):
        report.add(node.at, "out_of_range", value=value, low=low, high=high)
        return False
    return True
