"""`fieldkit sync rejected`, `correct`, `withdraw`: what the office refused."""

from dataclasses import asdict
from typing import Annotated

import typer

from fieldkit.cli.context import emit, opened, options, print_done, print_json, read_assignments
from fieldkit.cli.job import Json, Set
from fieldkit.i18n import has, say

EventId = Annotated[str, typer.Argument(metavar="EVENT", help="The id of a refused event.")]


def rejected(as_json: Json = False) -> None:
    """List what the office refused and nothing has replaced. Exits with 1 if there is anything."""
    from fieldkit.services.exchange.refused_events import rejected as refused

    with opened() as session:
        lang = options.language(session)
        found, held = refused(session), session.store.exchange.receipts.held()
    if as_json:
        print_json([asdict(each) for each in found])
    elif not found:
        emit("cli.nothing_rejected", lang)
    for each in [] if as_json else found:
        reason = f"sync.reason.{each.reason}"
        why = say(reason, lang) if has(reason) else each.reason
        emit("cli.rejected", lang, event=each.event, type=each.type, record=each.record, why=why)
    if held and not as_json:
        emit("cli.held_behind", lang, count=len(held))
    if found:
        raise typer.Exit(1)


def correct(event: EventId, values: Set = None, as_json: Json = False) -> None:
    """Record a refused event again, with other values where given."""
    from fieldkit.services.exchange.refused_events import correct as record_again

    with opened() as session:
        made = record_again(session, event, read_assignments(values or []))
        print_done(as_json, "cli.corrected", options.language(session), event=made.id)


def withdraw(
    event: EventId,
    why: Annotated[str, typer.Option(help="The note that takes its place.")],
    as_json: Json = False,
) -> None:
    """Give up a refused event of a job, with a note in its place."""
    from fieldkit.services.exchange.refused_events import withdraw as give_up

    with opened() as session:
        made = give_up(session, event, why)
        print_done(as_json, "cli.corrected", options.language(session), event=made.id)
