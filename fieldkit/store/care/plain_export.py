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
    tables = _read(source)
    with store.db.transaction():
        if len(store.db.table("events")):
            raise Fault("export.not_empty")
        count = 0
        waiting: list[str] = []
        for name, rows in tables.items():
            for row in rows:
                store.db.table(name).put(row)
                count += 1
            if name == "outbox":
                waiting = [str(row.doc_id) for row in sorted(rows, key=lambda row: row["turn"])]
        store.db.drop_table("outbox")
        for event in waiting:
            row = store.db.table("events").get(doc_id=event)
            if row is not None:
                store.ledger.reseal(Event.from_bytes(row["raw"]))
    return count


def _read(source: Path) -> dict[str, list[StoredDocument]]:
    try:
        read = json.loads(source.read_text(encoding="utf-8"))
        if read.pop("export")["1"] != _FORMAT:
            raise ValueError("another format")
        return {
            name: [_row(document) for document in documents.values()]
            for name, documents in read.items()
            if name not in _OWN_AFFAIRS
        }
    except FileNotFoundError:
        raise Fault("export.missing") from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise Fault("export.wrong") from None


def _row(document: dict[str, Any]) -> StoredDocument:
    return StoredDocument(
        {name: value for name, value in document.items() if name != "_id"}, document["_id"]
    )
