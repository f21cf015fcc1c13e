"""`fieldkit customer`: register, list, show, amend, merge."""

from collections.abc import Iterable
from typing import Annotated

import typer

from fieldkit.cli.context import (
    emit,
    needed_option,
    opened,
    options,
    print_json,
    print_json_rows,
    print_made,
    read_form_fields,
)
from fieldkit.cli.corrections import (
    print_alike,
    print_duplicates,
    print_waiting,
)
from fieldkit.cli.form_help import Fields, naming_fields, print_fields
from fieldkit.cli.job import From, Json, Set
from fieldkit.cli.output import print_line
from fieldkit.domain.records.customer_product import Customer, CustomerAmended, CustomerData
from fieldkit.services.jobs import correct_records, records

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
        if not as_json:
            print_alike(made, correct_records.duplicates_of(session, made.id), session)


@app.command("list")
def list_all(
    words: Annotated[
        str, typer.Argument(help="Only those with these words in name, phone or address.")
    ] = "",
    as_json: Json = False,
) -> None:
    """List the customers."""
    with opened() as session:
        found: Iterable[Customer] = (
            records.customers(session, words) if words else records.each_customer(session)
        )
        if as_json:
            print_json_rows(item.model_dump(mode="json") for item in found)
            return
        for item in found:
            if not item.merged_into:
                print_line(f"{item.id}  {item.name}  {item.phone}")


@app.command()
def show(
    record_id: Annotated[str, typer.Argument(metavar="ID", help="The customer's id.")],
    as_json: Json = False,
) -> None:
    """Show a customer."""
    with opened() as session:
        who = records.standing_customer(session, record_id)
        people = records.same_people(session, record_id)
        found = who.model_dump(mode="json")
        if as_json:
            print_json(found | {"recorded_as": sorted(people)})
            return
        for name in ("name", "phone", "address", "area", "tier", "language"):
            print_line(f"{name}: {found[name]}")
        for product in correct_records.products_of(session, people):
            print_line(f"  {product.serial}  {product.model}")
        for job in correct_records.jobs_of(session, people):
            print_line(f"  {job.number}  {job.product.serial if job.product else ''}".rstrip())
        lang = options.language(session)
        for other in sorted(people - {who.id}):
            emit("cli.merged_with", lang, id=other)
        print_waiting(who, session.catalogue, lang)


CustomerId = Annotated[str, typer.Argument(metavar="ID", help="The customer's id.")]


@app.command()
def amend(
    record_id: CustomerId,
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    as_json: Json = False,
) -> None:
    """Correct a customer's card: --set phone=... and what else is wrong."""
    with opened() as session, naming_fields(options.language(session)):
        lang = options.language(session)
        if fields:
            print_fields(CustomerAmended, "customer", session.catalogue, lang)
            return
        changes = read_form_fields(source, values)
        made = correct_records.amend_customer(session, record_id, changes)
        print_made(made, as_json, "cli.customer_amended", session)
        if not as_json:
            print_waiting(made, session.catalogue, lang)


@app.command()
def merge(
    record_id: CustomerId,
    into: Annotated[
        str, typer.Argument(metavar="INTO", help="The customer who stands for both.")
    ] = "",
    undo: Annotated[bool, typer.Option("--undo", help="They are two after all.")] = False,
    apart: Annotated[bool, typer.Option("--apart", help="They are two: do not ask again.")] = False,
    as_json: Json = False,
) -> None:
    """Merge a customer who is registered twice, or undo that."""
    with opened() as session:
        if apart:
            other = needed_option("INTO", into)
            made = correct_records.tell_apart(session, record_id, other)
            print_made(made, as_json, "cli.customer_told_apart", session)
            return
        if undo:
            made = correct_records.unmerge_customer(session, record_id)
            print_made(made, as_json, "cli.customer_unmerged", session)
            return
        stands = correct_records.merge_customers(session, record_id, needed_option("INTO", into))
        print_made(stands, as_json, "cli.customer_merged", session)


@app.command()
def duplicates(as_json: Json = False) -> None:
    """List customers who may be the same: one number, or one name and address."""
    with opened() as session:
        print_duplicates(correct_records.duplicates(session), as_json, options.language(session))
