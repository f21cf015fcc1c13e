"""Export to and import from a plain TinyDB file, which anybody's TinyDB can open.

The file is TinyDB's JSON: `{table: {"1": document, ...}}` with integer ids. A document whose id
is text here has it in `_id`. What makes this device itself (its keys, its place in the exchange)
is left out: who imports is another device, and carries on unsent events as its own. So are the
PINs of the people.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fieldkit.domain.core.errors import Fault
from fieldkit.domain.core.event import Event
from fieldkit.store.care.plain_reading import documents
from fieldkit.store.home.atomic_files import written
from fieldkit.store.home.leftovers import clear_beside
from fieldkit.store.storage_errors import faults
from fieldkit.store.store import Store
from fieldkit.store.tinysqlite.reading import StoredDocument

_OWN_AFFAIRS = frozenset({"device"})
_SECRETS = frozenset({("settings", "people")})
"""Documents that do not leave the store: few digits are soon found from their hash."""
_FORMAT = {"format": "fieldkit-export", "version": 1}


@faults()
def export_plain(store: Store, target: Path) -> int:
    """Write all documents to `target`, in the clear; how many.

    Raises `Fault` (`store.full`, `store.unwritable`).
    """
    clear_beside(target)
    with store.db.transaction(), written(target) as file:
        count = 0
        file.write(b"{" + _member("export", {"1": _FORMAT}))
        for name in sorted(store.db.tables() - _OWN_AFFAIRS):
            file.write(b",\n" + json.dumps(name).encode() + b":{")
            rows = (row for row in store.db.table(name) if (name, row.doc_id) not in _SECRETS)
            for number, (row, mark) in enumerate(_first_marked(rows), start=1):
                document = dict(row) | {"_id": row.doc_id}
                file.write(mark + _member(str(number), document))
                count += 1
            file.write(b"}")
        file.write(b"}\n")
    return count


def _first_marked(rows: Any) -> Iterator[tuple[Any, bytes]]:
    mark = b"\n"
    for row in rows:
        yield row, mark
        mark = b",\n"


def _member(name: str, value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"{json.dumps(name)}:{text}".encode()


@faults()
def import_plain(store: Store, source: Path) -> int:
    """Take all documents of an export into an empty store; how many.

    Raises `Fault` (`export.not_empty`, `export.missing`, `export.wrong`); nothing is changed
    then.
    """
    try:
        with source.open(encoding="utf-8") as file, store.db.transaction():
            if len(store.db.table("events")):
                raise Fault("export.not_empty")
            return _take(store, documents(file))
    except FileNotFoundError:
        raise Fault("export.missing") from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise Fault("export.wrong") from None


def _take(store: Store, read: Iterator[tuple[str, str, Any]]) -> int:
    """Keep what is read. In a transaction."""
    count, is_ours = 0, False
    waiting: list[tuple[str, str]] = []
    for table, doc_id, document in read:
        if (table, doc_id) == ("export", "1"):
            is_ours = document == _FORMAT
        elif table == "outbox":
            waiting.append((document["turn"], document["_id"]))
            count += 1
        elif table not in _OWN_AFFAIRS:
            store.db.table(table).put(_row(document))
            count += 1
    if not is_ours:
        raise ValueError("another format")
    for _, event in sorted(waiting):
        row = store.db.table("events").get(doc_id=event)
        if row is not None:
            store.ledger.reseal(Event.from_bytes(row["raw"]))
    return count


def _row(document: dict[str, Any]) -> StoredDocument:
    return StoredDocument(
        {name: value for name, value in document.items() if name != "_id"}, document["_id"]
    )
