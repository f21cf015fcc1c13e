"""`fieldkit office customer`, `product`: correct, merge, transfer; `office correction`: the word on
what laptops corrected."""

from typing import Annotated

import typer

from fieldkit.cli.context import (
    emit,
    needed_option,
    options,
    print_done,
    print_json,
    print_made,
    read_form_fields,
)
from fieldkit.cli.corrections import print_duplicates, said_change
from fieldkit.cli.form_help import Fields, naming_fields, print_fields
from fieldkit.cli.job import From, Json, Set
from fieldkit.cli.office.base import (
    By,
    Folder,
    app,
    office_catalogue,
    opened_office,
    opened_trade,
    permitted,
)
from fieldkit.cli.office.desk import customer_app, product_app
from fieldkit.domain.records.customer_product import CustomerAmended, ProductAmended
from fieldkit.domain.records.transfer import ProductTransferred
from fieldkit.office.people.person_roles import Task

correction_app = typer.Typer(
    help="What was corrected in the field and costs money.", no_args_is_help=True
)
app.add_typer(correction_app, name="correction")

CustomerId = Annotated[str, typer.Argument(metavar="ID", help="The customer's id.")]
Serial = Annotated[str, typer.Argument(metavar="SERIAL", help="The product's serial number.")]
Change = Annotated[str, typer.Argument(metavar="EVENT", help="The correction, by its event.")]


@customer_app.command("amend")
def amend_customer(
    record_id: CustomerId,
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Correct a customer's card: --set phone=... and what else is wrong."""
    from fieldkit.office.desk.correct_records import amend_customer as amend

    lang = options.language()
    with opened_office(folder) as office, naming_fields(lang):
        if fields:
            print_fields(CustomerAmended, "customer", office_catalogue(office), lang)
            return
        who = permitted(office, Task.RECORDS, by)
        made = amend(office, record_id, read_form_fields(source, values), who)
        print_made(made, as_json, "cli.customer_amended")


@customer_app.command("merge")
def merge(
    record_id: CustomerId,
    into: Annotated[
        str, typer.Argument(metavar="INTO", help="The customer who stands for both.")
    ] = "",
    undo: Annotated[bool, typer.Option("--undo", help="They are two after all.")] = False,
    apart: Annotated[bool, typer.Option("--apart", help="They are two: do not ask again.")] = False,
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Merge a customer who is registered twice, or undo that."""
    from fieldkit.office.desk.correct_records import merge_customers, tell_apart, unmerge_customer

    with opened_office(folder) as office:
        who = permitted(office, Task.RECORDS, by)
        if apart:
            tell_apart(office, record_id, needed_option("INTO", into), who)
            print_done(as_json, "cli.customer_told_apart", options.language(), id=record_id)
            return
        if undo:
            unmerge_customer(office, record_id, who)
            print_done(as_json, "cli.customer_unmerged", options.language(), id=record_id)
            return
        stands = merge_customers(office, record_id, needed_option("INTO", into), who)
        print_made(stands, as_json, "cli.customer_merged")


@customer_app.command("duplicates")
def duplicates(folder: Folder = None, as_json: Json = False) -> None:
    """List customers who may be the same: one number, or one name and address."""
    from fieldkit.office.desk.correct_records import duplicates as find_duplicates

    with opened_office(folder) as office:
        print_duplicates(find_duplicates(office), as_json, options.language())


@product_app.command("amend")
def amend_product(
    serial: Serial,
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Correct a product: --set purchase_date=... and what else is wrong or missing."""
    from fieldkit.office.desk.correct_records import amend_product as amend

    lang = options.language()
    with opened_office(folder) as office, opened_trade(office) as trade, naming_fields(lang):
        if fields:
            print_fields(ProductAmended, "product", office_catalogue(office), lang, "customer")
            return
        who = permitted(office, Task.RECORDS, by)
        made = amend(office, serial, read_form_fields(source, values), trade, who)
        print_made(made, as_json, "cli.product_amended")


@product_app.command("transfer")
def transfer(
    serial: Serial,
    to: Annotated[str, typer.Option("--to", help="The new owner's id.")] = "",
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Record a new owner: --to ID --set on=... --set documents=[...]"""
    from fieldkit.office.desk.correct_records import transfer_product

    lang = options.language()
    with opened_office(folder) as office, naming_fields(lang):
        if fields:
            print_fields(ProductTransferred, "product", office_catalogue(office), lang)
            return
        who = permitted(office, Task.RECORDS, by)
        made = transfer_product(office, serial, read_form_fields(source, values), to, who)
        print_made(made, as_json, "cli.product_transferred")


@correction_app.command("list")
def list_corrections(folder: Folder = None, as_json: Json = False) -> None:
    """List what was corrected in the field, costs money and waits for a word."""
    from fieldkit.office.desk.correct_records import list_waiting

    lang = options.language()
    with opened_office(folder) as office:
        found = list_waiting(office)
        if as_json:
            print_json(
                [
                    {"kind": one.kind, "record": one.record, **one.change.model_dump(mode="json")}
                    for one in found
                ]
            )
            return
        catalogue = office_catalogue(office)
        for one in found:
            what = said_change(one.kind, one.change, catalogue, lang)
            emit("cli.waiting", lang, event=one.change.event, record=one.record, what=what)
        if not found:
            emit("cli.nothing_waits", lang)


@correction_app.command("confirm")
def confirm(change: Change, by: By = "", folder: Folder = None, as_json: Json = False) -> None:
    """Agree to a correction."""
    _settle(change, True, "", by, folder, as_json)


@correction_app.command("refuse")
def refuse(
    change: Change,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Refuse a correction; what was there before is there again."""
    _settle(change, False, reason, by, folder, as_json)


def _settle(change: str, agreed: bool, reason: str, by: str, folder: Folder, as_json: bool) -> None:
    from fieldkit.office.desk.correct_records import settle

    with opened_office(folder) as office:
        who = permitted(office, Task.RECORDS, by)
        found = settle(office, change, agreed, reason, who)
    key = "cli.correction_confirmed" if agreed else "cli.correction_refused"
    print_done(as_json, key, options.language(), record=found.record, event=change)
