"""`fieldkit decide FILE`: what the rules say of a job document."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from fieldkit.cli.context import day_option, options, print_json, read_json_file
from fieldkit.cli.job import Json
from fieldkit.cli.print_job import decision_lines
from fieldkit.cli.rules.deciding_trade import deciding_trade
from fieldkit.services.home.company_zone import company_clock


def decide(
    file: Annotated[Path, typer.Argument(help="A job document in JSON; - for stdin.")],
    on: Annotated[date | None, day_option("Today.")] = None,
    pack: Annotated[
        Path | None, typer.Option(help="The folder of another rule pack to decide by.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the decision about a job document, with reasons.

    The shape is what `fieldkit job show --json` prints; absent parts may be left out. A file
    of recorded facts (with `record`), or of a scenario with its `facts`, is taken, too. Decides by
    the rules and prices of the home folder; where there is none, by those that came with fieldkit.
    """
    from fieldkit.services.deciding.decide import decide_document

    document = read_json_file(file)
    with deciding_trade(pack) as trade:
        decision = decide_document(trade, document, on, company_clock(trade))
        if as_json:
            print_json(decision.model_dump(mode="json"))
        else:
            print("\n".join(decision_lines(decision, trade.catalogue, options.language())))
    if not decision.agreed:
        raise typer.Exit(3)
