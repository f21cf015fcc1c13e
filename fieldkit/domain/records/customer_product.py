"""Customer and product: records beside jobs, by the same event machinery."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from fieldkit.domain.core.base_model import Model, OpenModel
from fieldkit.domain.core.event import Event
from fieldkit.domain.core.evolve import Document, Machine
from fieldkit.domain.core.form import (
    Code,
    Data,
    Day,
    Hidden,
    NeededText,
    Text,
    Ui,
    Yes,
)


class Tier(StrEnum):
    """How the company values a customer."""

    REGULAR = "regular"
    LOYAL = "loyal"
    VIP = "vip"


class Proof(StrEnum):
    """What proves the purchase."""

    INVOICE_AND_CARD = "invoice_and_card"
    NONE = "none"
    ALTERED_CARD = "altered_card"


class Use(StrEnum):
    """What the product is used for."""

    HOUSEHOLD = "household"
    COMMERCIAL_DELIVERY = "commercial_delivery"
    COMMERCIAL_RENTAL = "commercial_rental"


Phone = Annotated[str, Field(pattern=r"^[0-9+() -]{5,20}$"), Ui("text")]


# -- customer ------------------------------------------------------------------------------


class CustomerData(Data):
    """The customer's contact card. `area` is the service area that dispatch goes by."""

    name: NeededText
    phone: Phone
    address: Text = ""
    area: Text = ""
    tier: Annotated[Tier, Ui("choice", "enum")] = Tier.REGULAR
    language: Annotated[Code, Ui("choice", "language")] = "zh"


class Customer(Document):
    """A customer. `area` is the service area; `language` that of the papers."""

    name: str = ""
    phone: str = ""
    address: str = ""
    area: str = ""
    tier: Tier = Tier.REGULAR
    language: str = "zh"


def _adopt(document: Any, data: Data, event: Event) -> Any:
    """Take over the fields that the event carries, and only these.

    An empty value clears a field only where the document may lack it. A field that this
    version does not know is kept, unless it has the name of one that is not amended.
    """
    own = type(document).model_fields
    values = {
        name: value
        for name in type(data).model_fields
        if name in data.model_fields_set and name in own
        if (value := getattr(data, name)) is not None or own[name].default is None
    }
    foreign = {name: value for name, value in (data.model_extra or {}).items() if name not in own}
    return document.model_copy(update=values | foreign)


class CustomerAmended(Data):
    """Only the fields that changed."""

    name: NeededText | None = None
    phone: Phone | None = None
    address: Text | None = None
    area: Text | None = None
    tier: Annotated[Tier, Ui("choice", "enum")] | None = None
    language: Annotated[Code, Ui("choice", "language")] | None = None


CUSTOMER: Machine[Customer] = Machine(
    document=Customer,
    events={"customer.registered": CustomerData, "customer.amended": CustomerAmended},
    special={"customer.registered": _adopt, "customer.amended": _adopt},
)


# -- product -------------------------------------------------------------------------------


class ServiceEntry(OpenModel):
    """One repaired component in a product's history.

    `paid` says whether the customer paid for it; `fitted` and `sold` whether a part was
    fitted free of charge or sold (each has a warranty of its own).
    """

    job: str
    on: date
    component: str
    fault: str = ""
    part: str = ""
    paid: bool = False
    fitted: bool = False
    sold: bool = False
    under_warranty: bool = False


class Pause(Model):
    """Days out of the customer's hands: handed over and returned."""

    start: date
    end: date


