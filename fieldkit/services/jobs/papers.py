"""Papers of a job: built from its record, set as a file, written where a person wants it."""

from pathlib import Path

from fieldkit.documents.make_paper import PaperFormat, build_paper, render_paper
from fieldkit.documents.model import Paper, PaperKind
from fieldkit.documents.shared_sections import Basis
from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.job.model import Job
from fieldkit.i18n import Lang
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands
from fieldkit.store.home.atomic_files import written
from fieldkit.store.home.papers import make_papers
from fieldkit.systems import portable_name


def job_paper(session: Session, job_ref: str, kind: PaperKind, lang: Lang | None = None) -> Paper:
    """What a paper of a job says, in the customer's language unless another is asked for.

    Raises `NotFound`, or `Refused` where the job is not so far, with the reason.
    """
    job = job_commands.job(session, job_ref)
    decision = job_commands.full_decision(session, job)
    hits = decision.hits if decision else ()
    return build_paper(kind, Basis(job, session.catalogue, lang or customer_lang(job), hits))


def papers_of(
    session: Session, job_ref: str, lang: Lang | None = None
) -> dict[PaperKind, Paper | Reason]:
    """Each paper of a job, or why there is none. Raises `NotFound`."""
    found: dict[PaperKind, Paper | Reason] = {}
    for kind in PaperKind:
        try:
            found[kind] = job_paper(session, job_ref, kind, lang)
        except Refused as refused:
            found[kind] = refused.reason
    return found


def customer_lang(job: Job) -> Lang:
    """The language of the customer's papers."""
    return "en" if job.customer and job.customer.language == "en" else "zh"


def file_name(paper: Paper, form: PaperFormat) -> str:
    """What a paper's file is called: `report-261105-CJB68-zh.pdf`."""
    return portable_name(f"{paper.kind}-{paper.number}-{paper.lang}.{form}")


def write_paper(paper: Paper, form: PaperFormat, target: Path) -> None:
    """Write a paper to a file, in the clear. An older file of that name is replaced whole.

    Raises `Fault` (`store.full`, `store.unwritable`).
    """
    content = render_paper(paper, form)
    with written(target) as file:
        file.write(content)


def keep_paper(session: Session, paper: Paper, form: PaperFormat) -> Path:
    """Write a paper into the home folder to be opened; answers where. It lies there in the clear
    until the app is left. Raises `Fault`."""
    target = make_papers(session.store.home) / file_name(paper, form)
    write_paper(paper, form, target)
    return target
