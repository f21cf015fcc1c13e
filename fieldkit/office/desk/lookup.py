"""Find a caller: customers, products, jobs and complaints by any words about them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, or_, select

from fieldkit.domain.core.kinds import RecordKind
from fieldkit.domain.core.searching import query_words
from fieldkit.domain.records.merging import everybody, survivor
from fieldkit.office.database import portions
from fieldkit.office.desk.correct_records import merged_customers
from fieldkit.office.ledger.search_columns import SEARCHED, text_at
from fieldkit.office.office import Office
from fieldkit.office.tables import documents, links


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

    Products of a customer who was found are found too; of those who were merged, who stands for
    them, with the products and jobs of all of them. Returns at most `most` records of a kind,
    and whether some were left out.
    """
    words = query_words(text)
    if not words:
        return [], False
    rows: dict[tuple[str, str], FoundRecord] = {}
    people, doubled = set[str](), set[str]()
    more = False
    with office.db.reading() as conn:
        for kind in SEARCHED:
            found = list(islice(_matching(conn, kind, words), most + 1))
            if kind == RecordKind.CUSTOMER:
                found, people, doubled = _standing(conn, found)
            if kind == RecordKind.PRODUCT:
                found += [
                    each for who in people for each in _matching(conn, kind, query_words(who))
                ]
            if kind == RecordKind.JOB:
                found += _jobs_of(conn, doubled)
            more = more or len(found) > most
            rows |= {(each.kind, each.record): each for each in found[:most]}
    return list(rows.values()), more


def _standing(
    conn: Connection, found: list[FoundRecord]
) -> tuple[list[FoundRecord], set[str], set[str]]:
    """Customers with those who stand for the merged ones in their place, all ids of them, and
    those of whom more than one is recorded."""
    merged = merged_customers(conn)
    people = {same for each in found for same in everybody(each.record, merged)}
    doubled = {one for one in people if len(everybody(one, merged)) > 1}
    standing = dict.fromkeys(survivor(each.record, merged) for each in found)
    here = {each.record: each for each in found}
    lacking = [record for record in standing if record not in here]
    here |= {each.record: each for each in _rows(conn, RecordKind.CUSTOMER, lacking)}
    return [here[record] for record in standing if record in here], people, doubled


def _jobs_of(conn: Connection, people: set[str]) -> list[FoundRecord]:
    """The jobs of customers who were merged: what they are called may stand in none of them."""
    if not people:
        return []
    of_them = (links.c.kind == RecordKind.CUSTOMER) & links.c.record.in_(sorted(people))
    jobs = conn.scalars(select(links.c.job).where(of_them)).all()
    return _rows(conn, RecordKind.JOB, jobs)


def _rows(conn: Connection, kind: str, records: Iterable[str]) -> list[FoundRecord]:
    """These records of a kind, as they are found."""
    asked = select(documents.c.record, documents.c.status, documents.c.body)
    found: list[FoundRecord] = []
    for portion in portions(records):
        where = (documents.c.kind == kind) & documents.c.record.in_(portion)
        found += [_found(kind, *row) for row in conn.execute(asked.where(where))]
    return found


def _found(kind: str, record: str, status: str, body: str) -> FoundRecord:
    document = json.loads(body)
    about = tuple(text_at(document, path) for path in SEARCHED[kind])
    return FoundRecord(kind, record, tuple(filter(None, about)), status)


def _matching(conn: Connection, kind: str, words: Iterable[Iterable[str]]) -> Iterator[FoundRecord]:
    """The records of a kind that hold every word, in one of its forms."""
    asked = select(documents.c.record, documents.c.status, documents.c.body)
    asked = asked.where(documents.c.kind == kind).order_by(documents.c.record.desc())
    for forms in words:
        held = (documents.c.words.contains(form, autoescape=True) for form in forms)
        asked = asked.where(or_(*held))
    for row in conn.execute(asked):
        yield _found(kind, *row)
