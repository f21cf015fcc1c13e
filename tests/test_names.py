"""Two public classes bear one name only where they are one thing on two floors."""

import ast
from collections import defaultdict
from pathlib import Path

CODE = Path(__file__).parents[1] / "fieldkit"

SAME_THING = {
    "Ledger": "the events and documents of records: in the office's database, and in a home",
}
"""The names that two modules may share, each with the one thing that it is."""


def _classes() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(CODE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(path.relative_to(CODE).as_posix())
    return found


def test_a_public_class_has_a_name_of_its_own() -> None:
    shared = {name: places for name, places in _classes().items() if len(places) > 1}
    assert shared.keys() - SAME_THING.keys() == set(), shared


def test_every_shared_name_is_still_shared_by_two_modules() -> None:
    classes = _classes()
    assert {name: len(classes[name]) for name in SAME_THING} == dict.fromkeys(SAME_THING, 2)
