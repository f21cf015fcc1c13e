"""Jobs: register, do a step, take it back, correct it, find one."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from fieldkit.domain.core.complaint_said import ComplaintSaid
from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.errors import NotFound, Reason, Refused
from fieldkit.domain.core.event import Act, Event, RecordKind, stable_id
from fieldkit.domain.core.form import read_form
from fieldkit.domain.core.job_codes import JobKind
from fieldkit.domain.core.person_name import known_as
from fieldkit.domain.job import commands
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.side_events import ComplaintOpened, HelpRequested
from fieldkit.domain.job.step_events import Surveyed
from fieldkit.domain.job.suggestions import suggest
from fieldkit.domain.records.customer_product import with_successor
from fieldkit.domain.records.follow_up import PRODUCT_GONE, FollowUp
from fieldkit.domain.registration import calls_after_exchange
from fieldkit.services.deciding.money_terms import money_terms
from fieldkit.services.home.people import people
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.approval import phone_key, use_numbers
from fieldkit.services.jobs.job_rows import list_jobs as list_jobs
from fieldkit.services.jobs.records import product, serials, standing_customer
from fieldkit.store.records.ledger import Ledger

_MONEY = frozenset({"quote", "give_away"})
"""The steps that need numbers of the rules: loading them takes longer than a step."""

NEW = "new"
"""The record under which drafts of jobs that are not registered yet are kept."""


def register_job(session: Session, values: Mapping[str, Any], customer_id: str, serial: str) -> Job:
    """Open a job for a customer's product. Raises `NotFound` or `BadInput`."""
    with session.store.writing():
        job_id = session.new_id()
        about = product(session, serial)
        acts = commands.register(
            values,
            standing_customer(session, customer_id),
            with_successor(about, session.store.ledger.history(about.id)),
            job_id,
            _context(session),
        )
        session.store.ledger.commit(acts, session.author())
        session.store.drafts.drop(NEW, "register")
    return job(session, job_id)


def do_step(session: Session, job_ref: str, key: str, values: Mapping[str, Any]) -> Job:
    """Do a step of the flow: events, document, outbox and the end of its draft, at once.

    Raises `NotFound`, `Refused` with the reason, or `BadInput`; nothing is changed then.
    """
    with session.store.writing():
        current = _open_job(session, job_ref)
        if key == "dispatch" and isinstance(named := values.get("technician"), str):
            here = (person.name for person in people(session))
            values = {**values, "technician": known_as(named, here) or named}
        decision = _decision_for(session, current, key, values)
        context = _context(session, decision, current if key in _MONEY else None, current)
        acts = commands.perform(current, key, values, context)
        acts += _calls_changed(session, current, key, acts)
        session.store.ledger.commit(acts, session.author())
        use_numbers(session, acts)
        session.store.drafts.drop(current.id, key)
        return job(session, current.id)


def undo_step(session: Session, job_ref: str) -> Job:
    """Take back the last step that this person made. Raises `Refused`."""
    with session.store.writing():
        current = _open_job(session, job_ref)
        history = session.store.ledger.history(current.id)
        acts = commands.undo(current, history, _context(session))
        session.store.ledger.commit(acts, session.author())
        return job(session, current.id)


def amend_step(session: Session, job_ref: str, step: str, changes: Mapping[str, Any]) -> Job:
    """Correct fields of a step that was done. Raises `Refused` or `BadInput`."""
    with session.store.writing():
        current = _open_job(session, job_ref)
        acts = commands.amend(current, step, changes, _context(session))
        if acts:
            session.store.ledger.commit(acts, session.author())
        return job(session, current.id)


def form_values(session: Session, current: Job, key: str) -> dict[str, Any]:
    """What a step's form starts with: suggestions, then what was typed and not submitted."""
    draft = session.store.drafts.load(current.id, key)
    suggested = suggest(current, key, session.today)
    if key == "order_part" and not draft:
        from fieldkit.services.jobs.van import job_shortages

        for short in job_shortages(session, current)[:1]:
            suggested |= {"part": short.part, "quantity": short.lacking}
    return suggested | draft


def job(session: Session, job_ref: str) -> Job:
    """A job by its id or its number, archived ones too. Raises `NotFound`."""
    found = find_job(session, job_ref)
    if found is None:
        raise NotFound(RecordKind.JOB.value, job_ref)
    return found


def find_job(session: Session, job_ref: str) -> Job | None:
    """A job by its id or its number, archived ones too; None where it is not on this laptop."""
    live = _live_job(session, job_ref)
    if live is not None:
        return live
    archived = session.store.archive.job(job_ref)
    return Job.model_validate(archived) if archived else None


def is_archived(session: Session, job_ref: str) -> bool:
    """Whether a job is only in the archive, where it can be read and nothing else."""
    return _live_job(session, job_ref) is None and session.store.archive.job(job_ref) is not None


