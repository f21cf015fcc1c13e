"""`fieldkit office`: init, enrol, revoke, serve."""

from typing import Annotated

import typer

from fieldkit.cli.context import options, print_json, tell
from fieldkit.cli.job import Json
from fieldkit.cli.office.base import Folder, app, office_folder, opened_office
from fieldkit.domain.event import Role
from fieldkit.i18n import say_moment
from fieldkit.services.session import local_now


@app.command()
def init(
    folder: Folder = None,
    database: Annotated[
        str, typer.Option(help="An SQLAlchemy URL, such as of PostgreSQL; SQLite without one.")
    ] = "",
) -> None:
    """Make an office: its keys and its database."""
    from fieldkit.office.office import init_office

    where = office_folder(folder)
    fingerprint = init_office(where, database)
    tell("cli.office_ready", options.language(), folder=where, fingerprint=fingerprint)


@app.command()
def enrol(
    person: Annotated[str, typer.Option(help="Whose laptop it is: the sign-in name.")],
    role: Annotated[Role, typer.Option(help="In which role.")] = Role.TECHNICIAN,
    area: Annotated[str, typer.Option(help="The service area.")] = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Print a one-time code with which a laptop introduces itself."""
    from fieldkit.office.enrol import CODE_LIFETIME, create_enrolment

    lang = options.language()
    with opened_office(folder) as office:
        code = create_enrolment(office, person, role, area)
        until = local_now() + CODE_LIFETIME
    if as_json:
        print_json({"person": person, "role": role.value, "code": code, "until": until})
    else:
        tell("cli.enrol_code", lang, person=person, until=say_moment(until, lang), code=code)


@app.command()
def revoke(
    device: Annotated[str, typer.Argument(help="The device's id.")], folder: Folder = None
) -> None:
    """Refuse a laptop from now on."""
    from fieldkit.office.enrol import revoke as revoke_device

    with opened_office(folder) as office:
        revoke_device(office, device)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.")] = 8440,
    folder: Folder = None,
) -> None:
    """Serve the laptops until interrupted."""
    from fieldkit.office.serve import serve as run

    with opened_office(folder) as office:
        tell("cli.serving", options.language(), url=f"http://{host}:{port}")
        run(office, host, port)
