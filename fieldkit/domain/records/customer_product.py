"""Customer and product: records beside jobs, by the same event machinery."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from fieldkit.domain.core.base_model import Model, OpenModel
from fieldkit.domain.core.event import Event
from fieldkit.domain.core.evolve import Aside, Document, Machine, adopt
from fieldkit.domain.core.form import (
    Code,
    Data,
    Day,
    Fen,
    Hidden,
    NeededText,
    Text,
    Ui,
    Yes,
)
from fieldkit.domain.core.phone import is_phone
from fieldkit.domain.records.merging import (
    CustomerMerged,
    CustomerToldApart,
    CustomerUnmerged,
    Merge,
    merged,
    told_apart,
    unmerged,
)
from fieldkit.domain.records.product_registration import (
    ProductConflictResolved,
    ProductData,
    Proof,
    Use,
    amended,
    conflict_resolved,
    registered,
)
from fieldkit.domain.records.transfer import OwnerChange, ProductTransferred, transferred
from fieldkit.domain.records.unconfirmed import (
    ChangeSettled,
    Unconfirmed,
    confirmed,
    refused,
    waiting,
)


class Tier(StrEnum):
    """How the company values a customer."""

    REGULAR = "regular"
    LOYAL = "loyal"
    VIP = "vip"


_FIRST_PHONE = re.compile(r"[0-9+() -]{5,20}")


def _checked_phone(text: str, info: ValidationInfo) -> str:
    """A number as it was typed; what was recorded by the first check is taken as it stands."""
    typed = bool(info.context and info.context.get("typed"))
    if is_phone(text):
        return text.strip() if typed else text
    if not typed and _FIRST_PHONE.fullmatch(text):
        return text
    raise PydanticCustomError("phone_form", "no telephone number")


Phone = Annotated[str, AfterValidator(_checked_phone), Ui("text")]


# -- customer ------------------------------------------------------------------------------


class CustomerData(Data):
    """The customer's contact card. `area` is the service area that dispatch goes by. `phone` is as
    it was typed, `phone_e164` as it is dialled from anywhere, "" where no plan has it."""

    name: NeededText
    phone: Phone
    phone_e164: Hidden = ""
    address: Text = ""
    area: Text = ""
    tier: Annotated[Tier, Ui("choice", "enum")] = Tier.REGULAR
    language: Annotated[Code, Ui("choice", "language")] = "zh"


class Customer(Document):
    """A customer. `area` is the service area; `language` that of the papers.

    `merged_into` is the customer with whom this one was found to be the same, "" for none;
    `told_apart` are those with whom it was not.
    """

    name: str = ""
    phone: str = ""
    phone_e164: str = ""
    address: str = ""
    area: str = ""
    tier: Tier = Tier.REGULAR
    language: str = "zh"
    merges: tuple[Merge, ...] = ()
    merged_into: str = ""
    told_apart: tuple[str, ...] = ()
    unconfirmed: tuple[Unconfirmed, ...] = ()


class CustomerAmended(Data):
    """Only the fields that changed; with the number, how it is dialled."""

    name: NeededText | None = None
    phone: Phone | None = None
    phone_e164: Annotated[str | None, Ui("text", hidden=True)] = None
    address: Text | None = None
    area: Text | None = None
    tier: Annotated[Tier, Ui("choice", "enum")] | None = None
    language: Annotated[Code, Ui("choice", "language")] | None = None


def _amended(customer: Customer, data: CustomerAmended, event: Event) -> Customer:
    """A number that an earlier program corrected does not say how it is dialled."""
    changed: Customer = adopt(customer, data, event)
    if data.phone is not None and data.phone_e164 is None:
        return changed.model_copy(update={"phone_e164": ""})
    return changed


CUSTOMER_COSTLY = frozenset({"tier"})
"""What of a customer decides about money."""

CUSTOMER: Machine[Customer] = Machine(
    document=Customer,
    events={
        "customer.registered": CustomerData,
        "customer.amended": CustomerAmended,
        "customer.merged": CustomerMerged,
        "customer.unmerged": CustomerUnmerged,
        "customer.told_apart": CustomerToldApart,
        "customer.change_confirmed": ChangeSettled,
        "customer.change_refused": ChangeSettled,
    },
    special={
        "customer.registered": adopt,
        "customer.amended": waiting(_amended, CUSTOMER_COSTLY),
        "customer.merged": merged,
        "customer.unmerged": unmerged,
        "customer.told_apart": told_apart,
        "customer.change_confirmed": confirmed,
        "customer.change_refused": refused,
    },
)


# -- product -------------------------------------------------------------------------------


class FittedPart(OpenModel):
    """A part that was fitted: how many, its own serial number if it has one, and whether the
    customer paid for it."""

    part: str
    quantity: int = 1
    serial: str = ""
    sold: bool = False


class ServiceEntry(OpenModel):
    """One repaired component of one job in a product's history.

    `faults` are all its faults, and `parts` what was fitted, each with a guarantee of its own;
    `fault` and `part` are the first of them. `paid` says whether the customer paid for it;
    `fitted` and `sold` whether a part was fitted free of charge or sold. Entries of an earlier
    program have no `parts`, and name the part that was diagnosed.
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
    faults: tuple[str, ...] = ()
    parts: tuple[FittedPart, ...] = ()

    def parts_of(self, sold: bool) -> tuple[str, ...]:
        """The parts that were sold, or fitted free of charge; "" where it is not known which."""
        if self.parts:
            return tuple(one.part for one in self.parts if one.sold is sold)
        return (self.part,) if (self.sold if sold else self.fitted) else ()