def _live_job(session: Session, job_ref: str) -> Job | None:
    ledger = session.store.ledger
    found: Job | None = ledger.find(RecordKind.JOB, job_ref)
    numbered = [] if found else ledger.jobs_numbered(job_ref.strip().upper())
    if job_id := commands.only_one(job_ref, numbered):
        found = ledger.find(RecordKind.JOB, job_id)
    return found


def _open_job(session: Session, job_ref: str) -> Job:
    """A job that something can be done to. Raises `NotFound`, or `Refused` for an archived one."""
    if is_archived(session, job_ref):
        raise Refused(Reason("archived"))
    return job(session, job_ref)


def history(session: Session, job_ref: str) -> list[Event]:
    """The events of a job that count, in order."""
    return _events(session, job(session, job_ref).id)


def _events(session: Session, job_id: str) -> list[Event]:
    return session.store.ledger.history(job_id) or session.store.archive.history(job_id)


def full_decision(session: Session, current: Job) -> Decision | None:
    """The decision record of a job with its facts and hits, or None."""
    events = _events(session, current.id)
    decided = [event for event in events if event.type == "job.decided"]
    if not decided or current.decision is None:
        return None
    return Decision.model_validate(decided[-1].data["decision"])


def _calls_changed(session: Session, current: Job, key: str, acts: list[Act]) -> list[Act]:
    """Which calls a step ends, and which a product begins that came for an old one."""
    if key == "complete":
        return _end_reminder(session.store.ledger, current)
    if key not in ("exchange", "refund") or current.product is None:
        return []
    from fieldkit.services.deciding.decide import decide_job

    gone = current.product.id
    ends = [
        Act(record=call, type="follow_up.done", data={"outcome": PRODUCT_GONE})
        for call, _, planned in session.store.lists.open_calls()
        if _is_about(planned, gone, current.id)
    ]
    judge = partial(decide_job, session)
    return [*ends, *calls_after_exchange(acts, current, judge, _context(session))]


def _is_about(planned: Mapping[str, Any], product_id: str, job_id: str) -> bool:
    """Whether a call is about a product, and was not planned by this job."""
    return planned.get("product") == product_id and planned.get("job") != job_id


def _end_reminder(ledger: Ledger, done: Job) -> list[Act]:
    """A run-in service that was done needs no reminder of it any more."""
    if done.kind is not JobKind.RUN_IN_SERVICE or done.product is None:
        return []
    record_id = stable_id(done.product.id, "run_in_reminder")
    reminder: FollowUp | None = ledger.find(RecordKind.FOLLOW_UP, record_id)
    if reminder is None or reminder.done:
        return []
    return [Act(record=record_id, type="follow_up.done", data={"outcome": "service_done"})]


def _context(
    session: Session,
    decision: Decision | None = None,
    current: Job | None = None,
    about: Job | None = None,
) -> Context:
    """`current` is the job where money settings are asked for, `about` that of a complaint."""
    return Context(
        author=session.author(),
        new_id=session.new_id,
        decision=decision,
        parts=session.trade.parts,
        phone_codes=session.store.exchange.phone_codes.codes,
        phone_key=phone_key(session),
        calling_hours=lambda: session.decider.shelf.on(session.clock()).calling_hours,
        serials=serials(session),
        job_with=lambda number: next(iter(session.store.ledger.jobs_numbered(number)), ""),
        route=partial(_route, session, about) if about else None,
        **money_settings(session, current),
    )


def money_settings(session: Session, current: Job | None) -> dict[str, Any]:
    """`money_terms` of a job of this session."""
    return money_terms(session.decider.shelf, current, session.today)


def _route(session: Session, about: Job, complaint: ComplaintSaid) -> Decision:
    from fieldkit.services.deciding.decide import decide_complaint

    return decide_complaint(session, about, complaint)


def _decision_for(
    session: Session, current: Job, key: str, values: Mapping[str, Any]
) -> Decision | None:
    """The rules' word on steps that need one. The step itself is checked by its command."""
    from fieldkit.services.deciding import decide

    if key == "decide" and current.diagnosis is not None:
        return decide.decide_job(session, current)
    if key == "complete" and current.decision is None:
        # Nothing was to be decided about a delivery or training, but calls may follow it.
        return decide.decide_job(session, current)
    if key == "ask_help" and values.get("cannot_solve"):
        asked = read_form(HelpRequested, dict(values))
        return decide.decide_job(session, current.model_copy(update={"help": (asked,)}))
    if key == "survey" and not values.get("declined"):
        survey = read_form(Surveyed, dict(values))
        return decide.decide_survey(session, current, survey)
    if key == "open_complaint":
        complaint = read_form(ComplaintOpened, dict(values))
        return decide.decide_complaint(session, current, complaint)
    return None
