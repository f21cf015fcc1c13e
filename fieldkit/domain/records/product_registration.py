"""A product is registered: what is recorded of it, and what stands when two registered it."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from fieldkit.domain.core.event import Event
from fieldkit.domain.core.evolve import Aside, adopt, flag
from fieldkit.domain.core.form import Code, Data, Day, Fen, Hidden, NeededText, Text, Ui, Yes


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
    COMPANY = "company"
    GROUP_PURCHASE = "group_purchase"
    PUBLIC = "public"


class ProductData(Data):
    """What is recorded of a product at its sale, or when it is first seen.

    `refurbished_months` is the term on the card of a product that was sold as refurbished.
    `warranty_from` is set for a product that came by exchange: its own clock starts then.
    `documents` are those that were handed over; `documents_given` says no more than that they
    were, as it was recorded before. `serial_typed` is what was typed where the serial is
    written otherwise, `serial_confirmed` that it was confirmed when it was asked back, and
    `serial_doubts` why it was.
    """

    serial: NeededText
    serial_typed: Hidden = ""
    serial_confirmed: Annotated[bool, Ui("bool", hidden=True)] = False
    serial_doubts: Annotated[tuple[str, ...], Ui("many", hidden=True)] = ()
    model: Annotated[Code, Field(min_length=1), Ui("choice", "model")]
    customer: Hidden = ""
    purchase_date: Day | None = None
    manufacture_date: Day | None = None
    proof: Annotated[Proof, Ui("choice", "enum")] = Proof.INVOICE_AND_CARD
    use: Annotated[Use, Ui("choice", "enum")] = Use.HOUSEHOLD
    second_owner: Yes = False
    invoice_handed_over: Yes = False
    clearance: Yes = False
    refurbished: Yes = False
    refurbished_months: Annotated[int, Field(ge=1, le=120), Ui("int")] | None = None
    price_fen: Fen | None = None
    modifications: Annotated[tuple[Code, ...], Ui("many", "modification")] = ()
    recall_id: Text = ""
    documents: Annotated[tuple[Code, ...], Ui("checks", group="handover_documents")] = ()
    documents_given: Annotated[bool, Ui("bool", hidden=True)] = False
    warranty_from: Annotated[date | None, Ui("date", hidden=True)] = None
    history_known: Annotated[bool, Ui("bool", hidden=True)] = False


class ProductConflictResolved(Data):
    """The office has settled a flag; with `event` the registration set aside by that stands."""

    flag: Hidden
    note: Text = ""
    event: Hidden = ""


_IN_DOUBT = frozenset({"serial_form", "serial_of_other"})
"""Why a serial may be none at all, and somebody should look at it though it was confirmed."""
_FACTS = ("customer", "model", "purchase_date", "manufacture_date", "proof", "warranty_from")
"""In what two registrations of a product must agree."""


def registered(product: Any, data: ProductData, event: Event) -> Any:
    """The first registration stands; another one that says otherwise is kept aside until the office
    has settled it. What nobody owned yet gets its owner."""
    if product.serial and product.customer and not _is_exchange(product, data):
        if all(getattr(product, name) == getattr(data, name) for name in _FACTS):
            return product
        kept = Aside(event=event.id, type=event.type, by=event.by, data=event.data)
        params = {"serial": product.serial, "by": event.by}
        flagged = flag(product, "product_registered_twice", event, **params)
        return flagged.model_copy(update={"aside": (*product.aside, kept)})
    return amended(product, data, event)


def amended(product: Any, data: Any, event: Event) -> Any:
    """What was recorded is taken over, and a serial without the form of its model is flagged."""
    adopted = adopt(product, data, event)
    if _IN_DOUBT.isdisjoint(data.serial_doubts or ()):
        return adopted
    serial = adopted.serial or adopted.id
    return flag(adopted, "serial_kept", event, serial=serial, by=event.by)


def _is_exchange(product: Any, data: ProductData) -> bool:
    """Whether the owner gets the product in exchange for another one."""
    return data.warranty_from is not None and data.customer == product.customer


def conflict_resolved(product: Any, data: ProductConflictResolved, event: Event) -> Any:
    """A flag is settled; the registration set aside that the office takes stands from here on."""
    rest = tuple(mark for mark in product.attention if mark.key != data.flag)
    changed = product.model_copy(update={"attention": rest})
    kept = next((one for one in product.aside if data.event and one.event == data.event), None)
    if kept is None:
        return changed
    try:
        taken = ProductData.model_validate(kept.data)
    except ValueError:
        return flag(changed, "unreadable", event)
    own = type(product).model_fields
    fields = ProductData.model_fields.keys() & own.keys() - {"history_known"}
    blank = {name: own[name].default for name in fields}
    return adopt(changed.model_copy(update=blank), taken, event)
