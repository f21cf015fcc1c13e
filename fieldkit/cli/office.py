"""`fieldkit office`: init, enrol, serve, jobs, show, dispatch, revoke."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import platformdirs
import typer

from fieldkit.cli.context import options, print_json, tell
from fieldkit.cli.job import Json
from fieldkit.cli.show import job_line, job_lines
from fieldkit.domain.event import Role
from fieldkit.i18n import say_moment
from fieldkit.services.ids import uuid7
from fieldkit.services.jobs import job_row
from fieldkit.services.session import Trade, local_now

if TYPE_CHECKING:
    from fieldkit.office.office import Office

app = typer.Typer(help="The central office.", no_args_is_help=True)

Folder = Annotated[
    Path | None, typer.Option("--folder", help="The office's folder; else FIELDKIT_OFFICE.")
]


def office_folder(given: Path | None) -> Path:
    """`--folder`, else FIELDKIT_OFFICE, else the platform's data folder."""
    if given is not None:
        return given
    named = os.environ.get("FIELDKIT_OFFICE")
    return Path(named or platformdirs.user_data_dir("fieldkit-office", False)).expanduser()


@contextmanager
def opened_office(folder: Path | None) -> Iterator["Office"]:
    """The office of this call, closed at the end."""
    from fieldkit.office.office import open_office

    with open_office(office_folder(folder), uuid7) as office:
        yield office


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


@app.command()
def jobs(
    technician: Annotated[str, typer.Option(help="Only this technician's.")] = "",
    status: Annotated[str, typer.Option(help="Only in this status.")] = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """List the jobs that the office has."""
    from fieldkit.office.desk import list_jobs

    with opened_office(folder) as office:
        found = list_jobs(office, technician, status)
    documents = [item.model_dump(mode="json") for item in found]
    if as_json:
        print_json(documents)
        return
    for document in documents:
        print(job_line(job_row(document), options.language()))


@app.command()
def show(
    job: Annotated[str, typer.Argument(help="The job's id.")],
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Show a job as the office has it."""
    from fieldkit.domain.job import Job
    from fieldkit.office.desk import read_record

    with opened_office(folder) as office:
        found = read_record(office, "job", job)
    if as_json or not isinstance(found, Job):
        print_json(found.model_dump(mode="json"))
    else:
        print("\n".join(job_lines(found, Trade().catalogue, options.language())))


@app.command()
def dispatch(
    job: Annotated[str, typer.Argument(help="The job's id.")],
    technician: Annotated[str, typer.Argument(help="Who is sent.")],
    by: Annotated[str, typer.Option(help="Who decides it.")] = "office",
    note: Annotated[str, typer.Option(help="A word for the technician.")] = "",
    folder: Folder = None,
) -> None:
    """Send a technician to a job, with the product's history."""
    from fieldkit.office.desk import dispatch as send

    with opened_office(folder) as office:
        send(office, job, technician, by, note)
