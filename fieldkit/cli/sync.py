"""`fieldkit sync`: exchange records with the office."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldkit.cli.context import emit, opened, options, print_json, wrong_usage
from fieldkit.cli.job import Json
from fieldkit.cli.refused_events import correct, rejected, withdraw
from fieldkit.cli.start import ended
from fieldkit.cli.store import check_store
from fieldkit.cli.sync_schedule import schedule
from fieldkit.i18n import Lang, say
from fieldkit.services.home.session import Session
from fieldkit.store.home.keys import Locked

if TYPE_CHECKING:
    from fieldkit.sync.client.progress import SyncReport

app = typer.Typer()
app.command("schedule")(schedule)
app.command("rejected")(rejected)
app.command("correct")(correct)
app.command("withdraw")(withdraw)


@app.callback(invoke_without_command=True)
def sync(
    ctx: typer.Context,
    enrol: Annotated[str | None, typer.Option(help="A one-time code of the office.")] = None,
    office: Annotated[str | None, typer.Option(help="The office's address, with --enrol.")] = None,
    new_epoch: Annotated[
        bool, typer.Option("--new-epoch", help="Go on after another device used this one's name.")
    ] = False,
    to_file: Annotated[
        Path | None, typer.Option(help="Write what is unsent to a file for the office.")
    ] = None,
    from_file: Annotated[
        Path | None, typer.Option(help="Read the office's answer to such a file.")
    ] = None,
    quiet: Annotated[bool, typer.Option(help="Say nothing when all is well.")] = False,
    nightly: Annotated[
        bool, typer.Option("--nightly", help="For schedulers: quiet, then check the store.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send what is unsent and fetch what concerns this person.

    Exits with 1 when something stayed unsent or was refused.
    """
    if ctx.invoked_subcommand:
        return
    from fieldkit.services.exchange.parcels import read_answer, write_parcel
    from fieldkit.services.exchange.sync_now import enrol_device, start_new_epoch, sync_now

    if (enrol is None) != (office is None):
        raise wrong_usage("enrol_with_office")
    if nightly:
        raise typer.Exit(_send_and_check())
    with _opened() as session:
        lang = options.language(session)
        if enrol and office:
            identity = enrol_device(session, office, enrol)
            emit("cli.enrolled", lang, person=identity.person)
        if new_epoch:
            start_new_epoch(session)
        if to_file:
            count, files = write_parcel(session, to_file)
            emit("cli.parcel_written", lang, count=count, attachments=files, file=to_file)
            return
        report = read_answer(session, from_file) if from_file else sync_now(session)
    raise typer.Exit(_print_report(report, lang, quiet, as_json))


def _send_and_check() -> int:
    """The exchange, then the store's daily check, whatever became of the exchange: one line
    for what did not go, and nothing otherwise. Answers the exit code."""

    def send() -> int:
        from fieldkit.services.exchange.sync_now import sync_now

        with _opened() as session:
            return _print_report(sync_now(session), options.language(session), quiet=True)

    sent = ended(send)
    checked = ended(lambda: check_store(daily=True))
    return sent or checked


def _print_report(report: "SyncReport", lang: Lang, quiet: bool, as_json: bool = False) -> int:
    """What an exchange did. Answers the exit code."""
    if as_json:
        print_json(
            {
                "sent": report.sent, "applied": report.applied, "duplicates": report.duplicates,
                "held": report.held, "rejected": report.rejected, "received": report.received,
                "unsent": report.unsent, "rules": report.rules,
                "catalogue": report.catalogue, "attachments": report.attachments,
                "fetched": report.fetched,
                "problems": [{"key": item.key, **item.params} for item in report.problems],
            }
        )  # fmt: skip
    elif not (quiet and report.clean):
        emit("cli.synced", lang, sent=report.sent, received=report.received)
        if report.rules is not None:
            emit("packs.installed_by_sync", lang, revision=report.rules)
        if report.catalogue is not None:
            emit("catalogue.installed_by_sync", lang, revision=report.catalogue)
        for problem in report.problems:
            print("  " + say(f"sync.problem.{problem.key}", lang, **problem.params))
    if report.unsent or report.rejected:
        if not as_json:
            emit("cli.unsent", lang, unsent=report.unsent, rejected=report.rejected)
        return 1
    return 0


@contextmanager
def _opened() -> Iterator[Session]:
    """The session; where the store is locked, an unattended run also says that nothing was sent."""
    with ExitStack() as stack:
        try:
            session = stack.enter_context(opened())
        except Locked:
            print(say("cli.store.nothing_sent", options.language()), end=" ", file=sys.stderr)
            raise
        yield session
