"""Customers and products put right at the desk, and the desk's word on what laptops corrected."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from fieldkit.domain import correcting
from fieldkit.domain.core.errors import NotFound
from fieldkit.domain.core.event import Act, RecordKind
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.corrected import UNCONFIRMED
from fieldkit.domain.job.model import Job
from fieldkit.domain.record_kinds import fold
from fieldkit.domain.records.customer_product import Customer, Product
from fieldkit.domain.records.duplicates import alike, alike_to
from fieldkit.domain.records.merging import everybody, survivor
from fieldkit.domain.records.unconfirmed import Unconfirmed
from fieldkit.office.desk.acting_as import Acting, acting
from fieldkit.office.ledger.documents import Key, counted, load, read_all
from fieldkit.office.ledger.ledger import OFFICE
from fieldkit.office.office import Office
from fieldkit.office.publishing.catalogue import region
from fieldkit.office.tables import documents, links
from fieldkit.office.trade_rules import TradeRules

R = TypeVar("R", bound=Customer | Product)
_OF_CUSTOMER = documents.c.kind == RecordKind.CUSTOMER


def amend_customer(
    office: Office, record_id: str, changes: Mapping[str, Any], by: str = OFFICE
) -> Customer:
    """Correct a customer's card, also in the open jobs that carry it. Raises what the domain's
    command raises, or `NotFound`."""
    where = region(office)
    with acting(office, by) as desk:
        before = desk.get("customer", record_id, Customer)
        return _commit(desk, before, correcting.amend_customer(before, changes, where))


def amend_product(
    office: Office, serial: str, changes: Mapping[str, Any], rules: TradeRules, by: str = OFFICE
) -> Product:
    """Correct what is recorded of a product, also in the open jobs that carry it."""
    with acting(office, by) as desk:
        before = desk.product(serial)
        if owner := changes.get("customer"):
            desk.get("customer", str(owner), Customer)
        context = Context(desk.author, office.new_id)
        acts = correcting.amend_product(before, changes, desk.serials(rules.catalogue), context)
        return _commit(desk, before, acts)


def transfer_product(
    office: Office, serial: str, values: Mapping[str, Any], owner: str = "", by: str = OFFICE
) -> Product:
    """Record the new owner of a product; without one, that it has one who is not registered."""
    with acting(office, by) as desk:
        before = desk.product(serial)
        new = desk.get("customer", owner, Customer) if owner else None
        acts = correcting.transfer(before, values, new, Context(desk.author, office.new_id))
        return _commit(desk, before, acts)


def merge_customers(office: Office, duplicate: str, into: str, by: str = OFFICE) -> Customer:
    """Two customers are one; who stands for both is answered. Raises `NotFound` or `Refused`."""
    with acting(office, by) as desk:
        stands = desk.get("customer", survivor(into, merged_customers(desk.conn)), Customer)
        desk.emit(correcting.merge(desk.get("customer", duplicate, Customer), stands))
        return stands


def unmerge_customer(office: Office, duplicate: str, by: str = OFFICE) -> None:
    """They are two after all, and everything is as before. Raises `NotFound` or `Refused`."""
    with acting(office, by) as desk:
        desk.emit(correcting.unmerge(desk.get("customer", duplicate, Customer)))


def tell_apart(office: Office, record_id: str, other: str, by: str = OFFICE) -> None:
    """They are two, and are not offered for merging again. Raises `NotFound` or `Refused`."""
    with acting(office, by) as desk:
        one, two = (desk.get("customer", each, Customer) for each in (record_id, other))
        desk.emit(correcting.tell_apart(one, two))


# -- who is the same -----------------------------------------------------------------------


def merged_customers(conn: Connection) -> dict[str, str]:
    """Into whom each customer was merged who was found to be the same as another."""
    found = select(documents.c.body).where(_OF_CUSTOMER, documents.c.status == "merged")
    people = (Customer.model_validate_json(body) for body in conn.scalars(found))
    return {one.id: one.merged_into for one in people}


def same_people(conn: Connection, record_id: str) -> set[str]:
    """All ids under which a customer is recorded."""
    return everybody(record_id, merged_customers(conn))


def standing_customer(desk: Acting, record_id: str) -> Customer:
    """Who stands for a customer: she herself, or with whom she was merged. Raises `NotFound`."""
    stands = survivor(record_id, merged_customers(desk.conn))
    return desk.get("customer", stands, Customer)


def duplicates(office: Office) -> list[list[Customer]]:
    """Customers who may be the same and are not merged, in groups."""
    people = read_all(office, Customer, _OF_CUSTOMER, documents.c.status != "merged")
    by_id = {one.id: one for one in people}
    groups = alike((one.model_dump(include=_CARD) for one in people), region(office))
    return [[by_id[record_id] for record_id in group] for group in groups]


def duplicates_of(office: Office, record_id: str) -> list[Customer]:
    """The other customers who may be the same as this one and are not merged."""
    people = read_all(office, Customer, _OF_CUSTOMER, documents.c.status != "merged")
    cards = {one.id: one.model_dump(include=_CARD) for one in people}
    if record_id not in cards:
        return []
    found = set(alike_to(cards[record_id], cards.values(), region(office)))
    return [one for one in people if one.id in found]


_CARD = {"id", "name", "phone", "phone_e164", "address", "told_apart"}


# -- the desk's word -----------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A correction by a technician that waits for the desk's word."""

    kind: str
    record: str
    change: Unconfirmed


