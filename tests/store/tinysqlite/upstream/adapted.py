"""Put beside TinyDB's own tests as their `conftest.py`: they run on rows of SQLite.

Whatever their modules call TinyDB is a store of ours; where they name a storage of their own or a
middleware it is TinyDB itself, because those are not concerned. `DIFFERENT` are the tests that
ours must fail, each with the reason; docs/store.md says the same in words.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tinydb
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import JSONStorage, MemoryStorage

from fieldkit.store.tinysqlite import SQLiteStorage, TinySQLite

_UNCACHED = "queries are not cached: another process may have written since"
_JSON = "how a JSON file is written or opened is no option of a store"
_NAME = "the test looks at the name of a class, which is another one here"
DIFFERENT = {
    "test_tinydb/test_search": _UNCACHED,
    "test_tinydb/test_search_path": _UNCACHED,
    "test_tables/test_query_cache": _UNCACHED,
    "test_tables/test_query_cache_size": _UNCACHED,
    "test_tables/test_lru_cache": _UNCACHED,
    "test_storages/test_json_kwargs": _JSON,
    "test_storages/test_json_read": _JSON,
    "test_storages/test_json_invalid_directory": "what the disk refuses is an error of our own",
    "test_tinydb/test_repr": _NAME,
    "test_tables/test_table_repr": _NAME,
    "test_tinydb/test_access_storage": _NAME,
    "test_tinydb/test_storage_access": _NAME,
    "test_tinydb/test_lastid_after_open": "the last id stands in the file, not in a field",
}
"""Module and test without its parameters, and why ours answers otherwise."""


class OnSQLite(TinySQLite):
    """What TinyDB's tests take for TinyDB."""

    def __new__(cls, *arguments: Any, storage: Any = JSONStorage, **options: Any) -> Any:
        """TinyDB itself where the storage is none of its own two."""
        if storage in (JSONStorage, MemoryStorage):
            return super().__new__(cls)
        return tinydb.TinyDB(*arguments, storage=storage, **options)

    def __init__(self, path: Any = None, **options: Any) -> None:
        # How a JSON file is to be written is left out; nothing is in memory alone.
        super().__init__(path or Path(tempfile.mkdtemp()) / "memory.db", storage=SQLiteStorage)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give their modules our TinyDB, and expect the meant differences."""
    for item in items:
        module: Any = getattr(item, "module", None)
        if hasattr(module, "TinyDB"):
            module.TinyDB = OnSQLite
        name = f"{item.path.stem}/{item.name.partition('[')[0]}"
        if name in DIFFERENT:
            item.add_marker(pytest.mark.xfail(reason=DIFFERENT[name], strict=True))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[TinySQLite]:
    """The database that most of the tests work on, as TinyDB's own conftest fills it."""
    made = OnSQLite(tmp_path / "test.db")
    made.insert_multiple({"int": 1, "char": char} for char in "abc")
    yield made
    made.close()


@pytest.fixture
def storage() -> Any:
    """TinyDB's own, for the tests of its middleware."""
    made: Any = CachingMiddleware
    return made(MemoryStorage)()
