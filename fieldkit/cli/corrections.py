"""What the command line prints of corrections: who may be the same, and what waits for the desk."""

from typing import TYPE_CHECKING

from fieldkit.cli.context import emit, options, print_json
from fieldkit.cli.output import print_line
from fieldkit.domain.records.customer_product import (
    Customer,
    CustomerAmended,
    Product,
    ProductAmended,
)
from fieldkit.i18n import Lang, say_moment
from fieldkit.i18n.corrections import say_changes

if TYPE_CHECKING:
    from fieldkit.domain.core.catalogue import Catalogue
    from fieldkit.domain.records.unconfirmed import Unconfirmed
    from fieldkit.services.home.session import Session


def print_alike(made: Customer, found: list[Customer], session: "Session | None" = None) -> None:
    """Offer to merge a new customer with others who may be the same."""
    office = "" if session else "office "
    for other in found:
        emit("cli.customer_alike", options.language(session), id=made.id, other=other.id,
             name=other.name, phone=other.phone, office=office)  # fmt: skip


def print_duplicates(groups: list[list[Customer]], as_json: bool, lang: Lang) -> None:
    """Groups of customers who may be the same, a line for each."""
    if as_json:
        print_json([[one.model_dump(mode="json") for one in group] for group in groups])
        return
    for number, group in enumerate(groups):
        if number:
            print()
        for one in group:
            print_line("  ".join(filter(None, (one.id, one.name, one.phone, one.address))))
    if not groups:
        emit("cli.no_duplicates", lang)


def print_waiting(record: Customer | Product, catalogue: "Catalogue", lang: Lang) -> None:
    """What of a record waits for the desk."""
    kind = "customer" if isinstance(record, Customer) else "product"
    for change in record.unconfirmed:
        emit("cli.waits", lang, what=said_change(kind, change, catalogue, lang))


def said_change(kind: str, change: "Unconfirmed", catalogue: "Catalogue", lang: Lang) -> str:
    """A correction: when, by whom, what it was and what it is."""
    form = CustomerAmended if kind == "customer" else ProductAmended
    what = say_changes(form, change.before, change.changes, catalogue, lang)
    return f"{say_moment(change.at, lang)} · {change.by} · {what}"
