"""A table as a spreadsheet (CSV) and back: one row a rule, one column a fact or outcome.

    table   | charge   | for_each | line        | hit          | first
    rule    | coverage | customer_tier          | then charge  | because en | because zh | source
    outputs |          |                        | one of ...   |            |            |
    free    | in_term  |                        | free         | Free.      | 免费。     | policy

Params stay as `$name`. Going back, a rule that is still there keeps its comments, the order of its
conditions and whatever the spreadsheet did not change; the file is written in the one layout.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fieldkit.rules.editing.spreadsheet_cells import (
    Atom,
    Test,
    Unreadable,
    read_atom,
    read_atoms,
    read_tests,
    write_atom,
    write_atoms,
    write_tests,
)
from fieldkit.rules.editing.yaml_document import Element, YamlDocument
from fieldkit.rules.loading.yaml_tree import Node
from fieldkit.rules.model.pack import Position
from fieldkit.rules.model.problems import PackProblem
from fieldkit.rules.model.spelling import closest

OTHERWISE = "otherwise"
_TEXTS = {"because en": ("because", "en"), "because zh": ("because", "zh"), "source": ("source",)}
_THEN = "then "
_FORMULA = ("=", "+", "-", "@", "'", "\t", "\r")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with a cell, both numbers from 1; `sheet.<key>` is the sentence, or with
    `of_pack` it is `rules.<key>`, as for a rule file."""

    row: int
    column: int
    key: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)
    of_pack: bool = False

    @property
    def cell(self) -> str:
        """The cell as a spreadsheet names it: `D5`."""
        letters, number = "", self.column
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return f"{letters}{self.row}"


class SheetError(Exception):
    """A spreadsheet that cannot be used; `problems` in the order of rows, and in `elsewhere` what
    would be wrong with other files of the pack."""

    def __init__(
        self, problems: Sequence[CellProblem], elsewhere: Sequence[PackProblem] = ()
    ) -> None:
        super().__init__(", ".join(f"{problem.cell} {problem.key}" for problem in problems))
        self.problems = tuple(problems)
        self.elsewhere = tuple(elsewhere)


@dataclass(slots=True)
class SheetRule:
    """A row: the id, the conditions by fact, the outcomes, the texts by path, and its number."""

    id: str
    row: int
    when: dict[str, tuple[Test, ...]] = field(default_factory=dict)
    then: dict[str, Atom | tuple[Atom, ...]] = field(default_factory=dict)
    texts: dict[tuple[str, ...], str] = field(default_factory=dict)


@dataclass(slots=True)
class Sheet:
    """A table as read from CSV. `columns` has the number of each column by its path."""

    table: str
    for_each: str
    hit: str
    outputs: dict[str, Element]
    rules: list[SheetRule]
    columns: dict[tuple[str, ...], int]


# -- to a spreadsheet ----------------------------------------------------------------------


def write_sheet(document: YamlDocument) -> str:
    """The CSV text of a table's document, which must be good."""
    root = document.root.entries
    outputs = root["outputs"].entries
    rules = root["rules"].listed if "rules" in root else []
    facts = _columns(rule.entries["when"].entries for rule in rules)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    head = [str(root[name].value) for name in ("table", "for_each", "hit")]
    writer.writerow(["table", head[0], "for_each", head[1], "hit", head[2]])
    writer.writerow(["rule", *facts, *(f"{_THEN}{name}" for name in outputs), *_TEXTS])
    declared = [_write_declaration(each) for each in outputs.values()]
    writer.writerow(["outputs", *([""] * len(facts)), *declared, *([""] * len(_TEXTS))])
    last = [root[OTHERWISE]] if OTHERWISE in root else []
    for rule in [*rules, *last]:
        writer.writerow(_row(rule, facts, list(outputs)))
    return out.getvalue()


def _columns(rules: Iterable[Mapping[str, Element]]) -> list[str]:
    """The facts of all rules, each after the one that precedes it in its rule."""
    names: list[str] = []
    for when in rules:
        place = 0
        for name in when:
            if name not in names:
                names.insert(place, name)
            place = names.index(name) + 1
    return names


def _row(rule: Element, facts: Sequence[str], outputs: Sequence[str]) -> list[str]:
    parts = rule.entries
    when = parts["when"].entries if "when" in parts else {}
    then = parts["then"].entries
    cells = [str(parts["id"].value) if "id" in parts else OTHERWISE]
    cells += [write_tests(tests_of(when[fact])) if fact in when else "" for fact in facts]
    for output in outputs:
        if output not in then:
            cells.append("")
        elif isinstance(then[output].value, list):
            cells.append(write_atoms([_value(item) for item in then[output].listed]))
        else:
            cells.append(_atom(then[output]))
    for path in _TEXTS.values():
        found: Element | None = rule
        for step in path:
            found = found.entries.get(step) if found else None
        cells.append(_guarded(str(found.value)) if found else "")
    return cells


