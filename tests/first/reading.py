"""What a home and an office hold, as plain JSON: read through the command line and the office's
database, so that it can be compared with what an older program read there."""

import hashlib
import io
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import Any

from fieldkit.cli.app import run

KINDS = {
    "jobs": "job", "customers": "customer", "products": "product", "complaints": "complaint",
    "follow_ups": "follow_up", "vans": "van",
}  # fmt: skip
"""The tables of an export that hold documents, and the kind of record of each."""

Json = dict[str, Any]


def exported(home: Path) -> dict[str, dict[str, Json]]:
    """Every table of a home by name, its rows by id: what `fieldkit store export` writes."""
    file = home.parent / "export.json"
    with redirect_stdout(io.StringIO()):
        assert run(["--home", str(home), "store", "export", str(file)]) == 0
    tables = json.loads(file.read_text(encoding="utf-8"))
    file.unlink()
    return {
        name: {str(row.pop("_id")): row for row in rows.values()}
        for name, rows in tables.items()
        if name != "export"
    }


def documents(home: Path) -> dict[str, Json]:
    """Every document of a home, as `kind/record`."""
    tables = exported(home)
    return {f"{name}/{record}": row for name in KINDS for record, row in tables[name].items()}


def office_rows(office: Path, sql: str) -> list[tuple[Any, ...]]:
    """What a query finds in the office's database."""
    with closing(sqlite3.connect(office / "office.db")) as conn:
        return conn.execute(sql).fetchall()


def office_documents(office: Path) -> dict[str, Json]:
    """Every document of an office, as `kind/record`."""
    plural = {kind: name for name, kind in KINDS.items()}
    rows = office_rows(office, "SELECT kind, record, body FROM documents")
    return {f"{plural[kind]}/{record}": json.loads(body) for kind, record, body in rows}


def verdict(decision: Json) -> Json:
    """What a stored decision says, without its facts."""
    lines = [
        [line["line"], line["charge"], line.get("remedy"), line["customer_pays_fen"]]
        for line in decision["lines"]
    ]
    whole = {name: decision.get(name) for name in ("call_out_fen", "total_fen", "approval")}
    by = [decision[name]["revision"] for name in ("pack", "today_pack")]
    rules = [hit["rule"] for hit in decision["hits"]]
    return whole | {"by": by, "lines": lines, "rules": rules}


def short(raw: str) -> str:
    """A mark of the exact bytes of an event."""
    return hashlib.sha256(raw.encode()).hexdigest()[:16]


def answer(*arguments: str) -> Any:
    """The JSON that a command prints, whatever its exit code."""
    out = io.StringIO()
    with redirect_stdout(out):
        run(list(arguments))
    return json.loads(out.getvalue())


def standing(office: Path) -> Json:
    """The figures of `fieldkit office status`, without what depends on the clock."""
    said = answer("office", "status", "--folder", str(office), "--json")
    names = ("person", "role", "area", "state", "rejected", "held")
    del said["figures"]["devices_seen_last_hour"]
    said["devices"] = [[device[name] for name in names] for device in said["devices"]]
    return dict(said)


def expected(folder: Path) -> Json:
    """Everything that a later program must find again in `home` and `office` of a folder."""
    home, office = folder / "home", folder / "office"
    tables, here, there = exported(home), documents(home), office_documents(office)
    events = office_rows(office, "SELECT id, type, status, raw FROM events ORDER BY entry")
    raws = {event: raw.decode() for event, _, _, raw in events}
    raws |= {event: row["raw"] for event, row in tables["events"].items()}
    return {
        "laptop": here,
        "laptop_events": by_record(tables["events"]),
        "unsent": len(tables["outbox"]),
        "office": {key: _SAME if here.get(key) == row else row for key, row in there.items()},
        "office_events": dict(Counter(f"{kind} {status}" for _, kind, status, _ in events)),
        "standing": standing(office),
        "verdicts": {event: verdict(said) for event, said in decisions(raws)},
    }


_SAME = "as on the laptop"


def at_office(found: Json) -> Json:
    """The documents that the office must have, of what `expected` answered."""
    here = found["laptop"]
    return {key: here[key] if row == _SAME else row for key, row in found["office"].items()}


def by_record(events: dict[str, Json]) -> dict[str, list[str]]:
    """Type, status and mark of each event, by record, in order of arrival."""
    found: dict[str, list[str]] = {}
    for row in events.values():
        told = f"{row['type']} {row['status']} {short(row['raw'])}"
        found.setdefault(row["record"], []).append(told)
    return found


def decisions(raws: dict[str, str]) -> Iterator[tuple[str, Json]]:
    """The decision records that events carry, by event."""
    for event, raw in raws.items():
        said = json.loads(raw)["data"].get("decision")
        if said:
            yield event, said
