"""A plugin of pytest that records which functions of the program each test runs.

MUTATION_RECORD names the file to write.
"""

from __future__ import annotations

import ast
import builtins
import json
import os
import sys
import tempfile
from collections.abc import Generator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import pytest


class Marking(ast.NodeTransformer):
    """Lets each function of a module say that it runs, by a call of `__reached__`."""

    def __init__(self, module: str) -> None:
        self._module, self._path = module, list[str]()

    def visit(self, node: ast.AST) -> ast.AST:
        """Mark a function, and what stands in it."""
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return self.generic_visit(node)
        before = self._path
        self._path = [*before, node.name]
        if not isinstance(node, ast.ClassDef):
            [mark] = ast.parse(f"__reached__({self._module + ':' + '.'.join(self._path)!r})").body
            for part in ast.walk(mark):
                ast.copy_location(part, node)
            after_docstring = 0 if ast.get_docstring(node) is None else 1
            node.body.insert(after_docstring, mark)
            self._path = [*self._path, "<locals>"]
        self.generic_visit(node)
        self._path = before
        return node


class Record:
    """Writes for each test that passed its CPU seconds and its functions.

    A function is `fieldkit/a.py:Class.method`. The file is
    `{test module: {"functions": [name], "tests": {id: [seconds, [place in functions]]}}}`.
    """

    def __init__(self, top: Path, file: Path) -> None:
        self._top, self._file = top, file
        self._seen: set[str] = set()
        self._tests: dict[str, tuple[float, list[str]]] = {}
        self._unfit: set[str] = set()

    def mark_imports(self) -> None:
        """From now on what is imported of the program is marked; no compiled file is used."""
        vars(builtins)["__reached__"] = self._seen.add
        sys.pycache_prefix, sys.dont_write_bytecode = tempfile.gettempdir() + "/none", True
        inside, plain = self._top / "fieldkit", SourceFileLoader.source_to_code

        def marked(loader: Any, data: Any, path: Any, **options: Any) -> CodeType:
            if isinstance(data, bytes) and Path(path).is_relative_to(inside):
                module = Path(path).relative_to(self._top).as_posix()
                data = Marking(module).visit(ast.parse(data))
            return plain(loader, data, path, **options)

        SourceFileLoader.source_to_code = marked  # type: ignore[method-assign, assignment]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Which functions a test runs, those of its fixtures too."""
        self._seen.clear()
        begun = _cpu_seconds()
        result = yield
        seconds = round(_cpu_seconds() - begun, 4)
        self._tests[item.nodeid] = seconds, sorted(self._seen)
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that does not pass can tell nothing of a change."""
        if not report.passed:
            self._unfit.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Write all of it."""
        told: dict[str, Any] = {}
        for test, (seconds, names) in self._tests.items():
            if test not in self._unfit:
                mine = told.setdefault(test.partition("::")[0], {"functions": {}, "tests": {}})
                functions = mine["functions"]
                places = [functions.setdefault(name, len(functions)) for name in names]
                mine["tests"][test] = seconds, places
        for mine in told.values():
            mine["functions"] = list(mine["functions"])
        self._file.write_text(json.dumps(told), "utf-8")


def _cpu_seconds() -> float:
    """Of this process and of those it has waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin before anything of the program is imported."""
    record = Record(early_config.rootpath, Path(os.environ["MUTATION_RECORD"]))
    record.mark_imports()
    early_config.pluginmanager.register(record)
