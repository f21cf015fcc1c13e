"""Approval by telephone: the code for a challenge, with the key that enrolment gave."""

from collections.abc import Callable

from fieldkit.domain.approval import telephone_code
from fieldkit.domain.errors import Fault
from fieldkit.services.session import Session
from fieldkit.sync.keys import unb64


def approval_code(session: Session) -> Callable[[str], str] | None:
    """What makes the code for a challenge on this device; None before enrolment."""
    key = session.store.exchange.identity().get("approval_key")
    if not key:
        return None
    raw = unb64(key)
    return lambda challenge: telephone_code(raw, challenge)


def code_for(session: Session, challenge: str) -> str:
    """The code that a supervisor reads out. Raises `Fault` before enrolment."""
    make = approval_code(session)
    if make is None:
        raise Fault("no_approval_key")
    return make(challenge)
