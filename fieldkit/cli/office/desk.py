"""`fieldkit office`: customers, products, jobs, people, dispatch, approvals."""

from typing import Annotated

import typer

from fieldkit.cli.context import emit, options, print_json, print_made, read_form_fields
from fieldkit.cli.job import From, JobRef, Json, Set
from fieldkit.cli.office.base import By, Folder, app, office_catalogue, opened_office, opened_trade
from fieldkit.cli.print_job import job_line, job_lines
from fieldkit.domain.core.job_codes import Answer, SettledCharge
from fieldkit.domain.core.kinds import RecordKind
from fieldkit.domain.job.model import Status
from fieldkit.i18n import fit, say
from fieldkit.services.jobs.job_rows import job_row

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
    by: By = "office",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Register a customer: --set name=... --set phone=... --set area=..."""
    from fieldkit.office.desk.desk import read_record, register_customer

    with opened_office(folder) as office:
        given = read_form_fields(source, values)
        record = register_customer(office, given, by)
        print_made(read_record(office, "customer", record), as_json, "cli.customer_made")


@product_app.command("new")
def new_product(
    values: Set = None,
    source: From = None,
    by: By = "office",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Register a product: --set serial=... --set model=... --set customer=..."""
    from fieldkit.office.desk.desk import read_record, register_product

    with opened_office(folder) as office, opened_trade(office) as trade:
        given = read_form_fields(source, values)
        serial = register_product(office, given, trade, by)
        print_made(read_record(office, "product", serial), as_json, "cli.product_made")


@job_app.command("new")
def new_job(
    customer: Annotated[str, typer.Option(help="The customer's id.")],
    product: Annotated[str, typer.Option(help="The product's serial number.")],
    values: Set = None,
    source: From = None,
    by: By = "office",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Register a service request: --set symptom=... and what else the form asks."""
    from fieldkit.office.desk.desk import register_job

    with opened_office(folder) as office:
        given = read_form_fields(source, values)
        made = register_job(office, given, customer, product, by)
    print_made(made, as_json, "cli.job_made")


@job_app.command("do")
def do(
    job_ref: JobRef,
    step: Annotated[str, typer.Argument(help="The step, such as cancel or change_promise.")],
    values: Set = None,
    source: From = None,
    by: By = "office",
    folder: Folder = None,
) -> None:
    """Do a step of a job at the office."""
    from fieldkit.office.desk.desk import do_step

    with opened_office(folder) as office, opened_trade(office) as trade:
        given = read_form_fields(source, values)
        done = do_step(office, job_ref, step, given, by, rules=trade)
        catalogue = office_catalogue(office)
    print("\n".join(job_lines(done, catalogue, options.language())))


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
        print("  ".join(filter(None, (fit(kind, 10), row.record, *about, status))))
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
        print(job_line(job_row(document), options.language()))


@app.command()
def show(job_ref: JobRef, folder: Folder = None, as_json: Json = False) -> None:
    """Show a job as the office has it."""
    from fieldkit.domain.job.model import Job
    from fieldkit.office.desk.desk import read_record

    with opened_office(folder) as office:
        found = read_record(office, "job", job_ref)
        catalogue = office_catalogue(office)
    if as_json or not isinstance(found, Job):
        print_json(found.model_dump(mode="json"))
    else:
        print("\n".join(job_lines(found, catalogue, options.language())))


# -- dispatch ------------------------------------------------------------------------------


@app.command()
def people(folder: Folder = None, as_json: Json = False) -> None:
    """List the technicians: area, skills, open jobs."""
    from fieldkit.office.desk.technicians import list_technicians

    with opened_office(folder) as office:
        found = list_technicians(office)
    if as_json:
        print_json([{**item.__dict__, "skills": sorted(item.skills)} for item in found])
        return
    for item in found:
        key = "cli.person" if item.active else "cli.person_away"
        skills = " ".join(sorted(item.skills)) or "-"
        emit(key, options.language(), name=item.name, area=item.area or "-", skills=skills,
             jobs=item.open_jobs)  # fmt: skip


@app.command()
def person(
    name: Annotated[str, typer.Argument(help="The sign-in name.")],
    area: Annotated[str, typer.Option(help="The service area.")] = "",
    skill: Annotated[
        list[str] | None, typer.Option(help="A kind of job or a model; may be given again.")
    ] = None,
    away: Annotated[bool, typer.Option("--away", help="Send nowhere for now.")] = False,
    folder: Folder = None,
) -> None:
    """Say where a technician works and what she can do."""
    from fieldkit.office.desk.technicians import set_technician

    with opened_office(folder) as office:
        set_technician(office, name, area, skill or [], not away)


@app.command()
def dispatch(
    job_ref: JobRef,
    technician: Annotated[str, typer.Argument(help="Who is sent; left out: who could be.")] = "",
    auto: Annotated[bool, typer.Option("--auto", help="Send whoever fits best.")] = False,
    by: By = "office",
    note: Annotated[str, typer.Option(help="A word for the technician.")] = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Send a technician to a job, with the product's history; or list who fits, best first."""
    from fieldkit.office.desk.desk import dispatch as send
    from fieldkit.office.desk.technicians import best_candidate, candidates, check_technician

    if technician and auto:
        raise typer.BadParameter("name a technician or give --auto, not both")
    lang = options.language()
    with opened_office(folder) as office:
        if technician or auto:
            who = (
                check_technician(office, technician)
                if technician
                else best_candidate(office, job_ref)
            )
            send(office, job_ref, who, by, note)
            if not as_json:
                emit("cli.dispatched", lang, technician=who)
            else:
                print_json({"technician": who})
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
    by: Annotated[str, typer.Option(help="The supervisor who answers.")],
    refuse: Annotated[bool, typer.Option("--refuse", help="Answer no.")] = False,
    charge: Annotated[
        SettledCharge | None, typer.Option(help="For lines that the rules left open.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    folder: Folder = None,
) -> None:
    """Answer a request for approval."""
    from fieldkit.office.desk.approvals import answer_request

    answer = Answer.REFUSED if refuse else Answer.APPROVED
    values = {"answer": answer, "by_name": by, "reason": reason}
    if charge is not None:
        values["charge"] = charge
    with opened_office(folder) as office:
        done = answer_request(office, job_ref, values, by)
        catalogue = office_catalogue(office)
    print("\n".join(job_lines(done, catalogue, options.language())))
