"""The table of environment variables is that of the code."""

import ast
import re
from pathlib import Path

import fieldkit

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
LIBRARIES = {"NO_COLOR"}
"""Read by Textual."""
_NAME = re.compile(r"_?[A-Z]+(_[A-Z]+)*")
NO_VARIABLES = {"AUX", "COM", "CON", "LPT", "NUL", "PRN", "DATE", "NAME"}
"""Names of old devices of Windows, and of the values of options."""


def read_by_the_code() -> set[str]:
    """The names in capitals that stand in modules which read the environment."""
    found: set[str] = set()
    for path in Path(fieldkit.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "environ" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if _NAME.fullmatch(node.value) else set()
        found |= set(re.findall(r"environ\[['\"](\w+)", text))
    return found - NO_VARIABLES


def test_each_variable_is_in_the_table_and_no_other() -> None:
    rows = re.findall(r"^\| (`.*?`) \|", PAGE, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == read_by_the_code() | LIBRARIES