class Pause(Model):
    """Days out of the customer's hands: handed over and returned."""

    start: date
    end: date


class ProductAmended(Data):
    """Only the fields that changed: papers found later, a new owner, a modification seen.
    `serial` is the right one where a wrong one was recorded; `serial_doubts` are why it was asked
    back before it was confirmed."""

    serial_doubts: Annotated[tuple[str, ...] | None, Ui("many", hidden=True)] = None
    model: Annotated[Code, Field(min_length=1), Ui("choice", "model")] | None = None
    customer: Annotated[Text | None, Ui("text", hidden=True)] = None
    purchase_date: Day | None = None
    manufacture_date: Day | None = None
    proof: Annotated[Proof, Ui("choice", "enum")] | None = None
    use: Annotated[Use, Ui("choice", "enum")] | None = None
    second_owner: Yes | None = None
    invoice_handed_over: Yes | None = None
    clearance: Yes | None = None
    refurbished: Yes | None = None
    refurbished_months: Annotated[int, Field(ge=1, le=120), Ui("int")] | None = None
    price_fen: Fen | None = None
    modifications: Annotated[tuple[Code, ...], Ui("many", "modification")] | None = None
    recall_id: Text | None = None
    documents: Annotated[tuple[Code, ...], Ui("checks", group="handover_documents")] | None = None
    warranty_from: Day | None = None
    serial: NeededText | None = None
    serial_typed: Annotated[str | None, Ui("text", hidden=True)] = None


class ProductServiced(Data):
    """A finished job's repairs, for the history."""

    entries: Annotated[tuple[ServiceEntry, ...], Ui("rows", hidden=True)] = ()
    run_in_done: Yes = False


class ProductPaused(Data):
    """The product was out of the customer's hands: the warranty is paused."""

    start: Day
    end: Day


class ProductRestored(Data):
    """An exchange or refund did not take place: the product is in use again."""

    job: Hidden = ""


class ProductExchanged(Data):
    """The product was exchanged or taken back; `by_serial` is the new one, if any. The document
    keeps it as `successor` says it: an earlier program did not."""

    by_serial: Text = ""
    on: Day
    job: Hidden = ""
    successor: Annotated[str | None, Ui("text", hidden=True)] = None


