"""Approval by telephone, on the technician's laptop: what is read out, and what checks the code."""

from fieldkit.domain.core.errors import Fault, Reason, Refused
from fieldkit.domain.core.event import Act
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.phone_approval import PhoneKey, challenge_for
from fieldkit.services.home.session import Session
from fieldkit.sync.protocol.keys import unb64


def phone_key(session: Session) -> PhoneKey | None:
    """The key for the telephone codes of an office of an older program; None before enrolment."""
    key = session.store.exchange.device.identity().get("approval_key")
    return PhoneKey(session.store.exchange.device.read()["id"], unb64(key)) if key else None


def challenge(session: Session, job: Job) -> str:
    """What is read out for the open request of a job.

    Raises `Refused`: `nothing_requested` without one, `no_codes_left` where this laptop has no code
    for it; `Fault` (`no_approval_key`) before enrolment.
    """
    asked = job.open_approval
    if asked is None:
        raise Refused(Reason("nothing_requested"))
    if phone_key(session) is None:
        raise Fault("no_approval_key")
    codes = session.store.exchange.phone_codes.codes()
    if not (codes.can_check(asked.code_number) if codes else asked.code_number == 0):
        raise Refused(Reason("no_codes_left"))
    return str(challenge_for(session.store.exchange.device.read()["id"], job.number, asked))


def use_numbers(session: Session, acts: list[Act]) -> None:
    """Mark the numbers of codes that requests have taken. In the transaction that records them."""
    for act in acts:
        if act.type == "job.approval_requested" and (number := act.data.get("code_number")):
            session.store.exchange.phone_codes.use(number)
