"""Flags of records that need a person: list them, and resolve one.

The flags come from the folds and from nothing else. Resolving one is an event like any other: the
history keeps all that was recorded, and `aside` of the record what was set aside.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from fieldkit.domain.complaints.model import Complaint
from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.core.event import Act, Event
from fieldkit.domain.core.evolve import Document, Flag
from fieldkit.domain.core.kinds import RecordKind
from fieldkit.domain.job.cancelled_work import WORKED
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.related_records import history_acts
from fieldkit.domain.records.customer_product import Customer, Product
from fieldkit.domain.records.follow_up import FollowUp
from fieldkit.domain.records.van import Van
from fieldkit.office.desk.acting_as import Acting, acting, jobs_numbered
from fieldkit.office.ledger.documents import IS_JOB, Key, load_one, read_all
from fieldkit.office.ledger.ledger import OFFICE
from fieldkit.office.office import Office
from fieldkit.office.tables import documents

NUMBER_TAKEN = "number_taken"
"""The flag of a job whose number another one had before; the two are told apart by their ids."""


@dataclass(frozen=True)
class Conflict:
    """A flag of a record: `flag.<flag>` is its sentence, with `params`; `event` is its cause.

    `record` is the record's id, `number` what people call it: a job's number, a serial. `aside`
    counts what the record keeps aside, from whatever conflict. Of a product that was registered
    twice, `owner` is who owns it, `other` who would by the other registration. `jobs` are the ids
    of the other jobs that have the same number.
    """

    kind: str
    record: str
    number: str
    flag: str
    params: dict[str, Any]
    event: str
    aside: int
    owner: str = ""
    other: str = ""
    jobs: tuple[str, ...] = ()


def list_conflicts(office: Office) -> list[Conflict]:
    """The open flags of all jobs, the oldest job first, then those of products, customers,
    complaints, calls and vans."""
    has_flag = documents.c.body.contains('"attention":[{', autoescape=True)
    jobs = read_all(office, Job, IS_JOB, has_flag)
    products = read_all(office, Product, documents.c.kind == RecordKind.PRODUCT, has_flag)
    with office.db.reading() as conn:
        of_jobs = [_job_conflict(conn, job, mark) for job in jobs for mark in job.attention]
        of_products = [_product_conflict(conn, each, mark)
                       for each in products for mark in each.attention]  # fmt: skip
    return (
        of_jobs
        + of_products
        + [
            _conflict(kind, found, called(found), mark)
            for kind, (document, called) in _OTHERS.items()
            for found in read_all(office, document, documents.c.kind == kind, has_flag)
            for mark in found.attention
        ]
    )


_OTHERS: dict[RecordKind, tuple[type[Any], Callable[[Any], str]]] = {
    RecordKind.CUSTOMER: (Customer, lambda found: found.name),
    RecordKind.COMPLAINT: (Complaint, lambda found: found.id),
    RecordKind.FOLLOW_UP: (FollowUp, lambda found: found.id),
    RecordKind.VAN: (Van, lambda found: found.person or found.id),
}
"""The other kinds of record that may have flags: their documents, and what people call one."""


def _conflict(kind: RecordKind, found: Any, number: str, mark: Flag) -> Conflict:
    return Conflict(
        kind,
        found.id,
        number,
        mark.key,
        dict(mark.params),
        mark.event,
        len(getattr(found, "aside", ())),
    )


def _job_conflict(conn: Connection, job: Job, mark: Flag) -> Conflict:
    flagged = _conflict(RecordKind.JOB, job, job.number, mark)
    if mark.key != NUMBER_TAKEN:
        return flagged
    others = (other for other in jobs_numbered(conn, job.number) if other != job.id)
    return replace(flagged, jobs=tuple(others))


def _product_conflict(conn: Connection, product: Product, mark: Flag) -> Conflict:
    flagged = _conflict(RecordKind.PRODUCT, product, product.serial or product.id, mark)
    other = next((one.data for one in product.aside if one.event == mark.event), None)
    if other is None:
        return flagged
    owners = (_named(conn, product.customer), _named(conn, str(other.get("customer", ""))))
    return replace(flagged, owner=owners[0], other=owners[1])


def _find_other(desk: Acting, ref: str) -> Document | None:
    """A customer, complaint, call or van by its id."""
    found = (desk.find(kind, ref) for kind in _OTHERS)
    return next((each for each in found if each is not None), None)


def _resolve_other(desk: Acting, found: Document, flag: str, note: str) -> Event:
    if flag not in {mark.key for mark in found.attention}:
        raise Refused(Reason("nothing_to_resolve"))
    kind = next(kind for kind, (document, _) in _OTHERS.items() if isinstance(found, document))
    data = {"flag": flag, "note": note}
    return desk.emit([Act(record=found.id, type=f"{kind}.conflict_resolved", data=data)])[0]


def _named(conn: Connection, customer: str) -> str:
    stored = load_one(conn, Key(RecordKind.CUSTOMER, customer))
    known = stored.document if stored else None
    return known.name if isinstance(known, Customer) else customer


def resolve(
    office: Office, ref: str, flag: str, note: str, by: str = OFFICE, stands: str = ""
) -> Event:
    """Record that a flag of a job or product was looked at; `note` says what was decided.

    A cancellation that waited counts then, and the work that was done joins the product's history.
    `stands` is the event of a registration set aside that shall stand instead of the first. Raises
    `NotFound`, or `Refused` (`nothing_to_resolve`) if the record has no such flag.
    """
    with acting(office, by) as desk:
        if other := _find_other(desk, ref):
            return _resolve_other(desk, other, flag, note)
        product = None if desk.has_job(ref) else desk.find_product(ref)
        current: Job | Product = product or desk.job(ref)
        marks = {mark.key for mark in current.attention}
        asides = {"", *(one.event for one in current.aside if product)}
        if flag not in marks or stands not in asides:
            raise Refused(Reason("nothing_to_resolve"))
        data = {"flag": flag, "note": note}
        if product:
            data["event"] = stands
        kind = RecordKind.PRODUCT if product else RecordKind.JOB
        acts = [Act(record=current.id, type=f"{kind}.conflict_resolved", data=data)]
        if isinstance(current, Job) and flag == WORKED:
            acts += history_acts(current, Context(desk.author, office.new_id))
        return desk.emit(acts)[0]
