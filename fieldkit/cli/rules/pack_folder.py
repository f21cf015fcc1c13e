"""Which pack a command works on, and how it changes a file."""

import os
from pathlib import Path
from typing import Annotated

import typer

from fieldkit.domain.core.errors import Fault, FieldkitError
from fieldkit.rules.loading.pack_head import is_pack
from fieldkit.shipped import USUAL_TRADE, shipped_rules

PackArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="PACK", help="The folder; else rules/ or rules/ebike/ here, else the shipped pack."
    ),
]


def pack_folder(given: Path | None) -> Path:
    """The folder of a pack: as given, else `rules/` here, else `rules/ebike/` here (the usual
    trade's), else the one that was shipped.

    Raises `FieldkitError` where the folder has no pack.yaml.
    """
    here = (Path("rules"), Path("rules", USUAL_TRADE))
    found = (folder for folder in here if is_pack(folder))
    folder = given or next(found, shipped_rules())
    if not is_pack(folder):
        raise FieldkitError("no_pack", folder=folder)
    return folder


def replace_file(path: Path, text: str) -> None:
    """Put a new text in the place of a file, whole or not at all. Raises `Fault`."""
    made = path.with_name(f".{path.name}.new")
    try:
        with made.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    except OSError as error:
        made.unlink(missing_ok=True)
        raise Fault("file_unwritable", file=path.name, why=error.strerror) from None
