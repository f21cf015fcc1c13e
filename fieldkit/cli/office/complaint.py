"""`fieldkit office complaint`: list, new, show, do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from fieldkit.cli.context import emit, options, print_json, print_made, read_form_fields
from fieldkit.cli.form_help import Fields, naming_fields, print_fields
from fieldkit.cli.job import From, Json, Set
from fieldkit.cli.office.base import (
    By,
    Folder,
    app,
    office_catalogue,
    opened_office,
    opened_trade,
    permitted,
)
from fieldkit.cli.output import print_line
from fieldkit.domain.complaints.model import (
    COMPLAINT,
    COMPLAINT_STEPS,
    Complaint,
    ComplaintRecorded,
)
from fieldkit.domain.complaints.steps import next_complaint_step, steps_of
from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.core.form import Data, form_fields
from fieldkit.i18n import Lang, fit, say, say_field
from fieldkit.office.people.person_roles import Task

if TYPE_CHECKING:
    from fieldkit.domain.core.catalogue import Catalogue

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
        print_line(f"{row.id}  {department}  {grade}  {step}  {what}".rstrip())


@complaint_app.command("new")
def new(
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Record a complaint: --set text=... --set complaint_class=... --set job=..."""
    from fieldkit.office.desk.complaints import record_complaint

    lang = options.language()
    with opened_office(folder) as office, opened_trade(office) as trade, naming_fields(lang):
        if fields:
            catalogue = office_catalogue(office)
            print_fields(ComplaintRecorded, "complaint", catalogue, lang, "job", "customer")
            return
        who = permitted(office, Task.COMPLAINTS, by)
        made = record_complaint(office, read_form_fields(source, values), trade, who)
    print_made(made, as_json, "cli.complaint_made")


@complaint_app.command("show")
def show(record_id: ComplaintId, folder: Folder = None, as_json: Json = False) -> None:
    """Show a complaint: what was recorded in each step, and the step that is next."""
    from fieldkit.office.desk.desk import read_as

    with opened_office(folder) as office:
        found = read_as(office, "complaint", record_id, Complaint)
        catalogue = office_catalogue(office)
    _print_complaint(found, as_json, catalogue)


@complaint_app.command("do")
def do(
    record_id: ComplaintId,
    step: Annotated[
        str,
        typer.Argument(
            metavar="STEP",
            help="judged, assigned, investigated, proposed, told, settled or improved.",
        ),
    ],
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Do the step that is next."""
    from fieldkit.office.desk.complaints import do_complaint_step
    from fieldkit.office.desk.desk import read_as

    lang = options.language()
    with opened_office(folder) as office:
        who = "" if fields else permitted(office, Task.COMPLAINTS, by)
        current = read_as(office, "complaint", record_id, Complaint)
        with _naming_next(current, lang):
            if fields:
                print_fields(_form(step), "complaint", office_catalogue(office), lang)
                return
            given = read_form_fields(source, values)
            done = do_complaint_step(office, record_id, step, given, who)
    if as_json:
        print_json(done.model_dump(mode="json"))
        return
    following = next_complaint_step(done)
    if following is None:
        emit("cli.complaint_done", lang)
    else:
        emit("cli.complaint_next", lang, step=say(f"complaint_step.{following}", lang))


@contextmanager
def _naming_next(complaint: Complaint, lang: Lang) -> Iterator[None]:
    """Say at the end of a refusal which step is next, by the name that `do` knows."""
    try:
        with naming_fields(lang):
            yield
    except Refused as error:
        if following := next_complaint_step(complaint):
            named = f"{following} ({say(f'complaint_step.{following}', lang)})"
            error.add_note(say("cli.steps_now", lang, steps=named))
        raise


def _form(step: str) -> type[Data]:
    """The form of a later step. Raises `Refused` (`unknown_step`)."""
    if step not in COMPLAINT_STEPS[1:]:
        raise Refused(Reason("unknown_step", {"step": step}))
    return COMPLAINT.events[f"complaint.{step}"]


def _print_complaint(complaint: Complaint, as_json: bool, catalogue: "Catalogue") -> None:
    if as_json:
        print_json(complaint.model_dump(mode="json"))
        return
    lang = options.language()
    following = next_complaint_step(complaint)
    for step in steps_of(complaint):
        mark = "[>]" if step == following else "[ ]" if getattr(complaint, step) is None else "[x]"
        name = say(f"complaint_step.{step}", lang)
        print(f"{mark} {name}  {step}" if step == following else f"{mark} {name}")
        for field in form_fields(COMPLAINT.events[f"complaint.{step}"]):
            value = getattr(getattr(complaint, step), field.name, None)
            if value not in (None, ""):
                said = catalogue.name(field.ui.source, str(value), lang)
                print_line(f"      {say_field(field.name, lang)}: {said}")
