"""Files of a job: photographs, papers. Kept encrypted, named by the job's events."""

import mimetypes
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fieldkit.domain.core.errors import Fault, FieldkitError, NotFound
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.side_events import AttachmentAdded
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands
from fieldkit.store.home.papers import make_papers
from fieldkit.sync.protocol.messages import MAX_ATTACHMENT_BYTES


def attach_file(session: Session, job_ref: str, path: Path) -> Job:
    """Keep a file with a job: first its content, durably, then the event that names it.

    Raises `FieldkitError` (`attachment_unreadable`; `attachment_empty`; `attachment_too_large`
    for more than the office takes), `Fault` when it cannot be kept, and what a step raises.
    """
    job = job_commands.job(session, job_ref)
    _check_size(path)
    try:
        with path.open("rb") as file:
            kept = session.store.attachments.add(file)
    except OSError:
        raise FieldkitError("attachment_unreadable", file=path.name) from None
    values = {
        "sha256": kept.sha256,
        "size": kept.size,
        "name": path.name[-200:],
        "media_type": mimetypes.guess_type(path.name)[0] or "application/octet-stream",
    }
    return job_commands.do_step(session, job.id, "attach", values)


def _check_size(path: Path) -> None:
    try:
        readable, size = path.is_file(), path.stat().st_size
    except OSError:
        readable, size = False, 0
    if not readable:
        raise FieldkitError("attachment_unreadable", file=path.name)
    if size == 0:
        raise FieldkitError("attachment_empty", file=path.name)
    if size > MAX_ATTACHMENT_BYTES:
        limit = f"{MAX_ATTACHMENT_BYTES // 2**20} MB"
        raise FieldkitError("attachment_too_large", file=path.name, limit=limit)


def attachment(session: Session, job_ref: str, name: str) -> AttachmentAdded:
    """A job's attachment by its name or the beginning of its hash; of several the last.

    Raises `NotFound`.
    """
    for one in reversed(job_commands.job(session, job_ref).attachments):
        if one.name == name or (len(name) >= 8 and one.sha256.startswith(name)):
            return one
    raise NotFound("attachment", name)


def save_attachment(session: Session, job_ref: str, name: str, target: Path) -> AttachmentAdded:
    """Write an attachment, in the clear, to a file. Raises `NotFound` or `Fault`.

    One that is missing or damaged on this laptop is fetched with the next sync.
    """
    found = attachment(session, job_ref, name)
    try:
        session.store.attachments.save(found.sha256, target)
    except Fault as fault:
        if fault.key in ("attachment.missing", "attachment.damaged"):
            session.store.transfers.want(found.sha256, job_commands.job(session, job_ref).id)
        raise
    return found


SHOWN_KINDS = frozenset(
    (
        *("jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "webp", "heic", "heif", "avif"),
        *("pdf", "txt", "mp3", "m4a", "wav", "ogg", "amr", "aac", "flac"),
        *("mp4", "m4v", "mov", "avi", "mkv", "webm", "3gp"),
    )
)
"""Endings of what is only looked at or listened to: no desktop runs such a file."""


def show_attachment(session: Session, job_ref: str, sha256: str) -> Path:
    """Write an attachment into the home folder to be opened; answers where. It lies there in the
    clear until the app is left.

    Its name there is ours: another laptop's may be one that this system cannot write, or one that
    the desktop would run (`photo.exe`). Raises `FieldkitError` (`attachment_not_shown`) for a kind
    that is more than looked at, `NotFound` or `Fault`.
    """
    found = attachment(session, job_ref, sha256)
    kind = found.name.rpartition(".")[2].lower()
    if kind not in SHOWN_KINDS:
        raise FieldkitError("attachment_not_shown", file=found.name)
    target = make_papers(session.store.home) / f"{sha256[:12]}.{kind}"
    save_attachment(session, job_ref, sha256, target)
    return target


def unsent_attachments(session: Session) -> frozenset[str]:
    """The digests of what this laptop attached and the office is not known to have."""
    return frozenset(session.store.transfers.outgoing(session.store.exchange.device.read()["id"]))


@dataclass(frozen=True)
class Found:
    """A file or a folder that can be chosen; `size` in bytes, `changed` in local time."""

    path: Path
    folder: bool
    size: int
    changed: datetime


def files_in(folder: Path) -> list[Found]:
    """Folders by name, then files from the newest, for a photograph was mostly taken just now.

    Hidden ones and what cannot be looked at are left out. Raises `FieldkitError`
    (`folder_unreadable`).
    """
    try:
        paths = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:
        raise FieldkitError("folder_unreadable", folder=folder) from None
    found = [one for path in paths if (one := _look_at(path)) is not None]
    folders = sorted((one for one in found if one.folder), key=lambda one: one.path.name.casefold())
    files = sorted(
        (one for one in found if not one.folder), key=lambda one: one.changed, reverse=True
    )
    return folders + files


def _look_at(path: Path) -> Found | None:
    """A folder or an ordinary file; None for pipes, devices and what may not be looked at."""
    try:
        about = path.stat()
        if not (path.is_dir() or path.is_file()):
            return None
        changed = datetime.fromtimestamp(about.st_mtime).astimezone()
        return Found(path, path.is_dir(), about.st_size, changed)
    except (OSError, ValueError, OverflowError):
        return None
