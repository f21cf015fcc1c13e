"""Customers and products: register and show. A sale plans its reminder of the run-in service."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from fieldkit.domain import registration
from fieldkit.domain.core.event import Act, RecordKind
from fieldkit.domain.job.context import Context
from fieldkit.domain.records.customer_product import Customer, Product
from fieldkit.services.home.session import Session


def register_customer(session: Session, values: Mapping[str, Any]) -> Customer:
    """A new customer. Raises `BadInput`."""
    act = registration.register_customer(values, _context(session))
    _commit(session, act)
    return customer(session, act.record)


def register_product(session: Session, values: Mapping[str, Any]) -> Product:
    """A product, at its sale or when it is first seen. Its id is its serial number.

    What the rules count from the purchase, such as the reminder of the run-in service, is
    planned at once. Raises `BadInput`: a wrong field, an unknown model, or a serial that is
    registered.
    """
    from fieldkit.services.deciding.decide import decide_job

    models = {model.code for model in session.catalogue.models}
    taken = _known(session, registration.serial_of(values))
    context = _context(session)
    registered = registration.register_product(values, models, taken, context)
    sold = registration.sold(registered)
    buyer = find_customer(session, sold.customer)
    calls = registration.calls_after_sale(sold, buyer, partial(decide_job, session), context)
    _commit(session, registered, *calls)
    return product(session, sold.id)


def customer(session: Session, record_id: str) -> Customer:
    """A customer by id. Raises `NotFound`."""
    found: Customer = session.store.ledger.document(RecordKind.CUSTOMER, record_id)
    return found


def find_customer(session: Session, record_id: str) -> Customer | None:
    """A customer by id; None where she is not on this laptop."""
    found: Customer | None = session.store.ledger.find(RecordKind.CUSTOMER, record_id)
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


def _known(session: Session, serial: str) -> bool:
    return session.store.ledger.find(RecordKind.PRODUCT, serial.upper()) is not None


def _context(session: Session) -> Context:
    return Context(session.author(), session.new_id)


def _commit(session: Session, *acts: Act) -> None:
    session.store.ledger.commit(acts, session.author())
