"""Customers and products: register, show, amend."""

from collections.abc import Mapping
from typing import Any

from fieldkit.domain.errors import BadInput, FieldProblem, NotFound
from fieldkit.domain.event import Act, RecordKind
from fieldkit.domain.form import Data, read_form
from fieldkit.domain.records import Customer, CustomerData, Product, ProductData
from fieldkit.services.session import Session


def register_customer(session: Session, values: Mapping[str, Any]) -> Customer:
    """A new customer. Raises `BadInput`."""
    data = read_form(CustomerData, dict(values))
    record = session.new_id()
    _commit(session, Act(record=record, type="customer.registered", data=_dump(data)))
    return customer(session, record)


def register_product(session: Session, values: Mapping[str, Any]) -> Product:
    """A product, at its sale or when it is first seen. Its id is its serial number.

    Raises `BadInput`: a wrong field, an unknown model, or a serial that is registered.
    """
    data = read_form(ProductData, dict(values))
    serial = data.serial.upper()
    problems = _product_problems(session, data)
    if _known(session, serial):
        problems.append(FieldProblem("serial", "serial_known", {"serial": serial}))
    if problems:
        raise BadInput(problems)
    dumped = _dump(data) | {"serial": serial}
    _commit(session, Act(record=serial, type="product.registered", data=dumped))
    return product(session, serial)


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


def _commit(session: Session, act: Act) -> None:
    session.store.ledger.commit([act], session.author())
