"""`fieldkit rules`: what supervisors do with rule packs."""

import typer

from fieldkit.cli.rules import check

app = typer.Typer(help="Rule packs: check, test, explain, publish.", no_args_is_help=True)
app.command("vocabulary")(check.vocabulary)
app.command("check")(check.check)
