"""Customers and products: register and show. A sale plans its reminder of the run-in service."""

import logging
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from fieldkit.domain.consequences import stable_id
from fieldkit.domain.errors import BadInput, FieldkitError, FieldProblem, NotFound
from fieldkit.domain.event import Act, RecordKind
from fieldkit.domain.form import Data, read_form
from fieldkit.domain.job import Job
from fieldkit.domain.records import Customer, CustomerData, Product, ProductData
from fieldkit.domain.values import JobKind
from fieldkit.services.session import Session

_LOG = logging.getLogger(__name__)
_CALL_AT = time(10)
"""When a customer is called on a day for which no time was said."""


def register_customer(session: Session, values: Mapping[str, Any]) -> Customer:
    """A new customer. Raises `BadInput`."""
    data = read_form(CustomerData, dict(values))
    record = session.new_id()
    _commit(session, Act(record=record, type="customer.registered", data=_dump(data)))
    return customer(session, record)


def register_product(session: Session, values: Mapping[str, Any]) -> Product:
    """A product, at its sale or when it is first seen. Its id is its serial number.

    A product registered on the day of its sale has its whole history with us. What the rules
    count from the purchase, such as the reminder of the run-in service, is planned at once.
    Raises `BadInput`: a wrong field, an unknown model, or a serial that is registered.
    """
    data = read_form(ProductData, dict(values))
    serial = data.serial.upper()
    problems = _product_problems(session, data)
    if _known(session, serial):
        problems.append(FieldProblem("serial", "serial_known", {"serial": serial}))
    if problems:
        raise BadInput(problems)
    known = data.history_known or data.purchase_date == session.today
    dumped = _dump(data) | {"serial": serial, "history_known": known}
    sold = Product.model_validate({"id": serial, **dumped})
    registered = Act(record=serial, type="product.registered", data=dumped)
    _commit(session, registered, *_calls_after_sale(session, sold))
    return product(session, serial)


def _calls_after_sale(session: Session, sold: Product) -> list[Act]:
    """The calls that the rules count from the purchase. Rules that cannot be read must not keep
    a sale from being recorded: there is then no reminder."""
    from fieldkit.services.decide import decide_job

    if not sold.customer or sold.purchase_date is None:
        return []
    # One reminder too many does no harm, so a history that is not known counts as empty here.
    known = sold.model_copy(update={"history_known": True})
    try:
        buyer = customer(session, sold.customer)
        decision = decide_job(session, Job(id="", kind=JobKind.DELIVERY, product=known))
    except FieldkitError as error:
        _LOG.warning("no call planned after a sale: %s", error.key)
        return []
    zone = session.clock().tzinfo
    return [
        Act(
            record=stable_id(sold.id, call.kind),
            type="follow_up.planned",
            data={
                "reason": call.kind,
                "due": datetime.combine(call.due, _CALL_AT, zone).isoformat(),
                "customer": buyer.id,
                "customer_name": buyer.name,
                "product": sold.id,
                "assigned_to": session.person,
            },
        )
        for call in decision.follow_ups
        if call.after == "purchase" and call.due is not None
    ]


def customer(session: Session, record: str) -> Customer:
    """A customer by id. Raises `NotFound`."""
    found: Customer = session.store.ledger.document(RecordKind.CUSTOMER, record)
    return found


def product(session: Session, serial: str) -> Product:
    """A product by serial number. Raises `NotFound`."""
    found: Product = session.store.ledger.document(RecordKind.PRODUCT, serial.upper())
    return found


def customers(session: Session) -> list[Customer]:
    """All customers, as they were registered."""
    rows = session.store.ledger.rows(RecordKind.CUSTOMER)
    return [Customer.model_validate(row) for row in rows]


def products(session: Session) -> list[Product]:
    """All products, as they were registered."""
    rows = session.store.ledger.rows(RecordKind.PRODUCT)
    return [Product.model_validate(row) for row in rows]


def _product_problems(session: Session, data: ProductData) -> list[FieldProblem]:
    problems = []
    if data.model not in {model.code for model in session.catalogue.models}:
        problems.append(FieldProblem("model", "unknown_model", {"model": data.model}))
    for name in ("purchase_date", "manufacture_date"):
        day = getattr(data, name)
        if day is not None and day > session.today:
            problems.append(FieldProblem(name, "in_future"))
    made, bought = data.manufacture_date, data.purchase_date
    if made and bought and made > bought:
        problems.append(FieldProblem("purchase_date", "before_manufacture"))
    return problems


def _known(session: Session, serial: str) -> bool:
    try:
        product(session, serial)
    except NotFound:
        return False
    return True


def _dump(data: Data) -> dict[str, Any]:
    return data.model_dump(mode="json", exclude_none=True, exclude={"stamp"})


def _commit(session: Session, *acts: Act) -> None:
    session.store.ledger.commit(acts, session.author())
