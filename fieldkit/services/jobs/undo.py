"""Taking back the last step: which one it would be, and its data kept as a draft."""

from datetime import datetime

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.event import Event
from fieldkit.domain.core.form import form_fields
from fieldkit.domain.job.commands import step_of, undo
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.steps import BY_KEY
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.job_commands import job, undo_step


def last_undoable(session: Session, job_ref: str) -> tuple[str, datetime]:
    """The step that an undo would take back, and when it was done. Raises `Refused`."""
    event = _undoable(session, job_ref)
    return step_of(event.type), event.local_at


def can_undo(session: Session, current: Job) -> bool:
    """Whether the last step of a job can be taken back by whoever is signed in."""
    try:
        _undoable(session, current.id)
    except FieldkitError:
        return False
    return True


def undo_into_draft(session: Session, job_ref: str) -> str:
    """Take back the last step; what was entered becomes its draft. Raises `Refused`.

    Answers the step that was taken back.
    """
    with session.store.writing():
        event = _undoable(session, job_ref)
        key = step_of(event.type)
        undo_step(session, job_ref)
        step = BY_KEY.get(key)
        names = {field.name for field in form_fields(step.form)} if step else set()
        values = {name: value for name, value in event.data.items() if name in names}
        if values:
            session.store.drafts.save(event.record, key, values)
    return key


def _undoable(session: Session, job_ref: str) -> Event:
    current = job(session, job_ref)
    history = session.store.ledger.history(current.id)
    context = Context(author=session.author(), new_id=session.new_id)
    undone = undo(current, history, context)[0].data["event"]
    return next(event for event in history if event.id == undone)
