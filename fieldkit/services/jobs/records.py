"""Customers and products: register and show. A sale plans its reminder of the run-in service."""

import logging
from collections.abc import Mapping
from typing import Any

from fieldkit.domain import registration
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.event import Act, RecordKind
from fieldkit.domain.job.context import Context
from fieldkit.domain.records.customer_product import Customer, Product
from fieldkit.services.home.session import Session

_LOG = logging.getLogger(__name__)


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
    models = {model.code for model in session.catalogue.models}
    taken = _known(session, registration.serial_of(values))
    registered = registration.register_product(values, models, taken, _context(session))
    sold = registration.sold(registered)
    _commit(session, registered, *_calls_after_sale(session, sold))
    return product(session, sold.id)


def _calls_after_sale(session: Session, sold: Product) -> list[Act]:
    """The calls that the rules count from the purchase. Rules that cannot be read must not keep
    a sale from being recorded: there is then no reminder."""
    from fieldkit.services.deciding.decide import decide_job

    delivery = registration.delivery(sold)
    if delivery is None:
        return []
    try:
        buyer = customer(session, sold.customer)
        decision = decide_job(session, delivery)
    except FieldkitError as error:
        _LOG.warning("no call planned after a sale: %s", error.key)
        return []
    zone = session.clock().tzinfo
    return registration.calls_after_sale(sold, buyer, decision, session.person, zone)


def customer(session: Session, record_id: str) -> Customer:
    """A customer by id. Raises `NotFound`."""
    found: Customer = session.store.ledger.document(RecordKind.CUSTOMER, record_id)
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
