"""`fieldkit store`: backup, restore, export, import, check, salvage, archive, passphrase."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldkit.cli.context import (
    PASSPHRASE,
    ask_secret,
    emit,
    opened,
    options,
    print_done,
    print_json,
)
from fieldkit.cli.job import Json
from fieldkit.clock import local_now
from fieldkit.domain.core.errors import Fault, InUse
from fieldkit.i18n import Lang, say
from fieldkit.services.home.ids import uuid7
from fieldkit.store.home import keys

if TYPE_CHECKING:
    from fieldkit.store.care.scrub import CheckReport
    from fieldkit.store.care.trouble import Trouble

app = typer.Typer(help="Care for what is kept on this laptop.", no_args_is_help=True)

NEW_PASSPHRASE = "FIELDKIT_NEW_PASSPHRASE"

File = Annotated[Path, typer.Argument(help="The file.")]


@app.command()
def backup(file: File) -> None:
    """Write everything into one encrypted file, while the app may be in use. What cannot be read
    is named and left out: then it exits with 1 if that is damaged, with 75 if only the archive was
    in use, and with 3 otherwise."""
    from fieldkit.store.care.backup import back_up

    with opened() as session:
        count, troubles = back_up(session.store, file)
        lang = options.language(session)
        emit("cli.store.backed_up", lang, file=file, count=count)
        method = keys.describe(session.store.home.folder).method
        emit(f"cli.store.opened_by.{method}", lang)
    for trouble in troubles:
        print(_text(trouble, lang))
    if troubles:
        emit("cli.store.backed_up_without", lang)
        raise typer.Exit(_exit_code(troubles))


def _exit_code(troubles: "list[Trouble]") -> int:
    if any(one.is_damage for one in troubles):
        return 1
    return InUse.exit_code if all(one.key == "in_use" for one in troubles) else Fault.exit_code


@app.command()
def restore(file: File) -> None:
    """Put a backup in the place of what is here, which is kept beside it."""
    from fieldkit.store.care import backup as backups

    lang = options.language()
    done = backups.restore(options.where(), file, uuid7, os.environ.get(PASSPHRASE))
    emit("cli.store.restored", lang)
    if done.aside:
        emit("cli.store.aside", lang, file=done.aside)


@app.command("export")
def export_all(file: File) -> None:
    """Write everything into a plain TinyDB file: customers' data in the clear."""
    from fieldkit.store.care.plain_export import export_plain

    with opened() as session:
        count = export_plain(session.store, file)
        emit("cli.store.exported", options.language(session), file=file, count=count)


@app.command("import")
def import_all(file: File) -> None:
    """Take everything of an export into this home, which must be empty."""
    from fieldkit.store.care.plain_export import import_plain

    with opened() as session:
        count = import_plain(session.store, file)
        emit("cli.store.imported", options.language(session), count=count)


@app.command()
def check(
    daily: Annotated[
        bool, typer.Option("--daily", help="Only once a day, and in silence if all is well.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read everything and say what is damaged. Exits with 1 if anything is, with 3 if something
    could not be read, and with 75 if the store was in use all the time."""
    raise typer.Exit(check_store(daily, as_json))


def check_store(daily: bool, as_json: bool = False) -> int:
    """Read everything and print what is damaged. Answers the exit code."""
    from fieldkit.services.home.upkeep import scrub, scrub_due

    try:
        with opened() as session:
            if daily and not scrub_due(session):
                return 0
            report = scrub(session)
            lang = options.language(session)
    except keys.Locked:
        if daily:  # the exchange before it has said so
            return 1
        raise
    if daily and report.ok and not report.losses and not report.in_use:
        return 0
    if as_json:
        troubles = [{"key": one.key, "text": _text(one, lang)} for one in report.troubles]
        salvaged = [
            {"at": loss.at.isoformat(), "events_lost": loss.events} for loss in report.losses
        ]
        print_json(
            {
                "ok": report.ok,
                "in_use": report.in_use,
                "documents": report.documents,
                "troubles": troubles,
                "salvaged": salvaged,
            }
        )
    else:
        for loss in report.losses:
            when = f"{loss.at:%Y-%m-%d %H:%M}"
            emit("cli.store.was_salvaged", lang, when=when, count=loss.events)
        for trouble in report.troubles:
            print(_text(trouble, lang))
        key = _ending(report)
        emit(f"cli.store.{key}", lang, documents=report.documents, files=report.attachments)
    if report.ok:
        return InUse.exit_code if report.in_use else 0
    return 1 if report.damages else Fault.exit_code


def _ending(report: "CheckReport") -> str:
    if report.ok:
        return "in_use" if report.in_use else "good"
    if not report.damages:
        return "unread"
    of_attachments = all(one.key.startswith("attachment") for one in report.troubles)
    return "bad_attachments" if of_attachments else "bad"


def _text(trouble: "Trouble", lang: Lang) -> str:
    return say(f"store.trouble.{trouble.key}", lang, **trouble.params)


@app.command()
def salvage(as_json: Json = False) -> None:
    """Set a damaged store aside and keep all that can be read. Exits with 1 if any is missing."""
    from fieldkit.store.care import salvage as salvaging

    lang = options.language()
    report = salvaging.salvage(options.where(), uuid7, local_now(), os.environ.get(PASSPHRASE))
    if as_json:
        print_json({**report.__dict__, "lost": report.lost})
    else:
        emit("cli.store.salvaged", lang, count=sum(report.recovered.values()), file=report.aside)
        if report.archive_aside:
            emit("cli.store.archive_salvaged", lang, file=report.archive_aside)
        for table, count in report.missing.items():
            emit("cli.store.missing", lang, table=table, count=count)
        for file in report.uncertain:
            emit("cli.store.uncertain", lang, file=file)
        if report.events:
            emit("cli.store.events_lost", lang, count=report.events)
        if report.commits_lost:
            emit("cli.store.commits_lost", lang, count=report.commits_lost)
        emit("cli.store.salvage_next", lang, unsent=report.unsent)
        if not report.enrolled:
            emit("cli.store.not_enrolled", lang)
    if report.lost:
        raise typer.Exit(1)


@app.command()
def archive(
    older_than: Annotated[int, typer.Option(min=0, help="Days since the last event.")] = 365,
    as_json: Json = False,
) -> None:
    """Move finished jobs that the office has into the archive. They can still be shown."""
    from fieldkit.services.home.upkeep import archive_jobs

    with opened() as session:
        count = archive_jobs(session, older_than)
        lang = options.language(session)
        print_done(as_json, "cli.store.archived", lang, count=count, days=older_than)


@app.command()
def passphrase() -> None:
    """Set or change the passphrase that protects the store."""
    home = options.where()
    old = os.environ.get(PASSPHRASE)
    if keys.describe(home.folder).method == "passphrase" and not old:
        old = ask_secret("cli.ask_passphrase", options.language())
    new = os.environ.get(NEW_PASSPHRASE) or ask_secret(
        "cli.ask_new_passphrase", options.language(), twice=True
    )
    keys.change_passphrase(home.folder, old, new)
    emit("cli.store.passphrase_changed", options.language())
