"""`fieldkit customer`: register, list, show."""

from typing import Annotated

import typer

from fieldkit.cli.context import (
    opened,
    options,
    print_json,
    print_json_rows,
    print_made,
    read_form_fields,
)
from fieldkit.cli.form_help import Fields, naming_fields, print_fields
from fieldkit.cli.job import From, Json, Set
from fieldkit.domain.records.customer_product import CustomerData
from fieldkit.services.jobs import records

app = typer.Typer(help="Customers.", no_args_is_help=True)


@app.command()
def register(
    values: Set = None, source: From = None, fields: Fields = False, as_json: Json = False
) -> None:
    """Register a customer: --set name=... --set phone=... and what else is known."""
    with opened() as session, naming_fields(options.language(session)):
        if fields:
            print_fields(CustomerData, "customer", session.catalogue, options.language(session))
            return
        made = records.register_customer(session, read_form_fields(source, values))
        print_made(made, as_json, "cli.customer_made", session)


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List the customers."""
    with opened() as session:
        found = records.each_customer(session)
        if as_json:
            print_json_rows(item.model_dump(mode="json") for item in found)
            return
        for item in found:
            print(f"{item.id}  {item.name}  {item.phone}")


@app.command()
def show(
    record_id: Annotated[str, typer.Argument(metavar="ID", help="The customer's id.")],
    as_json: Json = False,
) -> None:
    """Show a customer."""
    with opened() as session:
        found = records.customer(session, record_id).model_dump(mode="json")
        if as_json:
            print_json(found)
            return
        for name in ("name", "phone", "address", "area", "tier", "language"):
            print(f"{name}: {found[name]}")
