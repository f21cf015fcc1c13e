"""TinyDB on SQLite: durable, encrypted, shared between processes, and fast whatever its size.

```python
db = TinySQLite.open("store.db", key=key, indexes={"events": ["job_id", "position"]})
with db.transaction():
    db.table("jobs").upsert(StoredDocument(job, doc_id=job["id"]))
    db.table("events").insert(event)
```

It stands on its own: TinyDB and APSW (``apsw-sqlite3mc``) are all it needs, and ``cryptography`` to
open the pages of a damaged file one by one.
"""

from .database import TinySQLite
from .errors import (
    ClosedError,
    DamagedError,
    DuplicateError,
    ForkedError,
    LogNeedsWritingError,
    LostCommitsError,
    NewerVersionError,
    NotAStoreError,
    NotIndexedError,
    NotJSONError,
    ReadOnlyError,
    StoreBusyError,
    StoreFullError,
    StoreIOError,
    TinySQLiteError,
    TransactionAbortedError,
    UnreadableError,
    WrongKeyError,
)
from .maintenance import DatabaseReport
from .reading import StoredDocument
from .recovery import Salvaged, install, prepare, remove, rename, restore, salvage, set_aside
from .storage import SQLiteStorage
from .table import SQLiteTable

__all__ = [
    "ClosedError",
    "DamagedError",
    "DatabaseReport",
    "DuplicateError",
    "ForkedError",
    "LogNeedsWritingError",
    "LostCommitsError",
    "NewerVersionError",
    "NotAStoreError",
    "NotIndexedError",
    "NotJSONError",
    "ReadOnlyError",
    "SQLiteStorage",
    "SQLiteTable",
    "Salvaged",
    "StoreBusyError",
    "StoreFullError",
    "StoreIOError",
    "StoredDocument",
    "TinySQLite",
    "TinySQLiteError",
    "TransactionAbortedError",
    "UnreadableError",
    "WrongKeyError",
    "install",
    "prepare",
    "remove",
    "rename",
    "restore",
    "salvage",
    "set_aside",
]
