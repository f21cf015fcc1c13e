"""A store in a temporary folder, with a key and a few indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldkit.store.tinysqlite import SQLiteTable, TinySQLite

KEY = bytes(range(32))
INDEXES = {"events": ["job", "position"], "jobs": ["state", "customer.city"]}

Opener = Callable[..., TinySQLite]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Opener]:
    """Opens the store as often as asked; what is still open at the end is closed."""
    handles: list[TinySQLite] = []

    def open_store(**changes: Any) -> TinySQLite:
        options: dict[str, Any] = {"key": KEY, "indexes": INDEXES} | changes
        handles.append(TinySQLite.open(path, **options))
        return handles[-1]

    yield open_store
    for handle in handles:
        handle.close()


@pytest.fixture
def db(opened: Opener) -> TinySQLite:
    return opened()


@pytest.fixture
def docs(db: TinySQLite) -> SQLiteTable:
    return db.table("docs")
