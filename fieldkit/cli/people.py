"""`fieldkit people`: who shares this laptop, and their PINs."""

from typing import Annotated

import typer

from fieldkit.cli.context import ask_secret, emit, opened, options, print_done, print_json
from fieldkit.cli.job import Json
from fieldkit.services.home import people

app = typer.Typer(
    help="Who works on this laptop. A PIN says who recorded something; it protects no data.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The sign-in name.")]


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List who works here, and who has a PIN."""
    with opened() as session:
        found = people.people(session)
        if as_json:
            print_json([person._asdict() for person in found])
            return
        for person in found:
            key = "cli.people.with_pin" if person.has_pin else "cli.people.without_pin"
            emit(key, options.language(session), name=person.name)
            if not person.confirmed:
                emit("cli.people.unconfirmed", options.language(session))


@app.command()
def add(name: Name, as_json: Json = False) -> None:
    """Let a colleague sign in on this laptop, too."""
    with opened() as session:
        people.add_person(session, name)
        print_done(as_json, "cli.people.added", options.language(session), name=name.strip())


@app.command()
def pin(
    name: Name,
    remove: Annotated[bool, typer.Option("--remove", help="Take the PIN away.")] = False,
    as_json: Json = False,
) -> None:
    """Set or change somebody's PIN; whoever has one changes it herself: --as NAME."""
    with opened() as session:
        new = (
            None
            if remove
            else ask_secret("cli.people.ask_new_pin", options.language(session), twice=True)
        )
        people.set_pin(session, name, new)
        key = "cli.people.pin_removed" if remove else "cli.people.pin_set"
        print_done(as_json, key, options.language(session), name=name)


@app.command()
def remove(name: Name, as_json: Json = False) -> None:
    """Take a colleague off the list. What she recorded stays under her name."""
    with opened() as session:
        people.remove_person(session, name)
        print_done(as_json, "cli.people.removed", options.language(session), name=name)
