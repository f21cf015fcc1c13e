"""Customers and products put right on a laptop: corrected, merged, handed to a new owner.

What a correction changes in the open jobs of this laptop is recorded with it, so that their next
verdict and papers follow.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fieldkit.domain import correcting
from fieldkit.domain.core.event import Act, RecordKind
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.model import Job
from fieldkit.domain.records.customer_product import Customer, Product
from fieldkit.domain.records.duplicates import alike, alike_to
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.records import customer, product, serials, standing_customer

_CARD = ("id", "name", "phone", "phone_e164", "address", "merged_into", "told_apart")


def amend_customer(session: Session, record_id: str, changes: Mapping[str, Any]) -> Customer:
    """Correct a customer's card. Raises `NotFound` or `BadInput`."""
    with session.store.writing():
        before = customer(session, record_id)
        _commit(
            session, before, correcting.amend_customer(before, changes, session.catalogue.region)
        )
    return customer(session, record_id)


def amend_product(session: Session, serial: str, changes: Mapping[str, Any]) -> Product:
    """Correct what is recorded of a product, or add what was not known: a missing day of purchase.

    Raises `NotFound` or `BadInput`.
    """
    with session.store.writing():
        before = product(session, serial)
        if owner := changes.get("customer"):
            customer(session, str(owner))
        acts = correcting.amend_product(before, changes, serials(session), _context(session))
        _commit(session, before, acts)
    return product(session, before.id)


def transfer_product(
    session: Session, serial: str, values: Mapping[str, Any], owner: str = ""
) -> Product:
    """Record the new owner of a product; without one, that it has one who is not registered.

    Raises `NotFound` or `BadInput`.
    """
    with session.store.writing():
        before = product(session, serial)
        new = customer(session, owner) if owner else None
        acts = correcting.transfer(before, values, new, _context(session))
        _commit(session, before, acts)
    return product(session, before.id)


def merge_customers(session: Session, duplicate: str, into: str) -> Customer:
    """Two customers are one; who stands for both is answered. Raises `NotFound` or `Refused`."""
    with session.store.writing():
        stands = standing_customer(session, into)
        acts = correcting.merge(customer(session, duplicate), stands)
        session.store.ledger.commit(acts, session.author())
    return stands


def unmerge_customer(session: Session, duplicate: str) -> Customer:
    """They are two after all, and everything is as before. Raises `NotFound` or `Refused`."""
    with session.store.writing():
        acts = correcting.unmerge(customer(session, duplicate))
        session.store.ledger.commit(acts, session.author())
    return customer(session, duplicate)


def tell_apart(session: Session, record_id: str, other: str) -> Customer:
    """They are two, and are not offered for merging again. Raises `NotFound` or `Refused`."""
    with session.store.writing():
        acts = correcting.tell_apart(customer(session, record_id), customer(session, other))
        session.store.ledger.commit(acts, session.author())
    return customer(session, record_id)


def duplicates(session: Session) -> list[list[Customer]]:
    """Customers who may be the same and are not merged, in groups."""
    cards = session.store.lists.parts(RecordKind.CUSTOMER, *_CARD)
    groups = alike((one for one in cards if not one.get("merged_into")), session.catalogue.region)
    return [[customer(session, record_id) for record_id in group] for group in groups]


def duplicates_of(session: Session, record_id: str) -> list[Customer]:
    """The other customers who may be the same as this one and are not merged."""
    card = customer(session, record_id).model_dump(include=set(_CARD))
    cards = session.store.lists.parts(RecordKind.CUSTOMER, *_CARD)
    others = (one for one in cards if not one.get("merged_into"))
    found = alike_to(card, others, session.catalogue.region)
    return [customer(session, other) for other in found]


def jobs_of(session: Session, customers: Iterable[str]) -> list[Job]:
    """The jobs of customers that are in the store, the newest first."""
    found = [
        str(row["id"])
        for row in session.store.lists.parts(RecordKind.JOB, "id", "customer.id")
        if (row.get("customer") or {}).get("id") in set(customers)
    ]
    ledger = session.store.ledger
    return [ledger.document(RecordKind.JOB, record_id) for record_id in reversed(found)]


def products_of(session: Session, customers: Iterable[str]) -> list[Product]:
    """The products of customers."""
    rows = (row for each in sorted(customers) for row in session.store.ledger.owned_by(each))
    return [Product.model_validate(row) for row in rows]


def _commit(session: Session, before: correcting.Record, acts: list[Act]) -> None:
    """Record a correction, and what it changes in the open jobs that carry the record."""
    if not acts:
        return
    session.store.ledger.commit(acts, session.author())
    kind = RecordKind(acts[0].kind)
    after = session.store.ledger.document(kind, before.id)
    followed = [
        act for job in _open_jobs(session, kind, before.id)
        for act in correcting.in_job(job, after, before)
    ]  # fmt: skip
    if followed:
        session.store.ledger.commit(followed, session.author())


def _open_jobs(session: Session, kind: RecordKind, record_id: str) -> list[Job]:
    lists, part = session.store.lists, f"{kind.value}.id"
    in_hand = [row[0] for row in lists.rows_in_hand()]
    rows = lists.job_rows_of(in_hand, ("id", part))
    return [
        session.store.ledger.document(RecordKind.JOB, job) for job, of in rows if of == record_id
    ]


def _context(session: Session) -> Context:
    return Context(session.author(), session.new_id)
