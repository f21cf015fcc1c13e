"""`fieldkit product`: register, show."""

from typing import Annotated

import typer

from fieldkit.cli.context import opened, options, print_json, print_made, read_assignments
from fieldkit.cli.job import Json, Set
from fieldkit.i18n import say, say_date
from fieldkit.services.jobs import records

app = typer.Typer(help="Products by serial number.", no_args_is_help=True)


@app.command()
def register(values: Set = None, as_json: Json = False) -> None:
    """Register a product: --set serial=... --set model=... --set purchase_date=..."""
    with opened() as session:
        made = records.register_product(session, read_assignments(values or []))
        print_made(made, as_json, "cli.product_made", session)


@app.command()
def show(serial: Annotated[str, typer.Argument()], as_json: Json = False) -> None:
    """Show a product with its history."""
    with opened() as session:
        found = records.product(session, serial)
        if as_json:
            print_json(found.model_dump(mode="json"))
            return
        lang = options.language(session)
        print(f"{found.serial}  {session.catalogue.name('model', found.model, lang)}")
        for name in ("purchase_date", "manufacture_date", "proof", "use"):
            value = getattr(found, name)
            if value:
                print(f"  {say(f'label.{name}', lang)}: {value}")
        for entry in found.history:
            component = session.catalogue.name("component", entry.component, lang)
            print(f"  {say_date(entry.on, lang)}  {component}  {entry.part}")
