"""`fieldkit office`: customers, products, jobs, people, dispatch, approvals."""

from typing import TYPE_CHECKING, Annotated

import typer

from fieldkit.cli.context import (
    emit,
    needed_option,
    options,
    print_done,
    print_json,
    print_made,
    read_form_fields,
    wrong_usage,
)
from fieldkit.cli.corrections import print_alike
from fieldkit.cli.form_help import Fields, naming_fields, naming_steps, print_fields, step_form
from fieldkit.cli.job import ForCustomer, ForProduct, From, JobRef, Json, Set
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
from fieldkit.cli.print_job import job_line, print_job, warn_of
from fieldkit.domain.core.event import Role
from fieldkit.domain.core.job_codes import Answer, SettledCharge
from fieldkit.domain.core.kinds import RecordKind
from fieldkit.domain.job.model import Status
from fieldkit.domain.job.step_events import Registered
from fieldkit.domain.records.customer_product import Customer, CustomerData
from fieldkit.domain.records.product_registration import ProductData
from fieldkit.i18n import fit, say
from fieldkit.office.people.person_roles import Task
from fieldkit.services.jobs.job_rows import job_row

if TYPE_CHECKING:
    from fieldkit.office.desk.technicians import Technician

customer_app = typer.Typer(help="Customers.", no_args_is_help=True)
product_app = typer.Typer(help="Products by serial number.", no_args_is_help=True)
job_app = typer.Typer(
    help="Service requests, and what the office does to them.", no_args_is_help=True
)
app.add_typer(customer_app, name="customer")
app.add_typer(product_app, name="product")
app.add_typer(job_app, name="job")


# -- records -------------------------------------------------------------------------------


