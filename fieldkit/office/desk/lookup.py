"""Find a caller: customers, products, jobs and complaints by any words about them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, or_, select

from fieldkit.domain.core.kinds import RecordKind
from fieldkit.domain.core.searching import query_words
from fieldkit.office.ledger.search_columns import SEARCHED, text_at
from fieldkit.office.office import Office
from fieldkit.office.tables import documents


@dataclass(frozen=True)
class FoundRecord:
    """A record that was found, with those of its searched fields that are not empty (`about`)."""

    kind: str
    record: str
    about: tuple[str, ...]
    status: str


def find_records(office: Office, text: str, most: int = 20) -> tuple[list[FoundRecord], bool]:
    """The records in which every word of `text` occurs, however it is written, the newest of a
    kind first.

    Products of a customer who was found are found too. Returns at most `most` records of a kind,
    and whether some were left out.
    """
    words = query_words(text)
    if not words:
        return [], False
    rows: dict[tuple[str, str], FoundRecord] = {}
    more = False
    with office.db.reading() as conn:
        for kind in SEARCHED:
            found = list(islice(_matching(conn, kind, words), most + 1))
            if kind == RecordKind.PRODUCT:
                owners = [who for of, who in rows if of == RecordKind.CUSTOMER]
                found += [
                    each for who in owners for each in _matching(conn, kind, query_words(who))
                ]
            more = more or len(found) > most
            rows |= {(each.kind, each.record): each for each in found[:most]}
    return list(rows.values()), more


def _matching(conn: Connection, kind: str, words: Iterable[Iterable[str]]) -> Iterator[FoundRecord]:
    """The records of a kind that hold every word, in one of its forms."""
    asked = select(documents.c.record, documents.c.status, documents.c.body)
    asked = asked.where(documents.c.kind == kind).order_by(documents.c.record.desc())
    for forms in words:
        held = (documents.c.words.contains(form, autoescape=True) for form in forms)
        asked = asked.where(or_(*held))
    for record, status, body in conn.execute(asked):
        document = json.loads(body)
        about = tuple(text_at(document, path) for path in SEARCHED[kind])
        yield FoundRecord(kind, record, tuple(filter(None, about)), status)
