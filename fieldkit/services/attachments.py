"""Files of a job: photographs, papers. Kept encrypted, named by the job's events."""

import mimetypes
from pathlib import Path

from fieldkit.domain.errors import Fault, FieldkitError, NotFound
from fieldkit.domain.job import Job
from fieldkit.domain.job_events import AttachmentAdded
from fieldkit.services import jobs
from fieldkit.services.session import Session


def attach_file(session: Session, ref: str, path: Path) -> Job:
    """Keep a file with a job: first its content, durably, then the event that names it.

    Raises `FieldkitError` (`file_unreadable`), `Fault` when it cannot be kept, and what a step
    raises.
    """
    job = jobs.job(session, ref)
    try:
        with path.open("rb") as file:
            kept = session.store.attachments.add(file)
    except OSError:
        raise FieldkitError("file_unreadable", file=path.name) from None
    values = {
        "sha256": kept.sha256,
        "size": kept.size,
        "name": path.name,
        "media_type": mimetypes.guess_type(path.name)[0] or "application/octet-stream",
    }
    return jobs.do_step(session, job.id, "attach", values)


def attachment(session: Session, ref: str, name: str) -> AttachmentAdded:
    """A job's attachment by its name or the beginning of its hash; of several the last.

    Raises `NotFound`.
    """
    for one in reversed(jobs.job(session, ref).attachments):
        if one.name == name or (len(name) >= 8 and one.sha256.startswith(name)):
            return one
    raise NotFound("attachment", name)


def save_attachment(session: Session, ref: str, name: str, target: Path) -> AttachmentAdded:
    """Write an attachment, in the clear, to a file. Raises `NotFound` or `Fault`.

    One that is missing or damaged on this laptop is fetched with the next sync.
    """
    found = attachment(session, ref, name)
    try:
        session.store.attachments.save(found.sha256, target)
    except Fault as fault:
        if fault.key in ("attachment.missing", "attachment.damaged"):
            session.store.transfers.want(found.sha256, jobs.job(session, ref).id)
        raise
    return found
