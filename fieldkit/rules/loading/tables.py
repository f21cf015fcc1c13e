"""Reading and checking of one table: what it may read, what it may set, and its sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from fieldkit.rules.loading.conditions import Readable, Readables, read_value, read_when
from fieldkit.rules.loading.node_readers import as_name, as_one_of, as_text, as_texts, fields
from fieldkit.rules.loading.sentences import check_placeholders
from fieldkit.rules.loading.yaml_tree import Node
from fieldkit.rules.model import fact_vocabulary
from fieldkit.rules.model.outputs import CONTRACT, SUMS, ExpectedOutput, namespace
from fieldkit.rules.model.pack import (
    FactDef,
    FactType,
    ForEach,
    HitPolicy,
    Output,
    Param,
    Position,
    Rule,
    Table,
    Value,
)
from fieldkit.rules.model.problems import Report
from fieldkit.rules.model.spelling import closest

MAX_RULES = 2_000  # as many as durable_rules was seen to run in groups
_TYPES = ("int", "bool", "date", "money")
_HITS = get_args(HitPolicy)
_FOR_EACH = get_args(ForEach)
_KEYS = ("table", "for_each", "hit", "outputs", "rules", "otherwise")


class TableReader:
    """Reads the tables of a pack in their order; later tables may read what earlier ones set."""

    def __init__(
        self,
        params: Mapping[str, Param | None],
        report: Report,
        facts: Mapping[str, FactDef],
        *,
        guess: bool = False,
    ) -> None:
        """`facts`: all that rules may read. `guess`: a table is missing whose outputs nobody
        knows."""
        self._params = params
        self._report = report
        self._facts = facts
        self._nodes: list[tuple[str, Node | None]] = []
        self._outputs: dict[str, dict[str, tuple[Table, Output]]] = {}
        self._later: dict[str, str] = {}
        self._broken: set[str] = set()
        self._overwritten: set[str] = set()
        self._unreadable = guess
        self._misplaced = False
        self._given: set[tuple[Position, str | None]] = set()

    def read(self, name: str, node: Node | None) -> None:
        """Take the tree of one table file; None for one that cannot be read."""
        self._nodes.append((name, node))

    def finish(self) -> list[Table]:
        """All tables, in order, with every problem of theirs noted."""
        for name, node in reversed(self._nodes):
            for output in _declared(node):
                self._later[output] = name
        found: list[Table] = []
        for name, node in self._nodes:
            table = self._table(name, node) if node is not None else None
            if table is None:
                self._unreadable = self._unreadable or not _declared(node)
                self._broken.update(_declared(node))
            else:
                found.append(table)
        self._check_contract(found)
        return found

    def _table(self, name: str, node: Node) -> Table | None:
        report = self._report
        parts = fields(node, report, _KEYS, required=("table", "for_each", "hit", "outputs"))
        title = as_text(parts.get("table"), report)
        if title is not None and title != name:
            report.add(parts["table"].at, "table_name_differs", name=title, file=name)
        for_each = as_one_of(parts.get("for_each"), _FOR_EACH, report)
        hit = as_one_of(parts.get("hit"), _HITS, report)
        if for_each is None or hit is None:
            return None
        outputs = self._read_outputs(name, for_each, parts.get("outputs"))
        if self._misplaced:
            return None
        readable = self._readable(for_each)
        rules: list[Rule] = []
        ids: set[str] = {"otherwise"}
        listed = parts.get("rules")
        items = listed.value if listed is not None else []
        if listed is not None and not isinstance(items, list):
            report.add(listed.at, "expected_list")
        for item in items if isinstance(items, list) else ():
            rule = self._rule(item, readable, outputs, for_each)
            if rule is not None and rule.id in ids:
                report.add(item.items["id"][1].at, "duplicate_rule", name=rule.id)
            elif rule is not None:
                ids.add(rule.id)
                rules.append(rule)
        if isinstance(items, list) and len(items) > MAX_RULES:
            report.add(node.at, "too_many_rules", limit=MAX_RULES)
        otherwise = None
        if "otherwise" in parts:
            last = parts["otherwise"]
            otherwise = self._rule(last, readable, outputs, for_each, otherwise=True)
        if not rules and otherwise is None and not report:
            report.add(node.at, "table_empty")
        table = Table(name, for_each, hit, outputs, tuple(rules), otherwise, node.at)  # type: ignore[arg-type]  # checked by as_one_of
        space = self._outputs.setdefault(namespace(for_each), {})
        space.update({output.name: (table, output) for output in outputs.values()})
        return table

    # -- outputs ---------------------------------------------------------------------------

    def _read_outputs(self, table: str, for_each: str, node: Node | None) -> dict[str, Output]:
        outputs: dict[str, Output] = {}
        self._misplaced = False
        if node is None:
            return outputs
        taken = self._outputs.get(namespace(for_each), {})
        for name, (key, value) in fields(node, self._report, None, pairs=True).items():
            if self._misplaced or as_name(key, self._report) is None:
                continue
            if name in taken:
                other = taken[name][0].name
                self._report.add(key.at, "output_overwritten", name=name, table=other)
                self._overwritten.add(name)
                continue
            if name in self._facts or name in SUMS:
                self._report.add(key.at, "output_is_fact", name=name)
                continue
            output = self._output(name, value)
            if output is not None and self._fits(output, key, for_each):
                outputs[name] = output
        self._broken.update(name for name in node.items if name not in outputs)
        return outputs

    def _output(self, name: str, node: Node) -> Output | None:
        report = self._report
        if isinstance(node.value, dict):
            parts = fields(node, report, ("list_of",), required=("list_of",))
            values = self._values(parts.get("list_of"))
            return Output(name, "enum", values, many=True) if values else None
        if isinstance(node.value, list):
            values = self._values(node)
            return Output(name, "enum", values) if values else None
        text = as_one_of(node, _TYPES, report)
        types: dict[str, FactType] = {"int": "int", "bool": "bool", "date": "date"}
        return Output(name, types.get(text, "money")) if text else None

    def _values(self, node: Node | None) -> tuple[str, ...]:
        if node is None:
            return ()
        if not isinstance(node.value, list) or not node.value:
            self._report.add(node.at, "expected_list")
            return ()
        values: list[str] = []
        for item in node.value:
            text = as_text(item, self._report)
            if text in values:
                self._report.add(item.at, "duplicate_value", name=text)
            elif text is not None:
                values.append(text)
        return tuple(values)

    def _fits(self, output: Output, key: Node, for_each: str) -> bool:
        """Whether an output that the program acts on is what the program expects."""
        expected = CONTRACT[namespace(for_each)].get(output.name)
        if expected is None:
            return True
        at, report, name = key.at, self._report, output.name
        if (output.type, output.many) != (expected.type, expected.many):
            wanted = f"list_of {expected.type}" if expected.many else expected.type
            report.add(at, "output_type", name=name, expected=wanted)
            return False
        if expected.for_each and expected.for_each != for_each:
            report.add(at, "output_record", name=name, expected=expected.for_each)
            self._misplaced = True
            return False
        unknown = [v for v in output.values if expected.values and v not in expected.values]
        for value in unknown:
            report.unknown(at, "output_value", value, expected.values)
        return not unknown

    def _check_contract(self, tables: list[Table]) -> None:
        for name, expected in CONTRACT["job"].items() if tables and not self._unreadable else ():
            if expected.required and name not in self._later:
                self._report.add(tables[0].at, "missing_output", name=name)
        for table in tables:
            for name in table.outputs:
                wanted = CONTRACT[namespace(table.for_each)].get(name)
                if wanted is None or not wanted.required or name in self._overwritten:
                    continue
                without = [r for r in table.all_rules if not self._gives(r, name)]
                if len(without) == len(table.all_rules) > 1:
                    self._report.add(table.at, "output_never_set", name=name)
                    continue
                for rule in without:
                    self._report.add(rule.at, "output_not_set", name=name)

    def _gives(self, rule: Rule, output: str) -> bool:
        return output in rule.then or (rule.at, output) in self._given

    # -- what a table may read -------------------------------------------------------------

    def _readable(self, for_each: str) -> Readables:
        known: dict[str, Readable] = {
            name: Readable.of_fact(fact)
            for name, fact in fact_vocabulary.visible(self._facts, for_each).items()  # type: ignore[arg-type]  # checked by as_one_of
        }
        space = self._outputs.get(namespace(for_each), {})
        for name, (table, output) in space.items():
            if table.hit == "collect" or output.many:
                known[name] = Readable.refused(name, "reads_collected")
            elif table.for_each != "line" or for_each == "line":
                known[name] = Readable.of_output(output)
            elif output.type == "enum":
                for value in output.values:
                    flag = f"any_line.{name}.{value}"
                    known[flag] = Readable(flag, "bool", always=True)
            elif output.type == "bool":
                known[f"any_line.{name}"] = Readable(f"any_line.{name}", "bool", always=True)
        if for_each in ("job", "line"):
            for name, needs in SUMS.items():
                if all(need in space for need in needs):
                    known[name] = Readable(name, "money", "fen", always=True)
        for name, table_name in self._later.items():
            if name not in known and name not in space and name not in self._broken:
                known[name] = Readable.refused(name, "not_yet_known", table=table_name)
        for fact in self._facts.values():
            if fact.name not in known:
                known[fact.name] = Readable.refused(fact.name, "other_record", scope=fact.scope)
        return Readables(known, frozenset(self._broken), self._unreadable)

    # -- rules -----------------------------------------------------------------------------

    def _rule(
        self,
        node: Node,
        readable: Readables,
        outputs: Mapping[str, Output],
        for_each: str,
        *,
        otherwise: bool = False,
    ) -> Rule | None:
        """A rule; the `otherwise` of a table has neither id nor conditions, nor needs a source."""
        report = self._report
        ruled = ("id", "when", "then", "because", "source")
        known, required = (ruled[2:], ruled[2:4]) if otherwise else (ruled, ruled)
        parts = fields(node, report, known, required=required)
        id_ = "otherwise" if otherwise else as_name(parts.get("id"), report)
        when_node = parts.get("when")
        when = read_when(when_node, readable, self._params, report) if when_node else ()
        then = self._then(node.at, parts.get("then"), outputs, for_each)
        because = as_texts(parts.get("because"), report)
        source = as_text(parts.get("source"), report) or ("" if otherwise else None)
        if because is not None:
            check_placeholders(parts["because"], when, readable, self._params, report)
        if id_ is None or because is None or source is None:
            return None
        return Rule(id_, when, then, because, source, node.at)

    def _then(
        self, rule: Position, node: Node | None, outputs: Mapping[str, Output], for_each: str
    ) -> dict[str, Value | tuple[str, ...]]:
        then: dict[str, Value | tuple[str, ...]] = {}
        if node is None:
            return then
        for name, (key, value) in fields(node, self._report, None, pairs=True).items():
            output = outputs.get(name)
            self._given.add((rule, name if output else closest(name, outputs)))
            if output is None and name in self._broken:
                continue
            if output is None:
                self._report.unknown(key.at, "undeclared_output", name, list(outputs))
                continue
            result = self._outcome(output, value, CONTRACT[namespace(for_each)].get(name))
            if result is not None:
                then[name] = result
        return then

    def _outcome(
        self, output: Output, node: Node, expected: ExpectedOutput | None
    ) -> Value | tuple[str, ...] | None:
        readable = Readable.of_output(output, expected)
        if not output.many:
            return read_value(node, readable, self._params, self._report)
        if not isinstance(node.value, list):
            self._report.add(node.at, "expected_list")
            return None
        items = [read_value(item, readable, self._params, self._report) for item in node.value]
        return tuple(item for item in items if isinstance(item, str))


def _declared(node: Node | None) -> list[str]:
    """The names under `outputs`, whatever else is wrong with the table."""
    outputs = node.items.get("outputs") if node is not None else None
    return list(outputs[1].items) if outputs else []
