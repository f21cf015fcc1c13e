"""`fieldkit decide FILE`: what the rules say of a job document."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from fieldkit.cli.context import options, print_json, read_json_file
from fieldkit.cli.job import Json
from fieldkit.cli.show import decision_lines
from fieldkit.services.session import Trade, local_now


def decide(
    file: Annotated[Path, typer.Argument(help="A job document in JSON; - for stdin.")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Today.")] = None,
    as_json: Json = False,
) -> None:
    """Print the decision about a job document, with reasons.

    The shape is what `fieldkit job show --json` prints; absent parts may be left out. A file
    of recorded facts (with `record`) is taken, too. Needs no home folder.
    """
    from fieldkit.services.decide import decide_document

    document = read_json_file(file)
    today: date | None = on.date() if on else None
    trade = Trade()
    decision = decide_document(trade, document, today, local_now)
    if as_json:
        print_json(decision.model_dump(mode="json"))
    else:
        print("\n".join(decision_lines(decision, trade.catalogue, options.language())))
    if not decision.agreed:
        raise typer.Exit(3)