class Product(Document):
    """A product; its id is its serial number as it was written when it was registered.

    Only where `history_known` is there nothing but what stands in `history` and `pauses`;
    without it what stands there happened, and there may be more. `replaced_by` is the serial
    number that came for one that is retired, "" if none did; None where an earlier program
    retired it. `aside` has the registrations that came when somebody had registered it already.
    """

    serial: str = ""
    serial_typed: str = ""
    aside: tuple[Aside, ...] = ()
    model: str = ""
    customer: str = ""
    purchase_date: date | None = None
    manufacture_date: date | None = None
    proof: Proof = Proof.INVOICE_AND_CARD
    use: Use = Use.HOUSEHOLD
    second_owner: bool = False
    invoice_handed_over: bool = False
    clearance: bool = False
    refurbished: bool = False
    refurbished_months: int | None = None
    price_fen: int | None = None
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
    replaced_by: str | None = None
    owners: tuple[OwnerChange, ...] = ()
    unconfirmed: tuple[Unconfirmed, ...] = ()


def _serviced(product: Product, data: ProductServiced, event: Event) -> Product:
    """What a job did to a component is known once: the last word about it counts."""
    told = {(entry.job, entry.component) for entry in data.entries if entry.job}
    known = [
        entry
        for entry in product.history
        if (entry.job, entry.component) not in told or entry in data.entries
    ]
    new = [entry for entry in data.entries if entry not in known]
    return product.model_copy(
        update={
            "history": (*known, *new),
            "run_in_done": product.run_in_done or data.run_in_done,
        }
    )


def _paused(product: Product, data: ProductPaused, event: Event) -> Product:
    pause = Pause(start=data.start, end=data.end)
    if pause in product.pauses or data.end < data.start:
        return product
    return product.model_copy(update={"pauses": (*product.pauses, pause)})


def _exchanged(product: Product, data: ProductExchanged, event: Event) -> Product:
    return product.model_copy(update={"retired_on": data.on, "replaced_by": data.successor})


def _restored(product: Product, data: ProductRestored, event: Event) -> Product:
    return product.model_copy(update={"retired_on": None, "replaced_by": None})


def with_successor(product: Product, events: Iterable[Event]) -> Product:
    """A retired product with what came for it, which its document lacks where an earlier program
    made it; `events` are its own."""
    if product.retired_on is None or product.replaced_by is not None:
        return product
    told = [event for event in events if event.type == "product.exchanged"]
    named = str(told[-1].data.get("by_serial") or "") if told else ""
    return product.model_copy(update={"replaced_by": named})


PRODUCT_COSTLY = frozenset(
    {
        "serial",
        "model", "customer", "purchase_date", "manufacture_date", "proof", "use", "second_owner",
        "invoice_handed_over", "clearance", "refurbished", "refurbished_months",
        "warranty_from", "price_fen",
    }
)  # fmt: skip
"""What of a product decides about money: dates, proof, owner, and what it was sold as or for."""

PRODUCT: Machine[Product] = Machine(
    document=Product,
    events={
        "product.registered": ProductData,
        "product.amended": ProductAmended,
        "product.serviced": ProductServiced,
        "product.paused": ProductPaused,
        "product.exchanged": ProductExchanged,
        "product.transferred": ProductTransferred,
        "product.change_confirmed": ChangeSettled,
        "product.change_refused": ChangeSettled,
        "product.restored": ProductRestored,
        "product.conflict_resolved": ProductConflictResolved,
    },
    special={
        "product.registered": registered,
        "product.amended": waiting(amended, PRODUCT_COSTLY),
        "product.serviced": _serviced,
        "product.paused": _paused,
        "product.exchanged": _exchanged,
        "product.transferred": waiting(transferred, PRODUCT_COSTLY),
        "product.change_confirmed": confirmed,
        "product.change_refused": refused,
        "product.restored": _restored,
        "product.conflict_resolved": conflict_resolved,
    },
)
