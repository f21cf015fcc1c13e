"""Every message that the code names by a literal key is there, and gets the values it needs."""

import ast
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

import fieldkit
from fieldkit.i18n import messages, texts
from fieldkit.store.storage_errors import _KEYS

CODE = Path(fieldkit.__file__).parent
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in CODE.rglob("*.py")}


@dataclass(frozen=True)
class Use:
    """A place that names a message; `given` are the values it passes, None if not known."""

    place: str
    key: str
    given: frozenset[str] | None


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@dataclass(frozen=True)
class Keyed:
    """An error that is given a key: what is put before it, and the place among the arguments."""

    before: str = ""
    place: int = 0


def _keyed(error: ast.ClassDef, base: Keyed) -> Keyed | None:
    """How an error is given its key; None where it makes its own.

    Its `__init__` may hand the key on as it is, or put something before it.
    """
    init = next((item for item in error.body if getattr(item, "name", "") == "__init__"), None)
    if not isinstance(init, ast.FunctionDef):
        return base
    params = [param.arg for param in init.args.args[1:]]
    calls = [node for node in ast.walk(init) if isinstance(node, ast.Call) and node.args]
    handed = next(call.args[0] for call in calls if _name(call.func) == "__init__")
    before = base.before
    if isinstance(handed, ast.JoinedStr) and len(handed.values) == 2:
        first, second = handed.values
        if isinstance(first, ast.Constant) and isinstance(second, ast.FormattedValue):
            before, handed = before + str(first.value), second.value
    if isinstance(handed, ast.Name) and handed.id in params:
        return Keyed(before, params.index(handed.id))
    return None


def _error_classes() -> dict[str, Keyed]:
    """The errors that a person may see and that are given a key."""
    classes = [node for tree in TREES.values() for node in ast.walk(tree)
               if isinstance(node, ast.ClassDef) and node.name != "FieldkitError"]  # fmt: skip
    found = {"FieldkitError": Keyed()}
    grown = 0
    while grown < len(found):
        grown = len(found)
        for node in classes:
            base = next((found[_name(each)] for each in node.bases if _name(each) in found), None)
            keyed = _keyed(node, base) if base else None
            if keyed:
                found[node.name] = keyed
    return found


ERRORS = _error_classes()


def _literals(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _literals(node.body) + _literals(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _keywords(call: ast.Call) -> frozenset[str] | None:
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(name for name in names if name)


def _dict_keys(args: list[ast.expr]) -> frozenset[str] | None:
    if not args:
        return frozenset()
    if not isinstance(args[0], ast.Dict) or None in args[0].keys:
        return None
    return frozenset(key for node in args[0].keys if node for key in _literals(node))


def _named(call: ast.Call) -> Iterator[tuple[str, frozenset[str] | None]]:
    name, args = _name(call.func), call.args
    if name == "say" and args:
        yield from ((key, _keywords(call)) for key in _literals(args[0]))
    elif name == "Reason" and args:
        yield from ((f"why.{key}", _dict_keys(args[1:])) for key in _literals(args[0]))
    elif name == "FieldProblem" and len(args) > 1:
        yield from ((f"field.{key}", _dict_keys(args[2:])) for key in _literals(args[1]))
    elif name == "flag" and len(args) > 2:
        yield from ((f"flag.{key}", _keywords(call)) for key in _literals(args[1]))
    elif name in ERRORS and len(args) > ERRORS[name].place:
        error = ERRORS[name]
        given = _keywords(call) if len(args) == error.place + 1 else None
        yield from ((f"error.{error.before}{key}", given) for key in _literals(args[error.place]))


USES = [
    Use(f"{path.relative_to(CODE)}:{call.lineno}", key, given)
    for path, tree in TREES.items()
    for call in ast.walk(tree)
    if isinstance(call, ast.Call)
    for key, given in _named(call)
]


def test_the_scan_finds_what_it_looks_for() -> None:
    kinds = {use.key.partition(".")[0] for use in USES}
    assert {"why", "field", "flag", "error", "format"} <= kinds
    known = {"CatalogueError": Keyed(), "NotFound": Keyed("not_found.")}
    assert ERRORS.items() >= known.items()
    assert "BadInput" not in ERRORS


def test_each_key_in_the_code_has_a_message() -> None:
    assert [f"{use.place} {use.key}" for use in USES if use.key not in messages()] == []


@pytest.mark.parametrize("why", [*dict(_KEYS).values(), "failed"])
def test_each_fault_of_the_storage_has_a_message(why: str) -> None:
    assert f"error.store.{why}" in messages()


def test_each_message_gets_the_values_it_needs() -> None:
    lacking = []
    for use in USES:
        text = messages().get(use.key, ("",))[0]
        needed = {name for _, name, spec, _ in Formatter().parse(text) if name and not spec}
        if use.given is not None and needed - use.given:
            lacking.append(f"{use.place} {use.key} {sorted(needed - use.given)}")
    assert lacking == []


def test_each_module_of_messages_is_listed() -> None:
    walked = pkgutil.walk_packages(texts.__path__, f"{texts.__name__}.")
    found = [m.name.removeprefix(f"{texts.__name__}.") for m in walked if not m.ispkg]
    assert sorted(found) == sorted(texts.MODULES)


@pytest.mark.parametrize("module", texts.MODULES)
def test_no_module_takes_the_key_of_another(module: str) -> None:
    own = import_module(f"{texts.__name__}.{module}").MESSAGES
    assert [key for key, both in own.items() if messages()[key] is not both] == []
