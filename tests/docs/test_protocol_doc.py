"""`docs/protocol.md` and the OpenAPI description name everything that the office answers to."""

import ast
import re
from pathlib import Path

import pytest

from fieldkit.i18n import has
from fieldkit.office.http.routes import build_app
from tests.sync.exchange import world

TOP = Path(__file__).parents[2]
TEXT = (TOP / "docs" / "protocol.md").read_text(encoding="utf-8")


def refusals() -> set[str]:
    """Every reason that the office's code gives for a refusal."""
    found: set[str] = set()
    for file in (TOP / "fieldkit" / "office").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in ("Denied", "_refuse") and isinstance(node.args[1], ast.Constant):
                found.add(str(node.args[1].value))
    return found


def test_each_route_of_the_description_is_in_the_text(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        described = build_app(here.office).openapi()["paths"]
    assert len(described) >= 13
    for path, methods in described.items():
        assert path in TEXT
        for method in methods:
            assert method.upper() in TEXT


@pytest.mark.parametrize("reason", sorted(refusals()))
def test_each_refusal_is_in_the_text_and_can_be_said(reason: str) -> None:
    assert re.search(rf"`(\d+ )?{reason}( \{{.*?\}})?`", TEXT)
    assert has(f"error.sync.{reason}")
