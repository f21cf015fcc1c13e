"""`fieldkit office complaint`: list, new, show, do."""

from typing import Annotated

import typer

from fieldkit.cli.context import emit, options, print_json, print_made, read_form_fields
from fieldkit.cli.job import From, Json, Set
from fieldkit.cli.office.base import By, Folder, app, office_catalogue, opened_office, opened_trade
from fieldkit.i18n import fit, say

complaint_app = typer.Typer(help="Complaints and their eight steps.", no_args_is_help=True)
app.add_typer(complaint_app, name="complaint")
ComplaintId = Annotated[str, typer.Argument(metavar="ID", help="The complaint's id.")]


@complaint_app.command("list")
def list_all(
    everything: Annotated[bool, typer.Option("--all", help="Finished ones, too.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """List the complaints with the step that is next."""
    from fieldkit.office.desk.complaints import list_complaints

    with opened_office(folder) as office:
        rows = list_complaints(office, everything)
        catalogue = office_catalogue(office)
    if as_json:
        print_json([row.__dict__ for row in rows])
        return
    lang = options.language()
    for row in rows:
        step = say(f"complaint_step.{row.next_step}", lang) if row.next_step else "-"
        department = catalogue.name("department", row.department, lang)
        grade = catalogue.name("complaint_grade", row.grade, lang)
        what = fit(" ".join(row.text.split()), 30).rstrip()
        print(f"{row.id}  {department}  {grade}  {step}  {what}".rstrip())


@complaint_app.command("new")
def new(
    values: Set = None,
    source: From = None,
    by: By = "office",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Record a complaint: --set text=... --set complaint_class=... --set job=..."""
    from fieldkit.office.desk.complaints import record_complaint

    with opened_office(folder) as office, opened_trade(office) as trade:
        given = read_form_fields(source, values)
        made = record_complaint(office, given, trade, by)
    print_made(made, as_json, "cli.complaint_made")


@complaint_app.command("show")
def show(record_id: ComplaintId, folder: Folder = None) -> None:
    """Show a complaint as JSON."""
    from fieldkit.office.desk.desk import read_record

    with opened_office(folder) as office:
        print_json(read_record(office, "complaint", record_id).model_dump(mode="json"))


@complaint_app.command("do")
def do(
    record_id: ComplaintId,
    step: Annotated[
        str,
        typer.Argument(help="judged, assigned, investigated, proposed, told, settled or improved."),
    ],
    values: Set = None,
    source: From = None,
    by: By = "office",
    folder: Folder = None,
) -> None:
    """Do the step that is next."""
    from fieldkit.domain.complaints.steps import next_complaint_step
    from fieldkit.office.desk.complaints import do_complaint_step

    with opened_office(folder) as office:
        given = read_form_fields(source, values)
        done = do_complaint_step(office, record_id, step, given, by)
    lang = options.language()
    following = next_complaint_step(done)
    if following is None:
        emit("cli.complaint_done", lang)
    else:
        emit("cli.complaint_next", lang, step=say(f"complaint_step.{following}", lang))
