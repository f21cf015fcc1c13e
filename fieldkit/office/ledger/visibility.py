"""Grants: which person gets which records in her feed. None is ever taken back.

A person is granted a record when a laptop of hers sent an event of it, when the record names
her (technician, assignee), or when it belongs to a job that she has been granted. A grant made
at position N brings the record's older events too: in the feed they stand at place N.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, insert, select, update

from fieldkit.domain.core.evolve import Document
from fieldkit.office.database import Writing, insert_rows, portions
from fieldkit.office.ledger.documents import Key, links_of, people_of, rows_of
from fieldkit.office.tables import grants, links

Grant = tuple[str, Key]
_GRANT = ("person", "kind", "record", "since", "latest")


def widen(
    writing: Writing, changed: Mapping[Key, Document | None], entitled: Mapping[Key, set[str]]
) -> None:
    """Insert the grants that follow from changed records, and mark these as having news.

    `entitled` are those who sent the new events, or are named in them. Must run in the
    transaction that assigned the positions of the changes, after the last of them.
    """
    wanted: set[Grant] = {(person, key) for key in changed for person in entitled.get(key, ())}
    found_links: set[tuple[Key, str]] = set()
    for key, document in changed.items():
        if document is not None:
            wanted |= {(person, key) for person in people_of(document)}
            found_links |= links_of(key, document)
    _add_links(writing.conn, found_links)
    jobs = {key.record for key in changed if key.kind == "job"} | {job for _, job in found_links}
    wanted |= _inherited(writing.conn, jobs, wanted)
    fresh = _add_grants(writing, wanted)
    _note_news(writing, changed.keys() - fresh)


def _add_links(conn: Connection, found: set[tuple[Key, str]]) -> None:
    known: set[tuple[Key, str]] = set()
    for portion in portions({job for _, job in found}):
        for row in conn.execute(select(links).where(links.c.job.in_(portion))):
            known.add((Key(row.kind, row.record), row.job))
    new = [{"kind": key.kind, "record": key.record, "job": job} for key, job in found - known]
    if new:
        conn.execute(insert(links), new)


def _inherited(conn: Connection, jobs: set[str], new: set[Grant]) -> set[Grant]:
    """The grants of everything that belongs to these jobs, to everybody who has the job."""
    audience: dict[str, set[str]] = {job: set() for job in jobs}
    for person, key in new:
        if key.kind == "job":
            audience[key.record].add(person)
    wanted: set[Grant] = set()
    for portion in portions(jobs):
        has_job = (grants.c.kind == "job") & grants.c.record.in_(portion)
        for row in conn.execute(select(grants.c.person, grants.c.record).where(has_job)):
            audience[row.record].add(row.person)
        for row in conn.execute(select(links).where(links.c.job.in_(portion))):
            wanted |= {(person, Key(row.kind, row.record)) for person in audience[row.job]}
    return wanted


def _add_grants(writing: Writing, wanted: set[Grant]) -> set[Key]:
    """Insert the grants that are not there; returns the records that nobody had until now."""
    rows = rows_of(writing.conn, grants, {key for _, key in wanted}, "person")
    known = {(row.person, Key(row.kind, row.record)) for row in rows}
    at = writing.position
    new = [(person, key.kind, key.record, at, at) for person, key in wanted - known]
    insert_rows(writing.conn, grants, _GRANT, new)
    return {key for _, key in wanted} - {key for _, key in known}


def _note_news(writing: Writing, changed: Iterable[Key]) -> None:
    rows = [{"b_kind": key.kind, "b_record": key.record} for key in changed]
    where = (grants.c.kind == bindparam("b_kind")) & (grants.c.record == bindparam("b_record"))
    if rows:
        writing.conn.execute(update(grants).where(where).values(latest=writing.position), rows)
