"""docs/requirements.md lists each requirement once, and names nothing that is not there."""

import ast
import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import pytest

from fieldkit.domain.complaints.model import COMPLAINT_STEPS
from fieldkit.domain.job.steps import BY_KEY
from fieldkit.rules.loading.loader import load_pack
from fieldkit.shipped import shipped_rules
from fieldkit.tui import screens
from tests.docs.commands import commands

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "requirements.md").read_text(encoding="utf-8")
IDS = [f"A{number:02}" for number in range(1, 91)] + [f"C{number:02}" for number in range(1, 11)]


def rows() -> list[list[str]]:
    """The cells of each line of the tables that begins with an id."""
    found = re.findall(r"^\| ([AC]\d\d) \|(.*)\|$", PAGE, re.MULTILINE)
    return [[id_, *(cell.strip() for cell in rest.split("|"))] for id_, rest in found]


def named(cell: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def test_each_requirement_is_listed_once_in_its_order() -> None:
    assert sorted(row[0] for row in rows()) == IDS
    met = [row for row in rows() if len(row) == 4]
    for listed in (met, [row for row in rows() if len(row) == 3]):
        assert [row[0] for row in listed] == sorted(row[0] for row in listed)
    assert all(named(row[2]) and named(row[3]) for row in met)


@cache
def functions(file: str) -> set[str]:
    """The test functions of a file below tests/."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in tree.body if isinstance(node, kinds)}


@pytest.mark.parametrize("row", [row for row in rows() if len(row) == 4], ids=lambda row: row[0])
def test_what_is_named_is_there(row: list[str]) -> None:
    lacking = []
    for test in named(row[3]):
        file, _, function = test.partition("::")
        if not function.startswith("test_") or function not in functions(file):
            lacking.append(test)
    assert lacking + [name for name in named(row[2]) if not known(name)] == []


@pytest.mark.parametrize("row", [row for row in rows() if len(row) == 3], ids=lambda row: row[0])
def test_commands_of_the_office_are_there(row: list[str]) -> None:
    assert [name for name in named(row[2]) if not known(name)] == []


def known(name: str) -> bool:
    """Whether it is a command, a screen, a rule, or a step of a job or complaint."""
    if name.startswith("fieldkit "):
        return tuple(name.split()[1:]) in commands()
    return name in screen_names() | rule_names() | set(BY_KEY) | set(COMPLAINT_STEPS)


@cache
def screen_names() -> set[str]:
    """The classes of screens."""
    modules = [
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}.")
    ]
    return {name for module in modules for name in vars(module) if name.endswith("Screen")}


@cache
def rule_names() -> set[str]:
    """`table/rule` of the shipped pack."""
    pack = load_pack(shipped_rules())
    return {f"{table.name}/{rule.id}" for table in pack.tables for rule in table.rules}
