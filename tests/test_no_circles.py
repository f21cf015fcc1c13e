"""No two modules import each other, however far around; imports inside functions count, too."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import fieldkit

TOP = Path(fieldkit.__file__).parent


@cache
def modules() -> dict[str, Path]:
    """Every module of the program, by its dotted name."""
    found = {}
    for path in TOP.rglob("*.py"):
        parts = path.relative_to(TOP.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str) -> Iterator[str]:
    """The modules of ours that a module imports, for the type checker alone, too."""
    for node in ast.walk(ast.parse(modules()[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom) and (source := _source(name, node)) in modules():
            named = [f"{source}.{alias.name}" for alias in node.names]
            yield from (each if each in modules() else source for each in named)


def _source(name: str, node: ast.ImportFrom) -> str:
    """The module that is imported from, also where it is named by its distance."""
    if not node.level:
        return node.module or ""
    package = name.split(".") if modules()[name].name == "__init__.py" else name.split(".")[:-1]
    above = package[: len(package) + 1 - node.level]
    return ".".join([*above, *([node.module] if node.module else [])])


def test_no_circle_is_left() -> None:
    graph = {name: set(imported(name)) - {name} for name in modules()}
    assert sum(map(len, graph.values())) > 1000
    assert "fieldkit.store.tinysqlite.rows" in graph["fieldkit.store.tinysqlite.table"]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(reversed(error.args[1]))) from None
