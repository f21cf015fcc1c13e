"""`fieldkit office calls`: the calls that are open, and what came of one."""

from typing import Annotated

import typer

from fieldkit.cli.context import emit, options, print_json, print_made, read_form_fields
from fieldkit.cli.form_help import Fields, naming_fields, print_fields
from fieldkit.cli.job import From, Json, Set
from fieldkit.cli.office.base import By, Folder, app, office_catalogue, opened_office, permitted
from fieldkit.domain.records.follow_up import FollowUpDone
from fieldkit.i18n import say_moment
from fieldkit.office.people.person_roles import Task

calls_app = typer.Typer()
app.add_typer(calls_app, name="calls")


@calls_app.callback(invoke_without_command=True)
def calls(ctx: typer.Context, folder: Folder = None, as_json: Json = False) -> None:
    """List the calls that are open, and who must not make them: it is her work that was scored."""
    if ctx.invoked_subcommand:
        return
    from fieldkit.office.desk.calls import list_calls

    lang = options.language()
    with opened_office(folder) as office:
        found = list_calls(office)
        catalogue = office_catalogue(office)
        zone = office.clock().tzinfo
    if as_json:
        print_json([call.model_dump(mode="json") for call in found])
        return
    for call in found:
        if call.planned is None or call.due is None:
            continue
        key = "office_calls.call_not_by" if call.planned.not_by else "office_calls.call"
        who = call.planned.assigned_to
        emit(key, lang, id=call.id, moment=say_moment(call.due.astimezone(zone), lang),
             reason=catalogue.name("follow_up_reason", call.planned.reason, lang),
             customer=call.planned.customer_name or "-",
             who=catalogue.name("department", who, lang) if who else "-",
             not_by=call.planned.not_by)  # fmt: skip
    if not found:
        emit("office_calls.none", lang)


@calls_app.command()
def done(
    record_id: Annotated[str, typer.Argument(metavar="ID", help="The call, as `calls` prints it.")],
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Record what came of a call: --set outcome=... --set note=..."""
    from fieldkit.office.desk.calls import finish_call

    lang = options.language()
    with opened_office(folder) as office, naming_fields(lang):
        if fields:
            print_fields(FollowUpDone, "follow_up", office_catalogue(office), lang)
            return
        who = permitted(office, Task.COMPLAINTS, by)
        made = finish_call(office, record_id, read_form_fields(source, values), who)
    print_made(made, as_json, "office_calls.done")
