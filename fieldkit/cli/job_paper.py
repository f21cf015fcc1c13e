"""`fieldkit job paper`: custody receipt, service report, invoice and credit note as files."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from fieldkit.cli.context import emit, opened, options
from fieldkit.documents.make_paper import PaperFormat, render_paper
from fieldkit.documents.model import PaperKind
from fieldkit.i18n import Lang
from fieldkit.services.jobs import papers


def paper(
    job_ref: Annotated[str, typer.Argument(metavar="JOB", help="The job's number or id.")],
    kind: Annotated[PaperKind, typer.Option(help="Which paper.")],
    form: Annotated[PaperFormat, typer.Option("--format", help="Which kind of file.")],
    lang: Annotated[
        Lang | None, typer.Option(help="Its language; the customer's unless given.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="The file, in the clear; - for stdout. Named after the job unless given."
        ),
    ] = None,
) -> None:
    """Make a paper of a job: for the customer, or to print."""
    with opened() as session:
        made = papers.job_paper(session, job_ref, kind, lang)
        if out == Path("-"):
            sys.stdout.buffer.write(render_paper(made, form))
            return
        target = out or Path(papers.file_name(made, form))
        papers.write_paper(made, form, target)
        emit("cli.paper_written", options.language(session), file=target)
