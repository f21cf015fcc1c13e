"""Customers and products: register and show. A sale plans its reminder of the run-in service."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from fieldkit.domain import registration
from fieldkit.domain.core.errors import NotFound
from fieldkit.domain.core.event import Act, RecordKind
from fieldkit.domain.core.searching import folded, query_words
from fieldkit.domain.core.serial import serial_key
from fieldkit.domain.job.context import Context
from fieldkit.domain.records.component_serials import component_serials
from fieldkit.domain.records.customer_product import Customer, Product
from fieldkit.domain.records.merging import everybody, survivor
from fieldkit.domain.records.serial_doubts import Serials
from fieldkit.i18n import LANGS
from fieldkit.services.home.session import Session


def register_customer(session: Session, values: Mapping[str, Any]) -> Customer:
    """A new customer. Raises `BadInput`."""
    act = registration.register_customer(values, session.catalogue.region, _context(session))
    _commit(session, act)
    return customer(session, act.record)


def register_product(session: Session, values: Mapping[str, Any]) -> Product:
    """A product, at its sale or when it is first seen. Its id is its serial number.

    What the rules count from the purchase, such as the reminder of the run-in service, is
    planned at once. Raises `BadInput`: a wrong field, an unknown model, or a serial that is
    registered.
    """
    from fieldkit.services.deciding.decide import decide_job

    context = _context(session)
    registered = registration.register_product(values, serials(session), context)
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


def standing_customer(session: Session, record_id: str) -> Customer:
    """Who stands for a customer: she herself, or with whom she was merged, as far as that one is
    on this laptop. Raises `NotFound`."""
    stands = survivor(record_id, session.store.ledger.merged_customers())
    return find_customer(session, stands) or customer(session, record_id)


def same_people(session: Session, record_id: str) -> set[str]:
    """All ids under which a customer is recorded."""
    return everybody(record_id, session.store.ledger.merged_customers())


def product(session: Session, serial: str) -> Product:
    """A product by serial number, however it is written. Raises `NotFound`."""
    found = find_product(session, serial)
    if found is None:
        raise NotFound(RecordKind.PRODUCT, serial)
    return found


def find_product(session: Session, serial: str) -> Product | None:
    """The same; None where it is not on this laptop."""
    found: Product | None = session.store.ledger.product_with(serial)
    return found


def product_of_id(session: Session, record_id: str) -> Product | None:
    """A product by its id, which stays when its serial is corrected; None where it is not here."""
    found: Product | None = session.store.ledger.find(RecordKind.PRODUCT, record_id)
    return found


def serials(session: Session) -> Serials:
    """What this laptop knows of serial numbers."""

    def name_of(record_id: str) -> str:
        who = find_customer(session, record_id)
        return who.name if who else ""

    def fitted_in(serial: str, but: str) -> str:
        for row in session.store.lists.parts(RecordKind.PRODUCT, "id", "serial", "history"):
            if row["id"] != but and serial_key(serial) in component_serials(row):
                return str(row.get("serial") or row["id"])
        return ""

    return Serials(
        fitted_in=fitted_in,
        catalogue=session.catalogue,
        find=partial(find_product, session),
        like=session.store.ledger.serial_like,
        name_of=name_of,
    )


PAGE = 200
"""As many customers or products are found at once; who seeks another one types more of it."""


def each_customer(session: Session) -> Iterator[Customer]:
    """All customers one by one, as they were registered."""
    return map(Customer.model_validate, session.store.ledger.each(RecordKind.CUSTOMER))


_CARD = ("name", "phone", "phone_e164", "address")


def customers(session: Session, text: str = "") -> list[Customer]:
    """The last customers, as they were registered, that hold every word of a text in their name,
    number or address; for those who were merged, who stands for them."""
    words = query_words(text)
    found: list[Customer] = _page(session, RecordKind.CUSTOMER, words, _CARD)
    standing = [standing_customer(session, one.id) if one.merged_into else one for one in found]
    return list({one.id: one for one in standing}.values())


def products(session: Session, text: str = "", owner: str = "") -> list[Product]:
    """The last products, as they were registered, that hold every word of a text in their serial
    number, or the code or name of the model; all those of the owner come before them."""
    owners = sorted(same_people(session, owner)) if owner else ()
    rows = [row for each in owners for row in session.store.ledger.owned_by(each)]
    own: list[Product] = [Product.model_validate(row) for row in rows]
    known = {one.id for one in own}
    words = [(*forms, *_models_named(session, forms[0])) for forms in query_words(text)]
    found: list[Product] = _page(session, RecordKind.PRODUCT, words, ("serial", "model"))
    return own + [one for one in found if one.id not in known]


def _models_named(session: Session, word: str) -> Iterator[str]:
    """The models in whose name, in either language, a folded word is."""
    for model in session.catalogue.models:
        names = (session.catalogue.name("model", model.code, lang) for lang in LANGS)
        if any(word in folded(name) for name in names):
            yield folded(model.code)


def _page(
    session: Session, kind: RecordKind, words: Iterable[Sequence[str]], fields: Sequence[str]
) -> list[Any]:
    found = session.store.lists.holding(kind, words, ("id", *fields), PAGE)
    return [session.store.ledger.document(kind, row[0]) for row in reversed(found)]


def _context(session: Session) -> Context:
    return Context(session.author(), session.new_id)


def _commit(session: Session, *acts: Act) -> None:
    session.store.ledger.commit(acts, session.author())
