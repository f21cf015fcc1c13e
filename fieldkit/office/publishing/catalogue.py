"""Published catalogues: models, parts with prices, faults, lists.

Each one is kept as JSON text under its revision; the newest one is in force, at the office and
on every laptop that has fetched it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from pydantic import BaseModel
from sqlalchemy import BigInteger, Column, Connection, String, Table, Text, insert, select

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.plain_text import unplain_paths
from fieldkit.office.errors import Denied
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import note
from fieldkit.office.tables import metadata
from fieldkit.sync.protocol.messages import CatalogueFile

catalogues = Table(
    "catalogues",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False),
    Column("by", String(200), nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)
"""The published catalogues, as they travel; `sha256` is that of the body."""

_NEWEST = catalogues.c.revision.desc()


@dataclass(frozen=True)
class EntryChanges:
    """How many entries of one kind are new, changed and gone in a newer catalogue."""

    new: int
    changed: int
    gone: int


@dataclass(frozen=True)
class Publication:
    """A published catalogue; `at` in milliseconds since 1970."""

    revision: int
    sha256: str
    by: str
    at: int


def publish_catalogue(office: Office, catalogue: Catalogue, by: str) -> Publication:
    """Publish a checked catalogue for the laptops.

    Raises `FieldkitError` (`catalogue.not_newer`) unless its revision is above the newest one's,
    (`catalogue.not_plain`) if a text in it holds control characters.
    """
    for path in unplain_paths(catalogue.model_dump(mode="json")):
        raise FieldkitError("catalogue.not_plain", where=path)
    body = catalogue.model_dump_json(exclude_defaults=True)
    sha256 = hashlib.sha256(body.encode()).hexdigest()
    row = Publication(catalogue.revision, sha256, by, office.now_ms)
    with office.db.writing() as writing:
        newest = writing.conn.scalar(select(catalogues.c.revision).order_by(_NEWEST).limit(1)) or 0
        if row.revision <= newest:
            raise FieldkitError("catalogue.not_newer", revision=row.revision, newest=newest)
        values = {"revision": row.revision, "sha256": row.sha256, "by": by, "published_at": row.at}
        writing.conn.execute(insert(catalogues).values(**values, body=body))
        note(office, writing, by, "catalogue_published", str(row.revision))
    return row


def published_catalogues(office: Office) -> list[Publication]:
    """The published catalogues, newest first."""
    columns = (
        catalogues.c.revision, catalogues.c.sha256, catalogues.c.by, catalogues.c.published_at
    )  # fmt: skip
    with office.db.reading() as conn:
        rows = conn.execute(select(*columns).order_by(_NEWEST)).all()
    return [Publication(*row) for row in rows]


def current_catalogue(office: Office) -> Catalogue | None:
    """The newest published catalogue; None before the first."""
    with office.db.reading() as conn:
        body = conn.scalar(select(catalogues.c.body).order_by(_NEWEST).limit(1))
    return Catalogue.model_validate_json(body) if body is not None else None


def region(office: Office) -> str:
    """The country whose telephone numbers are written without its code."""
    return (current_catalogue(office) or Catalogue()).region


def tag(conn: Connection) -> str:
    """The SHA-256 of the newest catalogue; "" while nothing is published."""
    return conn.scalar(select(catalogues.c.sha256).order_by(_NEWEST).limit(1)) or ""


def file(office: Office) -> tuple[CatalogueFile, str]:
    """The newest catalogue and its tag. Raises `Denied` (`no_catalogue`)."""
    with office.db.reading() as conn:
        row = conn.execute(select(catalogues).order_by(_NEWEST).limit(1)).first()
    if row is None:
        raise Denied(HTTPStatus.NOT_FOUND, "no_catalogue")
    return CatalogueFile(sha256=row.sha256, text=row.body), row.sha256


def compare_catalogues(before: Catalogue, after: Catalogue) -> dict[str, EntryChanges]:
    """What a newer catalogue changes: entries by code, for parts, faults and models."""
    old, new = _by_code(before), _by_code(after)
    return {name: _changes(old[name], new[name]) for name in new}


def _by_code(catalogue: Catalogue) -> dict[str, Mapping[str, BaseModel]]:
    return {
        "parts": {part.sku: part for part in catalogue.parts},
        "faults": {fault.code: fault for fault in catalogue.faults},
        "models": {model.code: model for model in catalogue.models},
    }


def _changes(before: Mapping[str, BaseModel], after: Mapping[str, BaseModel]) -> EntryChanges:
    both = before.keys() & after.keys()
    return EntryChanges(
        new=len(after.keys() - both),
        changed=sum(before[code] != after[code] for code in both),
        gone=len(before.keys() - both),
    )