class ProductData(Data):
    """What is recorded of a product at its sale, or when it is first seen.

    `warranty_from` is set for a product that came by exchange: its own clock starts then.
    `documents` are those that were handed over; `documents_given` says no more than that they
    were, as it was recorded before. `serial_typed` is what was typed where the serial is
    written otherwise.
    """

    serial: NeededText
    serial_typed: Hidden = ""
    model: Annotated[Code, Field(min_length=1), Ui("choice", "model")]
    customer: Hidden = ""
    purchase_date: Day | None = None
    manufacture_date: Day | None = None
    proof: Annotated[Proof, Ui("choice", "enum")] = Proof.INVOICE_AND_CARD
    use: Annotated[Use, Ui("choice", "enum")] = Use.HOUSEHOLD
    second_owner: Yes = False
    invoice_handed_over: Yes = False
    clearance: Yes = False
    modifications: Annotated[tuple[Code, ...], Ui("many", "modification")] = ()
    recall_id: Text = ""
    documents: Annotated[tuple[Code, ...], Ui("checks", group="handover_documents")] = ()
    documents_given: Annotated[bool, Ui("bool", hidden=True)] = False
    warranty_from: Annotated[date | None, Ui("date", hidden=True)] = None
    history_known: Annotated[bool, Ui("bool", hidden=True)] = False


class ProductAmended(Data):
    """Only the fields that changed: papers found later, a new owner, a modification seen."""

    model: Annotated[Code, Field(min_length=1), Ui("choice", "model")] | None = None
    customer: Text | None = None
    purchase_date: Day | None = None
    manufacture_date: Day | None = None
    proof: Annotated[Proof, Ui("choice", "enum")] | None = None
    use: Annotated[Use, Ui("choice", "enum")] | None = None
    second_owner: Yes | None = None
    modifications: Annotated[tuple[Code, ...], Ui("many", "modification")] | None = None
    recall_id: Text | None = None


class ProductServiced(Data):
    """A finished job's repairs, for the history."""

    entries: Annotated[tuple[ServiceEntry, ...], Ui("rows", hidden=True)] = ()
    run_in_done: Yes = False


class ProductPaused(Data):
    """The product was out of the customer's hands: the warranty is paused."""

    start: Day
    end: Day


class ProductExchanged(Data):
    """The product was exchanged or taken back; `by_serial` is the new one, if any."""

    by_serial: Text = ""
    on: Day
    job: Hidden = ""


class Product(Document):
    """A product; its id is its serial number as it was written when it was registered.

    `history` and `pauses` are known only where `history_known`; without it they are absent,
    not empty.
    """

    serial: str = ""
    serial_typed: str = ""
    model: str = ""
    customer: str = ""
    purchase_date: date | None = None
    manufacture_date: date | None = None
    proof: Proof = Proof.INVOICE_AND_CARD
    use: Use = Use.HOUSEHOLD
    second_owner: bool = False
    invoice_handed_over: bool = False
    clearance: bool = False
    modifications: tuple[str, ...] = ()
    recall_id: str = ""
    documents: tuple[str, ...] = ()
    documents_given: bool = False
    warranty_from: date | None = None
    history_known: bool = False
    history: tuple[ServiceEntry, ...] = ()
    pauses: tuple[Pause, ...] = ()
    run_in_done: bool = False
    retired_on: date | None = None


def _serviced(product: Product, data: ProductServiced, event: Event) -> Product:
    new = tuple(entry for entry in data.entries if entry not in product.history)
    return product.model_copy(
        update={
            "history": (*product.history, *new),
            "run_in_done": product.run_in_done or data.run_in_done,
        }
    )


def _paused(product: Product, data: ProductPaused, event: Event) -> Product:
    pause = Pause(start=data.start, end=data.end)
    if pause in product.pauses or data.end < data.start:
        return product
    return product.model_copy(update={"pauses": (*product.pauses, pause)})


def _exchanged(product: Product, data: ProductExchanged, event: Event) -> Product:
    return product.model_copy(update={"retired_on": data.on})


PRODUCT: Machine[Product] = Machine(
    document=Product,
    events={
        "product.registered": ProductData,
        "product.amended": ProductAmended,
        "product.serviced": ProductServiced,
        "product.paused": ProductPaused,
        "product.exchanged": ProductExchanged,
    },
    special={
        "product.registered": _adopt,
        "product.amended": _adopt,
        "product.serviced": _serviced,
        "product.paused": _paused,
        "product.exchanged": _exchanged,
    },
)
