"""The service desk: read records, register customers, products and jobs, do steps of jobs."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from fieldkit.domain import registration
from fieldkit.domain.core.complaint_said import ComplaintSaid
from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.errors import NotFound
from fieldkit.domain.core.event import Event, Role
from fieldkit.domain.core.evolve import Document
from fieldkit.domain.core.form import read_form
from fieldkit.domain.core.kinds import RecordKind
from fieldkit.domain.job.commands import perform, register, snapshot
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.holdups import HoldUp, hold_ups
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.side_events import ComplaintOpened, HelpRequested
from fieldkit.domain.job.step_events import Surveyed
from fieldkit.domain.records.customer_product import Customer, Product, with_successor
from fieldkit.office.desk.acting_as import acting, find_job_id, find_product_id, jobs_numbered
from fieldkit.office.desk.correct_records import standing_customer
from fieldkit.office.ledger.documents import (
    IS_JOB,
    IS_OPEN_JOB,
    Key,
    counted,
    load_one,
    read_all,
)
from fieldkit.office.ledger.ledger import OFFICE
from fieldkit.office.office import Office
from fieldkit.office.people.technician_names import technician_named
from fieldkit.office.publishing.catalogue import region
from fieldkit.office.tables import documents
from fieldkit.office.trade_rules import TradeRules

D = TypeVar("D", bound=Document)


def read_record(office: Office, kind: str, record_id: str) -> Document:
    """The document of a record; a job also by its number, a product by its serial number.

    Raises `NotFound`.
    """
    return read_as(office, kind, record_id, Document)


def read_job(office: Office, job_ref: str) -> Job:
    """A job by its id or number. Raises `NotFound`."""
    return read_as(office, "job", job_ref, Job)


def read_as(office: Office, kind: str, record_id: str, document: type[D]) -> D:
    """The document of a record, which must be of this class. Raises `NotFound`."""
    with office.db.reading() as conn:
        find = _FIND.get(kind)
        stored = load_one(conn, Key(kind, find(conn, record_id) if find else record_id))
    if stored is None or not isinstance(stored.document, document):
        raise NotFound(kind, record_id)
    return stored.document


_FIND: dict[str, Callable[[Connection, str], str]] = {
    RecordKind.JOB: find_job_id,
    RecordKind.PRODUCT: find_product_id,
}


def list_jobs(office: Office, technician: str = "", status: str = "") -> list[Job]:
    """The jobs, oldest first; only those of a technician or in a status, if given."""
    where = [IS_JOB]
    if technician:
        where.append(documents.c.person == technician)
    if status:
        where.append(documents.c.status == status)
    return read_all(office, Job, *where)


def list_hold_ups(office: Office) -> list[tuple[Job, HoldUp]]:
    """What holds open jobs up: back-office blockers and parts on order, the oldest first."""
    jobs = read_all(office, Job, IS_OPEN_JOB)
    pairs = [(job, one) for job in jobs for one in hold_ups(job) if one.open]
    return sorted(pairs, key=lambda pair: pair[1].logged.at)


# -- registration --------------------------------------------------------------------------


def register_customer(office: Office, values: Mapping[str, Any], by: str = OFFICE) -> str:
    """Register a customer and return her id. Raises `BadInput`."""
    where = region(office)
    with acting(office, by) as desk:
        act = registration.register_customer(values, where, Context(desk.author, office.new_id))
        desk.emit([act])
    return act.record


def register_product(
    office: Office, values: Mapping[str, Any], rules: TradeRules, by: str = OFFICE
) -> str:
    """Register a product, with the calls that its sale asks for, and return its serial number.

    Raises `BadInput`, or `NotFound` for a customer that the office does not have.
    """
    with acting(office, by) as desk:
        context = Context(desk.author, office.new_id)
        act = registration.register_product(values, desk.serials(rules.catalogue), context)
        product = registration.sold(act)
        buyer = desk.get("customer", product.customer, Customer) if product.customer else None
        calls = registration.calls_after_sale(
            product, buyer, lambda job: rules.judge_job(job, context.today), context
        )
        desk.emit([act, *calls])
    return act.record


def register_job(
    office: Office, values: Mapping[str, Any], customer_id: str, serial: str, by: str = OFFICE
) -> Job:
    """Register a job from a Customer Service Request Form. Raises `BadInput` or `NotFound`."""
    job_id = office.new_id()
    with acting(office, by) as desk:
        who = standing_customer(desk, customer_id)
        known = desk.product(serial)
        events = counted(desk.conn, Key("product", known.id))
        what = _with_history(with_successor(known, events))
        numbered = partial(jobs_numbered, desk.conn)
        context = Context(
            desk.author, office.new_id, job_with=lambda number: "".join(numbered(number)[:1])
        )
        desk.emit(register(values, who, what, job_id, context))
    return read_job(office, job_id)


# -- steps ---------------------------------------------------------------------------------


def dispatch(
    office: Office, job_ref: str, technician: str, by: str = OFFICE, note: str = ""
) -> Event:
    """Send a technician to a job; `by` is who decides it.

    The event carries the product with its whole history as the office knows it. Raises
    `NotFound`, or `Refused` when the flow does not allow it now.
    """
    with acting(office, by) as desk:
        current = desk.job(job_ref)
        values: dict[str, object] = {"technician": technician, "note": note}
        serial = current.product.id if current.product else ""
        product = desk.find("product", serial)
        if isinstance(product, Product):
            values["product"] = snapshot(_with_history(product))
        context = Context(desk.author, office.new_id)
        return desk.emit(perform(current, "dispatch", values, context))[0]


def do_step(
    office: Office,
    job_ref: str,
    step: str,
    values: Mapping[str, Any],
    by: str,
    role: Role = Role.DESK,
    rules: TradeRules | None = None,
) -> Job:
    """Do a step of a job at the office: `answer_approval`, `cancel`, `change_promise`, `note` ...

    With `rules` the parts are checked, tax and the limit of goodwill are theirs, and a
    complaint, a survey card and a request for help are judged by them. Raises
    `NotFound`, `Refused` with the reason, or `BadInput`; nothing is changed then.
    """
    with acting(office, by, role) as desk:
        current = desk.job(job_ref)
        if step == "dispatch" and isinstance(named := values.get("technician"), str):
            values = {**values, "technician": technician_named(desk.conn, named)}
        decision = _ask_rules(rules, current, step, values, office)
        parts = rules.parts if rules else None
        hours = rules.calling_hours if rules else lambda: None
        serials = desk.serials(rules.catalogue) if rules else None
        context = Context(
            desk.author, office.new_id, decision=decision, parts=parts, calling_hours=hours,
            serials=serials,
            route=partial(_route, office, rules, current) if rules else None,
            **(rules.money_terms(current, office.clock().date()) if rules else {}),
        )  # fmt: skip
        desk.emit(perform(current, step, values, context))
    return read_job(office, current.id)


def _route(office: Office, rules: TradeRules, job: Job, complaint: ComplaintSaid) -> Decision:
    return rules.judge_complaint(job, complaint, office.clock().date())


def _ask_rules(
    rules: TradeRules | None, job: Job, step: str, values: Mapping[str, Any], office: Office
) -> Decision | None:
    if rules is None:
        return None
    if step == "ask_help":
        asked = read_form(HelpRequested, dict(values))
        helped = job.model_copy(update={"help": (asked,)})
        return rules.judge_job(helped, office.clock().date()) if asked.cannot_solve else None
    if step == "survey" and not values.get("declined"):
        card = read_form(Surveyed, dict(values))
        return rules.judge_survey(job, card, office.clock().date())
    if step != "open_complaint":
        return None
    opened = read_form(ComplaintOpened, dict(values))
    return rules.judge_complaint(job, opened, office.clock().date())


def _with_history(product: Product) -> Product:
    """The product, marked as complete: the office has everything that was recorded of it."""
    return product.model_copy(update={"history_known": True})
