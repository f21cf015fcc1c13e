"""Which tests are nearest to a change: they run the function that was changed.

What each test runs is recorded in `build/mutation/`, once for every version of a test module and of
the modules that it runs.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import takewhile
from pathlib import Path

from filelock import FileLock

from tests.mutation.sample import Mutant

OPTIONS = ("-p", "no:cacheprovider", "--hypothesis-seed=0")

FAR = ("benchmarks", "docs", "kills", "mutation", "other_trade", "simulation", "sync_folder", "tui")
"""Folders of tests that no change of the packages is near to."""

BUDGET_S = 60.0
"""How many CPU seconds the tests of one mutant may have taken without it."""


class Nearest:
    """What the tests of a tree run, recorded where it is not known yet."""

    def __init__(self, top: Path) -> None:
        self._seconds: dict[str, float] = {}
        self._by_function: dict[str, list[str]] = defaultdict(list)
        self._by_module: dict[str, set[str]] = defaultdict(set)
        self._importers = _importers(top)
        for file in _records(top):
            told = json.loads(file.read_text("utf-8"))
            for test, (seconds, places) in told["tests"].items():
                self._seconds[test] = seconds
                for place in places:
                    name = told["functions"][place]
                    self._by_function[name].append(test)
                    self._by_module[name.partition(":")[0]].add(test)

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests of a mutant: those beside its module first, cheap ones first.

        Where no test runs the function itself, or the import runs what was changed, they are all
        that run something of the module, or of one that imports it.
        """
        found: Iterable[str] = self._by_function.get(
            f"{mutant.module}:{mutant.change.function}", ()
        )
        if not found:
            modules = [mutant.module, *self._importers[mutant.module]]
            found = {test for module in modules for test in self._by_module[module]}
        beside = Path(mutant.module).with_suffix("").parts[1:]
        order = sorted(found, key=lambda test: (-_common(beside, test), self._seconds[test], test))
        return list(self._affordable(order))

    def seconds(self, tests: Iterable[str]) -> float:
        """How much CPU time tests take together."""
        return sum(self._seconds[test] for test in tests)

    def _affordable(self, tests: list[str]) -> Iterator[str]:
        left = BUDGET_S
        for test in tests:
            if self._seconds[test] <= left:
                left -= self._seconds[test]
                yield test


def is_beside(mutant: Mutant, test: str) -> bool:
    """Whether a test is of the same package as a mutant."""
    return _common(Path(mutant.module).parts[1:], test) > 0


def _common(module: tuple[str, ...], test: str) -> int:
    """How far the path of a test mirrors that of a module."""
    *folders, name = test.partition("::")[0].removesuffix(".py").split("/")[1:]
    pairs = zip(module, (*folders, name.removeprefix("test_")), strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _records(top: Path) -> list[Path]:
    """A file for each test module, made anew where it is missing or what it ran has changed."""
    program = {
        file.relative_to(top).as_posix(): sha256(file.read_bytes()).hexdigest()
        for file in sorted(top.glob("fieldkit/**/*.py"))
    }
    folder = top / "build" / "mutation"
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for test in sorted(top.glob("tests/**/test_*.py")):
        name = test.relative_to(top).as_posix()
        if name.split("/")[1] not in FAR:
            version = sha256(name.encode() + test.read_bytes()).hexdigest()
            files[name] = folder / f"{version[:32]}.json"
    with FileLock(folder / "lock"):
        missing = {test: file for test, file in files.items() if not _holds(file, program)}
        _record(top, missing, program)
    return list(files.values())


def _holds(file: Path, program: dict[str, str]) -> bool:
    """Whether a record is there, of modules that are as they were."""
    if not file.exists():
        return False
    ran: dict[str, str] = json.loads(file.read_text("utf-8"))["modules"]
    return ran.items() <= program.items()


def _record(top: Path, files: dict[str, Path], program: dict[str, str]) -> None:
    """Run test modules with the plugin, and keep what it says of each."""
    if not files:
        return
    whole = top / "build" / "mutation" / "whole.json"
    whole.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", *files, "-p", "reach", *OPTIONS]
    environment = clean_environment(top) | {"MUTATION_RECORD": str(whole)}
    ran = subprocess.run(command, cwd=top, env=environment, capture_output=True, check=False)
    if ran.returncode not in (0, 1):  # 1: some failed, and are left out
        raise RuntimeError(f"The tests could not be run: {ran.stdout.decode()[-2000:]}")
    told = json.loads(whole.read_text("utf-8"))
    for test, file in files.items():
        mine = told.get(test, {"functions": [], "tests": {}})
        modules = {name.partition(":")[0] for name in mine["functions"]} or program.keys()
        mine["modules"] = {module: program[module] for module in sorted(modules)}
        file.write_text(json.dumps(mine), "utf-8")


def clean_environment(top: Path) -> dict[str, str]:
    """Of a pytest inside of pytest, which finds the program under `top` and the plugin."""
    known = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    return known | {"PYTHONPATH": os.pathsep.join([str(top), str(Path(__file__).parent)])}


def _importers(top: Path) -> dict[str, set[str]]:
    """The modules that import each module, or a name of it."""
    modules = {file.relative_to(top).as_posix() for file in top.glob("fieldkit/**/*.py")}
    importers: dict[str, set[str]] = defaultdict(set)
    for module in sorted(modules):
        for node in ast.walk(ast.parse((top / module).read_bytes())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}", *(f"{node.module}.{one.name}" for one in node.names)]
            else:
                continue
            for name in names:
                path = name.replace(".", "/")
                for imported in modules & {f"{path}.py", f"{path}/__init__.py"}:
                    importers[imported].add(module)
    return importers
