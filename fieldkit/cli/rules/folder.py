"""Which pack a command works on."""

from pathlib import Path
from typing import Annotated

import typer

from fieldkit.domain.errors import FieldkitError
from fieldkit.shipped import shipped

PackArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="PACK", help="The folder of the pack; else rules/ here, else the shipped one."
    ),
]


def pack_folder(given: Path | None) -> Path:
    """The folder of a pack: as given, else `rules/` here, else the one that was shipped.

    Raises `FieldkitError` where the folder has no pack.yaml.
    """
    here = Path("rules")
    folder = given or (here if (here / "pack.yaml").is_file() else shipped("rules"))
    if not (folder / "pack.yaml").is_file():
        raise FieldkitError("no_pack", folder=folder)
    return folder
