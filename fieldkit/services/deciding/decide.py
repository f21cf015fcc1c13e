"""Decisions: the rules asked about a job, a survey card, a complaint, or a file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from fieldkit.clock import Clock
from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.complaint_said import ComplaintSaid
from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.errors import BadInput, FieldProblem
from fieldkit.domain.core.form import problems_of, unknown_fields
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.step_events import Surveyed
from fieldkit.rules import Case, read_case
from fieldkit.rules.model.case import unknown_field
from fieldkit.services.deciding.cases import complaint_case, job_case, survey_case
from fieldkit.services.home.session import Session
from fieldkit.services.home.trade import Trade


def decide_job(session: Session, job: Job, today: date | None = None) -> Decision:
    """What the rules say of a job as it stands. Writes nothing."""
    day = today or session.today
    now = None if today else session.clock()
    return session.decider.decide(job_case(job, session.catalogue, day), day, now)


def decide_survey(session: Session, job: Job, survey: Surveyed) -> Decision:
    """What follows from a survey card."""
    case = survey_case(job, survey, session.today)
    return session.decider.decide(case, session.today, session.clock())


def decide_complaint(session: Session, job: Job, complaint: ComplaintSaid) -> Decision:
    """Where a complaint goes, how grave it is, and by when."""
    case = complaint_case(job, complaint, session.today)
    return session.decider.decide(case, session.today, session.clock())


def read_case_document(catalogue: Catalogue, document: Mapping[str, Any], today: date) -> Case:
    """The case of a document: a job as `fieldkit job show --json` prints it, or recorded facts.

    Recorded facts are recognised by their `record` (`job`, `complaint`, `survey`). Absent parts of
    a job may be left out. Raises `BadInput` that names every wrong field.
    """
    if "record" in document:
        return read_case(document)
    try:
        job = Job.model_validate({"id": "", **document, **_named(document)})
    except ValidationError as error:
        raise BadInput(problems_of(error)) from None
    if foreign := _foreign(job, document):
        raise BadInput(foreign)
    numbered = _numbered(job)
    return job_case(numbered, catalogue, today)


def _named(document: Mapping[str, Any]) -> dict[str, Any]:
    """Customer and product of a hand-written document, which need no ids."""
    parts = {name: document.get(name) for name in ("customer", "product")}
    return {name: {"id": "", **part} for name, part in parts.items() if isinstance(part, Mapping)}


_READ = ("customer", "product", "request", "arrival", "diagnosis", "custody")
"""The parts of a job that a verdict is made from."""


def _foreign(job: Job, document: Mapping[str, Any]) -> list[FieldProblem]:
    """What a hand-written job has no field for: a slip there would go unnoticed, at a cost."""
    found = [
        unknown_field(name, name, Job.model_fields)
        for name in document
        if name not in Job.model_fields
    ]
    for name in _READ:
        if part := getattr(job, name):
            paths = unknown_fields(type(part), document[name], f"{name}.")
            found += [FieldProblem(path, "unknown_field") for path in paths]
    return found


def _numbered(job: Job) -> Job:
    """Lines of a hand-written document may leave out their numbers."""
    if job.diagnosis is None:
        return job
    lines = tuple(
        line.model_copy(update={"line": line.line or number})
        for number, line in enumerate(job.diagnosis.lines, start=1)
    )
    return job.model_copy(update={"diagnosis": job.diagnosis.model_copy(update={"lines": lines})})


def decide_document(
    trade: Trade, document: Mapping[str, Any], today: date | None, clock: Clock
) -> Decision:
    """The decision about a document (see `read_case_document`). Needs no store.

    Of a scenario (`facts` with what is expected of them) the facts are taken. Without `today` it
    is the document's own `today`, else that of the clock.
    """
    facts = document.get("facts")
    document = facts if isinstance(facts, Mapping) else document
    now = clock().date()
    case = read_case_document(trade.catalogue, document, today or now)
    recorded = case.today if "record" in document else None
    return trade.decider.decide(case, today or recorded or now)
