"""`fieldkit office catalogue`: start, publish, list."""

from datetime import datetime
from pathlib import Path
from shutil import copytree
from typing import Annotated

import typer

from fieldkit.cli.context import emit, options, print_json
from fieldkit.cli.job import Json
from fieldkit.cli.office.base import (
    By,
    Folder,
    app,
    check_offered,
    office_catalogue,
    opened_office,
    permitted,
)
from fieldkit.domain.core.errors import Fault, FieldkitError
from fieldkit.i18n import say, say_moment
from fieldkit.office.people.person_roles import Task

catalogue_app = typer.Typer(
    help="Models, parts with prices, faults and lists, for the laptops.", no_args_is_help=True
)
app.add_typer(catalogue_app, name="catalogue")


@catalogue_app.command("start")
def start(
    target: Annotated[Path, typer.Argument(metavar="FOLDER", help="The new folder.")],
) -> None:
    """Copy the catalogue that came with the program to a folder, to be edited there."""
    from fieldkit.shipped import shipped_data

    try:
        copytree(shipped_data() / "catalogue", target)
    except FileExistsError:
        raise FieldkitError("catalogue.folder_exists", folder=target) from None
    except OSError as error:
        raise Fault("store.unwritable", why=error.strerror or str(error)) from error
    emit("catalogue.started", options.language(), folder=target)


@catalogue_app.command("publish")
def publish(
    source: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A folder with the files of a catalogue.")
    ],
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Check a catalogue and offer it to the laptops, which fetch it with their next sync.

    Raise the revision in catalogue.yaml first. Nothing is published unless every file is good and
    the rules know every value that forms would offer.
    """
    from fieldkit.office.publishing.catalogue import compare_catalogues, publish_catalogue
    from fieldkit.store.files.catalogue import load_catalogue

    catalogue = load_catalogue(source)
    with opened_office(folder) as office:
        who = permitted(office, Task.PUBLISH, by)
        check_offered(office, catalogue)
        changed = compare_catalogues(office_catalogue(office), catalogue)
        done = publish_catalogue(office, catalogue, who)
    if as_json:
        listed = {name: change.__dict__ for name, change in changed.items()}
        print_json({"revision": done.revision, "sha256": done.sha256, "changes": listed})
        return
    lang = options.language()
    emit("catalogue.published", lang, revision=done.revision)
    for name, change in changed.items():
        print("  " + say(f"catalogue.changed.{name}", lang, **change.__dict__))


@catalogue_app.command("list")
def list_published(folder: Folder = None, as_json: Json = False) -> None:
    """List what was published, newest first."""
    from fieldkit.office.publishing.catalogue import published_catalogues

    with opened_office(folder) as office:
        found = published_catalogues(office)
        zone = office.clock().tzinfo
    if as_json:
        print_json([item.__dict__ for item in found])
        return
    lang = options.language()
    for item in found:
        at = say_moment(datetime.fromtimestamp(item.at / 1000, zone), lang)
        emit("catalogue.listed", lang, revision=item.revision, at=at, by=item.by)
    if not found:
        emit("catalogue.none_published", lang)
