"""Earlier work by serial number and by customer: own jobs, archived ones, and what came along.

A dispatched job brings the history of its product; what other laptops did is known from there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldkit.domain.core.event import RecordKind
from fieldkit.domain.records.customer_product import Product
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.job_rows import job_row


@dataclass(frozen=True)
class Visit:
    """One earlier piece of work. `job_id` is "" where the job is not on this laptop: then
    `component` and `paid` are what is known of it. `text` is the symptom."""

    day: date | None
    serial: str
    model: str
    customer: str
    phone: str
    job_id: str = ""
    number: str = ""
    kind: str = ""
    status: str = ""
    text: str = ""
    archived: bool = False
    component: str = ""
    part: str = ""
    paid: bool = False


def visits(session: Session, archived: bool = True) -> list[Visit]:
    """Everything that is known, the newest first; without what is archived if `archived` is False.

    Raises `ArchiveFault` where the archive cannot be read.
    """
    ledger = session.store.ledger
    here = ledger.rows(RecordKind.JOB)
    known = {document["id"] for document in here}
    rows = session.store.archive.rows() if archived else []
    old = [document for document in rows if document["id"] not in known]
    found = [_own(document, False) for document in here]
    found += [_own(document, True) for document in old]
    jobs = known | {document["id"] for document in old}
    people = {row["id"]: row for row in ledger.rows(RecordKind.CUSTOMER)}
    for row in ledger.rows(RecordKind.PRODUCT):
        if row.get("history"):
            found += _elsewhere(Product.model_validate(row), people, jobs)
    return sorted(found, key=lambda visit: visit.day or date.min, reverse=True)


def _own(document: Mapping[str, Any], archived: bool) -> Visit:
    row = job_row(document)
    request = document.get("request") or {}
    what = document.get("product") or {}
    day = str(request.get("reported_on", "")) or row.appointment[:10]
    return Visit(
        day=date.fromisoformat(day) if day else None,
        serial=str(what.get("serial", "")),
        model=str(what.get("model", "")),
        customer=row.customer,
        phone=str((document.get("customer") or {}).get("phone", "")),
        job_id=row.id,
        number=row.number,
        kind=row.kind,
        status=row.status,
        text=str(request.get("symptom", "")),
        archived=archived,
    )


def _elsewhere(
    product: Product, people: Mapping[str, Mapping[str, Any]], jobs: set[str]
) -> Iterator[Visit]:
    owner = people.get(product.customer, {})
    for entry in product.history:
        if entry.job in jobs:
            continue
        yield Visit(
            day=entry.on,
            serial=product.serial,
            model=product.model,
            customer=str(owner.get("name", "")),
            phone=str(owner.get("phone", "")),
            component=entry.component,
            part=entry.part,
            paid=entry.paid,
        )
