"""`fieldkit office`: init, enrol, revoke, serve, backup, restore, upgrade, metrics."""

from pathlib import Path
from typing import Annotated

import typer

from fieldkit.cli.context import emit, options, print_done, print_json, wrong_usage
from fieldkit.cli.job import Json
from fieldkit.cli.office.base import (
    KEPT_TOKEN,
    Folder,
    app,
    office_folder,
    office_packs,
    opened_office,
    permitted,
)
from fieldkit.cli.office.codes import print_revived
from fieldkit.cli.office.person import add_first_person
from fieldkit.domain.core.event import Role
from fieldkit.i18n import say_moment
from fieldkit.office.people.person_roles import Task


@app.command()
def init(
    folder: Folder = None,
    database: Annotated[
        str, typer.Option(help="An SQLAlchemy URL, such as of PostgreSQL; SQLite without one.")
    ] = "",
    administrator: Annotated[
        str, typer.Option(help="The sign-in name of the office's first person.")
    ] = "administrator",
    as_json: Json = False,
) -> None:
    """Make an office: its keys, its database, and its first person, whose token is kept there."""
    from fieldkit.office.office import init_office

    where = office_folder(folder)
    fingerprint = init_office(where, database)
    with opened_office(folder) as office:
        add_first_person(office, administrator)
    print_done(
        as_json, "cli.office_ready", options.language(),
        folder=where, fingerprint=fingerprint, person=administrator, token_file=where / KEPT_TOKEN,
    )  # fmt: skip


@app.command()
def enrol(
    person: Annotated[str, typer.Option(help="Whose laptop it is: the sign-in name.")],
    role: Annotated[Role, typer.Option(help="In which role.")] = Role.TECHNICIAN,
    area: Annotated[str, typer.Option(help="The service area.")] = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Print a one-time code with which a laptop introduces itself."""
    from fieldkit.office.devices.enrol import CODE_LIFETIME, create_enrolment

    lang = options.language()
    with opened_office(folder) as office:
        by = permitted(office, Task.LAPTOPS)
        code = create_enrolment(office, person, role, area, by=by)
        until = office.clock() + CODE_LIFETIME
    if as_json:
        print_json({"person": person, "role": role.value, "code": code, "until": until})
    else:
        emit("cli.enrol_code", lang, person=person, until=say_moment(until, lang), code=code)


@app.command()
def revoke(
    device: Annotated[
        str, typer.Argument(help="The laptop's id, as `status` prints it, or its beginning.")
    ],
    undo: Annotated[bool, typer.Option("--undo", help="Let it in again.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Refuse a laptop from now on. What it has sent stays."""
    from fieldkit.office.devices.enrol import revoke as revoke_device

    with opened_office(folder) as office:
        person = revoke_device(office, device, permitted(office, Task.LAPTOPS), undo)
    key = "office_laptop.let_in" if undo else "cli.revoked"
    print_done(as_json, key, options.language(), person=person)


@app.command()
def colleague(
    device: Annotated[
        str, typer.Argument(help="The laptop's id, as `status` prints it, or its beginning.")
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who works on it, too.")],
    remove: Annotated[bool, typer.Option("--remove", help="She does no more.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Confirm that somebody works on a laptop of which she is not the person."""
    from fieldkit.office.devices.colleagues import confirm_colleague

    with opened_office(folder) as office:
        by = permitted(office, Task.RESOLVE)
        person = confirm_colleague(office, device, name, by, not remove)
    key = "office_people.colleague_removed" if remove else "office_people.colleague"
    print_done(as_json, key, options.language(), name=name, person=person)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8440,
    cert: Annotated[
        Path | None, typer.Option(help="The certificate with its chain, PEM.", dir_okay=False)
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="The certificate's private key, PEM.", dir_okay=False)
    ] = None,
    folder: Folder = None,
) -> None:
    """Serve the laptops until interrupted; logs go to stderr, one JSON object a line."""
    from fieldkit.office.http.serve import Tls
    from fieldkit.office.http.serve import serve as run

    if (cert is None) != (key is None):
        raise wrong_usage("cert_with_key")
    tls = Tls(cert, key) if cert and key else None
    with opened_office(folder) as office:
        address = f"{'https' if tls else 'http'}://{host}:{port}"

        def ready() -> None:
            emit("cli.serving", options.language(), url=address)

        run(office, host, port, tls, office_packs(office), ready)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The new file.")], folder: Folder = None
) -> None:
    """Copy the database to a file while the office serves; the keys are not in it."""
    from fieldkit.office.backup import backup as copy

    with opened_office(folder) as office:
        copy(office, file)
    emit("cli.backed_up", options.language(), file=file)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` made.")], folder: Folder = None
) -> None:
    """Bring a backup back, in a new epoch. The database before it is kept beside it."""
    from fieldkit.office.backup import restore as bring_back

    with opened_office(folder) as office:
        done = bring_back(office, file, permitted(office, Task.SERVER))
    emit("cli.restored", options.language(), kept=done.kept)
    print_revived(done.revived)


@app.command("new-epoch")
def new_epoch(folder: Folder = None) -> None:
    """Begin a new epoch: needed once after PostgreSQL itself was restored from a backup."""
    from fieldkit.office.backup import begin_epoch

    with opened_office(folder) as office:
        done = begin_epoch(office, permitted(office, Task.SERVER))
    emit("cli.new_epoch", options.language(), epoch=done.epoch)
    print_revived(done.revived)


@app.command()
def upgrade(folder: Folder = None) -> None:
    """Bring the tables of the database up to this version. Make a backup first."""
    from fieldkit.office.office import upgrade_office

    upgrade_office(office_folder(folder))


@app.command()
def metrics(
    token: Annotated[
        bool, typer.Option("--token", help="Print the token that reads /metrics instead.")
    ] = False,
    folder: Folder = None,
) -> None:
    """Print the figures of the database in Prometheus' text format."""
    from fieldkit.office.watch.metrics import Metrics, monitor_token

    with opened_office(folder) as office:
        text = monitor_token(office) if token else Metrics(office).text().rstrip()
    print(text)
