"""Approval by telephone, on the technician's laptop: what is read out, and the key behind it."""

from fieldkit.domain.core.errors import Fault, Reason, Refused
from fieldkit.domain.core.job_codes import SettledCharge
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.phone_approval import PhoneKey
from fieldkit.domain.job.side_events import ApprovalRequested
from fieldkit.services.home.session import Session
from fieldkit.sync.protocol.keys import unb64


def phone_key(session: Session) -> PhoneKey | None:
    """The key that enrolment gave this device for telephone codes; None before it."""
    key = session.store.exchange.device.identity().get("approval_key")
    return PhoneKey(session.store.exchange.device.read()["id"], unb64(key)) if key else None


def challenge(session: Session, job: Job) -> str:
    """What is read out for the open request of a job.

    Raises `Refused` (`nothing_requested`) without one, `Fault` (`no_approval_key`) before
    enrolment.
    """
    return str(_key(session).challenge(job.number, _open(job)))


def code_for(session: Session, job: Job, charge: SettledCharge | None = None) -> str:
    """The code that a supervisor would read out for the open request; raises as `challenge`.

    It is for demonstrations, in which nobody is at the other end.
    """
    key, asked = _key(session), _open(job)
    return key.code(key.challenge(job.number, asked), charge if asked.left_open else None)


def _key(session: Session) -> PhoneKey:
    key = phone_key(session)
    if key is None:
        raise Fault("no_approval_key")
    return key


def _open(job: Job) -> ApprovalRequested:
    if job.open_approval is None:
        raise Refused(Reason("nothing_requested"))
    return job.open_approval
