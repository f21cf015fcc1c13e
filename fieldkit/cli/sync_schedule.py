"""`fieldkit sync schedule`: the nightly exchange by the platform's own scheduler."""

from datetime import time
from typing import Annotated

import typer

from fieldkit.cli.context import emit, options, wrong_usage
from fieldkit.services.exchange.nightly import Scheduler


def schedule(
    at: Annotated[str, typer.Option(help="The local time, HH:MM.")] = "21:30",
    show: Annotated[
        bool, typer.Option("--print", help="Print the units, install nothing.")
    ] = False,
    take_away: Annotated[bool, typer.Option("--remove", help="Exchange at night no more.")] = False,
    scheduler: Annotated[
        Scheduler | None, typer.Option("--for", help="With --print: for which scheduler.")
    ] = None,
) -> None:
    """Exchange with the office every night, also when nobody is signed in to the app.

    Installs a systemd timer, a cron line, a launchd agent or a task of Windows Task Scheduler.
    """
    from fieldkit.services.exchange.nightly import (
        current_scheduler,
        install,
        nightly_command,
        remove,
        units,
    )

    try:
        when = time.fromisoformat(at)
    except ValueError:
        raise wrong_usage("at", "--at") from None
    if scheduler and not show:
        raise wrong_usage("for_with_print")
    if take_away:
        if show:
            raise wrong_usage("remove_alone")
        emit("cli.unscheduled", options.language(), scheduler=remove().value)
        return
    command = nightly_command(options.where().folder)
    if show:
        print(
            "\n".join(unit.text for unit in units(scheduler or current_scheduler(), command, when))
        )
        return
    done = install(command, when)
    emit("cli.scheduled", options.language(), scheduler=done.value, time=f"{when:%H:%M}")