def list_waiting(office: Office) -> list[Waiting]:
    """What was corrected in the field, costs money and waits for the desk, the oldest first."""
    waits = documents.c.body.contains('"unconfirmed":[{', autoescape=True)
    people = read_all(office, Customer, _OF_CUSTOMER, waits)
    products = read_all(office, Product, documents.c.kind == RecordKind.PRODUCT, waits)
    found = [Waiting("customer", who.id, one) for who in people for one in who.unconfirmed]
    found += [Waiting("product", what.id, one) for what in products for one in what.unconfirmed]
    return sorted(found, key=lambda one: one.change.at)


def settle(
    office: Office, change: str, agreed: bool, reason: str = "", by: str = OFFICE
) -> Waiting:
    """Confirm or refuse a correction by its event; a refusal brings back what was there before,
    also in the jobs. Raises `NotFound` where nothing waits under this name."""
    found = next((one for one in list_waiting(office) if one.change.event == change), None)
    if found is None:
        raise NotFound("correction", change)
    with acting(office, by) as desk:
        after = _settled(desk, found, agreed, reason)
        for job in jobs_carrying(desk.conn, found.kind, found.record):
            if any(mark.key == UNCONFIRMED for mark in job.attention) and not _waits(
                desk, job, after
            ):
                data = {"flag": UNCONFIRMED, "note": reason}
                desk.emit([Act(record=job.id, type="job.conflict_resolved", data=data)])
    return found


def _settled(desk: Acting, found: Waiting, agreed: bool, reason: str) -> Customer | Product:
    if found.kind == "customer":
        who = desk.get("customer", found.record, Customer)
        acts = correcting.settle(who, found.change, agreed, reason)
        return _commit(desk, who, acts, late=not agreed)
    what = desk.get("product", found.record, Product)
    acts = correcting.settle(what, found.change, agreed, reason)
    return _commit(desk, what, acts, late=not agreed)


def _waits(desk: Acting, job: Job, settled: Customer | Product) -> bool:
    """Whether anything else that the job carries waits for the desk."""
    if settled.unconfirmed:
        return True
    other = job.product if isinstance(settled, Customer) else job.customer
    kind = "product" if isinstance(settled, Customer) else "customer"
    record = desk.find(kind, other.id) if other else None
    return isinstance(record, Customer | Product) and bool(record.unconfirmed)


def jobs_carrying(conn: Connection, kind: str, record_id: str) -> Iterator[Job]:
    """The jobs that carry a record."""
    of_record = (links.c.kind == kind) & (links.c.record == record_id)
    ids = conn.scalars(select(links.c.job).where(of_record)).all()
    for stored in load(conn, [Key("job", job) for job in ids]).values():
        if isinstance(stored.document, Job):
            yield stored.document


def _commit(desk: Acting, before: R, acts: list[Act], late: bool = False) -> R:
    """Emit a correction, and what it changes in the jobs that carry the record; answers the
    record as it is then."""
    if not acts:
        return before
    events = desk.emit(acts)
    key = Key(events[0].kind, before.id)
    after = fold(key.kind, key.record, [*counted(desk.conn, key), *events])
    assert isinstance(after, type(before))
    for job in jobs_carrying(desk.conn, key.kind, key.record):
        desk.emit(correcting.in_job(job, after, before, late))
    return after
