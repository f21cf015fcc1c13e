"""`fieldkit office import`: the exchange with a laptop that has no network."""

from pathlib import Path
from typing import Annotated

import typer

from fieldkit.cli.context import options, print_done
from fieldkit.cli.job import Json
from fieldkit.cli.office.base import Folder, app, opened_office
from fieldkit.domain.core.errors import Fault
from fieldkit.store.home.atomic_files import written


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="What `fieldkit sync --to-file` wrote.")],
    out: Annotated[
        Path | None, typer.Option(help="Where the answer goes; else FILE.answer.")
    ] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Take a laptop's file, and write the answer that goes back to it."""
    from fieldkit.office.exchange.parcels import import_parcel

    target = out or file.with_name(f"{file.name}.answer")
    try:
        source = file.open("rb")
    except OSError as error:
        raise Fault("parcel_unreadable", file=str(file)) from error
    with source, opened_office(folder) as office, written(target) as answered:
        parcel, answer = import_parcel(office, source, answered)
    taken = sum(len(each.receipt.results) for each in answer.answers if each.receipt)
    refused = sum(each.receipt is None for each in answer.answers)
    files = {each.sha256 for each in parcel.enclosed}.difference(answer.lacking)
    print_done(
        as_json, "cli.parcel_taken", options.language(),
        events=taken, refused=refused, attachments=len(files), file=target,
    )  # fmt: skip
