"""`fieldkit job`: new, list, show, do, undo, amend."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from fieldkit.cli.context import (
    emit,
    needed_option,
    opened,
    options,
    print_json,
    print_json_rows,
    print_made,
    read_form_fields,
    wrong_usage,
)
from fieldkit.cli.form_help import (
    Fields,
    naming_fields,
    naming_parts,
    naming_steps,
    part_form,
    print_fields,
    step_form,
)
from fieldkit.cli.job_paper import paper
from fieldkit.cli.output import print_line
from fieldkit.cli.print_job import job_line, print_job, warn_of
from fieldkit.domain.job.step_events import Registered
from fieldkit.i18n import Lang, say_error
from fieldkit.services.day.today import is_open
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import attachments, job_commands
from fieldkit.services.jobs.job_rows import JobRow, all_jobs, list_jobs
from fieldkit.store.records.archive import ArchiveFault

app = typer.Typer(help="Jobs and the steps of the service flow.", no_args_is_help=True)
app.command()(paper)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Set = Annotated[list[str] | None, typer.Option("--set", help="A field: name=value.")]
From = Annotated[
    Path | None, typer.Option("--from", help="A JSON file with the form's fields; - for stdin.")
]
ForCustomer = Annotated[str, typer.Option(help="The customer's id.", show_default=False)]
ForProduct = Annotated[str, typer.Option(help="The product's serial number.", show_default=False)]
JobRef = Annotated[str, typer.Argument(metavar="JOB", help="The job's number or id.")]


@app.command()
def new(
    customer: ForCustomer = "",
    product: ForProduct = "",
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    as_json: Json = False,
) -> None:
    """Register a customer's service request."""
    with opened() as session, naming_fields(options.language(session)):
        if fields:
            print_fields(Registered, "register", session.catalogue, options.language(session))
            return
        about = needed_option("--customer", customer), needed_option("--product", product)
        made = job_commands.register_job(session, read_form_fields(source, values), *about)
        print_made(made, as_json, "cli.job_made", session)
        warn_of(made, options.language(session))


@app.command("list")
def list_all(
    everything: Annotated[
        bool, typer.Option("--all", help="Closed and archived jobs, too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List the jobs, the next appointment first."""
    with opened() as session:
        lang = options.language(session)
        rows = _everything(session, lang) if everything else filter(is_open, list_jobs(session))
        if as_json:
            print_json_rows(row._asdict() for row in rows)
            return
        row = None
        for row in rows:
            print_line(job_line(row, lang))
        if row is None:
            emit("cli.no_jobs", lang)


def _everything(session: Session, lang: Lang) -> Iterator[JobRow]:
    try:
        yield from all_jobs(session)
    except ArchiveFault as fault:  # before the first of them
        yield from all_jobs(session, archived=False)
        print(say_error(fault, lang), file=sys.stderr)


@app.command()
def show(job_ref: JobRef, as_json: Json = False) -> None:
    """Show a job: the steps done, the one that is next, and the verdict."""
    with opened() as session:
        found = job_commands.job(session, job_ref)
        print_job(found, as_json, session.catalogue, options.language(session))


@app.command()
def do(
    job_ref: JobRef,
    step: Annotated[
        str,
        typer.Argument(
            metavar="STEP", help="The step, as `job show` names it: arrive, diagnose ..."
        ),
    ],
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    as_json: Json = False,
) -> None:
    """Do a step of a job. Fields that are left out take what the job already says."""
    with opened() as session:
        lang = options.language(session)
        current = job_commands.job(session, job_ref)
        with naming_steps(current, session.author().role, lang):
            form = step_form(step)
            if fields:
                print_fields(form, step, session.catalogue, lang)
                return
            suggested = job_commands.form_values(session, current, step)
            given = suggested | read_form_fields(source, values)
            done = job_commands.do_step(session, job_ref, step, given)
        print_job(done, as_json, session.catalogue, lang)


@app.command()
def undo(job_ref: JobRef, as_json: Json = False) -> None:
    """Take back the last step; never a signature, a payment or a custody receipt."""
    with opened() as session:
        done = job_commands.undo_step(session, job_ref)
        print_job(done, as_json, session.catalogue, options.language(session))


@app.command()
def amend(
    job_ref: JobRef,
    part: Annotated[
        str,
        typer.Argument(metavar="PART", help="The part, such as appointment or diagnosis."),
    ],
    values: Set = None,
    source: From = None,
    fields: Fields = False,
    as_json: Json = False,
) -> None:
    """Correct fields of a step that was done."""
    with opened() as session:
        lang = options.language(session)
        current = job_commands.job(session, job_ref)
        with naming_parts(current, lang):
            if fields:
                print_fields(part_form(current, part), "", session.catalogue, lang)
                return
            changes = read_form_fields(source, values)
            done = job_commands.amend_step(session, job_ref, part, changes)
        print_job(done, as_json, session.catalogue, lang)


@app.command()
def attach(
    job_ref: JobRef,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to keep.")],
    as_json: Json = False,
) -> None:
    """Keep a file with a job, encrypted."""
    with opened() as session:
        kept = attachments.attach_file(session, job_ref, file).attachments[-1]
        if as_json:
            print_json(kept.model_dump(mode="json"))
            return
        lang = options.language(session)
        emit("cli.attached", lang, name=kept.name, size=kept.size, hash=kept.sha256[:12])


@app.command("save-file")
def save_file(
    job_ref: JobRef,
    name: Annotated[str, typer.Argument(help="Its name, or the beginning of its hash.")],
    target: Annotated[Path, typer.Argument(help="Where to write it, in the clear.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over a file that is there.")
    ] = False,
) -> None:
    """Write a job's attachment to a file, in the clear."""
    if target.exists() and not replace:
        raise wrong_usage("file_there", "TARGET")
    with opened() as session:
        attachments.save_attachment(session, job_ref, name, target)
        emit("cli.attachment_saved", options.language(session), file=target)