def _guarded(text: str) -> str:
    """A text that a spreadsheet program would take for a formula gets a mark in front."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _value(element: Element) -> Atom:
    assert isinstance(element.value, bool | int | str)
    return element.value


def _atom(element: Element) -> str:
    return write_atom(_value(element))


def tests_of(element: Element) -> tuple[Test, ...]:
    """The conditions that a value under `when` is."""
    if isinstance(element.value, list):
        return (("any_of", tuple(_value(item) for item in element.listed)),)
    if isinstance(element.value, dict):
        return tuple(
            (name, tuple(_value(item) for item in e.listed) if e.listed else _value(e))
            for name, e in element.entries.items()
        )
    return (("is", _value(element)),)


def _write_declaration(element: Element) -> str:
    if isinstance(element.value, dict):
        return f"list of {write_atoms([_value(e) for e in element.entries['list_of'].listed])}"
    if isinstance(element.value, list):
        return f"one of {write_atoms([_value(item) for item in element.listed])}"
    return _atom(element)


# -- from a spreadsheet --------------------------------------------------------------------


def read_sheet(data: bytes) -> Sheet:
    """The table in a CSV file: UTF-8, with commas, semicolons or tabs. Raises `SheetError`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SheetError([CellProblem(1, 1, "not_utf8")]) from None
    if "\0" in text:
        raise SheetError([CellProblem(1, 1, "not_csv")])
    first = text.splitlines()[0] if text.strip() else ""
    mark = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error:
        raise SheetError([CellProblem(1, 1, "not_csv")]) from None
    return _SheetReader(rows).sheet()


class _SheetReader:
    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._rows = rows
        self._problems: list[CellProblem] = []

    def sheet(self) -> Sheet:
        head = [cell.strip() for cell in self._rows[0]] if self._rows else []
        if len(head) < 6 or (head[0], head[2], head[4]) != ("table", "for_each", "hit"):
            raise SheetError([CellProblem(1, 1, "no_head")])
        columns = self._columns()
        outputs = self._outputs(columns)
        rules = self._rules(columns, outputs)
        if self._problems:
            raise SheetError(sorted(self._problems, key=lambda p: (p.row, p.column)))
        return Sheet(head[1], head[3], head[5], outputs, rules, columns)

    def _note(self, row: int, column: int, key: str, **params: object) -> None:
        self._problems.append(CellProblem(row, column, key, params))

    def _columns(self) -> dict[tuple[str, ...], int]:
        found: dict[tuple[str, ...], int] = {}
        heads = self._rows[1] if len(self._rows) > 1 else []
        for column, cell in enumerate(heads, start=1):
            name = " ".join(cell.split())
            if not name:
                if any(row[column - 1 : column] not in ([], [""]) for row in self._rows[2:]):
                    self._note(2, column, "no_heading")
                continue
            path = _path_of(name)
            if path in found:
                self._note(2, column, "column_twice", name=name)
            found[path] = column
        for name in ("rule", *_TEXTS):
            if _path_of(name) not in found:
                near = closest(name, (" ".join(cell.split()) for cell in heads))
                self._note(2, 1, "no_column", name=name, suggestion=near)
        return found

    def _outputs(self, columns: Mapping[tuple[str, ...], int]) -> dict[str, Element]:
        rows = self._rows[2:3]
        if not rows or self._cell(3, 1) != "outputs":
            self._note(3, 1, "no_outputs")
            return {}
        found: dict[str, Element] = {}
        for path, column in columns.items():
            if path[0] == "then":
                try:
                    found[path[1]] = _read_declaration(self._cell(3, column))
                except Unreadable as error:
                    self._note(3, column, error.key, text=error.text)
        return found

    def _cell(self, row: int, column: int) -> str:
        cells = self._rows[row - 1]
        return cells[column - 1].strip() if column <= len(cells) else ""

    def _rules(
        self, columns: Mapping[tuple[str, ...], int], outputs: Mapping[str, Element]
    ) -> list[SheetRule]:
        rules: list[SheetRule] = []
        seen: set[str] = set()
        ids = columns.get(("id",), 1)
        for row in range(4, len(self._rows) + 1):
            if not any(cell.strip() for cell in self._rows[row - 1]):
                continue
            rule = SheetRule(self._cell(row, ids), row)
            if rule.id in seen:
                self._note(row, ids, "rule_twice", name=rule.id)
            seen.add(rule.id)
            for path, column in columns.items():
                try:
                    self._fill(rule, path, column, outputs)
                except Unreadable as error:
                    self._note(row, column, error.key, text=error.text)
            rules.append(rule)
        return rules

    def _fill(
        self, rule: SheetRule, path: tuple[str, ...], column: int, outputs: Mapping[str, Element]
    ) -> None:
        cell = self._cell(rule.row, column)
        if path in _TEXTS.values():
            raw = self._rows[rule.row - 1]
            text = raw[column - 1] if column <= len(raw) else ""
            if text:
                guarded = text.startswith("'") and text[1:].startswith(_FORMULA)
                rule.texts[path] = text[1:] if guarded else text
        elif path[0] == "when":
            if tests := read_tests(cell):
                rule.when[path[1]] = tests
        elif path[0] == "then" and cell:
            many = path[1] in outputs and isinstance(outputs[path[1]].value, dict)
            rule.then[path[1]] = read_atoms(cell) if many else read_atom(cell)