@customer_app.command("new")
def new_customer(
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Register a customer: --set name=... --set phone=... --set area=..."""
    from fieldkit.office.desk.correct_records import duplicates_of
    from fieldkit.office.desk.desk import read_as, register_customer

    lang = options.language()
    with opened_office(folder) as office, naming_fields(lang):
        if fields:
            print_fields(CustomerData, "customer", office_catalogue(office), lang)
            return
        who = permitted(office, Task.RECORDS, by)
        record = register_customer(office, read_form_fields(source, values), who)
        made = read_as(office, "customer", record, Customer)
        print_made(made, as_json, "cli.customer_made")
        if not as_json:
            print_alike(made, duplicates_of(office, record))


@product_app.command("new")
def new_product(
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Register a product: --set serial=... --set model=... --set customer=..."""
    from fieldkit.office.desk.desk import read_record, register_product

    lang = options.language()
    with opened_office(folder) as office, opened_trade(office) as trade, naming_fields(lang):
        if fields:
            print_fields(ProductData, "product", office_catalogue(office), lang, "customer")
            return
        who = permitted(office, Task.RECORDS, by)
        serial = register_product(office, read_form_fields(source, values), trade, who)
        print_made(read_record(office, "product", serial), as_json, "cli.product_made")


@job_app.command("new")
def new_job(
    customer: ForCustomer = "",
    product: ForProduct = "",
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Register a service request: --set symptom=... and what else the form asks."""
    from fieldkit.office.desk.desk import register_job

    lang = options.language()
    with opened_office(folder) as office, naming_fields(lang):
        if fields:
            print_fields(Registered, "register", office_catalogue(office), lang)
            return
        about = needed_option("--customer", customer), needed_option("--product", product)
        who = permitted(office, Task.RECORDS, by)
        made = register_job(office, read_form_fields(source, values), *about, who)
    print_made(made, as_json, "cli.job_made")
    warn_of(made, lang)


@job_app.command("do")
def do(
    job_ref: JobRef,
    step: Annotated[
        str,
        typer.Argument(metavar="STEP", help="The step, such as cancel or change_promise."),
    ],
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Do a step of a job at the office."""
    from fieldkit.office.desk.desk import do_step, read_job

    lang = options.language()
    with opened_office(folder) as office, opened_trade(office) as trade:
        who = "" if fields else permitted(office, Task.RECORDS, by)
        catalogue = office_catalogue(office)
        with naming_steps(read_job(office, job_ref), Role.DESK, lang):
            form = step_form(step)
            if fields:
                print_fields(form, step, catalogue, lang)
                return
            given = read_form_fields(source, values)
            done = do_step(office, job_ref, step, given, who, rules=trade)
    print_job(done, as_json, catalogue, lang)


@app.command()
def find(
    text: Annotated[str, typer.Argument(help="Words: a telephone number, a name, a serial ...")],
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Find customers, products, jobs and complaints by what a caller says."""
    from fieldkit.office.desk.lookup import find_records

    lang = options.language()
    with opened_office(folder) as office:
        found, more = find_records(office, text)
    if as_json:
        print_json([row.__dict__ for row in found])
        return
    for row in found:
        status = say(f"status.{row.status}", lang) if row.kind == RecordKind.JOB else ""
        kind = say(f"record.{row.kind}", lang)
        about = (text for text in row.about if text != row.record)
        print_line("  ".join(filter(None, (fit(kind, 10), row.record, *about, status))))
    if not found:
        emit("cli.nothing_found", lang, text=text)
    elif more:
        emit("cli.more_found", lang)


@app.command()
def jobs(
    technician: Annotated[str, typer.Option(help="Only this technician's.")] = "",
    status: Annotated[Status | None, typer.Option(help="Only in this status.")] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """List the jobs that the office has."""
    from fieldkit.office.desk.desk import list_jobs

    with opened_office(folder) as office:
        found = list_jobs(office, technician, status.value if status else "")
    documents = [item.model_dump(mode="json") for item in found]
    if as_json:
        print_json(documents)
        return
    for document in documents:
        print_line(job_line(job_row(document), options.language()))


@app.command()
def show(job_ref: JobRef, folder: Folder = None, as_json: Json = False) -> None:
    """Show a job as the office has it."""
    from fieldkit.office.desk.desk import read_job

    with opened_office(folder) as office:
        print_job(read_job(office, job_ref), as_json, office_catalogue(office), options.language())


# -- dispatch ------------------------------------------------------------------------------


@app.command()
def technicians(folder: Folder = None, as_json: Json = False) -> None:
    """List the technicians: area, skills, open jobs."""
    from fieldkit.office.desk.technicians import list_technicians

    with opened_office(folder) as office:
        _print_technicians(list_technicians(office), as_json)


def _print_technicians(found: "list[Technician]", as_json: bool) -> None:
    if as_json:
        print_json([{**item.__dict__, "skills": sorted(item.skills)} for item in found])
        return
    for item in found:
        key = "cli.person" if item.active else "cli.person_away"
        skills = " ".join(sorted(item.skills)) or "-"
        emit(key, options.language(), name=item.name, area=item.area or "-", skills=skills,
             jobs=item.open_jobs)  # fmt: skip


@app.command()
def technician(
    name: Annotated[str, typer.Argument(help="The sign-in name.")],
    area: Annotated[str, typer.Option(help="The service area.")] = "",
    skill: Annotated[
        list[str] | None, typer.Option(help="A kind of job or a model; may be given again.")
    ] = None,
    away: Annotated[bool, typer.Option("--away", help="Send nowhere for now.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Say where a technician works and what she can do."""
    from fieldkit.office.desk.technicians import list_technicians, set_technician

    with opened_office(folder) as office:
        who = permitted(office, Task.DISPATCH)
        name = set_technician(office, name, area, skill or [], not away, who)
        _print_technicians(
            [each for each in list_technicians(office) if each.name == name], as_json
        )


@app.command()
def dispatch(
    job_ref: JobRef,
    technician: Annotated[str, typer.Argument(help="Who is sent; left out: who could be.")] = "",
    auto: Annotated[bool, typer.Option("--auto", help="Send whoever fits best.")] = False,
    by: By = "",
    note: Annotated[str, typer.Option(help="A word for the technician.")] = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Send a technician to a job, with the product's history; or list who fits, best first."""
    from fieldkit.office.desk.desk import dispatch as send
    from fieldkit.office.desk.technicians import best_candidate, candidates, check_technician

    if technician and auto:
        raise wrong_usage("name_or_auto")
    lang = options.language()
    with opened_office(folder) as office:
        if technician or auto:
            sender = permitted(office, Task.DISPATCH, by)
            who = (
                check_technician(office, technician)
                if technician
                else best_candidate(office, job_ref)
            )
            send(office, job_ref, who, sender, note)
            print_done(as_json, "cli.dispatched", lang, technician=who)
            return
        found = candidates(office, job_ref)
    if as_json:
        print_json(
            [
                {"technician": item.technician.name, "same_area": item.same_area,
                 "skills": sorted(item.skills), "open_jobs": item.technician.open_jobs}
                for item in found
            ]
        )  # fmt: skip
        return
    for item in found:
        where = say("cli.same_area" if item.same_area else "cli.other_area", lang)
        skills = " ".join(sorted(item.skills)) or "-"
        emit("cli.candidate", lang, name=item.technician.name, where=where, skills=skills,
             jobs=item.technician.open_jobs)  # fmt: skip
    if not found:
        emit("cli.no_candidates", lang)


@app.command()
def approve(
    job_ref: JobRef,
    refuse: Annotated[bool, typer.Option("--refuse", help="Answer no.")] = False,
    charge: Annotated[
        SettledCharge | None, typer.Option(help="For lines that the rules left open.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Answer a request for approval."""
    from fieldkit.office.desk.approvals import answer_request

    values: dict[str, object] = {"answer": Answer.REFUSED if refuse else Answer.APPROVED}
    if charge is not None:
        values["charge"] = charge
    with opened_office(folder) as office:
        who = permitted(office, Task.APPROVE, by)
        values |= {"by_name": who, "reason": reason}
        done = answer_request(office, job_ref, values, who)
        print_job(done, as_json, office_catalogue(office), options.language())
