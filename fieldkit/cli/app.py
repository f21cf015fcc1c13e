"""The root of the command line."""

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer._click.exceptions import NoArgsIsHelpError  # Typer has no name of its own for it
from typer.exceptions import TyperException
from typer.main import get_command

from fieldkit import __version__
from fieldkit.cli import context
from fieldkit.cli.context import options, wrong_usage
from fieldkit.cli.start import ended, open_app
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.event import Role
from fieldkit.domain.core.plain_text import escaped, is_plain
from fieldkit.i18n import LANGS, Lang, default_lang, say

app = typer.Typer(
    add_completion=True,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Offline field service: jobs, explained verdicts, and a safe way to the office.",
)


def run(arguments: list[str]) -> int:
    """Run the command line. Answers the exit code; prints one line for every error."""
    options.reset()
    return ended(lambda: _run(arguments))


def _run(arguments: list[str]) -> int:
    for argument in arguments:
        if not is_plain(argument):
            raise FieldkitError("argument_not_plain", argument=escaped(argument))
    lang = _lang_of(arguments)
    command = get_command(app)
    if lang == "zh":
        from fieldkit.cli.chinese_help import put_in_chinese

        put_in_chinese(command)
    try:
        result = command(arguments, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except typer.Abort:
        return 130
    except NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return 2
    except TyperException as error:
        from fieldkit.cli.usage_errors import usage_problem

        print(say("error.usage", lang, problem=usage_problem(error, lang)), file=sys.stderr)
        return 2


def _lang_of(arguments: list[str]) -> Lang:
    """The language of help and of wrong usage, which are told before the options are read:
    `--lang` where it stands before the command, else the environment's."""
    rest = iter(arguments)
    for option in rest:
        name, _, value = option.partition("=")
        if not name.startswith("-"):
            break
        if name in ("--lang", "--home", "--as"):
            value = value or next(rest, "")
        if name == "--lang" and value in LANGS:
            return "zh" if value == "zh" else "en"
    return default_lang(os.environ)


@app.callback(invoke_without_command=True)
def root(
    ctx: typer.Context,
    home: Annotated[Path | None, typer.Option(help="The home folder.")] = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    person: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Who does it, where people share the laptop."),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[bool, typer.Option("--version", "-V", help="Show the version.")] = False,
) -> None:
    """Open the app, or run a command."""
    options.home, options.debug, options.person = home, debug, person
    if lang is not None:
        if lang not in ("en", "zh"):
            raise wrong_usage("lang", "--lang")
        options.lang = "zh" if lang == "zh" else "en"
    if version:
        print(f"fieldkit {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        raise typer.Exit(open_app())


@app.command()
def init(
    person: Annotated[str, typer.Option(help="Who works here: your sign-in name.")],
    role: Annotated[Role, typer.Option(help="In which role.")] = Role.TECHNICIAN,
    protect: Annotated[
        str, typer.Option(help="What protects the store: auto, keyring, passphrase, file.")
    ] = "auto",
) -> None:
    """Make the home folder of a person, with its encrypted store."""
    from fieldkit.services.home.session import init_home

    if protect not in ("auto", "keyring", "passphrase", "file"):
        raise wrong_usage("protect", "--protect")
    passphrase = os.environ.get(context.PASSPHRASE)
    if protect == "passphrase" and not passphrase:
        passphrase = context.ask_secret("cli.ask_passphrase", options.language(), twice=True)
    lang = options.language()
    init_home(options.where(), person, role, lang, passphrase, protect)  # type: ignore[arg-type]  # checked above
    home = options.where().folder
    command = f"fieldkit --home {shlex.quote(str(home))}" if options.home else "fieldkit"
    context.emit("cli.home_made", lang, home=home, command=command)


from fieldkit.cli import (  # noqa: E402
    approve,
    customer,
    decide,
    demo,
    doctor,
    job,
    office,
    people,
    product,
    rules,
    store,
    sync,
    van,
)

app.add_typer(job.app, name="job")
app.add_typer(customer.app, name="customer")
app.add_typer(product.app, name="product")
app.add_typer(van.app, name="van")
app.add_typer(office.app, name="office")
app.add_typer(people.app, name="people")
app.add_typer(rules.app, name="rules")
app.add_typer(store.app, name="store")
app.command("decide")(decide.decide)
app.command("approve")(approve.approve)
job.app.command("challenge")(approve.challenge)
app.add_typer(sync.app, name="sync")
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
