"""A product changes its owner: since when, and with which papers."""

from datetime import date
from typing import Annotated, Any

from fieldkit.domain.core.base_model import Model
from fieldkit.domain.core.event import Event
from fieldkit.domain.core.form import Code, Data, Day, Hidden, Text, Ui, Yes


class ProductTransferred(Data):
    """The product has a new owner since a day: which papers came with it, and whether the invoice
    did. `customer` is the new owner, "" where she is not registered."""

    on: Day
    customer: Hidden = ""
    invoice_handed_over: Yes = False
    documents: Annotated[tuple[Code, ...], Ui("checks", group="handover_documents")] = ()
    note: Text = ""


class OwnerChange(Model):
    """A change of owner: since when, whose it was, and whose it is."""

    event: str
    on: date
    before: str
    now: str


def transferred(product: Any, data: ProductTransferred, event: Event) -> Any:
    """The owner is that of the latest day; who comes second has a product with a past."""
    change = OwnerChange(event=event.id, on=data.on, before=product.customer, now=data.customer)
    latest = max((one.on for one in product.owners), default=data.on)
    update: dict[str, Any] = {"owners": (*product.owners, change), "second_owner": True}
    if data.on >= latest:
        update |= {
            "customer": data.customer,
            "invoice_handed_over": data.invoice_handed_over,
            "documents": data.documents,
        }
    return product.model_copy(update=update)
