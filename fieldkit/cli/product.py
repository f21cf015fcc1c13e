"""`fieldkit product`: register, show, amend, transfer."""

from typing import Annotated

import typer

from fieldkit.cli.context import emit, opened, options, print_json, print_made, read_form_fields
from fieldkit.cli.corrections import print_waiting
from fieldkit.cli.form_help import Fields, naming_fields, print_fields
from fieldkit.cli.job import From, Json, Set
from fieldkit.cli.output import print_line
from fieldkit.domain.records.customer_product import ProductAmended
from fieldkit.domain.records.product_registration import ProductData
from fieldkit.domain.records.transfer import ProductTransferred
from fieldkit.i18n import say, say_date, say_flag
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import correct_records, records

app = typer.Typer(help="Products by serial number.", no_args_is_help=True)


@app.command()
def register(
    values: Set = None, source: From = None, fields: Fields = False, as_json: Json = False
) -> None:
    """Register a product: --set serial=... --set model=... --set purchase_date=..."""
    with opened() as session, naming_fields(options.language(session)):
        if fields:
            lang = options.language(session)
            print_fields(ProductData, "product", session.catalogue, lang, "customer")
            return
        made = records.register_product(session, read_form_fields(source, values))
        print_made(made, as_json, "cli.product_made", session)


@app.command()
def show(
    serial: Annotated[str, typer.Argument(metavar="SERIAL", help="The product's serial number.")],
    as_json: Json = False,
) -> None:
    """Show a product with its history."""
    with opened() as session:
        found = records.product(session, serial)
        if as_json:
            print_json(found.model_dump(mode="json"))
            return
        lang = options.language(session)
        print_line(f"{found.serial}  {session.catalogue.name('model', found.model, lang)}")
        for name in ("purchase_date", "manufacture_date", "proof", "use"):
            value = getattr(found, name)
            if value:
                print_line(f"  {say(f'label.{name}', lang)}: {value}")
        for mark in found.attention:
            print_line("  ! " + say_flag(mark.key, mark.params, lang))
        for one in found.aside:
            emit("cli.registered_too", lang, by=one.by, model=one.data.get("model", ""),
                 owner=_owner(session, str(one.data.get("customer", ""))))  # fmt: skip
        for owner in found.owners:
            print_line(f"  {say_date(owner.on, lang)}  {owner.before or '-'} → {owner.now or '-'}")
        for entry in found.history:
            component = session.catalogue.name("component", entry.component, lang)
            print_line(f"  {say_date(entry.on, lang)}  {component}  {entry.part}")
        print_waiting(found, session.catalogue, lang)


Serial = Annotated[str, typer.Argument(metavar="SERIAL", help="The product's serial number.")]


@app.command()
def amend(
    serial: Serial,
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    as_json: Json = False,
) -> None:
    """Correct a product: --set purchase_date=... and what else is wrong or missing."""
    with opened() as session, naming_fields(options.language(session)):
        lang = options.language(session)
        if fields:
            print_fields(ProductAmended, "product", session.catalogue, lang, "customer")
            return
        made = correct_records.amend_product(session, serial, read_form_fields(source, values))
        print_made(made, as_json, "cli.product_amended", session)
        if not as_json:
            print_waiting(made, session.catalogue, lang)


@app.command()
def transfer(
    serial: Serial,
    to: Annotated[str, typer.Option("--to", help="The new owner's id.")] = "",
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    as_json: Json = False,
) -> None:
    """Record a new owner: --to ID --set on=... --set documents=[...]"""
    with opened() as session, naming_fields(options.language(session)):
        lang = options.language(session)
        if fields:
            print_fields(ProductTransferred, "product", session.catalogue, lang)
            return
        given = read_form_fields(source, values)
        made = correct_records.transfer_product(session, serial, given, to)
        print_made(made, as_json, "cli.product_transferred", session)
        if not as_json:
            print_waiting(made, session.catalogue, lang)


def _owner(session: Session, record_id: str) -> str:
    known = records.find_customer(session, record_id)
    return known.name if known else record_id
