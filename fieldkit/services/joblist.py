"""The list of jobs: a row for each, made without loading the models."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldkit.domain.kinds import VISIT_FROM, RecordKind
from fieldkit.services.session import Session


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as a list shows it."""

    id: str
    number: str
    status: str
    kind: str
    customer: str
    address: str
    product: str
    appointment: str
    promised: str
    technician: str
    hazards: tuple[str, ...]
    attention: int


_READ = (
    "id", "number", "status", "kind", "customer.name", "customer.address", "product.model",
    "product.serial", "appointment.on", "appointment.time_from", "arrival.stamp.by",
    "dispatch.technician", "promises", "custody", "hand_back", "request.hazards",
    "diagnosis.hazards", "attention",
)  # fmt: skip
"""What `job_row` looks at."""


def list_jobs(session: Session, archived: bool = False) -> list[JobRow]:
    """All jobs, those with the next appointment first, then the newest; archived ones if asked.

    Raises `ArchiveFault` where these cannot be read; those in the store can be all the same.
    """
    rows = [job_row(parts) for parts in session.store.lists.parts(RecordKind.JOB, *_READ)]
    if archived:
        here = {row.id for row in rows}
        rows += [job_row(old) for old in session.store.archive.rows() if old["id"] not in here]
    return sorted(rows, key=lambda row: (row.appointment or "9999", row.number))


def job_row(document: Mapping[str, Any]) -> JobRow:
    """The row of a stored job document; it is not validated, so that a list stays quick."""
    who = document.get("customer") or {}
    what = document.get("product") or {}
    when = document.get("appointment") or {}
    arrival = (document.get("arrival") or {}).get("stamp") or {}
    sent = (document.get("dispatch") or {}).get("technician", "")
    promises = document.get("promises") or [document.get("custody") or {}]
    waiting = document.get("custody") and not document.get("hand_back")
    found = (document.get("request") or {}).get("hazards") or []
    found = [*found, *((document.get("diagnosis") or {}).get("hazards") or [])]
    return JobRow(
        id=str(document.get("id", "")),
        number=str(document.get("number", "")),
        status=str(document.get("status", "registered")),
        kind=str(document.get("kind", "repair")),
        customer=str(who.get("name", "")),
        address=str(who.get("address", "")),
        product=f"{what.get('model', '')} {what.get('serial', '')}".strip(),
        appointment=f"{when['on']} {when.get('time_from', VISIT_FROM)}" if when else "",
        promised=str(promises[-1].get("promised_on", "")) if waiting else "",
        technician=str(arrival.get("by") or sent),
        hazards=tuple(dict.fromkeys(found)),
        attention=len(document.get("attention") or []),
    )