def _path_of(heading: str) -> tuple[str, ...]:
    """Where in a rule the cells of a column go."""
    if heading == "rule":
        return ("id",)
    if heading in _TEXTS:
        return _TEXTS[heading]
    if heading.startswith(_THEN):
        return ("then", heading.removeprefix(_THEN))
    return ("when", heading)


def _read_declaration(text: str) -> Element:
    for words, wrap in (("one of ", False), ("list of ", True)):
        if text.lower().startswith(words):
            items = listed(read_atoms(text[len(words) :]))
            return Element({"list_of": items}, flow=True) if wrap else items
    return Element(read_atom(text))


def listed(values: Iterable[Atom]) -> Element:
    """A list in brackets."""
    return Element([Element(value) for value in values], flow=True)


# -- where a problem of the rule file is in the spreadsheet ---------------------------------


def locate(problem: PackProblem, root: Node, sheet: Sheet) -> CellProblem:
    """The cell that a problem of the file made from a sheet comes from."""
    path, is_key = _paths(root).get(Position(problem.file, problem.line, problem.col), ((), False))
    row, column = 1, {"for_each": 4, "hit": 6}.get(str(path[0]) if path else "", 2)
    if path[:1] == ("outputs",) and len(path) > 1:
        row, column = (2 if is_key else 3), sheet.columns[("then", str(path[1]))]
    elif path[:1] in (("rules",), (OTHERWISE,)):
        row, column = _in_rule(path, is_key=is_key, sheet=sheet)
        column = sheet.columns.get(_lacking(problem), column)
    return CellProblem(row, column, problem.key, problem.params, of_pack=True)


def _lacking(problem: PackProblem) -> tuple[str, ...]:
    """The column of what a rule does not have."""
    name = str(problem.params.get("name", ""))
    if problem.key == "missing_language":
        return ("because", str(problem.params.get("language", "")))
    if problem.key == "output_not_set":
        return ("then", name)
    return (name,) if problem.key == "missing_key" else ()


def _in_rule(path: Path, *, is_key: bool, sheet: Sheet) -> tuple[int, int]:
    plain = [rule for rule in sheet.rules if rule.id != OTHERWISE]
    rest = tuple(str(step) for step in path[2:] if path[0] == "rules") or tuple(map(str, path[1:]))
    if path[0] == "rules":
        row = plain[int(path[1])].row if len(path) > 1 else 2
    else:
        row = next(rule.row for rule in sheet.rules if rule.id == OTHERWISE)
    for length in range(len(rest), 0, -1):
        column = sheet.columns.get(rest[:length])
        if column is not None:
            whole_column = is_key and length == len(rest) and rest[0] in ("when", "then")
            return (2 if whole_column else row), column
    return row, sheet.columns[("id",)]


def _paths(node: Node, path: Path = ()) -> dict[Position, tuple[Path, bool]]:
    """Which node or key stands at which place; the inner one where two begin together."""
    found: dict[Position, tuple[Path, bool]] = {node.at: (path, False)}
    for name, (key, value) in node.items.items():
        found |= _paths(value, (*path, name))
        found[key.at] = ((*path, name), True)
    if isinstance(node.value, list):
        for index, item in enumerate(node.value):
            found |= _paths(item, (*path, index))
    return found
