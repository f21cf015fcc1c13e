"""`fieldkit rules`: what supervisors do with rule packs."""

import typer

app = typer.Typer(help="Rule packs: check, test, explain, publish.", no_args_is_help=True)
