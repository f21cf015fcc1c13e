"""Find a caller: customers, products, jobs and complaints by any words about them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, select

from fieldkit.domain.core.kinds import RecordKind
from fieldkit.domain.core.stored_json import value_at
from fieldkit.office.office import Office
from fieldkit.office.tables import documents

_FIELDS: Mapping[str, tuple[str, ...]] = {
    RecordKind.CUSTOMER: ("name", "phone", "address"),
    RecordKind.PRODUCT: ("serial", "model", "customer"),
    RecordKind.JOB: ("number", "customer.name", "customer.phone", "product.serial"),
    RecordKind.COMPLAINT: ("recorded.text",),
}
"""The kinds in the order of the result, and the fields in which the words are searched for; the
result shows these fields too."""


@dataclass(frozen=True)
class FoundRecord:
    """A record that was found, with those of its searched fields that are not empty (`about`)."""

    kind: str
    record: str
    about: tuple[str, ...]
    status: str


def find_records(office: Office, text: str, most: int = 20) -> tuple[list[FoundRecord], bool]:
    """The records in which every word of `text` occurs, case ignored, the newest of a kind first.

    Products of a customer who was found are found too. Returns at most `most` records of a kind,
    and whether some were left out.
    """
    words = text.lower().split()
    if not words:
        return [], False
    rows: dict[tuple[str, str], FoundRecord] = {}
    more = False
    with office.db.reading() as conn:
        for kind in _FIELDS:
            found = list(islice(_matching(conn, kind, words), most + 1))
            if kind == RecordKind.PRODUCT:
                owners = [who for of, who in rows if of == RecordKind.CUSTOMER]
                found += [each for who in owners for each in _matching(conn, kind, [who])]
            more = more or len(found) > most
            rows |= {(each.kind, each.record): each for each in found[:most]}
    return list(rows.values()), more


def _matching(conn: Connection, kind: str, words: list[str]) -> Iterator[FoundRecord]:
    """Select by the words anywhere in the document, then keep those with all in the fields."""
    asked = select(documents.c.record, documents.c.status, documents.c.body)
    asked = asked.where(documents.c.kind == kind).order_by(documents.c.record.desc())
    for word in words:
        written = json.dumps(word, ensure_ascii=False)[1:-1]
        asked = asked.where(func.lower(documents.c.body).contains(written, autoescape=True))
    for record, status, body in conn.execute(asked):
        about = tuple(_field(json.loads(body), field) for field in _FIELDS[kind])
        described = " ".join(about).lower()
        if all(word in described for word in words):
            yield FoundRecord(kind, record, tuple(filter(None, about)), status)


def _field(document: Mapping[str, Any], path: str) -> str:
    found = value_at(document, path)
    return found if isinstance(found, str) else ""
