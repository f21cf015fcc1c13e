"""`fieldkit rules`: what supervisors do with rule packs."""

import typer

from fieldkit.cli.rules import check, explain, holidays, impact, publish, spreadsheet, test

app = typer.Typer(help="Rule packs: check, test, explain, impact, publish.", no_args_is_help=True)
app.command("vocabulary")(check.vocabulary)
app.command("check")(check.check)
app.command("fmt")(check.fmt)
app.command("diff")(check.diff)
app.command("test")(test.try_scenarios)
app.command("explain")(explain.explain)
app.command("replay")(explain.replay)
app.command("impact")(impact.impact)
app.command("to-csv")(spreadsheet.to_csv)
app.command("from-csv")(spreadsheet.from_csv)
app.command("keygen")(publish.keygen)
app.command("trust")(publish.trust)
app.command("distrust")(publish.distrust)
app.command("publish")(publish.publish)
app.command("rollback")(publish.rollback)
app.command("holidays")(holidays.holidays)
app.command("history")(publish.history)
app.command("save")(publish.save)
app.command("install")(publish.install)
