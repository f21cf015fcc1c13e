"""Putting a spreadsheet back into the table's file: what it does not change stays as it was."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.rules.editing.formatter import write_document
from fieldkit.rules.editing.spreadsheet import (
    OTHERWISE,
    CellProblem,
    Sheet,
    SheetError,
    SheetRule,
    listed,
    locate,
    read_sheet,
    tests_of,
)
from fieldkit.rules.editing.spreadsheet_cells import Atom, Test
from fieldkit.rules.editing.yaml_document import Element, YamlDocument, read_document
from fieldkit.rules.loading.loader import load_files
from fieldkit.rules.loading.yaml_tree import parse
from fieldkit.rules.model.problems import PackError, Report
from fieldkit.rules.model.spelling import closest


def put_back(data: bytes, files: Mapping[str, bytes]) -> tuple[str, str]:
    """The name and the new text of the table's file in the pack of `files`, checked as a whole.

    Raises `SheetError`, and `PackError` where the file is no good YAML as it is.
    """
    sheet = read_sheet(data)
    name = f"{sheet.table}.yaml"
    if name not in files or sheet.table in ("pack", "params", "terms"):
        known = [each.removesuffix(".yaml") for each in files]
        near = closest(sheet.table, [each for each in known if each != sheet.table])
        params = {"name": sheet.table, "suggestion": near}
        raise SheetError([CellProblem(1, 2, "unknown_table", params)])
    report = Report()
    document = read_document(files[name], name, report)
    report.raise_if_any()
    text = write_document(merge(sheet, document), name)
    try:
        load_files({**files, name: text.encode()})
    except PackError as error:
        root = parse(text.encode(), name, Report())
        assert root is not None  # it was written here
        mine = [problem for problem in error.problems if problem.file == name]
        others = [problem for problem in error.problems if problem.file != name]
        cells = {locate(problem, root, sheet): None for problem in mine}
        found = sorted(cells, key=lambda each: (each.row, each.column))
        raise SheetError(found, others) from None
    return name, text


def merge(sheet: Sheet, document: YamlDocument | None) -> YamlDocument:
    """The document with the content of the sheet. Rules that are gone take their comments along;
    all other comments stay. Without a document a new one is made."""
    document = document or YamlDocument(Element({}))
    root = document.root.entries
    for name, text in (("table", sheet.table), ("for_each", sheet.for_each), ("hit", sheet.hit)):
        _put(root, name, Element(text))
    outputs = root.setdefault("outputs", Element({})).entries
    _keep(outputs, sheet.outputs)
    for name, declared in sheet.outputs.items():
        _put(outputs, name, declared)
    listed_before = root["rules"].listed if "rules" in root else []
    before = {str(e.entries["id"].value): e for e in listed_before if "id" in e.entries}
    plain = [rule for rule in sheet.rules if rule.id != OTHERWISE]
    rules = [_rule(rule, before.get(rule.id)) for rule in plain]
    if rules or "rules" in root:
        root.setdefault("rules", Element([])).value = rules
    last = next((rule for rule in sheet.rules if rule.id == OTHERWISE), None)
    if last is None:
        root.pop(OTHERWISE, None)
    else:
        root[OTHERWISE] = _rule(last, root.get(OTHERWISE))
    return document


def _rule(row: SheetRule, before: Element | None) -> Element:
    """The rule of a row, in the place of the one before it."""
    rule = before or Element({})
    parts = rule.entries
    if row.id != OTHERWISE:
        _put(parts, "id", Element(row.id))
        when = parts.setdefault("when", Element({}, flow=before is None)).entries
        _keep(when, row.when)
        for fact, tests in row.when.items():
            if fact not in when or tests_of(when[fact]) != tests:
                _put(when, fact, _condition(tests), always=True)
    then = parts.setdefault("then", Element({}, flow=True)).entries
    _keep(then, row.then)
    for output, value in row.then.items():
        _put(then, output, _outcome(value))
    because = parts.setdefault("because", Element({})).entries
    texts = {path[-1]: text for path, text in row.texts.items() if path[0] == "because"}
    _keep(because, texts)
    for language, text in texts.items():
        _put(because, language, Element(text))
    source = row.texts.get(("source",))
    if source is not None:
        _put(parts, "source", Element(source))
    else:
        parts.pop("source", None)
    return rule


def _keep(entries: dict[str, Element], names: Mapping[str, object]) -> None:
    """Drop the entries that the sheet no longer has."""
    for name in [name for name in entries if name not in names]:
        del entries[name]


def _put(entries: dict[str, Element], name: str, new: Element, *, always: bool = False) -> None:
    """Set a value, keeping the looks and comments of an entry that says the same or stood there."""
    old = entries.get(name)
    if old is None:
        entries[name] = new
    elif always or _plain(old) != _plain(new):
        old.value, old.raw = new.value, new.raw
        old.flow = new.flow


def _plain(element: Element) -> object:
    if isinstance(element.value, dict):
        return {name: _plain(entry) for name, entry in element.value.items()}
    if isinstance(element.value, list):
        return [_plain(item) for item in element.value]
    return type(element.value), element.value


def _outcome(value: Atom | tuple[Atom, ...]) -> Element:
    return listed(value) if isinstance(value, tuple) else Element(value)


def _condition(tests: tuple[Test, ...]) -> Element:
    """A condition in its shortest form."""
    if len(tests) == 1 and tests[0][0] in ("is", "any_of"):
        return _outcome(tests[0][1])
    entries = {operator: _outcome(value) for operator, value in tests}
    return Element(entries, flow=True)
