"""The service desk: look records up, take requests, send a technician, answer an approval."""

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from fieldkit.domain import registration
from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.errors import FieldkitError, NotFound
from fieldkit.domain.core.event import Act, Event, Role
from fieldkit.domain.core.evolve import Document
from fieldkit.domain.core.form import read_form
from fieldkit.domain.job.commands import perform, product_snapshot, register
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.holdups import HoldUp, hold_ups
from fieldkit.domain.job.model import CLOSED, Job
from fieldkit.domain.job.side_events import ComplaintOpened
from fieldkit.domain.records.customer_product import Customer, Product
from fieldkit.office.desk.acting_as import Acting, acting, job_id
from fieldkit.office.ledger.documents import Key, counted, load
from fieldkit.office.ledger.ledger import OFFICE
from fieldkit.office.office import Office
from fieldkit.office.tables import documents
from fieldkit.office.trade import Trade

_LOG = logging.getLogger(__name__)


def read_record(office: Office, kind: str, record: str) -> Document:
    """The document of a record; a job also by its number. Raises `NotFound`."""
    with office.db.reading() as conn:
        key = Key(kind, job_id(conn, record) if kind == "job" else record)
        stored = load(conn, [key]).get(key)
    if stored is None:
        raise NotFound(kind, record)
    return stored.document


def read_history(office: Office, kind: str, record: str) -> list[Event]:
    """The events of a record that count, by position."""
    with office.db.reading() as conn:
        return counted(conn, Key(kind, record))


def list_jobs(office: Office, technician: str = "", status: str = "") -> list[Job]:
    """The jobs, oldest first; only those of a technician or in a status, if given."""
    found = select(documents.c.body).where(documents.c.kind == "job")
    if technician:
        found = found.where(documents.c.person == technician)
    if status:
        found = found.where(documents.c.status == status)
    with office.db.reading() as conn:
        bodies = conn.scalars(found.order_by(documents.c.record)).all()
    return [Job.model_validate_json(body) for body in bodies]


def held_up(office: Office) -> list[tuple[Job, HoldUp]]:
    """What holds open jobs up behind the front line, parts on order too; the oldest first."""
    closed = [status.value for status in CLOSED]
    found = select(documents.c.body).where(
        documents.c.kind == "job", documents.c.status.not_in(closed)
    )
    with office.db.reading() as conn:
        bodies = conn.scalars(found).all()
    jobs = [Job.model_validate_json(body) for body in bodies]
    pairs = [(job, one) for job in jobs for one in hold_ups(job) if one.open]
    return sorted(pairs, key=lambda pair: pair[1].logged.at)


# -- intake --------------------------------------------------------------------------------


def register_customer(office: Office, values: Mapping[str, Any], by: str = OFFICE) -> str:
    """A new customer; answers her id. Raises `BadInput`."""
    with acting(office, by) as desk:
        act = registration.register_customer(values, _context(office, desk))
        desk.emit([act])
    return act.record


def register_product(
    office: Office, values: Mapping[str, Any], trade: Trade, by: str = OFFICE
) -> str:
    """A product, with the calls that its sale asks for; answers its serial number.

    Raises `BadInput`, or `NotFound` where it names a customer who is not here.
    """
    with acting(office, by) as desk:
        taken = desk.find("product", registration.serial_of(values)) is not None
        act = registration.register_product(values, trade.models, taken, _context(office, desk))
        product = registration.sold(act)
        buyer = desk.get("customer", product.customer, Customer) if product.customer else None
        desk.emit([act, *_calls(office, desk, trade, product, buyer)])
    return act.record


def _calls(
    office: Office, desk: Acting, trade: Trade, product: Product, buyer: Customer | None
) -> list[Act]:
    """Rules that cannot be read must not keep a sale from being recorded."""
    delivery = registration.delivery(product)
    if buyer is None or delivery is None:
        return []
    try:
        decision = trade.judge_job(delivery, office.clock().date())
    except FieldkitError as error:
        _LOG.warning("no call planned after a sale: %s", error.key)
        return []
    zone = office.clock().tzinfo
    return registration.calls_after_sale(product, buyer, decision, desk.author.by, zone)


def register_job(
    office: Office, values: Mapping[str, Any], customer: str, serial: str, by: str = OFFICE
) -> Job:
    """The Customer Service Request Form. Raises `BadInput` or `NotFound`."""
    record = office.new_id()
    with acting(office, by) as desk:
        who = desk.get("customer", customer, Customer)
        what = _with_history(desk.get("product", serial.upper(), Product))
        desk.emit(register(values, who, what, record, _context(office, desk)))
    found = read_record(office, "job", record)
    assert isinstance(found, Job)
    return found


# -- steps ---------------------------------------------------------------------------------


def dispatch(office: Office, job: str, technician: str, by: str = OFFICE, note: str = "") -> Event:
    """Send a technician to a job; `by` is who decides it.

    The event carries the product with its whole history as the office knows it. Raises
    `NotFound`, or `Refused` when the flow does not allow it now.
    """
    with acting(office, by) as desk:
        current = desk.job(job)
        values: dict[str, object] = {"technician": technician, "note": note}
        serial = current.product.id if current.product else ""
        product = desk.find("product", serial)
        if isinstance(product, Product):
            values["product"] = product_snapshot(_with_history(product))
        return desk.emit(perform(current, "dispatch", values, _context(office, desk)))[0]


def do_step(
    office: Office,
    job: str,
    step: str,
    values: Mapping[str, Any],
    by: str,
    role: Role = Role.DESK,
    trade: Trade | None = None,
) -> Job:
    """Do a step of a job at the office: `answer_approval`, `cancel`, `change_promise`, `note` ...

    With `trade` the parts are checked, and a complaint is routed by the rules. Raises
    `NotFound`, `Refused` with the reason, or `BadInput`; nothing is changed then.
    """
    with acting(office, by, role) as desk:
        current = desk.job(job)
        decision = _decision(trade, current, step, values, office)
        context = _context(office, desk, decision, trade.parts if trade else None)
        desk.emit(perform(current, step, values, context))
    found = read_record(office, "job", current.id)
    assert isinstance(found, Job)
    return found


def _decision(
    trade: Trade | None, job: Job, step: str, values: Mapping[str, Any], office: Office
) -> Decision | None:
    if trade is None or step != "open_complaint":
        return None
    opened = read_form(ComplaintOpened, dict(values))
    return trade.judge_complaint(job, opened, office.clock().date())


def _with_history(product: Product) -> Product:
    """The office has everything that was recorded of the product."""
    return product.model_copy(update={"history_known": True})


def _context(
    office: Office,
    desk: Acting,
    decision: Decision | None = None,
    parts: frozenset[str] | None = None,
) -> Context:
    return Context(desk.author, office.new_id, decision=decision, parts=parts)
