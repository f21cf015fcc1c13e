"""`fieldkit office held`: what was refused or waits behind it; `release` and `dismiss`."""

from typing import Annotated

import typer

from fieldkit.cli.context import emit, options, print_done, print_json
from fieldkit.cli.job import Json
from fieldkit.cli.office.base import Folder, app, opened_office, permitted
from fieldkit.i18n import has, say, say_moment
from fieldkit.office.people.person_roles import Task

held_app = typer.Typer()
app.add_typer(held_app, name="held")

EventId = Annotated[str, typer.Argument(metavar="EVENT", help="Its id, as `held` prints it.")]


@held_app.callback(invoke_without_command=True)
def held(ctx: typer.Context, folder: Folder = None, as_json: Json = False) -> None:
    """List what laptops sent and does not count: refused, or held behind that.

    Exits with 1 when there is anything.
    """
    if ctx.invoked_subcommand:
        return
    from fieldkit.office.exchange.held_events import list_set_aside

    lang = options.language()
    with opened_office(folder) as office:
        found = list_set_aside(office)
    if as_json:
        print_json([one.__dict__ | {"since": one.since.isoformat()} for one in found])
    for one in () if as_json else found:
        if one.behind:
            why = say("office_held.behind", lang, event=one.behind)
        else:
            reason = f"sync.reason.{one.reason}"
            why = say(reason, lang) if has(reason) else one.reason
        emit(
            f"office_held.{one.status}", lang, event=one.event, type=one.type, number=one.number,
            by=one.by or one.person, person=one.person, device=one.device,
            moment=say_moment(one.since, lang), why=why, holds=one.holds,
        )  # fmt: skip
    if not found and not as_json:
        emit("office_held.none", lang)
    if found:
        raise typer.Exit(1)


@held_app.command()
def release(event: EventId, folder: Folder = None, as_json: Json = False) -> None:
    """Let an event count: a held one, or one that its laptop's people may not record."""
    from fieldkit.office.exchange.held_events import release as let_count

    with opened_office(folder) as office:
        done = let_count(office, event, permitted(office, Task.RESOLVE))
    _print(as_json, "office_held.released", event, done)


@held_app.command()
def dismiss(event: EventId, folder: Folder = None, as_json: Json = False) -> None:
    """Say that an event will never count. What was held behind it counts from now on."""
    from fieldkit.office.exchange.held_events import dismiss as give_up

    with opened_office(folder) as office:
        done = give_up(office, event, permitted(office, Task.RESOLVE))
    _print(as_json, "office_held.dismissed", event, done)


def _print(as_json: bool, key: str, event: str, counted: list[str]) -> None:
    if as_json:
        print_done(True, key, options.language(), event=event, counted=counted)
    else:
        emit(key, options.language(), event=event, count=len(counted))
