"""Stored documents as plain JSON, read without their models, which lists have no time for."""

from collections.abc import Mapping
from typing import Any


def value_at(document: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path of a JSON document (`customer.name`); None where it has none."""
    found: Any = document
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
