"""Approval by telephone: the code that a supervisor at the office reads out."""

from sqlalchemy import select

from fieldkit.domain.approval import telephone_code
from fieldkit.domain.errors import NotFound
from fieldkit.office.db import devices
from fieldkit.office.office import Office


def code_for(office: Office, person: str, challenge: str) -> str:
    """The code for what a technician's laptop shows, by the laptop that she enrolled last.

    Raises `NotFound` if she has none that may speak to the office.
    """
    mine = (devices.c.person == person) & devices.c.revoked_at.is_(None)
    newest = select(devices.c.approval_key).where(mine).order_by(devices.c.enrolled_at.desc())
    with office.db.reading() as conn:
        key = conn.scalar(newest.limit(1))
    if key is None:
        raise NotFound("device", person)
    return telephone_code(key, challenge)
